"""What contradicts itself, what cannot be right, and the report that counts both: on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from musiclib.db import report, track_search
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_ids
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.provider_state import ProviderStateRepository
from musiclib.db.records import Credit, FileFacts, FileLink, NewTrack, SourceValues
from musiclib.db.schema import EnrichmentTask, ExternalData
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.quality import HAND, MEASURES
from musiclib.domain.states import FileState, Reason, Source, TaskKind, TaskStatus
from musiclib.domain.track_query import parse_query

NOW = datetime(2026, 10, 14, 9, 15, tzinfo=UTC)
Said = dict[str, dict[str, Plain]]
_A, _F, _T, _D, _M = Source.ANALYSIS, Source.FILE_TAGS, Source.TRACKLIST, Source.DEEZER, Source.MANUAL

_SAID: dict[str, tuple[Said, set[str]]] = {
    "twice as fast": ({_A: {"bpm": 174.0}, _F: {"bpm": 87.0}}, set()),
    "four octaves": ({_A: {"bpm": 63.9}, _F: {"bpm": 128.1}, _T: {"bpm": 255.8}}, set()),
    "round the octave": ({_A: {"bpm": 181.5}, _F: {"bpm": 90.4}}, set()),
    "nearly": ({_A: {"bpm": 120.0}, _F: {"bpm": 122.3}}, set()),
    "another tempo": ({_A: {"bpm": 120.0}, _F: {"bpm": 122.5}}, {"bpm"}),
    "third source": ({_A: {"bpm": 128.0}, _F: {"bpm": 64.0}, _T: {"bpm": 96.0}}, {"bpm"}),
    "settled by hand": ({_A: {"bpm": 120.0}, _F: {"bpm": 99.0}, _M: {"bpm": 99.0}}, set()),
    "hand on another field": ({_A: {"bpm": 120.0}, _F: {"bpm": 99.0}, _M: {"label": "x"}}, {"bpm"}),
    "relative key": ({_A: {"key_code": 21}, _F: {"key_code": 0}}, set()),
    "neighbour": ({_A: {"key_code": 21}, _F: {"key_code": 16}}, set()),
    "far key": ({_A: {"key_code": 21}, _F: {"key_code": 20}}, {"key"}),
    "two neighbours": ({_A: {"key_code": 21}, _F: {"key_code": 16}, _T: {"key_code": 14}}, {"key"}),
    "ten seconds": ({_A: {"duration_s": 300.0}, _T: {"duration_s": 310.0}}, set()),
    "too long": ({_A: {"duration_s": 300.0}, _T: {"duration_s": 310.5}}, {"duration"}),
    "text for a number": ({_A: {"bpm": 120.0}, _F: {"bpm": "fast"}}, set()),
    "all at once": (
        {_A: {"bpm": 90.0, "key_code": 1, "duration_s": 100.0}, _F: {"bpm": 99.0, "key_code": 2}}
        | {_D: {"duration_s": 200.0}},
        {"bpm", "key", "duration"},
    ),
}


def _add(db: Database, values: dict[str, dict[str, Plain]]) -> dict[str, TrackId]:
    """Tracks by title, each by an artist of its own unless it names one."""
    ids = {name: TrackId(each) for name, each in zip(values, new_ids(len(values)), strict=True)}
    with db.write() as conn:
        rows = [
            NewTrack(ids[name], "k", {"artist": f"Artist of {name}", "title": name} | each)
            for name, each in values.items()
        ]
        TrackRepository(conn).add(rows, NOW)
        credits_ = {
            row.id: [Credit(part, part.casefold(), "") for part in str(row.values["artist"]).split(" & ")]
            for row in rows
        }
        TrackRepository(conn).set_credits(credits_, NOW)
    return ids


def _found(db: Database, query: str, ids: dict[str, TrackId]) -> set[str]:
    asked = parse_query(query)
    assert not asked.problems
    with db.read() as conn:
        found = set(track_search.find(conn, asked, NOW))
        assert track_search.count(conn, asked, NOW) == len(found)
        some = set(track_search.find(conn, parse_query(f"-{query}"), NOW))
    assert found | some == set(ids.values())
    assert not found & some
    return {name for name, track_id in ids.items() if track_id in found}


def test_sources_contradict_each_other(db: Database) -> None:
    ids = _add(db, {name: {} for name in _SAID})
    with db.write() as conn:
        said = [
            SourceValues(ids[name], source, dict(fields))
            for name, (sources, _) in _SAID.items()
            for source, fields in sources.items()
        ]
        TrackMetadataRepository(conn).put(said, NOW)
    for field in ("bpm", "key", "duration"):
        assert _found(db, f"clash:{field}", ids) == {name for name, (_, off) in _SAID.items() if field in off}
    assert _found(db, "clash:bpm,length", ids) >= {"too long", "all at once", "third source"}
    with db.read() as conn:
        counts = report.measure(conn, NOW).counts
    assert [counts[f"clash:{field}"] for field in ("bpm", "key", "duration")] == [4, 3, 2]


def test_a_recording_has_one_artist_and_an_artist_has_a_first_year(db: Database) -> None:
    years = {f"of {year}": {"artist": "Odd Harbour", "release_date": str(year)} for year in range(2004, 2012)}
    ids = _add(
        db,
        {
            **years,
            "too early": {"artist": "Odd Harbour", "original_year": 1971},
            "once early": {"artist": "Mira Voss", "original_year": 1971},
            "later": {"artist": "Mira Voss", "original_year": 2001},
            "a": {"artist": "Ada Quist & Noor Hale", "isrc": "GBAYE0601498"},
            "b": {"artist": "Noor Hale", "isrc": "GBAYE0601498"},
            "c": {"artist": "Ada Quist", "isrc": "GBAYE0601499"},
            "d": {"artist": "Noor Hale", "isrc": "GBAYE0601499"},
        },
    )
    assert _found(db, "clash:year", ids) == {"too early"}
    assert _found(db, "clash:isrc", ids) == {"c", "d"}


def test_what_cannot_be_right(db: Database) -> None:
    planted: dict[str, dict[str, dict[str, Plain]]] = {
        "year": {"no music": {"original_year": 1850}, "to come": {"release_date": "2031-01-01"}},
        "duration": {"a click": {"duration_s": 3.0}, "a week": {"duration_s": 600_000.0}},
        "bpm": {"crawling": {"bpm": 12.0}, "racing": {"bpm": 480.0}},
        "lufs": {"silent": {"loudness_lufs": -40.0}, "square": {"loudness_lufs": -2.0}},
        "empty": {"Unknown": {}, "no label": {"label": "N/A"}, "blank": {"artist": " "}},
        "genre": {
            "two": {"genres": ["House; Techno"]},
            "number": {"genres": ["House", "(17)"]},
            "long": {"genres": ["x" * 41]},
            "spaced": {"genres": [" House"]},
            "says nothing": {"genres": ["Other"]},
        },
        "isrc": {"short": {"isrc": "GB1234"}},
    }
    sound: dict[str, Plain] = {
        "genres": ["R&B/Soul", "演歌", "2 Step"],
        "original_year": 2027,
        "bpm": 174.0,
        "duration_s": 300.0,
        "loudness_lufs": -9.0,
        "isrc": "GBAYE0601498",
        "label": "Otherworld",
    }
    every = {name: values for part in planted.values() for name, values in part.items()}
    ids = _add(db, {**every, "sound": sound, "nothing known": {}})
    with db.write() as conn:
        for name, state in (("Unknown", FileState.BROKEN), ("sound", FileState.OK)):
            path = f"/music/{name}.mp3"
            file_id = FileRepository(conn).put([FileFacts(path, 1, 1)], NOW)[path]
            FileRepository(conn).link([FileLink(ids[name], file_id, 90.0)], NOW)
            FileRepository(conn).set_state([file_id], state)
        task = {"kind": TaskKind.AUDIO, "status": TaskStatus.ERROR, "reason": Reason.UNREADABLE_AUDIO}
        times = {"created_at": NOW, "updated_at": NOW}
        conn.execute(insert(EnrichmentTask), [{"track_id": ids["a week"], **task, **times}])
    for code, part in planted.items():
        assert _found(db, f"odd:{code}", ids) == set(part), code
    assert _found(db, "odd:file", ids) == {"Unknown", "a week"}
    assert _found(db, "missing:artist", ids) == {"blank"}


def test_every_number_opens_as_many_rows(db: Database) -> None:
    ids = _add(
        db,
        {
            "one": {"bpm": 161.5, "catalog_number": "X 1", "release_date": "2011"},
            "two": {"loudness_range_lu": 4.0, "true_peak_dbtp": -1.0, "genres": ["a;b"], "bpm": 20.0},
            "three": {"version": "Dub", "key_code": 3, "label": "none"},
            **{f"fault {nth}": {"bpm": 140.52} for nth in range(25)},
        },
    )
    with db.write() as conn:
        locked: dict[str, Plain] = {"label": "None such", "bpm": 20.0, "genres": ["a;b"], "album": ""}
        said = [SourceValues(ids["two"], Source.MANUAL, locked)]
        said += [SourceValues(ids[f"fault {nth}"], Source.ANALYSIS, {"bpm": 140.52}) for nth in range(24)]
        TrackMetadataRepository(conn).put(said, NOW)
        states = ProviderStateRepository(conn)
        for hours, until in ((-300, -299), (-5, -4), (-4.5, -3), (-1, 2)):
            begun, end = NOW + timedelta(hours=hours), NOW + timedelta(hours=until)
            states.block("deezer", end, "Deezer asked us to wait.", begun)
        done = {"kind": TaskKind.METADATA, "status": TaskStatus.DONE}
        for minute, name in zip((0, 9, 21, 200), ids, strict=False):
            at = NOW - timedelta(hours=5) + timedelta(minutes=minute)
            times = {"created_at": at, "updated_at": at, "finished_at": at}
            conn.execute(insert(EnrichmentTask), [{"track_id": ids[name], **done, **times}])
        for minute in (0, 1, 2):
            at = NOW - timedelta(minutes=minute)
            answer = {"provider": "deezer", "external_id": str(minute), "raw": {}, "fetched_at": at}
            conn.execute(insert(ExternalData), [answer])
    with db.read() as conn:
        found = report.measure(conn, NOW)
        counted = {each.query: track_search.count(conn, parse_query(each.query), NOW) for each in MEASURES}
        overruled = track_search.count(conn, parse_query(HAND), NOW)
    assert found.counts == counted
    assert (found.tracks, found.locked, found.overruled, overruled) == (28, 4, 1, 1)
    assert found.tempos == ((20, 1), (140, 25), (160, 1))
    (odd,) = found.too_many
    assert (odd.bpm, odd.tracks, odd.source, odd.from_source) == (140.5, 25, "analysis", 24)
    runs = [(run.kind, run.done, (run.ended - run.begun).seconds // 60) for run in found.runs]
    assert runs == [("metadata", 1, 0), ("metadata", 3, 21), ("deezer", 3, 2)]
    (pauses,) = found.pauses
    assert (pauses.provider, pauses.times, pauses.last_at) == ("deezer", 2, NOW - timedelta(hours=1))


def test_the_last_report_of_each_day_is_kept(db: Database) -> None:
    with db.read() as conn:
        empty = report.measure(conn, NOW)
    assert (empty.tracks, empty.mean_share, set(empty.counts.values())) == (0, None, {0})
    noon = datetime(2026, 10, 10, 12).astimezone()
    moments = [noon + timedelta(days=day, hours=hour) for day in range(3) for hour in range(2)]
    with db.write() as conn:
        for moment in moments:
            report.ReportRepository(conn).add(empty.at(moment, 0.5))
    with db.read() as conn:
        kept = report.ReportRepository(conn).all()
    assert [each.measured_at for each in kept] == [moments[5], moments[4], moments[3], moments[1]]
    assert kept[0] == empty.at(moments[5], 0.5)


def test_a_sample_is_the_same_each_time_and_everywhere(db: Database) -> None:
    ids = list(_add(db, {f"t{nth}": {} for nth in range(30)}).values())
    expected = {"sample:5": [1, 5, 14, 20, 24], "sample:5@1": [7, 13, 21, 23, 25], "sample:500": range(30)}
    for query, drawn in expected.items():
        with db.read() as conn:
            found = track_search.find(conn, parse_query(query), NOW)
        assert found == [ids[each] for each in drawn], query
