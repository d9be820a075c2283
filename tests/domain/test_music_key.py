import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.music_key import KeyNotation, MusicalKey

WHEEL = [
    ("A minor", "8A", "1m"),
    ("C major", "8B", "1d"),
    ("E minor", "9A", "2m"),
    ("B major", "1B", "6d"),
    ("F# minor", "11A", "4m"),
    ("Db major", "3B", "8d"),
    ("Ab minor", "1A", "6m"),
    ("E major", "12B", "5d"),
]


@pytest.mark.parametrize(("name", "camelot", "open_key"), WHEEL)
def test_notations_name_the_same_key(name: str, camelot: str, open_key: str) -> None:
    key = MusicalKey.parse(name)
    assert key is not None
    assert (key.name, key.camelot, key.open_key) == (name, camelot, open_key)
    assert MusicalKey.parse(camelot) == key
    assert MusicalKey.parse(open_key) == key


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Am", "A minor"),
        ("F#m", "F# minor"),
        ("Bbmaj", "Bb major"),
        ("gis", None),
        ("C", "C major"),
        ("Ebm", "Eb minor"),
        ("D♭ major", "Db major"),
        ("B", "B major"),
        ("08A", "A minor"),
        ("13A", None),
        ("", None),
    ],
)
def test_spellings(text: str, name: str | None) -> None:
    key = MusicalKey.parse(text)
    assert (key.name if key else None) == name


@given(st.integers(0, 23))
def test_codes_and_all_notations_come_back(code: int) -> None:
    key = MusicalKey.from_code(code)
    assert key.code == code
    assert all(MusicalKey.parse(key.shown(notation)) == key for notation in KeyNotation)


@pytest.mark.parametrize("code", [-1, 24])
def test_a_code_off_the_wheel_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="no such key code"):
        MusicalKey.from_code(code)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_quietly(text: str) -> None:
    key = MusicalKey.parse(text)
    assert key is None or 0 <= key.code < 24
