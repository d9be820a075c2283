"""Paints the cells of track tables, hairline included; the table paints the ground."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from musiclib.domain.ids import ArtId
from musiclib.domain.rows import TrackRow
from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.models.track_columns import NUMERIC, TrackColumn
from musiclib.gui.models.track_table import TrackModel
from musiclib.gui.painting.cells import paint_badge_cell, paint_energy, paint_key_chip, paint_popularity
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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
        row = model.row_at(index.row())
        rect: QRect = option.rect
        painter.save()
        self._paint_ground(painter, rect, option, index)
        if row is not None:
            column = model.columns[index.column()]
            inner = rect.adjusted(self._theme.space(1), 0, -self._theme.space(1), -1)
            special = self._painters.get(column)
            if special is not None:
                special(painter, inner, row, model)
            else:
                self._paint_text(painter, inner, column, model.text(index.row(), row, column))
        painter.restore()

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

    def _paint_ground(
        self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index
    ) -> None:
        state: int = option.state.value
        theme = self._theme
        if state & _SELECTED:
            active = bool(state & _ACTIVE)
            view = self.parent()
            focused = active and isinstance(view, QAbstractItemView) and view.hasFocus()
            painter.fillRect(rect, theme.color("bg.selected" if focused else "bg.selected.inactive"))
            if index.column() == 0:
                bar = QRect(rect.left(), rect.top(), theme.size("selection_bar"), rect.height())
                painter.fillRect(bar, theme.color("line.focus" if focused else "line.control"))
        elif index.row() == self.hover_row:
            painter.fillRect(rect, theme.color("bg.hover"))
        painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))

    def _paint_text(self, painter: QPainter, rect: QRect, column: TrackColumn, text: str) -> None:
        theme = self._theme
        numeric = column in NUMERIC
        small = column is TrackColumn.ARTIST and self._two_lines
        small = small or (column in _QUIET and not numeric)
        font = theme.font("small") if small else theme.font("body", tabular=numeric)
        if text == wording.MISSING or column is TrackColumn.POSITION:
            tone = "text.tertiary"
        else:
            secondary = column in _QUIET or (column is TrackColumn.ARTIST and self._two_lines)
            tone = "text.secondary" if secondary else "text.primary"
        align = _RIGHT if numeric else _LEFT
        middle = column is TrackColumn.VERSION
        self._line(painter, rect, text, font, theme.color(tone), align, middle)

    def _line(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        font: QFont,
        color: QColor,
        align: Qt.AlignmentFlag = _LEFT,
        middle: bool = False,
    ) -> None:
        # Most cells of a new list have nothing to say, which always fits; most others fit, too.
        if text != wording.MISSING and (metrics := QFontMetrics(font)).horizontalAdvance(text) > rect.width():
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            text = metrics.elidedText(text, mode, rect.width())
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(rect, align, text)

    def _paint_title(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        theme = self._theme
        tone = "text.tertiary" if row.is_id else "text.primary"
        under = [row.version] if row.version and self._two_lines else []
        if self.artist_under_title and row.artist:
            under.insert(0, row.artist)
        font = theme.font("title_in_row")
        if not under:
            self._line(painter, rect, row.title, font, theme.color(tone))
            return
        title_height, under_height = theme.line("title_in_row"), theme.line("small")
        top = rect.top() + (rect.height() - title_height - under_height) // 2
        if rect.height() < title_height + under_height:
            width = QFontMetrics(font).horizontalAdvance(row.title) + theme.space(2)
            self._line(painter, rect, row.title, font, theme.color(tone))
            if (rest := rect.adjusted(width, 0, 0, 0)).width() > theme.space(6):
                self._line(
                    painter, rest, " · ".join(under), theme.font("small"), theme.color("text.secondary")
                )
            return
        upper = QRect(rect.left(), top, rect.width(), title_height)
        lower = QRect(rect.left(), top + title_height, rect.width(), under_height)
        self._line(painter, upper, row.title, font, theme.color(tone))
        text = " · ".join(under)
        self._line(
            painter, lower, text, theme.font("small"), theme.color("text.secondary"), middle=len(under) == 1
        )

    def _paint_missing(self, painter: QPainter, rect: QRect, align: Qt.AlignmentFlag) -> None:
        font = self._theme.font("body", tabular=True)
        self._line(painter, rect, wording.MISSING, font, self._theme.color("text.tertiary"), align)

    def _paint_key(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.key_code is None:
            self._paint_missing(painter, rect, Qt.AlignmentFlag.AlignCenter)
        else:
            paint_key_chip(painter, QRectF(rect), row.key_code, model.notation, self._theme)

    def _paint_energy(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.energy is None:
            self._paint_missing(painter, rect, _LEFT)
        else:
            paint_energy(painter, QRectF(rect), row.energy, self._theme)

    def _paint_popularity(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        if row.popularity is None:
            self._paint_missing(painter, rect, _RIGHT)
        else:
            paint_popularity(painter, QRectF(rect), row.popularity, self._theme)

    def _paint_state(self, painter: QPainter, rect: QRect, row: TrackRow, model: TrackModel) -> None:
        inner = QRectF(rect.adjusted(self._theme.space(2), 0, 0, 0))
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
