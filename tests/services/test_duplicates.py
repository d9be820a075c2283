"""Duplicates found, merged, undone and told apart, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from musiclib.bootstrap import Library
from musiclib.db.effective import remerge
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import FileFacts, FileLink, NewCandidate, SourceValues
from musiclib.db.schema import Base
from musiclib.db.tracks import TrackRepository
from musiclib.domain.duplicates import By, Doubt
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.merging import Merge
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.states import FileState, MatchState, Source
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.fingerprints import FingerprintService
from tests.services.conftest import Clock
from tests.services.helpers import listed, put
from tests.support.copies import add_copy
from tests.support.database import DIALECTS
from tests.support.library import add_album

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

_FOLLOWING = {
    "tombstones",
    "changesets",
    "changeset_tracks",
    "track_facts",
    "track_names",
    "artists",
    "search_due",
}
"""What is not put back but made anew, and the history itself."""
_STAMPS = {"revision", "updated_at", "number", "fetched_at"}


def _tables(library: Library) -> dict[str, list[Any]]:
    """Every row of every table, but for what follows from others."""
    found: dict[str, list[Any]] = {}
    with library._db.read() as conn:
        for table in Base.metadata.sorted_tables:
            if table.name not in _FOLLOWING:
                columns = [each for each in table.c if each.name not in _STAMPS]
                if table.name == "album_tracks":
                    columns = [each for each in columns if each.name != "id"]
                found[table.name] = sorted(map(repr, conn.execute(select(*columns))))
    return found


def _places(library: Library, album_id: AlbumId) -> list[tuple[int, TrackId]]:
    return [(each.position, each.track_id) for each in library.library.album(album_id).entries]


def test_a_merge_loses_nothing_and_is_taken_back_exactly(library: Library, clock: Clock) -> None:
    kept = add_copy(library, clock, file="mp3")
    gone = add_copy(library, clock, file="flac", isrc="ZZAAA2600001")
    remix = add_copy(library, clock, version="Murk Remix", file="flac")
    one, other = add_album(library._db, [kept, remix]), add_album(library._db, [remix, gone], "Other")
    library.library.set_value(kept, "energy", 7)
    library.library.set_value(kept, "label", "Warft")
    library.library.set_value(kept, "original_year", 1998)
    library.library.set_value(gone, "bpm", 124.0)
    with library._db.write() as conn:
        said = SourceValues(gone, Source.DEEZER, {"label": "Æther"}, "77")
        TrackMetadataRepository(conn).put([said], clock())
        TrackRepository(conn).set_match([gone], MatchState.MATCHED, 97.0, clock(), locked=True)
        remerge(conn, [gone], DEFAULT_PRECEDENCE, clock())
    (group,) = library.duplicates.find().groups
    assert (group.tracks, group.by, group.sure) == ((kept, gone), (By.TAGS,), True)
    (case,) = library.duplicates.cases([group])
    assert [dict(each.by_hand) for each in case.members] == [
        {"energy": 7, "label": "Warft", "original_year": 1998},
        {"bpm": 124.0},
    ]
    assert [each.path[-3:] for each in case.superfluous] == ["mp3"]
    before = _tables(library)

    change = library.duplicates.merge([Merge(kept, (gone,))])
    assert _places(library, one) == [(1, kept), (2, remix)]
    assert _places(library, other) == [(1, remix), (2, kept)]
    detail = library.library.track(kept)
    assert {each.codec for each in detail.files} == {"mp3", "flac"}
    row = detail.row
    assert (row.energy, row.bpm, row.label, row.isrc) == (
        7,
        124.0,
        "Warft",
        "ZZAAA2600001",
    ) or row.isrc is None
    assert (detail.match.state, detail.match.locked, detail.match.ids) == (
        MatchState.MATCHED,
        True,
        (("deezer", "77"),),
    )
    with pytest.raises(NotInLibrary):
        library.library.track(gone)
    assert library.duplicates.find().groups == ()

    assert library.library.history()[0].kind == "merge"
    merged = _tables(library)
    library.library.undo(change.changeset_id)
    assert _tables(library) == before
    assert listed(library, other) == ["Mira Voss - Auftakt (Murk Remix)", "Mira Voss - Auftakt"]
    assert [each.name for each in library.library.track(gone).artists] == ["Mira Voss"]
    library.library.redo(change.changeset_id)
    assert _tables(library) == merged


def test_two_hand_made_values_ask_and_nothing_is_merged_until_then(library: Library, clock: Clock) -> None:
    one, other = add_copy(library, clock), add_copy(library, clock)
    library.library.set_value(one, "bpm", 124.0)
    library.library.set_value(other, "bpm", 62.0)
    before = _tables(library)
    (case,) = library.duplicates.cases(library.duplicates.find().groups)
    assert [(each.field, dict(each.values)) for each in case.conflicts] == [
        ("bpm", {one: 124.0, other: 62.0})
    ]
    with pytest.raises(BadInput, match="set the BPM of “Mira Voss - Auftakt” in two ways"):
        library.duplicates.merge([Merge(one, (other,))])
    with pytest.raises(BadInput, match="named in two groups"):
        library.duplicates.merge([Merge(one, (other,)), Merge(other, (one,))])
    assert _tables(library) == before
    library.duplicates.merge([Merge(one, (other,), {"bpm": other})])
    assert library.library.track(one).row.bpm == 62.0


def test_a_match_made_by_hand_comes_along_with_what_was_refused(library: Library, clock: Clock) -> None:
    kept, gone = add_copy(library, clock), add_copy(library, clock)
    for track_id in (kept, gone):
        put(library, clock, track_id, (Source.DEEZER, 80.0, {"title": "Auftakt"}))
    with library._db.write() as conn:
        candidates = CandidateRepository(conn)
        for name in ("x", "y"):
            new = [NewCandidate(Source.SPOTIFY, name, 70.0, {"title": "Auftakt"})]
            for track_id in (kept, gone):
                candidates.put(track_id, new, clock())
    mine, theirs = (library.library.track(each).candidates for each in (kept, gone))
    library.editor.reject(kept, next(each.id for each in mine if each.external_id == "y"))
    library.editor.reject(gone, next(each.id for each in theirs if each.external_id == "x"))
    library.editor.accept(gone, next(each.id for each in theirs if each.provider == Source.DEEZER))
    before = _tables(library)
    change = library.duplicates.merge([Merge(kept, (gone,))])
    merged = library.library.track(kept)
    assert (merged.match.locked, merged.match.provider) == (True, Source.DEEZER)
    assert {each.external_id for each in merged.candidates if each.rejected} == {"x", "y"}
    assert [each.external_id for each in merged.candidates if each.chosen] == [f"{gone}-80.0"]
    library.library.undo(change.changeset_id)
    assert _tables(library) == before


def test_a_later_change_stands_against_the_undo(library: Library, clock: Clock) -> None:
    one, other = add_copy(library, clock), add_copy(library, clock)
    library.library.set_value(other, "energy", 3)
    merged = library.duplicates.merge([Merge(one, (other,))])
    later = library.library.set_value(one, "energy", 9)
    with pytest.raises(ChangedSince):
        library.library.undo(merged.changeset_id)
    library.library.undo(later.changeset_id)
    library.library.undo(merged.changeset_id)
    assert library.library.track(other).row.energy == 3


def test_told_apart_is_remembered_also_of_what_is_merged(library: Library, clock: Clock) -> None:
    one, other, third = (add_copy(library, clock) for _ in range(3))
    told = library.duplicates.tell_apart([one, third])
    (group,) = library.duplicates.find().groups
    assert set(group.tracks) != {one, third}
    merged = library.duplicates.merge([Merge(other, (one,))])
    assert library.duplicates.find().groups == (), "what was said of the one counts for the other"
    library.library.undo(merged.changeset_id)
    library.library.undo(told.changeset_id)
    assert len(library.duplicates.find().groups[0].tracks) == 3


def test_files_go_to_the_trash_only_when_they_are_left_over(
    library: Library, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trashed: list[Path] = []
    monkeypatch.setattr(library.duplicates, "_discard", trashed.append)
    one, other = add_copy(library, clock, file="mp3"), add_copy(library, clock, file="flac")
    (case,) = library.duplicates.cases(library.duplicates.find().groups)
    (mp3,) = case.superfluous
    kept = library.duplicates.discard([mp3.id])
    assert (kept.paths, trashed) == ((), [])
    assert kept.failed[0][1] == "it is the only file of its track that can be read"
    library.duplicates.merge([Merge(one, (other,))])
    assert library.duplicates.discard([mp3.id, mp3.id]).paths == (mp3.path,)
    assert trashed == [Path(mp3.path)]
    states = {each.codec: each.state for each in library.library.track(one).files}
    assert states == {"mp3": FileState.MISSING, "flac": FileState.OK}


def test_an_album_with_both_keeps_both_places_and_asks(library: Library, clock: Clock) -> None:
    one, other = add_copy(library, clock), add_copy(library, clock)
    album = add_album(library._db, [other, one])
    (group,) = library.duplicates.find().groups
    assert group.doubts == (Doubt.ALBUM,)
    change = library.duplicates.merge([Merge(one, (other,))])
    assert _places(library, album) == [(1, one), (2, one)]
    library.library.undo(change.changeset_id)
    assert _places(library, album) == [(1, other), (2, one)]


def test_what_sounds_the_same_is_found_under_other_names(
    library: Library, clock: Clock, tmp_path: Path
) -> None:
    heard = FingerprintService(library._db, clock, "tests.support.fingerprinting:by_content")
    texts = {"Auftakt": "1", "Abgesang": "1 worn", "Labyrinth": "2", "Riss": "broken"}
    ids: dict[str, TrackId] = {}
    for title, text in texts.items():
        ids[title] = add_copy(library, clock, title)
        path = tmp_path / f"{title}.flac"
        path.write_text(text, "utf-8")
        with library._db.write() as conn:
            files = FileRepository(conn)
            known = files.put([FileFacts(str(path), 1, 1, codec="flac")], clock())
            files.link([FileLink(ids[title], known[str(path)], 95.0)], clock())
    remix = add_copy(library, clock, "Auftakt", version="Murk Remix")
    with library._db.write() as conn:
        files = FileRepository(conn)
        shared = files.ids_of([str(tmp_path / "Auftakt.flac")]).popitem()[1]
        files.link([FileLink(remix, shared, 95.0)], clock())
    assert library.duplicates.find([By.FINGERPRINT]).notes == (
        "4 files without a fingerprint could not be compared.",
    )
    stopped = heard.make(lambda _: None, lambda: True)
    assert (stopped.made, stopped.left) == (0, 4)
    told: list[str] = []
    outcome = heard.make(lambda progress: told.append(progress.current))
    assert (outcome.made, outcome.left, len(told)) == (3, 0, 4)
    assert [Path(path).name for path, _ in outcome.failed] == ["Riss.flac"]
    found = library.duplicates.find([By.FINGERPRINT])
    (group,) = found.groups
    assert set(group.tracks) == {ids["Auftakt"], ids["Abgesang"]}, (
        "not its remix, though the file is the same"
    )
    assert (group.by, group.doubts) == ((By.FINGERPRINT,), (Doubt.NAMES,))
    assert heard.lacking() == 1
