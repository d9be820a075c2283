"""Makes values of raw answers that are kept: no network, and as often as one likes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from musiclib.db.connection import Connection
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import ExternalRecord, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import decide, score
from musiclib.domain.recordings import recording_of
from musiclib.domain.states import MatchState, Source
from musiclib.domain.text import match_key
from musiclib.providers.base import Candidate
from musiclib.providers.beatport_answers import PARSER_VERSION, candidate_of
from musiclib.services.collected_values import CollectedValues, Said, recording_of_track
from musiclib.services.collection_types import Tally


class DataProcessingService:
    """Reads Beatport's answers with the parser of this version."""

    def __init__(self, accept: Callable[[], float], values: CollectedValues) -> None:
        """`accept` is the score from which on a track is that recording without asking anybody."""
        self._accept = accept
        self._values = values
        self.version = PARSER_VERSION

    def process(
        self, conn: Connection, records: Sequence[ExternalRecord], tally: Tally, now: datetime
    ) -> None:
        """Say what some answers hold of the tracks they fit, in the transaction of `conn`.

        Each answer is processed then, whatever came of it: found if a track is that recording, not found
        if none is, failed if it holds no recording.
        """
        candidates: list[Candidate] = []
        for record in records:
            candidate = candidate_of(record.external_id, record.raw)
            if candidate is None:
                tally.fail(f"Beatport's {record.external_id} names no artist and title")
            else:
                candidates.append(candidate)
        tracks, offers = _offers(conn, candidates)
        chosen = self._chosen(conn, tracks, offers)
        self._values.say(conn, Source.BEATPORT, tracks, chosen, self._accept(), now)
        used = {each.candidate.raw_key for each in chosen.values()}
        found = sum(each.raw_key in used for each in candidates)
        tally.found += found
        tally.not_found += len(candidates) - found
        ids = [each.external_id for each in records]
        ExternalDataRepository(conn).mark_processed(Source.BEATPORT, ids, now, self.version)

    def _chosen(
        self,
        conn: Connection,
        tracks: Mapping[TrackId, TrackRecord],
        offers: Mapping[TrackId, Sequence[Candidate]],
    ) -> dict[TrackId, Said]:
        """What each track surely is. What was said of it before stays where it fits better."""
        metadata = TrackMetadataRepository(conn)
        before = metadata.of(offers)
        refused = CandidateRepository(conn).rejected(offers, Source.BEATPORT)
        chosen: dict[TrackId, Said] = {}
        for track_id, offered in offers.items():
            wanted = recording_of_track(tracks[track_id])
            fresh = [each for each in offered if each.external_id not in refused.get(track_id, ())]
            known = [
                recording_of(said.fields)
                for said in before.get(track_id, [])
                if said.source == Source.BEATPORT and said.fields
            ]
            scores = [score(wanted, each) for each in [*(each.recording for each in fresh), *known]]
            decision = decide(scores, self._accept())
            best = decision.best
            if decision.state is MatchState.MATCHED and best is not None and best < len(fresh):
                chosen[track_id] = Said(fresh[best], scores[best].score)
        return chosen


def _offers(
    conn: Connection, candidates: Iterable[Candidate]
) -> tuple[dict[TrackId, TrackRecord], dict[TrackId, list[Candidate]]]:
    """Tracks that a candidate may be, by ISRC or by their names, with all candidates of each."""
    repository = TrackRepository(conn)
    by_isrc: dict[str, list[Candidate]] = defaultdict(list)
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        recording = each.recording
        if recording.isrc:
            by_isrc[recording.isrc].append(each)
        by_key[match_key(recording.artist, recording.title, recording.version)].append(each)
    tracks: dict[TrackId, TrackRecord] = {}
    offers: dict[TrackId, dict[str, Candidate]] = defaultdict(dict)
    for wanted, found in (
        (by_isrc, repository.by_isrcs(by_isrc)),
        (by_key, repository.by_match_keys(by_key)),
    ):
        for value, records in found.items():
            for track in records:
                tracks[track.id] = track
                offers[track.id].update({each.raw_key: each for each in wanted[value]})
    return tracks, {track_id: list(each.values()) for track_id, each in offers.items()}
