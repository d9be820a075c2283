"""Choosing pictures: real files and tags, and providers over sockets."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from musiclib.bootstrap import Library, open_library
from musiclib.db import art_files
from musiclib.db.art_files import ArtFiles
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import NewCandidate, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId, ArtId, TrackId
from musiclib.domain.rates import Rate
from musiclib.domain.states import Source, TaskKind
from musiclib.errors import BadInput, BadPayload, DiskFull, NotInLibrary, RateLimited
from musiclib.providers.base import RATES
from musiclib.runners import terms
from musiclib.services.art_types import ArtChoice, ArtOf, Seen
from musiclib.settings import Settings
from tests.services.audio import write_wav
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_into, import_new, offer
from tests.support.catalogue.grown import grown
from tests.support.catalogue.http import Response, picture
from tests.support.catalogue.server import Served
from tests.support.web import png

BESIDE, INSIDE = picture(600, 600, 1), picture(300, 300, 2)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """One album at all providers; the rates are those of a server of one's own."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(terms, "RATES", {name: Rate(0.001, 4) for name in RATES})
    with grown(albums=1, tracks=3).serve() as catalogue:
        yield catalogue


@pytest.fixture
def online(served: Served, data_dir: Path, clock: Clock) -> Iterator[Library]:
    settings = Settings(data_dir=data_dir, **served.settings)  # type: ignore[arg-type]
    library = open_library(settings, clock=clock)
    yield library
    library.close()


def import_release(library: Library, served: Served) -> tuple[ArtOf, list[TrackId]]:
    (release,) = served.catalogue.releases
    text = "\n".join(f"{each.credit.name} - {each.title}" for each in release.recordings)
    outcome = import_new(library, text, release.title)
    return ArtOf(outcome.album_id), list(outcome.rows)


def look_up(library: Library) -> None:
    runner = library.enrichment_runner(lambda update: None, kinds=[TaskKind.METADATA])
    asyncio.run(runner.run(until_idle=True))


def art_of(library: Library, of: ArtOf) -> ArtId | None:
    if of.album_id is not None:
        return library.library.album(of.album_id).album.art_id
    (row,) = library.library.load_tracks([of.track_id] if of.track_id else [])
    return row.art_id


def arts(library: Library, tracks: list[TrackId]) -> list[ArtId | None]:
    rows = {row.id: row.art_id for row in library.library.load_tracks(tracks)}
    return [rows[each] for each in tracks]


def offer_pictures(library: Library, clock: Clock, track_id: TrackId, *refs: ArtRef) -> None:
    with library._db.write() as conn:
        said = SourceValues(track_id, refs[0].provider, {"artist": "Mira Voss"}, f"x{track_id}", art=refs)
        TrackMetadataRepository(conn).put([said], clock())


def sources(choices: list[ArtChoice]) -> list[str]:
    return [each.source for each in choices]


