"""Accept the best candidate of many tracks at once, after a look at what that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.ids import TrackId
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.acceptances import AcceptanceModel
from musiclib.gui.widgets.accept_bar import AcceptBar
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.sum_line import SumLine, Term
from musiclib.services.review_types import Acceptance

_SIZE = QSize(960, 600)


class _Rows(QStyledItemDelegate):
    def __init__(self, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._height = height

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), max(self._height, hint.height()))


class AcceptMany(Overlay):
    """`accepted` carries what was ticked: (track, candidate) pairs."""

    accepted = Signal(list)

    def __init__(
        self, context: AppContext, window: QWidget, start: float, reasons: Mapping[TrackId, str]
    ) -> None:
        super().__init__(context.theme, window, _SIZE)
        theme = context.theme
        title = self.tr("Accept all from a score on")
        self.setAccessibleName(title)
        self.model = AcceptanceModel(reasons, self)
        self.bar = AcceptBar(theme, start, acts=False)
        self.bar.changed.connect(self.model.show_from)
        self.list = self._make_list(context)
        self.sum = SumLine(theme)
        self.act = button(theme, "", kind="primary")
        self.act.clicked.connect(self._accept)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        self.model.ticks_changed.connect(self._tell)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(3))
        foot.addWidget(self.sum, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.act)
        words = self.tr("Each match is locked. All of it can be undone in one step.")
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(2))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(label(theme, words, "body", "secondary", wrap=True))
        column.addWidget(self.bar)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self._tell()

    @Slot(object)
    def show_acceptances(self, found: Sequence[Acceptance]) -> None:
        """Everything that could be taken; the slider chooses from it."""
        self.model.set_all(found)
        self.bar.show_scores(self.model.scores())
        self.model.show_from(float(self.bar.slider.value()))

    def present(self) -> None:
        super().present()
        self.bar.slider.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() == Qt.Key.Key_Space and self.list.hasFocus():
            rows = [index.row() for index in self.list.selectionModel().selectedRows()]
            for row in rows:
                self.model.toggle(row)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._accept()
        else:
            return False
        return True

    def _make_list(self, context: AppContext) -> QTreeView:
        made = QTreeView()
        made.setModel(self.model)
        made.setItemDelegate(_Rows(context.theme.size("row"), made))
        made.setFont(context.theme.font("body"))
        made.setAccessibleName(self.tr("What would be accepted"))
        made.setProperty("framed", "true")
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = made.header()
        header.setFont(context.theme.font("small"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (2, 3, 4):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        made.installEventFilter(self)
        return made

    def _tell(self) -> None:
        taken = len(self.model.chosen())
        self.sum.show_sum(
            self.tr("{n} with candidates"),
            [
                Term(taken, self.tr("{n} accepted")),
                Term(self.model.left_out(), self.tr("{n} left out by you")),
                Term(self.model.below(), self.tr("{n} below the score")),
            ],
        )
        if taken == 1:
            self.act.setText(self.tr("Accept 1 track"))
        elif taken:
            self.act.setText(self.tr("Accept {n} tracks").format(n=taken))
        else:
            self.act.setText(self.tr("Nothing to accept"))
        self.act.setEnabled(taken > 0)

    def _accept(self) -> None:
        chosen = self.model.chosen()
        if chosen:
            self.dismiss()
            self.accepted.emit(chosen)
