"""Reads what is known of a track, who says it, and what it was matched to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from musiclib.db import queries
from musiclib.db.art import ArtRepository
from musiclib.db.artists import ArtistRepository, genres_of
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.files import BEST_FILE_FIRST
from musiclib.db.metadata import CandidateRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.records import ArtistRecord, CandidateRecord
from musiclib.db.schema import (
    Album,
    AlbumTrack,
    AudioAnalysis,
    File,
    MatchCandidate,
    Track,
    TrackFile,
    TrackMetadata,
)
from musiclib.db.statements import chunked
from musiclib.domain.ids import AlbumId, ArtId, TrackId
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import (
    DEFAULT_PRECEDENCE,
    EVERYWHERE,
    LOCAL_SOURCES,
    MERGED_FIELDS,
    Plain,
    SourcePreference,
    agreement,
    merge,
)
from musiclib.domain.rows import (
    ArtistRow,
    ArtRow,
    CandidateRow,
    FieldCard,
    FieldValue,
    FileRow,
    Guess,
    MatchRow,
    TrackDetail,
)
from musiclib.domain.states import FileState, MatchState, Source
from musiclib.errors import NotInLibrary


def track_detail(
    conn: Connection,
    track_id: TrackId,
    now: datetime,
    precedence: Sequence[str] = DEFAULT_PRECEDENCE,
) -> TrackDetail:
    """Everything that is known of a track; `NotInLibrary` when it is gone."""
    rows = queries.track_rows(conn, [track_id], now)
    if not rows:
        raise NotInLibrary("This track is no longer in the library. Choose another one.")
    said = TrackMetadata
    columns = (
        said.source,
        said.fields,
        said.confidence,
        said.links,
        said.fetched_at,
        said.origins,
        said.chosen_at,
    )
    sources: list[Any] = [
        tuple(row) for row in conn.execute(select(*columns).where(said.track_id == track_id))
    ]
    links = tuple(sorted(link for source in sources for link in source[3].items()))
    artists = ArtistRepository(conn).of_track(track_id)
    sources += _of_artists(artists)
    preferences = SourcePreferenceRepository(conn).all()
    keys = {EVERYWHERE, *(each.match_key for each in artists)}
    offered = CandidateRepository(conn).of([track_id]).get(track_id, [])
    on_albums = select(Album.id, Album.title).join(AlbumTrack, AlbumTrack.album_id == Album.id)
    albums = conn.execute(on_albums.where(AlbumTrack.track_id == track_id).distinct().order_by(Album.title))
    return TrackDetail(
        row=rows[0],
        fields=tuple(_field_cards(sources, precedence, preferences, _guesses(conn, track_id))),
        files=tuple(file_rows(conn, [track_id]).get(track_id, ())),
        candidates=tuple(_candidate_row(each) for each in offered),
        tasks=tuple(queries.task_rows(conn, track_ids=[track_id])),
        albums=tuple((AlbumId(album_id), title) for album_id, title in albums),
        links=links,
        history=tuple(ChangesetRepository(conn).of_track(track_id)),
        match=match_rows(conn, [track_id])[track_id],
        artists=tuple(artist_row(each) for each in artists),
        preferences=tuple(each for each in preferences if each.artist_key in keys),
        art=_art_row(conn, rows[0].art_id),
    )


def match_rows(conn: Connection, track_ids: Iterable[TrackId]) -> dict[TrackId, MatchRow]:
    """What tracks were matched to, and how surely; of tracks in review the best that is offered."""
    found: dict[TrackId, MatchRow] = {}
    for ids in chunked(track_ids):
        best = _best_candidates(conn, ids)
        known = _known_as(conn, ids)
        query = select(Track.id, Track.match_state, Track.match_score, Track.match_margin, Track.match_locked)
        for track_id, state, score, margin, locked in conn.execute(query.where(Track.id.in_(ids))):
            provider, external_id, reasons = best.get(track_id, (None, None, ()))
            names, links = known.get(track_id, ({}, {}))
            found[TrackId(track_id)] = MatchRow(
                MatchState(state),
                score,
                margin,
                bool(locked),
                provider,
                external_id,
                tuple(reasons),
                tuple(sorted(names.items())),
                tuple(sorted(links.items())),
            )
    return found


def _best_candidates(conn: Connection, ids: Sequence[TrackId]) -> dict[Any, tuple[str, str, list[str]]]:
    table = MatchCandidate
    query = select(table.track_id, table.provider, table.external_id, table.reasons)
    where = table.track_id.in_(ids), table.rejected.is_(False)
    best: dict[Any, tuple[str, str, list[str]]] = {}
    for row in conn.execute(query.where(*where).order_by(table.chosen.desc(), table.score.desc(), table.id)):
        best.setdefault(row[0], (row[1], row[2], row[3]))
    return best


def _known_as(conn: Connection, ids: Sequence[TrackId]) -> dict[Any, tuple[dict[str, str], dict[str, str]]]:
    """The ids and the addresses of each track's recording, by provider."""
    said = TrackMetadata
    query = select(said.track_id, said.source, said.external_id, said.links)
    known: dict[Any, tuple[dict[str, str], dict[str, str]]] = {}
    for track_id, source, external_id, links in conn.execute(query.where(said.track_id.in_(ids))):
        names, addresses = known.setdefault(track_id, ({}, {}))
        addresses.update(links)
        if external_id is not None and source not in LOCAL_SOURCES:
            names[source] = external_id
    return known


