"""Cover art: where it lies on disk, and choosing it by hand."""

from __future__ import annotations

from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.domain.ids import AlbumId, ArtId
from musiclib.domain.states import Source
from musiclib.errors import NotInLibrary
from musiclib.services.acts import Acts
from musiclib.services.changes import Change


class ArtService:
    """Thread-safe."""

    def __init__(self, db: Database, acts: Acts, files: ArtFiles) -> None:
        self._db = db
        self._acts = acts
        self._files = files

    def path_of(self, art_id: ArtId) -> Path | None:
        """The image file, or None if the library does not know it (any more)."""
        with self._db.read() as conn:
            facts = ArtRepository(conn).get(art_id)
        return self._files.path(facts.sha256, facts.mime) if facts else None

    def set_album_art(self, album_id: AlbumId, data: bytes) -> Change:
        """Use this picture for the album. Raises `BadInput` if it is none, `NotInLibrary`, `DiskFull`."""
        facts = self._files.write(data, Source.MANUAL)
        with self._acts.begin("album_art") as doing:
            act = doing.act
            albums = AlbumRepository(act.conn)
            record = albums.get(album_id)
            if record is None:
                raise NotInLibrary("This album is no longer in the library.")
            act.watch(albums=[album_id])
            act.summary = f"Change the art of “{record.title}”"
            albums.set_art(album_id, self._files.add(act.conn, facts, act.now), act.now)
        return doing.done
