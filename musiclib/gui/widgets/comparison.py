"""A track and what is offered for it, side by side, a row for each field and a sign in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from musiclib.domain.comparison import COMPARED, FieldComparison, Sign, compare_fields
from musiclib.domain.ids import CandidateId
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.models.comparison_words import (
    SIGNS,
    candidate_name,
    cell_words,
    compared_name,
    sign_name,
    value_words,
)
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.candidate_head import CandidateHead
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, keycap, label, restyle
from musiclib.services.review_types import ReviewCandidate, ReviewCase

COLUMNS = 3
"""Candidates seen at once, where there is room."""
_LABEL_WIDTH, _OWN_WIDTH, _ROW, _LOW_ROW = 72, 168, 42, 28
_NARROW_OWN = 136
_COLUMN_FROM = 172
_TONES = {Sign.SAME: "done", Sign.NEAR: "secondary", Sign.DIFFERS: "review", Sign.ABSENT: "tertiary"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


class _Cell(QFrame):
    """A sign, a value, and how much it differs."""

    def __init__(self, theme: Theme, left: int, *, signed: bool = True) -> None:
        super().__init__()
        self.setProperty("cell", "true")
        self._theme, self._look = theme, ("", "")
        self._sign = label(theme, "", "section")
        self._sign.setFixedWidth(theme.space(4))
        self._sign.setVisible(signed)
        self._words = ElidedLabel(theme, "", "body")
        row = QHBoxLayout(self)
        row.setContentsMargins(left, 0, theme.space(2), 0)
        row.setSpacing(theme.space(1))
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)

    def say(self, words: str, sign: Sign | None = None, tone: str = "", role: str = "body") -> None:
        self._sign.setText(SIGNS[sign] if sign is not None else "")
        self._words.setText(words)
        if self._look == (tone, role + str(sign)):
            return
        self._look = tone, role + str(sign)
        self._sign.setProperty("tone", _TONES.get(sign, "") if sign is not None else "")
        self._words.setProperty("tone", tone)
        restyle(self._sign)
        restyle(self._words)
        self._words.setFont(self._theme.font(role))

    def words(self) -> str:
        return self._words.accessibleName()


@dataclass
class _Acts:
    frame: QFrame
    pick: QPushButton
    refuse: QPushButton
    words: str = ""
    """Of the button that refuses; it may have no room for them."""
    icon: str = "prohibit"


class Comparison(QWidget):
    """Shows as many candidates side by side as there is room for, at most `COLUMNS`."""

    picked = Signal(object)
    """A `ReviewCandidate`."""
    ruled_out = Signal(object)
    offered_again = Signal(object)
    none_fits = Signal()
    pointed = Signal(object)
    """The candidate that Enter would pick; None without any."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context, self._theme = context, context.theme
        self._case: ReviewCase | None = None
        self._first = self._at = 0
        self._columns, self._share = COLUMNS, _COLUMN_FROM
        theme = self._theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH + theme.space(6))
        self._own = label(theme, "", "small", "secondary", wrap=True)
        self._back = icon_button(theme, "caret-left", _tr("Candidates before"), "Left", dense="tiny")
        self._on = icon_button(theme, "caret-right", _tr("More candidates"), "Right", dense="tiny")
        self._range = label(theme, "", "small", "secondary")
        self._more = self._make_pager()
        self._make_own()
        self._heads = [self._make_head(column) for column in range(COLUMNS)]
        self._cells: dict[str, list[_Cell]] = {
            name: self._make_row(row, name) for row, name in enumerate(COMPARED, 1)
        }
        self.none = self._make_none(len(COMPARED) + 1)
        self._acts = [self._make_acts(len(COMPARED) + 1, column) for column in range(COLUMNS)]

    # -- what is shown

    @property
    def candidates(self) -> Sequence[ReviewCandidate]:
        """Best first; those that were ruled out come last."""
        return self._case.candidates if self._case else ()

    @property
    def current(self) -> ReviewCandidate | None:
        """The one the eye is on."""
        return self.candidates[self._at] if self._at < len(self.candidates) else None

    def in_view(self, place: int) -> bool:
        """Whether the candidate at this place (from 0) can be seen."""
        return self._first <= place < min(len(self.candidates), self._first + self._columns)

    def show_case(self, case: ReviewCase, own_words: str) -> None:
        """`own_words` says where the track's own values come from."""
        held = self.current
        fresh = self._case is None or case.item.track_id != self._case.item.track_id
        self._case = case
        self._own.setText(own_words)
        if fresh or held is None:
            self._at = self._first = 0
        else:
            place = self._place_of(held.id)
            ruled_out = place < len(case.candidates) and case.candidates[place].rejected and not held.rejected
            self._at = min(self._at, len(case.candidates) - 1) if ruled_out else place
        self._bring_into_view()
        self._fill()

    def point(self, place: int) -> None:
        """Bring the candidate at this place (from 0) into view and make it the current one."""
        if 0 <= place < len(self.candidates):
            self._at = place
            self._bring_into_view()
            self._fill()

    def point_to(self, candidate_id: CandidateId) -> None:
        """As `point`, for a candidate of this id."""
        self.point(self._place_of(candidate_id))

    def step(self, by: int) -> None:
        self.point(self._at + by)

    def cell(self, field: str, column: int) -> str:
        """What a cell says; column 0 is the track's own."""
        return self._cells[field][column].words()

    def fit_rows(self, room: int) -> None:
        """Spread the rows over this height, as far as that looks well."""
        theme, line = self._theme, self._theme.line("body")
        rows = len(COMPARED)
        around = sum(self._grid.cellRect(row, 0).height() for row in (0, rows + 1))
        low, high = max(_LOW_ROW, line + theme.space(1)), max(_ROW, line + theme.space(4))
        height = max(low, min(high, (room - around) // rows))
        for row in range(1, rows + 1):
            self._grid.setRowMinimumHeight(row, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LABEL_WIDTH + _NARROW_OWN + _COLUMN_FROM, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _LABEL_WIDTH + _OWN_WIDTH + COLUMNS * _COLUMN_FROM
        own = _OWN_WIDTH if wide else _NARROW_OWN
        self._grid.setColumnMinimumWidth(1, own)
        room = self.width() - _LABEL_WIDTH - self._theme.space(6) - own
        columns = max(1, min(COLUMNS, room // _COLUMN_FROM))
        self._share = room // columns
        for column in range(COLUMNS):
            self._grid.setColumnMinimumWidth(2 + column, self._share if column < columns else 0)
        if columns != self._columns:
            self._columns = columns
            self._bring_into_view()
            self._fill()
        for acts in self._acts:
            self._fit_words(acts)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for column in range(self._columns):
            frame = self._heads[column].geometry()
            if frame.left() <= event.position().x() <= frame.right():
                self.point(self._first + column)
        super().mousePressEvent(event)

    def _place_of(self, candidate_id: CandidateId | None) -> int:
        return next((place for place, each in enumerate(self.candidates) if each.id == candidate_id), 0)

    def _bring_into_view(self) -> None:
        last = max(0, len(self.candidates) - self._columns)
        self._first = max(min(self._first, self._at, last), self._at - self._columns + 1)

    def _fill(self) -> None:
        shown = self.candidates[self._first : self._first + self._columns]
        own = self._case.own if self._case else {}
        compared = [compare_fields(own, each.fields) for each in shown]
        mine = compared[0] if compared else compare_fields(own, {})
        for row, name in enumerate(COMPARED):
            self._fill_own(self._cells[name][0], mine[row])
            for column in range(COLUMNS):
                there = column < len(shown)
                source = wording.source_name(shown[column].provider) if there else ""
                self._fill_cell(
                    self._cells[name][1 + column], compared[column][row] if there else None, source
                )
        for column in range(COLUMNS):
            self._show_column(column)
            if column < len(shown):
                self._heads[column].show_candidate(shown[column], self._first + column + 1, compared[column])
                self._fill_acts(self._acts[column], shown[column], self._first + column)
            else:
                self._heads[column].clear()
                self._acts[column].pick.hide()
                self._acts[column].refuse.hide()
            self._mark(column, column < len(shown) and self._first + column == self._at)
        self._tell_more(len(shown))
        self.none.setEnabled(any(not each.rejected for each in self.candidates))
        self.pointed.emit(self.current)

    def _tell_more(self, shown: int) -> None:
        """Which are seen, where there are more than that."""
        total = len(self.candidates)
        self._more.setVisible(total > shown)
        self._range.setText(
            _tr("{first} to {last} of {n}").format(first=self._first + 1, last=self._first + shown, n=total)
        )
        self._back.setEnabled(self._first > 0)
        self._on.setEnabled(self._first + shown < total)

    def _show_column(self, column: int) -> None:
        there = column < self._columns
        self._grid.setColumnStretch(2 + column, int(there))
        for part in self._parts(column):
            part.setVisible(there)

    def _fill_own(self, cell: _Cell, compared: FieldComparison) -> None:
        words = value_words(compared.field, compared.own)
        listed = self._case is not None and Source.TRACKLIST in self._case.own_sources
        cell.say(
            words or (_tr("not in the list") if listed else _tr("not known")),
            tone="" if words else "tertiary",
            role="title_in_row" if words else "body",
        )
        cell.setAccessibleName(
            _tr("Yours, {field}: {value}").format(field=compared_name(compared.field), value=cell.words())
        )

    def _fill_cell(self, cell: _Cell, compared: FieldComparison | None, source: str) -> None:
        if compared is None:
            cell.say("")
            cell.setAccessibleName("")
            return
        value, apart = cell_words(compared)
        differs = compared.sign is Sign.DIFFERS
        absent = compared.theirs is None and not differs
        sign = Sign.ABSENT if absent and compared.sign is Sign.UNJUDGED else compared.sign
        words = ", ".join(filter(None, (value, apart)))
        tone = "tertiary" if absent else "review" if differs else ""
        cell.say(words, sign, tone, "body_strong" if differs else "body")
        heard = ", ".join(filter(None, (words, sign_name(compared.sign))))
        cell.setAccessibleName(
            _tr("{source}, {field}: {value}").format(
                source=source, field=compared_name(compared.field), value=heard
            )
        )

    def _fill_acts(self, acts: _Acts, candidate: ReviewCandidate, place: int) -> None:
        name = candidate_name(candidate)
        acts.pick.show()
        acts.pick.setText(_tr("Pick {n}").format(n=place + 1))
        acts.pick.setAccessibleName(_tr("Pick {n}: {name}").format(n=place + 1, name=name))
        acts.refuse.show()
        again = candidate.rejected
        words = _tr("Offer again") if again else _tr("Never this")
        acts.words = words
        acts.icon = "arrow-u-up-left" if again else "prohibit"
        heard = _tr("Offer {name} again") if again else _tr("Never offer {name} again")
        acts.refuse.setAccessibleName(heard.format(name=name))
        self._fit_words(acts)

    def _fit_words(self, acts: _Acts) -> None:
        """Where there is no room for all of both buttons, the icons go first and the words last."""
        icons = (self._pick_icon(acts), themed_icon(self._theme, acts.icon, "text.secondary"))
        acts.refuse.setToolTip("")
        for shown in (icons, (icons[0], QIcon()), (QIcon(), QIcon())):
            acts.pick.setIcon(shown[0])
            acts.refuse.setIcon(shown[1])
            acts.refuse.setText(acts.words)
            if self._fits(acts):
                return
        acts.refuse.setIcon(icons[1])
        acts.refuse.setText("")
        acts.refuse.setToolTip(acts.words)

    def _fits(self, acts: _Acts) -> bool:
        both = acts.pick.sizeHint().width() + acts.refuse.sizeHint().width()
        return both + 3 * self._theme.space(2) <= self._share

    def _pick_icon(self, acts: _Acts) -> QIcon:
        current = acts.pick.property("kind") == "primary"
        return themed_icon(self._theme, "check", "text.on_accent" if current else "text.primary")

    def _parts(self, column: int) -> list[QFrame]:
        cells: list[QFrame] = [cells[1 + column] for cells in self._cells.values()]
        return [self._heads[column], *cells, self._acts[column].frame]

    def _mark(self, column: int, current: bool) -> None:
        held = "true" if current else "false"
        if self._heads[column].property("current") == held:
            return
        for part in self._parts(column):
            part.setProperty("current", held)
            restyle(part)
        pick = self._acts[column].pick
        pick.setProperty("kind", "primary" if current else "")
        pick.setFont(self._theme.font("title_in_row" if current else "body"))
        restyle(pick)
        self._fit_words(self._acts[column])

    # -- parts

    def _make_own(self) -> None:
        theme = self._theme
        frame = _frame()
        column = QVBoxLayout(frame)
        column.setContentsMargins(theme.space(6), theme.space(3), theme.space(2), theme.space(3))
        column.setSpacing(theme.space(1))
        column.addWidget(label(theme, _tr("Yours"), "section"))
        column.addWidget(self._own)
        column.addStretch(1)
        column.addWidget(self._more)
        self._grid.addWidget(frame, 0, 0, 1, 2)

    def _make_pager(self) -> QWidget:
        self._back.clicked.connect(lambda: self.point(self._first - 1))
        self._on.clicked.connect(lambda: self.point(self._first + self._columns))
        pager = QWidget()
        row = QHBoxLayout(pager)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.space(1))
        for part in (self._range, self._back, self._on):
            row.addWidget(part)
        row.addStretch(1)
        return pager

    def _make_head(self, column: int) -> CandidateHead:
        head = CandidateHead(self._context)
        head.setProperty("edge", "left")
        self._grid.addWidget(head, 0, 2 + column)
        return head

    def _make_row(self, row: int, name: str) -> list[_Cell]:
        theme = self._theme
        title = _Cell(theme, theme.space(6), signed=False)
        title.say(compared_name(name), tone="secondary")
        self._grid.addWidget(title, row, 0)
        cells = [_Cell(theme, 0, signed=False)]
        for _ in range(COLUMNS):
            cells.append(_Cell(theme, theme.space(4)))
            cells[-1].setProperty("edge", "left")
        for place, cell in enumerate(cells):
            self._grid.addWidget(cell, row, 1 + place)
        return cells

    def _make_none(self, row: int) -> QPushButton:
        theme = self._theme
        frame = _frame()
        line = QHBoxLayout(frame)
        line.setContentsMargins(theme.space(4), theme.space(2), theme.space(2), theme.space(2))
        line.setSpacing(theme.space(1))
        none = button(theme, _tr("None of these fits"), kind="flat")
        none.clicked.connect(self.none_fits)
        line.addWidget(none)
        line.addWidget(keycap(theme, "0"), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch(1)
        self._grid.addWidget(frame, row, 0, 1, 2)
        return none

    def _make_acts(self, row: int, column: int) -> _Acts:
        theme = self._theme
        frame = _frame()
        frame.setProperty("edge", "left")
        line = QHBoxLayout(frame)
        line.setContentsMargins(theme.space(4), theme.space(2), theme.space(1), theme.space(2))
        line.setSpacing(theme.space(1))
        pick = button(theme, "", "check")
        refuse = button(theme, "", "prohibit", kind="flat")
        pick.clicked.connect(partial(self._take, column))
        refuse.clicked.connect(partial(self._refuse, column))
        line.addWidget(pick)
        line.addWidget(refuse)
        line.addStretch(1)
        self._grid.addWidget(frame, row, 2 + column)
        return _Acts(frame, pick, refuse)

    def _take(self, column: int) -> None:
        self.picked.emit(self.candidates[self._first + column])

    def _refuse(self, column: int) -> None:
        candidate = self.candidates[self._first + column]
        (self.offered_again if candidate.rejected else self.ruled_out).emit(candidate)


def _frame() -> QFrame:
    frame = QFrame()
    frame.setProperty("cell", "true")
    return frame
