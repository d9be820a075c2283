"""The person's own folders and drives: music that is on a disk of this machine, in the library or not.

Nothing is opened before its name, or its folder's, looks like something wanted: a drive may hold a hundred
thousand files.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path, PurePath
from typing import ClassVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

from rapidfuzz import fuzz

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.file_tags import FileTags
from musiclib.domain.states import TransferReason
from musiclib.domain.text import normalise
from musiclib.downloads.base import FileOrigin, TransferError

_MOST_FILES = 500_000
_MOST_OPENED = 600
"""Files whose tags are read in one search."""
_KEPT_S = 120.0
"""How long a listing is good for: tracks of an album, and the albums after it, are searched for at once."""
_LIKE_FOLDER, _LIKE_NAME = 80.0, 75.0

ReadTags = Callable[[Path], FileTags | None]
"""Reads a file's tags; None where it cannot be read."""


class Folders:
    """See `Downloader`. One source may be several folders."""

    kind: ClassVar[str] = "folder"

    def __init__(
        self,
        source_id: str,
        label: str,
        folders: Sequence[Path],
        read_tags: ReadTags,
        suffixes: Container[str],
        in_place: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`suffixes` of audio files are lower case, with the dot; `in_place`: see `FileOrigin`."""
        self.id = source_id
        self.label = label
        self._folders = tuple(folders)
        self._read_tags = read_tags
        self._suffixes = suffixes
        self._in_place = in_place
        self._monotonic = monotonic
        self._listed: tuple[float, list[tuple[str, str]]] | None = None
        self._listing = asyncio.Lock()

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        async with self._listing:  # one walk for all who ask at the same time
            now = self._monotonic()
            if self._listed is None or now - self._listed[0] > _KEPT_S:
                self._listed = now, await asyncio.to_thread(lambda: list(self._files()))
        return await asyncio.to_thread(self._likely, self._listed[1], wanted)

    async def origin(self, candidate: AudioCandidate) -> FileOrigin:
        path = Path(os.fsdecode(unquote_to_bytes(candidate.ref)))
        if ".." in path.parts or not any(path.is_relative_to(folder) for folder in self._folders):
            raise TransferError(
                TransferReason.SOURCE_MISSING,
                f"{path.name} is in none of the folders of {self.label} any more.",
            )
        return FileOrigin(path, self._in_place)

    async def check(self) -> str:
        count = await asyncio.to_thread(lambda: sum(1 for _ in self._files()))
        return f"{self.label}: {count:,} audio file{'' if count == 1 else 's'}."

    def _files(self) -> Iterator[tuple[str, str]]:
        """(folder, name) of the audio files; hidden ones are left out, links to folders not followed."""
        count = 0
        for root in self._folders:
            if not root.is_dir():
                raise TransferError(
                    TransferReason.FOLDER_MISSING,
                    f"{root} is not there. Connect its drive, or take the folder out of {self.label}.",
                    retry=True,
                )
            for folder, below, names in os.walk(root):
                below[:] = [name for name in below if not name.startswith(".")]
                for name in names:
                    if name[:1] != "." and PurePath(name).suffix.lower() in self._suffixes:
                        yield folder, name
                        count += 1
                if count > _MOST_FILES:
                    return

    def _likely(self, files: Sequence[tuple[str, str]], wanted: WantedAlbum) -> list[AudioCandidate]:
        """Candidates of the files whose name is like a wanted title, or whose folder is like the album."""
        album = normalise(wanted.title)
        titles = [normalise(each.title) for each in wanted.tracks]
        rated: list[tuple[float, str, str]] = []
        of_folder: dict[str, float] = {}
        for folder, name in files:
            if folder not in of_folder:
                words = normalise(os.path.basename(folder))  # noqa: PTH119 (half a million times)
                of_folder[folder] = fuzz.token_set_ratio(words, album) if album and words else 0.0
            words = normalise(PurePath(name).stem)
            like = max((fuzz.token_set_ratio(words, title) for title in titles if title), default=0.0)
            if like >= _LIKE_NAME or of_folder[folder] >= _LIKE_FOLDER:
                rated.append((like + of_folder[folder], folder, name))
        rated.sort(key=lambda each: -each[0])
        found = (self._candidate(Path(folder, name)) for _, folder, name in rated[:_MOST_OPENED])
        return [candidate for candidate in found if candidate is not None]

    def _candidate(self, path: Path) -> AudioCandidate | None:
        try:
            size = path.stat().st_size
        except OSError:
            return None
        tags = self._read_tags(path)
        if tags is None or not size:
            return None
        return AudioCandidate(
            source=self.id,
            ref=quote_from_bytes(os.fsencode(path)),
            name=path.name,
            title=tags.title or path.stem,
            artist=(tags.artist or "") if tags.title else "",
            album=tags.album,
            album_artist=tags.albumartist or tags.artist,
            year=tags.year,
            isrc=tags.isrc,
            duration_s=tags.duration_s,
            track_number=tags.track,
            disc=tags.disc,
            suffix=_suffix(path, tags),
            bitrate_kbps=round(tags.bitrate / 1000) if tags.bitrate else None,
            sample_rate=tags.sample_rate,
            size=size,
            release=quote_from_bytes(os.fsencode(path.parent)),
        )


def _suffix(path: Path, tags: FileTags) -> str:
    return "alac" if tags.codec == "alac" else path.suffix.lstrip(".").lower()
