"""A fault in a slot is logged by whoever logs, told once, and takes nothing down."""

import sys

import pytest
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.errors import BugError
from musiclib.gui.crash import CrashReporter


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager
def test_a_fault_is_told_once_and_passed_on(qtbot: QtBot, library: Library) -> None:
    passed: list[BaseException] = []
    before = sys.excepthook
    sys.excepthook = lambda kind, error, trace: passed.append(error)
    try:
        reporter = CrashReporter(library.settings)
        for text in ("first", "second"):
            error = BugError(text)
            sys.excepthook(BugError, error, None)
        qtbot.waitUntil(lambda: reporter._box is not None)
        box = reporter._box
        assert box is not None
        assert "first" in box.detailedText()
        assert str(library.settings.log_file.parent) in box.informativeText()
        assert [str(each) for each in passed] == ["first", "second"]
        box.close()
        assert reporter._box is None
        reporter.close()
    finally:
        sys.excepthook = before
