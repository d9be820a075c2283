"""What the library says of a track in the words of tags, and whether a file says it already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.replaygain import gain_text, peak_text, r128_text
from musiclib.domain.tag_fields import TAGS_OF, KeyPlace, TagField
from musiclib.domain.text import clean_isrc

Values = Mapping[str, Sequence[str]]
"""Names of tags (`tags.frames.FIELDS`) and what stands there; what is absent says nothing."""


@dataclass(frozen=True, slots=True)
class AlbumFacts:
    """The album whose place a track has."""

    title: str
    artist: str | None
    number: int | None
    """On its disc; None where the library's order may not be that of the record."""
    disc: int
    discs: int
    loudness_lufs: float | None
    """Of all its tracks together; None unless each was measured."""
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What the library knows of a track."""

    values: Mapping[str, Plain | None]
    """Under the names of `MERGED_FIELDS`."""
    album: AlbumFacts | None = None
    recording_mbid: str | None = None
    release_mbid: str | None = None


@dataclass(frozen=True, slots=True)
class KeyRules:
    notation: KeyNotation = KeyNotation.CAMELOT
    place: KeyPlace = KeyPlace.FIELD


@dataclass(frozen=True, slots=True)
class _Said:
    """One file and what is known of its track."""

    facts: TrackFacts
    now: Values
    """What the file says."""
    opus: bool
    rules: KeyRules = field(default_factory=KeyRules)

    def text(self, name: str) -> tuple[str, ...]:
        value = self.facts.values.get(name)
        return (str(value),) if value not in (None, "") else ()


_KEY_IN_FRONT = re.compile(
    r"\s*(1[0-2]|0?[1-9])[ABdm](?:\s*-\s*|\s*\Z)|\s*[A-G][#b]? (?:major|minor)(?:\s*-\s*|\s*\Z)"
)
"""As programs of DJs begin a comment: "8A - ", or nothing but that."""


def wanted_tags(
    field: TagField, facts: TrackFacts, now: Values, rules: KeyRules, *, opus: bool = False
) -> dict[str, tuple[str, ...]]:
    """What the tags of a field would say; without those the library knows nothing of."""
    said = _Said(facts, now, opus, rules)
    found = _SPECIAL[field](said) if field in _SPECIAL else {name: said.text(name) for name in TAGS_OF[field]}
    return {name: values for name, values in found.items() if values}


def says_already(name: str, now: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a tag means what it would be set to, as far as its kind can say it."""
    if not now:
        return False
    if name in _NUMBERS:
        there, new = _number(now[0]), _number(wanted[0])
        return there is not None and new is not None and abs(there - new) < _NUMBERS[name]
    if name in ("date", "original_date"):
        return now[0].startswith(wanted[0])
    if name == "artist":
        return ", ".join(dict.fromkeys(now)) == wanted[0]
    if name == "isrc":
        return clean_isrc(now[0]) == wanted[0]
    if name == "genres":
        return [part.strip() for each in now for part in each.split(";")] == list(wanted)
    return list(now) == list(wanted)


def in_words(field: TagField, values: Values) -> str:
    """The tags of a field as one text for people; empty where there is nothing."""
    if field is TagField.REPLAYGAIN:
        return _gain_words(values)
    if field is TagField.KEY:
        return _key_words(values)
    texts = [", ".join(values[name]) for name in TAGS_OF[field] if values.get(name)]
    return " · ".join(texts)


def _gain_words(values: Values) -> str:
    parts = []
    for what, gain, r128, peak in (
        ("", "track_gain", "r128_gain", "track_peak"),
        ("album ", "album_gain", "r128_album_gain", "album_peak"),
    ):
        if values.get(gain):
            parts.append(what + values[gain][0].replace("-", "−"))
        elif values.get(r128) and (number := _number(values[r128][0])) is not None:
            parts.append(f"{what}{number / 256:.2f} dB (R128)".replace("-", "−"))
        if values.get(peak):
            parts.append(f"{what}peak {values[peak][0]}")
    return ", ".join(parts)


def _key_words(values: Values) -> str:
    words = " · ".join(values[name][0] for name in ("key", "key_shown") if values.get(name))
    if values.get("comment"):
        words += f"{' · ' if words else ''}“{values['comment'][0]}”"
    return words


# --- the fields that are more than one text -----------------------------------------------------------

_Found = dict[str, tuple[str, ...]]


