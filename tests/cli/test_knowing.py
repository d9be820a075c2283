"""What a script and a person are told of matches, sources and artists."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.runners.sources import Sources
from musiclib.settings import Settings
from tests.runners.fakes import FakeArtists, FakeProvider, candidate, connecting_to
from tests.runners.helpers import import_tracks, make_runner

Cli = Callable[..., str]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A command on a library in which one track is matched, one in review and one locked by hand."""
    library = open_library(Settings(data_dir=data_dir, online=True))
    outcome = import_tracks(library, "ADA QUIST - first light", "Noor Hale - Second Wind", "Ilium - Psi")
    deezer = FakeProvider(
        lambda query: (
            [candidate(query, provider="deezer", artist="Ada Quist", title="First Light", label="D")]
            if query.title.startswith("first")
            else [
                candidate(query, "short", 200, provider="deezer"),
                candidate(query, "long", 400, provider="deezer"),
            ]
        ),
        name="deezer",
    )
    brainz = FakeProvider(
        lambda query: [candidate(query, provider="musicbrainz", label="M")] if query.known else [],
        name="musicbrainz",
    )
    sources = Sources((deezer, brainz), artists=(FakeArtists(),))
    asyncio.run(make_runner(library, connecting_to(sources)).run(until_idle=True))
    locked = library.library.track(outcome.rows[2])
    library.editor.accept(locked.row.id, locked.candidates[0].id)
    asyncio.run(make_runner(library, connecting_to(sources)).run(until_idle=True))
    library.close()

    def call(*arguments: str, code: int = 0) -> str:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out + printed.err if code else printed.out

    return call


def _json(text: str) -> Any:
    return json.loads(text)


def test_tracks_and_tasks_tell_the_match(cli: Cli) -> None:
    for rows in (_json(cli("tracks", "--json")), _json(cli("tasks", "--kind", "metadata", "--json"))):
        by_title = {row["title"]: row for row in rows}
        found, review, locked = (by_title[name] for name in ("first light", "Second Wind", "Psi"))
        assert (found["match"], found["match_provider"], found["match_locked"]) == (
            "matched",
            "deezer",
            False,
        )
        assert (found["match_score"], found["match_margin"]) == (100.0, 100.0)
        assert found["match_why"] == "same artist, same title"
        assert found["ids"].keys() == found["links"].keys() == {"deezer", "musicbrainz"}
        assert found["isrc"] == "GBAYE0601498"
        assert (review["match"], review["match_id"], review["match_margin"]) == ("review", "short", 0.0)
        assert (review["badge"]["state"], review["ids"]) == ("review", {})
        assert (locked["match"], locked["match_locked"], locked["badge"]["state"]) == (
            "matched",
            True,
            "locked",
        )


def test_a_track_tells_every_source_s_values_and_which_won(cli: Cli) -> None:
    told = _json(cli("track", "first", "light", "--json"))
    label = told["fields"]["label"]
    assert (label["value"], label["source"], label["rule"]) == ("M", "musicbrainz", "precedence")
    assert [
        (each["source"], each["value"], each["confidence"], each["agreement"]) for each in label["values"]
    ] == [
        ("musicbrainz", "M", 1.0, "same"),
        ("deezer", "D", 1.0, "differs"),
    ]
    assert {each["value"] for each in told["fields"]["title"]["values"]} == {"first light", "First Light"}
    assert [each["provider"] for each in told["candidates"] if each.get("chosen")] == ["deezer"]
    shown = cli("track", told["id"])
    assert "Matched to Deezer" in shown
    assert "same artist, same title" in shown
    assert "https://musicbrainz.example/1" in shown
    assert "nobody" in cli("track", "nobody", code=1)
    assert "3 tracks" in cli("track", "i", code=1)


def test_a_source_is_preferred_listed_and_forgotten(cli: Cli) -> None:
    assert "1 tracks changed" in cli("prefer", "deezer", "--field", "label")
    assert _json(cli("prefer", "--list", "--json")) == [
        {"source": "deezer", "field": "label", "artist": None}
    ]
    label = _json(cli("track", "first", "--json"))["fields"]["label"]
    assert (label["value"], label["rule"]) == ("D", "field")
    cli("prefer", "--forget", "--field", "label")
    assert _json(cli("prefer", "--list", "--json")) == []
    cli("undo")
    assert _json(cli("prefer", "--list", "--json"))[0]["source"] == "deezer"
    assert "name a source" in cli("prefer", code=2)
    assert "name a source" in cli("prefer", "deezer", "--forget", "--field", "label", code=2)
    assert "--field or an --artist" in cli("prefer", "deezer", code=2)
    assert "--field or an --artist" in cli("prefer", "--forget", code=2)
    assert "deezer" in cli("prefer", "nobody", "--field", "label", code=1)


def test_artists_tell_their_ids(cli: Cli) -> None:
    rows = {row["name"]: row for row in _json(cli("artists", "--json"))}
    ada = rows["ADA QUIST"] if "ADA QUIST" in rows else rows["Ada Quist"]
    assert (ada["tracks"], ada["ids"].keys()) == (1, {"deezer", "musicbrainz"})
    assert "Ilium" in cli("artists")
