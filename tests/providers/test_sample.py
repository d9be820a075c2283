"""The demo's catalogue, and that the demo tells the story it is meant to tell."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from musiclib.analysis.synth import STYLES
from musiclib.domain.matching import decide, score
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import MERGED_FIELDS
from musiclib.domain.states import MatchState
from musiclib.domain.text import clean_isrc
from musiclib.providers.base import TrackQuery
from musiclib.providers.sample import SampleCatalogue

DEMO = Path(__file__).parents[2] / "resources" / "demo"


@pytest.fixture
def catalogue() -> SampleCatalogue:
    return SampleCatalogue(DEMO / "catalogue.json")


@pytest.fixture
def content() -> dict[str, Any]:
    return json.loads((DEMO / "catalogue.json").read_text("utf-8"))


def outcome(catalogue: SampleCatalogue, query: TrackQuery) -> MatchState:
    found = asyncio.run(catalogue.search(query))
    return decide([score(query.recording, each.recording) for each in found]).state


def listed() -> list[TrackQuery]:
    lines = (DEMO / "tracklist.txt").read_text("utf-8").splitlines()
    rows = [
        line.split("] ", 1)[1].rsplit(" [", 1)[0].split(" - ", 1) for line in lines if line.startswith("[")
    ]
    return [TrackQuery(artist, title) for artist, title in rows]


def test_list_shows_each_outcome(catalogue: SampleCatalogue) -> None:
    outcomes = {query.title: outcome(catalogue, query) for query in listed() if query.artist != "ID"}
    assert [title for title, state in outcomes.items() if state is MatchState.REVIEW] == [
        "Северный ветер (Remix)"
    ]
    assert [title for title, state in outcomes.items() if state is MatchState.NOT_FOUND] == [
        "Half Past Nothing (Live at the Muziekgebouw)"
    ]
    assert sum(query.artist == "ID" for query in listed()) == 1
    assert len(listed()) == 16


def test_every_track_finds_itself(catalogue: SampleCatalogue, content: dict[str, Any]) -> None:
    for track in content["tracks"]:
        query = TrackQuery(track["artist"], track["title"], track.get("version"))
        best, *_ = asyncio.run(catalogue.search(query))
        assert best.external_id == track["id"]
        assert outcome(catalogue, query) is MatchState.MATCHED
        assert set(best.fields) <= set(MERGED_FIELDS)
        assert {"album", "isrc", "release_date", "label", "genres", "duration_s", "popularity"} <= set(
            best.fields
        )


def test_facts_are_well_formed(content: dict[str, Any]) -> None:
    assert len(content["tracks"]) >= 24
    assert len({track["id"] for track in content["tracks"]}) == len(content["tracks"])
    assert all(clean_isrc(track["isrc"]) == track["isrc"] for track in content["tracks"])
    made = [track["audio"] for track in content["tracks"] if "audio" in track]
    assert len({audio["seed"] for audio in made}) == len(made)
    assert all(MusicalKey.parse(audio["key"]) and 60 < audio["bpm"] < 180 for audio in made)
    assert {audio["style"] for audio in made} <= set(STYLES)
    for album in content["albums"]:
        assert "list" not in album or (DEMO / album["list"]).is_file()


def test_art_lies_beside_the_catalogue(catalogue: SampleCatalogue) -> None:
    for query in (TrackQuery("Mira Voss", "Ankunft"), TrackQuery("久保田リョウ", "環八ノ雨")):
        best, *_ = asyncio.run(catalogue.search(query))
        art = asyncio.run(catalogue.fetch_art(best))
        assert art is not None
        assert (art.mime, art.width, art.height) == ("image/jpeg", 600, 600)


def test_unknown_track_is_an_empty_list(catalogue: SampleCatalogue) -> None:
    assert asyncio.run(catalogue.search(TrackQuery("Nobody Known", "Nothing Heard"))) == []


def test_answers_take_the_time_they_are_told() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    asyncio.run(SampleCatalogue(DEMO / "catalogue.json", 0.2, sleep).search(TrackQuery("a", "b")))
    assert slept == [0.2]
