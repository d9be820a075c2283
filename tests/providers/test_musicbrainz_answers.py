from __future__ import annotations

from typing import Any

import pytest

from musiclib.providers.musicbrainz_answers import (
    album_offers,
    artist_facts,
    best_release,
    candidate,
    credit,
    release_candidates,
    release_fields,
)

ALBUM = "22222222-0000-4000-8000-000000000001"
SAMPLER = "22222222-0000-4000-8000-000000000002"
RECORDING = "11111111-0000-4000-8000-000000000001"
ARTIST = "44444444-0000-4000-8000-000000000001"
RELEASES: list[dict[str, Any]] = [
    {
        "id": SAMPLER,
        "title": "Club Sounds 7",
        "status": "Official",
        "date": "2019",
        "release-group": {"primary-type": "Album", "secondary-types": ["Compilation"]},
    },
    {
        "id": ALBUM,
        "title": "Kinetic Sand",
        "status": "Official",
        "date": "2026-02-13",
        "release-group": {"primary-type": "Single"},
    },
]


def test_credit_is_printed_with_its_join_phrases() -> None:
    parts = [
        {"name": "A", "joinphrase": " & "},
        {"artist": {"name": "B"}, "joinphrase": " vs. "},
        {"name": "C"},
    ]
    assert credit(parts) == "A & B vs. C"


class TestBestRelease:
    def test_album_asked_for_wins(self) -> None:
        assert best_release(RELEASES, "club sounds 7")["id"] == SAMPLER

    def test_else_no_compilation(self) -> None:
        assert best_release(RELEASES, "Hafenklang 041")["id"] == ALBUM

    def test_official_before_bootleg_and_full_date_before_year(self) -> None:
        one, two, three = ({**RELEASES[1], "id": ALBUM[:-1] + str(n)} for n in (3, 4, 5))
        bootleg = {**one, "status": "Bootleg", "date": "1990-01-01"}
        year, day = {**two, "date": "2020"}, {**three, "date": "2020-05-01"}
        assert best_release([bootleg, year, day], None) == day

    def test_none(self) -> None:
        assert best_release([], "x") == {}


def test_offers_are_ranked_official_and_early_first() -> None:
    bootleg = {**RELEASES[1], "status": "Bootleg", "date": "1990-01-01", "track-count": 3}
    offers = album_offers([bootleg, {"id": "x"}, None, RELEASES[1], RELEASES[0]])
    assert [(each.title, each.tracks) for each in offers] == [
        ("Club Sounds 7", None),
        ("Kinetic Sand", None),
        ("Kinetic Sand", 3),
    ]


def recording(**more: Any) -> dict[str, Any]:
    return {"id": RECORDING, "title": "Slow Burn", "artist-credit": [{"name": "Nia"}], **more}


def test_links_are_the_recordings_own() -> None:
    relations = [
        {"type": "free streaming", "url": {"resource": "https://open.spotify.com/track/" + "a" * 22}},
        {"type": "free streaming", "url": {"resource": "https://open.spotify.com/track/" + "b" * 22}},
        {"type": "free streaming", "url": {"resource": "https://open.spotify.com/album/" + "c" * 22}},
        {"type": "streaming", "url": {"resource": "http://www.deezer.com/track/1"}},
        {"type": "streaming", "url": {"resource": "https://www.deezer.com/track/2"}},
        {"type": "odd", "url": None},
        "odd",
    ]
    found = candidate(recording(relations=relations), None, None)
    assert found is not None
    assert found.links == (
        ("musicbrainz", f"https://musicbrainz.org/recording/{RECORDING}"),
        ("spotify", "https://open.spotify.com/track/" + "a" * 22),
        ("deezer", "https://www.deezer.com/track/2"),
    )


def test_tags_stand_in_for_genres() -> None:
    tags = [{"name": "house", "count": 2}, {"name": "seen live", "count": 0}, {"name": "dub", "count": 5}]
    found = candidate(recording(tags=tags), None, None)
    assert found is not None
    assert found.fields["genres"] == ["dub", "house"]


def test_release_without_a_front_names_only_its_group() -> None:
    group = "33333333-0000-4000-8000-000000000001"
    release = {
        "id": ALBUM,
        "title": "Kinetic Sand",
        "cover-art-archive": {"front": False},
        "release-group": {"id": group, "first-release-date": "1999"},
        "media": [{"tracks": [{"length": 61_000, "recording": recording()}, {"recording": {}}, 7]}],
    }
    (found,) = release_candidates(release)
    assert [(each.kind, each.ref) for each in found.art] == [("release-group", group)]
    assert found.fields["duration_s"] == 61.0
    assert found.fields["original_year"] == 1999
    assert "release_date" not in found.fields
    assert release_fields(release, RECORDING) == {}


def test_artist() -> None:
    facts = artist_facts(
        {
            "id": ARTIST,
            "name": "Нія",
            "sort-name": "Okafor, Nia",
            "tags": [{"name": "dub", "count": 1}],
            "relations": [
                {"url": {"resource": "https://open.spotify.com/artist/" + "a" * 22}},
                {"url": {"resource": "https://www.deezer.com/artist/12"}},
                {"url": {"resource": "https://www.deezer.com/artist/12?token=x"}},
                {"url": {"resource": "https://music.apple.com/us/artist/77"}},
            ],
        }
    )
    assert facts is not None
    assert facts.genres == ("dub",)
    assert dict(facts.ids) == {"spotify": "a" * 22, "deezer": "12", "itunes": "77"}


@pytest.mark.parametrize("odd", [{}, {"id": 3, "name": "x"}, {"id": ARTIST}, {"id": ARTIST, "name": ""}])
def test_odd_artist_is_none(odd: Any) -> None:
    assert artist_facts(odd) is None
