"""What the duplicates page says of groups and of the tracks in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from musiclib.domain.duplicates import DOUBT_WORDS, By, Group
from musiclib.domain.field_names import field_at_start, value_in_words
from musiclib.domain.merging import ART, MATCH
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import FileRow, TrackRow
from musiclib.domain.states import BadgeState, FileState, MatchState
from musiclib.gui import wording
from musiclib.gui.models.lines import Line
from musiclib.services.duplicate_types import Member


def _tr(text: str) -> str:
    return QCoreApplication.translate("duplicates", text)


def full_name(row: TrackRow) -> str:
    """Artist – title (version)."""
    return f"{row.artist} – {row.title} ({row.version})" if row.version else f"{row.artist} – {row.title}"


def found_by(group: Group) -> str:
    """What brought the tracks together, and what speaks against it."""
    by = {By.ISRC: _tr("ISRC"), By.FINGERPRINT: _tr("sound"), By.TAGS: _tr("names and length")}
    words = _tr("Same {what}").format(what=", ".join(by[each] for each in group.by))
    if not group.doubts:
        return words
    against = ", ".join(_tr(DOUBT_WORDS[each]) for each in group.doubts)
    return _tr("{words}; but {against}").format(words=words, against=against)


def line_of(group: Group, row: TrackRow | None) -> Line:
    """A group in the queue; `row` is that of the track to keep, once it is read."""
    name = full_name(row) if row is not None else "…"
    state = BadgeState.DONE if group.sure else BadgeState.REVIEW
    return Line(group.tracks, name, found_by(group), str(len(group.tracks)), state)


def rows_of(notation: KeyNotation) -> Sequence[tuple[str, str, Callable[[Member], str]]]:
    """(field, name, what a cell says) of everything that is compared, in order; "" where nothing is known."""
    return (
        ("artist", _tr("Artist"), lambda each: each.row.artist),
        ("title", _tr("Title"), lambda each: each.row.title),
        ("version", _tr("Version"), lambda each: each.row.version or ""),
        ("duration_s", _tr("Length"), lambda each: _known(wording.duration(each.row.duration_s))),
        ("isrc", _tr("ISRC"), lambda each: each.row.isrc or ""),
        ("audio", _tr("Best file"), lambda each: file_words(each.files[0]) if each.files else ""),
        ("files", _tr("Files"), lambda each: str(len(each.files)) if each.files else ""),
        ("albums", _tr("On albums"), lambda each: ", ".join(title for _, title in each.albums)),
        ("bpm", _tr("BPM"), lambda each: _known(wording.bpm(each.row.bpm))),
        ("key_code", _tr("Key"), lambda each: _known(wording.key(each.row.key_code, notation))),
        ("popularity", _tr("Popularity"), lambda each: _known(wording.plain(each.row.popularity))),
        ("original_year", _tr("Year"), lambda each: _known(wording.plain(each.row.year))),
        (MATCH, _tr("Match"), match_words),
        ("by_hand", _tr("Set by you"), by_hand_words),
    )


UNJUDGED = frozenset({"audio", "files", "albums", "by_hand", MATCH})
"""Rows in which another value is no sign against a track."""


def _known(words: str) -> str:
    return "" if words == wording.MISSING else words


def file_words(file: FileRow) -> str:
    """FLAC 900; or why it cannot be read."""
    if file.state is not FileState.OK:
        return _tr("cannot be read")
    return wording.audio_format(file.codec, file.bitrate) or _tr("a file")


def match_words(member: Member) -> str:
    if member.match_locked:
        return _tr("locked by you")
    return {
        MatchState.MATCHED: _tr("matched"),
        MatchState.REVIEW: _tr("to review"),
        MatchState.NOT_FOUND: _tr("not found"),
    }.get(member.row.match_state, "")


def by_hand_words(member: Member) -> str:
    names = [_tr(field_at_start(name)) for name in member.by_hand]
    return ", ".join([*names, *([_tr("Picture")] if member.art_locked else [])])


def field_words(field: str) -> str:
    """The name of a field a person set in two ways."""
    return {MATCH: _tr("Match"), ART: _tr("Picture")}.get(field) or _tr(field_at_start(field))


def choice_words(field: str, value: Plain | None) -> str:
    """What stands on the button that keeps a value."""
    return _tr("Keep this one") if value is None else value_in_words(field, value)
