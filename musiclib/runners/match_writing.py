"""Writes what a look-up found, inside the transaction that settles its task."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from musiclib.db.albums import AlbumRepository
from musiclib.db.artists import ArtistRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import NewCandidate, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.provenance import LOCAL_SOURCES, artist_key
from musiclib.domain.recordings import is_the_same, recording_of
from musiclib.domain.states import MatchState
from musiclib.runners.look_up import Findings, Scored
from musiclib.runners.track_facts import TrackFacts

_KEPT_CANDIDATES = 10


def write_match(
    conn: Connection, facts: TrackFacts, found: Findings, precedence: Sequence[str], now: datetime
) -> None:
    """The track is this recording; each provider that knows it says so in a row of its own."""
    best, track_id = found.accepted[0], facts.record.id
    if facts.was_another(best.candidate):
        _drop_picture(conn, facts, now)
    _write_candidates(conn, facts, found, now)
    chosen = best.candidate.provider, best.candidate.external_id
    CandidateRepository(conn).choose_external(track_id, *chosen)
    # Who gave no answer this time may have said something before: that stays if it is of this recording.
    stays = _same_as_before(facts, best.candidate.recording, found.answered)
    TrackMetadataRepository(conn).drop_matched(track_id, stays)
    TrackMetadataRepository(conn).put([_said(track_id, each) for each in found.accepted], now)
    remerge(conn, [track_id], precedence, now)
    learn_artists(conn, found.accepted)
    TrackRepository(conn).set_match(
        [track_id], MatchState.MATCHED, best.score.score, now, margin=found.decision.ahead
    )


def write_more(
    conn: Connection, facts: TrackFacts, found: Findings, precedence: Sequence[str], now: datetime
) -> None:
    """Fill gaps of a track whose match a person has made; what it has stays as it is."""
    track_id = facts.record.id
    metadata = TrackMetadataRepository(conn)
    for each in found.accepted:
        new = _said(track_id, each)
        before = metadata.of([track_id]).get(track_id, [])
        there = {name for said in before if said.source != new.source for name in said.fields}
        fields = {name: value for name, value in new.fields.items() if name not in there}
        for said in before:
            if (said.source, said.external_id) == (new.source, new.external_id):
                fields |= said.fields
        sure = {name: new.confidence[name] for name in fields if name in new.confidence}
        metadata.put([replace(new, fields=fields, confidence=sure)], now)
    remerge(conn, [track_id], precedence, now)
    learn_artists(conn, found.accepted)


def write_unsure(conn: Connection, facts: TrackFacts, found: Findings, now: datetime) -> None:
    """It is not known which recording the track is: a person is asked, or nothing was found.

    Looking again takes nothing away. What catalogues said of the track before stays in force, with who said
    it and when, and so do its picture and the candidates that brought them: until a look-up finds another
    recording, or a person refuses this one. While some provider has yet to answer, the match stays too.
    """
    track_id, best = facts.record.id, found.best
    whole = not found.troubles and found.bug is None
    _write_candidates(conn, facts, found, now, kept={(each.source, each.external_id) for each in facts.said})
    if whole:
        CandidateRepository(conn).choose(track_id, None)
    TrackRepository(conn).set_match(
        [track_id],
        found.decision.state,
        best.score.score if best else None,
        now,
        margin=found.decision.ahead if best else None,
    )


def learn_artists(conn: Connection, accepted: Iterable[Scored]) -> None:
    """Providers name the artists of a credit by their ids, which costs no further call."""
    ids: dict[str, dict[str, str]] = {}
    for each in accepted:
        for name, external_id in each.candidate.artist_ids:
            ids.setdefault(artist_key(name), {})[each.candidate.provider] = external_id
    ArtistRepository(conn).learn_ids(ids)


def _drop_picture(conn: Connection, facts: TrackFacts, now: datetime) -> None:
    """What was found for another recording is not this one's picture, nor that of its album."""
    TrackRepository(conn).drop_found_art([facts.record.id], now)
    if facts.record.art_id is not None:
        AlbumRepository(conn).drop_found_art(facts.record.id, facts.record.art_id, now)


def _write_candidates(
    conn: Connection,
    facts: TrackFacts,
    found: Findings,
    now: datetime,
    kept: Collection[tuple[str, str | None]] = (),
) -> None:
    """What is offered now takes the place of what was offered when the look-up began, but for `kept`.

    So a candidate that a person has pasted since stays.
    """
    candidates = CandidateRepository(conn)
    silent = {each.provider for each in found.troubles}
    candidates.drop_some(
        each.id
        for each in facts.offered
        if each.provider not in silent and (each.provider, each.external_id) not in kept
    )
    ranked = sorted(found.offered, key=lambda each: -each.score.score)[:_KEPT_CANDIDATES]
    kept = {
        (each.candidate.provider, each.candidate.external_id): each for each in [*ranked, *found.accepted]
    }
    candidates.put(facts.record.id, [_offer(each) for each in kept.values()], now)


def _offer(each: Scored) -> NewCandidate:
    candidate = each.candidate
    return NewCandidate(
        candidate.provider,
        candidate.external_id,
        each.score.score,
        candidate.fields,
        [str(reason) for reason in each.score.reasons],
        candidate.album_external_id,
        dict(candidate.links),
        candidate.art,
    )


def _said(track_id: TrackId, each: Scored) -> SourceValues:
    """What a candidate says, as its provider's own values; each is as sure as the match."""
    candidate = each.candidate
    sure = round(each.score.score / 100, 3)
    return SourceValues(
        track_id,
        candidate.provider,
        candidate.fields,
        candidate.external_id,
        dict.fromkeys(candidate.fields, sure),
        dict(candidate.links),
        candidate.art,
    )


def _same_as_before(facts: TrackFacts, recording: Recording, answered: Collection[str]) -> set[str]:
    """Catalogues that gave no answer now, and whose values of before are of this recording."""
    return {
        said.source
        for said in facts.said
        if said.source not in LOCAL_SOURCES
        and said.source not in answered
        and is_the_same(recording_of(said.fields), recording)
    }
