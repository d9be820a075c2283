"""Paints the cells of track tables, hairline included; the table paints the ground."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from musiclib.domain.ids import ArtId
from musiclib.domain.rows import TrackRow
from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.models.track_columns import NUMERIC, TrackColumn
from musiclib.gui.models.track_table import TrackModel
from musiclib.gui.painting.cells import paint_badge_cell, paint_energy, paint_key_chip, paint_popularity
from musiclib.gui.painting.lettering import Style
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex

_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_BODY, _NUMBER, _SMALL = Style("body"), Style("body", tabular=True), Style("small")
_TITLE = Style("title_in_row")
_SELECTED = QStyle.StateFlag.State_Selected.value
_ACTIVE = QStyle.StateFlag.State_Active.value
_QUIET = {
    TrackColumn.VERSION,
    TrackColumn.ALBUM,
    TrackColumn.POSITION,
    TrackColumn.YEAR,
    TrackColumn.ADDED,
    TrackColumn.LABEL,
    TrackColumn.GENRE,
    TrackColumn.ISRC,
    TrackColumn.FORMAT,
    TrackColumn.WHY,
}
_FULL_TEXT = (
    TrackColumn.TITLE,
    TrackColumn.VERSION,
    TrackColumn.ARTIST,
    TrackColumn.ALBUM,
    TrackColumn.LABEL,
    TrackColumn.GENRE,
    TrackColumn.WHY,
)


def shown_art(row: TrackRow) -> tuple[ArtId | None, str]:
    """What `Thumbnails` draws for a track: its art, or a tile of the name beside it."""
    return row.art_id, row.album or row.title


class TrackDelegate(QStyledItemDelegate):
    """`hover_row` and `turn` are set by the view; `artist_under_title` when that column had to leave."""

    def __init__(
        self, theme: Theme, art: Thumbnails, two_lines: bool, parent: QAbstractItemView | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._art, self._two_lines = theme, art, two_lines
        self._air = theme.space(1)
        self.hover_row = -1
        self.turn = 0.0
        self.artist_under_title = False
        self._painters: dict[TrackColumn, Callable[[QPainter, QRect, TrackRow, TrackModel], None]] = {
            TrackColumn.TITLE: self._paint_title,
            TrackColumn.KEY: self._paint_key,
            TrackColumn.ENERGY: self._paint_energy,
            TrackColumn.POPULARITY: self._paint_popularity,
            TrackColumn.STATE: self._paint_state,
            TrackColumn.ART: self._paint_art,
        }

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TrackModel):
            return
        rect: QRect = option.rect
        state: int = option.state.value
        painter.save()
        self._paint_ground(painter, rect, index.row(), bool(state & _SELECTED), bool(state & _ACTIVE))
        row = model.row_at(index.row())
        if row is not None:
            self._paint_cell(painter, rect, model, index.row(), row, model.columns[index.column()])
        painter.restore()

    def paint_row(
        self,
        painter: QPainter,
        model: TrackModel,
        place: int,
        rect: QRect,
        cells: Sequence[tuple[TrackColumn, int, int]],
        selected: bool,
    ) -> None:
        """Paint the row at `place` into `rect`: of its cells those given with their left edges and widths.

        As `paint` for each of them, of which Qt alone would take as long as for all that is painted here.
        """
        view = self.parent()
        active = isinstance(view, QAbstractItemView) and view.isActiveWindow()
        self._paint_ground(painter, rect, place, selected, active)
        row = model.row_at(place)
        if row is None:
            return
        top, height = rect.top(), rect.height()
        for column, left, width in cells:
            self._paint_cell(painter, QRect(left, top, width, height), model, place, row, column)

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRect,
        model: TrackModel,
        place: int,
        row: TrackRow,
        column: TrackColumn,
    ) -> None:
        inner = rect.adjusted(self._air, 0, -self._air, -1)
        special = self._painters.get(column)
        if special is not None:
            special(painter, inner, row, model)
        else:
            self._paint_text(painter, inner, column, model.text(place, row, column))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, self._theme.size("row_tall" if self._two_lines else "row"))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        model = index.model()
        if event.type() != QEvent.Type.ToolTip or not isinstance(model, TrackModel):
            return super().helpEvent(event, view, option, index)
        column = model.columns[index.column()]
        text = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        rect: QRect = option.rect
        if column in _FULL_TEXT:
            text = self._cut_text(rect.width(), column, model, index)
        QToolTip.showText(event.globalPos(), text, view, rect)
        return True

    def _cut_text(self, width: int, column: TrackColumn, model: TrackModel, index: Index) -> str:
        row = model.row_at(index.row())
        if row is None:
            return ""
        text = str(index.data())
        if column is TrackColumn.TITLE and self._two_lines and row.version:
            text = f"{row.title}\n{row.version}"
        font = self._theme.font("title_in_row")
        longest = max(QFontMetrics(font).horizontalAdvance(line) for line in text.split("\n"))
        return text if longest > width - self._theme.space(2) else ""

    def _paint_ground(self, painter: QPainter, rect: QRect, place: int, selected: bool, active: bool) -> None:
        theme = self._theme
        if selected:
            view = self.parent()
            focused = active and isinstance(view, QAbstractItemView) and view.hasFocus()
            painter.fillRect(rect, theme.color("bg.selected" if focused else "bg.selected.inactive"))
            if rect.left() <= 0:
                bar = QRect(rect.left(), rect.top(), theme.size("selection_bar"), rect.height())
                painter.fillRect(bar, theme.color("line.focus" if focused else "line.control"))
        elif place == self.hover_row:
            painter.fillRect(rect, theme.color("bg.hover"))
        painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))

    def _paint_text(self, painter: QPainter, rect: QRect, column: TrackColumn, text: str) -> None:
        if column in NUMERIC:
            style, align = _NUMBER, _RIGHT
        else:
            small = column in _QUIET or (column is TrackColumn.ARTIST and self._two_lines)
            style, align = _SMALL if small else _BODY, _LEFT
        if text == wording.MISSING or column is TrackColumn.POSITION:
            tone = "text.tertiary"
        else:
            secondary = column in _QUIET or (column is TrackColumn.ARTIST and self._two_lines)
            tone = "text.secondary" if secondary else "text.primary"
        self._line(painter, rect, text, style, tone, align, middle=column is TrackColumn.VERSION)

    def _line(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        style: Style,
        tone: str,
        align: Qt.AlignmentFlag = _LEFT,
        *,
        middle: bool = False,
    ) -> float:
        painter.setPen(self._theme.color(tone))
        return self._theme.lines.draw(painter, rect, text, style, align, middle=middle)

    def _paint_title(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        theme = self._theme
        tone = "text.tertiary" if row.is_id else "text.primary"
        under = [row.version] if row.version and self._two_lines else []
        if self.artist_under_title and row.artist:
            under.insert(0, row.artist)
        if not under:
            self._line(painter, rect, row.title, _TITLE, tone)
            return
        title_height, under_height = theme.line("title_in_row"), theme.line("small")
        top = rect.top() + (rect.height() - title_height - under_height) // 2
        text = " · ".join(under)
        if rect.height() < title_height + under_height:
            width = round(self._line(painter, rect, row.title, _TITLE, tone)) + theme.space(2)
            if (rest := rect.adjusted(width, 0, 0, 0)).width() > theme.space(6):
                self._line(painter, rest, text, _SMALL, "text.secondary")
            return
        upper = QRect(rect.left(), top, rect.width(), title_height)
        lower = QRect(rect.left(), top + title_height, rect.width(), under_height)
        self._line(painter, upper, row.title, _TITLE, tone)
        self._line(painter, lower, text, _SMALL, "text.secondary", middle=len(under) == 1)

    def _paint_missing(self, painter: QPainter, rect: QRect, align: Qt.AlignmentFlag) -> None:
        self._line(painter, rect, wording.MISSING, _NUMBER, "text.tertiary", align)

    def _paint_key(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.key_code is None:
            self._paint_missing(painter, rect, Qt.AlignmentFlag.AlignHCenter)
        else:
            paint_key_chip(painter, rect, row.key_code, model.notation, self._theme)

    def _paint_energy(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.energy is None:
            self._paint_missing(painter, rect, _LEFT)
        else:
            paint_energy(painter, rect, row.energy, self._theme)

    def _paint_popularity(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.popularity is None:
            self._paint_missing(painter, rect, _RIGHT)
        else:
            paint_popularity(painter, rect, row.popularity, self._theme)

    def _paint_state(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        inner = rect.adjusted(self._theme.space(2), 0, 0, 0)
        turn = self.turn if row.badge.state is BadgeState.RUNNING else 0.0
        paint_badge_cell(painter, inner, row.badge, model.badge_words(row), self._theme, turn=turn)

    def _paint_art(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        side = self._theme.size("art_row")
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        art = self._art.get(*shown_art(row), side, ratio)
        if art is not None:
            left = rect.right() - side - self._theme.space(1)
            painter.drawPixmap(left, rect.center().y() - side // 2 + 1, art)
