"""The words of states: the short ones on a badge and the sentence behind it.

Pure and in English; a front end hands in `tr` to translate the templates and `clock` to write a
moment in local time. Window, command line and CSV say the same because they all ask here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from musiclib.domain.badges import Badge
from musiclib.domain.rows import AlbumCounts
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import BadgeState, Reason, TaskKind

Translate = Callable[[str], str]
Clock = Callable[[datetime], str]


def no_translation(text: str) -> str:
    return text


def local_clock(moment: datetime) -> str:
    """Hours and minutes in the time zone of this machine."""
    return moment.astimezone().strftime("%H:%M")


def dated_clock(now: datetime) -> Clock:
    """A clock that names the day where it is not today ("22:05", "24 Nov 22:05")."""

    def clock(moment: datetime) -> str:
        local = moment.astimezone()
        if local.date() == now.astimezone().date():
            return local.strftime("%H:%M")
        return f"{local.day} {local.strftime('%b %H:%M')}"

    return clock


_SHORT = {
    BadgeState.QUEUED: "Queued",
    BadgeState.RUNNING: "Running",
    BadgeState.DONE: "Done",
    BadgeState.PARTIAL: "Partial",
    BadgeState.WAITING: "Waiting",
    BadgeState.NOT_FOUND: "Not found",
    BadgeState.LOCKED: "Locked",
    BadgeState.REVIEW: "Review",
    BadgeState.ERROR: "Error",
}
_PHASE = {TaskKind.METADATA: "Looking up", TaskKind.AUDIO: "Analysing"}
_PHASE_SENTENCE = {
    TaskKind.METADATA: "Being looked up now.",
    TaskKind.AUDIO: "The audio is being analysed now.",
}
_QUEUE_SENTENCE = {
    TaskKind.METADATA: "In line to be looked up. Starts by itself.",
    TaskKind.AUDIO: "In line for analysis. Starts by itself.",
}
_WHY_WAITING = {
    Reason.RATE_LIMITED: "The source asked for a pause.",
    Reason.QUOTA: "The calls the source may get in 24 hours are used up.",
    Reason.UNREACHABLE: "The source could not be reached.",
    Reason.RETRY: "The last try did not work.",
    Reason.BAD_PAYLOAD: "The source gave an answer that could not be read.",
    Reason.SIGN_IN_NEEDED: "The source wants you to sign in: open Settings.",
    Reason.FORBIDDEN: "The source does not allow this for your account.",
    Reason.NO_FILE: "There is no audio file for it yet. Add a folder that has it.",
    Reason.DISK_FULL: "The disk is full. Free some space.",
    Reason.ANALYSER_CRASHED: "The analyser stopped on this file. It is tried once more.",
    Reason.ANALYSIS_TIMED_OUT: "The analysis took too long. It is tried once more.",
    Reason.FILE_MISSING: "The file is not where it was. It goes on when the file is back.",
}
_WHY_ERROR = {
    Reason.UNREADABLE_AUDIO: "The file cannot be read as audio. Replace it, then try again.",
    Reason.ANALYSER_CRASHED: "The analyser stopped on this file. Try again, or replace the file.",
    Reason.ANALYSIS_TIMED_OUT: "The analysis took too long. Try again, or replace the file.",
    Reason.QUARANTINED: "This file stopped the analyser several times and is left alone. Replace it.",
    Reason.FILE_MISSING: "The file is not where it was. Put it back or scan its folder again.",
    Reason.BAD_PAYLOAD: "The source gave an answer that could not be read. Try again later.",
    Reason.FORBIDDEN: "The source does not allow this for your account.",
    Reason.UNREACHABLE: "The source could not be reached. Try again.",
    Reason.DISK_FULL: "The disk is full. Free some space, then try again.",
    Reason.BUG: "Something in musiclib went wrong here; the log has the details. Try again.",
}
_COUNTED = {
    BadgeState.REVIEW: ("{n} needs you", "{n} need you"),
    BadgeState.ERROR: ("{n} is broken", "{n} are broken"),
    BadgeState.RUNNING: ("{n} is running", "{n} are running"),
    BadgeState.PARTIAL: ("{n} is partial", "{n} are partial"),
    BadgeState.QUEUED: ("{n} is queued", "{n} are queued"),
    BadgeState.WAITING: ("{n} waits", "{n} wait"),
    BadgeState.NOT_FOUND: ("{n} was not found", "{n} were not found"),
}


def badge_words(badge: Badge, clock: Clock = local_clock, tr: Translate = no_translation) -> str:
    """The two or three words beside a badge's glyph."""
    if badge.state is BadgeState.RUNNING and badge.kind is not None:
        return tr(_PHASE[badge.kind])
    if badge.state is BadgeState.PARTIAL and badge.share is not None:
        return tr("Partial {done}/{all}").format(done=badge.share[0], all=badge.share[1])
    if badge.state is BadgeState.WAITING and badge.until is not None:
        return tr("Till {time}").format(time=clock(badge.until))
    if badge.state is BadgeState.WAITING and badge.reason is Reason.NO_FILE:
        return tr("Needs file")
    if badge.state is BadgeState.WAITING and badge.reason is Reason.SIGN_IN_NEEDED:
        return tr("Sign in")
    if badge.state is BadgeState.WAITING and badge.reason is Reason.UNREACHABLE:
        return tr("Needs network")
    if badge.reason is Reason.ID_WAITS:
        return tr("Waiting ID")
    return tr(_SHORT[badge.state])


