"""The paste dialog over a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog


@pytest.fixture
def dialog(context: AppContext, window: QMainWindow) -> Iterator[PasteImportDialog]:
    QGuiApplication.clipboard().clear()
    made = PasteImportDialog(context, window)
    yield made
    made.stop()
    assert made.wait(30_000)
