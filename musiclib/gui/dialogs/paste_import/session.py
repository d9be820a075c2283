"""The paste while it is being worked on: text, decisions, and its reading, made off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from musiclib.domain.ids import AlbumId, ImportId
from musiclib.domain.tracklist.model import Lesson, ParseContext, Tracklist
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.errors import KnownError
from musiclib.gui.commands import CommandQueue
from musiclib.gui.models.import_draft import (
    Draft,
    DraftState,
    UndoStack,
    changed_rows,
    lay_edits,
)
from musiclib.gui.models.import_rows import Comparison
from musiclib.services.import_types import (
    ExistingAlbum,
    ImportOutcome,
    ImportPreview,
    ImportRequest,
    NewAlbum,
)

MAX_PASTE_CHARS = 4_000_000
"""Longest text the dialog takes (about 55,000 lines): what the text side can show without a pause."""
DEBOUNCE_MS = 150
_NOTHING = Comparison()


class Imports(Protocol):
    """What the dialog needs of the import service."""

    def preview(
        self, tracklist: Tracklist, target: AlbumId | None = None, text: str = ""
    ) -> ImportPreview: ...
    def commit(self, request: ImportRequest) -> ImportOutcome: ...
    def lessons(self) -> Sequence[Lesson]: ...
    def save_lesson(self, lesson: Lesson) -> object: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One finished look at the text."""

    draft: Draft
    preview: ImportPreview | None
    """None where the library could not be asked; `problem` says why."""
    problem: str
    with_target: Comparison
    as_new: Comparison
    timed: bool
    """Whether most of its rows say when they begin."""
    taught: tuple[int, int] | None = None
    """After a lesson: rows read differently, rows that stay."""


