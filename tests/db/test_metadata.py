"""What sources say is kept apart, and what a person decided is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from musiclib.db.engine import Database
from musiclib.db.external_data import ExternalDataRepository, not_found
from musiclib.db.files import FileRepository
from musiclib.db.metadata import (
    AnalysisRepository,
    CandidateRepository,
    TrackMetadataRepository,
)
from musiclib.db.records import (
    AnalysisRecord,
    FileFacts,
    FileLink,
    NewCandidate,
    NewExternal,
    SourceValues,
)
from musiclib.db.schema import ExternalData
from musiclib.domain.states import Source
from tests.support.library import NOW, add_tracks


def test_each_source_keeps_its_own_values(db: Database) -> None:
    first, second = add_tracks(db, 2)
    said = SourceValues(
        first,
        "musicbrainz",
        {"label": "Warp", "genres": ["IDM"]},
        "mbid-1",
        {"label": 0.9},
        {"mb": "https://x"},
    )
    with db.write() as conn:
        metadata = TrackMetadataRepository(conn)
        metadata.put([said, SourceValues(first, "tracklist", {"title": "Roygbiv"})], NOW)
        metadata.put([SourceValues(second, "musicbrainz", {"bpm": 90.5}, "mbid-1")], NOW)
        assert metadata.of([first])[first][0] == said
        assert metadata.by_source([first, second]) == {
            first: {"musicbrainz": {"label": "Warp", "genres": ["IDM"]}, "tracklist": {"title": "Roygbiv"}},
            second: {"musicbrainz": {"bpm": 90.5}},
        }
        found = metadata.tracks_of_external("musicbrainz", ["mbid-1", "mbid-2"])
        assert {key: set(ids) for key, ids in found.items()} == {"mbid-1": {first, second}}
        metadata.put([SourceValues(first, "musicbrainz", {"label": "Skam"})], NOW)
        assert metadata.by_source([first])[first]["musicbrainz"] == {"label": "Skam"}
        metadata.drop([first, second], "musicbrainz")
        assert metadata.by_source([first, second]) == {first: {"tracklist": {"title": "Roygbiv"}}}


def test_single_fields_of_a_source_change(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        metadata = TrackMetadataRepository(conn)
        metadata.set_fields(track, Source.MANUAL, {"title": "One", "label": "Warp"}, NOW)
        metadata.set_fields(track, Source.MANUAL, {"title": "Two", "bpm": 120}, NOW)
        metadata.set_fields(track, Source.MANUAL, {"label": None}, NOW)
        assert metadata.by_source([track]) == {track: {Source.MANUAL: {"title": "Two", "bpm": 120}}}
        metadata.set_fields(track, Source.MANUAL, {"title": None, "bpm": None}, NOW)
        assert metadata.by_source([track]) == {}


def test_changing_a_field_keeps_what_else_the_source_said(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    said = SourceValues(
        track, "sample", {"label": "Warp", "bpm": 90}, "s-1", {"label": 0.5, "bpm": 0.9}, {"s": "https://s"}
    )
    with db.write() as conn:
        metadata = TrackMetadataRepository(conn)
        metadata.put([said], NOW)
        metadata.set_fields(track, "sample", {"label": "Skam"}, NOW)
        (now,) = metadata.of([track])[track]
    assert now == replace(
        said,
        fields={"label": "Skam", "bpm": 90},
        confidence={"bpm": 0.9},
        chosen_at={"label": NOW.isoformat()},
    )


def test_rejected_candidate_stays_rejected_when_offered_again(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    good = NewCandidate("musicbrainz", "good", 91.0, {"title": "Good"}, ["title", "duration"])
    bad = NewCandidate("musicbrainz", "bad", 95.0, {"title": "Bad"})
    with db.write() as conn:
        candidates = CandidateRepository(conn)
        candidates.put(track, [good, bad], NOW)
        first, second = candidates.of([track])[track]
        assert (first.external_id, second.external_id) == ("bad", "good")
        assert second.reasons == ("title", "duration")
        candidates.choose(track, first.id)
        candidates.set_rejected([first.id], True)
        candidates.choose(track, second.id)
        candidates.put(track, [NewCandidate("musicbrainz", "bad", 99.0, {"title": "Worse"})], NOW)
        offered = candidates.get(first.id)
        assert offered is not None
        assert (offered.score, offered.fields, offered.rejected, offered.chosen) == (
            99.0,
            {"title": "Worse"},
            True,
            False,
        )
        candidates.drop([track])
        assert [each.external_id for each in candidates.of([track])[track]] == ["bad"]


def test_choosing_none(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        candidates = CandidateRepository(conn)
        candidates.put(track, [NewCandidate("sample", "s", 80.0, {})], NOW)
        (offered,) = candidates.of([track])[track]
        candidates.choose(track, offered.id)
        assert candidates.of([track])[track][0].chosen
        candidates.choose(track, None)
        assert not candidates.of([track])[track][0].chosen


def test_raw_answers_are_kept_until_processed(db: Database) -> None:
    with db.write() as conn:
        external = ExternalDataRepository(conn)
        external.put("beatport", "1", {"name": "Träck", "nested": [1, {"a": None}]}, NOW)
        external.put_many("beatport", {"2": {}, "3": {"x": 3}}, NOW + timedelta(seconds=1))
        external.put("spotify", "1", {"y": 1}, NOW)
        answer = external.get("beatport", "1")
        assert answer is not None
        assert answer.raw == {"name": "Träck", "nested": [1, {"a": None}]}
        assert external.get("beatport", "9") is None
        (first,) = external.unprocessed("beatport", 1)
        rest = external.unprocessed("beatport", 9, after=first.id)
        # Ids of one millisecond are in no order.
        assert sorted(each.external_id for each in (first, *rest)) == ["1", "2", "3"]
        external.mark_processed("beatport", ["1", "2"], NOW)
        assert [each.external_id for each in external.unprocessed("beatport", 9)] == ["3"]
        external.put("beatport", "1", {"name": "new"}, NOW)
        assert {each.external_id for each in external.unprocessed("beatport", 9)} == {"1", "3"}


def test_a_newer_parser_reads_answers_again_but_no_notes(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    with db.write() as conn:
        external = ExternalDataRepository(conn)
        external.put_many("beatport", {str(nth): {"id": nth} for nth in range(5)}, NOW)
        external.bulk_upsert("beatport", [not_found(track)], NOW)
        first, second, *_ = page = external.unprocessed("beatport", 4, 2)
        assert external.unprocessed("beatport", 9, 2, page[-1].id)[0].external_id == "4"
        external.mark_processed("beatport", [first.external_id], NOW, 2)
        external.mark_processed("beatport", [second.external_id], NOW, 1)
        left = {each.external_id for each in external.unprocessed("beatport", 9, 2)}
        assert (left, external.count_unprocessed("beatport", 2)) == ({"1", "2", "3", "4"}, 4)
        assert external.process_again("beatport") == 5
        assert external.count_unprocessed("beatport", 2) == 5


def test_a_track_has_one_note_at_most(db: Database) -> None:
    one, other = add_tracks(db, 2)
    with db.write() as conn:
        external = ExternalDataRepository(conn)
        for again in range(2):
            notes = [not_found(one), not_found(other)]
            external.bulk_upsert("spotify", notes, NOW + timedelta(days=again))
        names = [each.external_id for each in notes]
        assert names[0].startswith(f"NOT_FOUND_{one}_")
        assert len(conn.execute(select(ExternalData.id)).all()) == 2
        kept = external.get_many("spotify", names)
        assert {each.raw["status"] for each in kept.values()} == {"not_found_by_isrc"}
        external.bulk_upsert("spotify", [NewExternal("sp1", {"id": "sp1"}, one, 0)], NOW)
        external.forget_asked([one, other])
        assert conn.execute(select(ExternalData.external_id, ExternalData.track_id)).all() == [("sp1", None)]


def test_measurements_belong_to_a_content_and_a_version(db: Database) -> None:
    with db.write() as conn:
        analysis = AnalysisRepository(conn)
        analysis.put("aa", "1", "librosa", {"bpm": 120.0}, NOW)
        analysis.put("aa", "1", "essentia", {"bpm": 121.0, "key": None}, NOW)
        assert analysis.get("aa", "1") == {"bpm": 121.0, "key": None}
        assert analysis.get("aa", "2") is None
        assert analysis.get("bb", "1") is None


def test_pictures_are_read_by_file_and_by_track(db: Database, tmp_path: Path) -> None:
    one, other = add_tracks(db, 2)
    with db.write() as conn:
        files, analysis = FileRepository(conn), AnalysisRepository(conn)
        paths = [str(tmp_path / name) for name in ("a.flac", "b.flac", "c.flac")]
        best, second, unmeasured = files.put([FileFacts(path, 1, 1) for path in paths], NOW).values()
        files.link([FileLink(one, best, 99.0), FileLink(one, second, 50.0)], NOW)
        files.link([FileLink(other, unmeasured, 99.0)], NOW)
        files.set_content_hash(second, "bb")
        analysis.put("bb", "1", "fake", {"bpm": 1.0}, NOW, b"wave", b"spectrum")
        found = AnalysisRecord(paths[1], "1", {"bpm": 1.0}, b"wave", b"spectrum")
        assert analysis.of_file(second) == analysis.of_track(one) == found
        files.set_content_hash(best, "aa")
        analysis.put("aa", "1", "fake", {"bpm": 2.0}, NOW, b"old")
        analysis.put("aa", "2", "fake", {"bpm": 3.0}, NOW + timedelta(days=1))
        assert analysis.of_track(one) == AnalysisRecord(paths[0], "2", {"bpm": 3.0}, None, None)
        assert analysis.of_track(other) is None
        assert analysis.of_file(unmeasured) is None