def badge_sentence(badge: Badge, clock: Clock = local_clock, tr: Translate = no_translation) -> str:
    """State, why, what happens next and when; for tooltips, screen readers and CSV."""
    if badge.state in {BadgeState.WAITING, BadgeState.ERROR}:
        return _troubled(badge, clock, tr)
    kind = badge.kind or TaskKind.METADATA
    if badge.state is BadgeState.RUNNING:
        return tr(_PHASE_SENTENCE[kind])
    if badge.state is BadgeState.QUEUED:
        return tr(_QUEUE_SENTENCE[kind])
    if badge.state is BadgeState.PARTIAL and badge.share is not None:
        text = tr(
            "Partly done: {done} of {all} facts are known. The rest comes with a file or a better match."
        )
        return text.format(done=badge.share[0], all=badge.share[1])
    return " ".join(filter(None, (tr(_settled(badge)), badge.detail and tr(badge.detail))))


def _settled(badge: Badge) -> str:
    if badge.reason is Reason.ID_WAITS:
        return "An ID that waits for its name. Edit the title, or paste the list again once it is known."
    return {
        BadgeState.REVIEW: "Needs you: the sources are not sure which recording this is. Pick one.",
        BadgeState.NOT_FOUND: "Not found by any source. Edit artist or title and try again.",
        BadgeState.LOCKED: "Matched by hand. Stays as it is.",
        BadgeState.PARTIAL: "Partly done.",
    }.get(badge.state, "Done. Every source has answered.")


def _troubled(badge: Badge, clock: Clock, tr: Translate) -> str:
    if badge.state is BadgeState.ERROR:
        why = badge.detail or tr(_WHY_ERROR.get(badge.reason or Reason.BUG, _WHY_ERROR[Reason.BUG]))
        return f"{tr('Error.')} {why}"
    if badge.until is None:
        parts = [tr("Waits.")]
    else:
        parts = [tr("Waits till {time}.").format(time=clock(badge.until))]
    why = badge.detail or (tr(_WHY_WAITING[badge.reason]) if badge.reason in _WHY_WAITING else "")
    if why:
        parts.append(why)
    if badge.until is not None:
        parts.append(tr("It tries again by itself."))
    return " ".join(parts)


def quota_words(provider: str) -> str:
    """Why a provider is left alone once its budget is spent."""
    return f"The calls {PROPER_NAMES.get(provider, provider)} may get in 24 hours are used up."


def rest_words(said: str, until: datetime, clock: Clock = local_clock, tr: Translate = no_translation) -> str:
    """What a person who asks a provider that rests is told."""
    return f"{said} {tr('Try again after {time}.').format(time=clock(until))}"


def complete_count(counts: AlbumCounts) -> int:
    """Tracks of an album that are done, by machine or by hand."""
    return counts.of(BadgeState.DONE) + counts.of(BadgeState.LOCKED)


def album_sentence(counts: AlbumCounts, tr: Translate = no_translation) -> tuple[str, str]:
    """The truth about an album: how many are complete, and what stands with each of the others."""
    done = complete_count(counts)
    if counts.total == 0:
        return tr("No tracks yet."), ""
    if done == counts.total:
        return tr("All {all} are complete.").format(all=counts.total), ""
    head = tr("{done} of {all} are complete.").format(done=done, all=counts.total)
    known = {state: counts.of(state) for state in _COUNTED}
    known[BadgeState.NOT_FOUND] -= counts.unnamed
    rest = [counted(state, count, tr) for state, count in known.items() if count]
    if counts.unnamed:
        template = "{n} waits for a name" if counts.unnamed == 1 else "{n} wait for a name"
        rest.append(tr(template).format(n=counts.unnamed))
    return head, ", ".join(rest) + "."


def counted(state: BadgeState, count: int, tr: Translate = no_translation) -> str:
    """A number of tracks with their state as a verb: "1 needs you", "4 wait"."""
    one, many = _COUNTED[state]
    return tr(one if count == 1 else many).format(n=count)


def album_line(counts: AlbumCounts, paused: bool, tr: Translate = no_translation) -> str:
    """The one line under a tile."""
    done = complete_count(counts)
    if counts.total == 0:
        return tr("no tracks yet")
    if done == counts.total:
        return (tr("1 track") if counts.total == 1 else tr("{n} tracks").format(n=counts.total)) + tr(
            " · complete"
        )
    if counts.of(BadgeState.QUEUED) == counts.total and not paused:
        return tr("{n} queued").format(n=counts.total)
    head = tr("{done} of {all}").format(done=done, all=counts.total)
    return f"{head} · {_most_urgent(counts, paused, tr)}"


def _most_urgent(counts: AlbumCounts, paused: bool, tr: Translate) -> str:
    for state in (BadgeState.ERROR, BadgeState.REVIEW):
        if counts.of(state):
            return counted(state, counts.of(state), tr)
    if paused:
        return tr("paused by you")
    if counts.of(BadgeState.RUNNING):
        return tr("looking up")
    for count, template in (
        (counts.of(BadgeState.QUEUED), "{n} queued"),
        (counts.of(BadgeState.WAITING), "{n} waiting"),
        (counts.of(BadgeState.NOT_FOUND) - counts.unnamed, "{n} not found"),
        (counts.unnamed, "{n} without a name"),
    ):
        if count:
            return tr(template).format(n=count)
    return tr("{n} partial").format(n=counts.of(BadgeState.PARTIAL))
