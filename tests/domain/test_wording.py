"""Every badge has short words and a sentence, and the album's sentence adds up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.badges import Badge
from musiclib.domain.rows import AlbumCounts
from musiclib.domain.states import BadgeState, Reason, TaskKind
from musiclib.domain.wording import album_line, album_sentence, badge_sentence, badge_words, dated_clock

NOON = datetime(2026, 6, 9, 12, 0, tzinfo=UTC)


def clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


@pytest.mark.parametrize(
    ("badge", "words"),
    [
        (Badge(BadgeState.RUNNING, TaskKind.AUDIO), "Analysing"),
        (Badge(BadgeState.RUNNING, TaskKind.METADATA), "Looking up"),
        (Badge(BadgeState.PARTIAL, share=(6, 8)), "Partial 6/8"),
        (Badge(BadgeState.WAITING, until=NOON), "Till 12:00"),
        (Badge(BadgeState.WAITING, reason=Reason.NO_FILE), "Needs file"),
        (Badge(BadgeState.WAITING, reason=Reason.SIGN_IN_NEEDED), "Sign in"),
        (Badge(BadgeState.WAITING, reason=Reason.UNREACHABLE), "Needs network"),
        (Badge(BadgeState.NOT_FOUND, reason=Reason.ID_WAITS), "Waiting ID"),
        (Badge(BadgeState.LOCKED), "Locked"),
    ],
)
def test_short_words(badge: Badge, words: str) -> None:
    assert badge_words(badge, clock) == words


def test_a_waiting_badge_says_why_and_what_comes_next() -> None:
    badge = Badge(BadgeState.WAITING, TaskKind.METADATA, Reason.RATE_LIMITED, until=NOON, attempts=2)
    assert badge_sentence(badge, clock) == (
        "Waits till 12:00. The source asked for a pause. It tries again by itself."
    )


def test_a_spent_quota_and_a_lacking_sign_in_are_told_apart() -> None:
    quota = Badge(BadgeState.WAITING, TaskKind.METADATA, Reason.QUOTA, until=NOON)
    assert badge_sentence(quota, clock) == (
        "Waits till 12:00. The calls the source may get in 24 hours are used up. It tries again by itself."
    )
    sign_in = Badge(BadgeState.WAITING, TaskKind.METADATA, Reason.SIGN_IN_NEEDED)
    assert badge_sentence(sign_in, clock) == "Waits. The source wants you to sign in: open Settings."


def test_an_error_says_what_broke_and_the_way_out() -> None:
    text = badge_sentence(Badge(BadgeState.ERROR, TaskKind.AUDIO, Reason.UNREADABLE_AUDIO), clock)
    assert text == "Error. The file cannot be read as audio. Replace it, then try again."


def test_the_day_is_named_where_it_is_not_today() -> None:
    written = dated_clock(NOON)
    assert len(written(NOON)) == 5
    assert str((NOON + timedelta(days=3)).astimezone().day) in written(NOON + timedelta(days=3)).split()[0]


@given(
    st.sampled_from(BadgeState),
    st.none() | st.sampled_from(TaskKind),
    st.none() | st.sampled_from(Reason),
    st.none() | st.just(NOON),
    st.none() | st.just((3, 8)),
)
def test_every_badge_can_be_said(
    state: BadgeState,
    kind: TaskKind | None,
    reason: Reason | None,
    until: datetime | None,
    share: tuple[int, int] | None,
) -> None:
    badge = Badge(state, kind, reason, until=until, share=share, attempts=1)
    assert 0 < len(badge_words(badge, clock)) <= 16
    sentence = badge_sentence(badge, clock)
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_an_id_waits_for_its_name_and_is_not_called_not_found() -> None:
    counts = AlbumCounts(4, ((BadgeState.DONE, 1), (BadgeState.NOT_FOUND, 3)), unnamed=1)
    assert album_sentence(counts)[1] == "2 were not found, 1 waits for a name."
    assert album_line(counts, False) == "1 of 4 · 2 not found"
    counts = AlbumCounts(3, ((BadgeState.DONE, 1), (BadgeState.NOT_FOUND, 2)), unnamed=2)
    assert album_sentence(counts)[1] == "2 wait for a name."
    assert album_line(counts, False) == "1 of 3 · 2 without a name"


@given(st.dictionaries(st.sampled_from(BadgeState), st.integers(1, 40)), st.integers(0, 40), st.booleans())
def test_an_albums_sentence_names_every_track(
    by_state: dict[BadgeState, int], ids: int, paused: bool
) -> None:
    unnamed = min(ids, by_state.get(BadgeState.NOT_FOUND, 0))
    counts = AlbumCounts(sum(by_state.values()), tuple(by_state.items()), unnamed)
    head, rest = album_sentence(counts)
    numbers = [int(word) for word in rest.replace(",", " ").split() if word.isdigit()]
    done = by_state.get(BadgeState.DONE, 0) + by_state.get(BadgeState.LOCKED, 0)
    assert done + sum(numbers) == counts.total
    assert head
    assert "{" not in album_line(counts, paused)
