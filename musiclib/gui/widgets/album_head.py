"""The head of an album's page: art, facts, the energy skyline over the segment bar, one true sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from musiclib.domain.ids import ArtId
from musiclib.domain.rows import AlbumRow, TrackRow
from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.art_work import Take
from musiclib.gui.context import AppContext
from musiclib.gui.icons import paint_icon
from musiclib.gui.painting.bars import Segment, most_urgent, paint_segment_bar, paint_skyline, segment_rects
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.art import ArtButton
from musiclib.gui.widgets.controls import ElidedLabel, Painted, label
from musiclib.services.art_types import ArtOf

_SKYLINE_HEIGHT = 34
_TYPICAL_LENGTH_S = 300.0
_TYPICAL_SHARE = 0.6
_LEAST_WIDTH = 5
"""Pixels a segment and its gap need to be told from its neighbour."""


class Stretch(NamedTuple):
    """Neighbouring tracks that share one segment, summed up."""

    rows: Sequence[TrackRow]
    known_s: float
    unknown: int
    """Tracks without a length."""
    state: BadgeState
    share: float
    energy: int | None

    @classmethod
    def of(cls, rows: Sequence[TrackRow]) -> Stretch:
        lengths = [row.duration_s for row in rows if row.duration_s]
        energies = [row.energy for row in rows if row.energy is not None]
        shares = [row.badge.share for row in rows]
        return cls(
            rows,
            sum(lengths),
            len(rows) - len(lengths),
            most_urgent({row.badge.state for row in rows}),
            sum(share[0] / share[1] if share else _TYPICAL_SHARE for share in shares) / len(rows),
            round(sum(energies) / len(energies)) if energies else None,
        )


def segments_of(stretches: Sequence[Stretch]) -> list[Segment]:
    """One segment per stretch: as wide as it is long, as full as its share of facts."""
    unknown = sum(each.unknown for each in stretches)
    known = sum(len(each.rows) for each in stretches) - unknown
    typical = sum(each.known_s for each in stretches) / known if known else _TYPICAL_LENGTH_S
    return [
        Segment(each.known_s + each.unknown * typical, each.state, each.share, each.energy)
        for each in stretches
    ]


class Skyline(Painted):
    """Energy above, state below, on the same places. A click chooses that track."""

    track_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._rows: list[TrackRow] = []
        self._stretches: dict[int, Stretch] = {}
        self._starts: list[int] = []
        self._segments: list[Segment] = []
        self._chosen: int | None = None
        self._bar_height = theme.size("segment_bar_hero")
        self.setFixedHeight(_SKYLINE_HEIGHT + 2 + self._bar_height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_tracks(self, rows: Sequence[TrackRow], sentence: str) -> None:
        self._rows = list(rows)
        self._condense()
        self.setAccessibleName(
            self.tr("Energy and state of each track. {sentence}").format(sentence=sentence)
        )

    def set_chosen(self, place: int | None) -> None:
        if place != self._chosen:
            self._chosen = place
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._condense()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = float(self.width())
        skyline = QRectF(0, 0, width, _SKYLINE_HEIGHT)
        chosen = bisect_right(self._starts, self._chosen) - 1 if self._chosen is not None else None
        paint_skyline(painter, skyline, self._segments, chosen, self.theme)
        bar = QRectF(0, self.height() - self._bar_height, width, self._bar_height)
        paint_segment_bar(painter, bar, self._segments, self.theme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().x())
        if place is not None:
            self.track_chosen.emit(place)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._place_at(event.pos().x())
            row = self._rows[place] if place is not None else None
            QToolTip.showText(event.globalPos(), f"{row.artist} – {row.title}" if row else "", self)
            return True
        return super().event(event)

    def _place_at(self, x: float) -> int | None:
        gap, least = self.theme.size("segment_gap"), self.theme.size("segment_min")
        for place, (left, width) in enumerate(segment_rects(self._segments, 0, self.width(), gap, least)):
            if left <= x < left + width + gap:
                return self._starts[place]
        return None

    def _condense(self) -> None:
        """Sum up neighbours where there are more tracks than room; what did not change is kept."""
        most = max(1, self.width() // _LEAST_WIDTH)
        step = -(-len(self._rows) // most) or 1
        stretches = {}
        for start in range(0, len(self._rows), step):
            rows, held = self._rows[start : start + step], self._stretches.get(start)
            stretches[start] = held if held is not None and held.rows == rows else Stretch.of(rows)
        self._stretches, self._starts = stretches, list(stretches)
        segments = segments_of(list(stretches.values()))
        if segments != self._segments:
            self._segments = segments
            self.update()


class Facts(Painted):
    """Icons with words in one line; what does not fit is left out from the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._facts: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.line("body") + 2)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Pairs of an icon's name and words."""
        if facts == self._facts:
            return
        self._facts = facts
        self.setAccessibleName(", ".join(words for _, words in facts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        painter = QPainter(self)
        painter.setFont(theme.font("body", tabular=True))
        side, left = round(theme.icon("inline")), 0
        for icon, words in self._facts:
            width = side + theme.space(1) + 2 + painter.fontMetrics().horizontalAdvance(words)
            if left + width > self.width():
                break
            place = self.rect().adjusted(left, 0, 0, 0)
            place.setWidth(side)
            paint_icon(
                painter,
                place.adjusted(0, (self.height() - side) // 2, 0, -(self.height() - side) // 2),
                icon,
                theme,
                "text.secondary",
            )
            painter.setPen(theme.color("text.primary"))
            text = self.rect().adjusted(left + side + theme.space(1) + 2, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
            left += width + theme.space(5)


class AlbumHead(QWidget):
    """Shows an album and its tracks. The art lends the ground one flat colour."""

    track_chosen = Signal(int)

    def __init__(self, context: AppContext, top_bar: QWidget) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._row: AlbumRow | None = None
        self._art = ArtButton(context, theme.size("art_hero"))
        self._art.wanted.connect(self._choose_art)
        self._origin = ElidedLabel(theme, "", "small", "secondary")
        self._title = ElidedLabel(theme, "", "hero")
        self._artist = ElidedLabel(theme, "", "section", "secondary")
        self._artist.setFont(theme.regular("section"))
        self._facts = Facts(theme)
        self.skyline = Skyline(theme)
        self.skyline.track_chosen.connect(self.track_chosen)
        self._head = label(theme, "", "body_strong")
        self._rest = ElidedLabel(theme, "", "body", "secondary")
        self._lay_out(top_bar)
        context.art.ready.connect(self._on_art)
        theme.changed.connect(self.update)

    def show_album(self, row: AlbumRow, rows: Sequence[TrackRow]) -> None:
        """`rows` in the order of the list."""
        known, self._row = self._row, row
        if known is None or (known.art_id, known.title) != (row.art_id, row.title):
            self.update()
        self._art.show_art(row.art_id, row.title)
        added = wording.date(row.added_at)
        origin = row.origin or self.tr("added")
        self._origin.setText(self.tr("{origin} · {date}").format(origin=origin, date=added))
        self._title.setText(row.title)
        self._artist.setText(row.artist or self.tr("Various artists"))
        self._facts.show_facts(self._facts_of(row, rows))
        head, rest = wording.album_sentence(row.counts)
        waits = self._waiting_till(rows) if row.counts.of(BadgeState.WAITING) else ""
        if waits:
            rest = f"{rest} {waits}" if rest else waits
        self._head.setText(head)
        self._rest.setText(rest)
        self.skyline.show_tracks(rows, f"{head} {rest}".strip())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._context.theme
        painter = QPainter(self)
        ground = self._ground()
        gradient = QLinearGradient(0, 0, 0, self.height())
        gradient.setColorAt(0, ground)
        gradient.setColorAt(0.25, ground)
        gradient.setColorAt(1, theme.color("bg.content"))
        painter.fillRect(self.rect(), gradient)

    def _ground(self) -> QColor:
        theme = self._context.theme
        color = self._context.art.color(self._row.art_id, self._row.title) if self._row else None
        return theme.hero_ground(color) if color is not None else theme.color("bg.content")

    def _lay_out(self, top_bar: QWidget) -> None:
        theme = self._context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.space(4))
        column.setSpacing(0)
        column.addWidget(top_bar)
        row = QHBoxLayout()
        row.setContentsMargins(theme.space(6), theme.space(5), theme.space(6), 0)
        row.setSpacing(theme.space(6))
        row.addWidget(self._art, alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._origin)
        words.addWidget(self._title)
        words.addWidget(self._artist)
        words.addStretch(1)
        words.addSpacing(theme.space(1))
        words.addWidget(self._facts)
        words.addSpacing(theme.space(2))
        words.addWidget(self.skyline)
        words.addSpacing(theme.space(1) + 2)
        sentence = QHBoxLayout()
        sentence.setSpacing(theme.space(1))
        sentence.addWidget(self._head)
        sentence.addWidget(self._rest, 1)
        words.addLayout(sentence)
        row.addLayout(words, 1)
        column.addLayout(row)

    def _facts_of(self, row: AlbumRow, rows: Sequence[TrackRow]) -> list[tuple[str, str]]:
        count = (
            self.tr("1 track") if row.counts.total == 1 else self.tr("{n} tracks").format(n=row.counts.total)
        )
        if row.duration_s:
            count = f"{count}, {wording.long_duration(row.duration_s)}"
        facts = [("playlist", count)]
        tempos = sorted(track.bpm for track in rows if track.bpm)
        if tempos:
            low, high = round(tempos[0]), round(tempos[-1])
            facts.append(("gauge", f"{low} BPM" if low == high else f"{low}–{high} BPM"))
        if row.year:
            facts.append(("calendar", str(row.year)))
        with_file = sum(track.has_file for track in rows)
        if rows:
            facts.append(("folder", self.tr("{n} of {all} with a file").format(n=with_file, all=len(rows))))
        return facts

    def _waiting_till(self, rows: Sequence[TrackRow]) -> str:
        times = [row.badge.until for row in rows if row.badge.state is BadgeState.WAITING and row.badge.until]
        if not times:
            return ""
        clock = wording.clock(self._context.now())
        return self.tr("Next try at {time}.").format(time=clock(min(times)))

    def _choose_art(self, take: Take | None) -> None:
        if self._row is not None:
            self._context.shell.choose_art(ArtOf(self._row.id), self._row.title, take)

    def _on_art(self, art_id: ArtId | None, title: str) -> None:
        if self._row is not None and (art_id, title) == (self._row.art_id, self._row.title):
            self.update()
