"""The domain's words, translated, with this machine's clock."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from musiclib.domain import wording
from musiclib.domain.badges import Badge
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.rows import AlbumCounts, AlbumRow
from musiclib.domain.source_names import SOURCE_NAMES

MISSING = "–"
_MINUS = "−"


def translate(text: str) -> str:
    """A source string of `domain/wording.py` in the language of the window."""
    return QCoreApplication.translate("wording", text)


def source_name(code: str) -> str:
    """What a source or provider is called; the code itself for one that is not known."""
    return translate(SOURCE_NAMES.get(code, code))


def clock(now: datetime) -> wording.Clock:
    """Writes moments as hours and minutes, with the day where it is not today."""
    return wording.dated_clock(now)


def badge_words(badge: Badge, now: datetime) -> str:
    return wording.badge_words(badge, wording.dated_clock(now), translate)


def badge_sentence(badge: Badge, now: datetime) -> str:
    return wording.badge_sentence(badge, wording.dated_clock(now), translate)


def album_line(row: AlbumRow) -> str:
    return wording.album_line(row.counts, row.paused, translate)


def album_sentence(counts: AlbumCounts) -> tuple[str, str]:
    return wording.album_sentence(counts, translate)


_SECONDS_PER_DECISION = 17


def about_minutes(tracks: int) -> str:
    """How long a person takes to decide upon so many tracks."""
    minutes = max(1, round(tracks * _SECONDS_PER_DECISION / 60))
    if minutes == 1:
        return translate("about 1 minute")
    return translate("about {n} minutes").format(n=number(minutes))


def number(value: int) -> str:
    """A count with the thousands marked as people here write it."""
    return QLocale().toString(value)


def decimal(value: float, digits: int) -> str:
    """A number with so many places behind the point, as this machine writes them."""
    return QLocale().toString(value, "f", digits)


def bpm(value: float | None) -> str:
    return MISSING if value is None else f"{value:.1f}"


def loudness(value: float | None) -> str:
    """LUFS with a true minus."""
    return MISSING if value is None else f"{value:.1f}".replace("-", _MINUS)


def duration(seconds: float | None) -> str:
    """7:05, or 1:02:09 from an hour on."""
    if seconds is None:
        return MISSING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def long_duration(seconds: float) -> str:
    """1 h 33 min."""
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return translate("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return translate("{minutes} min").format(minutes=minutes)


def plain(value: int | None) -> str:
    return MISSING if value is None else str(value)


def key(code: int | None, notation: KeyNotation) -> str:
    return MISSING if code is None else MusicalKey.from_code(code).shown(notation)


def date(moment: datetime) -> str:
    """Day and month, with the year where it is not this one's business to guess: 9 June 2026."""
    local = moment.astimezone()
    return QLocale().toString(QLocale().toDate(local.strftime("%Y-%m-%d"), "yyyy-MM-dd"), "d MMMM yyyy")


def short_date(moment: datetime) -> str:
    """The date as a column of a table has it: 2026-06-09."""
    return moment.astimezone().strftime("%Y-%m-%d")


_LOSSY = frozenset({"mp3", "aac", "vorbis", "opus"})


def audio_format(codec: str | None, bitrate: int | None) -> str:
    """FLAC, or MP3 320: of what loses something, with its kbit/s. Empty if it is not known."""
    name = (codec or "").upper()
    lossy = (codec or "").lower() in _LOSSY
    return f"{name} {round(bitrate / 1000)}" if lossy and bitrate else name


def day(moment: datetime, now: datetime, *, short: bool = False) -> str:
    """9 June, or 9 Jun, with the year where it is not this one."""
    local = moment.astimezone()
    pattern = "d MMM" if short else "d MMMM"
    if local.year != now.astimezone().year:
        pattern += " yyyy"
    return QLocale().toString(QLocale().toDate(local.strftime("%Y-%m-%d"), "yyyy-MM-dd"), pattern)
