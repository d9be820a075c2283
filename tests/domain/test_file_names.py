from __future__ import annotations

import re
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.file_names import (
    LONGEST_NAME_BYTES,
    NameFields,
    check_template,
    relative_path,
)

TEMPLATE = "{albumartist}/{year} - {album}/{track:02} {title}"
FULL = NameFields(
    "First Light (Dub)", "Ada Quist", "Two Rooms", "Ada Quist", 2024, 3, 1, "Murk", "GBAAA2400001"
)


@pytest.mark.parametrize(
    ("template", "named", "path"),
    [
        (TEMPLATE, FULL, "Ada Quist/2024 - Two Rooms/03 First Light (Dub).flac"),
        (TEMPLATE, NameFields("T", "Noor", "A", None, None, None), "Noor/A/T.flac"),
        (TEMPLATE, NameFields(), "Unknown Artist/Unknown Album/Untitled.flac"),
        ("{album} ({year})/{disc}-{track:02} {title} [{label}]", NameFields("T", album="A"), "A/T.flac"),
        ("{disc}-{track:03}. {artist} - {title}", FULL, "1-003. Ada Quist - First Light (Dub).flac"),
        ("{title} {isrc}", NameFields("T"), "T.flac"),
        (TEMPLATE, NameFields("R.E.M. Sleep?", "A/B: C", "Who", "R.E.M."), "R.E.M/Who/R.E.M. Sleep.flac"),
    ],
)
def test_fields_are_filled_in_and_what_is_not_known_is_left_out(
    template: str, named: NameFields, path: str
) -> None:
    assert str(relative_path(check_template(template), named, "flac")) == path


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "-..-etc-passwd"),
        ("/etc/passwd", "-etc-passwd"),
        ("C:\\Windows\\win.ini", "C--Windows-win.ini"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com¹", "_com¹"),
        ("Console", "Console"),
        ("ends in dots...", "ends in dots"),
        (" . ", "_"),
        ("...", "_"),
        (".hidden", "hidden"),
        ("~root", "root"),
        ("a\x00b\x1b[2Jc\nd", "ab[2Jc d"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ('who? "what" <when> *|', "who 'what' (when) _-"),
        ("lone \udcff surrogate", "lone surrogate"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_hostile_and_odd_names_become_one_safe_name(title: str, name: str) -> None:
    path = relative_path("{title}", NameFields(title), "mp3")
    assert str(path) == f"{name}.mp3"


def test_long_names_are_cut_between_letters_and_keep_their_suffix() -> None:
    family = "👨\u200d👩\u200d👧\u200d👦"
    named = NameFields(
        "e\u0301" * 150 + "n\u0303o" * 150, album=family * 40, albumartist="漢" * 300, year=1999, track=7
    )
    path = relative_path(TEMPLATE, named, "FLAC")
    assert path.suffix == ".flac"
    assert len(str(path)) <= 230
    assert all(len(part.encode()) <= LONGEST_NAME_BYTES + 5 for part in path.parts)
    assert not path.parts[1].endswith("\u200d")
    assert path.name.startswith("07 éé")


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("/music/{title}", "inside the download folder"),
        ("C:{title}", "inside the download folder"),
        ("~/{title}", "inside the download folder"),
        ("{album}\\{title}", "inside the download folder"),
        ("{album}/../{title}", "between two slashes"),
        ("{album}//{title}", "between two slashes"),
        ("", "between two slashes"),
        ("{titel}", "{titel} is no field; there are album,"),
        ("{title", "a brace"),
        ("{title:2x}", "a brace"),
        ("{title}/{album}", "{title}, {track} or {isrc}"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(template: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        check_template(template)


def test_a_suffix_that_is_none_is_left_out() -> None:
    assert str(relative_path("{title}", NameFields("T"), "../../x")) == "T"


_NASTY = st.one_of(st.text(max_size=300), st.text("./\\:~ \u202e\u200d\u0301CONnul¹漢\x00", max_size=300))


@given(_NASTY, _NASTY, _NASTY, st.integers(-5, 99999), st.one_of(_NASTY, st.just("mp3")))
def test_no_name_leaves_the_folder_or_is_refused_by_a_system(
    title: str, album: str, artist: str, year: int, suffix: str
) -> None:
    path = relative_path(TEMPLATE, NameFields(title, artist, album, None, year, 1), suffix)
    assert not path.is_absolute()
    assert len(path.parts) == 3
    assert not PureWindowsPath(str(path)).is_reserved()
    for part in path.parts:
        assert part not in ("", ".", "..")
        assert not set(part) & set('<>:"/\\|?*')
        assert part.replace("\u200d", "").replace("\u200c", "").isprintable()
        assert part == part.strip().rstrip(".")
        assert len(part.encode("utf-8")) <= 255
