"""The track that is decided upon: its name, where it stands on a list, why a person is asked."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.ids import AlbumId
from musiclib.domain.states import BadgeState, MatchState
from musiclib.gui.context import AppContext
from musiclib.gui.models.review_queue import item_title
from musiclib.gui.widgets.controls import ElidedLabel, button, label
from musiclib.gui.widgets.pill import StatePill
from musiclib.gui.wording import duration
from musiclib.services.review_types import Place, ReviewCase

_STATES = {
    MatchState.REVIEW: BadgeState.REVIEW,
    MatchState.NOT_FOUND: BadgeState.NOT_FOUND,
    MatchState.MATCHED: BadgeState.LOCKED,
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


class CaseHead(QWidget):
    """The album's name opens the album."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._album_id: AlbumId | None = None
        self.name = ElidedLabel(theme, "", "section")
        self._before = label(theme, "", "small", "secondary")
        self.album = button(theme, "", kind="link", dense="tiny")
        self.album.setProperty("flush", "true")
        self.album.setFont(theme.font("small"))
        self.album.clicked.connect(self._open_album)
        self._behind = ElidedLabel(theme, "", "small", "secondary")
        self.why = StatePill(theme)
        place = QHBoxLayout()
        place.setSpacing(0)
        place.addWidget(self._before)
        place.addSpacing(theme.space(1))
        place.addWidget(self.album)
        place.addWidget(self._behind, 1)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.name)
        names.addLayout(place)
        margin = theme.size("page_margin")
        row = QHBoxLayout(self)
        row.setContentsMargins(margin, theme.space(3), margin, theme.space(3))
        row.setSpacing(theme.space(4))
        row.addLayout(names, 1)
        row.addWidget(self.why)

    def show_case(self, case: ReviewCase, why: str) -> None:
        item = case.item
        self.name.setText(f"{item.artist}, {item_title(item)}" if item.artist else item_title(item))
        self._show_place(case.places)
        asks = _tr("Asks you: {why}") if item.state is MatchState.REVIEW else "{why}"
        self.why.say(_STATES.get(item.state, BadgeState.RUNNING), asks.format(why=why))

    def _show_place(self, places: tuple[Place, ...]) -> None:
        first = places[0] if places else None
        self._album_id = first.album_id if first else None
        self.album.setVisible(first is not None)
        if first is None:
            self._before.setText(_tr("On no album's list"))
            self._behind.setText("")
            return
        position = first.label or str(first.position)
        self._before.setText(_tr("Position {n} of").format(n=position))
        self.album.setText(first.album.replace("&", "&&"))
        self.album.setAccessibleName(_tr("Open the album {title}").format(title=first.album))
        parts = []
        if first.start_s is not None:
            parts.append(_tr("cue {time}").format(time=duration(first.start_s)))
        if more := len(places) - 1:
            parts.append(_tr("on 1 more list") if more == 1 else _tr("on {n} more lists").format(n=more))
        self._behind.setText(f", {', '.join(parts)}" if parts else "")

    def _open_album(self) -> None:
        if self._album_id is not None:
            self._context.shell.open_album(self._album_id)
