"""The menu of one or more tracks in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.rows import TrackRow
from musiclib.gui.acts import TrackActs
from musiclib.gui.shell import BULK, BY_EAR
from musiclib.services.art_types import ArtOf


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrackMenu", text)


def show_track_menu(
    parent: QWidget,
    acts: TrackActs,
    rows: Sequence[TrackRow],
    ids: Sequence[TrackId],
    at: QPoint,
    album_id: AlbumId | None = None,
    shift: Callable[[int], None] | None = None,
) -> None:
    """Pop up at a place on the screen.

    `ids` are the chosen tracks, `rows` those of them that have been read. `album_id` is the album whose list
    they stand on; `shift` moves them there by so many places.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(_tr("Add to album"), lambda: acts.ask_for_album(ids, parent.window()))
    menu.addAction(_tr("Bulk change\tB"), lambda: acts.context.shell.open_page(BULK, tuple(ids)))
    menu.addAction(_tr("Look up again"), lambda: acts.retry(ids))
    menu.addAction(_tr("Analyse again"), lambda: acts.analyse_again(ids))
    menu.addAction(_tr("Decide by ear"), lambda: acts.context.shell.open_page(BY_EAR, ids[0]))
    if len(ids) == 1:
        row, shell = rows[0], acts.context.shell
        menu.addAction(_tr("Goes with this\tCtrl+G"), lambda: shell.find_neighbours(row.id))
        name = f"{row.artist} - {row.title}"
        menu.addAction(_tr("Art"), lambda: shell.choose_art(ArtOf(track_id=row.id), name))
    menu.addAction(_tr("Write tags into files\tCtrl+T"), lambda: acts.write_tags(ids, album_id))
    menu.addAction(_tr("Copy artist and title"), lambda: _copy(rows))
    if album_id is not None:
        menu.addSeparator()
        if shift is not None:
            menu.addAction(_tr("Move up\tAlt+Up"), lambda: shift(-1))
            menu.addAction(_tr("Move down\tAlt+Down"), lambda: shift(1))
        menu.addAction(_tr("Remove from this album"), lambda: acts.remove_from_album(album_id, rows))
    menu.popup(at)


def _copy(rows: Sequence[TrackRow]) -> None:
    lines = [f"{row.artist} - {row.title}" + (f" ({row.version})" if row.version else "") for row in rows]
    QGuiApplication.clipboard().setText("\n".join(lines))
