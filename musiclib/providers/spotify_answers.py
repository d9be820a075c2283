"""What Spotify's track and album objects say, as fields of ours.

Most apps are in development mode: fields are absent, null, 0 or empty there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.provenance import Plain
from musiclib.domain.text import clean_isrc, normalise, split_features, split_version
from musiclib.providers.base import Candidate, Json
from musiclib.providers.payload import date, mapping, number, objects, text, texts
from musiclib.providers.spotify_account import NAME

_ID = re.compile(r"[0-9A-Za-z]{1,64}")
_LONGEST_S = 24 * 3600


def candidate_of(track: Json, album: Json | None = None) -> Candidate | None:
    """`album` is the track's, where the track itself does not name it."""
    ident, fields = ident_of(track), track_fields(track)
    if ident is None or "title" not in fields or "artist" not in fields:
        return None
    if text(track.get("type")) not in ("track", None) or track.get("is_local") is True:
        return None
    is_full = isinstance(track.get("album"), dict)
    on = mapping(track.get("album")) if is_full else album or {}
    if name := text(on.get("name")):
        fields["album"] = name
    fields |= album_fields(on)
    return Candidate(
        provider=NAME,
        external_id=ident,
        fields=fields,
        raw=track,
        raw_key=f"tracks/{ident}" if is_full else f"album/tracks/{ident}",
        album_external_id=ident_of(on),
        art=_art(on),
        links=((NAME, f"https://open.spotify.com/track/{ident}"),),
        artist_ids=tuple(
            (name, artist)
            for each in objects(track.get("artists"))
            if (name := text(each.get("name"))) and (artist := ident_of(each))
        ),
    )


def ident_of(thing: Json) -> str | None:
    ident = thing.get("id")
    return ident if isinstance(ident, str) and _ID.fullmatch(ident) else None


def track_fields(track: Json) -> dict[str, Plain]:
    """What a track says; null, 0 and empty stand for what an app in development mode is not told."""
    fields: dict[str, Plain] = {}
    if title := text(track.get("name")):
        fields["title"], version = split_version(title)
        if version:
            fields["version"] = version
        if artist := credit_of(track, split_features(title)[1]):
            fields["artist"] = artist
    if isrc := clean_isrc(text(mapping(track.get("external_ids")).get("isrc"))):
        fields["isrc"] = isrc
    length = (number(track.get("duration_ms")) or 0) / 1000
    if 0 < length <= _LONGEST_S:
        fields["duration_s"] = round(length, 3)
    popularity = number(track.get("popularity")) or 0
    if 0 < popularity <= 100:
        fields["popularity"] = round(popularity)
    return fields


def album_fields(album: Json) -> dict[str, Plain]:
    """The date is that of this issue, not of the first one."""
    fields: dict[str, Plain] = {}
    # By its own shape: "1981-12" has been seen with the precision "year".
    if released := date(album.get("release_date")):
        fields["release_date"] = released
    if label := text(album.get("label")):
        fields["label"] = label
    if genres := texts(album.get("genres")):
        fields["genres"] = genres
    return fields


def credit_of(thing: Json, features: Collection[str] = ()) -> str:
    """The artists as a credit; those the title names as its features are left to the title."""
    named = {normalise(each) for each in features}
    everybody = [name for each in objects(thing.get("artists")) if (name := text(each.get("name")))]
    names = [name for name in everybody if normalise(name) not in named] or everybody
    return " & ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _art(album: Json) -> tuple[ArtRef, ...]:
    """The cover in its sizes, the widest first; those without a width last, in their order."""
    found = [
        ArtRef(NAME, "url", address, _pixels(each.get("width")), _pixels(each.get("height")))
        for each in objects(album.get("images"))
        if (address := text(each.get("url")))
    ]
    return tuple(sorted(found, key=lambda ref: -(ref.width or 0)))


def _pixels(value: Any) -> int | None:
    side = number(value)
    return int(side) if side and side > 0 else None
