"""Ends a database server whose test run was killed: `python -m tests.support.end_with_parent PID FOLDER`.

Its input is a pipe from the test run that nobody ever writes to: it ends when the run does, however that was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

_AT_ONCE = getattr(signal, "SIGQUIT", signal.SIGTERM)
_GONE_WITHIN_S = 10.0


def main(pid: int, folder: Path) -> None:
    sys.stdin.read()
    with contextlib.suppress(OSError):  # it ended by itself
        os.kill(pid, _AT_ONCE)
    deadline = time.monotonic() + _GONE_WITHIN_S
    while folder.exists() and time.monotonic() < deadline:  # it writes until it is gone
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
