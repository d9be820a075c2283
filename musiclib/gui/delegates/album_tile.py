"""Paints an album as a tile of the grid, or as a row of the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain.ids import ArtId
from musiclib.domain.rows import AlbumRow
from musiclib.domain.states import BadgeState
from musiclib.domain.wording import complete_count
from musiclib.gui import wording
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.album_grid import AlbumRole
from musiclib.gui.painting.badges import paint_still_badge
from musiclib.gui.painting.lettering import Style
from musiclib.gui.painting.ring import paint_ring
from musiclib.gui.selection import has_several
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex

_TITLE, _ROW_TITLE = Style("title_in_row", weight="body_strong"), Style("title_in_row")
_SMALL, _URGENT, _FACTS = Style("small"), Style("small", weight="title_in_row"), Style("small", tabular=True)
LIST_ROW = 56
"""Height of a row, in pixels."""
_AWAITED = 400
"""Of more than these, most were scrolled past."""


def _complete(row: AlbumRow) -> bool:
    return row.counts.total > 0 and complete_count(row.counts) == row.counts.total


def _line_tone(row: AlbumRow) -> str:
    if row.counts.of(BadgeState.ERROR):
        return "error.text"
    return "review.text" if row.counts.of(BadgeState.REVIEW) else "text.secondary"


class AlbumDelegate(QStyledItemDelegate):
    """Common parts. `hovered` is the row under the pointer; `awaited` says where art is missing still."""

    def __init__(self, theme: Theme, art: Thumbnails, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._art, self._view = theme, art, view
        self.hovered = -1
        self.region = QRegion()
        self.several = False
        self.awaited: dict[tuple[ArtId | None, str], set[int]] = {}

    def begin(self, region: QRegion) -> None:
        """The view paints this now. Qt asks for all that lies between two albums that changed."""
        self.region = region
        self.several = has_several(self._view)
        if len(self.awaited) > _AWAITED:
            self.awaited.clear()

    def prepare(self, row: AlbumRow, ratio: float) -> None:
        """Have the art made of an album that is about to be painted."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(AlbumRole)
        if isinstance(row, AlbumRow) and self.region.intersects(option.rect):
            state: QStyle.StateFlag = option.state
            selected = bool(state & QStyle.StateFlag.State_Selected)
            current = index == self._view.currentIndex()
            self.paint_album(painter, option.rect, row, index.row(), selected=selected, current=current)

    def paint_album(
        self, painter: QPainter, cell: QRect, row: AlbumRow, place: int, *, selected: bool, current: bool
    ) -> None:
        """Paint the album of that place into its cell."""
        raise NotImplementedError

    def _text(self, painter: QPainter, rect: QRect, text: str, style: Style, color: QColor) -> None:
        painter.setPen(color)
        self._theme.lines.draw(painter, rect, text, style)

    def _picture(self, painter: QPainter, place: QRect, row: AlbumRow, nth: int, notched: bool) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = self._art.get(row.art_id, row.title, place.width(), ratio, notched)
        if picture is not None:
            painter.drawPixmap(place.topLeft(), picture)
        else:
            self.awaited.setdefault((row.art_id, row.title), set()).add(nth)

    def _state_line(self, painter: QPainter, rect: QRect, row: AlbumRow) -> None:
        theme = self._theme
        left = rect.left()
        if _complete(row):
            side = round(theme.icon("badge_row"))
            place = QPoint(left, round(rect.center().y() - side / 2 + 0.5))
            paint_still_badge(painter, place, side, BadgeState.DONE, theme)
            left += side + 4
        tone = _line_tone(row)
        style = _SMALL if tone == "text.secondary" else _URGENT
        room = QRect(left, rect.top(), rect.right() - left, rect.height())
        self._text(painter, room, wording.album_line(row), style, theme.color(tone))

    def _frame(self, painter: QPainter, rect: QRectF, selected: bool, current: bool, hovered: bool) -> None:
        theme = self._theme
        focused = self._view.hasFocus()
        radius = theme.radius("card")
        several = self.several
        if hovered or (selected and (several or not current)):
            name = "bg.hover"
            if selected and several:
                name = "bg.selected" if focused else "bg.selected.inactive"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(name))
            painter.drawRoundedRect(rect, radius, radius)
        if current and focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("line.focus"), theme.size("focus_ring")))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


