"""The image files behind the art table: one file per content, named by its hash."""

from __future__ import annotations

import contextlib
import hashlib
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from musiclib.db.art import ArtRepository
from musiclib.db.records import ArtFacts
from musiclib.db.thumb_files import ThumbFiles, write_whole
from musiclib.domain.ids import ArtId
from musiclib.domain.image_header import read_image_header
from musiclib.errors import NO_SPACE, BadInput, DiskFull

PREVIEW_BYTES = 256 * 1024 * 1024
"""How much pictures may take that were only looked at."""
_SETTLED_S = 3600
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}


class ArtFiles:
    """Files are written before the row that names them, so that a row never names a missing file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.thumbs = ThumbFiles(folder / "thumbs")

    def path(self, sha256: str, mime: str) -> Path:
        return self.folder / sha256[:2] / (sha256 + _SUFFIXES.get(mime, ".img"))

    def write(self, data: bytes, source: str, source_url: str | None = None) -> ArtFacts:
        """Put an image on disk, whole or not at all.

        Raises `BadInput` if the bytes are no image we know, `DiskFull` if there is no space.
        """
        header = read_image_header(data)
        if header is None or not header.acceptable:
            raise BadInput("This is not a picture that can be used. Take a JPEG or PNG of usual size.")
        facts = ArtFacts(
            hashlib.sha256(data).hexdigest(), source, header.mime, header.width, header.height, source_url
        )
        path = self.path(facts.sha256, facts.mime)
        try:
            _touch(path)
        except FileNotFoundError:
            self._write(path, data)
        return facts

    def is_there(self, facts: ArtFacts) -> bool:
        """Whether the file of an image that was written is still there; it is wanted, and stays."""
        try:
            _touch(self.path(facts.sha256, facts.mime))
        except FileNotFoundError:
            return False
        return True

    def drop_previews(self, conn: Connection, now: datetime) -> None:
        """Delete the oldest of the pictures nobody uses, as far as all of them take too much space.

        One that was written a moment ago stays, as somebody may be about to use it.
        """
        repository = ArtRepository(conn)
        too_many: list[tuple[ArtId, str, str]] = []
        space = 0
        for art_id, sha256, mime in reversed(repository.previews()):
            size, age_s = _size_and_age(self.path(sha256, mime), now)
            space += size
            if space > PREVIEW_BYTES and age_s > _SETTLED_S:
                too_many.append((art_id, sha256, mime))
        dropped = set(repository.drop_previews(art_id for art_id, _, _ in too_many))
        for art_id, sha256, mime in too_many:
            if art_id in dropped:
                self.remove(sha256, mime)

    def remove(self, sha256: str, mime: str) -> None:
        """Delete the file of an image no row names any more; one that cannot be deleted is left."""
        with contextlib.suppress(OSError):
            self.path(sha256, mime).unlink(missing_ok=True)
        self.thumbs.remove(sha256)

    def add(self, conn: Connection, facts: ArtFacts, now: datetime, *, previewed: bool = False) -> ArtId:
        """The identity of a written image. `previewed`: nobody uses it yet."""
        return ArtRepository(conn).put(facts, now, previewed=previewed)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_whole(path, data)
        except OSError as error:
            if error.errno in NO_SPACE:
                raise DiskFull(
                    f"No space is left for cover art in {self.folder}. Free some space and try again."
                ) from error
            raise


def _touch(path: Path) -> None:
    """Say that the file is wanted; raises `FileNotFoundError`."""
    with contextlib.suppress(PermissionError):
        os.utime(path)


def _size_and_age(path: Path, now: datetime) -> tuple[int, float]:
    try:
        stat = path.stat()
    except OSError:
        return 0, _SETTLED_S + 1
    return stat.st_size, now.timestamp() - stat.st_mtime
