"""ZIP files a person bought and brought: their audio is unpacked as if it were fetched, the ZIP stays."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Container
from pathlib import Path, PurePosixPath
from typing import ClassVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

from musiclib.domain import purchases
from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.purchases import Purchase, purchase_of, purchased_file
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError, ZipOrigin
from musiclib.errors import BadInput

MOST_MEMBERS = 5_000
_ENCRYPTED = 0x1
_RUBBISH = "__MACOSX"
_BREAK = "|"
"""Between the quoted path of the ZIP and the name inside it; a quoted path holds none."""


class Purchases:
    """See `Downloader`. Its candidates are made when the ZIP is brought, so `find` has none."""

    kind: ClassVar[str] = "purchase"
    id = purchases.SOURCE
    label = "Purchase"

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        return []

    async def check(self) -> str:
        return "ZIP files are looked into when they are brought."

    async def origin(self, candidate: AudioCandidate) -> ZipOrigin:
        quoted, broken, member = candidate.ref.partition(_BREAK)
        if not broken:
            raise TransferError(TransferReason.GONE, "This is no file of a purchase. Bring its ZIP again.")
        return ZipOrigin(Path(os.fsdecode(unquote_to_bytes(quoted))), member)


def read_purchase(path: Path, suffixes: Container[str]) -> Purchase:
    """The audio files (by their suffixes: lower case, with the dot) in a ZIP. Nothing is unpacked.

    Raises `BadInput` for what is no ZIP, is damaged, is locked by a password or holds no audio.
    """
    if path.exists() and not path.is_file():  # reading a pipe or a device might never end
        raise BadInput(f"{path.name} is no file. Name the ZIP file itself.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise BadInput(f"{path.name} is no ZIP file, or is damaged. Fetch it again from the shop.") from error
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read ({error.strerror}). Check where it is.") from error
    if len(members) > MOST_MEMBERS:
        raise BadInput(f"{path.name} holds more than {MOST_MEMBERS:,} files: it is no purchase of an album.")
    audio = [each for each in members if _is_audio(each, suffixes)]
    if not audio:
        raise BadInput(f"{path.name} holds no audio files. If it holds other ZIP files, unpack it first.")
    if any(each.flag_bits & _ENCRYPTED for each in audio):
        raise BadInput(f"{path.name} is locked by a password. Unpack it, and add its folder as a source.")
    quoted = quote_from_bytes(os.fsencode(path.absolute()))
    found = [
        purchased_file(f"{quoted}{_BREAK}{each.filename}", each.filename, each.file_size, quoted)
        for each in audio
    ]
    return purchase_of(found, path.stem)


def _is_audio(member: zipfile.ZipInfo, suffixes: Container[str]) -> bool:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16) or not member.file_size:
        return False
    hidden = path.name.startswith(".") or _RUBBISH in path.parts
    return path.suffix.lower() in suffixes and not hidden