def test_all_that_is_known_is_offered_once_and_best_first(
    library: Library, clock: Clock, tmp_path: Path
) -> None:
    outcome = import_new(library, THREE)
    tracks, of = list(outcome.rows), ArtOf(outcome.album_id)
    assert library.art.choices(of) == []
    for title, art in (("Auftakt", INSIDE), ("Langsam, bitte", INSIDE), ("Labyrinth", None)):
        artist = {"Auftakt": "Mira Voss", "Langsam, bitte": "Kessel & Vroom", "Labyrinth": "Tessera"}[title]
        write_wav(tmp_path / "music" / f"{title}.wav", art=art, artist=artist, title=title)
    (tmp_path / "music" / "Folder.PNG").write_bytes(BESIDE)
    (tmp_path / "music" / "cover.jpg").write_bytes(b"<html>")
    (tmp_path / "music" / "holiday.png").write_bytes(picture(90, 90, 9))
    library.scan.scan([tmp_path / "music"], lambda progress: None, lambda: False)
    small = ArtRef("deezer", "url", "https://i.example/250.png", 250, 250)
    both = ArtRef("coverart", "release", "r1")
    offer_pictures(
        library, clock, tracks[0], ArtRef("deezer", "url", "https://i.example/1000.png", 1000, 1000), small
    )
    for track_id in tracks[1:]:
        offer_pictures(library, clock, track_id, both, ArtRef("coverart", "release-group", "g1"))
    with library._db.write() as conn:
        refused = NewCandidate(
            "deezer", "no", 80.0, {}, art=(ArtRef("deezer", "url", "https://i.example/no.png"),)
        )
        CandidateRepository(conn).put(tracks[0], [refused], clock())

    choices = library.art.choices(of)
    assert sources(choices) == ["file_tags", "folder", "coverart", "coverart", "deezer"]
    assert [each.named_by for each in choices] == [2, 0, 2, 2, 1]
    assert [(each.width, each.height) for each in choices] == [
        (300, 300),
        (600, 600),
        (None, None),
        (None, None),
        (1000, 1000),
    ]
    assert not any(each.in_force for each in choices)

    library.art.choose(of, choices[1])
    again = library.art.choices(of)
    assert sources(again) == ["folder", "file_tags", "coverart", "coverart", "deezer"]
    assert [(each.in_force, each.by_hand) for each in again[:2]] == [(True, True), (False, False)]
    (tmp_path / "music" / "Folder.PNG").unlink()
    kept = library.art.choices(of)
    assert sources(kept)[0] == "folder", "what is in force is offered though its file is gone"
    with pytest.raises(NotInLibrary):
        library.art.choices(ArtOf(AlbumId(tracks[0])))


def test_tracks_follow_their_album_unless_they_have_their_own(library: Library) -> None:
    outcome = import_new(library, THREE)
    tracks, of = list(outcome.rows), ArtOf(outcome.album_id)
    first, second, own = (library.art.take_bytes(picture(9, 9, seed)) for seed in (1, 2, 3))
    library.art.choose(ArtOf(track_id=tracks[0]), own)
    done = library.art.choose(of, first)
    assert set(done.track_ids) == set(tracks[1:])
    assert arts(library, tracks) == [own.art_id, first.art_id, first.art_id]
    change = library.art.choose(of, second)
    assert change.summary == "Art of “Hafenklang 042” changed"
    assert arts(library, tracks) == [own.art_id, second.art_id, second.art_id]
    everywhere = library.art.choose(of, first, all_tracks=True)
    assert arts(library, tracks) == [first.art_id] * 3
    library.library.undo(everywhere.changeset_id)
    assert (art_of(library, of), arts(library, tracks)[0]) == (second.art_id, own.art_id)

    used = {each.art_id for each in library.art.choices(of)}
    assert used == {first.art_id, second.art_id, own.art_id}, "what was used before is offered again"
    library.art.choose(of, None)
    assert (art_of(library, of), arts(library, tracks)) == (None, [own.art_id, None, None])
    library.library.undo()
    assert art_of(library, of) == second.art_id


def test_a_provider_s_picture_is_chosen_with_its_source(online: Library, served: Served) -> None:
    of, tracks = import_release(online, served)
    look_up(online)
    found = art_of(online, of)
    assert found is not None
    choices = online.art.choices(of)
    assert (choices[0].art_id, choices[0].in_force, choices[0].by_hand) == (found, True, False)
    served.log.clear()
    archive = next(each for each in choices if each.source == "coverart" and each.art_id is None)
    seen: list[Seen] = []
    online.art.previews(choices, seen.append)
    assert [each.trouble for each in seen] == [None] * len(choices)
    large = next(each.choice for each in seen if each.choice.ref == archive.ref)
    assert (large.width, large.height) == (1200, 1200)
    calls = len(served.log.all)
    online.art.choose(of, archive)
    assert len(served.log.all) - calls <= 3, "the picture may be fetched again, its answer not"
    (chosen,) = [each for each in online.art.choices(of) if each.in_force]
    assert (chosen.source, chosen.by_hand, chosen.width) == ("coverart", True, 1200)
    assert (chosen.source_url or "").startswith(served.base_url("coverart"))
    assert set(arts(online, tracks)) == {large.art_id}


