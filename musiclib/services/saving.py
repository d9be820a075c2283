"""Writing a text file that a person asked for: whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from musiclib.errors import NO_SPACE, DiskFull, KnownError


class ExportFailed(KnownError):
    """The file to export to cannot be written."""

    code = "export_failed"


def save_text(text: str, output: Path) -> None:
    """Write the text as UTF-8. What stood at that place is replaced once all is on the disk.

    Raises `DiskFull` or `ExportFailed`.
    """
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_SPACE:
            raise DiskFull(f"No space is left for {output}. Make room or choose another place.") from error
        raise ExportFailed(f"{output} cannot be written: {error.strerror}. Choose another place.") from error
