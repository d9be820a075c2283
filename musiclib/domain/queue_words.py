"""The queue in sentences: what is promised, who waits and why, what each provider does.

Pure and in English, like `domain.wording`: a front end hands in its clock, its language and how it writes
numbers. The activity page and the command line say the same because both ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from musiclib.domain.queue import AnalysisPace, Off, ProviderSummary, QueueSummary, WaitingGroup
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Reason, TaskKind
from musiclib.domain.wording import Clock, Translate, no_translation

Number = Callable[[int], str]


def plain_number(value: int) -> str:
    return f"{value:,}"


_WHY_GROUP = {
    Reason.NO_FILE: ("{n} needs an audio file.", "{n} need an audio file."),
    Reason.RATE_LIMITED: (
        "{n} waits till {time}: the source asked for it.",
        "{n} wait till {time}: the source asked for it.",
    ),
    Reason.QUOTA: (
        "{n} waits till {time}: the source's calls of 24 hours are used up.",
        "{n} wait till {time}: the source's calls of 24 hours are used up.",
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
_WHY_SLOW = {
    AnalysisPace.PAUSED: ("You paused the analysis of {n} file.", "You paused the analysis of {n} files."),
    AnalysisPace.ON_BATTERY: (
        "The analysis of {n} file rests till this computer is plugged in.",
        "The analysis of {n} files rests till this computer is plugged in.",
    ),
    AnalysisPace.ONE_LANE: (
        "On battery, one file is analysed at a time; {n} is left.",
        "On battery, one file is analysed at a time; {n} are left.",
    ),
}
_WHY_REST = {
    Reason.QUOTA: "{name} rests till {time}: its calls of 24 hours are used up.",
    Reason.UNREACHABLE: "{name} rests till {time} because it could not be reached.",
}
_ASKED_TO_REST = "{name} rests till {time} because it asked us to."
_OFFLINE = ("{n} waits for the network.", "{n} wait for the network.")
_ANY_GROUP = ("{n} waits till {time}.", "{n} wait till {time}.")
_ANY_TIMELESS = ("{n} waits.", "{n} wait.")


def promise(
    summary: QueueSummary, clock: Clock, tr: Translate = no_translation, number: Number = plain_number
) -> str:
    """The headline: how much is left, and when it is done if that can be said."""
    if summary.total == 0:
        return tr("Nothing to do yet")
    if summary.open == 0:
        return tr("Everything is done")
    if summary.paused:
        return tr("Paused, {n} left").format(n=number(summary.open))
    if any(each.running or each.queued for each in summary.kinds):
        left = tr("{n} left").format(n=number(summary.open - summary.blocked))
    elif summary.open == 1:
        left = tr("1 waits")
    else:
        left = tr("{n} wait").format(n=number(summary.open))
    if summary.done_about is None:
        working = any(each.running for each in summary.kinds)
        return tr("{left}, working out how long it takes").format(left=left) if working else left
    return tr("{left}, done about {time}").format(left=left, time=clock(summary.done_about))


def reassurance(
    summary: QueueSummary, clock: Clock, tr: Translate = no_translation, number: Number = plain_number
) -> str:
    """The sentence under the headline: who rests, who carries on, what needs a person."""
    if summary.total == 0:
        return tr("Paste a list or add a folder, and what can be found out about it is found out here.")
    if summary.paused:
        return tr("You paused all work. It goes on where it stopped when you resume.")
    resting = [each for each in summary.providers if each.enabled and each.blocked_until is not None]
    parts = [_rest(each, clock, tr) for each in resting]
    if resting and any(each.running or each.queued for each in summary.kinds):
        parts.append(tr("Everything else carries on."))
    if pace := pace_sentence(summary, tr, number):
        parts.append(pace)
    parts += waiting_sentences(summary.waiting, clock, tr, number)
    errors = sum(each.error for each in summary.kinds)
    if errors:
        parts.append(tr("1 did not work.") if errors == 1 else tr("{n} did not work.").format(n=errors))
    return " ".join(parts) or tr("Nothing waits and nothing is broken.")


def pace_sentence(
    summary: QueueSummary, tr: Translate = no_translation, number: Number = plain_number
) -> str:
    """Why the analysis of audio rests or goes slowly; nothing where it does not, or has nothing to do."""
    audio = [each for each in summary.kinds if each.kind is TaskKind.AUDIO]
    left = sum(each.queued + each.running for each in audio)
    forms = _WHY_SLOW.get(summary.analysis)
    return tr(forms[0] if left == 1 else forms[1]).format(n=number(left)) if forms and left else ""


def waiting_sentences(
    groups: Sequence[WaitingGroup],
    clock: Clock,
    tr: Translate = no_translation,
    number: Number = plain_number,
) -> list[str]:
    """One sentence for each reason why tasks wait."""
    told = []
    for group in groups:
        forms = _WHY_GROUP.get(group.reason) if group.reason else None
        if group.blocked_on == "network":
            forms = _OFFLINE
        if forms is None or ("{time}" in forms[0] and group.until is None):
            forms = _ANY_GROUP if group.until is not None else _ANY_TIMELESS
        template = tr(forms[0] if group.count == 1 else forms[1])
        time = clock(group.until) if group.until is not None else ""
        told.append(template.format(n=number(group.count), time=time))
    return told


def provider_sentence(provider: ProviderSummary, clock: Clock, tr: Translate = no_translation) -> str:
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


def provider_calls(
    provider: ProviderSummary, tr: Translate = no_translation, number: Number = plain_number
) -> str:
    """How often it was asked in the last 24 hours, and how often it may still be; empty if it is off."""
    if not provider.enabled:
        return ""
    used = number(provider.calls_used)
    if provider.calls_left is None:
        return tr("{n} calls in 24 h").format(n=used)
    return tr("{n} calls in 24 h, {left} left").format(n=used, left=number(provider.calls_left))


def _rest(provider: ProviderSummary, clock: Clock, tr: Translate) -> str:
    until = provider.blocked_until
    why = _WHY_REST.get(provider.code, _ASKED_TO_REST) if provider.code else _ASKED_TO_REST
    name = PROPER_NAMES.get(provider.name, provider.name)
    return tr(why).format(name=name, time=clock(until) if until else "")


def _rate(interval_s: float, tr: Translate) -> str:
    per_second = 1 / interval_s
    if per_second >= 1.5:
        return tr("{n} a second at most").format(n=round(per_second))
    if interval_s < 1.5:
        return tr("1 a second at most")
    return tr("{n} a minute at most").format(n=round(60 / interval_s))
