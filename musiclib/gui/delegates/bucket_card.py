"""A card of the album editor: art or glyph, title, artist, reason, score."""

from __future__ import annotations

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from musiclib.domain.reason_words import DIFFERS
from musiclib.domain.states import BadgeState, Bucket, Reason
from musiclib.gui.context import AppContext
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.bucket_cards import AIMED_ROLE, CARD_ROLE, FADED_ROLE
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.wording import audio_format, duration
from musiclib.services.bucket_types import BucketCard

Index = QModelIndex | QPersistentModelIndex
_GAP = 6
_FADED = 0.38


def _tr(text: str) -> str:
    return QCoreApplication.translate("buckets", text)


def reason_words(code: str) -> str:
    """What a match reason or a task reason says on a card; empty for what agrees."""
    return _tr(_REASONS[code]) if code in _REASONS else ""


_REASONS: dict[str, str] = {
    **DIFFERS,
    Reason.NOT_FOUND: "no source knows it",
    Reason.UNREACHABLE: "the source could not be reached",
    Reason.RATE_LIMITED: "the source asked for a pause",
    Reason.ID_WAITS: "resolves when you paste again",
}


def card_reason(card: BucketCard) -> str:
    """The third line of a card; empty where there is nothing to say."""
    if card.bucket is Bucket.EXTRA:
        return ""
    if card.bucket is Bucket.MATCHED:
        return _tr("chosen by you") if card.locked else ""
    if card.bucket is None:
        return _tr("not looked up yet")
    if card.is_id:
        return _tr("resolves when you paste again")
    if card.detail:
        return card.detail
    return ", ".join(words for code in card.reasons[:3] if (words := reason_words(code)))


def second_line(card: BucketCard) -> str:
    """Artist, or what a file is."""
    if card.bucket is not Bucket.EXTRA:
        if card.is_id and card.start_s is not None:
            return _tr("at {time}").format(time=duration(card.start_s))
        return card.artist or _tr("unknown")
    parts = [
        duration(card.duration_s) if card.duration_s else "",
        audio_format(card.codec, card.bitrate),
        _tr("not on the list"),
    ]
    return ", ".join(filter(None, parts))


def first_line(card: BucketCard) -> str:
    if card.bucket is Bucket.EXTRA and card.path:
        return card.path.replace("\\", "/").rsplit("/", 1)[-1]
    return f"{card.title} ({card.version})" if card.version else card.title


