from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.matching import Recording, decide, score
from musiclib.domain.states import MatchState


def test_remix_is_never_satisfied_by_the_original() -> None:
    asked = Recording("Nia Okafor", "Slow Burn (Murk Remix)", duration_s=300)
    decision = decide([score(asked, Recording("Nia Okafor", "Slow Burn", duration_s=300))])
    assert decision.state is MatchState.NOT_FOUND


@pytest.mark.parametrize("title", ["Slow Burn", "Slow Burn (Original Mix)", "Slow Burn - 2011 Remaster"])
def test_same_recording_is_taken(title: str) -> None:
    assert decide([score(Recording("Nia Okafor", "Slow Burn"), Recording("nia okafor", title))]).state is (
        MatchState.MATCHED
    )


texts = st.text(max_size=30)
recordings = st.builds(
    Recording,
    artist=texts,
    title=texts,
    version=st.none() | texts,
    album=st.none() | texts,
    duration_s=st.none() | st.floats(0, 10_000),
    isrc=st.none() | st.sampled_from(["GBAAA2500001", "GBAAA2500002"]) | texts,
)


@given(recordings, recordings)
def test_score_is_bounded_and_symmetric(one: Recording, other: Recording) -> None:
    there, back = score(one, other), score(other, one)
    assert there.score == back.score
    assert 0 <= there.score <= 100
