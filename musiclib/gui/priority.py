"""The order in which threads get a core."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from PySide6.QtCore import QThread

_STEPS_BACK = 5


def give_way() -> None:
    """Let the GUI thread go before the calling one, and before the threads and processes that one starts.

    For threads of Qt that work in the background.
    """
    if sys.platform == "linux":  # where Qt's priorities of threads have no effect
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):  # forbidden: as before
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _STEPS_BACK)
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)
