from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.file_matching import from_name, from_tags, score_file
from musiclib.domain.file_tags import FileTags
from musiclib.domain.matching import ACCEPT, REVIEW, MatchReason, Recording

TRACK = Recording("Nia Okafor", "Slow Burn", "Murk Remix", duration_s=301)
TAGS = FileTags(artist="Nia Okafor", title="Slow Burn (Murk Remix)", duration_s=300.4)


@pytest.mark.parametrize(
    ("stem", "artist", "title"),
    [
        ("Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("07 Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("07. Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("1-07 - Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("A1 Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("Nia_Okafor_-_Slow_Burn", "Nia Okafor", "Slow Burn"),
        ("Nia Okafor – Slow Burn [320kbps]", "Nia Okafor", "Slow Burn"),
        ("8A - Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("1234567_Nia Okafor - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("50 Cent - In Da Club", "50 Cent", "In Da Club"),
        ("808 State - Pacific", "808 State", "Pacific"),
        ("Nia Okafor - Embers - 03 - Slow Burn", "Nia Okafor", "Slow Burn"),
        ("Jay-Z - 99 Problems", "Jay-Z", "99 Problems"),
    ],
)
def test_names_are_read(stem: str, artist: str, title: str) -> None:
    assert (artist, title) in [(each.artist, each.title) for each in from_name(stem)]


def test_title_alone_takes_the_artist_of_the_tags() -> None:
    (found,) = from_name("03 Slow Burn", 200, FileTags(albumartist="Nia Okafor"))[:1]
    assert (found.artist, found.title, found.duration_s) == ("Nia Okafor", "Slow Burn", 200)
    assert from_name("03 Slow Burn") == []


@pytest.mark.parametrize(
    "tags",
    [
        FileTags(),
        FileTags(artist="Nia"),
        FileTags(title="Slow Burn"),
        FileTags(artist="Unknown Artist", title="Slow Burn"),
        FileTags(artist="Nia", title="Track 03"),
        FileTags(artist="Nia", title="03"),
    ],
)
def test_tags_that_do_not_name_a_track(tags: FileTags) -> None:
    assert from_tags(tags) is None


def test_good_tags_are_taken_whatever_the_name() -> None:
    found = score_file(TAGS, "rip0001", TRACK)
    assert found.score >= ACCEPT
    assert MatchReason.FILE_NAME not in found.reasons


@pytest.mark.parametrize(
    "tags", [FileTags(duration_s=300), FileTags("Unknown Artist", "Track 7", duration_s=300)]
)
def test_name_is_taken_where_tags_say_nothing(tags: FileTags) -> None:
    found = score_file(tags, "07 Nia Okafor - Slow Burn (Murk Remix)", TRACK)
    assert ACCEPT <= found.score < 100
    assert MatchReason.FILE_NAME in found.reasons


def test_name_against_good_tags_is_asked_about() -> None:
    tags = FileTags(artist="Bo Lind", title="Long Winter")
    found = score_file(tags, "Nia Okafor - Slow Burn (Murk Remix)", TRACK)
    assert REVIEW <= found.score < ACCEPT


@pytest.mark.parametrize(
    ("tags", "stem"),
    [
        (FileTags(artist="Nia Okafor", title="Slow Burn", duration_s=301), "Nia Okafor - Slow Burn"),
        (FileTags(duration_s=301), "Nia Okafor - Slow Burn"),
        (FileTags(duration_s=120), "Nia Okafor - Slow Burn (Murk Remix)"),
        (FileTags(), "Bo Lind - Slow Burn (Murk Remix)"),
        (FileTags(), "voice memo 12"),
        (FileTags(), ""),
    ],
)
def test_another_file_is_not_taken(tags: FileTags, stem: str) -> None:
    assert score_file(tags, stem, TRACK).score < ACCEPT


@given(st.text(), st.none() | st.floats(0, 1e5), st.none() | st.text(), st.none() | st.text())
def test_any_file_has_a_score(
    stem: str, duration: float | None, artist: str | None, title: str | None
) -> None:
    found = score_file(FileTags(artist=artist, title=title, duration_s=duration), stem, TRACK)
    assert 0 <= found.score <= 100
    assert found.reasons