def _of_artists(artists: Sequence[ArtistRecord]) -> list[Any]:
    """As if it were a source of the track; it comes last."""
    fields = genres_of(artists)
    times = [each.fetched_at for each in artists if each.fetched_at is not None]
    return [(Source.ARTIST, fields, {}, {}, max(times), {}, {})] if fields and times else []


def _guesses(conn: Connection, track_id: TrackId) -> dict[str, tuple[Guess, ...]]:
    """By field, what the analysis of the file it speaks of takes for possible beside its first answer."""
    said, table = TrackMetadata, AudioAnalysis
    query = select(table.features).join(said, said.external_id == table.content_hash)
    of_analysis = said.track_id == track_id, said.source == Source.ANALYSIS
    features = conn.execute(query.where(*of_analysis).order_by(table.created_at.desc()).limit(1)).scalar()
    if features is None:
        return {}
    tempos = [Guess(each["bpm"], each["confidence"]) for each in features.get("bpm_candidates", ())]
    named = [
        (MusicalKey.parse(each["key"]), each["confidence"]) for each in features.get("key_candidates", ())
    ]
    keys = [Guess(key.code, confidence) for key, confidence in named if key]
    return {"bpm": tuple(tempos[1:]), "key_code": tuple(keys[1:])}


def _field_cards(
    sources: Sequence[Any],
    precedence: Sequence[str],
    preferences: Sequence[SourcePreference],
    guesses: Mapping[str, tuple[Guess, ...]],
) -> Iterator[FieldCard]:
    values: dict[str, dict[str, Plain]] = {source: fields for source, fields, *_ in sources}
    order = [Source.MANUAL, *(each for each in precedence if each not in (Source.MANUAL, Source.ARTIST))]
    order += [*sorted(set(values) - {*order, Source.ARTIST}), Source.ARTIST]
    effective = merge(values, order, preferences)
    rank = {source: place for place, source in enumerate(order)}
    ordered = sorted(sources, key=lambda source: rank[source[0]])
    for name in MERGED_FIELDS:
        winner = effective.get(name)
        said = tuple(
            FieldValue(
                source,
                fields[name],
                confidence.get(name),
                datetime.fromisoformat(chosen_at[name]) if name in chosen_at else fetched_at,
                source == Source.MANUAL,
                origins.get(name),
                None if winner is None else agreement(name, fields[name], winner.value),
            )
            for source, fields, confidence, _links, fetched_at, origins, chosen_at in ordered
            if name in fields
        )
        if winner is None:
            yield FieldCard(name, None, None, None, said)
        else:
            yield FieldCard(name, winner.value, winner.source, winner.rule, said, guesses.get(name, ()))


def artist_row(record: ArtistRecord) -> ArtistRow:
    """What lists show of an artist."""
    ids = tuple(sorted(record.external_ids.items()))
    return ArtistRow(record.name, record.tracks, tuple(record.genres), ids, record.fetched_at)


def _art_row(conn: Connection, art_id: ArtId | None) -> ArtRow | None:
    facts = ArtRepository(conn).get(art_id) if art_id is not None else None
    return ArtRow(art_id, facts.source, facts.width, facts.height) if art_id and facts else None


def file_rows(conn: Connection, track_ids: Iterable[TrackId]) -> dict[TrackId, list[FileRow]]:
    """The files of each track, the readable and best matching one first; tracks without are absent."""
    query = (
        select(
            TrackFile.track_id,
            File.id,
            File.path,
            File.state,
            File.reason,
            File.size,
            File.duration_s,
            File.codec,
            File.bitrate,
            File.sample_rate,
            File.channels,
            File.bit_depth,
            File.tags,
        )
        .join(File, File.id == TrackFile.file_id)
        .order_by(*BEST_FILE_FIRST)
    )
    found: dict[TrackId, list[FileRow]] = defaultdict(list)
    for ids in chunked(track_ids):
        for track_id, *row in conn.execute(query.where(TrackFile.track_id.in_(ids))):
            found[TrackId(track_id)].append(_file_row(row))
    return dict(found)


def _file_row(row: Sequence[Any]) -> FileRow:
    *values, tags = row
    values[2] = FileState(row[2])
    return FileRow(*[*values, tags.get("artist"), tags.get("title")])


def _candidate_row(offered: CandidateRecord) -> CandidateRow:
    fields: Any = offered.fields
    return CandidateRow(
        offered.id,
        offered.provider,
        offered.external_id,
        offered.score,
        fields.get("artist", ""),
        fields.get("title", ""),
        fields.get("version"),
        fields.get("album"),
        fields.get("duration_s"),
        queries.year_of(fields.get("original_year"), fields.get("release_date")),
        fields.get("isrc"),
        offered.reasons,
        offered.rejected,
        offered.chosen,
    )
