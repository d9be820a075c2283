"""Images, known by the hash of their bytes; the files themselves lie in the art folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from musiclib.db.records import ArtFacts
from musiclib.db.schema import Art, new_id
from musiclib.db.statements import upsert
from musiclib.domain.ids import ArtId


class ArtRepository:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(self, facts: ArtFacts, now: datetime) -> ArtId:
        """The id of this image; the same bytes are one image, whoever brought them."""
        row = {
            "id": new_id(),
            "sha256": facts.sha256,
            "source": facts.source,
            "source_url": facts.source_url,
            "mime": facts.mime,
            "width": facts.width,
            "height": facts.height,
            "created_at": now,
        }
        upsert(self._conn, Art, [row], keys=("sha256",), renew=())
        return ArtId(self._conn.execute(select(Art.id).where(Art.sha256 == facts.sha256)).scalar_one())

    def get(self, art_id: ArtId) -> ArtFacts | None:
        query = select(Art.sha256, Art.source, Art.mime, Art.width, Art.height, Art.source_url)
        row = self._conn.execute(query.where(Art.id == art_id)).first()
        return ArtFacts(*row) if row else None
