"""Beatport's answers read as they come, and its API asked with a person's own token."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from musiclib.credentials import CredentialStore, Secret
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import BadInput, BadPayload, RateLimited, SignInNeeded
from musiclib.providers.beatport import BeatportAPIClient
from musiclib.providers.beatport_account import BeatportToken, drop_token, load_token, read_token, save_token
from musiclib.providers.beatport_answers import ROW, candidate_of, track_of_row
from tests.support.web import NOW, World

TRACK: dict[str, Any] = {
    "id": 18230,
    "name": "Slow Tide (Original Mix)",
    "mix_name": "Original Mix",
    "slug": "slow-tide",
    "artists": [{"id": 1, "name": "Kestrel Yard"}, {"id": 2, "name": "Ólafur Brandt"}],
    "bpm": 124,
    "key": {"name": "Eb Minor", "camelot_number": 2, "camelot_letter": "A"},
    "genre": {"name": "Deep House"},
    "sub_genre": {"name": "Organic House"},
    "isrc": "zz-mlb-26-00042",
    "catalog_number": "QR042",
    "publish_date": "2026-02-20",
    "new_release_date": "2026-02-13",
    "length_ms": 391_500,
    "release": {"name": "Slow Tide EP", "label": {"name": "Quay Records"}},
}


def read(**changes: object) -> dict[str, Any]:
    found = candidate_of("18230", {**TRACK, **changes})
    return {} if found is None else found.fields


def test_all_a_track_says_is_read() -> None:
    found = candidate_of("18230", TRACK)
    assert found is not None
    assert found.fields == {
        "artist": "Kestrel Yard & Ólafur Brandt",
        "title": "Slow Tide",
        "album": "Slow Tide EP",
        "isrc": "ZZMLB2600042",
        "label": "Quay Records",
        "catalog_number": "QR042",
        "release_date": "2026-02-13",
        "genres": ["Deep House", "Organic House"],
        "bpm": 124.0,
        "key_code": 15,
        "duration_s": 391.5,
    }
    assert found.links == (("beatport", "https://www.beatport.com/track/slow-tide/18230"),)


def test_what_makes_no_sense_says_nothing() -> None:
    odd = read(bpm=0, key=None, genre="house", isrc="none", length_ms=-1, release=[], publish_date="soon")
    assert set(odd) == {"artist", "title", "catalog_number", "genres", "release_date"}
    assert read(key={"name": "??", "camelot_number": 8, "camelot_letter": "A"})["key_code"] == 21
    assert read(key={"name": "Db Major"})["key_code"] == 1
    assert read(mix_name="Vale Remix")["version"] == "Vale Remix"
    assert read(name="", artists=[]) == {}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"Key": "8A", "BPM": "126,5"}, {"key_code": 21, "bpm": 126.5}),
        ({"Length": "6:12"}, {"duration_s": 372.0}),
        ({"Key": "F# Minor", "Duration (ms)": "391500"}, {"key_code": 18, "duration_s": 391.5}),
        ({"Release Date": "13.02.2026"}, {"release_date": "2026-02-13"}),
        ({"Cat. No": "QR042"}, {"catalog_number": "QR042"}),
        ({"Published": "02/13/2026", "Label Name": "Quay"}, {"release_date": "2026-02-13", "label": "Quay"}),
        ({"Released": "2026-02-13T00:00:00", "Mix": "Dub"}, {"release_date": "2026-02-13", "version": "Dub"}),
    ],
)
def test_rows_of_tables_are_read_whatever_their_columns_are_called(
    row: dict[str, str], expected: dict[str, Any]
) -> None:
    found = candidate_of("ROW_1", {ROW: {"Track Title": "Slow Tide", "Artists": "Kestrel Yard", **row}})
    assert found is not None
    assert {name: found.fields[name] for name in expected} == expected
    assert (found.external_id, found.links) == ("", ())
    assert track_of_row({"Track ID": "77"})["id"] == "77"
    assert MusicalKey.from_code(15).name == "Eb minor"


@pytest.mark.parametrize("pasted", ["", "two words", "{broken", '{"token": "x"}', "tök en", "x" * 3000])
def test_what_is_no_token_is_refused_and_never_repeated(pasted: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_token(pasted, NOW)
    assert not pasted or pasted not in str(refused.value)


def test_a_token_is_kept_with_its_end(tmp_path: Path) -> None:
    store = CredentialStore(tmp_path, "file")
    assert load_token(store) is None
    told = json.dumps({"access_token": "own", "expires_in": 36000, "refresh_token": "other"})
    save_token(store, read_token(told, NOW))
    assert load_token(store) == BeatportToken(Secret("own"), NOW + timedelta(hours=10))
    assert "other" not in (tmp_path / "credentials.json").read_text()
    drop_token(store)
    assert load_token(store) is None


def test_the_api_is_asked_by_isrc_with_the_token(world: World, httpserver: HTTPServer) -> None:
    answers = httpserver.expect_request(
        "/v4/catalog/tracks/",
        query_string={"isrc": "ZZMLB2600042", "per_page": "25"},
        headers={"Authorization": "Bearer own"},
    )
    answers.respond_with_json({"results": [{"id": 1}, TRACK], "count": 2})
    httpserver.expect_oneshot_request("/v4/my/account/").respond_with_json({"username": "kestrel"})
    asyncio.run(ask(world, httpserver))


async def ask(world: World, httpserver: HTTPServer) -> None:
    own, url = BeatportToken(Secret("own"), None), httpserver.url_for("/v4/")
    async with world.client() as client:
        api = BeatportAPIClient(client, world.gate, world.clock, own, url, world.retry)
        assert await api.search_track_by_isrc("ZZMLB2600042", lambda found: "name" in found) == TRACK
        assert await api.search_track_by_isrc("ZZMLB2600042", lambda found: False) is None
        assert await api.account_name() == "kestrel"
        assert world.gate.calls == ["beatport"] * 3
        for status, headers, error in (
            (401, {}, SignInNeeded),
            (429, {"Retry-After": "3600"}, RateLimited),
            (200, {}, BadPayload),
        ):
            httpserver.clear()
            httpserver.expect_request("/v4/catalog/tracks/").respond_with_data("{}", status, headers)
            with pytest.raises(error):
                await api.tracks_by_isrc("ZZMLB2600042")
        httpserver.clear()
        httpserver.expect_request("/v4/catalog/tracks/").respond_with_json(
            {"detail": "Territory restricted"}, 403
        )
        assert await api.tracks_by_isrc("ZZMLB2600042") == []
        ended = BeatportToken(Secret("own"), NOW)
        with pytest.raises(SignInNeeded, match="Paste a new one"):
            await BeatportAPIClient(client, world.gate, world.clock, ended).tracks_by_isrc("ZZMLB2600042")
