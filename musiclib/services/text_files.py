"""Text files a person hands in or gets: read in whatever encoding, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from musiclib.errors import NO_SPACE, BadInput, DiskFull
from musiclib.services.text_input import decode_table

_MOST_BYTES = 1 << 30


def read_text(path: Path) -> str:
    """The text of a table. Raises `BadInput` for a file that is not there, too large, or no text."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(f"{path} is larger than any table of this program. Choose another file.")
        return decode_table(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}). Check the path.") from error


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8; one that is there is replaced only by a whole one."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_SPACE:
            raise DiskFull(
                f"No space is left in {path.parent} for {path.name}. Make room, then try again."
            ) from error
        raise BadInput(f"{path} cannot be written ({error.strerror}). Choose another place.") from error
