"""The demo's own catalogue: invented artists from a file that comes with the program, no network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.image_header import read_image_header
from musiclib.domain.matching import prepare, score_prepared
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.states import Source
from musiclib.providers.base import ArtBytes, Candidate, TrackQuery

NAME = Source.SAMPLE.value
_OFFERED_FROM = 30.0
_OFFERED_MOST = 5
_TRACK_FIELDS = (
    "artist", "title", "version", "album", "isrc", "duration_s", "release_date",
    "original_year", "label", "catalog_number", "genres", "popularity",
)  # fmt: skip


class SampleCatalogue:
    """A `MetadataProvider`, `ArtProvider` and `ArtChooser` over `resources/demo/catalogue.json`."""

    name = NAME

    def __init__(
        self,
        catalogue: Path,
        delay_s: float = 0.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`delay_s` is how long an answer takes, so that a person can watch; art lies beside the file."""
        content: dict[str, Any] = json.loads(catalogue.read_text("utf-8"))
        self._folder = catalogue.parent
        self._delay_s = delay_s
        self._sleep = sleep
        albums = {album["id"]: album for album in content["albums"]}
        self._candidates = [
            _candidate(track, albums.get(track["album_id"], {})) for track in content["tracks"]
        ]
        self._prepared = [prepare(each.recording) for each in self._candidates]

    async def search(self, query: TrackQuery) -> list[Candidate]:
        await self._sleep(self._delay_s)
        wanted = prepare(query.recording)
        scored = [
            (score_prepared(wanted, prepared).score, candidate)
            for prepared, candidate in zip(self._prepared, self._candidates, strict=True)
            if (NAME, candidate.external_id) not in query.rejected
        ]
        offered = [each for each in scored if each[0] >= _OFFERED_FROM]
        offered.sort(key=lambda each: -each[0])
        return [candidate for _, candidate in offered[:_OFFERED_MOST]]

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        return [each for each in self._candidates if _names(reference, each)]

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        await self._sleep(self._delay_s)
        for ref in await self.pictures(candidate):
            if (art := await self.fetch_picture(ref)) is not None:
                return art
        return None

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        return [ref for ref in candidate.art if ref.provider == NAME]

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        data = (self._folder / ref.ref).read_bytes()
        header = read_image_header(data)
        return ArtBytes(data, header.mime, header.width, header.height, NAME, None) if header else None


def _names(reference: Reference, candidate: Candidate) -> bool:
    if reference.provider is None:
        return candidate.recording.isrc == reference.external_id
    return (candidate.provider, candidate.external_id) == (reference.provider, reference.external_id)


def _candidate(track: dict[str, Any], album: dict[str, Any]) -> Candidate:
    merged: dict[str, Any] = {"album": album.get("title")} | {
        name: album[name] for name in ("label", "catalog_number", "release_date") if name in album
    }
    merged |= track
    fields: dict[str, Plain] = {name: value for name in _TRACK_FIELDS if (value := merged.get(name))}
    return Candidate(
        provider=NAME,
        external_id=track["id"],
        fields=fields,
        raw=track,
        raw_key=f"track/{track['id']}",
        album_external_id=album.get("id"),
        art=(ArtRef(NAME, "file", album["art"]),) if "art" in album else (),
    )
