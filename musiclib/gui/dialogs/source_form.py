"""Set up a source of audio: of which kind it is, its name, and what that kind asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from musiclib.domain.audio_sources import NAME_LENGTH, ConfigField, FieldKind, KindInfo, SourceRow
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.widgets.choosers import choose_folder
from musiclib.gui.widgets.controls import SegmentedControl, button, label
from musiclib.gui.widgets.setting_rows import choice
from musiclib.gui.wording import translate

_SIZE = QSize(600, 440)


class _KindForm(QWidget):
    """What one kind asks for, line by line."""

    submitted = Signal()

    def __init__(self, context: AppContext, about: KindInfo, source: SourceRow | None) -> None:
        super().__init__()
        self.about = about
        self._theme = context.theme
        self._known = {} if source is None else {name: str(value) for name, value in source.values.items()}
        self._is_new = source is None
        self.fields: dict[str, QLineEdit] = {}
        self.choices: dict[str, str] = {}
        theme = context.theme
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(2))
        grid.setColumnStretch(1, 1)
        grid.addWidget(
            label(theme, translate(about.description), "small", "secondary", wrap=True), 0, 0, 1, 3
        )
        for row, each in enumerate(about.fields, 1):
            self._add(grid, 2 * row, each)

    def values(self) -> dict[str, str]:
        """All but secrets."""
        secret = {each.name for each in self.about.fields if each.kind is FieldKind.SECRET}
        typed = {name: field.text().strip() for name, field in self.fields.items() if name not in secret}
        return {**typed, **self.choices}

    def secrets(self) -> dict[str, str]:
        """Those that were typed."""
        secret = [each.name for each in self.about.fields if each.kind is FieldKind.SECRET]
        return {name: self.fields[name].text() for name in secret if self.fields[name].text()}

    def _add(self, grid: QGridLayout, row: int, each: ConfigField) -> None:
        theme = self._theme
        words = label(theme, translate(each.label), "body", "secondary")
        grid.addWidget(words, row, 0)
        if each.kind is FieldKind.CHOICE:
            grid.addWidget(self._choice(each), row, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(
                label(theme, translate(each.hint), "small", "secondary", wrap=True), row + 1, 1, 1, 2
            )
            return
        field = self.fields[each.name] = self._line(each)
        words.setBuddy(field)
        if each.kind is not FieldKind.FOLDER:
            grid.addWidget(field, row, 1, 1, 2)
            return
        grid.addWidget(field, row, 1)
        browse = button(theme, self.tr("Choose"), "folder-open")
        title = self.tr("Choose a folder of audio")
        browse.clicked.connect(lambda: choose_folder(self, title, field.setText))
        grid.addWidget(browse, row, 2)

    def _choice(self, each: ConfigField) -> QWidget:
        current = self._known.get(each.name) or each.default or each.choices[0]
        self.choices[each.name] = current
        answers = [(key, translate(key)) for key in each.choices]
        return choice(
            self._theme, translate(each.label), answers, current, partial(self.choices.__setitem__, each.name)
        )

    def _line(self, each: ConfigField) -> QLineEdit:
        made = QLineEdit(self._known.get(each.name, each.default))
        made.setFont(self._theme.font("body"))
        made.setCursorPosition(0)
        made.setPlaceholderText(translate(each.hint))
        made.setAccessibleName(translate(each.label))
        made.setAccessibleDescription(translate(each.hint))
        made.returnPressed.connect(self.submitted)
        if each.kind is FieldKind.SECRET:
            made.setEchoMode(QLineEdit.EchoMode.Password)
            if not self._is_new:
                made.setPlaceholderText(self.tr("Leave it empty to keep the one there is"))
        return made


class SourceForm(Overlay):
    """Adds a source or changes one; closes once that is done. What is wrong is told, and all stays typed."""

    def __init__(
        self, context: AppContext, window: QWidget, kinds: Sequence[KindInfo], source: SourceRow | None
    ) -> None:
        """`kinds` are those to choose from: for `source` just its own."""
        super().__init__(context.theme, window, _SIZE)
        theme = context.theme
        self._context, self._source = context, source
        title = self.tr("Set up {name}").format(name=source.name) if source else self.tr("Add a source")
        self.setAccessibleName(title)
        self.kinds = SegmentedControl(
            theme, [(each.name, translate(each.label), "") for each in kinds], self.tr("Kind")
        )
        self.kinds.chosen.connect(self.choose_kind)
        self.name = QLineEdit(source.name if source else "")
        self.name.setFont(theme.font("body"))
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.returnPressed.connect(self.submit)
        self.forms = {each.name: _KindForm(context, each, source) for each in kinds}
        self.told = label(theme, "", "small", "error", wrap=True)
        self.save = button(
            theme, self.tr("Save") if source else self.tr("Add"), kind="primary", shortcut="Return"
        )
        self.save.clicked.connect(self.submit)
        self._lay_out(title)
        self.kinds.setVisible(source is None)
        self.choose_kind(kinds[0].name)

    def present(self) -> None:
        super().present()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    @Slot(str)
    def choose_kind(self, name: str) -> None:
        """Ask for what this kind needs; what was typed for another one is kept."""
        self._kind = name
        self.kinds.choose(name)
        for each, form in self.forms.items():
            form.setVisible(each == name)
            if each == name:
                self.name.setPlaceholderText(translate(form.about.label))
        self.told.clear()

    @Slot()
    def submit(self) -> None:
        """Keep it; without a name it is called as its kind."""
        if not self.save.isEnabled():
            return
        form = self.forms[self._kind]
        service = self._context.library.sources
        name = self.name.text().strip() or self.name.placeholderText()
        told = (name, form.values(), form.secrets())
        keep = (
            partial(service.add, self._kind, *told)
            if self._source is None
            else partial(service.change, self._source.id, *told)
        )
        self.save.setEnabled(False)
        self.told.clear()
        self._context.commands.run(keep, self._kept, self._refused)

    @Slot(object)
    def _kept(self, _row: SourceRow) -> None:
        self.dismiss()

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self.save.setEnabled(True)
        self.told.setText(str(error))

    def _lay_out(self, title: str) -> None:
        theme = self._context.theme
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(2))
        column.addWidget(label(theme, title, "section"))
        column.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(label(theme, self.tr("Name"), "body", "secondary"))
        column.addWidget(self.name)
        for form in self.forms.values():
            form.submitted.connect(self.submit)
            column.addWidget(form)
        column.addStretch(1)
        column.addWidget(self.told)
        column.addLayout(foot)
