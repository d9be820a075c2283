from __future__ import annotations

import pytest

from musiclib.domain.text import match_key, normalise, split_version


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Beyoncé", "BEYONCE"),
        ("The Beatles", "Beatles, The"),
        ("Don’t", "Don't"),
        ("Jay‐Z", "Jay Z"),
        ("Björk & Røyksopp", "Bjork und Royksopp"),
        ("R.E.M.", "REM"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_two_spellings_are_one(text: str, same: str) -> None:
    assert normalise(text) == normalise(same)


def test_remix_is_cut_from_the_title() -> None:
    assert split_version("Kinetic Sand (Juno Ferreira 4 a.m. Remix)") == (
        "Kinetic Sand",
        "Juno Ferreira 4 a.m. Remix",
    )
    assert split_version("Levels (Psi)") == ("Levels (Psi)", None)


def test_key_folds_features_and_original_mix() -> None:
    assert match_key("A & B feat. C", "T (Original Mix)") == match_key("B, A", "T (feat. C)")
    assert match_key("A", "T (X Remix)") != match_key("A", "T")
