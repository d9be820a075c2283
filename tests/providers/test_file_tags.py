from __future__ import annotations

from musiclib.domain.file_tags import FileTags
from musiclib.providers.file_tags import tag_fields

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
    assert tag_fields(TAGS) == {
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


def test_what_no_tag_says_is_left_out() -> None:
    assert tag_fields(FileTags()) == {}


def test_key_that_is_none_is_left_out() -> None:
    assert tag_fields(FileTags(key="o")) == {}
