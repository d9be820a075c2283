"""Smart albums in the window: read, counted, opened, changed by a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.ids import SmartAlbumId
from musiclib.domain.packs import PRESETS, Preset, search_of
from musiclib.domain.rows import SmartAlbumRow
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.gui import shell as places
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.smart_album import SmartAlbumDialog
from musiclib.gui.models.query_words import term_sentence
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.smart_section import SmartEntry, SmartSection
from musiclib.services.changes import Change

_CALM_MS = 1200
"""After a change of the library, before they are counted again."""


class SmartAlbums(QObject):
    """`shown` is sent when another album, or none, is the one whose search is on the tracks page."""

    shown = Signal()

    def __init__(
        self,
        context: AppContext,
        section: SmartSection,
        window: QWidget,
        focus_search: Callable[[], None],
    ) -> None:
        """`focus_search` puts the cursor into the search field of the page that is open."""
        super().__init__(window)
        self._focus_search = focus_search
        self._query = TrackQuery()
        """What is searched for on the tracks page."""
        self._context, self._section, self._window = context, section, window
        self._service = context.library.smart_albums
        self._acts = Acts(context, self)
        self._rows: dict[str, SmartAlbumRow] = {}
        self._opened = ""
        """The album that was opened last, while its search is the one that is being changed."""
        self.current = ""
        """The album whose search is shown as it is kept."""
        self._recount = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._recount.timeout.connect(self._count)
        for signal in (context.tracks.stirred, context.tracks.removed, context.tracks.reset):
            signal.connect(self._recount.start)
        section.opened.connect(self.open)
        section.asked.connect(self._do)
        section.menu_wanted.connect(self._show_menu)
        section.suggested.connect(self._take_suggestion)
        section.new_wanted.connect(self._ask_for_new)
        context.shell.save_wanted.connect(self.ask_to_save)
        context.shell.keep_wanted.connect(self._save)
        context.shell.searched.connect(self._on_searched)
        for turned in (context.shell.taken_back, context.shell.done_again):
            turned.connect(self._on_turned)

    def load(self) -> None:
        """Read them, and count what they find."""
        self._context.commands.run(self._service.list, self._take)

    def open(self, key: str) -> None:
        """Show its search on the tracks page."""
        row = self._rows.get(key)
        if row is not None:
            self._opened = key
            self._context.shell.open_page(places.TRACKS, parse_query(row.query))

    def ask_to_save(self, query: TrackQuery) -> None:
        """Let a person name the search that is shown, or keep it under the album it came from."""
        row = self._rows.get(self._opened)
        changed = row is not None and parse_query(row.query) != query
        dialog = SmartAlbumDialog(
            self._context.theme,
            self._window,
            self.tr("Save as smart album"),
            self._name_for(query),
            str(query),
            row.name if row is not None and changed else "",
        )
        dialog.named.connect(lambda name: self._save(name, str(query)))
        if row is not None:
            dialog.updated.connect(partial(self._change_query, row, str(query)))
        self._present(dialog)

    # -- what comes from the library

    @Slot(list)
    def _on_turned(self, _acts: object) -> None:
        self.load()

    @Slot(object)
    def _take(self, rows: tuple[SmartAlbumRow, ...]) -> None:
        self._rows = {str(row.id): row for row in rows}
        entries = [SmartEntry(key, row.name, row.query) for key, row in self._rows.items()]
        self._section.show_entries(entries, self._suggestions())
        self.current = ""
        self._on_searched(self._query)
        self.shown.emit()
        self._count()

    def _count(self) -> None:
        ids = [row.id for row in self._rows.values()]
        if ids:
            self._context.reading.ask(Topic.SMART, partial(self._service.counts, ids), self._show_counts)

    @Slot(object)
    def _show_counts(self, counts: dict[SmartAlbumId, int]) -> None:
        self._section.show_counts({str(key): count for key, count in counts.items()})

    @Slot(object)
    def _on_searched(self, query: TrackQuery) -> None:
        self._query, asked = query, set(query.terms)
        same = [key for key, row in self._rows.items() if set(parse_query(row.query).terms) == asked]
        if not asked:
            self._opened = ""
        current = self._opened if self._opened in same else (same[0] if same else "")
        if current != self.current:
            self.current = current
            self._opened = current or self._opened
            self.shown.emit()

    # -- what a person does

    def _do(self, act: str, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        acts: dict[str, Callable[[], object]] = {
            "rename": partial(self._ask_for_name, row),
            "delete": partial(self._delete, row),
            "up": partial(self._move, row, -1),
            "down": partial(self._move, row, 1),
            "edit": partial(self._edit, row),
        }
        acts[act]()

    def _show_menu(self, key: str, at: QPoint) -> None:
        menu = QMenu(self._section)
        for words, act in (
            (self.tr("Open"), partial(self.open, key)),
            (self.tr("Change the search"), partial(self._do, "edit", key)),
            (self.tr("Rename\tF2"), partial(self._do, "rename", key)),
            (self.tr("Move up\tAlt+Up"), partial(self._do, "up", key)),
            (self.tr("Move down\tAlt+Down"), partial(self._do, "down", key)),
            (self.tr("Delete\tDel"), partial(self._do, "delete", key)),
        ):
            menu.addAction(words, act)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _ask_for_new(self) -> None:
        """From the search that is shown; without one, the person is led to make one."""
        shell = self._context.shell
        shell.open_page(places.TRACKS)
        if self._query:
            self._opened = ""
            self.ask_to_save(self._query)
        else:
            self._focus_search()
            shell.toast(self.tr("Search for something first. “Save as smart album” stands beside it then."))

    def _take_suggestion(self, entry: SmartEntry) -> None:
        self._save(entry.name, entry.query)
        self._context.shell.open_page(places.TRACKS, parse_query(entry.query))

    def _save(self, name: str, query: str) -> None:
        self._run(lambda: self._service.keep(name, query)[1])

    def _edit(self, row: SmartAlbumRow) -> None:
        self.open(str(row.id))
        self._focus_search()

    def _ask_for_name(self, row: SmartAlbumRow) -> None:
        title = self.tr("Rename “{name}”").format(name=row.name)
        dialog = SmartAlbumDialog(self._context.theme, self._window, title, row.name, row.query)
        dialog.named.connect(lambda name: self._run(partial(self._service.rename, row.id, name)))
        self._present(dialog)

    def _change_query(self, row: SmartAlbumRow, query: str) -> None:
        self._run(lambda: self._service.keep(row.name, query, row.id)[1])

    def _move(self, row: SmartAlbumRow, by: int) -> None:
        keys = list(self._rows)
        place = keys.index(str(row.id)) + by
        if 0 <= place < len(keys):
            self._run(partial(self._service.move, row.id, place))

    def _delete(self, row: SmartAlbumRow) -> None:
        self._run(partial(self._service.delete, row.id))

    def _run(self, op: Callable[[], Change]) -> None:
        self._acts.run(op)
        self.load()

    def _present(self, dialog: SmartAlbumDialog) -> None:
        dialog.closed.connect(dialog.deleteLater)
        dialog.present()

    def _name_for(self, query: TrackQuery) -> str:
        notation = self._context.preferences.settings.key_notation
        return ", ".join(term_sentence(term, notation) for term in query.terms)[:60]

    def _suggestions(self) -> list[SmartEntry]:
        return [
            SmartEntry("", self.tr("Top hits"), search_of(PRESETS[Preset.TOP_HITS])),
            SmartEntry("", self.tr("Deep cuts"), search_of(PRESETS[Preset.DEEP_CUTS])),
            SmartEntry("", self.tr("Mixes with 8A"), "key:~8A"),
            SmartEntry("", self.tr("Needs an ear"), "needs:ear"),
            SmartEntry("", self.tr("Added this week"), "added:<7d"),
            SmartEntry("", self.tr("Missing ISRC"), "missing:isrc"),
        ]
