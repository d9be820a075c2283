"""Finds out which recording a track is, and what is known of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from musiclib.db.albums import AlbumRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, ExternalDataRepository, TrackMetadataRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.records import ArtFacts, ClaimedTask, FileRecord, NewCandidate, SourceValues, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.matching import MatchScore, decide, score
from musiclib.domain.provenance import Plain, merge
from musiclib.domain.states import FileState, MatchState, Reason, Source
from musiclib.errors import BadInput, ProviderError, ProviderUnreachable, RateLimited, UnreadableAudio
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners import troubles
from musiclib.runners.outcome import Ending, Outcome, done
from musiclib.runners.sources import Sources
from musiclib.tags.reader import read_art

_OWN_SOURCES = frozenset({Source.MANUAL, Source.TRACKLIST, Source.FILE_TAGS})
"""What a track is looked up by: not by what an earlier look-up made of it."""
_KEPT_CANDIDATES = 10
_ART_ATTEMPTS = 3
_PARKED_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Thresholds:
    accept: float
    review: float


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is read before anybody is asked."""

    record: TrackRecord
    query: TrackQuery
    file: FileRecord | None
    rejected: frozenset[tuple[str, str]]
    artless_albums: tuple[AlbumId, ...]
    sources: Sources

    @property
    def basis(self) -> tuple[object, ...]:
        """What a result stands on; a person may change any of it while a provider is asked."""
        return self.record.match_locked, self.record.is_id, self.query, self.rejected

    @property
    def wants_art(self) -> bool:
        return self.record.art_id is None or bool(self.artless_albums)


@dataclass(frozen=True, slots=True)
class _Scored:
    candidate: Candidate
    score: MatchScore


