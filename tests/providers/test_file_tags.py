from __future__ import annotations

import asyncio

from musiclib.domain.file_tags import FileTags
from musiclib.providers.base import TrackQuery
from musiclib.providers.file_tags import FileTagsProvider, tags_candidate

TAGS = FileTags(
    artist="Nia Okafor; Bo Lind",
    title="Slow Burn (Murk Remix)",
    album="Embers",
    date="2024-05",
    isrc="ZZMLB2400001",
    bpm=122.5,
    key="8A",
    genres=("House", "Deep house"),
    duration_s=301.2,
    codec="flac",
)


def test_tags_are_given_under_the_library_s_names() -> None:
    (candidate,) = asyncio.run(FileTagsProvider().search(TrackQuery("x", "y", file_tags=TAGS)))
    assert candidate.fields == {
        "artist": "Nia Okafor, Bo Lind",
        "title": "Slow Burn",
        "version": "Murk Remix",
        "album": "Embers",
        "isrc": "ZZMLB2400001",
        "duration_s": 301.2,
        "release_date": "2024-05",
        "genres": ["House", "Deep house"],
        "bpm": 122.5,
        "key_code": 21,
    }
    assert candidate.recording.version == "Murk Remix"


def test_no_file_no_candidate() -> None:
    assert asyncio.run(FileTagsProvider().search(TrackQuery("x", "y"))) == []


def test_same_tags_have_the_same_id() -> None:
    assert tags_candidate(TAGS).external_id == tags_candidate(TAGS).external_id
    assert tags_candidate(TAGS).external_id != tags_candidate(FileTags()).external_id


def test_key_that_is_none_is_left_out() -> None:
    assert tags_candidate(FileTags(key="o")).fields == {}
