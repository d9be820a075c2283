"""What a person is told who has to decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.match_words import matched_by, why_asked
from musiclib.domain.matching import MatchReason, MatchScore, Recording, score
from musiclib.domain.rows import MatchRow
from musiclib.domain.states import MatchState


def words(query: Recording, *candidates: Recording) -> str:
    ranked = sorted((score(query, each) for each in candidates), key=lambda each: -each.rank)
    ahead = ranked[0].rank - ranked[1].rank if len(ranked) > 1 else None
    return why_asked(query, ranked[0] if ranked else None, ahead, len(ranked))


BURN = Recording("Nia", "Slow Burn", duration_s=200)


@pytest.mark.parametrize(
    ("query", "found", "said"),
    [
        (BURN, Recording("Nia", "Slow Burn", "Live in Oslo"), "Only a live version found"),
        (BURN, Recording("Nia", "Slow Burn", "Karaoke Version"), "Only a karaoke version found"),
        (BURN, Recording("Nia", "Slow Burn", "Extended Mix"), "Only the extended mix found"),
        (BURN, Recording("Nia", "Slow Burn", "Murk Remix"), "Only a remix found"),
        (Recording("Nia", "Slow Burn", "Murk Remix"), BURN, "Only the original found"),
        (Recording("Nia", "Slow Burn", "Live"), BURN, "Only a studio version found"),
        (
            Recording("Nia", "Slow Burn", "Live in Oslo"),
            Recording("Nia", "Slow Burn", "Live in Rome"),
            "Another version of that kind",
        ),
        (
            Recording("Nia", "Slow Burn", "Murk Remix"),
            Recording("Nia", "Slow Burn", "Bo Remix"),
            "A remix by somebody else",
        ),
        (BURN, Recording("Nia", "Slow Burn", duration_s=241), "41 s longer than the list says"),
        (BURN, Recording("Nia", "Slow Burn", duration_s=525), "5:25 longer than the list says"),
        (BURN, Recording("Nia", "Slow Burn", duration_s=170), "30 s shorter than the list says"),
        (BURN, Recording("Bo Lind", "Slow Burn"), "Same title by another artist"),
        (BURN, Recording("Nia", "Something Else"), "Another title by the same artist"),
        (Recording("Nia", "Burn Pt. 1"), Recording("Nia", "Burn Pt. 2"), "Another number in the title"),
        (Recording("Slow Burn", "Nia"), BURN, "Artist and title are swapped"),
        (
            Recording("Nia", "Slow Burn", isrc="ZZMLB2600001"),
            Recording("Tiefbau", "Winter", isrc="ZZMLB2600001"),
            "ISRC names another artist",
        ),
    ],
)
def test_one_candidate(query: Recording, found: Recording, said: str) -> None:
    assert words(query, found) == said


def test_rivals() -> None:
    query = Recording("Nia", "Slow Burn")
    alike = (Recording("Nia", "Slow Burn", duration_s=200), Recording("Nia", "Slow Burn", duration_s=300))
    assert words(query, *alike) == "2 candidates, same score"
    assert why_asked(query, score(query, BURN), 3.1, 3) == "3 candidates, 3 points apart"
    assert why_asked(query, score(query, BURN), 0.9, 2) == "2 candidates, 1 point apart"
    assert words(query) == "Nothing found"


@given(st.lists(st.sampled_from(MatchReason), max_size=4), st.floats(0, 100), st.integers(1, 3))
def test_there_is_always_a_word(reasons: list[MatchReason], value: float, candidates: int) -> None:
    best = MatchScore(value, tuple(reasons), Recording("Nia", "Slow Burn", duration_s=90))
    assert why_asked(BURN, best, 2.0 if candidates > 1 else None, candidates)


MACHINE = "Matched by machine at Deezer"


@pytest.mark.parametrize(
    ("state", "score_", "margin", "locked", "said"),
    [
        (
            MatchState.MATCHED,
            96.6,
            12.4,
            False,
            f"{MACHINE}, 97 of 100, 12 ahead of the next",
        ),
        (
            MatchState.MATCHED,
            96.6,
            99.6,
            False,
            f"{MACHINE}, 97 of 100, no other came near",
        ),
        (MatchState.MATCHED, 96.6, None, False, f"{MACHINE}, 97 of 100"),
        (MatchState.MATCHED, 96.6, 12.4, True, "Matched by hand, stays so"),
        (MatchState.REVIEW, 71.2, 3.0, False, "The best so far is at Deezer, 71 of 100"),
        (MatchState.NOT_FOUND, None, None, False, ""),
        (MatchState.PENDING, None, None, False, ""),
    ],
)
def test_who_decided_and_how_surely(
    state: MatchState, score_: float | None, margin: float | None, locked: bool, said: str
) -> None:
    match = MatchRow(state, score_, margin, locked, "deezer", "1", (), (), ())
    assert matched_by(match, "Deezer") == said
