"""The forms of lines a person has taught the parser, each to be forgotten again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain.tracklist.model import Lesson
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.models.parsed_fields import lesson_words
from musiclib.gui.widgets.controls import button, label

_ROWS = 5


class LessonList(QWidget):
    """Read anew by `look`; what is forgotten can be taught again by the toast's Undo."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self._lessons: dict[str, Lesson] = {}
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Forms of lines you taught"))
        self.list.setProperty("framed", "true")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setFixedHeight(_ROWS * theme.size("row"))
        self.forget = button(theme, self.tr("Forget"), shortcut="Del")
        self.forget.clicked.connect(self._forget)
        self._none = label(
            theme,
            self.tr(
                "Nothing was taught yet. In the paste dialog, move the dividers of a line under Teach it."
            ),
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

    def look(self) -> None:
        """Read what was taught."""
        self._context.commands.run(self._context.library.imports.lessons, self._show)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._forget()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _show(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = {each.signature: each for each in lessons}
        self._lines.show([self._line(each) for each in lessons])
        self._none.setVisible(not lessons)
        for part in (self.list, self.forget):
            part.setVisible(bool(lessons))

    def _line(self, lesson: Lesson) -> Line:
        right = "" if lesson.layout else self.tr("are no tracks")
        return Line(lesson.signature, lesson_words(lesson), "", right, None, "text-aa")

    def _forget(self) -> None:
        lines = [self._lines.line(index) for index in self.list.selectedIndexes()]
        gone = [self._lessons[str(line.key)] for line in lines if line is not None]
        if not gone:
            self._context.shell.toast(self.tr("Choose what to forget first."))
            return
        imports = self._context.library.imports

        def forget() -> list[Lesson]:
            for each in gone:
                imports.forget_lesson(each.signature)
            return gone

        self._context.commands.run(forget, self._forgotten)

    @Slot(object)
    def _forgotten(self, gone: Sequence[Lesson]) -> None:
        words = self.tr("Forgotten. Lines of this form are read as any other again.")
        self._context.shell.toast(words, self.tr("Undo"), partial(self._teach_again, gone))
        self.look()

    def _teach_again(self, lessons: Sequence[Lesson]) -> None:
        imports = self._context.library.imports

        def teach() -> None:
            for each in lessons:
                imports.save_lesson(each)

        self._context.commands.run(teach, self._taught)

    @Slot(object)
    def _taught(self, _done: object) -> None:
        self.look()
