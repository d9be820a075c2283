"""A dropped or chosen list file, read and decoded. Runs off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musiclib.errors import BadInput
from musiclib.gui.dialogs.paste_import.session import MAX_PASTE_CHARS
from musiclib.services.text_input import decode_text

LIST_SUFFIXES = (".txt", ".csv", ".tsv", ".m3u", ".m3u8", ".cue", ".json", ".jsonl", ".md", ".log", ".html")
ENCODINGS = (
    *("utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "koi8_r", "cp866", "cp1253", "cp1254", "cp1257"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "mac_roman"),
)
"""What is offered when the guess looks wrong."""
_MAX_BYTES = 4 * MAX_PASTE_CHARS


@dataclass(frozen=True, slots=True)
class ReadFile:
    """`doubtful`: another encoding fits nearly as well, so letters may be wrong; the person should look."""

    path: Path
    text: str
    encoding: str
    doubtful: bool


def read_list(path: Path, encoding: str | None = None) -> ReadFile:
    """The text of a list file; with `encoding` the person's choice is taken, what does not fit it as U+FFFD.

    BadInput for what is no list: a folder, nothing at all, too large, binary.
    """
    data = _bytes_of(path)
    if encoding is not None:
        return ReadFile(path, _bounded(path, data.decode(encoding, errors="replace")), encoding, True)
    found = decode_text(data)
    return ReadFile(path, _bounded(path, found.text), found.encoding, found.doubtful)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path.name} is a folder. Add folders of audio under Settings, Music folders.")
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise BadInput(too_long_message(size, path.name))
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path.name} cannot be read: {error.strerror}. Check the file and try again."
        ) from error
    if not data.strip():
        raise BadInput(f"{path.name} is empty. Choose a file with a tracklist in it.")
    return data


def _bounded(path: Path, text: str) -> str:
    if len(text) > MAX_PASTE_CHARS:
        raise BadInput(too_long_message(len(text), path.name))
    return text


def too_long_message(size: int, name: str = "This text") -> str:
    """What to tell about a text of `size` characters or bytes."""
    shown = f"{size / 1_000_000:.0f} MB"
    return (
        f"{name} is too long ({shown}). Up to {MAX_PASTE_CHARS / 1_000_000:.0f} MB fit here;"
        " cut it into parts, or use the command: musiclib import FILE"
    )
