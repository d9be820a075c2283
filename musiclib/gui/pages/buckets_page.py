"""Edit album: every place of the list and every extra file in one of four buckets. Saved as you go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId, CandidateId, FileId, TrackId
from musiclib.domain.rows import TrackDetail
from musiclib.domain.states import Bucket
from musiclib.errors import BugError, KnownError
from musiclib.gui import shell as places
from musiclib.gui.acts import Acts
from musiclib.gui.art_work import Take, picture_in
from musiclib.gui.context import AppContext
from musiclib.gui.decisions import Decisions
from musiclib.gui.dialogs.album_picker import AlbumPicker
from musiclib.gui.models.bucket_cards import card_id
from musiclib.gui.pages.base import Page
from musiclib.gui.widgets.accept_bar import AcceptBar
from musiclib.gui.widgets.art import ArtLabel
from musiclib.gui.widgets.bucket_column import BucketColumn
from musiclib.gui.widgets.candidate_menu import candidate_menu
from musiclib.gui.widgets.card_menu import CardMenu
from musiclib.gui.widgets.controls import (
    ElidedLabel,
    SearchField,
    button,
    icon_button,
    rule,
)
from musiclib.gui.widgets.drop_zone import AlbumDropZone
from musiclib.gui.widgets.key_hints import KeyHints
from musiclib.gui.widgets.sum_line import SumLine, Term
from musiclib.gui.widgets.undo_button import UndoButton
from musiclib.gui.wording import number
from musiclib.services.art_types import ArtOf
from musiclib.services.bucket_types import BucketCard, Buckets
from musiclib.settings import Settings

_BUCKETS = (Bucket.MATCHED, Bucket.REVIEW, Bucket.NOT_FOUND, Bucket.EXTRA)
_KEYS = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2, Qt.Key.Key_4: 3}
_RELOAD_MS = 100
_BELOW_ACCEPT = 5
"""What stands in review scores below the threshold of the settings; the slider begins a little under it."""


class BucketsPage(Page):
    """Reads the buckets anew after each change, its own or the worker's."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._album_id: AlbumId | None = None
        self._buckets: Buckets | None = None
        self._acts = Acts(context, self)
        self._decisions = Decisions(self._acts, self)
        self._hints = self._key_hints()
        self._reload = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._reload.timeout.connect(self._read)
        self.setAcceptDrops(True)
        self.columns = self._make_columns()
        self.accept = AcceptBar(context.theme, context.preferences.settings.accept_score - _BELOW_ACCEPT)
        self.accept.accepted.connect(self._accept)
        context.preferences.changed.connect(self._on_settings)
        self.columns[Bucket.REVIEW].add_foot(self.accept)
        self._copy = button(context.theme, self.tr("Copy list"), "copy", dense="true")
        self._copy.clicked.connect(self._copy_list)
        self.columns[Bucket.NOT_FOUND].add_foot(self._copy)
        self.columns[Bucket.EXTRA].add_foot(self._extra_buttons())
        self.sum = SumLine(context.theme)
        self.zone = AlbumDropZone(context.theme)
        # Asked for once the drag has ended, which has an event loop of its own.
        self.zone.dropped.connect(self._ask_for_album, Qt.ConnectionType.QueuedConnection)
        self.zone.hide()
        self._title = ElidedLabel(context.theme, "", "page")
        self._art = ArtLabel(context, context.theme.size("topbar"))
        self.filter = SearchField(context.theme, self.tr("Filter rows"))
        self.filter.textChanged.connect(self._filter)
        self._lay_out()
        for signal in (context.albums.changed, context.albums.reset, context.albums.removed):
            signal.connect(self._album_changed)
        context.tracks.stirred.connect(self._tracks_changed)

    # -- what is shown

    def open(self, argument: object = None) -> None:
        """Edit the album of this id."""
        if isinstance(argument, UUID) and argument != self._album_id:
            self._album_id = AlbumId(argument)
            self._buckets = None
            self.filter.clear()
        self._read()

    def focus_search(self) -> None:
        self.filter.setFocus()

    def _read(self) -> None:
        album_id, editor = self._album_id, self.context.library.editor
        if album_id is not None:
            self.context.commands.run(lambda: editor.buckets(album_id), self._show, self._gone)

    @Slot(object)
    def _show(self, buckets: Buckets) -> None:
        if buckets.album_id != self._album_id:
            return
        first = self._buckets is None
        self._buckets = buckets
        row = self.context.albums.get(buckets.album_id)
        self._title.setText(buckets.title)
        self._art.show_art(row.art_id if row else None, buckets.title)
        for bucket, column in self.columns.items():
            cards = buckets.of(bucket)
            count = number(len(cards))
            if bucket is Bucket.NOT_FOUND and buckets.pending:
                cards = (*cards, *buckets.pending)
                count = self.tr("{n}, {more} to look up").format(n=count, more=number(len(buckets.pending)))
            column.show_cards(cards, count)
        self.accept.show_scores([card.score for card in buckets.review if card.score is not None])
        self._copy.setVisible(bool(buckets.not_found))
        self._show_sum(buckets)
        held = self._focused()
        if first or (held.list.hasFocus() and not held.model.rowCount()):
            self._focus_first()

    def _show_sum(self, buckets: Buckets) -> None:
        extra = len(buckets.extra)
        beside = self.tr("1 extra file") if extra == 1 else self.tr("{n} extra files").format(n=extra)
        self.sum.show_sum(
            self.tr("{n} on your list"),
            [
                Term(len(buckets.matched), self.tr("{n} matched")),
                Term(len(buckets.review), self.tr("{n} to review"), "review"),
                Term(len(buckets.not_found), self.tr("{n} not found")),
                Term(len(buckets.pending), self.tr("{n} still to look up")),
            ],
            beside if extra else "",
        )

    def _gone(self, error: KnownError) -> None:
        """An album that was in view went by what somebody just did, and was told of."""
        if self._buckets is None:
            self.context.shell.toast(str(error))
        self._album_id = self._buckets = None
        if self.isVisible():
            self.context.shell.open_page(places.ALBUMS)

    def _album_changed(self, ids: Sequence[AlbumId] | None = None) -> None:
        if self.isVisible() and (ids is None or self._album_id in ids):
            self._reload.start()

    def _tracks_changed(self, ids: Sequence[TrackId]) -> None:
        if not self.isVisible() or self._buckets is None:
            return
        mine = {card.track_id for bucket in _BUCKETS for card in self._buckets.of(bucket)}
        mine |= {card.track_id for card in self._buckets.pending}
        if not mine.isdisjoint(ids):
            self._reload.start()

    def _on_settings(self, settings: Settings) -> None:
        self.accept.begin_from(settings.accept_score - _BELOW_ACCEPT)

    def _filter(self, text: str) -> None:
        for column in self.columns.values():
            column.model.set_filter(text)

    # -- acts

    @property
    def _shown_album(self) -> AlbumId:
        if self._album_id is None:
            raise BugError("a bucket was used before an album was shown")
        return self._album_id

    def move_cards(self, origin: Bucket, ids: Sequence[UUID], to: Bucket) -> None:
        """Put these cards of one bucket into another."""
        editor = self.context.library.editor
        if origin is to or not ids:
            return
        if origin is Bucket.EXTRA:
            files, album = [FileId(each) for each in ids], self._shown_album
            self._acts.run(lambda: editor.add_files_to_list(album, files))
        elif to is Bucket.EXTRA:
            self.context.shell.toast(
                self.tr("Rows of your list stay on it. Only files that are not on the list are extra.")
            )
        else:
            tracks = [TrackId(each) for each in ids]
            self._acts.run(lambda: editor.move(tracks, to))

    def _link_files(self, files: Sequence[UUID], track_id: TrackId) -> None:
        """These extra files are that row of the list."""
        editor = self.context.library.editor
        self._acts.run(lambda: [editor.link_file(track_id, FileId(each)) for each in files])

    def _look_up_again(self, tracks: Sequence[TrackId]) -> None:
        editor = self.context.library.editor
        self._acts.run(lambda: editor.look_up_again(list(tracks)))
        self.context.shell.work_arrived()

    def _accept(self, score: float) -> None:
        album, editor = self._shown_album, self.context.library.editor
        self._acts.run(lambda: editor.accept_from(album, score))

    def _add_extra(self) -> None:
        self.move_cards(Bucket.EXTRA, self._chosen_extra(), Bucket.MATCHED)

    def _leave_out(self) -> None:
        album, editor = self._shown_album, self.context.library.editor
        files = [FileId(each) for each in self._chosen_extra()]
        self._acts.run(lambda: editor.leave_out(album, files))

    def _chosen_extra(self) -> list[UUID]:
        """The selected extra files, or all of them where none is."""
        column = self.columns[Bucket.EXTRA]
        return [card_id(card) for card in column.list.selected() or column.model.cards]

    def _copy_list(self) -> None:
        album, editor = self._shown_album, self.context.library.editor
        self.context.commands.run(lambda: editor.not_found_text(album), self._copied)

    @Slot(object)
    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        count = len(text.splitlines())
        self.context.shell.toast(self.tr("{n} lines are in the clipboard").format(n=count))

    def _move_to_album(self, cards: Sequence[BucketCard]) -> None:
        self._ask_for_album([card.track_id for card in cards if card.track_id is not None])

    @Slot(list)
    def _ask_for_album(self, tracks: Sequence[TrackId]) -> None:
        if not tracks:
            return
        picker = AlbumPicker(self.context, self.window(), self.tr("Move {n} to album").format(n=len(tracks)))
        picker.chosen.connect(partial(self._move_tracks, tracks))
        picker.closed.connect(picker.deleteLater)
        picker.ask(self._album_id)

    def _move_tracks(self, tracks: Sequence[TrackId], to: AlbumId) -> None:
        album, editor = self._shown_album, self.context.library.editor
        self._acts.run(lambda: editor.move_to_album(list(tracks), album, to))

    # -- candidates

    def _see_candidates(self, card: BucketCard) -> None:
        if card.track_id is None or not card.candidates:
            self.context.shell.toast(self.tr("There is no candidate for this row."))
            return
        track_id, library = card.track_id, self.context.library.library
        self.context.commands.run(lambda: library.track(track_id), self._show_candidates)

    @Slot(object)
    def _show_candidates(self, detail: TrackDetail) -> None:
        menu = candidate_menu(self, detail, self._choose, self._rule_out)
        menu.popup(self._menu_place())

    def _choose(self, track_id: TrackId, candidate_id: CandidateId) -> None:
        editor = self.context.library.editor
        self._acts.run(lambda: editor.accept(track_id, candidate_id))

    def _rule_out(self, track_id: TrackId, candidate_id: CandidateId) -> None:
        editor = self.context.library.editor
        self._acts.run(lambda: editor.reject(track_id, candidate_id))

    def _menu_place(self) -> QPoint:
        column = self._focused()
        rect = column.list.visualRect(column.list.currentIndex())
        return column.list.viewport().mapToGlobal(rect.bottomLeft())

    # -- art

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (take := picture_in(event.mimeData())) is not None:
            event.acceptProposedAction()
            self._choose_art(take)

    def _choose_art(self, take: Take | None) -> None:
        row = self.context.albums.get(self._album_id) if self._album_id is not None else None
        if row is not None:
            self.context.shell.choose_art(ArtOf(row.id), row.title, take)

    # -- keys

    def _pressed(self, bucket: Bucket, event: QKeyEvent) -> bool:
        """A key in the list of this bucket; False leaves it to the list."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        column = self.columns[bucket]
        key = Qt.Key(event.key())
        if key in _KEYS:
            ids = [card_id(card) for card in column.list.selected()]
            self.move_cards(column.bucket, ids, _BUCKETS[_KEYS[key]])
            return True
        current = column.list.current()
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_J: lambda: self._step(column, 1),
            Qt.Key.Key_K: lambda: self._step(column, -1),
            Qt.Key.Key_Left: lambda: self._beside(column, -1),
            Qt.Key.Key_Right: lambda: self._beside(column, 1),
            Qt.Key.Key_M: lambda: self._move_to_album(column.list.selected()),
        }
        if current is not None:
            acts[Qt.Key.Key_Return] = acts[Qt.Key.Key_Enter] = lambda: self._see_candidates(current)
        if key not in acts:
            return False
        acts[key]()
        return True

    def _step(self, column: BucketColumn, by: int) -> None:
        cards = column.list
        row = cards.currentIndex().row() + by
        if 0 <= row < cards.model().rowCount():
            cards.setCurrentIndex(cards.model().index(row, 0))

    def _beside(self, column: BucketColumn, by: int) -> None:
        order = [self.columns[bucket] for bucket in _BUCKETS]
        here = order.index(column)
        target = order[(here + by) % len(order)].list
        target.setFocus()
        if not target.currentIndex().isValid() and target.model().rowCount():
            target.setCurrentIndex(target.model().index(0, 0))

    def _focused(self) -> BucketColumn:
        for column in self.columns.values():
            if column.list.hasFocus():
                return column
        return self.columns[Bucket.MATCHED]

    def _focus_first(self) -> None:
        """Begin where a person is needed."""
        for bucket in (Bucket.REVIEW, Bucket.NOT_FOUND, Bucket.MATCHED, Bucket.EXTRA):
            cards = self.columns[bucket].list
            if cards.model().rowCount():
                cards.setFocus()
                cards.setCurrentIndex(cards.model().index(0, 0))
                return

    def _card_menu(self, bucket: Bucket, at: QPoint) -> None:
        column = self.columns[bucket]
        cards = column.list.selected()
        if not cards:
            return
        ids = [card_id(card) for card in cards]
        tracks = [card.track_id for card in cards if card.track_id is not None]
        menu = CardMenu(self, bucket, cards)
        menu.moved.connect(partial(self.move_cards, bucket, ids))
        menu.candidates_wanted.connect(partial(self._see_candidates, cards[0]))
        menu.look_up_wanted.connect(partial(self._look_up_again, tracks))
        menu.album_wanted.connect(partial(self._move_to_album, cards))
        menu.added.connect(self._add_extra)
        menu.left_out.connect(self._leave_out)
        menu.linked.connect(partial(self._link_files, ids))
        if bucket is Bucket.EXTRA:
            menu.offer_rows(self._rows_without_file())
        menu.popup(at)

    def _rows_without_file(self) -> list[BucketCard]:
        if self._buckets is None:
            return []
        rows = [card for bucket in _BUCKETS[:-1] for card in self._buckets.of(bucket)]
        missing = [card for card in (*rows, *self._buckets.pending) if card.path is None]
        return sorted(missing, key=lambda card: card.position or 0)

    # -- putting it together

    def _make_columns(self) -> dict[Bucket, BucketColumn]:
        names = {
            Bucket.MATCHED: self.tr("Matched"),
            Bucket.REVIEW: self.tr("To review"),
            Bucket.NOT_FOUND: self.tr("Not found"),
            Bucket.EXTRA: self.tr("Extra files"),
        }
        made = {}
        for place, bucket in enumerate(_BUCKETS, 1):
            column = BucketColumn(
                self.context, bucket, names[bucket], str(place), partial(self._pressed, bucket)
            )
            column.list.dropped.connect(partial(self._dropped, bucket))
            column.list.linked.connect(self._link_files)
            column.list.dragging.connect(column.model.fade)
            if bucket is not Bucket.EXTRA:
                column.list.dragging.connect(self._offer_zone)
            column.list.position_of = self._position_of
            column.list.doubleClicked.connect(lambda _, c=column: self._see_current(c))
            column.menu_wanted.connect(partial(self._card_menu, bucket))
            made[bucket] = column
        return made

    @Slot(list)
    def _offer_zone(self, ids: Sequence[UUID]) -> None:
        """While rows are on their way, another album is a place to drop them."""
        self.zone.setVisible(bool(ids))
        self.filter.setVisible(not ids)

    def _dropped(self, to: Bucket, origin: Bucket, ids: Sequence[UUID]) -> None:
        self.move_cards(origin, ids, to)

    def _see_current(self, column: BucketColumn) -> None:
        if (card := column.list.current()) is not None:
            self._see_candidates(card)

    def _position_of(self, wanted: UUID) -> int | None:
        if self._buckets is None:
            return None
        for bucket in _BUCKETS:
            for card in self._buckets.of(bucket):
                if card_id(card) == wanted:
                    return card.position
        return None

    def _extra_buttons(self) -> QWidget:
        theme = self.context.theme
        add = button(theme, self.tr("Add to the list"), dense="true")
        add.clicked.connect(self._add_extra)
        leave = button(theme, self.tr("Leave out"), dense="true")
        leave.clicked.connect(self._leave_out)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(2))
        row.addWidget(add)
        row.addWidget(leave)
        return both

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        board = QHBoxLayout()
        board.setContentsMargins(margin, theme.space(2), margin, theme.space(4))
        board.setSpacing(theme.space(4))
        for bucket in _BUCKETS:
            board.addWidget(self.columns[bucket], 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(board, 1)
        column.addWidget(rule())
        column.addWidget(self._hints)

    def _head(self) -> QHBoxLayout:
        theme = self.context.theme
        back = icon_button(theme, "arrow-left", self.tr("Back to the album"), "Alt+Left")
        back.clicked.connect(self._done)
        to_album = QShortcut(QKeySequence("Alt+Left"), self)
        to_album.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        to_album.activated.connect(self._done)
        undo = UndoButton(theme, self._decisions)
        self._art_button = button(theme, self.tr("Art"), "image")
        self._art_button.clicked.connect(partial(self._choose_art, None))
        done = button(theme, self.tr("Done"), kind="primary")
        done.clicked.connect(self._done)
        self.filter.setMinimumWidth(theme.size("sidebar") // 2)
        self.filter.setMaximumWidth(theme.size("sidebar"))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self.sum)
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(4), theme.space(4), theme.size("page_margin"), theme.space(2))
        row.setSpacing(theme.space(3))
        row.addWidget(back)
        row.addWidget(self._art)
        row.addLayout(names, 3)
        row.addWidget(self.zone, 2)
        row.addWidget(self.filter, 1)
        for part in (undo, self._art_button, done):
            row.addWidget(part)
        return row

    def _key_hints(self) -> KeyHints:
        hints = (
            (("1", "2", "3", "4"), self.tr("move to bucket")),
            (("Enter",), self.tr("see candidates")),
            (("J", "K"), self.tr("next, back")),
            (("Shift ↓",), self.tr("select more")),
            (("M",), self.tr("move to album")),
            (("Ctrl Z",), self.tr("undo")),
        )
        return KeyHints(self.context.theme, hints, self.tr("Saved as you go"))

    def foot_height(self) -> int:
        return self._hints.height()

    def _done(self) -> None:
        if self._album_id is not None:
            self.context.shell.open_album(self._album_id)
