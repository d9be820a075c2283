"""Everything to decide a track by: its name and place, the comparison, what a pick would write."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from musiclib.domain.ids import CandidateId
from musiclib.domain.states import MatchState
from musiclib.gui.context import AppContext
from musiclib.gui.models.comparison_words import own_words
from musiclib.gui.widgets.case_head import CaseHead
from musiclib.gui.widgets.comparison import Comparison
from musiclib.gui.widgets.controls import rule
from musiclib.gui.widgets.name_form import Names
from musiclib.gui.widgets.not_found_form import NotFoundForm
from musiclib.gui.widgets.pick_effect import PickEffect
from musiclib.services.review_types import FieldChange, ReviewCase


class CaseView(QWidget):
    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.head = CaseHead(context)
        self.form = NotFoundForm(context.theme)
        self.comparison = Comparison(context)
        self.effect = PickEffect(context)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.form, self.comparison, self.effect):
            column.addWidget(part)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(rule())
        whole.addWidget(self.area, 1)

    def show_case(self, case: ReviewCase, why: str) -> None:
        lost = case.item.state is MatchState.NOT_FOUND
        self.head.show_case(case, why)
        self.form.setVisible(lost)
        self.form.before.setVisible(bool(case.candidates))
        if lost:
            self.form.names.show_names(names_of(case))
        self.comparison.setVisible(not lost or bool(case.candidates))
        self.effect.setVisible(bool(case.candidates))
        position = case.places[0].position if case.places else None
        self.comparison.show_case(case, own_words(case.own_sources, position, case.file_path is not None))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        below = self.effect.sizeHint().height() if self.form.isHidden() else self.height()
        self.comparison.fit_rows(self.area.viewport().height() - below)

    def show_changes(self, candidate_id: CandidateId, changes: Sequence[FieldChange]) -> None:
        """What taking this candidate would write, if it is the current one."""
        current = self.comparison.current
        if current is not None and current.id == candidate_id:
            self.effect.show_changes(self.comparison.candidates.index(current) + 1, changes)
            self._fit()


def names_of(case: ReviewCase) -> Names:
    """What the track is called by its list, its file or the person."""
    item, own = case.item, case.own
    held = {"artist": item.artist, "title": item.title, "version": item.version or ""}
    return {name: str(own.get(name, text)) if own else text for name, text in held.items()}
