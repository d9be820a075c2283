"""The download centre in words: one true sentence for an album, and for a transfer its state and why.

Pure and in English, as `domain.queue_words`: a front end hands in its clock, its language and how it writes
numbers. Window and command line say the same because both ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from musiclib.domain.states import OPEN_TRANSFERS, TransferReason, TransferState
from musiclib.domain.transfers import MOST_TRIES, DownloadAlbumRow, DownloadSummary, TransferRow
from musiclib.domain.wording import Clock, Translate, no_translation

Decimal = Callable[[float, int], str]
"""Writes a number with so many digits after the point."""


def plain_decimal(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"


_KILO = 1000
_UNITS = ("B", "kB", "MB", "GB", "TB")
_WHY: dict[TransferReason, str] = {
    TransferReason.BY_PERSON: "Stopped by you",
    TransferReason.UNSURE: "The sources are not sure; choose one",
    TransferReason.NOT_AS_LISTED: "What came is not as the list says",
    TransferReason.NO_SOURCE: "None of your sources has it",
    TransferReason.UNREACHABLE: "Source was not reached",
    TransferReason.RATE_LIMITED: "Source asked for a pause",
    TransferReason.SERVER_ERROR: "Source was busy",
    TransferReason.SIGN_IN_NEEDED: "Source wants another password: open Settings",
    TransferReason.FORBIDDEN: "Source does not allow it",
    TransferReason.GONE: "Source has it no more",
    TransferReason.NOT_AUDIO: "Something else than audio came",
    TransferReason.BROKEN_OFF: "Connection broke off",
    TransferReason.WRONG_SIZE: "Its size is not what the source says",
    TransferReason.WRONG_HASH: "Its checksum is not what the source says",
    TransferReason.WRONG_RANGE: "Source sent another part than asked for",
    TransferReason.BAD_REDIRECT: "Source leads where it may not",
    TransferReason.UNREADABLE_AUDIO: "What came is damaged",
    TransferReason.TOO_LARGE: "It is too large",
    TransferReason.DISK_FULL: "The disk is full",
    TransferReason.FOLDER_MISSING: "The download folder is not there",
    TransferReason.NOT_WRITABLE: "The download folder cannot be written",
    TransferReason.SOURCE_MISSING: "Its source was removed or switched off",
    TransferReason.BUG: "Something in musiclib went wrong; the log has the details",
}
_COUNTED = {
    "coming": ("{n} is coming", "{n} are coming"),
    "checked": ("{n} is checked", "{n} are checked"),
    "searched": ("{n} is looked for", "{n} are looked for"),
    "queued": ("{n} is in line", "{n} are in line"),
    "later": ("{n} tries again at {time}", "{n} try again at {time}"),
    "review": ("{n} needs you", "{n} need you"),
    "paused": ("{n} is paused", "{n} are paused"),
    "error": ("{n} did not work", "{n} did not work"),
    "id": ("{n} ID has no name yet", "{n} IDs have no name yet"),
    "nowhere": ("{n} is in none of your sources", "{n} are in none of your sources"),
    "cancelled": ("{n} is not wanted", "{n} are not wanted"),
}
"""In the order they are told."""


def album_sentence(
    row: DownloadAlbumRow, now: datetime, clock: Clock, tr: Translate = no_translation
) -> tuple[str, str]:
    """The truth about an album: its head, to be set off, and the rest."""
    groups = _groups(row.transfers, now)
    total, here = len(row.transfers), len(groups.get("here", ()))
    if here == total:
        ended = row.finished_at
        head = tr("It is here and checked.") if total == 1 else tr("All {n} are here and checked.")
        return head.format(n=total), tr("Finished at {time}.").format(time=clock(ended)) if ended else ""
    paused = groups.get("paused")
    if paused and not groups.keys() & {"coming", "checked", "searched", "queued", "later"}:
        since = max(each.state_at for each in paused)
        head = tr("Paused by you at {time}.").format(time=clock(since))
        rest = tr("{done} of {all} are here; the rest goes on from the same byte, also after a restart.")
        more = _told({name: each for name, each in groups.items() if name != "paused"}, row, clock, tr)
        return head, " ".join([rest.format(done=here, all=total), *([more] if more else [])])
    head = tr("1 of {all} is here.") if here == 1 else tr("{done} of {all} are here.")
    return head.format(done=here, all=total), _told(groups, row, clock, tr)


def transfer_state(
    row: TransferRow,
    now: datetime,
    clock: Clock,
    tr: Translate = no_translation,
    decimal: Decimal = plain_decimal,
) -> str:
    """The few words beside a transfer's glyph."""
    if row.state is TransferState.DONE:
        return tr("Here, checked")
    if row.state is TransferState.RUNNING:
        return _moving_state(row, tr, decimal)
    if row.is_id and row.state in OPEN_TRANSFERS:
        return tr("Waiting ID")
    if waits_till(row, now) is not None and row.not_before is not None:
        return tr("Till {time}").format(time=clock(row.not_before))
    if row.state is TransferState.PAUSED and row.bytes_done:
        return tr("Paused at {share}").format(share=_share(row, tr, decimal))
    return tr(_SHORT[row.state])


