"""Pictures on the person's own disk: inside audio files, beside them, and files they point at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from musiclib.domain.art_ref import FOLDER, ArtRef
from musiclib.domain.image_header import read_image_header
from musiclib.domain.states import Source
from musiclib.errors import BadInput, UnreadableAudio
from musiclib.services.art_types import IN_FILE, ArtChoice
from musiclib.tags.folder_art import pictures_beside
from musiclib.tags.opening import read_art

MAX_FILE_BYTES = 30_000_000
_MOST_FILES = 200
"""So many audio files are opened to see what pictures are in them."""
_AUDIO, _PICTURE = "audio", "picture"


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A picture that was read, and the hash of its bytes."""

    choice: ArtChoice
    sha256: str


def pictures_on_disk(audio: Iterable[tuple[Path, bool]]) -> list[OnDisk]:
    """Those beside the audio files, then those inside them; each picture once, with how many name it.

    `audio` are paths, and whether a scan has seen a picture inside. What cannot be read is left out.
    """
    files = list(audio)[:_MOST_FILES]
    found: dict[str, OnDisk] = {}
    for folder in dict.fromkeys(path.parent for path, _ in files):
        for path in pictures_beside(folder):
            _add(found, FOLDER, ArtRef(IN_FILE, _PICTURE, str(path)))
    for path, has_art in files:
        if has_art:
            _add(found, Source.FILE_TAGS, ArtRef(IN_FILE, _AUDIO, str(path)))
    return list(found.values())


def read_picture(ref: ArtRef) -> bytes:
    """The bytes of a picture on disk. Raises `BadInput` if it cannot be had (any more)."""
    path = Path(ref.ref)
    if ref.kind == _PICTURE:
        return read_picture_file(path)
    try:
        data = read_art(path)
    except (UnreadableAudio, OSError) as error:
        raise BadInput(str(error)) from error
    if data is None:
        raise BadInput(f"There is no picture in {path.name} any more. Look at the list again.")
    return data


def read_picture_file(path: Path) -> bytes:
    """The bytes of a file that is no larger than a picture may be. Raises `BadInput`."""
    if not path.is_file():
        raise BadInput(f"{path.name} is not there, or is no file.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_FILE_BYTES:
        raise BadInput(f"{path.name} is larger than 30 MB. Choose a smaller picture.")
    return data


def _add(found: dict[str, OnDisk], source: str, ref: ArtRef) -> None:
    try:
        data = read_picture(ref)
    except BadInput:
        return
    header = read_image_header(data)
    if header is None or not header.acceptable:
        return
    sha256 = hashlib.sha256(data).hexdigest()
    known = found.get(sha256)
    choice = known.choice if known else ArtChoice(source, ref, header.width, header.height)
    inside = int(ref.kind == _AUDIO)
    found[sha256] = OnDisk(replace(choice, named_by=choice.named_by + inside), sha256)
