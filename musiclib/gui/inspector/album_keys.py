"""The keys of an album on the Camelot wheel, and the moves of its list that clash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.key_moves import KeyMove, KeyMoves, key_moves
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import TrackRow
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.field_rows import Line
from musiclib.gui.painting.wheel import paint_album_wheel
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import Painted, label
from musiclib.gui.widgets.flow import FlowLabel

_SIDE = 164
_MOST = 8


def _tr(text: str) -> str:
    return QCoreApplication.translate("AlbumKeys", text)


class AlbumWheel(Painted):
    """Each key as strong as it is frequent, and a line for each move."""

    def __init__(self, theme: Theme, keys: KeyMoves, notation: KeyNotation, name: str) -> None:
        super().__init__(theme)
        self._keys, self._notation = keys, notation
        self.setFixedSize(QSize(_SIDE, _SIDE))
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(0, 0, self.width(), self.height())
        paint_album_wheel(QPainter(self), rect, self._keys, self.theme, self._notation)


class ClashLine(Line):
    """A move that clashes; a click leads to its second track."""

    def __init__(self, theme: Theme, places: str, keys: str, title: str) -> None:
        super().__init__(theme)
        self._places, self._keys, self._title = places, keys, title
        self.setAccessibleName(f"{places}, {keys}, {title}")
        self.setToolTip(title)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        rect = self.rect().adjusted(self.theme.space(1), 0, -self.theme.space(1), 0)
        for text, widest, role, tone in (
            (self._places, "88 → 88", "small", "text.tertiary"),
            (self._keys, "12A → 12A", "title_in_row", "review.text"),
        ):
            metrics = QFontMetrics(self.theme.font(role, tabular=True))
            width = max(metrics.horizontalAdvance(each) for each in (widest, text)) + 1
            part = QRect(rect.left(), rect.top(), width, rect.height())
            self.paint_part(painter, part, text, role, tone)
            rect.setLeft(rect.left() + width + self.theme.space(2))
        self.paint_part(painter, rect, self._title, "small", "text.secondary")


def album_keys(context: AppContext, rows: Sequence[TrackRow], choose: Callable[[int], None]) -> QWidget:
    """Of an album's tracks in the order of its list. `choose` takes the place (from 0) of a clash."""
    theme, notation = context.theme, context.preferences.settings.key_notation
    keys = key_moves([row.key_code for row in rows])
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, theme.space(2), 0, 0)
    column.setSpacing(theme.space(1))
    sentence = sentence_of(keys)
    column.addWidget(FlowLabel(theme, sentence, "body_strong"))
    if not keys.counts:
        return box
    row = QHBoxLayout()
    row.setSpacing(theme.space(2))
    row.addWidget(AlbumWheel(theme, keys, notation, sentence))
    often = sorted(keys.counts.items(), key=lambda each: -each[1])
    words = [f"{MusicalKey.from_code(code).short(notation)} × {count}" for code, count in often[:_MOST]]
    legend = label(theme, "\n".join(words), "small", "secondary")
    row.addWidget(legend, 1)
    column.addLayout(row)
    for clash in keys.clashes[:_MOST]:
        column.addWidget(_clash_line(theme, clash, rows, notation, choose))
    if len(keys.clashes) > _MOST:
        more = _tr("and {n} more").format(n=len(keys.clashes) - _MOST)
        column.addWidget(label(theme, more, "small", "secondary"))
    return box


def sentence_of(keys: KeyMoves) -> str:
    """How many keys there are, and how many moves mix: "6 keys. 11 of 14 moves mix, 3 clash." """
    if not keys.counts:
        return _tr("No key is known yet.")
    count = len(keys.counts)
    head = _tr("1 key.") if count == 1 else _tr("{n} keys.").format(n=count)
    if not keys.moves:
        return head
    clashes = len(keys.clashes)
    if not clashes:
        return f"{head} {_tr('Every move mixes.')}"
    rest = _tr("{n} of {all} moves mix, {clashes} clash.")
    return f"{head} {rest.format(n=len(keys.moves) - clashes, all=len(keys.moves), clashes=clashes)}"


def _clash_line(
    theme: Theme,
    move: KeyMove,
    rows: Sequence[TrackRow],
    notation: KeyNotation,
    choose: Callable[[int], None],
) -> ClashLine:
    one, two = (MusicalKey.from_code(code).short(notation) for code in (move.from_code, move.to_code))
    places = f"{move.before + 1} → {move.after + 1}"
    line = ClashLine(theme, places, f"{one} → {two}", rows[move.after].title)
    line.clicked.connect(partial(_chosen, choose, move.after))
    return line


def _chosen(choose: Callable[[int], None], place: int, _on: bool = False) -> None:
    choose(place)
