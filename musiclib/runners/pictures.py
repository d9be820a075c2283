"""Finds the picture of a recording: the best that any provider who knows it has, each fetched once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.connection import Connection
from musiclib.db.records import ArtFacts
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import FOLDER, ArtRef
from musiclib.domain.states import Source
from musiclib.errors import BadInput, DatabaseBusy, DiskFull, ProviderError, UnreadableAudio
from musiclib.providers.base import ArtProvider, Candidate
from musiclib.runners.rests import Rests
from musiclib.runners.track_facts import TrackFacts
from musiclib.tags.folder_art import pictures_beside
from musiclib.tags.opening import read_art

_log = logging.getLogger(__name__)

_ORDER = (Source.DEEZER, Source.COVER_ART_ARCHIVE, Source.SPOTIFY, Source.ITUNES)
"""Whose picture is taken; providers that are not named here come before these.

Deezer's is the largest, and costs one request to a content network where the archive's costs three. Spotify's
has to be given back by who signs out."""
_REMEMBERED = 512
_MOST_BESIDE = 3
_MOST_BYTES = 16 * 1024 * 1024


class Pictures:
    def __init__(self, files: ArtFiles, rests: Rests) -> None:
        self._files = files
        self._rests = rests
        # An album's tracks all name the same picture.
        self._seen: OrderedDict[ArtRef, ArtFacts | None] = OrderedDict()
        self._fetching: weakref.WeakValueDictionary[ArtRef, asyncio.Lock] = weakref.WeakValueDictionary()

    async def best(
        self, facts: TrackFacts, candidates: Iterable[Candidate]
    ) -> tuple[ArtFacts | None, tuple[ProviderError, ...]]:
        """The first picture there is, and why better ones could not be had."""
        troubles: dict[str, ProviderError] = {}
        for ref, candidate in _in_order(candidates):
            provider = facts.sources.art.get(ref.provider)
            if provider is None or ref.provider in troubles:
                continue
            try:
                art = await self._fetch(provider, replace(candidate, art=(ref,)), ref)
            except ProviderError as error:
                self._rests.note(error)
                troubles[ref.provider] = error
            else:
                if art is not None:
                    return art, ()
        return None, tuple(troubles.values())

    async def local(self, facts: TrackFacts) -> ArtFacts | None:
        """The person's own picture: the one beside the track's file, else the one inside it."""
        if facts.file is None:
            return None
        path = Path(facts.file.path)
        for source, data in await asyncio.to_thread(_on_disk, path):
            if (art := self._kept(data, source, None)) is not None:
                return art
        return None

    async def own(self, facts: TrackFacts) -> Callable[[Connection, datetime], None]:
        """Whoever the track turns out to be, or not: its own file's cover may be shown."""
        return self.writing(facts, await self.local(facts) if facts.wants_art else None)

    def writing(self, facts: TrackFacts, art: ArtFacts | None) -> Callable[[Connection, datetime], None]:
        """Give the picture to the track and to its albums, where they have none."""

        def write(conn: Connection, now: datetime) -> None:
            if art is None:
                return
            art_id = self._files.add(conn, art, now)
            tracks, albums = TrackRepository(conn), AlbumRepository(conn)
            record = tracks.get(facts.record.id)
            if record is not None and record.art_id is None and not record.art_locked:
                tracks.set_art([record.id], art_id, now)
            for album in albums.having(facts.record.id):
                if album.art_id is None and not album.art_locked:
                    albums.set_art(album.id, art_id, now)

        return write

    async def _fetch(self, provider: ArtProvider, candidate: Candidate, ref: ArtRef) -> ArtFacts | None:
        lock = self._fetching.setdefault(ref, asyncio.Lock())
        async with lock:
            if ref in self._seen and self._is_there(self._seen[ref]):
                return self._seen[ref]
            try:
                found = await provider.fetch_art(candidate)
            except (ProviderError, DiskFull, DatabaseBusy):
                raise
            except Exception:  # noqa: BLE001 (without a picture the track is found all the same)
                _log.exception("%s failed to fetch a picture", ref.provider)
                return None
            art = self._kept(found.data, found.provider, found.source_url) if found else None
            self._seen[ref] = art
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            return art

    def _is_there(self, art: ArtFacts | None) -> bool:
        """A picture whose provider's data was removed meanwhile has lost its file."""
        return art is None or self._files.is_there(art)

    def _kept(self, data: bytes, source: str, url: str | None) -> ArtFacts | None:
        try:
            return self._files.write(data, source, url)
        except BadInput:
            return None


def _in_order(candidates: Iterable[Candidate]) -> Sequence[tuple[ArtRef, Candidate]]:
    named = {ref: each for each in candidates for ref in each.art}
    rank = {str(source): place for place, source in enumerate(_ORDER)}
    return sorted(named.items(), key=lambda item: rank.get(item[0].provider, -1))


def _on_disk(path: Path) -> list[tuple[str, bytes]]:
    """Pictures for an audio file, and who they are from; those in front are tried first."""
    found: list[tuple[str, bytes]] = []
    for picture in pictures_beside(path.parent)[:_MOST_BESIDE]:
        with contextlib.suppress(OSError):
            if picture.stat().st_size <= _MOST_BYTES:
                found.append((FOLDER, picture.read_bytes()))
    with contextlib.suppress(UnreadableAudio, OSError):
        if (data := read_art(path)) is not None:
            found.append((Source.FILE_TAGS, data))
    return found
