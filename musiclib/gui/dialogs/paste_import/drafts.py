"""Keeps a half-done paste over restarts, and offers it again.

Saving and dropping run one after the other on the command thread, so the last word counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musiclib.domain.ids import ImportId
from musiclib.gui.commands import CommandQueue
from musiclib.gui.models.import_draft import DraftState
from musiclib.services.import_types import Draft

SAVE_AFTER_MS = 2000


class DraftStore(Protocol):
    """What is needed of the import service."""

    def drafts(self) -> Sequence[Draft]: ...
    def new_draft(self, text: str) -> Draft: ...
    def save_draft(self, draft: Draft) -> None: ...
    def drop_draft(self, draft_id: ImportId) -> object: ...


class DraftKeeper(QObject):
    """`offered` carries the drafts found; `saved` the moment of the last save."""

    offered = Signal(list)
    saved = Signal(object)

    def __init__(
        self, store: DraftStore, commands: CommandQueue, now: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store, self._commands, self._now = store, commands, now
        self._text, self._state = "", DraftState()
        self._dirty = False
        self.draft_id: ImportId | None = None
        self.saved_at: datetime | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save_now)

    def look(self) -> None:
        """Find what was left half-done."""
        self._commands.run(self._store.drafts, self._found)

    def note(self, text: str, state: DraftState) -> None:
        """The text or the decisions changed; they are saved a little later."""
        if text == self._text and state == self._state:
            return
        self._text, self._state = text, state
        self._dirty = True
        if not self._timer.isActive():
            self._timer.start()

    def take_over(self, draft: Draft) -> None:
        """Go on with a draft: it is this one that is saved from now on."""
        self.draft_id = draft.id
        self._text, self._state = draft.text, DraftState.from_dict(draft.options)
        self.saved_at = draft.updated_at

    def save_now(self) -> None:
        """Save at once what has changed; a draft that became empty is dropped."""
        self._timer.stop()
        if not self._dirty:
            return
        self._dirty = False
        if not self._text.strip():
            self.drop()
            return
        if self.draft_id is None:
            self.draft_id = self._store.new_draft(self._text).id
        draft = Draft(self.draft_id, self._text, self._state.as_dict())
        self._commands.run(_save(self._store, draft), self._saved)

    def set_aside(self) -> None:
        """Keep what there is as a draft of its own; what comes next is another one."""
        self.save_now()
        self.forget()

    def drop(self, draft_id: ImportId | None = None) -> None:
        """Throw away a draft: the given one, else the one being kept."""
        gone = draft_id or self.draft_id
        if draft_id is None or draft_id == self.draft_id:
            self.forget()
        if gone is not None:
            store = self._store
            self._commands.run(lambda: store.drop_draft(gone))

    def forget(self) -> None:
        """Keep nothing more of the present paste (it was imported)."""
        self._timer.stop()
        self._dirty = False
        self._text, self._state, self.draft_id, self.saved_at = "", DraftState(), None, None

    @Slot(object)
    def _found(self, drafts: Sequence[Draft]) -> None:
        self.offered.emit([draft for draft in drafts if draft.id != self.draft_id and draft.text.strip()])

    @Slot(object)
    def _saved(self, draft: Draft) -> None:
        if draft.id == self.draft_id:
            self.saved_at = self._now()
        self.saved.emit(self._now())


def _save(store: DraftStore, draft: Draft) -> Callable[[], Draft]:
    def run() -> Draft:
        store.save_draft(draft)
        return draft

    return run