def test_what_was_chosen_by_hand_outlives_look_ups_and_imports(online: Library, served: Served) -> None:
    of, tracks = import_release(online, served)
    mine = online.art.take_bytes(picture(64, 64, 77))
    online.art.choose(of, mine)
    online.art.choose(ArtOf(track_id=tracks[0]), None)
    assert arts(online, tracks) == [None, mine.art_id, mine.art_id]
    look_up(online)
    online.enrichment.redo(tracks, TaskKind.METADATA)
    look_up(online)
    assert of.album_id is not None
    import_into(
        online, of.album_id, "\n".join(f"{r.artist} - {r.title}" for r in online.library.load_tracks())
    )
    look_up(online)
    assert art_of(online, of) == mine.art_id
    assert arts(online, tracks)[0] is None, "no picture was chosen for it"


def test_looking_further_asks_every_provider_and_names_those_that_failed(
    online: Library, served: Served
) -> None:
    of, _ = import_release(online, served)
    assert online.art.choices(of) == []
    served.fault = lambda provider, request: Response(503, b"") if provider == "musicbrainz" else None
    further = online.art.look_further(of)
    assert set(sources(list(further.choices))) == {"deezer", "itunes"}
    assert [(name, type(error)) for name, error in further.troubles] == [("musicbrainz", RateLimited)]
    assert {"deezer", "itunes"} <= set(further.asked)
    assert "musicbrainz" not in further.asked

    served.fault = lambda provider, request: None
    served.log.clear()
    with online._db.write() as conn:
        conn.exec_driver_sql("UPDATE provider_state SET blocked_until = NULL")
    further = online.art.look_further(of)
    assert {"coverart", "deezer", "itunes"} == set(sources(list(further.choices)))
    assert not served.log.repeated()
    first = len(served.log.all)
    again = online.art.look_further(of)
    assert (again.choices, len(served.log.all)) == (further.choices, first), "a second time costs no call"
    archive = next(each for each in further.choices if each.source == "coverart")
    assert (archive.width, archive.ref.kind) == (1200, "image")
    online.art.choose(of, archive)
    (chosen,) = [each for each in online.art.look_further(of).choices if each.in_force]
    assert chosen.source == "coverart"
    assert online.art.look_further(of, lambda: True).asked == (), "a person may stop it"


def test_without_the_network_it_says_so(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    of = ArtOf(outcome.album_id)
    with pytest.raises(BadInput, match="switched off"):
        library.art.look_further(of)
    offer_pictures(library, clock, outcome.rows[0], ArtRef("deezer", "url", "https://i.example/1.png"))
    (choice,) = library.art.choices(of)
    with pytest.raises(BadInput, match="switched off"):
        library.art.choose(of, choice)
    with pytest.raises(BadInput, match="switched off"):
        library.art.take_address("https://i.example/1.png")
    assert art_of(library, of) is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (png(30_000, 30_000), "30000 x 30000"),
        (picture(10, 10, 1) + bytes(10 * 1024 * 1024), "larger than"),
        (b"<!doctype html><img src=cover.jpg>", "no picture"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no picture"),
    ],
)
def test_an_address_with_no_usable_picture_is_refused(
    online: Library, httpserver: HTTPServer, body: bytes, error: str
) -> None:
    httpserver.expect_request("/x.png").respond_with_data(body, content_type="image/png")
    with pytest.raises(BadPayload, match=error):
        online.art.take_address(httpserver.url_for("/x.png"))
    with pytest.raises(BadInput, match="picture"):
        online.art.take_bytes(body) if len(body) < 1000 else online.art.take_bytes(b"")


