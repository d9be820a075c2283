"""Review: the tracks whose recording is not sure, decided by key, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.ids import CandidateId, TrackId
from musiclib.domain.states import Bucket, MatchState
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.decisions import Decisions
from musiclib.gui.models.review_queue import ITEM_ROLE, ReviewQueueModel
from musiclib.gui.models.review_reading import QueueReading, read_queue
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.pages.review_dialogs import ReviewDialogs
from musiclib.gui.pages.review_keys import hints
from musiclib.gui.widgets.case_view import CaseView
from musiclib.gui.widgets.controls import rule
from musiclib.gui.widgets.key_hints import KeyHints
from musiclib.gui.widgets.name_form import Names
from musiclib.gui.widgets.review_head import ReviewHead
from musiclib.gui.widgets.review_queue import ReviewQueue
from musiclib.services.changes import Change
from musiclib.services.review_types import FieldChange, ReviewCandidate, ReviewCase, ReviewItem
from musiclib.settings import Settings

_QUEUE_WIDTH, _NARROW_QUEUE = 288, 232
_NARROW_BELOW = 980
_RELOAD_MS = 150
_REST = 4
_DIGITS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)


class ReviewPage(Page):
    """One track is in hand; every decision is an act that can be undone."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._state = MatchState.REVIEW
        self._track: TrackId | None = None
        self._case: ReviewCase | None = None
        self._go_to: TrackId | None = None
        self._point_to: CandidateId | None = None
        self._leaving: set[TrackId] = set()
        self._settled: ReviewItem | None = None
        self._filling = False
        self._least = self._set_as_least = context.preferences.settings.accept_score
        self._acts = Acts(context, self)
        self.decisions = Decisions(self._acts, self)
        self.dialogs = ReviewDialogs(context, self)
        self._reload = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._reload.timeout.connect(self._read)
        self.model = ReviewQueueModel(self._least, self)
        self.queue = ReviewQueue(context, self.model, self._pressed)
        self.queue.selectionModel().currentChanged.connect(self._on_current)
        self.head = ReviewHead(context, self.decisions)
        self.view = CaseView(context)
        self.go_on = QCheckBox(self.tr("Go on after a pick"))
        self.go_on.setFont(context.theme.font("small"))
        self.go_on.setChecked(context.preferences.settings.review_go_on)
        self.go_on.toggled.connect(lambda on: context.preferences.update(review_go_on=on))
        self.hints = KeyHints(context.theme, hints(self._state), self.go_on)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    def open(self, argument: object = None) -> None:
        """`argument` may be a `MatchState`, or the id of the track to stand on."""
        if isinstance(argument, MatchState):
            self._choose_state(argument)
        elif isinstance(argument, UUID):
            self._go_to = TrackId(argument)
        self._read()
        self.queue.setFocus(Qt.FocusReason.OtherFocusReason)

    def foot_height(self) -> int:
        return self.hints.height() if self.hints.isVisible() else 0

    def wait(self, ms: int) -> bool:
        return self.dialogs.wait(ms)

    # -- reading

    def _read(self) -> None:
        review, state, now = self.context.library.review, self._state, self.context.now()
        self.context.commands.run(lambda: read_queue(review, state, now), self._show)

    @Slot(object)
    def _show(self, found: QueueReading) -> None:
        if found.state is not self._state:
            return
        # While the worker is at it, other commands have most of the time between two readings.
        self._reload.setInterval(max(_RELOAD_MS, round(_REST * 1000 * found.took_s)))
        items = [each for each in found.items if each.track_id not in self._leaving]
        self.head.show_counts(found.state, found.waiting, found.settled)
        self.head.show_accept(self._least, self._taken(items))
        if self._go_to is not None and any(each.track_id == self._go_to for each in items):
            self._settled, self._track, self._go_to = None, self._go_to, None
        self._show_items(items)

    def _show_items(self, items: Sequence[ReviewItem]) -> None:
        """Stand on the same track as before, or where it stood."""
        row = self.model.place_of(self._track) or 0
        shown = list(items)
        if self._settled is not None and all(each.track_id != self._settled.track_id for each in items):
            shown.insert(min(row, len(shown)), self._settled)
        self._filling = True
        self.queue.keep_place(lambda: self.model.show(shown))
        if self.model.place_of(self._track) is None:
            left = self.model.items
            self._track = left[min(row, len(left) - 1)].track_id if left else None
            self._settled = None
        self.queue.choose(self._track)
        self._filling = False
        self._stack.setCurrentIndex(self._nothing[self._state] if not shown else 0)
        self._read_case()

    def _taken(self, items: Iterable[ReviewItem]) -> int:
        return sum(each.best is not None and each.best >= self._least for each in items)

    def _on_current(self, index: QModelIndex) -> None:
        item = index.data(ITEM_ROLE)
        if self._filling or not isinstance(item, ReviewItem) or item.track_id == self._track:
            return
        self._track, self._go_to = item.track_id, None
        if self._settled is not None:
            self._settled = None
            self._reload.start()
        self._read_case()

    def _read_case(self) -> None:
        track_id, review = self._track, self.context.library.review
        if track_id is None:
            self._case = None
            return
        self.context.commands.run(lambda: review.case(track_id), self._show_case, self._case_gone)

    @Slot(object)
    def _show_case(self, case: ReviewCase) -> None:
        if case.item.track_id != self._track:
            return
        row = self.model.place_of(self._track)
        why = self.model.why(self.model.items[row] if row is not None else case.item)
        if self._case is None or self._case.item.track_id != self._track:
            self.view.area.verticalScrollBar().setValue(0)
        self._case = case
        self.view.show_case(case, why)
        if self._point_to is not None:
            self.view.comparison.point_to(self._point_to)
            self._point_to = None

    @Slot(object)
    def _case_gone(self, _error: KnownError) -> None:
        self._reload.start()

    @Slot(object)
    def _on_pointed(self, candidate: ReviewCandidate | None) -> None:
        case = self._case
        if case is None or candidate is None:
            return
        review, track_id = self.context.library.review, case.item.track_id
        self.context.commands.run(
            lambda: (candidate.id, review.would_write(track_id, candidate.id)),
            self._show_changes,
            self._case_gone,
        )

    @Slot(object)
    def _show_changes(self, found: tuple[CandidateId, list[FieldChange]]) -> None:
        self.view.show_changes(*found)

    def _on_tracks(self, ids: Iterable[TrackId]) -> None:
        """What the worker or another page did; it is read a little later, all at once."""
        if not self.isVisible() or self._reload.isActive():
            return
        rows = (self.context.tracks.get(each) for each in ids)
        mine = {each.track_id for each in self.model.items}
        if any(row is None or row.id in mine or row.match_state is self._state for row in rows):
            self._reload.start()

    def _on_reset(self) -> None:
        if self.isVisible():
            self._reload.start()

    # -- deciding

    @property
    def _in_hand(self) -> ReviewCase | None:
        """The track that is decided upon; None while it is being read."""
        case = self._case
        return case if case is not None and case.item.track_id == self._track else None

    def pick(self, candidate: ReviewCandidate) -> None:
        """Take this candidate of the track in hand, and lock it."""
        if (case := self._in_hand) is not None:
            editor, track_id = self.context.library.editor, case.item.track_id
            self._settle(lambda: editor.accept(track_id, candidate.id))

    def none_fits(self) -> None:
        """None of the candidates is it."""
        case = self._in_hand
        if case is not None and any(not each.rejected for each in case.candidates):
            editor, track_id = self.context.library.editor, case.item.track_id
            self._settle(lambda: editor.move([track_id], Bucket.NOT_FOUND))

    def never(self, candidate: ReviewCandidate) -> None:
        """Never offer this one again."""
        case = self._in_hand
        if case is None or candidate.rejected:
            return
        editor, track_id = self.context.library.editor, case.item.track_id
        left = [each for each in case.candidates if not each.rejected and each.id != candidate.id]
        if left:
            self._acts.run(lambda: editor.reject(track_id, candidate.id), self._refused)
        else:
            self._settle(lambda: editor.reject(track_id, candidate.id))

    def offer_again(self, candidate: ReviewCandidate) -> None:
        case = self._in_hand
        if case is None:
            return
        review, track_id = self.context.library.review, case.item.track_id
        if case.item.state is MatchState.NOT_FOUND:
            self._settle(lambda: review.offer_again(track_id, candidate.id))
        else:
            self._acts.run(lambda: review.offer_again(track_id, candidate.id), self._refused)

    def later(self) -> None:
        """Decide about the track in hand when the others are done."""
        case = self._in_hand
        if case is None:
            return
        review, track_id = self.context.library.review, case.item.track_id
        row = self.model.place_of(track_id) or 0
        if row + 1 < len(self.model.items):
            self.step(1)
        self._acts.run(lambda: review.later([track_id]), self._refused)

    def keep_as_it_is(self) -> None:
        """What was pasted is right, whatever the catalogues know."""
        case = self._in_hand
        if case is not None and case.item.state is MatchState.NOT_FOUND:
            editor, track_id = self.context.library.editor, case.item.track_id
            self._settle(lambda: editor.move([track_id], Bucket.MATCHED))

    def look_up_as(self, names: Names) -> None:
        """Ask again, under other names if there are any."""
        case = self._in_hand
        if case is None:
            return
        editor, track_id = self.context.library.editor, case.item.track_id
        if names:
            self._settle(lambda: editor.look_up_as(track_id, names))
        else:
            self._settle(lambda: editor.look_up_again([track_id]))
        self.queue.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """The next track, or one before."""
        row = self.queue.currentIndex().row() + by
        if 0 <= row < self.model.rowCount():
            self.queue.setCurrentIndex(self.model.index(row))

    def _settle(self, op: Callable[[], Change]) -> None:
        """Make a decision after which the track leaves the queue."""
        case, row = self._in_hand, self.model.place_of(self._track)
        if case is None or row is None:
            return
        track_id = case.item.track_id
        self._acts.run(op, self._refused)
        if self.go_on.isChecked() or self._state is MatchState.NOT_FOUND:
            self._leaving.add(track_id)
            self.context.commands.run(lambda: track_id, self._left)
            self._show_items([each for each in self.model.items if each.track_id != track_id])
        else:
            self._settled = replace(self.model.items[row], state=MatchState.MATCHED)

    @Slot(object)
    def _left(self, track_id: TrackId) -> None:
        self._leaving.discard(track_id)
        self._reload.start()

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self.context.shell.toast(str(error))
        self._settled = None
        self._reload.start()

    @Slot(object)
    def _on_taken_back(self, track_id: TrackId) -> None:
        self._go_to = track_id
        self._reload.start()

    # -- what needs a dialog

    def paste_reference(self) -> None:
        """Say which recording it is by a link, an ISRC or an MBID."""
        if self._in_hand is not None:
            self.dialogs.ask_reference(self._in_hand)

    def edit_names(self) -> None:
        """Give the track in hand another name and look it up again."""
        if self._state is MatchState.NOT_FOUND:
            self.view.form.names.take_focus()
        elif self._in_hand is not None:
            self.dialogs.ask_names(self._in_hand)

    def _on_found(self, track_id: TrackId, offered: Sequence[ReviewCandidate]) -> None:
        self.context.shell.refresh([track_id], [])
        if track_id == self._track:
            self._point_to = offered[0].id
            self._read_case()
        else:
            self.context.shell.toast(
                self.tr("What you pasted was found, and is offered for the track of before.")
            )

    def _set_least(self, least: float) -> None:
        self._least = least
        self.head.show_accept(least, self._taken(self.model.items))

    def _on_settings(self, settings: Settings) -> None:
        if settings.accept_score != self._set_as_least:
            self._set_as_least = settings.accept_score
            self._set_least(settings.accept_score)

    def _reasons(self) -> dict[TrackId, str]:
        return {each.track_id: self.model.why(each) for each in self.model.items}

    def _accept_all(self, choices: Sequence[tuple[TrackId, CandidateId]]) -> None:
        editor = self.context.library.editor
        self._acts.run(lambda: editor.accept_all(choices))

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if isinstance(self.window().focusWidget(), QLineEdit):
            if event.key() == Qt.Key.Key_Escape:
                self.queue.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._pressed(event):
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        """A key while the page or its queue has the focus; False leaves it."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = event.key()
        if key in _DIGITS:
            self._press_digit(key - Qt.Key.Key_1)
            return True
        act = self._KEYS.get(key)
        if act is None:
            return False
        act(self)
        return True

    def _press_digit(self, place: int) -> None:
        """One that is out of sight comes into view first: nobody picks what he has not seen."""
        comparison = self.view.comparison
        if self._in_hand is None or place >= len(comparison.candidates):
            return
        if comparison.in_view(place):
            self.pick(comparison.candidates[place])
        else:
            comparison.point(place)

    def _press_enter(self) -> None:
        current = self.view.comparison.current
        if self._state is MatchState.NOT_FOUND:
            self.view.form.names.take_focus()
        elif current is not None:
            self.pick(current)

    def _press_never(self) -> None:
        if (current := self.view.comparison.current) is not None:
            self.never(current)

    _KEYS: ClassVar[dict[int, Callable[[ReviewPage], None]]] = {
        Qt.Key.Key_J: lambda page: page.step(1),
        Qt.Key.Key_K: lambda page: page.step(-1),
        Qt.Key.Key_Down: lambda page: page.step(1),
        Qt.Key.Key_Up: lambda page: page.step(-1),
        Qt.Key.Key_Left: lambda page: page.view.comparison.step(-1),
        Qt.Key.Key_Right: lambda page: page.view.comparison.step(1),
        Qt.Key.Key_Return: _press_enter,
        Qt.Key.Key_Enter: _press_enter,
        Qt.Key.Key_0: none_fits,
        Qt.Key.Key_X: none_fits,
        Qt.Key.Key_N: _press_never,
        Qt.Key.Key_S: later,
        Qt.Key.Key_U: lambda page: page.decisions.undo(),
        Qt.Key.Key_L: paste_reference,
        Qt.Key.Key_V: paste_reference,
        Qt.Key.Key_E: edit_names,
        Qt.Key.Key_R: keep_as_it_is,
    }

    # -- putting it together

    def _choose_state(self, state: MatchState) -> None:
        if state is self._state:
            return
        self._state = state
        self._track = self._case = self._settled = self._go_to = None
        self.hints.show_hints(hints(self._state))
        self.go_on.setVisible(state is MatchState.REVIEW)
        self._filling = True
        self.model.show([])
        self._filling = False

    def _on_state(self, state: MatchState) -> None:
        self._choose_state(state)
        self._read()
        self.queue.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.queue.setFixedWidth(_QUEUE_WIDTH if self.width() >= _NARROW_BELOW else _NARROW_QUEUE)

    def _lay_out(self) -> None:
        board = QWidget()
        row = QHBoxLayout(board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.queue)
        row.addWidget(rule("v"))
        row.addWidget(self.view, 1)
        work = QWidget()
        below = QVBoxLayout(work)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(board, 1)
        below.addWidget(rule())
        below.addWidget(self.hints)
        self._stack.addWidget(work)
        self._nothing = {
            MatchState.REVIEW: self._stack.addWidget(
                self._nothing_here(
                    self.tr("Nothing to review."),
                    self.tr("Every match is settled. What the look-ups are not sure of will come here."),
                )
            ),
            MatchState.NOT_FOUND: self._stack.addWidget(
                self._nothing_here(
                    self.tr("Nothing is missing."),
                    self.tr("Every track that was looked up was found, or kept as it is."),
                )
            ),
        }
        blank = self._stack.addWidget(QWidget())
        self._stack.setCurrentIndex(blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def _nothing_here(self, head: str, sub: str) -> NothingHere:
        made = NothingHere(self.context.theme, head, sub, self.tr("Open Albums"))
        made.acted.connect(partial(self.context.shell.open_page, places.ALBUMS))
        return made

    def _connect(self) -> None:
        context, view = self.context, self.view
        self.head.state_chosen.connect(self._on_state)
        self.head.accept_wanted.connect(lambda: self.dialogs.ask_many(self._least, self._reasons()))
        self.dialogs.found.connect(self._on_found)
        self.dialogs.renamed.connect(self.look_up_as)
        self.dialogs.accepted.connect(self._accept_all)
        self.dialogs.least_changed.connect(self._set_least)
        view.comparison.picked.connect(self.pick)
        view.comparison.ruled_out.connect(self.never)
        view.comparison.offered_again.connect(self.offer_again)
        view.comparison.none_fits.connect(self.none_fits)
        view.comparison.pointed.connect(self._on_pointed)
        view.form.names.wanted.connect(self.look_up_as)
        view.form.link_wanted.connect(self.paste_reference)
        view.form.kept.connect(self.keep_as_it_is)
        self.decisions.taken_back.connect(self._on_taken_back)
        for signal in (context.tracks.stirred, context.tracks.changed, context.tracks.removed):
            signal.connect(self._on_tracks)
        context.albums.reset.connect(self._on_reset)
        context.preferences.changed.connect(self._on_settings)
