from __future__ import annotations

import pytest

from musiclib.domain.sync_merge import Part, Pick, decide, digest_of, join_lists


def _part(value: str, by_hand: bool = False, rank: str = "") -> Part:
    return Part(digest_of(value), by_hand, rank)


HAND = True


@pytest.mark.parametrize(
    ("base", "here", "there", "pick"),
    [
        ("a", _part("a"), _part("a"), Pick.SAME),
        ("a", _part("a"), _part("b"), Pick.THERE),
        ("a", _part("b"), _part("a"), Pick.HERE),
        ("a", None, _part("a"), Pick.HERE),  # taken away here
        ("a", _part("b", HAND), _part("c"), Pick.HERE),
        ("a", _part("b"), _part("c", HAND), Pick.THERE),
        ("a", _part("b", HAND), _part("c", HAND), Pick.CONFLICT),
        ("a", None, _part("c", HAND), Pick.CONFLICT),
        ("a", None, _part("c"), Pick.THERE),
        ("a", _part("b", rank="2026-02"), _part("c", rank="2026-01"), Pick.HERE),
        (None, None, _part("c", HAND), Pick.THERE),
        (None, _part("b"), None, Pick.HERE),
        (None, _part("b", HAND), _part("c", HAND), Pick.CONFLICT),
        (None, _part("b", HAND), _part("b"), Pick.SAME),
    ],
)
def test_who_wins(base: str | None, here: Part | None, there: Part | None, pick: Pick) -> None:
    agreed = None if base is None else {"x": digest_of(base)}
    sides = [{} if each is None else {"x": each} for each in (here, there)]
    assert decide(agreed, *sides) == {"x": pick}
    swapped = {Pick.HERE: Pick.THERE, Pick.THERE: Pick.HERE}.get(pick, pick)
    assert decide(agreed, *reversed(sides)) == {"x": swapped}


def _entries(text: str) -> list[tuple[str, None]]:
    return [(each, None) for each in text]


@pytest.mark.parametrize(
    ("base", "here", "there", "joined"),
    [
        ("abc", "abxc", "abc", "abxc"),
        ("abc", "abxc", "aybc", "ayb" + "xc"),
        ("abc", "ac", "abcd", "acd"),  # one takes off, the other adds
        ("abc", "abcx", "abcy", "abcxy"),
        ("abc", "cab", "abcd", "c" + "dab"),  # put into another order by one
        ("abc", "cab", "bac", None),  # by both
        ("", "ab", "bc", "abc"),
        ("aab", "aabx", "ab", "abx"),  # the same twice
        ("abc", "", "abc", ""),
    ],
)
def test_lists_are_joined(base: str, here: str, there: str, joined: str | None) -> None:
    made = join_lists(_entries(base), _entries(here), _entries(there))
    assert (None if made is None else "".join(each[0] for each in made)) == joined


def test_what_is_said_of_a_place_is_kept_or_is_a_conflict() -> None:
    base, named = [("a", None), ("b", None)], [("a", "w/"), ("b", None)]
    assert join_lists(base, named, [*base, ("c", None)]) == [*named, ("c", None)]
    assert join_lists(base, named, [("a", "aka"), ("b", None)]) is None
