"""What holds of matching whatever is compared."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.matching import (
    ACCEPT,
    MatchReason,
    MatchScore,
    Recording,
    decide,
    prepare,
    same_recording,
    score,
)
from musiclib.domain.states import MatchState
from musiclib.domain.versions import Kind

MATCHED = MatchState.MATCHED
VOCABULARY = "slow burn night ann bo remix live feat. (Murk Remix) & , the 2 夜 ночь é - dub 8D"
words = st.sampled_from(VOCABULARY.split())
texts = st.text(max_size=20) | st.lists(words, max_size=5).map(" ".join)
recordings = st.builds(
    Recording,
    artist=texts,
    title=texts,
    version=st.none() | texts,
    album=st.none() | texts,
    position=st.none() | st.integers(1, 3),
    duration_s=st.none() | st.floats(0, 10_000),
    isrc=st.none() | st.sampled_from(["ZZMLB2600001", "ZZMLB2600002"]) | texts,
)


@given(recordings, recordings)
def test_score_is_bounded_and_symmetric(one: Recording, other: Recording) -> None:
    there, back = score(one, other), score(other, one)
    # A place or words in brackets that are asked for are wanted; those that are offered may be more.
    first, second = prepare(one), prepare(other)
    narrowed = first.narrowed != second.narrowed
    if not narrowed and Kind.LIVE not in first.version.kinds & second.version.kinds:
        assert there.score == back.score
        assert set(there.reasons) == set(back.reasons)
    assert 0 <= there.score <= 100
    assert there.score == 100 or there.reasons


@given(recordings)
def test_everything_named_is_itself(one: Recording) -> None:
    found = score(one, one)
    assert found.score == 100 or not one.artist.strip() or MatchReason.ARTIST_MISSING in found.reasons


other_recordings = [
    "Murk Remix",
    "Live",
    "Instrumental",
    "Acoustic",
    "Karaoke Version",
    "Demo",
    "Dub",
    "A Cappella",
]


@given(
    st.from_regex(r"[a-z]{3,9}( [a-z]{3,9}){0,2}", fullmatch=True),
    st.from_regex(r"[a-z]{3,9}( [a-z]{3,9}){0,2}", fullmatch=True),
    st.sampled_from(other_recordings),
    st.none() | st.sampled_from(other_recordings),
    st.none() | st.just("ZZMLB2600001"),
)
def test_no_agreement_buys_back_another_version(
    artist: str, title: str, version: str, other: str | None, isrc: str | None
) -> None:
    asked = Recording(artist, title, version, "Album", 200, isrc)
    found = score(asked, Recording(artist, title, other, "Album", 200, isrc))
    assert (decide([found]).state is MATCHED) is (version == other)


@given(recordings, recordings)
def test_one_recording_is_so_both_ways(one: Recording, other: Recording) -> None:
    first, second = MatchScore(90, (), one), MatchScore(90, (), other)
    assert same_recording(first, second) == same_recording(second, first)
    assert same_recording(first, first)


@given(recordings, st.sampled_from(["Murk Remix", "VIP", "Dub", "Live", "Karaoke Version"]), st.booleans())
def test_another_version_is_never_taken(one: Recording, version: str, reverse: bool) -> None:
    plain = replace(one, title="Slow Burn", version=None)
    other = replace(plain, version=version)
    pair = (other, plain) if reverse else (plain, other)
    assert score(*pair).score < ACCEPT


@given(st.lists(st.tuples(st.floats(0, 100), recordings), max_size=6), st.floats(0, 100), st.floats(0, 100))
def test_decision_is_a_pure_function_of_the_best(
    drawn: list[tuple[float, Recording]], accept: float, review: float
) -> None:
    scores = [MatchScore(value, (), each) for value, each in drawn]
    decision = decide(scores, accept, min(accept, review))
    best = max((each.score for each in scores), default=None)
    assert (decision.best is None) is (best is None)
    if decision.best is not None:
        assert scores[decision.best].score == best
        assert decision.state is not MATCHED or best >= accept