class AlbumTileDelegate(AlbumDelegate):
    """A tile: art with the ring in its notch, title, artist, one line of truth."""

    def __init__(self, theme: Theme, art: Thumbnails, view: QAbstractItemView) -> None:
        super().__init__(theme, art, view)
        self.side = theme.size("tile_min")

    def prepare(self, row: AlbumRow, ratio: float) -> None:
        self._art.prepare(row.art_id, row.title, self.side, ratio, not _complete(row))

    def text_height(self) -> int:
        theme = self._theme
        return theme.space(2) + theme.line("title_in_row") + 2 * theme.line("small")

    def cell_size(self) -> QSize:
        """The tile and half the gap on each side of it."""
        theme = self._theme
        return QSize(
            self.side + theme.size("tile_gap_x"), self.side + self.text_height() + theme.size("tile_gap_y")
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell_size()

    def art_rect(self, cell: QRect) -> QRect:
        theme = self._theme
        left = cell.left() + theme.size("tile_gap_x") // 2
        top = cell.top() + theme.size("tile_gap_y") // 2
        return QRect(left, top, self.side, self.side)

    def tick_rect(self, cell: QRect) -> QRect:
        """Where the tick box of a hovered tile takes clicks."""
        art, hit = self.art_rect(cell), self._theme.size("hit_min")
        return QRect(art.left() + self._theme.space(1), art.top() + self._theme.space(1), hit, hit)

    def menu_rect(self, cell: QRect) -> QRect:
        """Where the menu button of a hovered tile takes clicks."""
        art, side = self.art_rect(cell), self._theme.size("control_dense")
        inset = self._theme.space(2)
        return QRect(art.left() + inset, art.bottom() + 1 - side - inset, side, side)

    def paint_album(
        self, painter: QPainter, cell: QRect, row: AlbumRow, place: int, *, selected: bool, current: bool
    ) -> None:
        theme, hovered = self._theme, place == self.hovered
        art = self.art_rect(cell)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outer = QRectF(art).adjusted(-6, -6, 6, self.text_height() + 6)
        self._frame(painter, outer, selected, current, hovered)
        notched = not _complete(row)
        self._picture(painter, art, row, place, notched)
        if notched:
            ring = theme.icon("ring")
            corner = QPoint(round(art.right() - ring), round(art.bottom() - ring))
            paint_ring(painter, corner, row.counts, row.paused, theme)
        self._lines(painter, art, row)
        if hovered or self.several:
            self._tick(painter, self.tick_rect(cell), selected and self.several, hovered)
        if hovered:
            self._menu(painter, self.menu_rect(cell))
        painter.restore()

    def _lines(self, painter: QPainter, art: QRect, row: AlbumRow) -> None:
        theme = self._theme
        title_line, small_line = theme.line("title_in_row"), theme.line("small")
        top = art.bottom() + 1 + theme.space(2)
        title = QRect(art.left(), top, art.width(), title_line)
        artist = QRect(art.left(), top + title_line, art.width(), small_line)
        state = QRect(art.left(), top + title_line + small_line, art.width(), small_line)
        self._text(painter, title, row.title, _TITLE, theme.color("text.primary"))
        by = row.artist or self.tr("Various artists")
        self._text(painter, artist, by, _SMALL, theme.color("text.secondary"))
        self._state_line(painter, state, row)

    def _tick(self, painter: QPainter, hit: QRect, ticked: bool, hovered: bool) -> None:
        if not ticked and not hovered:
            return
        theme = self._theme
        side = round(theme.icon("control"))
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(hit).center())
        painter.setPen(QPen(theme.color("accent.solid" if ticked else "line.control"), 1))
        painter.setBrush(theme.color("accent.solid" if ticked else "bg.raised"))
        painter.drawRoundedRect(box, theme.radius("art"), theme.radius("art"))
        if ticked:
            inner = box.toRect().adjusted(2, 2, -2, -2)
            paint_icon(painter, inner, "check-bold", theme, "text.on_accent")

    def _menu(self, painter: QPainter, place: QRect) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.color("line.strong"), 1))
        painter.setBrush(theme.color("bg.raised"))
        painter.drawRoundedRect(
            QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), theme.radius("control"), theme.radius("control")
        )
        side = round(theme.icon("control"))
        inner = QRect(0, 0, side, side)
        inner.moveCenter(place.center())
        paint_icon(painter, inner, "dots-three-bold", theme, "text.primary")


class AlbumRowDelegate(AlbumDelegate):
    """A row of the list: small art, title over artist, the line of truth, tracks and length, ring."""

    def prepare(self, row: AlbumRow, ratio: float) -> None:
        self._art.prepare(row.art_id, row.title, self._theme.size("art_queue"), ratio)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._view.viewport().width(), LIST_ROW)

    def paint_album(
        self, painter: QPainter, cell: QRect, row: AlbumRow, place: int, *, selected: bool, current: bool
    ) -> None:
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = cell.adjusted(theme.space(2), 1, -theme.space(2), -1)
        self._frame(painter, QRectF(body), selected, current, place == self.hovered)
        side = theme.size("art_queue")
        art = QRect(body.left() + theme.space(2), body.center().y() - side // 2, side, side)
        self._picture(painter, art, row, place, notched=False)
        self._columns(painter, body, art, row)
        painter.restore()

    def _columns(self, painter: QPainter, body: QRect, art: QRect, row: AlbumRow) -> None:
        theme = self._theme
        left = art.right() + theme.space(3)
        right_width, state_width = 190, 220
        title_width = max(60, body.right() - left - right_width - state_width)
        title_line, small_line = theme.line("title_in_row"), theme.line("small")
        top = body.center().y() - (title_line + small_line) // 2
        title = QRect(left, top, title_width, title_line)
        self._text(painter, title, row.title, _ROW_TITLE, theme.color("text.primary"))
        by = row.artist or self.tr("Various artists")
        artist = QRect(left, top + title_line, title_width, small_line)
        self._text(painter, artist, by, _SMALL, theme.color("text.secondary"))
        state = QRect(
            left + title_width + theme.space(3), body.top(), state_width - theme.space(3), body.height()
        )
        self._state_line(painter, state, row)
        ring = theme.icon("ring")
        painter.setPen(theme.color("text.secondary"))
        facts = QRect(
            body.right() - right_width, body.top(), round(right_width - ring - theme.space(5)), body.height()
        )
        count = self.tr("{n} tracks, {time}").format(
            n=row.counts.total, time=wording.long_duration(row.duration_s)
        )
        theme.lines.draw(painter, facts, count, _FACTS, Qt.AlignmentFlag.AlignRight)
        if not _complete(row):
            corner = QPoint(round(body.right() - ring - theme.space(2)), round(body.center().y() - ring / 2))
            paint_ring(painter, corner, row.counts, row.paused, theme)
