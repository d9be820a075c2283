"""Searching and sorting in SQL, compared with the meaning of a query in plain Python."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert

from musiclib.db import search_index, track_search, track_sums
from musiclib.db.art import ArtRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import ArtFacts, FileFacts, FileLink, NewTrack, SourceValues
from musiclib.db.schema import EnrichmentTask
from musiclib.db.tracks import TrackRepository
from musiclib.domain.badges import FIELDS_OF_A_WHOLE_TRACK
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.query_fields import FIELDS
from musiclib.domain.states import BadgeState, MatchState, Source, TaskKind, TaskStatus
from musiclib.domain.track_order import SORT_COLUMNS, SortKey
from musiclib.domain.track_query import parse_query
from tests.support.library import add_album
from tests.support.query_answers import Sample, finds, in_order

HERE = timezone(timedelta(hours=5, minutes=30))
"""Where the person is whose calendar days count."""
NOW = datetime(2026, 10, 14, 1, 15, tzinfo=HERE)

_ARTISTS = [
    "Röyksund",
    "Odd Harbour",
    "久保田リョウ",
    "Łódź Trio",
    "ID",
    "D’Arcy & Sons",
    "Парк Горизонт",
    "X",
]
_TITLES = ["Lagoon", "Slow 夜明けの環状線", "Dot. Pitch", "100% %_\\ Sure", "Ångström", "Qi", "lagoon", "A|B"]
_VERSIONS = [None, "Extended Mix", "Nachtfassung", '12" Dub', "Live at the Quay"]
_GENRES = [(), ("Techno",), ("Tech House", "Dub"), ("演歌",), ("House", "R&B/Soul")]


def _samples() -> list[Sample]:
    chance = random.Random(5)
    made: list[Sample] = []
    for _ in range(90):
        heard = chance.random() < 0.7
        values = {
            "bpm": chance.choice([60.0, 61.5, 87.4, 120.0, 123.37, 126.0, 127.5, 174.0, 246.0]),
            "key_code": chance.randrange(24),
            "energy": chance.randint(1, 10),
            "peak": chance.choice([-1.0, 0.3]),
            "lufs": chance.choice([-14.0, -10.5, -8.0, -7.9, -6.2]),
            "duration": chance.choice([200.0, 359.9, 360.0, 390.2, 4000.0]),
        }
        said = chance.random() < 0.5
        ago = timedelta(days=chance.choice([0, 0, 1, 6, 8, 40, 400, 1500]), minutes=chance.randrange(300))
        sample = Sample(
            chance.choice(_ARTISTS),
            chance.choice(_TITLES),
            NOW - ago,
            BadgeState.PARTIAL,
            chance.choice(_VERSIONS),
            chance.choice([None, "Minor Habits", "Hafenklang 041"]),
            chance.choice([None, "Warft", "Æther & Co"]),
            chance.choice([None, "GBAYE0601498"]),
            chance.choice(_GENRES),
            **(values if heard else {}),
            popularity=chance.choice([None, 0, 30, 61, 100]),
            year=chance.choice([None, 1989, 1994, 1999, 2000, 2024]),
            file=chance.random() < 0.4,
            art="art" if chance.random() < 0.6 else None,
            sources=(Source.DEEZER, Source.TRACKLIST) if said else (Source.TRACKLIST,),
            ear=chance.random() < 0.2,
            lists=tuple(chance.sample(["Summer Set", "Łatо", "Summer"], chance.randint(0, 2))),
        )
        made.append(replace(sample, state=_state_of(sample, chance)))
    return made


_SETTLED = {BadgeState.DONE, BadgeState.PARTIAL}


def _state_of(sample: Sample, chance: random.Random) -> BadgeState:
    """One that can be: the tests below make the rows that lead to it."""
    if chance.random() < 0.5:
        return chance.choice(
            [each for each in BadgeState if each not in {BadgeState.DONE, BadgeState.PARTIAL}]
        )
    known = (
        sample.duration,
        sample.bpm,
        sample.key_code,
        sample.energy,
        sample.lufs,
        sample.isrc,
        sample.year,
    )
    whole = None not in known and sample.art is not None
    assert len(known) + 1 == len(FIELDS_OF_A_WHOLE_TRACK)
    return BadgeState.DONE if whole else BadgeState.PARTIAL


SAMPLES = _samples()


def _values(sample: Sample) -> dict[str, Plain]:
    found = {
        "artist": sample.artist,
        "title": sample.title,
        "version": sample.version,
        "album": sample.album,
        "label": sample.label,
        "isrc": sample.isrc,
        "genres": list(sample.genres) or None,
        "bpm": sample.bpm,
        "key_code": sample.key_code,
        "energy": sample.energy,
        "loudness_lufs": sample.lufs,
        "true_peak_dbtp": sample.peak,
        "duration_s": sample.duration,
        "popularity": sample.popularity,
        "release_date": f"{sample.year}-05-01" if sample.year else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _fill(db: Database) -> dict[TrackId, Sample]:
    ids = [TrackId(each) for each in new_ids(len(SAMPLES))]
    of_each = dict(zip(ids, SAMPLES, strict=True))
    with db.write() as conn:
        art = ArtRepository(conn).put(ArtFacts("0" * 64, "sample", "image/png", 1, 1), NOW)
        tracks = TrackRepository(conn)
        for track_id, sample in of_each.items():
            tracks.add([NewTrack(track_id, "k", _values(sample))], sample.added.astimezone(UTC))
        tracks.set_art([each for each, it in of_each.items() if it.art], art, NOW)
        tracks.set_needs_ear([each for each, it in of_each.items() if it.ear], True, NOW)
        TrackMetadataRepository(conn).put(
            [
                SourceValues(each, source, {"title": "x"})
                for each, it in of_each.items()
                for source in it.sources
            ],
            NOW,
        )
        for nth, (track_id, sample) in enumerate(of_each.items()):
            if sample.file:
                path = f"/music/{nth}.mp3"
                file_id = FileRepository(conn).put([FileFacts(path, 1, 1)], NOW)[path]
                FileRepository(conn).link([FileLink(track_id, file_id, 90.0)], NOW)
            _make_state(conn, track_id, sample.state)
    for title in sorted({title for each in SAMPLES for title in each.lists}):
        add_album(db, [each for each, it in of_each.items() if title in it.lists], title)
    return of_each


def _make_state(conn: Connection, track_id: TrackId, state: BadgeState) -> None:
    matched = {BadgeState.REVIEW: MatchState.REVIEW, BadgeState.NOT_FOUND: MatchState.NOT_FOUND}
    if state in matched or state is BadgeState.LOCKED:
        match = matched.get(state, MatchState.MATCHED)
        TrackRepository(conn).set_match([track_id], match, None, NOW, locked=state is BadgeState.LOCKED)
    statuses = {
        BadgeState.QUEUED: TaskStatus.QUEUED,
        BadgeState.WAITING: TaskStatus.QUEUED,
        BadgeState.RUNNING: TaskStatus.RUNNING,
        BadgeState.ERROR: TaskStatus.ERROR,
    }
    if state in statuses:
        waits = {"not_before": NOW + timedelta(hours=1)} if state is BadgeState.WAITING else {}
        task = {"track_id": track_id, "kind": TaskKind.METADATA, "status": statuses[state], **waits}
        conn.execute(insert(EnrichmentTask).values(**task, created_at=NOW, updated_at=NOW))


_WORDS = [
    *("roy", "Røy", "dd har", "久保", "夜", "環状", "lodz", "d'arcy", "qi", "x", "100%", "\\", "_", "%_"),
    *("lagoon", "gbaye06", "warft", "aether", "парк", "zz", "zzz", "nacht", "ix", "a|b", "q", "i", "12″"),
]
_QUERY = """
bpm:120-126 bpm:128 bpm:=60-64 bpm:>120 bpm:<=87.4 bpm:123.37 bpm:61,174 bpm:missing key:8A key:~8A key:~Gb
energy:>6 energy:6-10 energy:3,4 lufs:>-8 lufs:-8 lufs:-11..-7 duration:<6m duration:6:00 duration:6m
popularity:>60 popularity:0 year:1990s year:1994-1999 added:<7d added:>1y added:today added:yesterday
added:2026-10 added:2025 added:>=2026-10-13 genre:tech genre:=house genre:演,dub genre:歌 in:sum in:=summer
in:lato label:w version:ex,live artist:odd artist:=x,id title:la title:mix isrc:06 album:minor,hafen
artist:zz title:夜
"""
_TERMS = [str(term) for term in parse_query(_QUERY).terms]
# What contradicts itself or is odd has a test of its own: test_quality.
_TERMS += [f"{it.name}:{code}" for it in FIELDS.values() if not it.looks_far for code in it.codes]


def _random_query(chance: random.Random) -> str:
    terms = [chance.choice(_TERMS) for _ in range(chance.randint(0, 2))]
    terms += [f'"{chance.choice(_WORDS)}"' for _ in range(chance.randint(0, 2))]
    return " ".join(("-" if chance.random() < 0.25 else "") + each for each in terms)


def _random_order(chance: random.Random) -> list[SortKey]:
    columns = chance.sample(SORT_COLUMNS, chance.randint(0, 3))
    return [SortKey(column, chance.random() < 0.5) for column in columns]


def test_answers_are_those_of_plain_python(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    of_each = _fill(db)
    ids = {id(sample): track_id for track_id, sample in of_each.items()}
    oldest_first = sorted(of_each.values(), key=lambda each: (each.added, list(of_each.values()).index(each)))
    chance = random.Random(7)
    queries = [
        *chance.sample(_TERMS, len(_TERMS) // 2),
        *(f'-"{each}"' for each in _WORDS),
        *(_random_query(chance) for _ in range(30)),
    ]
    found_some = 0
    with db.read() as conn:
        for text in queries:
            query, order = parse_query(text), _random_order(chance)
            # Both ways to the first screen, in a library that is small for either.
            monkeypatch.setattr(track_search, "_FEW", few := chance.choice([10, 4_000]))
            monkeypatch.setattr(track_search, "_FEW_WITH_WORDS", chance.choice([few, few + 20]))
            assert not query.problems, text
            expected = in_order([each for each in oldest_first if finds(query, each, NOW)], order)
            wanted = [ids[id(each)] for each in expected]
            case = f"{text} sorted by {','.join(map(str, order))}"
            assert track_search.find(conn, query, NOW, order) == wanted, case
            found_some += 0 < len(wanted) < len(SAMPLES)
            limit, offset = chance.randint(1, 30), chance.choice([0, 0, 5, 40])
            part = track_search.find(conn, query, NOW, order, limit, offset)
            assert part == wanted[offset : offset + limit], case
            assert track_search.count(conn, query, NOW) == len(wanted), case
            if chance.random() < 0.7:
                continue
            tempos = [each.bpm for each in expected if each.bpm is not None]
            sums = track_sums.of_those(conn, query, NOW)
            ends = min(tempos, default=None), max(tempos, default=None)
            assert (sums.tracks, sums.slowest, sums.fastest) == (len(wanted), *ends)
            assert sums.duration_s == pytest.approx(sum(each.duration or 0 for each in expected))
        assert track_search.packed(conn, query, NOW, order) == b"".join(each.bytes for each in wanted)
    assert found_some > len(queries) / 2


def test_it_is_known_whether_words_have_an_index(db: Database) -> None:
    there = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
    with db.read() as conn:
        expected = db.dialect == "sqlite" or conn.exec_driver_sql(there).scalar() == 1
        assert search_index.has_word_index(conn) is expected