def test_a_picture_is_taken_from_an_address(online: Library, httpserver: HTTPServer) -> None:
    of = ArtOf(import_new(online, THREE).album_id)
    httpserver.expect_request("/x.png").respond_with_data(picture(40, 30, 5))
    choice = online.art.take_address(httpserver.url_for("/x.png") + "?signature=hush#part")
    assert (choice.source, choice.width, choice.height) == (Source.MANUAL, 40, 30)
    assert choice.source_url == httpserver.url_for("/x.png"), "a signature is not kept"
    online.art.choose(of, choice)
    assert art_of(online, of) == choice.art_id
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    for address in (
        "ftp://i.example/x.png",
        "hafen",
        "https://me:secret@i.example/x.png",
        httpserver.url_for("/gone"),
    ):
        with pytest.raises(BadInput) as caught:
            online.art.take_address(address)
        assert "secret" not in str(caught.value)


def test_files_are_bounded_and_a_full_disk_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("none.png", None), ("big.png", 30_000_001)):
        if size:
            with (tmp_path / name).open("wb") as file:
                file.truncate(size)
        with pytest.raises(BadInput, match=name):
            library.art.take_file(tmp_path / name)
    (tmp_path / "ok.png").write_bytes(INSIDE)

    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(DiskFull):
            library.art.take_file(tmp_path / "ok.png")
    assert not [each for each in library.settings.art_dir.rglob("*") if each.is_file()], (
        "nothing is left of it"
    )
    assert library.art.take_file(tmp_path / "ok.png").art_id is not None


def test_pictures_nobody_chose_are_dropped_before_they_fill_the_disk(
    online: Library, served: Served, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, _ = import_release(online, served)
    used, old, late = (online.art.take_bytes(picture(50, 50, seed)) for seed in (1, 2, 3))
    online.art.choose(of, used)
    paths = {each: online.art.path_of(each.art_id) for each in (used, old, late) if each.art_id}
    clock.now += timedelta(days=10_000)
    assert old.art_id
    assert late.art_id
    latest = paths[late]
    assert latest is not None
    monkeypatch.setattr(art_files, "PREVIEW_BYTES", latest.stat().st_size)
    with online._db.write() as conn:
        ArtFiles(online.settings.art_dir).drop_previews(conn, clock())
    there = {each: path.exists() for each, path in paths.items() if path}
    assert there == {used: True, old: False, late: True}
    assert online.art.path_of(old.art_id) is None
    with pytest.raises(NotInLibrary, match="not there any more"):
        online.art.choose(of, old)


def test_a_picture_found_for_the_wrong_recording_goes_with_it(library: Library, clock: Clock) -> None:
    outcome = import_new(library, THREE)
    tracks = list(outcome.rows)
    found, mine = ArtFiles(library.settings.art_dir).write(BESIDE, "deezer"), library.art.take_bytes(INSIDE)
    for track_id in tracks:
        first, _ = offer(library, clock, track_id, 90.0, 40.0)
        library.editor.accept(track_id, first.id)
    with library._db.write() as conn:
        art_id = ArtFiles(library.settings.art_dir).add(conn, found, clock())
        TrackRepository(conn).set_art(tracks, art_id, clock())
    library.art.choose(ArtOf(track_id=tracks[1]), mine)

    other = library.library.track(tracks[0]).candidates[1]
    done = library.editor.accept(tracks[0], other.id)
    assert arts(library, tracks) == [None, mine.art_id, art_id]
    library.library.undo(done.changeset_id)
    assert arts(library, tracks)[0] == art_id
    library.editor.accept(tracks[1], library.library.track(tracks[1]).candidates[1].id)
    library.editor.reject(tracks[2], library.library.track(tracks[2]).candidates[0].id)
    assert arts(library, tracks) == [art_id, mine.art_id, None], "a person's choice stays"