class MetadataWork:
    """One metadata task after the other, or several at once. Holds no transaction while it waits."""

    def __init__(
        self,
        db: Database,
        sources: Sources,
        art: ArtFiles,
        thresholds: Thresholds,
        precedence: Sequence[str],
        clock: Callable[[], datetime],
        special: Callable[[Iterable[str | None]], Sources | None] = lambda origins: None,
    ) -> None:
        """`special` names other sources for tracks on albums of these origins (the sample library)."""
        self._db = db
        self._sources = sources
        self._special = special
        self._art = art
        self._thresholds = thresholds
        self._precedence = precedence
        self._clock = clock
        self.down: dict[str, int] = {}
        """Providers that rest because they could not be reached, and how often in a row that was."""

    async def do(self, task: ClaimedTask) -> Outcome:
        with self._db.read() as conn:
            facts = self._facts(conn, task.track_id)
        if facts is None or facts.record.match_locked:
            return done(Reason.FOUND)

        def holds(conn: Connection) -> bool:
            now = self._facts(conn, task.track_id)
            return now is not None and now.basis == facts.basis

        return replace(await self._look_up(task, facts), holds=holds)

    def park(self, conn: Connection, now: datetime) -> list[TrackId]:
        """While the network is off: put back at once what only a provider could answer, some at a time."""
        if self._sources.identity:
            return []
        special = [each for each in AlbumRepository(conn).origins() if self._special([each])]
        off = troubles.network_off()
        return EnrichmentTaskRepository(conn).park_lookups(
            off.reason, off.detail or "", off.blocked_on or "", now, _PARKED_AT_ONCE, special
        )

    async def _look_up(self, task: ClaimedTask, facts: _Facts) -> Outcome:
        if facts.record.is_id:
            return done(Reason.ID_WAITS)
        if not facts.sources.identity:
            return replace(troubles.network_off(), write=await self._own_art(facts))
        scored, trouble = await self._ask(facts)
        decision = decide([each.score for each in scored], self._thresholds.accept, self._thresholds.review)
        if trouble is not None and decision.state is not MatchState.MATCHED:
            return troubles.of_provider(trouble, task.attempts, self._clock(), self.down)
        best = scored[decision.best] if decision.best is not None else None
        if decision.state is MatchState.MATCHED and best is not None:
            return await self._matched(task, facts, scored, best)
        score_now = best.score.score if best else None
        state = decision.state
        write_art = await self._own_art(facts)

        def write(conn: Connection, now: datetime) -> None:
            write_art(conn, now)
            self._write_candidates(conn, task.track_id, scored, None, now)
            for provider in facts.sources.identity:
                TrackMetadataRepository(conn).drop([task.track_id], provider.name)
            remerge(conn, [task.track_id], self._precedence, now)
            TrackRepository(conn).set_match([task.track_id], state, score_now, now)

        return done(Reason.REVIEW if state is MatchState.REVIEW else Reason.NOT_FOUND, write)

    def _facts(self, conn: Connection, track_id: TrackId) -> _Facts | None:
        record = TrackRepository(conn).get(track_id)
        if record is None:
            return None
        said = TrackMetadataRepository(conn).by_source([track_id]).get(track_id, {})
        files = FileRepository(conn).files_of([track_id]).get(track_id, [])
        offered = CandidateRepository(conn).of([track_id]).get(track_id, [])
        albums = AlbumRepository(conn)
        on = [albums.get(each) for each in albums.albums_of([track_id]).get(track_id, [])]
        file = next((each for each in files if each.state is FileState.OK), None)
        return _Facts(
            record=record,
            query=_query(record, said, file),
            file=file,
            rejected=frozenset((each.provider, each.external_id) for each in offered if each.rejected),
            artless_albums=tuple(each.id for each in on if each is not None and each.art_id is None),
            sources=self._special(each.origin for each in on if each is not None) or self._sources,
        )

    async def _ask(self, facts: _Facts) -> tuple[list[_Scored], ProviderError | None]:
        """Candidates of the providers asked, and the first trouble with one of them."""
        scored: list[_Scored] = []
        trouble: ProviderError | None = None
        for provider in facts.sources.identity:
            try:
                found = await provider.search(facts.query)
            except ProviderError as error:
                self._note(error)
                trouble = trouble or error
                continue
            self.down.pop(provider.name, None)
            scored += [
                _Scored(each, score(facts.query.recording, each.recording))
                for each in found
                if (each.provider, each.external_id) not in facts.rejected
            ]
            decision = decide(
                [each.score for each in scored], self._thresholds.accept, self._thresholds.review
            )
            if decision.state is MatchState.MATCHED:
                break
        return scored, trouble

    async def _matched(
        self, task: ClaimedTask, facts: _Facts, scored: Sequence[_Scored], best: _Scored
    ) -> Outcome:
        art: ArtFacts | None = None
        trouble: ProviderError | None = None
        if facts.wants_art:
            art, trouble = await self._find_art(facts, best.candidate)

        def write(conn: Connection, now: datetime) -> None:
            self._write_match(conn, facts, scored, best, now)
            if art is not None:
                self._write_art(conn, facts, art, now)

        if trouble is not None and art is None and task.attempts < _ART_ATTEMPTS:
            later = troubles.of_provider(trouble, task.attempts, self._clock(), self.down)
            if later.ending is Ending.LATER:
                return Outcome(
                    Ending.LATER,
                    later.reason,
                    later.detail,
                    write,
                    later.not_before,
                    later.blocked_on,
                    # Art is worth a few tries, whatever the trouble; then the track does without.
                    keep_attempt=True,
                )
        return done(Reason.FOUND, write)

    async def _find_art(
        self, facts: _Facts, candidate: Candidate
    ) -> tuple[ArtFacts | None, ProviderError | None]:
        trouble: ProviderError | None = None
        for name in dict.fromkeys(ref.provider for ref in candidate.art):
            provider = facts.sources.art.get(name)
            if provider is None:
                continue
            try:
                found = await provider.fetch_art(candidate)
            except ProviderError as error:
                self._note(error)
                trouble = trouble or error
                continue
            if found is not None:
                return self._kept(found.data, found.provider, found.source_url), None
        return await self._embedded(facts), trouble

    async def _embedded(self, facts: _Facts) -> ArtFacts | None:
        """The cover inside the track's own file."""
        if facts.file is None:
            return None
        data = await asyncio.to_thread(_embedded_art, Path(facts.file.path))
        return self._kept(data, Source.FILE_TAGS, None) if data else None

    async def _own_art(self, facts: _Facts) -> Callable[[Connection, datetime], None]:
        """Whoever the track turns out to be, or not: its own file's cover may be shown."""
        art = await self._embedded(facts) if facts.wants_art else None

        def write(conn: Connection, now: datetime) -> None:
            if art is not None:
                self._write_art(conn, facts, art, now)

        return write

    def _kept(self, data: bytes, source: str, url: str | None) -> ArtFacts | None:
        try:
            return self._art.write(data, source, url)
        except BadInput:
            return None

    def _note(self, error: ProviderError) -> None:
        """Let a provider rest, for all processes, so that other work goes on meanwhile."""
        now = self._clock()
        if isinstance(error, ProviderUnreachable):
            self.down[error.provider] = self.down.get(error.provider, 0) + 1
            until = now + troubles.backoff(self.down[error.provider])
        elif isinstance(error, RateLimited):
            until = error.until
        else:
            return
        with self._db.write() as conn:
            ProviderStateRepository(conn).block(error.provider, until, str(error), now)

    def _write_match(
        self, conn: Connection, facts: _Facts, scored: Sequence[_Scored], best: _Scored, now: datetime
    ) -> None:
        track_id = facts.record.id
        candidate = best.candidate
        self._write_candidates(conn, track_id, scored, candidate, now)
        write_candidate_values(
            conn,
            track_id,
            candidate.provider,
            candidate.external_id,
            candidate.fields,
            now,
            links=dict(candidate.links),
        )
        ExternalDataRepository(conn).put(
            candidate.provider, candidate.raw_key, {"found": True, "answer": candidate.raw}, now
        )
        remerge(conn, [track_id], self._precedence, now)
        TrackRepository(conn).set_match([track_id], MatchState.MATCHED, best.score.score, now)

    def _write_candidates(
        self,
        conn: Connection,
        track_id: TrackId,
        scored: Sequence[_Scored],
        chosen: Candidate | None,
        now: datetime,
    ) -> None:
        candidates = CandidateRepository(conn)
        candidates.drop([track_id])
        ranked = sorted(scored, key=lambda each: -each.score.score)[:_KEPT_CANDIDATES]
        candidates.put(
            track_id,
            [
                NewCandidate(
                    each.candidate.provider,
                    each.candidate.external_id,
                    each.score.score,
                    each.candidate.fields,
                    [str(reason) for reason in each.score.reasons],
                    each.candidate.album_external_id,
                    dict(each.candidate.links),
                    each.candidate.art,
                )
                for each in ranked
            ],
            now,
        )
        if chosen is not None:
            for each in candidates.of([track_id]).get(track_id, []):
                if (each.provider, each.external_id) == (chosen.provider, chosen.external_id):
                    candidates.choose(track_id, each.id)

    def _write_art(self, conn: Connection, facts: _Facts, art: ArtFacts, now: datetime) -> None:
        art_id = self._art.add(conn, art, now)
        tracks, albums = TrackRepository(conn), AlbumRepository(conn)
        record = tracks.get(facts.record.id)
        if record is not None and record.art_id is None:
            tracks.set_art([record.id], art_id, now)
        for album_id in facts.artless_albums:
            album = albums.get(album_id)
            if album is not None and album.art_id is None:
                albums.set_art(album_id, art_id, now)


def write_candidate_values(
    conn: Connection,
    track_id: TrackId,
    provider: str,
    external_id: str,
    fields: Mapping[str, Plain],
    now: datetime,
    *,
    links: Mapping[str, str],
) -> None:
    """Keep what the chosen candidate says as that provider's own values."""
    said = SourceValues(track_id, provider, fields, external_id, {}, links)
    TrackMetadataRepository(conn).put([said], now)


def _query(
    record: TrackRecord, said: Mapping[str, Mapping[str, Plain]], file: FileRecord | None
) -> TrackQuery:
    own = {source: fields for source, fields in said.items() if source in _OWN_SOURCES}
    values: dict[str, Any] = {name: each.value for name, each in merge(own).items()}
    return TrackQuery(
        artist=values.get("artist", record.artist),
        title=values.get("title", record.title),
        version=values.get("version"),
        album=values.get("album"),
        duration_s=values.get("duration_s") or (file.duration_s if file else None),
        isrc=values.get("isrc"),
    )


def _embedded_art(path: Path) -> bytes | None:
    try:
        return read_art(path)
    except (UnreadableAudio, OSError):
        return None
