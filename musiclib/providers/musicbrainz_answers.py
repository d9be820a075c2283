"""What MusicBrainz' answers say (https://musicbrainz.org/doc/MusicBrainz_API), brought to our terms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz

from musiclib.domain import similarity
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.provenance import Plain
from musiclib.domain.references import parse_reference
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc, is_version, normalise, split_version
from musiclib.domain.versions import ORIGINAL, Kind, parse_version
from musiclib.providers.albums import AlbumOffer
from musiclib.providers.base import ArtistFacts, Candidate, Json
from musiclib.providers.payload import date, identifier, mapping, number, objects, text, texts

NAME = Source.MUSICBRAINZ.value
_MOST_ALIASES = 20
MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ARTIST_PAGES = (
    (Source.SPOTIFY, re.compile(r"https://open\.spotify\.com/artist/(\w{22})")),
    (Source.DEEZER, re.compile(r"https://www\.deezer\.com/artist/(\d{1,15})")),
    (Source.ITUNES, re.compile(r"https://(?:itunes|music)\.apple\.com/\w\w/artist/(?:id)?(\d{1,15})")),
)


def candidate(recording: Json, album: str | None, isrc: str | None) -> Candidate | None:
    """A recording with its releases, as searches and look-ups of recordings hold it.

    `album` and `isrc` are what is asked for: they choose among those the recording has.
    """
    release = best_release(objects(recording.get("releases")), album)
    found = _bare(recording, recording, isrc)
    if found is None:
        return None
    listed = objects(next(iter(objects(release.get("media"))), {}).get("track"))
    place = _place(release, listed[0].get("number") if listed else None)
    return replace(_on(found, release, _issue(release, recording), recording), position=place)


def release_candidates(release: Json) -> list[Candidate]:
    """The recordings of a release, in full, as a look-up of the release holds them."""
    found = []
    for medium in objects(release.get("media")):
        for track in objects(medium.get("tracks")):
            recording = mapping(track.get("recording"))
            if each := _bare(recording | {"releases": [release]}, track, None):
                fields = _issue(release, recording) | _label(release)
                if genres := _genres(recording) or _release_genres(release):
                    fields["genres"] = genres
                place = _place(release, track.get("position"))
                found.append(replace(_on(each, release, fields, recording), position=place))
    return found


def _place(release: Json, value: Any) -> int | None:
    """Where a track stands, on releases of one disc; numbers of searches are text, and "A1" on vinyl."""
    if len(objects(release.get("media"))) != 1:
        return None
    place = identifier(value)
    return int(place) if place else None


def release_fields(release: Json, recording_mbid: str) -> dict[str, Plain]:
    """What a release says of one of its recordings."""
    fields = _label(release)
    for medium in objects(release.get("media")):
        for track in objects(medium.get("tracks")):
            recording = mapping(track.get("recording"))
            if recording.get("id") == recording_mbid:
                if isrc := _isrc(recording, None):
                    fields["isrc"] = isrc
                if genres := _genres(recording):
                    fields["genres"] = genres
    if "genres" not in fields and (genres := _release_genres(release)):
        fields["genres"] = genres
    return fields


def album_offers(releases: Any) -> list[AlbumOffer]:
    """Releases of a search, the official and earliest first."""
    ranked = sorted(
        (each for each in objects(releases) if mbid_of(each)),
        key=lambda each: (text(each.get("status")) not in ("Official", None), _sortable(each.get("date"))),
    )
    return [
        AlbumOffer(
            text(each.get("title")) or "",
            credit(each.get("artist-credit")),
            int(number(each.get("track-count")) or 0) or None,
            each,
        )
        for each in ranked
    ]


def has_isrc(isrc: str, recording: Json) -> bool:
    return isrc in _listed_isrcs(recording)


def has_mbid(mbid: str, thing: Json) -> bool:
    return thing.get("id") == mbid


def is_called(key: str, artist: Json) -> bool:
    """Whether the artist has this (normalised) name, in this or other letters."""
    return mbid_of(artist) is not None and any(
        similarity.same_artist(key, normalise(name)) for name in other_names(artist)
    )


def _listed_isrcs(recording: Json) -> list[str]:
    """Older servers send objects."""
    listed = recording.get("isrcs")
    named = texts(listed) + [name for each in objects(listed) if (name := text(each.get("id")))]
    return [isrc for each in named if (isrc := clean_isrc(each))]


def artist_facts(artist: Json) -> ArtistFacts | None:
    """An artist, as searches and look-ups of artists hold it."""
    if mbid_of(artist) is None or text(artist.get("name")) is None:
        return None
    ids: dict[str, str] = {}
    for address in _addresses(artist):
        for provider, page in _ARTIST_PAGES:
            if named := page.fullmatch(address):
                ids.setdefault(provider, named[1])
    return ArtistFacts(tuple(_genres(artist)), tuple(ids.items()))


def _bare(recording: Json, track: Json, isrc: str | None) -> Candidate | None:
    """What a recording says of itself; what it lacks may stand in its track."""
    mbid = mbid_of(recording)
    title = text(recording.get("title")) or text(track.get("title"))
    credited = recording.get("artist-credit") or track.get("artist-credit")
    artist = credit(credited)
    if mbid is None or title is None or not artist or recording.get("video") is True:
        return None
    fields: dict[str, Plain] = {"artist": artist}
    fields["title"], version = split_version(title)
    version = version or _version_told_apart(recording)
    if version:
        fields["version"] = version
    if (length := number(recording.get("length")) or number(track.get("length"))) and length > 0:
        fields["duration_s"] = round(length / 1000, 3)
    if code := _isrc(recording, isrc):
        fields["isrc"] = code
    return Candidate(
        provider=NAME,
        external_id=mbid,
        fields=fields,
        raw=recording,
        raw_key=f"recording/{mbid}",
        links=_links(recording, mbid),
        artist_aliases=_aliases(credited),
        artist_ids=_artist_ids(credited),
    )


def _version_told_apart(recording: Json) -> str | None:
    """The version where only the words that tell recordings apart name it: "live, 1975-03-02: Oslo".

    Where it was played belongs to it. A recording of nothing but live albums is live, told or not.
    """
    told = text(recording.get("disambiguation")) or ""
    words = re.split(r"[,:;]", told, maxsplit=1)[0].strip()
    if is_version(words) and (version := parse_version(words)) != ORIGINAL:
        return told if Kind.LIVE in version.kinds else words
    groups = [mapping(each.get("release-group")) for each in objects(recording.get("releases"))]
    return "live" if groups and all(_is_live(each) for each in groups) else None


def _is_live(group: Json) -> bool:
    return "live" in (each.lower() for each in texts(group.get("secondary-types")))


def _on(found: Candidate, release: Json, fields: dict[str, Plain], recording: Json) -> Candidate:
    """The candidate on a release. Art: its front, unless it says that it has none, and its group's."""
    if "genres" not in fields and (genres := _genres(recording)):
        fields["genres"] = genres
    group = mapping(release.get("release-group"))
    lacks_front = mapping(release.get("cover-art-archive")).get("front") is False
    refs = (("release", None if lacks_front else mbid_of(release)), ("release-group", mbid_of(group)))
    return replace(
        found,
        fields=found.fields | fields,
        album_external_id=mbid_of(release),
        art=tuple(ArtRef(Source.COVER_ART_ARCHIVE, kind, ref) for kind, ref in refs if ref),
    )


