"""The head of a candidate's column: art, score, source, what release it is on, how much agrees."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.comparison import FieldComparison
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.models.comparison_words import candidate_facts, candidate_name, sum_words, value_words
from musiclib.gui.widgets.art import ArtLabel
from musiclib.gui.widgets.controls import ElidedLabel, button, keycap, label
from musiclib.services.review_types import ReviewCandidate

_ART_FROM = 196
"""A narrower column has no room for the art."""
_KEYS = 9
_BY_ARROWS = "↵"


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


class CandidateHead(QFrame):
    """The source's name opens the recording's page there, as some sources ask for."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self.setProperty("cell", "true")
        self._address = ""
        self._filled = True
        self._art = ArtLabel(context, theme.size("art_candidate"))
        self._title = ""
        self._pictured: ArtRef | None = None
        self._previews = context.previews
        self._previews.ready.connect(self._on_preview)
        self._score = label(theme, "", "figure")
        self._key = keycap(theme, "")
        self.source = button(theme, "", kind="link", dense="tiny")
        self.source.setProperty("flush", "true")
        self.source.setFont(theme.font("title_in_row"))
        self.source.clicked.connect(self._open)
        self._plain_source = ElidedLabel(theme, "", "title_in_row")
        self._facts = ElidedLabel(theme, "", "small", "secondary")
        self._sums = ElidedLabel(theme, "", "small", "secondary")
        top = QHBoxLayout()
        top.addWidget(self._score)
        top.addStretch(1)
        top.addWidget(self._key, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addLayout(top)
        names.addWidget(self.source, 0, Qt.AlignmentFlag.AlignLeft)
        names.addWidget(self._plain_source)
        names.addWidget(self._facts)
        names.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(theme.space(3))
        upper.addWidget(self._art, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(names, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(3), theme.space(3), theme.space(3))
        column.setSpacing(theme.space(2))
        column.addLayout(upper, 1)
        column.addWidget(self._sums)

    def show_candidate(
        self, candidate: ReviewCandidate, place: int, compared: tuple[FieldComparison, ...]
    ) -> None:
        """`place` is its number from 1."""
        self._filled = True
        source = wording.source_name(candidate.provider)
        self._address = candidate.links.get(candidate.provider, "")
        self._pictured = candidate.art[0] if candidate.art else None
        self._title = value_words("album", candidate.fields.get("album")) or source
        self._score.setText(str(round(candidate.score)))
        self._key.setText(str(place) if place <= _KEYS else _BY_ARROWS)
        self._key.setToolTip("" if place <= _KEYS else _tr("Arrow keys go to it, Enter picks it"))
        for part in (self._score, self._key, self._facts, self._sums):
            part.show()
        self.source.setText(source)
        self.source.setVisible(bool(self._address))
        self.source.setToolTip(_tr("Open its page at {source}").format(source=source))
        self.source.setAccessibleName(self.source.toolTip())
        self._plain_source.setText(source)
        self._plain_source.setVisible(not self._address)
        self._facts.setText(candidate_facts(candidate))
        sums = _tr("ruled out before") if candidate.rejected else sum_words(compared)
        self._sums.setText(sums)
        self.setAccessibleName(
            _tr("Candidate {n}: {name}, {source}, score {score}, {sums}").format(
                n=place,
                name=candidate_name(candidate),
                source=source,
                score=round(candidate.score),
                sums=sums,
            )
        )
        self._fit()

    def clear(self) -> None:
        """Nobody stands here."""
        self._filled = False
        self._pictured = None
        self.setAccessibleName("")
        for part in (
            self._art, self._score, self._key, self.source, self._plain_source, self._facts, self._sums
        ):  # fmt: skip
            part.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self._filled and self.width() >= _ART_FROM
        self._art.setVisible(shown)
        if shown:
            self._show_art()

    def _show_art(self) -> None:
        """The tile of its album, and its picture once it has been fetched."""
        art_id = self._previews.get(self._pictured) if self._pictured is not None else None
        self._art.show_art(art_id, self._title)

    def _on_preview(self, ref: ArtRef) -> None:
        if ref == self._pictured:
            self._show_art()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._address))