def _title(said: _Said) -> _Found:
    title, version = said.facts.values.get("title"), said.facts.values.get("version")
    text = f"{title} ({version})" if version else str(title or "")
    return {"title": (text,) if text else ()}


def _album(said: _Said) -> _Found:
    album = said.facts.album
    return {"album": (album.title,) if album else said.text("album")}


def _album_artist(said: _Said) -> _Found:
    album = said.facts.album
    return {"albumartist": (album.artist,) if album and album.artist else ()}


def _track(said: _Said) -> _Found:
    album = said.facts.album
    return {"track": _numbered(album.number if album else None, said.now.get("track", ()))}


def _disc(said: _Said) -> _Found:
    album, now = said.facts.album, said.now.get("disc", ())
    return {"disc": _numbered(album.disc, now) if album and (album.discs > 1 or now) else ()}


def _numbered(number: int | None, now: Sequence[str]) -> tuple[str, ...]:
    """With the total the file gives: the library has perhaps not all of the record."""
    if number is None:
        return ()
    there, _, total = (now[0] if now else "").partition("/")
    if _number(there) == number:
        return (now[0],)
    return (
        (f"{number}/{total.strip()}",)
        if total.strip().isdecimal() and int(total) >= number
        else (str(number),)
    )


def _date(said: _Said) -> _Found:
    date = said.facts.values.get("release_date")
    return {"date": (str(date),) if date else ()}


def _genres(said: _Said) -> _Found:
    genres = said.facts.values.get("genres")
    return {"genres": tuple(genres) if isinstance(genres, list) else ()}


def _bpm(said: _Said) -> _Found:
    bpm = said.facts.values.get("bpm")
    return {"bpm": (f"{bpm:.2f}".rstrip("0").rstrip("."),) if isinstance(bpm, int | float) else ()}


def _key(said: _Said) -> _Found:
    code = said.facts.values.get("key_code")
    if not isinstance(code, int):
        return {}
    key, rules = MusicalKey.from_code(code), said.rules
    found: _Found = {"key": (key.short_name,)}
    if rules.notation is KeyNotation.MUSICAL:
        return found
    shown = key.shown(rules.notation)
    if rules.place is KeyPlace.FIELD:
        found["key_shown"] = (shown,)
    if rules.place is KeyPlace.COMMENT:
        comment = next(iter(said.now.get("comment", ())), "")
        rest = _KEY_IN_FRONT.sub("", comment, count=1) if _KEY_IN_FRONT.match(comment) else comment
        found["comment"] = (f"{shown} - {rest}" if rest else shown,)
    return found


def _replaygain(said: _Said) -> _Found:
    values, album = said.facts.values, said.facts.album
    track = values.get("loudness_lufs"), values.get("true_peak_dbtp")
    whole = (album.loudness_lufs, album.true_peak_dbtp) if album else (None, None)
    found: _Found = {}
    for which, (loudness, peak) in (("track", track), ("album", whole)):
        if not isinstance(loudness, int | float):
            continue
        if said.opus:
            found["r128_gain" if which == "track" else "r128_album_gain"] = (r128_text(loudness),)
            continue
        found[f"{which}_gain"] = (gain_text(loudness),)
        if isinstance(peak, int | float):
            found[f"{which}_peak"] = (peak_text(peak),)
    return found


def _ids(said: _Said) -> _Found:
    facts = said.facts
    both = {"recording_mbid": facts.recording_mbid, "release_mbid": facts.release_mbid}
    return {name: (value,) for name, value in both.items() if value}


_SPECIAL = {
    TagField.TITLE: _title,
    TagField.ALBUM: _album,
    TagField.ALBUM_ARTIST: _album_artist,
    TagField.TRACK: _track,
    TagField.DISC: _disc,
    TagField.DATE: _date,
    TagField.ORIGINAL_YEAR: lambda said: {"original_date": said.text("original_year")},
    TagField.GENRES: _genres,
    TagField.BPM: _bpm,
    TagField.KEY: _key,
    TagField.REPLAYGAIN: _replaygain,
    TagField.IDS: _ids,
}
_NUMBERS = {
    "bpm": 0.005,
    "energy": 0.5,
    "track_gain": 0.005,
    "album_gain": 0.005,
    "track_peak": 1e-6,
    "album_peak": 1e-6,
    "r128_gain": 0.5,
    "r128_album_gain": 0.5,
}


def _number(text: str) -> float | None:
    try:
        return float(text.strip().removesuffix("dB").replace(",", ".").strip())
    except ValueError:
        return None
