"""Small parts of a table cell: the key chip, the meters, the badge with its words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.states import BadgeState
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

CHIP_WIDTH, CHIP_HEIGHT = 36, 20
_TICKS, _TICK_WIDTH, _TICK_HEIGHT, _TICK_STEP = 10, 3, 10, 4

_POPULARITY_BAR = 28.0


def paint_key_chip(painter: QPainter, rect: QRectF, code: int, notation: KeyNotation, theme: Theme) -> None:
    """A key in `rect`, centred: minor filled, major outlined, always with its letters."""
    key = MusicalKey.from_code(code)
    text = key.shown(notation)
    font = _chip_font(theme)
    width = chip_width(theme, key, notation)
    height = max(CHIP_HEIGHT, QFontMetrics(font).height())
    chip = QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
    chip.moveTo(round(chip.left()), round(chip.top()))
    colors = theme.key_colors(key.wheel_number)
    radius = theme.radius("chip_key")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if key.minor:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.fill))
        painter.drawRoundedRect(chip, radius, radius)
    else:
        painter.setPen(QPen(QColor(colors.line), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setFont(font)
    painter.setPen(QColor(colors.text) if key.minor else theme.color("text.primary"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def chip_width(theme: Theme, key: MusicalKey, notation: KeyNotation) -> int:
    """How wide the chip of a key is."""
    words = QFontMetrics(_chip_font(theme)).horizontalAdvance(key.shown(notation))
    return round(max(CHIP_WIDTH, words + theme.space(3)))


def _chip_font(theme: Theme) -> QFont:
    font = theme.font("small", tabular=True)
    font.setWeight(theme.font("body_strong").weight())
    return font


def paint_energy(painter: QPainter, rect: QRectF, energy: int, theme: Theme) -> None:
    """The number, then ten ticks; from the left edge of `rect`."""
    painter.save()
    font = theme.font("body", tabular=True)
    painter.setFont(font)
    painter.setPen(theme.color("text.primary"))
    number_width = QFontMetrics(font).horizontalAdvance("10")
    number = QRectF(rect.left(), rect.top(), number_width, rect.height())
    painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(energy))
    left = round(number.right()) + 6
    top = round(rect.center().y() - _TICK_HEIGHT / 2)
    for tick in range(_TICKS):
        name = "text.secondary" if tick < energy else "bar.track"
        painter.fillRect(QRectF(left + tick * _TICK_STEP, top, _TICK_WIDTH, _TICK_HEIGHT), theme.color(name))
    painter.restore()


def paint_popularity(painter: QPainter, rect: QRectF, value: int, theme: Theme) -> None:
    """A 4 px bar, then the number at the right edge of `rect`. `value` is 0-100."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = theme.font("body", tabular=True)
    painter.setFont(font)
    painter.setPen(theme.color("text.primary"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(value))
    number_width = QFontMetrics(font).horizontalAdvance("100")
    height = theme.size("meter")
    right = rect.right() - number_width - theme.space(1)
    width = min(_POPULARITY_BAR, right - rect.left())
    bar = QRectF(right - width, rect.center().y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("bar.track"))
    painter.drawRoundedRect(bar, height / 2, height / 2)
    bar.setWidth(max(height, bar.width() * value / 100))
    painter.setBrush(theme.color("text.secondary"))
    painter.drawRoundedRect(bar, height / 2, height / 2)
    painter.restore()


def paint_badge_cell(
    painter: QPainter,
    rect: QRectF,
    badge: Badge,
    words: str,
    theme: Theme,
    *,
    header: bool = False,
    turn: float = 0.0,
) -> None:
    """Glyph and words from the left edge of `rect`. A pill hangs 4 px out so that glyphs stay in line."""
    look = theme.state(badge.state)
    side = round(theme.icon("badge_header" if header else "badge_row"))
    font = theme.font("body" if header else "small")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.pill:
        font.setWeight(theme.font("body_strong").weight())
    metrics = QFontMetrics(font)
    room = rect.width() - side - 6
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, int(room)))
    if look.pill:
        height = side + 8
        width = side + 6 + metrics.horizontalAdvance(shown) + 4 + theme.space(2)
        pill = QRectF(rect.left() - 4, rect.center().y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(look.pill))
        painter.drawRoundedRect(pill, height / 2, height / 2)
    top = round(rect.center().y() - side / 2)
    paint_badge(
        painter, QPointF(round(rect.left()), top), side, badge.state, theme, share=badge.share, turn=turn
    )
    painter.setFont(font)
    painter.setPen(theme.color(look.text))
    text = QRectF(rect.left() + side + 6, rect.top(), room, rect.height())
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


def solid_state(state: BadgeState) -> bool:
    """Whether a state asks for a person."""
    return state in {BadgeState.REVIEW, BadgeState.ERROR}
