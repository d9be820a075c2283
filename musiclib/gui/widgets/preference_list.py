"""The sources a person prefers, each to be forgotten again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.inspector.fields import field_name
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.wording import source_name
from musiclib.services.changes import Change
from musiclib.services.provenance import Preference

_MOST_ROWS = 5


class PreferenceList(QWidget):
    """Read anew by `look`, and whenever rows are read again: an undo may have brought one back."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._acts = Acts(context, self)
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Sources you prefer"))
        self.list.setProperty("framed", "true")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.forget = button(theme, self.tr("Forget"), shortcut="Del")
        self.forget.clicked.connect(self._forget)
        self._none = label(
            theme,
            self.tr("None yet. In the inspector, a value's sources can be preferred where they disagree."),
            "small",
            "secondary",
            wrap=True,
        )
        row = QHBoxLayout()
        row.addWidget(self.forget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self._none)
        column.addWidget(self.list)
        column.addLayout(row)
        self._show(())
        context.shell.refresh_wanted.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Read what is preferred."""
        self._context.commands.run(self._context.library.provenance.preferences, self._show)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._forget()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _show(self, preferences: Sequence[Preference]) -> None:
        self._lines.show([self._line(each) for each in preferences])
        self._none.setVisible(not preferences)
        for part in (self.list, self.forget):
            part.setVisible(bool(preferences))
        rows = min(_MOST_ROWS, max(1, len(preferences)))
        self.list.setFixedHeight(rows * self._context.theme.size("row_tall") + 2)

    def _line(self, preference: Preference) -> Line:
        field = field_name(preference.field) if preference.field else self.tr("Everything")
        where = preference.artist or self.tr("everywhere")
        what = self.tr("{field}, {where}") if preference.artist is None else self.tr("{field} of {where}")
        icon = "user" if preference.artist else "globe"
        return Line(
            preference, source_name(preference.source), what.format(field=field, where=where), "", None, icon
        )

    def _forget(self) -> None:
        lines = [self._lines.line(index) for index in self.list.selectedIndexes()]
        gone = [line.key for line in lines if line is not None and isinstance(line.key, Preference)]
        if not gone:
            self._context.shell.toast(self.tr("Choose what to forget first."))
            return
        provenance = self._context.library.provenance

        def forget() -> list[Change]:
            return [provenance.forget(each.field, each.artist) for each in gone]

        self._acts.run(forget)