class _Reader:
    """Runs on the lane's thread; keeps the last parse, so that edits alone do not parse again."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._key: tuple[str, ParseContext] | None = None
        self._tracklist: Tracklist | None = None

    def read(self, text: str, context: ParseContext, state: DraftState, target: AlbumId | None) -> Reading:
        key = (text, context)
        if self._tracklist is None or self._key != key:
            self._key, self._tracklist = key, parse_tracklist(text, context)
        draft = lay_edits(self._tracklist, state)
        tracks = self._tracklist.tracks
        timed = sum(track.start_s is not None for track in tracks) * 2 > len(tracks)
        try:
            preview = self._imports.preview(draft.to_import(), target, text)
        except KnownError as error:
            return Reading(draft, None, str(error), _NOTHING, _NOTHING, timed)
        with_target, as_new = (Comparison.of(draft, rows) for rows in (preview.rows, preview.rows_if_new))
        return Reading(draft, preview, "", with_target, as_new, timed)


class PasteSession(QObject):
    """`read` carries each new `Reading`; a reading that was overtaken by typing is dropped."""

    read = Signal(object)
    state_changed = Signal()
    busy_changed = Signal(bool)
    committed = Signal(object)
    refused = Signal(str)

    def __init__(self, imports: Imports, commands: CommandQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._imports, self._commands = imports, commands
        self._lane = CommandQueue(self)
        self._reader = _Reader(imports)
        self._stack = UndoStack()
        self._known: tuple[Lesson, ...] = ()
        self._text = ""
        self._target: AlbumId | None = None
        self._choice_made = False
        self._wants_new = False
        self._generation = 0
        self._wanted: int | None = None
        self._under_way = False
        self._before_lesson: Draft | None = None
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._timer.timeout.connect(self._start)
        self.reading: Reading | None = None
        self.importing = False

    # -- what is being read

    @property
    def text(self) -> str:
        return self._text

    @property
    def state(self) -> DraftState:
        return self._stack.state

    @property
    def is_current(self) -> bool:
        """Whether `reading` is that of the newest text and decisions."""
        return self.reading is not None and self._wanted is None and not self._under_way

    def load_lessons(self) -> None:
        """Fetch what earlier lists taught; the reading follows."""
        self._commands.run(self._imports.lessons, self._take_lessons)

    def set_text(self, text: str, soon: bool = True) -> None:
        """Take the text as it stands now; `soon` waits until typing has paused."""
        if text != self._text:
            self._text = text
            self._want(DEBOUNCE_MS if soon else 0)

    def start_over(self, text: str, state: DraftState | None = None) -> None:
        """Another list: forget all decisions but those of `state`."""
        self._stack = UndoStack(state)
        self._text = text
        self._target, self._choice_made, self._wants_new = None, False, False
        self.reading, self._before_lesson = None, None
        self.state_changed.emit()
        self._want(0)

    def put(self, state: DraftState) -> None:
        """Put a person's decision in force."""
        if self._stack.push(state):
            self.state_changed.emit()
            self._want(0)

    def teach(self, lesson: Lesson) -> None:
        """Read all lines of the lesson's form by it; the next reading says how many rows changed."""
        if self.reading is not None and self._before_lesson is None:
            self._before_lesson = self.reading.draft
        self.put(self.state.taught(lesson))

    def end_lesson(self) -> None:
        """The next lesson is counted against the reading of that moment."""
        self._before_lesson = None

    def undo(self) -> None:
        if self._stack.undo():
            self.state_changed.emit()
            self._want(0)

    def redo(self) -> None:
        if self._stack.redo():
            self.state_changed.emit()
            self._want(0)

    # -- where it goes

    @property
    def wants_new(self) -> bool:
        """Whether a new album is the target: chosen, or because no album was guessed."""
        if self._choice_made:
            return self._wants_new
        return self.target is None

    @property
    def target(self) -> AlbumId | None:
        """The existing album that is compared with."""
        if self._target is not None:
            return self._target
        preview = self.reading.preview if self.reading else None
        return preview.target if preview else None

    def choose_new(self) -> None:
        self._choice_made, self._wants_new = True, True
        self.state_changed.emit()

    def choose_existing(self, album_id: AlbumId | None = None) -> None:
        """The guessed album, or the one given."""
        self._choice_made, self._wants_new = True, False
        if album_id is not None and album_id != self._target:
            self._target = album_id
            self._want(0)
        self.state_changed.emit()

    def comparison(self) -> Comparison:
        """What each row means for the target."""
        reading = self.reading
        if reading is None or reading.preview is None:
            return _NOTHING
        return reading.as_new if self.wants_new or reading.preview.target is None else reading.with_target

    # -- doing it

    def commit(
        self,
        target: NewAlbum | ExistingAlbum,
        source_name: str,
        remember: bool,
        draft_id: ImportId | None = None,
    ) -> bool:
        """Import what the newest reading shows; False while there is none yet."""
        if not self.is_current or self.importing or self.reading is None:
            return False
        self.importing = True
        lessons = self.state.lessons if remember else ()
        request = ImportRequest((), self._text, target, source_name, draft_id)
        act = _commit(self._imports, self.reading.draft, request, lessons)
        self._commands.run(act, self._committed, self._refused)
        return True

    def stop(self) -> None:
        """End the reading thread after what it is at; does not wait."""
        self._timer.stop()
        self._lane.request_stop()

    def wait(self, ms: int) -> bool:
        return self._lane.wait(ms)

    # -- the lane

    def _want(self, delay_ms: int) -> None:
        self._generation += 1
        self._wanted = self._generation
        if self._under_way:
            return  # started when the one under way is back
        self._timer.start(delay_ms)

    @Slot()
    def _start(self) -> None:
        if self._wanted is None or self._under_way:
            return
        generation, self._wanted = self._wanted, None
        self._under_way = True
        self.busy_changed.emit(True)
        text, state, target = self._text, self.state, self._target
        context = state.context(self._known)
        read = _read(self._reader, generation, text, context, state, target)
        self._lane.run(read, self._take, self._not_read)

    @Slot(object)
    def _take(self, result: tuple[int, Reading]) -> None:
        generation, reading = result
        self._under_way = False
        if generation == self._generation:
            self.busy_changed.emit(False)
            if self._before_lesson is not None:
                counted = changed_rows(self._before_lesson, reading.draft)
                reading = replace(reading, taught=counted)
            self.reading = reading
            self.read.emit(reading)
        elif self._wanted is not None:
            self._timer.start(DEBOUNCE_MS)

    @Slot(object)
    def _not_read(self, error: KnownError) -> None:
        """Reading itself failed: what was read before is not what stands there now."""
        self._under_way = False
        self.busy_changed.emit(False)
        self.reading = None
        if self._wanted is not None:
            self._timer.start(DEBOUNCE_MS)
        else:
            self.refused.emit(str(error))

    @Slot(object)
    def _take_lessons(self, lessons: Sequence[Lesson]) -> None:
        if lessons:
            self._known = tuple(lessons)
            self._want(0)

    @Slot(object)
    def _committed(self, outcome: ImportOutcome) -> None:
        self.importing = False
        self.committed.emit(outcome)

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self.importing = False
        self.refused.emit(str(error))


def _read(
    reader: _Reader,
    generation: int,
    text: str,
    context: ParseContext,
    state: DraftState,
    target: AlbumId | None,
) -> Callable[[], tuple[int, Reading]]:
    return lambda: (generation, reader.read(text, context, state, target))


def _commit(
    imports: Imports, draft: Draft, request: ImportRequest, lessons: Sequence[Lesson]
) -> Callable[[], ImportOutcome]:
    def run() -> ImportOutcome:
        outcome = imports.commit(replace(request, rows=draft.to_import().tracks))
        for lesson in lessons:
            imports.save_lesson(lesson)
        return outcome

    return run