def _links(recording: Json, mbid: str) -> tuple[tuple[str, str], ...]:
    """The recording's own page, and the pages at other providers that editors have linked it to."""
    links = {NAME: f"https://musicbrainz.org/recording/{mbid}"}
    for address in _addresses(recording):
        reference = parse_reference(address)
        if reference is not None and reference.provider and address.startswith("https://"):
            links.setdefault(reference.provider, address)
    return tuple(links.items())


def _addresses(thing: Json) -> list[str]:
    found = [text(mapping(each.get("url")).get("resource")) for each in objects(thing.get("relations"))]
    return [address for address in found if address]


def credit(parts: Any) -> str:
    """An artist credit as it is printed: names with their join phrases, which carry their own spaces."""
    printed = ""
    for part in objects(parts):
        name = text(part.get("name")) or text(mapping(part.get("artist")).get("name")) or ""
        phrase = part.get("joinphrase")
        printed += name + (phrase if isinstance(phrase, str) else "")
    return text(printed) or ""


def _aliases(parts: Any) -> tuple[str, ...]:
    """Other names of the artist of a credit of one."""
    credited = objects(parts)
    return other_names(mapping(credited[0].get("artist"))) if len(credited) == 1 else ()


def other_names(artist: Json) -> tuple[str, ...]:
    """The artist's own name, as sorted, and what people call them."""
    sorted_as = text(artist.get("sort-name")) or ""
    family, comma, given = sorted_as.partition(", ")
    names = [text(artist.get("name")), f"{given} {family}" if comma else sorted_as]
    names += [text(alias.get("name")) for alias in objects(artist.get("aliases"))]
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_ALIASES]


