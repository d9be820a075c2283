"""What the window expects of a page."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from musiclib.gui.context import AppContext
from musiclib.gui.window_memory import Held


class Page(QWidget):
    """One page of the window. Made at its first visit and kept."""

    has_inspector: ClassVar[bool] = False
    """Whether the inspector stands beside this page."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setObjectName("page")
        self.context = context

    def open(self, argument: object = None) -> None:
        """The page comes into view; `argument` says what it should show."""

    def foot_height(self) -> int:
        """How much at the bottom has to stay legible: a toast stands above it."""
        return 0

    def step(self, by: int) -> None:
        """Go to the track that many places further on, where the page has a list of tracks."""

    def focus_search(self) -> None:
        """Ctrl+F: put the cursor into the page's search field, where it has one."""

    def write_tags(self) -> bool:
        """Ctrl+T: show what would be written into the files of what is chosen; False if that is nothing."""
        return False

    def remembered(self) -> Held:
        """What the page wants to be like again after the next start."""
        return {}

    def recall(self, held: Held) -> None:
        """Be as `remembered` told; values that make no sense are left out."""

    def wait(self, ms: int) -> bool:
        """The program ends: wait for what the page runs in threads of its own; False if it takes longer."""
        return True