class BucketCardDelegate(QStyledItemDelegate):
    """Paints the whole row: the card and the space under it."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._theme = context, context.theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        card = index.data(CARD_ROLE)
        theme = self._theme
        lines = theme.line("title_in_row") + theme.line("small")
        if isinstance(card, BucketCard) and card_reason(card):
            lines += theme.line("small")
        return QSize(0, max(44, lines + theme.space(3)) + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(CARD_ROLE)
        box = QRect(option.rect).adjusted(0, 0, 0, -_GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, BucketCard):
            if index.data(FADED_ROLE):
                painter.setOpacity(_FADED)
            self._card(painter, option, box, item, index)
        else:
            self._gap(painter, box, int(item))
        painter.restore()

    def _card(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, card: BucketCard, index: Index
    ) -> None:
        theme, faded, aimed = self._theme, bool(index.data(FADED_ROLE)), bool(index.data(AIMED_ROLE))
        selected = aimed or bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = "bg.selected" if selected else "bg.hover" if hovered else "bg.raised"
        edge = theme.color("line.focus" if focused else "accent.line" if selected else "line.subtle")
        self._frame(painter, box, theme.color(ground), edge, 2 if focused or aimed else 1, dashed=faded)
        pad = theme.space(2) + 2
        side = theme.size("art_card")
        picture = QRect(box.left() + pad, box.top() + (box.height() - side) // 2, side, side)
        self._picture(painter, picture, card)
        left = picture.right() + pad
        right = box.right() - pad
        if card.score is not None and card.bucket in {Bucket.MATCHED, Bucket.REVIEW}:
            right = self._score(painter, box, right, card.score)
        self._lines(painter, QRect(left, box.top(), right - left, box.height()), card, aimed)

    def _frame(
        self, painter: QPainter, box: QRect, ground: QColor, edge: QColor, width: int, dashed: bool
    ) -> None:
        pen = QPen(edge, width)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(ground)
        radius = self._theme.radius("control")
        inset = width / 2
        painter.drawRoundedRect(QRectF(box).adjusted(inset, inset, -inset, -inset), radius, radius)

    def _picture(self, painter: QPainter, rect: QRect, card: BucketCard) -> None:
        theme = self._theme
        if card.bucket is Bucket.EXTRA:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("neutral.tint"))
            painter.drawRoundedRect(rect, theme.radius("art_small"), theme.radius("art_small"))
            self._icon(painter, rect, "music-notes")
        elif card.bucket is Bucket.NOT_FOUND or card.bucket is None:
            pen = QPen(theme.color("line.control"), 1)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5),
                theme.radius("art_small"),
                theme.radius("art_small"),
            )
            waiting = card.is_id or card.bucket is None
            state = BadgeState.QUEUED if waiting else BadgeState.NOT_FOUND
            side = round(theme.icon("badge_row"))
            at = rect.center().toPointF()
            at -= at.__class__((side - 1) / 2, (side - 1) / 2)
            paint_badge(painter, at, side, state, theme)
        else:
            ratio = painter.device().devicePixelRatioF()
            pixmap = self._context.art.get(card.art_id, card.title, rect.width(), ratio)
            if pixmap is not None:
                painter.drawPixmap(rect.topLeft(), pixmap)

    def _icon(self, painter: QPainter, rect: QRect, name: str) -> None:
        side = round(self._theme.icon("row"))
        box = QRect(0, 0, side, side)
        box.moveCenter(rect.center())
        paint_icon(painter, box, name, self._theme, "text.secondary")

    def _score(self, painter: QPainter, box: QRect, right: int, score: float) -> int:
        font = self._theme.font("small", tabular=True)
        text = str(round(score))
        width = QFontMetrics(font).horizontalAdvance("100")
        painter.setFont(font)
        painter.setPen(self._theme.color("text.secondary"))
        rect = QRect(right - width, box.top(), width, box.height())
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        return rect.left() - self._theme.space(1)

    def _lines(self, painter: QPainter, room: QRect, card: BucketCard, aimed: bool) -> None:
        theme = self._theme
        middle = Qt.TextElideMode.ElideMiddle if card.bucket is Bucket.EXTRA else Qt.TextElideMode.ElideRight
        lines = [
            (first_line(card), "title_in_row", "text.primary", middle),
            (second_line(card), "small", "text.secondary", Qt.TextElideMode.ElideRight),
        ]
        if aimed:
            words = _tr("Drop to link the file to this row")
            lines[1] = (words, "small", "accent.text", Qt.TextElideMode.ElideRight)
        if reason := card_reason(card):
            tone = "review.text" if card.bucket is Bucket.REVIEW else "text.secondary"
            lines.append((reason, "micro", tone, Qt.TextElideMode.ElideRight))
        heights = [theme.line(role if role != "micro" else "small") for _, role, _, _ in lines]
        top = room.top() + (room.height() - sum(heights)) // 2
        for (text, role, color, mode), height in zip(lines, heights, strict=True):
            font = theme.font(role)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            shown = QFontMetrics(font).elidedText(text, mode, room.width())
            painter.drawText(
                QRect(room.left(), top, room.width(), height),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                shown,
            )
            top += height

    def _gap(self, painter: QPainter, box: QRect, number: int) -> None:
        theme = self._theme
        self._frame(painter, box, theme.color("accent.tint"), theme.color("accent.solid"), 1, dashed=True)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("accent.text"))
        inner = box.adjusted(theme.space(4), 0, -theme.space(2), 0)
        words = _tr("Row {n} goes here").format(n=number)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
