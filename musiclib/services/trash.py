"""Moves files to the trash of the system, from where a person can take them back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Discard = Callable[[Path], None]


def move_to_trash(path: Path) -> None:
    """Raises OSError, with a reason for people in `strerror` or its text, if it stays where it is."""
    from send2trash import send2trash

    send2trash(str(path))
