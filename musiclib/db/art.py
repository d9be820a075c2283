"""Images, known by the hash of their bytes; the files themselves lie in the art folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from musiclib.db.identities import new_id
from musiclib.db.records import ArtFacts
from musiclib.db.schema import Album, Art, Changeset, Track
from musiclib.db.statements import chunked, upsert
from musiclib.domain.art_ref import ArtRef, address_ends
from musiclib.domain.ids import AlbumId, ArtId, TrackId

ALBUM_ACT, TRACK_ACT = "album_art", "track_art"
"""The kinds of acts by which a person decides on a picture."""

_FACTS = (Art.sha256, Art.source, Art.mime, Art.width, Art.height, Art.source_url)


class ArtRepository:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(self, facts: ArtFacts, now: datetime, *, previewed: bool = False) -> ArtId:
        """The id of this image; the same bytes are one image, whoever brought them.

        `previewed`: it is only looked at, and may be dropped again as long as nobody uses it.
        """
        row = {
            "id": new_id(),
            "sha256": facts.sha256,
            "source": facts.source,
            "source_url": facts.source_url,
            "mime": facts.mime,
            "width": facts.width,
            "height": facts.height,
            "created_at": now,
            "previewed_at": now if previewed else None,
        }
        upsert(self._conn, Art, [row], keys=("sha256",), renew=())
        art_id = ArtId(self._conn.execute(select(Art.id).where(Art.sha256 == facts.sha256)).scalar_one())
        if not previewed:
            self.use(art_id)
        return art_id

    def use(self, art_id: ArtId) -> bool:
        """Keep the image from now on; False if it has been dropped."""
        used = update(Art).where(Art.id == art_id).values(previewed_at=None)
        return bool(self._conn.execute(used).rowcount)

    def get(self, art_id: ArtId) -> ArtFacts | None:
        return self.get_many([art_id]).get(art_id)

    def get_many(self, art_ids: Iterable[ArtId]) -> dict[ArtId, ArtFacts]:
        """Those that are known."""
        found: dict[ArtId, ArtFacts] = {}
        for ids in chunked(art_ids):
            rows = self._conn.execute(select(Art.id, *_FACTS).where(Art.id.in_(ids)))
            found.update({ArtId(row[0]): ArtFacts(*row[1:]) for row in rows})
        return found

    def by_hash(self, hashes: Iterable[str]) -> dict[str, ArtId]:
        """Those that are known."""
        found: dict[str, ArtId] = {}
        for some in chunked(hashes):
            rows = self._conn.execute(select(Art.sha256, Art.id).where(Art.sha256.in_(some)))
            found.update({sha256: ArtId(art_id) for sha256, art_id in rows})
        return found

    def fetched(self, refs: Iterable[ArtRef]) -> dict[ArtRef, ArtId]:
        """The images that were fetched from where these references lead; others are absent."""
        ends = {ref: address_ends(ref) for ref in refs}
        sources = {ref.provider for ref in ends}
        query = select(Art.source, Art.source_url, Art.id).where(Art.source_url.is_not(None))
        found: dict[ArtRef, ArtId] = {}
        for source, url, art_id in self._conn.execute(query.where(Art.source.in_(sources))):
            for ref, end in ends.items():
                if end and ref.provider == source and str(url).endswith(end):
                    found[ref] = ArtId(art_id)
        return found

    def chosen_before(self, album_ids: Collection[AlbumId], track_ids: Collection[TrackId]) -> list[ArtId]:
        """Images that acts of a person gave to these or took from them, the latest first."""
        wanted = {str(each) for each in (*album_ids, *track_ids)}
        tables = {Album.__tablename__, Track.__tablename__}
        acts = select(Changeset.payload).where(Changeset.kind.in_((ALBUM_ACT, TRACK_ACT)))
        found: dict[ArtId, None] = {}
        for payload in self._conn.execute(acts.order_by(Changeset.number.desc())).scalars():
            for change in payload.get("changes", ()):
                if change["table"] in tables and change["key"][0] in wanted:
                    found.update(dict.fromkeys(_named_in(change)))
        there = self.get_many(found)
        return [each for each in found if each in there]

    def previews(self) -> list[tuple[ArtId, str, str]]:
        """(id, sha256, mime) of images nobody uses, the oldest first."""
        query = select(Art.id, Art.sha256, Art.mime).where(Art.previewed_at.is_not(None))
        rows = self._conn.execute(query.order_by(Art.previewed_at, Art.id))
        return [(ArtId(row[0]), row[1], row[2]) for row in rows]

    def drop_previews(self, art_ids: Iterable[ArtId]) -> list[ArtId]:
        """Forget those of them that nobody uses; returns which."""
        dropped: list[ArtId] = []
        for ids in chunked(art_ids):
            gone = delete(Art).where(Art.id.in_(ids), Art.previewed_at.is_not(None)).returning(Art.id)
            dropped += map(ArtId, self._conn.execute(gone).scalars())
        return dropped


def _named_in(change: Mapping[str, Any]) -> list[ArtId]:
    sides = (change.get(side) or {} for side in ("after", "before"))
    return [ArtId(UUID(named)) for side in sides if (named := side.get("art_id"))]
