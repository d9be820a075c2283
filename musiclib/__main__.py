"""Entry point. Child processes import this file again, so it stays bare."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musiclib.settings import Settings


def main() -> int:
    """Run the command line; without a command that opens the window. Returns the exit code."""
    multiprocessing.freeze_support()
    from musiclib.cli.command import Windows
    from musiclib.cli.main import run

    return run(sys.argv[1:], Windows(_open_window, _save_picture))


def _open_window(settings: Settings) -> int:
    gc.disable()  # what is imported stays: a seventh of a start. The window collects by itself once it stands
    import musiclib.bootstrap  # noqa: F401 - before Qt: PySide6 reads the source of each module imported after it
    from musiclib.gui.application import run_gui

    return run_gui(settings, sys.argv[:1])


def _save_picture(settings: Settings, target: Path) -> None:
    from musiclib.gui.snapshot import save

    save(settings, target)


if __name__ == "__main__":
    sys.exit(main())
