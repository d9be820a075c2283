"""The queue in sentences: what is promised, who waits and why, what each provider does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from musiclib.domain.queue import Off, ProviderSummary, QueueSummary, WaitingGroup
from musiclib.domain.states import Reason
from musiclib.gui.wording import number, source_name

Translate = Callable[[str], str]
Clock = Callable[[datetime], str]

_WHY_GROUP = {
    Reason.NO_FILE: ("{n} needs an audio file.", "{n} need an audio file."),
    Reason.RATE_LIMITED: (
        "{n} waits till {time}: the source asked for it.",
        "{n} wait till {time}: the source asked for it.",
    ),
    Reason.UNREACHABLE: (
        "{n} waits till {time}: the source could not be reached.",
        "{n} wait till {time}: the source could not be reached.",
    ),
    Reason.RETRY: ("{n} is tried again at {time}.", "{n} are tried again from {time} on."),
    Reason.SIGN_IN_NEEDED: ("{n} waits for you to sign in.", "{n} wait for you to sign in."),
    Reason.FILE_MISSING: ("{n} waits for its file to be back.", "{n} wait for their files to be back."),
    Reason.DISK_FULL: ("{n} waits for space on the disk.", "{n} wait for space on the disk."),
}
_WHY_OFF = {
    Off.OFFLINE: "Off: this library stays offline",
    Off.NO_ACCOUNT: "Off: optional, needs an account",
    Off.SETTINGS: "Off: you switched it off in the settings",
}
_ANY_GROUP = ("{n} waits till {time}.", "{n} wait till {time}.")
_ANY_TIMELESS = ("{n} waits.", "{n} wait.")


def promise(summary: QueueSummary, clock: Clock, tr: Translate) -> str:
    """The headline: how much is left, and when it is done if that can be said."""
    if summary.total == 0:
        return tr("Nothing to do yet")
    if summary.open == 0:
        return tr("Everything is done")
    moving = sum(each.running + each.queued for each in summary.kinds)
    if summary.paused:
        return tr("Paused, {n} left").format(n=number(summary.open))
    if not moving:
        one, many = tr("1 waits"), tr("{n} wait")
        return one if summary.open == 1 else many.format(n=number(summary.open))
    left = tr("{n} left").format(n=number(moving))
    if summary.done_about is None:
        return left
    return tr("{left}, done about {time}").format(left=left, time=clock(summary.done_about))


def reassurance(summary: QueueSummary, clock: Clock, tr: Translate) -> str:
    """The sentence under the headline: who rests, who carries on, what needs a person."""
    if summary.total == 0:
        return tr("Paste a list or add a folder, and what can be found out about it is found out here.")
    if summary.paused:
        return tr("You paused all work. It goes on where it stopped when you resume.")
    resting = [each for each in summary.providers if each.enabled and each.blocked_until is not None]
    parts = [_rest(each, clock, tr) for each in resting]
    if resting and any(each.running or each.queued for each in summary.kinds):
        parts.append(tr("Everything else carries on."))
    parts += waiting_sentences(summary.waiting, clock, tr)
    errors = sum(each.error for each in summary.kinds)
    if errors:
        parts.append(tr("1 did not work.") if errors == 1 else tr("{n} did not work.").format(n=errors))
    return " ".join(parts) or tr("Nothing waits and nothing is broken.")


def waiting_sentences(groups: Sequence[WaitingGroup], clock: Clock, tr: Translate) -> list[str]:
    """One sentence for each reason why tasks wait."""
    told = []
    for group in groups:
        forms = _WHY_GROUP.get(group.reason) if group.reason else None
        if forms is None or ("{time}" in forms[0] and group.until is None):
            forms = _ANY_GROUP if group.until is not None else _ANY_TIMELESS
        template = tr(forms[0] if group.count == 1 else forms[1])
        time = clock(group.until) if group.until is not None else ""
        told.append(template.format(n=number(group.count), time=time))
    return told


def provider_sentence(provider: ProviderSummary, clock: Clock, tr: Translate) -> str:
    """What a provider does now, or why it does not."""
    if not provider.enabled:
        return tr(_WHY_OFF[provider.off]) if provider.off else tr("Off")
    if provider.blocked_until is not None:
        reason = provider.reason or tr("It asked us to wait")
        return tr("{reason}; goes on at {time}").format(
            reason=reason.rstrip("."), time=clock(provider.blocked_until)
        )
    if provider.min_interval_s:
        return _rate(provider.min_interval_s, tr)
    return tr("Asked when it is needed")


def _rest(provider: ProviderSummary, clock: Clock, tr: Translate) -> str:
    until = provider.blocked_until
    return tr("{name} rests till {time} because it asked us to.").format(
        name=source_name(provider.name), time=clock(until) if until else ""
    )


def _rate(interval_s: float, tr: Translate) -> str:
    per_second = 1 / interval_s
    if per_second >= 1.5:
        return tr("{n} a second at most").format(n=round(per_second))
    if interval_s < 1.5:
        return tr("1 a second at most")
    return tr("{n} a minute at most").format(n=round(60 / interval_s))