_SHORT = {
    TransferState.WANTED: "To be found",
    TransferState.QUEUED: "In line",
    TransferState.PAUSED: "Paused",
    TransferState.REVIEW: "Review",
    TransferState.NO_SOURCE: "No source",
    TransferState.ERROR: "Error",
    TransferState.CANCELLED: "Not wanted",
}


def transfer_why(
    row: TransferRow, now: datetime, tr: Translate = no_translation, decimal: Decimal = plain_decimal
) -> str:
    """Why it stands there, or how it gets on; empty where the state says it all."""
    if row.state is TransferState.RUNNING:
        return _pace(row, tr, decimal)
    if row.state is TransferState.DONE:
        return row.detail or ""
    if row.is_id and row.state in OPEN_TRANSFERS:
        return tr("It can be looked for once it has a name")
    if row.reason is None or row.reason is TransferReason.BY_PERSON:
        return row.detail or ""
    if waits_till(row, now) is not None and row.attempts:
        nth = min(row.attempts + 1, MOST_TRIES)
        return tr("{why}, try {n} of {most}").format(why=tr(_WHY[row.reason]), n=nth, most=MOST_TRIES)
    return row.detail or tr(_WHY[row.reason])


def reason_words(reason: TransferReason, tr: Translate = no_translation) -> str:
    """A reason alone, without a point at its end."""
    return tr(_WHY[reason])


def waits_till(row: TransferRow, now: datetime) -> datetime | None:
    """When it is tried again by itself; None if it does not wait for a moment."""
    waits = row.state in (TransferState.WANTED, TransferState.QUEUED)
    return row.not_before if waits and row.not_before is not None and row.not_before > now else None


def album_bytes(row: DownloadAlbumRow) -> tuple[int, int | None]:
    """Bytes that are here, and how many there are; None where that is not known of any that is missing.

    A track whose size nobody knows counts as the mean of the others.
    """
    each_one = {each.id or each.track_id: each for each in row.transfers}
    counted = [each for each in each_one.values() if each.state is not TransferState.CANCELLED]
    sizes = [each.bytes_total for each in counted if each.bytes_total]
    done = sum(each.bytes_done for each in counted)
    if not sizes:
        return done, None
    mean = sum(sizes) / len(sizes)
    return done, round(sum(each.bytes_total or max(mean, each.bytes_done) for each in counted))


def seconds_left(row: DownloadAlbumRow) -> float | None:
    """Until all that moves or is in line has come, at the speed of now; None if nothing moves."""
    speed = sum(each.speed_bps or 0.0 for each in row.transfers)
    moving = [
        each
        for each in row.transfers
        if each.state in (TransferState.RUNNING, TransferState.QUEUED) and each.not_before is None
    ]
    if speed <= 0 or any(each.bytes_total is None for each in moving):
        return None
    return sum(max(0, (each.bytes_total or 0) - each.bytes_done) for each in moving) / speed


def summary_words(
    summary: DownloadSummary, tr: Translate = no_translation, decimal: Decimal = plain_decimal
) -> str:
    """The line beside the heading: how much is here, how fast, how long."""
    if summary.trouble:
        return summary.trouble
    if not summary.by_state:
        return tr("Nothing to fetch")
    parts = []
    if summary.bytes_total:
        parts.append(bytes_of(summary.bytes_done, summary.bytes_total, tr, decimal))
    if summary.paused:
        parts.append(tr("paused by you"))
    if summary.speed_bps > 0:
        parts.append(speed_words(summary.speed_bps, tr, decimal))
    if summary.seconds_left is not None:
        parts.append(tr("{time} of moving left").format(time=time_words(summary.seconds_left, tr)))
    return ", ".join(parts) or tr("Nothing moves")


