"""Invented lists of many habits: each row exactly as expected, and no row too many.

A case holds `text`, `context` and `expected`: artist and title of every row, and those other fields
that the text gives and the case asks for.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from musiclib.domain.tracklist.export import tracks_as_json
from musiclib.domain.tracklist.model import ParseContext
from musiclib.domain.tracklist.parser import parse_tracklist

CASES = sorted(Path(__file__).with_name("cases").glob("*.json"))


def rows(case: dict[str, Any]) -> list[dict[str, Any]]:
    given = case["context"] or {}
    return tracks_as_json(parse_tracklist(case["text"], ParseContext(album_artist=given.get("album_artist"))))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    found = rows(case)
    names = [(row["artist"], row["title"]) for row in found]
    assert names == [(row["artist"], row["title"]) for row in case["expected"]]
    for got, want in zip(found, case["expected"], strict=True):
        assert {name: got.get(name) for name in want} == want


def test_cases_are_there() -> None:
    assert len(CASES) > 50