def _artist_ids(parts: Any) -> tuple[tuple[str, str], ...]:
    """Each artist of a credit as it is printed there, and its MBID."""
    found = []
    for part in objects(parts):
        artist = mapping(part.get("artist"))
        name, mbid = text(part.get("name")) or text(artist.get("name")), mbid_of(artist)
        if name and mbid:
            found.append((name, mbid))
    return tuple(found)


def best_release(releases: list[Json], album: str | None) -> Json:
    """The release a person would name: the album asked for, else the earliest official album or single.

    An empty object if there are none. Compilations, mixes and bootlegs come last.
    """
    wanted = normalise(album or "")

    def rank(release: Json) -> tuple[bool, bool, bool, bool, str, str]:
        group = mapping(release.get("release-group"))
        title = normalise(text(release.get("title")) or "")
        asked_for = bool(wanted) and fuzz.token_sort_ratio(title, wanted) >= 90
        return (
            not asked_for,
            text(release.get("status")) not in ("Official", None),
            bool(texts(group.get("secondary-types")))
            or normalise(credit(release.get("artist-credit"))) == "various artists",
            text(group.get("primary-type")) not in ("Album", "Single", "EP"),
            _sortable(release.get("date")),
            mbid_of(release) or "",
        )

    return min((each for each in releases if mbid_of(each)), key=rank, default={})


def _sortable(value: Any) -> str:
    """A year alone stands after the full dates of that year, and no date last."""
    return (date(value) or "9999").ljust(10, "~")


def _issue(release: Json, recording: Json) -> dict[str, Plain]:
    """Album and dates."""
    fields: dict[str, Plain] = {}
    if album := text(release.get("title")):
        fields["album"] = album
    released = date(release.get("date"))
    if released:
        fields["release_date"] = released
    group = mapping(release.get("release-group"))
    if (
        first := date(recording.get("first-release-date"))
        or date(group.get("first-release-date"))
        or released
    ):
        fields["original_year"] = int(first[:4])
    return fields


def _label(release: Json) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    for info in objects(release.get("label-info")):
        label = text(mapping(info.get("label")).get("name"))
        if label and label != "[no label]":
            fields.setdefault("label", label)
        if catalog_number := text(info.get("catalog-number")):
            fields.setdefault("catalog_number", catalog_number)
    return fields


def _release_genres(release: Json) -> list[str]:
    return _genres(release) or _genres(mapping(release.get("release-group")))


def _isrc(recording: Json, asked: str | None) -> str | None:
    """The one asked for if the recording has it, else its first."""
    found = _listed_isrcs(recording)
    wanted = clean_isrc(asked)
    return wanted if wanted in found else next(iter(found), None)


def _genres(thing: Json) -> list[str]:
    """The three genres with most votes, of those with any; the tags where no genres are told."""
    voted = [
        (votes, name)
        for each in objects(thing.get("genres")) or objects(thing.get("tags"))
        if (name := text(each.get("name"))) and (votes := number(each.get("count")) or 0) >= 1
    ]
    return [name for _, name in sorted(voted, key=lambda vote: (-vote[0], vote[1]))[:3]]


def mbid_of(thing: Json) -> str | None:
    mbid = thing.get("id")
    return mbid if isinstance(mbid, str) and MBID.fullmatch(mbid) else None
