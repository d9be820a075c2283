"""What was decided on one page and can be taken back there, the last first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.gui.acts import Acts
from musiclib.services.changes import Change


@dataclass(frozen=True, slots=True)
class _Decision:
    changeset_id: ChangesetId
    track_id: TrackId
    summary: str


class Decisions(QObject):
    """The acts of a page that stand; what was done elsewhere is none of them."""

    changed = Signal(object)
    """The summary of the last one, or None."""
    taken_back = Signal(object)
    """The track of an act that was undone here, by a toast or by Ctrl+Z."""

    def __init__(self, acts: Acts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._acts = acts
        self._made: list[_Decision] = []
        self._undone: dict[ChangesetId, _Decision] = {}
        """Those that were taken back, which may be done again."""
        acts.done.connect(self._on_done)
        acts.context.shell.taken_back.connect(self._on_taken_back)
        acts.context.shell.done_again.connect(self._on_done_again)

    def undo(self) -> None:
        """Take the last one back, if there is one."""
        if self._made:
            self._acts.take_back(self._made[-1].changeset_id)

    @Slot(list)
    def _on_done(self, changes: Sequence[Change]) -> None:
        for each in changes:
            if each.changeset_id is not None and each.track_ids:
                self._made.append(_Decision(each.changeset_id, each.track_ids[0], each.summary))
        self._tell()

    @Slot(list)
    def _on_taken_back(self, ids: Sequence[ChangesetId]) -> None:
        gone = [each for each in self._made if each.changeset_id in ids]
        self._made = [each for each in self._made if each not in gone]
        self._undone.update({each.changeset_id: each for each in gone})
        self._tell()
        if gone:
            self.taken_back.emit(gone[0].track_id)

    @Slot(list)
    def _on_done_again(self, changes: Sequence[Change]) -> None:
        ids = (each.changeset_id for each in changes)
        self._made += [self._undone.pop(each) for each in ids if each in self._undone]
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(self._made[-1].summary if self._made else None)
