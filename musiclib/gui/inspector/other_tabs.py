"""The inspector's other tabs: the album, the files, what was done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import AlbumRow, FileRow, HistoryEntry, TrackDetail, TrackRow
from musiclib.domain.states import FileState
from musiclib.gui import wording
from musiclib.gui.acts import Acts, AlbumActs
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.album_keys import album_keys
from musiclib.gui.inspector.fields import file_size
from musiclib.gui.inspector.sound_facts import add_sound_facts
from musiclib.gui.widgets.choosers import choose_file
from musiclib.gui.widgets.controls import ElidedLabel, button, label, rule
from musiclib.services.file_facts import LINKABLE
from musiclib.services.listening import Heard


class _Tab(QWidget):
    """Filled anew for each track."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._body: QWidget | None = None

    def fresh(self) -> QVBoxLayout:
        """Drop what was shown and give an empty column."""
        if self._body is not None:
            self._outer.removeWidget(self._body)
            self._body.deleteLater()
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.context.theme.space(2))
        self._outer.addWidget(self._body)
        return column


class AlbumTab(_Tab):
    """The albums a track stands on, each with its keys, and its names to edit."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = AlbumActs(context, self)
        self._keys: dict[AlbumId, QVBoxLayout] = {}
        """Where the keys of each album are to stand."""

    def show_detail(self, detail: TrackDetail) -> None:
        column, theme = self.fresh(), self.context.theme
        self._keys = {}
        if not detail.albums:
            column.addWidget(
                label(theme, self.tr("This track stands on no album's list."), "body", "secondary", wrap=True)
            )
        for album_id, title in detail.albums:
            row = self.context.albums.get(album_id)
            column.addWidget(label(theme, title, "section", wrap=True))
            self._keys[album_id] = QVBoxLayout()
            column.addLayout(self._keys[album_id])
            self.context.commands.run(partial(self._read_keys, album_id), self._show_keys)
            if row is not None:
                column.addWidget(self._form(row))
            column.addWidget(rule())
        column.addStretch(1)

    def _read_keys(self, album_id: AlbumId) -> tuple[AlbumId, list[TrackRow]]:
        """The rows of an album in the order of its list; not for the GUI thread."""
        library = self.context.library.library
        ids = [entry.track_id for entry in library.album(album_id).entries]
        rows = {row.id: row for row in library.load_tracks(ids)}
        return album_id, [rows[each] for each in ids if each in rows]

    @Slot(object)
    def _show_keys(self, found: tuple[AlbumId, list[TrackRow]]) -> None:
        album_id, rows = found
        place = self._keys.pop(album_id, None)
        if place is not None:
            shell = self.context.shell
            place.addWidget(album_keys(self.context, rows, lambda nth: shell.open_album_of(rows[nth].id)))

    def _form(self, row: AlbumRow) -> QWidget:
        theme = self.context.theme
        box = QWidget()
        outer = QVBoxLayout(box)
        outer.setContentsMargins(0, 0, 0, 0)
        head, rest = wording.album_sentence(row.counts)
        outer.addWidget(label(theme, f"{head} {rest}".strip(), "small", "secondary", wrap=True))
        form = QFormLayout()
        form.setHorizontalSpacing(theme.space(3))
        form.setVerticalSpacing(theme.space(2))
        edits = []
        year = str(row.year) if row.year else ""
        for words, value in (
            (self.tr("Title"), row.title),
            (self.tr("Artist"), row.artist or ""),
            (self.tr("Year"), year),
        ):
            edit = QLineEdit(value)
            edit.setProperty("dense", "true")
            edit.setFont(theme.font("body"))
            edit.setAccessibleName(words)
            form.addRow(label(theme, words, "small", "tertiary"), edit)
            edits.append(edit)
        outer.addLayout(form)
        buttons = QHBoxLayout()
        save = button(theme, self.tr("Save names"), dense="true")
        save.clicked.connect(partial(self._save, row, edits))
        for edit in edits:
            edit.returnPressed.connect(partial(self._save, row, edits))
        buttons.addWidget(save)
        show = button(theme, self.tr("Open album"), dense="true")
        show.clicked.connect(partial(self.context.shell.open_album, row.id))
        buttons.addWidget(show)
        buttons.addStretch(1)
        outer.addLayout(buttons)
        return box

    def _save(self, row: AlbumRow, edits: list[QLineEdit]) -> None:
        title, artist, year = (edit.text().strip() for edit in edits)
        if year and not (year.isdecimal() and len(year) == 4):
            self.context.shell.toast(self.tr("“{text}” is no year. Write it as 2024.").format(text=year))
            return
        for edit in edits:
            edit.setModified(False)
        self._acts.rename(row, title, artist or None, int(year) if year else None)


class FileTab(_Tab):
    """The audio files of a track, and the way to say by hand which they are."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = Acts(context, self)
        self.heard: Heard | None = None
        """What was measured of the track that is shown next."""

    def show_detail(self, detail: TrackDetail) -> None:
        column, theme = self.fresh(), self.context.theme
        track_id = detail.row.id
        if not detail.files:
            text = self.tr(
                "No audio file yet. Add a folder that has it: it is matched by tags, name and length."
            )
            column.addWidget(label(theme, text, "body", "secondary", wrap=True))
        for file in detail.files:
            self._add_file(column, track_id, file)
        link = button(theme, self.tr("Link a file"), "link-simple", dense="true")
        link.setToolTip(self.tr("Say by hand which audio file this track is"))
        link.clicked.connect(partial(self._choose, track_id))
        column.addWidget(link, alignment=Qt.AlignmentFlag.AlignLeft)
        if self.heard is not None:
            facts = QVBoxLayout()
            facts.setSpacing(0)
            add_sound_facts(facts, theme, self.heard, self._copy)
            column.addLayout(facts)
        column.addStretch(1)

    def link(self, track_id: TrackId, path: str) -> None:
        """Say that the audio file at this path is that track."""
        editor = self.context.library.editor
        self._acts.run(lambda: editor.link_path(track_id, Path(path)))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.context.shell.toast(self.tr("Copied"))

    def _unlink(self, track_id: TrackId, file: FileRow) -> None:
        editor = self.context.library.editor
        self._acts.run(lambda: editor.unlink_file(track_id, file.id))

    def _choose(self, track_id: TrackId) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(LINKABLE))
        filters = [self.tr("Audio ({patterns})").format(patterns=patterns), self.tr("All files (*)")]
        choose_file(self, self.tr("Link an audio file"), filters, partial(self.link, track_id))

    def _add_file(self, column: QVBoxLayout, track_id: TrackId, file: FileRow) -> None:
        theme = self.context.theme
        folder, _, name = file.path.replace("\\", "/").rpartition("/")
        column.addWidget(ElidedLabel(theme, name, "body_strong", mode=Qt.TextElideMode.ElideMiddle))
        column.addWidget(ElidedLabel(theme, folder, "small", "secondary", Qt.TextElideMode.ElideMiddle))
        if file.state is not FileState.OK:
            words = (
                self.tr("Missing: not where it was.")
                if file.state is FileState.MISSING
                else self.tr("Broken.")
            )
            column.addWidget(
                label(theme, f"{words} {file.reason or ''}".strip(), "small", "error", wrap=True)
            )
        column.addWidget(label(theme, ", ".join(self._facts(file)), "small", "secondary", wrap=True))
        buttons = QHBoxLayout()
        show = button(theme, self.tr("Show in folder"), "folder-open", dense="true")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
        copy = button(theme, self.tr("Copy path"), dense="true")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(file.path))
        unlink = button(theme, self.tr("Unlink"), dense="true")
        unlink.setToolTip(
            self.tr("This file is not this track. It stays where it is, and is not linked again")
        )
        unlink.clicked.connect(partial(self._unlink, track_id, file))
        for each in (show, copy, unlink):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(rule())

    def _facts(self, file: FileRow) -> list[str]:
        facts = [
            file.codec.upper() if file.codec else "",
            wording.duration(file.duration_s) if file.duration_s else "",
        ]
        if file.bit_depth:
            facts.append(self.tr("{n} bit").format(n=file.bit_depth))
        if file.sample_rate:
            facts.append(f"{file.sample_rate / 1000:g} kHz")
        if file.bitrate:
            facts.append(f"{round(file.bitrate / 1000)} kbit/s")
        if file.channels:
            facts.append({1: self.tr("mono"), 2: self.tr("stereo")}.get(file.channels, f"{file.channels} ch"))
        facts.append(file_size(file.size))
        return [fact for fact in facts if fact]


class HistoryTab(_Tab):
    """What was done to a track, newest first, each with its undo."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = Acts(context, self)

    def show_detail(self, detail: TrackDetail) -> None:
        column, theme = self.fresh(), self.context.theme
        if not detail.history:
            column.addWidget(
                label(theme, self.tr("Nothing was changed by hand yet."), "body", "secondary", wrap=True)
            )
        for entry in detail.history:
            self._add(column, entry)
        column.addStretch(1)

    def _add(self, column: QVBoxLayout, entry: HistoryEntry) -> None:
        theme = self.context.theme
        column.addWidget(label(theme, entry.summary, "body", wrap=True))
        row = QHBoxLayout()
        clock = wording.clock(self.context.now())
        when = clock(entry.created_at)
        if entry.undone_at is not None:
            when = self.tr("{time}, taken back").format(time=when)
        row.addWidget(label(theme, when, "small", "secondary"), 1)
        undone = entry.undone_at is not None
        turn = button(theme, self.tr("Redo") if undone else self.tr("Undo"), kind="link", dense="tiny")
        turn.clicked.connect(partial(self._acts.do_again if undone else self._acts.take_back, entry.id))
        row.addWidget(turn)
        column.addLayout(row)
        column.addWidget(rule())
