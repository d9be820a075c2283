"""The forms of lines a person has taught the parser, each to be forgotten again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot

from musiclib.domain.tracklist.model import Lesson
from musiclib.gui.context import AppContext
from musiclib.gui.models.lines import Line
from musiclib.gui.models.parsed_fields import lesson_words
from musiclib.gui.widgets.forgettable_list import ForgettableList


class LessonList(ForgettableList):
    """Read anew by `look`; what is forgotten can be taught again by the toast's Undo."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(
            context,
            self.tr("Forms of lines you taught"),
            self.tr(
                "Nothing was taught yet. In the paste dialog, move the dividers of a line under Teach it."
            ),
        )
        self._lessons: dict[str, Lesson] = {}
        self.forgotten.connect(self._forget_lessons)

    def look(self) -> None:
        """Read what was taught."""
        self._context.commands.run(self._context.library.imports.lessons, self._show)

    @Slot(object)
    def _show(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = {each.signature: each for each in lessons}
        self.show_lines([self._line(each) for each in lessons])

    def _line(self, lesson: Lesson) -> Line:
        right = "" if lesson.layout else self.tr("are no tracks")
        return Line(lesson.signature, lesson_words(lesson), "", right, None, "text-aa")

    @Slot(list)
    def _forget_lessons(self, signatures: Sequence[str]) -> None:
        gone = [self._lessons[each] for each in signatures]
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
