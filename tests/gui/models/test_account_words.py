"""One true sentence about each account."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from musiclib.domain.queue import Off, ProviderSummary
from musiclib.domain.states import BadgeState, Reason
from musiclib.gui.models.account_words import keyless_line, spotify_line
from musiclib.providers.spotify_account import Refusal
from musiclib.services.account_types import AccountState, AccountStatus

LATER = datetime(2026, 6, 3, 23, 10, tzinfo=UTC)
END = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
FREE = ProviderSummary("spotify", True, 31, None, None, 1.0, calls_left=539)
BUSY = ProviderSummary(
    "spotify", True, 600, LATER, "Spotify's calls of a day are used up.", 1.0, Reason.RATE_LIMITED, 0
)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def tr(text: str) -> str:
    return text


def status(state: AccountState, detail: str = "", *, soon: bool = False) -> AccountStatus:
    return AccountStatus(state, detail, ends_at=END, ends_soon=soon, refused_until=LATER)


@pytest.mark.parametrize(
    ("now", "gate", "state", "short", "sentence"),
    [
        (None, None, BadgeState.QUEUED, "being looked up", "being looked up"),
        (status(AccountState.NO_CLIENT_ID), FREE, BadgeState.NOT_FOUND, "not signed in", "works without it"),
        (
            status(AccountState.SIGNED_OUT),
            ProviderSummary("spotify", False, 0, None, None, 1.0, off=Off.OFFLINE),
            BadgeState.NOT_FOUND,
            "not signed in",
            "go online to sign in",
        ),
        (
            status(AccountState.SIGNED_IN),
            FREE,
            BadgeState.DONE,
            "signed in",
            "Signed in until 1 December 2026. 31 calls in the last 24 hours, 539 left.",
        ),
        (
            status(AccountState.SIGNED_IN),
            BUSY,
            BadgeState.WAITING,
            "till 23:10",
            "Signed in until 1 December 2026. Spotify's calls of a day are used up; goes on at 23:10.",
        ),
        (
            status(AccountState.SIGNED_IN, soon=True),
            FREE,
            BadgeState.REVIEW,
            "ends 1 December 2026",
            "only until 1 December 2026: sign in again before then.",
        ),
        (
            status(AccountState.SIGNED_IN),
            ProviderSummary("spotify", False, 0, None, None, 1.0, off=Off.SETTINGS),
            BadgeState.NOT_FOUND,
            "off",
            "Signed in until 1 December 2026. Off: you switched it off in the settings.",
        ),
        (status(AccountState.SIGN_IN_AGAIN), FREE, BadgeState.REVIEW, "sign in again", "after six months"),
        (
            status(AccountState.REFUSED, Refusal.PREMIUM.advice),
            FREE,
            BadgeState.ERROR,
            "not served",
            "After a change Spotify may take a few hours. It is tried again at 23:10.",
        ),
        (
            status(AccountState.REFUSED, Refusal.USER.advice),
            FREE,
            BadgeState.ERROR,
            "not served",
            "add it under User Management",
        ),
        (
            status(AccountState.KEYRING_LOCKED, "Unlock it, then try again."),
            FREE,
            BadgeState.ERROR,
            "keyring is locked",
            "Unlock it",
        ),
    ],
)
def test_how_it_stands_with_spotify(
    now: AccountStatus | None, gate: ProviderSummary | None, state: BadgeState, short: str, sentence: str
) -> None:
    line = spotify_line(now, False, gate, clock, tr)
    assert (line.state, line.short) == (state, short)
    assert sentence in line.sentence
    assert line.sentence.endswith(".")
    waiting = spotify_line(now, True, gate, clock, tr)
    assert (waiting.state, waiting.short) == (BadgeState.WAITING, "waits for the browser")


@pytest.mark.parametrize(
    ("gate", "state", "short", "sentence"),
    [
        (None, BadgeState.DONE, "no account needed", "No account is needed."),
        (
            ProviderSummary("deezer", True, 0, None, None, 0.125),
            BadgeState.DONE,
            "no account needed",
            "No account is needed. It is asked 8 a second at most.",
        ),
        (
            ProviderSummary("deezer", True, 9, LATER, "Deezer asks us to slow down.", 0.125),
            BadgeState.WAITING,
            "till 23:10",
            "Deezer asks us to slow down; goes on at 23:10.",
        ),
        (
            ProviderSummary("deezer", False, 0, None, None, 0.125, off=Off.OFFLINE),
            BadgeState.NOT_FOUND,
            "offline",
            "Off: this library stays offline.",
        ),
    ],
)
def test_how_it_stands_with_a_source_that_wants_no_account(
    gate: ProviderSummary | None, state: BadgeState, short: str, sentence: str
) -> None:
    line = keyless_line(gate, clock, tr)
    assert (line.state, line.short, line.sentence) == (state, short, sentence)
