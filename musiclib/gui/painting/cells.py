"""Small parts of a table cell: the key chip, the meters, the badge with its words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.states import BadgeState
from musiclib.gui.painting.badges import paint_badge, paint_still_badge
from musiclib.gui.painting.lettering import Style
from musiclib.gui.theme import Theme

CHIP_WIDTH, CHIP_HEIGHT = 36, 20
_TICKS, _TICK_WIDTH, _TICK_HEIGHT, _TICK_STEP = 10, 3, 10, 4

_POPULARITY_BAR = 28

_CHIP = Style("small", tabular=True, weight="body_strong")
_NUMBER = Style("body", tabular=True)
_STATE, _PILL = Style("small"), Style("small", weight="body_strong")
_CENTER, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


def paint_key_chip(painter: QPainter, rect: QRect, code: int, notation: KeyNotation, theme: Theme) -> None:
    """A key in `rect`, centred: minor filled, major outlined, always with its letters, short if need be."""
    key = MusicalKey.from_code(code)
    words, width = key.shown(notation), chip_width(theme, key, notation)
    if width > rect.width():
        words, width = key.short(notation), CHIP_WIDTH
    height = max(CHIP_HEIGHT, theme.lines.height(_CHIP))
    left, top = rect.x() + (rect.width() - width) // 2, rect.y() + (rect.height() - height) // 2
    chip, size = QRect(left, top, width, height), QSize(width, height)
    shape = ("key", key.wheel_number, key.minor, width, height)
    theme.stamps.put(
        painter, chip.topLeft(), size, shape, partial(_draw_chip, size=size, key=key, theme=theme)
    )
    painter.setPen(
        QColor(theme.key_colors(key.wheel_number).text) if key.minor else theme.color("text.primary")
    )
    theme.lines.draw(painter, chip, words, _CHIP, _CENTER)


def _draw_chip(painter: QPainter, size: QSize, key: MusicalKey, theme: Theme) -> None:
    colors, radius = theme.key_colors(key.wheel_number), theme.radius("chip_key")
    chip = QRectF(QPointF(0, 0), size.toSizeF())
    if key.minor:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.fill))
        painter.drawRoundedRect(chip, radius, radius)
    else:
        painter.setPen(QPen(QColor(colors.line), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def chip_width(theme: Theme, key: MusicalKey, notation: KeyNotation) -> int:
    """How wide the chip of a key is."""
    return round(max(CHIP_WIDTH, theme.lines.width(key.shown(notation), _CHIP) + theme.space(3)))


def paint_energy(painter: QPainter, rect: QRect, energy: int, theme: Theme) -> None:
    """The number, then ten ticks; from the left edge of `rect`."""
    number = QRect(rect.x(), rect.y(), round(theme.lines.width("10", _NUMBER)), rect.height())
    painter.setPen(theme.color("text.primary"))
    theme.lines.draw(painter, number, str(energy), _NUMBER, _RIGHT)
    place = QPoint(number.right() + 7, rect.y() + (rect.height() - _TICK_HEIGHT) // 2)
    size = QSize(_TICKS * _TICK_STEP, _TICK_HEIGHT)
    theme.stamps.put(
        painter, place, size, ("energy", energy), partial(_draw_ticks, energy=energy, theme=theme)
    )


def _draw_ticks(painter: QPainter, energy: int, theme: Theme) -> None:
    for tick in range(_TICKS):
        color = theme.color("text.secondary" if tick < energy else "bar.track")
        painter.fillRect(QRectF(tick * _TICK_STEP, 0, _TICK_WIDTH, _TICK_HEIGHT), color)


def paint_popularity(painter: QPainter, rect: QRect, value: int, theme: Theme) -> None:
    """A 4 px bar, then the number at the right edge of `rect`. `value` is 0-100."""
    painter.setPen(theme.color("text.primary"))
    theme.lines.draw(painter, rect, str(value), _NUMBER, _RIGHT)
    right = rect.x() + rect.width() - round(theme.lines.width("100", _NUMBER)) - theme.space(1)
    size = QSize(min(_POPULARITY_BAR, right - rect.x()), theme.size("meter"))
    if size.isEmpty():
        return
    place = QPoint(right - size.width(), rect.y() + (rect.height() - size.height()) // 2)
    draw = partial(_draw_meter, size=size, share=value / 100, theme=theme)
    theme.stamps.put(painter, place, size, ("popularity", value, size.width()), draw)


def _draw_meter(painter: QPainter, size: QSize, share: float, theme: Theme) -> None:
    bar = QRectF(QPointF(0, 0), size.toSizeF())
    round_end = bar.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("bar.track"))
    painter.drawRoundedRect(bar, round_end, round_end)
    bar.setWidth(max(bar.height(), bar.width() * share))
    painter.setBrush(theme.color("text.secondary"))
    painter.drawRoundedRect(bar, round_end, round_end)


def paint_badge_cell(
    painter: QPainter,
    rect: QRect,
    badge: Badge,
    words: str,
    theme: Theme,
    *,
    turn: float = 0.0,
) -> None:
    """Glyph and words from the left edge of `rect`. A pill hangs 4 px out so that glyphs stay in line."""
    look = theme.state(badge.state)
    side = round(theme.icon("badge_row"))
    style = _PILL if look.pill else _STATE
    text = QRect(rect.x() + side + 6, rect.y(), max(0, rect.width() - side - 6), rect.height())
    middle = rect.y() + (rect.height() - side) // 2
    if look.pill:
        words_width = min(theme.lines.width(words, style), text.width())
        size = QSize(round(side + 6 + words_width + 4 + theme.space(2)), side + 8)
        pill = partial(_draw_pill, size=size, color=theme.color(look.pill))
        theme.stamps.put(
            painter, QPoint(rect.x() - 4, middle - 4), size, ("pill", look.pill, size.width()), pill
        )
    glyph = QPoint(rect.x(), middle)
    if badge.state is BadgeState.RUNNING:
        paint_badge(painter, QPointF(glyph), side, badge.state, theme, turn=turn)
    else:
        paint_still_badge(painter, glyph, side, badge.state, theme, badge.share)
    painter.setPen(theme.color(look.text))
    theme.lines.draw(painter, text, words, style)


def _draw_pill(painter: QPainter, size: QSize, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(QPointF(0, 0), size.toSizeF()), size.height() / 2, size.height() / 2)
