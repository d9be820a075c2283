"""A pasted row in the library's own terms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.text import clean_isrc, match_key, normalise, short_key, split_version
from musiclib.domain.tracklist.model import ParsedTrack

_PLAIN_NUMBER = re.compile(r"0*(\d+)")


class ImportRow(NamedTuple):
    artist: str
    title: str
    """Without the version."""
    version: str | None
    is_id: bool
    match_key: str
    isrc: str | None
    label: str | None
    """The position as pasted, where it says more than the order does."""
    start_s: float | None
    fields: dict[str, Plain]
    """What the list says of the track, by names of `MERGED_FIELDS`."""


def import_rows(tracks: Sequence[ParsedTrack]) -> list[ImportRow]:
    """The rows of a list; see `ImportRow`."""
    return [_row(track, place) for place, track in enumerate(tracks, start=1)]


def storable(text: str) -> str:
    """`text` without what no database takes: NUL, and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def album_key(title: str, artist: str | None) -> str:
    """Equal for two ways of writing the same album."""
    return short_key(f"{normalise(artist or '')}|{normalise(title)}")


def source_hash(raw_text: str, tracks: Sequence[ParsedTrack]) -> str:
    """Equal for two pastes of the same list, whatever the white space around its lines."""
    lines = [stripped for line in raw_text.splitlines() if (stripped := line.strip())]
    if not lines:
        lines = [f"{track.artist}\t{track.title}" for track in tracks]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _row(track: ParsedTrack, place: int) -> ImportRow:
    artist = storable(track.artist)
    title, version = (storable(track.title), None) if track.is_id else split_version(storable(track.title))
    isrc = clean_isrc(track.isrc)
    key = MusicalKey.parse(track.key) if track.key else None
    said: dict[str, Plain | None] = {
        "artist": artist or None,
        "title": title,
        "version": version,
        "album": track.album,
        "label": track.label_name,
        "catalog_number": track.catalog_number,
        "original_year": track.year,
        "bpm": track.bpm,
        "key_code": key.code if key else None,
        "isrc": isrc,
        "duration_s": track.duration_s,
    }
    fields = {
        name: storable(value) if isinstance(value, str) else value
        for name, value in said.items()
        if value is not None
    }
    return ImportRow(
        artist=artist,
        title=title,
        version=version,
        is_id=track.is_id,
        match_key=match_key(artist, title, version),
        isrc=isrc,
        label=_label(track, place),
        start_s=track.start_s,
        fields=fields,
    )


def _label(track: ParsedTrack, place: int) -> str | None:
    if track.played_with_previous and not track.position:
        return "w/"
    if not track.position:
        return None
    number = _PLAIN_NUMBER.fullmatch(track.position.strip(" .)"))
    if number and int(number[1]) == place:
        return None
    return track.position[:32]