def size_words(count: float, tr: Translate = no_translation, decimal: Decimal = plain_decimal) -> str:
    """Bytes in the unit that fits: "74 MB", "1.05 GB"."""
    power = _power(count)
    return f"{_in_unit(count, power, decimal)} {tr(_UNITS[power])}"


def bytes_of(
    done: float, total: float | None, tr: Translate = no_translation, decimal: Decimal = plain_decimal
) -> str:
    """How much of how much, in one unit: "481 of 688 MB"; once it is all here, how much that is."""
    if not total or done == total:
        return size_words(done, tr, decimal)
    power = _power(max(done, total))
    return tr("{done} of {all} {unit}").format(
        done=_in_unit(done, power, decimal), all=_in_unit(total, power, decimal), unit=tr(_UNITS[power])
    )


def speed_words(bps: float, tr: Translate = no_translation, decimal: Decimal = plain_decimal) -> str:
    """Bytes a second: "0.8 MB/s"."""
    if bps < 100 * _KILO:
        return tr("{n} kB/s").format(n=decimal(bps / _KILO, 0))
    return tr("{n} MB/s").format(n=decimal(bps / _KILO**2, 1))


def time_words(seconds: float, tr: Translate = no_translation) -> str:
    """A time that is left, no more exact than it can be: "about 90 s", "about 4 min", "about 3 h"."""
    if seconds < 100:
        return tr("about {n} s").format(n=max(10, round(seconds / 10) * 10))
    if seconds < 100 * 60:
        return tr("about {n} min").format(n=round(seconds / 60))
    return tr("about {n} h").format(n=round(seconds / 3600))


def _groups(transfers: Sequence[TransferRow], now: datetime) -> dict[str, list[TransferRow]]:
    found: dict[str, list[TransferRow]] = {}
    for each in transfers:
        found.setdefault(_group(each, now), []).append(each)
    return found


_BY_STATE = {
    TransferState.DONE: "here",
    TransferState.PAUSED: "paused",
    TransferState.REVIEW: "review",
    TransferState.NO_SOURCE: "nowhere",
    TransferState.ERROR: "error",
    TransferState.CANCELLED: "cancelled",
    TransferState.WANTED: "searched",
    TransferState.QUEUED: "queued",
}


def _group(row: TransferRow, now: datetime) -> str:
    if row.is_id and row.state in OPEN_TRANSFERS:
        return "id"
    if row.state is TransferState.RUNNING:
        if row.checking:
            return "checked"
        return "searched" if row.source_label is None else "coming"
    return "later" if waits_till(row, now) is not None else _BY_STATE[row.state]


def _told(groups: dict[str, list[TransferRow]], row: DownloadAlbumRow, clock: Clock, tr: Translate) -> str:
    phrases = []
    for name, (one, many) in _COUNTED.items():
        members = groups.get(name)
        if not members:
            continue
        first = min((each.not_before for each in members if each.not_before), default=None)
        phrase = tr(one if len(members) == 1 else many)
        phrase = phrase.format(n=len(members), time=clock(first) if first else "")
        if name == "coming" and (left := seconds_left(row)) is not None:
            phrase += f", {time_words(left, tr)};"
        phrases.append(phrase)
    return f"{', '.join(phrases).replace(';,', ';').rstrip(';')}." if phrases else ""


def _moving_state(row: TransferRow, tr: Translate, decimal: Decimal) -> str:
    if row.checking:
        return tr("Being checked")
    if row.source_label is None:
        return tr("Looking for it")
    return _share(row, tr, decimal)


def _share(row: TransferRow, tr: Translate, decimal: Decimal) -> str:
    if not row.bytes_total:
        return size_words(row.bytes_done, tr, decimal)
    share = min(100, row.bytes_done * 100 // row.bytes_total)
    return tr("{n} % of {all}").format(n=share, all=size_words(row.bytes_total, tr, decimal))


def _pace(row: TransferRow, tr: Translate, decimal: Decimal) -> str:
    if row.checking or not row.speed_bps:
        return ""
    pace = speed_words(row.speed_bps, tr, decimal)
    if not row.bytes_total:
        return pace
    left = max(0, row.bytes_total - row.bytes_done) / row.speed_bps
    return f"{pace}, {time_words(left, tr)}"


def _power(count: float) -> int:
    power = 0
    while count >= _KILO and power < len(_UNITS) - 1:
        count /= _KILO
        power += 1
    return power


def _in_unit(count: float, power: int, decimal: Decimal) -> str:
    return decimal(count / _KILO**power, 2 if power >= 3 else 0)
