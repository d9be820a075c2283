"""The review queue: which tracks wait for a decision, what is offered for each, and deciding many at once.

A decision on a single track (take, refuse, none of these) is an act of `AlbumEditorService`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.records import CandidateRecord, NewCandidate, TrackRecord
from musiclib.db.review import count_waiting, decided_since, places_of, put_off, tracks_to_review
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, CandidateId, TrackId
from musiclib.domain.matching import MARGIN, MatchScore, score
from musiclib.domain.provenance import MERGED_FIELDS, Plain, merge
from musiclib.domain.recordings import is_the_same, recording_of
from musiclib.domain.references import Reference, parse_reference
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import MatchState, Source
from musiclib.errors import BadInput, NotInLibrary, ProviderError
from musiclib.providers.base import Candidate, MetadataProvider
from musiclib.services.acts import Acts
from musiclib.services.changes import Change, counted
from musiclib.services.review_types import (
    Acceptance,
    FieldChange,
    Place,
    ReviewCandidate,
    ReviewCase,
    ReviewItem,
)
from musiclib.services.same_elsewhere import allow_again

OWN_SOURCES = frozenset({Source.MANUAL, Source.TRACKLIST, Source.FILE_TAGS})
"""What a candidate is compared with: not what an earlier look-up made of the track."""
_DECISIONS = ("accept", "move", "reject")

OpenProviders = Callable[[], AbstractAsyncContextManager[Sequence[MetadataProvider]]]
"""Opens the providers in the loop that asks them; none: the network is off."""


class ReviewService:
    """Thread-safe. Only `find` uses the network, and waits for it: call it from a thread."""

    def __init__(
        self, db: Database, acts: Acts, precedence: Sequence[str], open_providers: OpenProviders
    ) -> None:
        self._db = db
        self._acts = acts
        self._precedence = precedence
        self._open_providers = open_providers

    def queue(self, state: MatchState = MatchState.REVIEW) -> list[ReviewItem]:
        """Tracks to decide upon (REVIEW) or to look for with a hint (NOT_FOUND); put-off ones last."""
        with self._db.read() as conn:
            waiting = tracks_to_review(conn, state)
            records = TrackRepository(conn).get_many(waiting)
            offered = CandidateRepository(conn).of(waiting)
            own = TrackMetadataRepository(conn).by_source(waiting, tuple(OWN_SOURCES))
        return [
            _item(records[track_id], offered.get(track_id, []), _values(own.get(track_id, {})), deferred)
            for track_id, deferred in waiting.items()
            if track_id in records
        ]

    def waiting(self) -> dict[MatchState, int]:
        """How long the two queues are."""
        with self._db.read() as conn:
            return count_waiting(conn)

    def decided_since(self, since: datetime) -> int:
        """How many tracks a person has settled since then, and not taken back."""
        with self._db.read() as conn:
            return decided_since(conn, _DECISIONS, since)

    def case(self, track_id: TrackId) -> ReviewCase:
        """Everything to decide a track by. Raises `NotInLibrary`."""
        found = self.cases([track_id])
        if not found:
            raise NotInLibrary("This track is no longer in the library.")
        return found[0]

    def cases(self, track_ids: Sequence[TrackId]) -> list[ReviewCase]:
        """The same of many, in their order; tracks that are gone are left out."""
        with self._db.read() as conn:
            records = TrackRepository(conn).get_many(track_ids)
            offered = CandidateRepository(conn).of(track_ids)
            said = TrackMetadataRepository(conn).by_source(track_ids, tuple(OWN_SOURCES))
            files = FileRepository(conn).files_of(track_ids)
            places = places_of(conn, track_ids)
        return [
            _case(
                records[track_id],
                offered.get(track_id, []),
                said.get(track_id, {}),
                tuple(Place(AlbumId(each[0]), *each[1:]) for each in places.get(track_id, ())),
                next((file.path for file in files.get(track_id, ())), None),
            )
            for track_id in track_ids
            if track_id in records
        ]

    def would_write(self, track_id: TrackId, candidate_id: CandidateId) -> list[FieldChange]:
        """How the values in force change if this candidate is taken. Raises `NotInLibrary`."""
        with self._db.read() as conn:
            _track(conn, track_id)
            one = CandidateRepository(conn).get(candidate_id)
            said = TrackMetadataRepository(conn).by_source([track_id]).get(track_id, {})
            preferences = SourcePreferenceRepository(conn).all()
        if one is None or one.track_id != track_id:
            raise NotInLibrary("This candidate is no longer offered. Look at the list again.")
        now = merge(said, self._precedence, preferences)
        then = merge({**said, one.provider: one.fields}, self._precedence, preferences)
        before = {name: now[name].value if name in now else None for name in MERGED_FIELDS}
        after = {name: then[name].value if name in then else None for name in MERGED_FIELDS}
        return [
            FieldChange(name, before[name], after[name])
            for name in MERGED_FIELDS
            if before[name] != after[name]
        ]

    def later(self, track_ids: Sequence[TrackId]) -> Change:
        """Decide later: these come last from now on."""
        with self._acts.begin("later") as doing:
            act = doing.act
            records = TrackRepository(act.conn).get_many(track_ids)
            if len(records) < len(set(track_ids)):
                raise NotInLibrary("A track of this selection is no longer in the library.")
            act.watch(track_ids)
            one = next(iter(records.values()), None)
            name = (
                f"“{one.artist} - {one.title}”"
                if one and len(records) == 1
                else counted(len(records), "track")
            )
            act.summary = f"{name} put off till later"
            put_off(act.conn, track_ids, act.now)
        return doing.done

    def offer_again(self, track_id: TrackId, candidate_id: CandidateId) -> Change:
        """Let a refused recording be chosen again, at all sources.

        A track that was not found is to be looked at then.
        """
        with self._acts.begin("offer_again") as doing:
            act = doing.act
            record = _track(act.conn, track_id)
            act.watch([track_id])
            act.summary = f"Candidate of “{record.artist} - {record.title}” offered again"
            repository = CandidateRepository(act.conn)
            one = repository.get(candidate_id)
            if one is None or one.track_id != track_id:
                raise NotInLibrary("This candidate is no longer offered. Look at the list again.")
            allow_again(repository, track_id, [one])
            tracks = TrackRepository(act.conn)
            if record.match_state is MatchState.NOT_FOUND:
                tracks.set_match([track_id], MatchState.REVIEW, one.score, act.now, locked=False)
            tracks.touch([track_id])
        return doing.done

    def acceptances(self, least: float) -> list[Acceptance]:
        """What accepting the best candidate of every track to review from this score would do."""
        with self._db.read() as conn:
            waiting = tracks_to_review(conn, MatchState.REVIEW)
            records = TrackRepository(conn).get_many(waiting)
            offered = CandidateRepository(conn).of(waiting)
        found = []
        for track_id in waiting:
            best = next((each for each in offered.get(track_id, []) if not each.rejected), None)
            if best is not None and best.score >= least:
                found.append(_acceptance(records[track_id], best))
        return found

    def find(self, track_id: TrackId, pasted: str) -> list[ReviewCandidate]:
        """Offer what a pasted link, MBID or ISRC names as candidates of the track, best first.

        Raises `BadInput` if the text names no recording or a source that is not asked here, `NotInLibrary`
        if nobody knows it, `ProviderError` if the source gave no answer.
        """
        reference = parse_reference(pasted)
        if reference is None:
            raise BadInput(
                "This names no recording. Paste an ISRC, a MusicBrainz id, or the link of a track at "
                "MusicBrainz, Deezer, Spotify or Apple Music."
            )
        with self._db.read() as conn:
            _track(conn, track_id)
            own = _values(_own(conn, track_id))
        found = asyncio.run(self._ask(reference))
        if not found:
            raise NotInLibrary("No source knows a recording by that. Check the link or the ISRC.")
        wanted = recording_of(own)
        scored = [(score(wanted, each.recording), each) for each in found]
        with self._acts.begin("find") as doing:
            act = doing.act
            act.watch([track_id])
            act.summary = f"“{found[0].recording.artist} - {found[0].recording.title}” offered as a candidate"
            repository = CandidateRepository(act.conn)
            repository.put(track_id, [_new(each, how) for how, each in scored], act.now)
            names = {(each.provider, each.external_id) for each in found}
            offered = [
                each
                for each in repository.of([track_id]).get(track_id, [])
                if (each.provider, each.external_id) in names
            ]
            if reference.provider is not None:  # a code may name several, also those that were refused
                allow_again(repository, track_id, offered)
            TrackRepository(act.conn).touch([track_id])
        return [_candidate(each) for each in offered]

    async def _ask(self, reference: Reference) -> list[Candidate]:
        async with self._open_providers() as providers:
            asked = [each for each in providers if reference.provider in (None, each.name)]
            if not asked:
                raise BadInput(_not_asked(reference))
            found: list[Candidate] = []
            trouble: ProviderError | None = None
            for provider in asked:
                try:
                    found += await provider.by_reference(reference)
                except ProviderError as error:
                    trouble = trouble or error
        if trouble is not None and not found:
            raise trouble
        return found


def _not_asked(reference: Reference) -> str:
    if reference.provider is None:
        return "The network is switched off in the settings. Switch it on to look this up."
    name = PROPER_NAMES.get(reference.provider, reference.provider)
    return f"{name} is not asked here: it is switched off or wants you to sign in. See Settings, Providers."


def _track(conn: Connection, track_id: TrackId) -> TrackRecord:
    record = TrackRepository(conn).get(track_id)
    if record is None:
        raise NotInLibrary("This track is no longer in the library.")
    return record


def _own(conn: Connection, track_id: TrackId) -> Mapping[str, Mapping[str, Plain]]:
    said = TrackMetadataRepository(conn).by_source([track_id], tuple(OWN_SOURCES))
    return said.get(track_id, {})


def _values(said: Mapping[str, Mapping[str, Plain]]) -> dict[str, Plain]:
    return {name: each.value for name, each in merge(said).items()}


def _ahead(kept: Sequence[CandidateRecord]) -> float | None:
    """Several sources that offer the same recording do not contend with each other."""
    best, *others = kept
    for each in others:
        ahead = round(best.score - each.score, 1)
        if ahead >= MARGIN:
            return None
        if not is_the_same(recording_of(best.fields), recording_of(each.fields)):
            return ahead
    return None


def _item(
    record: TrackRecord, offered: Iterable[CandidateRecord], own: Mapping[str, Plain], deferred: bool
) -> ReviewItem:
    everyone = list(offered)
    kept = [each for each in everyone if not each.rejected]
    return ReviewItem(
        track_id=record.id,
        artist=record.artist,
        title=record.title,
        version=record.version,
        art_id=record.art_id,
        state=record.match_state,
        candidates=len(kept),
        refused=len(everyone) - len(kept),
        best=kept[0].score if kept else None,
        ahead=_ahead(kept) if kept else None,
        reasons=kept[0].reasons if kept else (),
        deferred=deferred,
        wanted=recording_of({"artist": record.artist, "title": record.title, **own}),
        found=recording_of(kept[0].fields) if kept else None,
    )


def _case(
    record: TrackRecord,
    offered: Sequence[CandidateRecord],
    said: Mapping[str, Mapping[str, Plain]],
    places: tuple[Place, ...],
    file_path: str | None,
) -> ReviewCase:
    own = _values(said)
    ordered = sorted(offered, key=lambda each: (each.rejected, -each.score))
    return ReviewCase(
        item=_item(record, offered, own, deferred=False),
        own=own,
        own_sources=tuple(said),
        places=places,
        file_path=file_path,
        candidates=tuple(_candidate(each) for each in ordered),
    )


def _candidate(record: CandidateRecord) -> ReviewCandidate:
    return ReviewCandidate(
        id=record.id,
        provider=record.provider,
        external_id=record.external_id,
        score=record.score,
        fields=record.fields,
        reasons=record.reasons,
        links=record.links,
        art=record.art,
        rejected=record.rejected,
    )


def _new(candidate: Candidate, how: MatchScore) -> NewCandidate:
    return NewCandidate(
        candidate.provider,
        candidate.external_id,
        how.score,
        candidate.fields,
        [str(reason) for reason in how.reasons],
        candidate.album_external_id,
        dict(candidate.links),
        candidate.art,
    )


def _acceptance(record: TrackRecord, best: CandidateRecord) -> Acceptance:
    fields: Mapping[str, Any] = best.fields
    return Acceptance(
        track_id=record.id,
        candidate_id=best.id,
        artist=record.artist,
        title=record.title,
        version=record.version,
        found_artist=fields.get("artist", ""),
        found_title=fields.get("title", ""),
        found_version=fields.get("version"),
        provider=best.provider,
        score=best.score,
    )
