"""Packs of a library, and the searches that find the same percentiles, on both databases."""

import random

import pytest

from musiclib.bootstrap import Library
from musiclib.db.effective import credits_of
from musiclib.db.identities import new_ids
from musiclib.db.popularity import rated
from musiclib.db.records import NewTrack
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.packs import SEARCHED_AS, PackRule, Within, make_pack, search_of
from musiclib.domain.provenance import Plain
from musiclib.domain.track_query import parse_query
from tests.services.conftest import Clock
from tests.support.database import DIALECTS

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

_ARTISTS = ["Mira Voss", "Mira Voss & Kessel", "Kessel feat. Vroom", "Tessera"]


def _fill(library: Library, clock: Clock, count: int) -> list[TrackId]:
    chance = random.Random(7)
    tracks: list[NewTrack] = []
    for nth, track_id in enumerate(new_ids(count)):
        values: dict[str, Plain | None] = {
            "artist": chance.choice(_ARTISTS),
            "title": f"Title {nth}",
            "popularity": chance.choice([None, 0, 7, 7, 30, 30, 61, 88, 100]),
            "genres": chance.choice([None, ["Dub"], ["Tech House", "Dub"], ["Odd"]]),
            "original_year": chance.choice([None, 1989, 1990, 1999, 2004]),
        }
        told = {name: value for name, value in values.items() if value is not None}
        tracks.append(NewTrack(TrackId(track_id), f"track {nth}", told))
    with library._db.write() as conn:
        repository = TrackRepository(conn)
        repository.add(tracks, clock())
        repository.add_credits({each.id: credits_of(str(each.values["artist"])) for each in tracks}, clock())
    return [each.id for each in tracks]


def test_a_search_for_a_rank_finds_what_the_rule_takes(library: Library, clock: Clock) -> None:
    _fill(library, clock, 120)
    with library._db.read() as conn:
        everything = rated(conn)
    assert {each.decade for each in everything} == {None, 1980, 1990, 2000}
    assert {each.genre for each in everything} == {"", "dub", "tech house", "odd"}
    assert len({each.artist for each in everything}) == 3  # the first of each credit
    for within in Within:
        for low, high in ((0, 30), (33, 67), (80, 100)):
            rule = PackRule(within, low, high, tracks=1000, each=1000, familiar=0)
            fitting = {each.id for each in make_pack(rule, everything).tracks}
            assert fitting == set(library.searching.ids(parse_query(search_of(rule)))), rule
        ranked = library.searching.count(parse_query(f"{SEARCHED_AS[within]}:0-100"))
        rest = library.searching.count(parse_query(f"-{SEARCHED_AS[within]}:0-100"))
        assert (ranked + rest, ranked > 0) == (120, True)


def test_a_pack_is_made_of_a_search_and_kept_as_an_album(library: Library, clock: Clock) -> None:
    _fill(library, clock, 60)
    rule = PackRule(Within.DECADE, 67, 100, 5)
    pack = library.packs.make(rule, parse_query("genre:dub"))
    assert 0 < len(pack.tracks) <= 5
    rows = library.searching.rows([each.id for each in pack.tracks])
    assert all("Dub" in row.genres for row in rows)
    assert [row.popularity for row in rows] == [each.popularity for each in pack.tracks]
    asked = library.searching.count(parse_query("genre:dub"))
    assert pack.fitting + pack.elsewhere + pack.ungrouped + pack.unknown == asked
    change = library.editor.make_album("Dub hits", [each.id for each in pack.tracks])
    listed = library.library.album(change.album_ids[0]).entries
    assert [each.track_id for each in listed] == [each.id for each in pack.tracks]
    assert library.packs.make(rule, parse_query("title:nothing")).tracks == ()
