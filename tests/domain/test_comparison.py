"""Signs beside a candidate's fields."""

from __future__ import annotations

import pytest

from musiclib.domain.comparison import COMPARED, Sign, compare_fields, counts
from musiclib.domain.provenance import Plain

OWN: dict[str, Plain] = {
    "artist": "Mira Voss & Tessera",
    "title": "Langsam, bitte",
    "version": "Ostkreuz Remix",
    "duration_s": 358.0,
    "label": "Nordlicht",
    "release_date": "2024-03",
}


def signs(own: dict[str, Plain], theirs: dict[str, Plain]) -> dict[str, Sign]:
    return {each.field: each.sign for each in compare_fields(own, theirs)}


def test_the_same_recording_agrees_in_all_that_is_said() -> None:
    compared = compare_fields(
        OWN, {**OWN, "isrc": "ZZMLB2600010", "album": "Hafenklang", "original_year": 2024}
    )
    assert [each.field for each in compared] == list(COMPARED)
    assert counts(compared) == (6, 0, 0)
    assert {each.field for each in compared if each.sign is Sign.UNJUDGED} == {"isrc", "album"}


@pytest.mark.parametrize(
    ("theirs", "field", "sign"),
    [
        ({"title": "Langsam bitte!"}, "title", Sign.SAME),
        ({"title": "Langsam, bite"}, "title", Sign.NEAR),
        ({"title": "Schnell, bitte"}, "title", Sign.DIFFERS),
        ({"title": "Langsam, bitte Pt. 2"}, "title", Sign.DIFFERS),
        ({"title": "Langsam, bitte", "version": "Original Mix"}, "version", Sign.DIFFERS),
        ({"title": "Langsam, bitte (Ostkreuz Remix)"}, "version", Sign.SAME),
        ({"artist": "Tessera, Mira Voss"}, "artist", Sign.SAME),
        ({"artist": "Mira Voss"}, "artist", Sign.NEAR),
        ({"artist": "Mira Voss & Teserra"}, "artist", Sign.NEAR),
        ({"artist": "MiraVoss & Tessera"}, "artist", Sign.SAME),
        ({"artist": "Odd Harbour"}, "artist", Sign.DIFFERS),
        ({"duration_s": 360.9}, "duration_s", Sign.SAME),
        ({"duration_s": 351.0}, "duration_s", Sign.NEAR),
        ({"duration_s": 451.0}, "duration_s", Sign.DIFFERS),
        ({"label": "Nordlicht Records"}, "label", Sign.NEAR),
        ({"label": "Taiga Comps"}, "label", Sign.DIFFERS),
        ({"release_date": "2025-11-01"}, "original_year", Sign.NEAR),
        ({"original_year": 1999}, "original_year", Sign.DIFFERS),
        ({"title": "Langsam, bitte"}, "label", Sign.ABSENT),
    ],
)
def test_signs(theirs: dict[str, Plain], field: str, sign: Sign) -> None:
    assert signs(OWN, theirs)[field] is sign


def test_the_difference_is_told_in_numbers() -> None:
    (length,) = (each for each in compare_fields(OWN, {"duration_s": 451.0}) if each.field == "duration_s")
    assert (length.own, length.theirs, length.by) == (358.0, 451.0, 93.0)


def test_another_script_is_near() -> None:
    own: dict[str, Plain] = {"artist": "Лида Морозова", "title": "Северный ветер"}
    found = signs(own, {"artist": "Lida Morozova", "title": "Severny Veter"})
    assert (found["artist"], found["title"]) == (Sign.SAME, Sign.NEAR)


def test_where_nothing_is_known_nothing_is_judged() -> None:
    found = signs({}, {**OWN, "isrc": "ZZMLB2600010", "album": "Hafenklang"})
    assert set(found.values()) <= {Sign.UNJUDGED, Sign.DIFFERS}
    assert found["title"] is Sign.UNJUDGED
