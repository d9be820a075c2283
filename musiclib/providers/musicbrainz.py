"""MusicBrainz, web service 2 (https://musicbrainz.org/doc/MusicBrainz_API).

One call finds recordings; a second reads the release of the best one, which holds ISRCs, labels and
genres of all its tracks, so that an album's other tracks do not ask for it again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx2
from rapidfuzz import fuzz

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import REVIEW, prepare, score_prepared
from musiclib.domain.provenance import Plain
from musiclib.domain.references import Reference
from musiclib.domain.states import Source
from musiclib.domain.text import clean_isrc, normalise, split_artists, split_features, split_version
from musiclib.domain.versions import ORIGINAL, parse_version
from musiclib.errors import BadPayload
from musiclib.providers.base import AnswerCache, Candidate, Gate, Json, TrackQuery
from musiclib.providers.http import Caller, OneFlight, Outcome, Retry, Rule
from musiclib.providers.payload import mapping, number, objects, text, texts

_log = logging.getLogger(__name__)

NAME = Source.MUSICBRAINZ.value
LIMIT = 15
_MOST_ALIASES = 20
_MOST_TERM = 200
_RULES = (Rule(503, 503, Outcome.RATE_LIMITED),)
_RELEASE_PARTS = "recordings artist-credits labels release-groups genres isrcs media"
_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/])')
_WORD = re.compile(r"\w")
_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


class MusicBrainz:
    """A `MetadataProvider`. Safe for many tasks of one event loop."""

    name = NAME

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://musicbrainz.org/ws/2",
        retry: Retry | None = None,
    ) -> None:
        self._caller = Caller(NAME, "MusicBrainz", client, gate, clock, _RULES, retry)
        self._cache = cache
        self._base_url = base_url.rstrip("/")
        self._flights = OneFlight()

    async def search(self, query: TrackQuery) -> list[Candidate]:
        """Recordings by ISRC if one is known and fits, else by names; the best one in full."""
        candidates: list[Candidate] = []
        wanted = prepare(query.recording)
        for lucene in search_terms(query):
            params = {"query": lucene, "limit": str(LIMIT)}
            raw = await self._ask(f"recording?{lucene}", "recording", params, expected="recordings")
            known = {each.external_id for each in candidates}
            known |= {mbid for provider, mbid in query.rejected if provider == NAME}
            found = [_candidate(each, query) for each in objects(raw.get("recordings"))]
            candidates += [each for each in found if each is not None and each.external_id not in known]
            scores = [score_prepared(wanted, prepare(each.recording)).score for each in candidates]
            if max(scores, default=0.0) >= REVIEW:
                best = scores.index(max(scores))
                candidates[best] = await self._complete(candidates[best])
                break
        return candidates

    async def by_reference(self, reference: Reference) -> list[Candidate]:
        """See `MetadataProvider`; a recording is complete with what its release says."""
        if reference.provider not in (NAME, None):
            return []
        term = ("isrc:" if reference.provider is None else "rid:") + reference.external_id
        raw = await self._ask(f"recording?{term}", "recording", {"query": term, "limit": "5"}, "recordings")
        nothing = TrackQuery("", "", isrc=reference.external_id if reference.provider is None else None)
        found = [_candidate(each, nothing) for each in objects(raw.get("recordings"))]
        return [await self._complete(each) for each in found if each is not None]

    async def _complete(self, candidate: Candidate) -> Candidate:
        """The candidate with what its release says: label, catalogue number, ISRC, genres."""
        mbid = candidate.album_external_id
        if mbid is None:
            return candidate
        path = f"release/{mbid}"
        try:
            release = await self._ask(path, path, {"inc": _RELEASE_PARTS}, expected="id")
        except BadPayload as error:
            _log.info("release %s left out: %s", mbid, error)
            return candidate
        fields = dict(candidate.fields)
        for name, value in _release_fields(release, candidate.external_id).items():
            fields.setdefault(name, value)
        return replace(candidate, fields=fields)

    async def _ask(self, key: str, path: str, params: dict[str, str], expected: str) -> Json:
        """An answer from the cache or the service; an empty object if there is no such thing."""
        async with self._flights.only(key):
            if (known := self._cache.get(NAME, key)) is not None:
                return known.raw
            answer = await self._caller.get_json(f"{self._base_url}/{path}", {**params, "fmt": "json"})
            if answer is not None and expected not in answer:
                raise BadPayload(NAME, f"MusicBrainz answered without {expected!r}. It will be asked again.")
            self._cache.put(NAME, key, answer or {}, found=bool(answer and answer[expected]))
            return answer or {}


def search_terms(query: TrackQuery) -> list[str]:
    """Lucene queries to try in turn, the surest first; none if nothing can be asked."""
    terms: list[str] = []
    if isrc := clean_isrc(query.isrc):
        terms.append(f"isrc:{isrc}")
    title, version = split_version(split_features(query.title)[0])
    # "Original mix" says which it is not; no catalogue writes it.
    versions = [part for part in (version, query.version) if part and parse_version(part) != ORIGINAL]
    full_title = " ".join([title, *versions])
    credit = split_features(query.artist)[0]
    terms.append(_both(full_title, credit))
    # Once more with less: the first artist alone, and the title without what stands in brackets.
    first = split_artists(credit)[0].name if credit else ""
    terms.append(_both(re.sub(r"[(\[].*?[)\]]", " ", full_title[:_MOST_TERM]), first))
    return [term for term in dict.fromkeys(terms) if term]


def _both(title: str, artist: str) -> str:
    fields = (("recording", escaped(title)), ("artist", escaped(artist)))
    if not escaped(title):  # an artist alone would find everything by them
        return ""
    return " AND ".join(f"{name}:({term})" for name, term in fields if term)


def escaped(term: str) -> str:
    """A term for the inside of `field:(...)`: special signs escaped, operators made plain words.

    Empty if nothing searchable is in it.
    """
    plain = " ".join(term[:_MOST_TERM].lower().split())
    return _SPECIAL.sub(r"\\\1", plain) if _WORD.search(plain) else ""


def _candidate(recording: Json, query: TrackQuery) -> Candidate | None:
    mbid, title = _mbid(recording), text(recording.get("title"))
    artist = credit(recording.get("artist-credit"))
    if mbid is None or title is None or not artist or recording.get("video") is True:
        return None
    fields: dict[str, Plain] = {"artist": artist}
    fields["title"], version = split_version(title)
    if version:
        fields["version"] = version
    if length := number(recording.get("length")):
        fields["duration_s"] = round(length / 1000, 3)
    if isrc := _isrc(recording, query.isrc):
        fields["isrc"] = isrc
    release = best_release(objects(recording.get("releases")), query.album)
    fields |= _issue(release, recording)
    group = mapping(release.get("release-group"))
    art = [ArtRef(Source.COVER_ART_ARCHIVE, "release", ref)] if (ref := _mbid(release)) else []
    art += [ArtRef(Source.COVER_ART_ARCHIVE, "release-group", ref)] if (ref := _mbid(group)) else []
    return Candidate(
        provider=NAME,
        external_id=mbid,
        fields=fields,
        raw=recording,
        raw_key=f"recording/{mbid}",
        album_external_id=_mbid(release),
        art=tuple(art),
        links=((NAME, f"https://musicbrainz.org/recording/{mbid}"),),
        artist_aliases=_aliases(recording.get("artist-credit")),
    )


def credit(parts: Any) -> str:
    """An artist credit as it is printed: names with their join phrases, which carry their own spaces."""
    printed = ""
    for part in objects(parts):
        name = text(part.get("name")) or text(mapping(part.get("artist")).get("name")) or ""
        phrase = part.get("joinphrase")
        printed += name + (phrase if isinstance(phrase, str) else "")
    return text(printed) or ""


def _aliases(parts: Any) -> tuple[str, ...]:
    """Other names of the artist of a credit of one: their own, as sorted, and what people call them."""
    credited = objects(parts)
    if len(credited) != 1:
        return ()
    artist = mapping(credited[0].get("artist"))
    sorted_as = text(artist.get("sort-name")) or ""
    family, comma, given = sorted_as.partition(", ")
    names = [text(artist.get("name")), f"{given} {family}" if comma else sorted_as]
    names += [text(alias.get("name")) for alias in objects(artist.get("aliases"))]
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_ALIASES]


def best_release(releases: list[Json], album: str | None) -> Json:
    """The release a person would name: the album asked for, else the earliest official album or single.

    An empty object if there are none. Compilations, mixes and bootlegs come last.
    """
    wanted = normalise(album or "")

    def rank(release: Json) -> tuple[bool, bool, bool, bool, str, str]:
        group = mapping(release.get("release-group"))
        title = normalise(text(release.get("title")) or "")
        asked_for = bool(wanted) and fuzz.token_sort_ratio(title, wanted) >= 90
        date = _date(release.get("date")) or "9999"
        return (
            not asked_for,
            text(release.get("status")) not in ("Official", None),
            bool(texts(group.get("secondary-types")))
            or normalise(credit(release.get("artist-credit"))) == "various artists",
            text(group.get("primary-type")) not in ("Album", "Single", "EP"),
            date.ljust(10, "~"),  # a year alone stands after the full dates of that year
            _mbid(release) or "",
        )

    return min((each for each in releases if _mbid(each)), key=rank, default={})


def _issue(release: Json, recording: Json) -> dict[str, Plain]:
    """Album and dates."""
    fields: dict[str, Plain] = {}
    if album := text(release.get("title")):
        fields["album"] = album
    if date := _date(release.get("date")):
        fields["release_date"] = date
    if first := _date(recording.get("first-release-date")) or _date(release.get("date")):
        fields["original_year"] = int(first[:4])
    return fields


def _release_fields(release: Json, recording_mbid: str) -> dict[str, Plain]:
    fields: dict[str, Plain] = {}
    for info in objects(release.get("label-info")):
        label = text(mapping(info.get("label")).get("name"))
        if label and label != "[no label]":
            fields.setdefault("label", label)
        if number_ := text(info.get("catalog-number")):
            fields.setdefault("catalog_number", number_)
    for medium in objects(release.get("media")):
        for track in objects(medium.get("tracks")):
            recording = mapping(track.get("recording"))
            if recording.get("id") == recording_mbid:
                if isrc := _isrc(recording, None):
                    fields["isrc"] = isrc
                if genres := _genres(recording):
                    fields["genres"] = genres
    if "genres" not in fields and (
        genres := _genres(release) or _genres(mapping(release.get("release-group")))
    ):
        fields["genres"] = genres
    return fields


def _isrc(recording: Json, asked: str | None) -> str | None:
    """The one asked for if the recording has it, else its first. Older servers send objects."""
    listed = recording.get("isrcs")
    named = texts(listed) + [name for each in objects(listed) if (name := text(each.get("id")))]
    found = [isrc for each in named if (isrc := clean_isrc(each))]
    wanted = clean_isrc(asked)
    return wanted if wanted in found else next(iter(found), None)


def _genres(thing: Json) -> list[str]:
    """The three genres with most votes, of those with any."""
    voted = [
        (votes, name)
        for each in objects(thing.get("genres"))
        if (name := text(each.get("name"))) and (votes := number(each.get("count")) or 0) >= 1
    ]
    return [name for _, name in sorted(voted, key=lambda vote: (-vote[0], vote[1]))[:3]]


def _mbid(thing: Json) -> str | None:
    mbid = thing.get("id")
    return mbid if isinstance(mbid, str) and _MBID.fullmatch(mbid) else None


def _date(value: Any) -> str | None:
    return value if isinstance(value, str) and _DATE.fullmatch(value) and value[:4] > "0000" else None
