"""The sentences of the activity page say what the counts say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from musiclib.domain.queue import KindCounts, Off, ProviderSummary, QueueSummary, WaitingGroup
from musiclib.domain.queue_words import promise, provider_calls, provider_sentence, reassurance
from musiclib.domain.states import Reason, TaskKind

NOW = datetime(2026, 6, 3, 21, 52, tzinfo=UTC)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def tr(text: str) -> str:
    return text


def summary(
    counts: KindCounts,
    *,
    paused: bool = False,
    about: datetime | None = None,
    waiting: tuple[WaitingGroup, ...] = (),
    providers: tuple[ProviderSummary, ...] = (),
) -> QueueSummary:
    return QueueSummary(NOW, (counts,), (), waiting, providers, paused, None, about)


def counts(done: int = 0, running: int = 0, queued: int = 0, waiting: int = 0, error: int = 0) -> KindCounts:
    return KindCounts(TaskKind.METADATA, done, running, queued, waiting, error)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (summary(counts()), "Nothing to do yet"),
        (summary(counts(done=3)), "Everything is done"),
        (summary(counts(done=3, queued=5)), "5 left"),
        (summary(counts(done=3, queued=4, running=1)), "5 left, working out how long it takes"),
        (summary(counts(queued=5), about=NOW + timedelta(minutes=48)), "5 left, done about 22:40"),
        (summary(counts(queued=5), paused=True), "Paused, 5 left"),
        (summary(counts(done=1, waiting=2)), "2 wait"),
        (summary(counts(waiting=2), about=NOW + timedelta(minutes=48)), "2 wait, done about 22:40"),
    ],
)
def test_the_headline(told: QueueSummary, words: str) -> None:
    assert promise(told, clock, tr) == words


def test_who_rests_who_carries_on_and_what_needs_a_person() -> None:
    later = NOW + timedelta(minutes=30)
    told = summary(
        counts(queued=3, waiting=12, error=2),
        waiting=(
            WaitingGroup(TaskKind.AUDIO, Reason.NO_FILE, "file", 12, None),
            WaitingGroup(TaskKind.METADATA, Reason.RATE_LIMITED, "musicbrainz", 1, later),
        ),
        providers=(ProviderSummary("musicbrainz", True, 4, later, "Busy.", 1.0),),
    )
    assert reassurance(told, clock, tr) == (
        "MusicBrainz rests till 22:22 because it asked us to. Everything else carries on. "
        "12 need an audio file. 1 waits till 22:22: the source asked for it. 2 did not work."
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Reason.RATE_LIMITED, "Spotify rests till 22:22 because it asked us to."),
        (Reason.QUOTA, "Spotify rests till 22:22: its calls of 24 hours are used up."),
        (Reason.UNREACHABLE, "Spotify rests till 22:22 because it could not be reached."),
    ],
)
def test_why_a_provider_rests_is_told(code: Reason, words: str) -> None:
    later = NOW + timedelta(minutes=30)
    resting = ProviderSummary("spotify", True, 600, later, "It rests.", 1.0, code, calls_left=0)
    assert reassurance(summary(counts(waiting=1), providers=(resting,)), clock) == words


def test_calls_used_and_left_are_told() -> None:
    counted = ProviderSummary("spotify", True, 1600, None, None, 1.0, calls_left=12)
    assert provider_calls(counted) == "1,600 calls in 24 h, 12 left"
    assert provider_calls(ProviderSummary("deezer", True, 3, None, None, 0.1)) == "3 calls in 24 h"
    off = ProviderSummary("spotify", False, 3, None, None, 1.0, off=Off.NO_ACCOUNT)
    assert provider_calls(off) == ""


def test_who_waits_for_the_network_is_told_so() -> None:
    offline = (WaitingGroup(TaskKind.METADATA, Reason.UNREACHABLE, "network", 3, None),)
    assert reassurance(summary(counts(waiting=3), waiting=offline), clock) == "3 wait for the network."


def test_a_quiet_queue_says_so() -> None:
    assert reassurance(summary(counts(done=4)), clock, tr) == "Nothing waits and nothing is broken."


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        (ProviderSummary("musicbrainz", True, 1, None, None, 1.05), "1 a second at most"),
        (ProviderSummary("coverart", True, 1, None, None, 1 / 3), "3 a second at most"),
        (ProviderSummary("slow", True, 1, None, None, 4.0), "15 a minute at most"),
        (ProviderSummary("file_tags", True, 1, None, None, None), "Asked when it is needed"),
        (
            ProviderSummary("musicbrainz", False, 1, None, None, 1.0, off=Off.OFFLINE),
            "Off: this library stays offline",
        ),
        (
            ProviderSummary("deezer", False, 1, None, None, 1.0, off=Off.SETTINGS),
            "Off: you switched it off in the settings",
        ),
        (
            ProviderSummary("musicbrainz", True, 1, NOW + timedelta(minutes=8), "Busy.", 1.0),
            "Busy; goes on at 22:00",
        ),
    ],
)
def test_each_provider_has_its_own_sentence(provider: ProviderSummary, words: str) -> None:
    assert provider_sentence(provider, clock, tr) == words
