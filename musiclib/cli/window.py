"""Opening the window from the command line, or saying in words why that cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib import system_libraries
from musiclib.cli.command import Session, command
from musiclib.errors import KnownError

if TYPE_CHECKING:
    from musiclib.settings import Settings

_PICTURE_LIMIT_S = 120


class NoWindow(KnownError):
    """No window can be shown here."""

    code = "no_window"


def open_window(session: Session) -> int:
    """Run the window until it is closed; `NoWindow` where there is no screen or Qt lacks libraries."""
    if problem := system_libraries.display_problem():
        raise NoWindow(
            f"{problem} The commands work without one (`musiclib --help`), and `musiclib demo` shows a "
            "sample library in the terminal."
        )
    _require_libraries()
    return session.windows.open(session.settings)


@command
def snapshot(
    session: Session,
    target: Annotated[Path, typer.Argument(help="The PNG file to write.")],
) -> None:
    """Save a picture of the window as it opens."""
    _require_libraries()
    session.windows.save_picture(session.settings, target)
    if session.as_json:
        session.out.json({"file": target.absolute()})
    else:
        session.out.data(str(target))


def save_picture(settings: Settings, target: Path) -> str | None:
    """`snapshot` in a process of its own, without a screen; returns why it failed, or None.

    Qt ends the process where it finds no platform plugin, which would take this one with it.
    """
    lacking = system_libraries.missing(("Qt",))
    if lacking.libraries:
        return _lacking_told(lacking)
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "musiclib"]
    arguments = ["--data-dir", str(settings.data_dir)]
    if settings.database_url:
        arguments += ["--database", settings.database_url]
    try:
        done = subprocess.run(
            [*program, *arguments, "snapshot", str(target)],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PICTURE_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"drawing it took more than {_PICTURE_LIMIT_S} s"
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def _require_libraries() -> None:
    lacking = system_libraries.missing_for_window()
    if lacking.libraries:
        raise NoWindow(_lacking_told(lacking))


def _lacking_told(lacking: system_libraries.Missing) -> str:
    names = ", ".join(each.soname for each in lacking.libraries)
    return f"The window needs libraries that are missing here: {names}. Install them with\n" + (
        system_libraries.advice(lacking)
    )
