"""How it stands with each source's account, in a few words and in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from musiclib.domain.queue import Off, ProviderSummary
from musiclib.domain.queue_words import provider_sentence
from musiclib.domain.states import BadgeState
from musiclib.gui.wording import date, number
from musiclib.services.account_types import AccountState, AccountStatus

Translate = Callable[[str], str]
Clock = Callable[..., str]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """`short` stands in the list, `sentence` on the page."""

    state: BadgeState
    short: str
    sentence: str


def spotify_line(
    status: AccountStatus | None, waiting: bool, gate: ProviderSummary | None, clock: Clock, tr: Translate
) -> AccountLine:
    """`status` is None before it was read, `gate` before the queue was."""
    if waiting:
        sentence = tr("Say yes on the page that has opened in your browser.")
        return AccountLine(BadgeState.WAITING, tr("waits for the browser"), sentence)
    if status is None:
        return AccountLine(BadgeState.QUEUED, tr("being looked up"), tr("How it stands is being looked up."))
    if status.state in (AccountState.NO_CLIENT_ID, AccountState.SIGNED_OUT):
        if gate is not None and gate.off is Off.OFFLINE:
            sentence = tr("Optional. You are offline by your settings: go online to sign in.")
            return AccountLine(BadgeState.NOT_FOUND, tr("not signed in"), sentence)
        sentence = tr("Optional; everything else works without it. Five steps, about three minutes, once.")
        return AccountLine(BadgeState.NOT_FOUND, tr("not signed in"), sentence)
    if status.state is AccountState.KEYRING_LOCKED:
        return AccountLine(BadgeState.ERROR, tr("keyring is locked"), status.detail)
    if status.state is AccountState.SIGN_IN_AGAIN:
        sentence = tr("Spotify has ended your sign-in, as it does after six months. Sign in again.")
        return AccountLine(BadgeState.REVIEW, tr("sign in again"), sentence)
    if status.state is AccountState.REFUSED:
        until = clock(status.refused_until) if status.refused_until else ""
        sentence = tr("{why} It is tried again at {time}.").format(why=status.detail, time=until)
        return AccountLine(BadgeState.ERROR, tr("not served"), sentence)
    return _signed_in(status, gate, clock, tr)


def keyless_line(gate: ProviderSummary | None, clock: Clock, tr: Translate) -> AccountLine:
    """Of a source that wants no account."""
    none = tr("no account needed")
    if gate is None:
        return AccountLine(BadgeState.DONE, none, tr("No account is needed."))
    if gate.off is not None:
        short = tr("off") if gate.off is Off.SETTINGS else tr("offline")
        return AccountLine(BadgeState.NOT_FOUND, short, _stop(provider_sentence(gate, clock, tr)))
    if gate.blocked_until is not None:
        short = tr("till {time}").format(time=clock(gate.blocked_until))
        return AccountLine(BadgeState.WAITING, short, _stop(provider_sentence(gate, clock, tr)))
    sentence = tr("No account is needed. It is asked {rate}.")
    rate = provider_sentence(gate, clock, tr)
    return AccountLine(BadgeState.DONE, none, sentence.format(rate=rate[:1].lower() + rate[1:]))


def _signed_in(
    status: AccountStatus, gate: ProviderSummary | None, clock: Clock, tr: Translate
) -> AccountLine:
    end = date(status.ends_at) if status.ends_at else ""
    signed_in = tr("Signed in until {date}.").format(date=end)
    if gate is not None and gate.off in (Off.SETTINGS, Off.OFFLINE):
        short = tr("off") if gate.off is Off.SETTINGS else tr("offline")
        words = f"{signed_in} {_stop(provider_sentence(gate, clock, tr))}"
        return AccountLine(BadgeState.NOT_FOUND, short, words)
    if gate is not None and gate.blocked_until is not None:
        until = clock(gate.blocked_until)
        words = f"{signed_in} {_stop(provider_sentence(gate, clock, tr))}"
        return AccountLine(BadgeState.WAITING, tr("till {time}").format(time=until), words)
    if status.ends_soon:
        words = tr("Signed in, but only until {date}: sign in again before then.").format(date=end)
        return AccountLine(BadgeState.REVIEW, tr("ends {date}").format(date=end), words)
    return AccountLine(
        BadgeState.DONE, tr("signed in"), " ".join(filter(None, (signed_in, _calls(gate, tr))))
    )


def _calls(gate: ProviderSummary | None, tr: Translate) -> str:
    if gate is None or gate.calls_left is None:
        return ""
    words = tr("{used} calls in the last 24 hours, {left} left.")
    return words.format(used=number(gate.calls_used), left=number(gate.calls_left))


def _stop(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."
