"""MusicBrainz web service 2, JSON: searches, lookups, the documented errors.

Shapes after https://musicbrainz.org/doc/MusicBrainz_API: search results carry score, ISRCs, aliases and
releases; lookups carry what `inc` asks for and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.support.catalogue.http import Request, Response, route
from tests.support.catalogue.lucene import BadQuery, Document, parse
from tests.support.catalogue.model import Artist, Catalogue, Credit, Recording, Release, mbid
from tests.support.catalogue.words import words_of

Json = dict[str, Any]
_MBID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_COMMON = {"aliases", "tags", "genres", "ratings", "annotation", "url-rels", "artist-rels"}
_INC = {
    "recording": _COMMON | {"artists", "artist-credits", "isrcs", "releases", "release-groups", "media"},
    "release": _COMMON
    | {"artists", "artist-credits", "labels", "recordings", "release-groups", "media", "isrcs"},
    "artist": _COMMON | {"recordings", "releases", "release-groups", "works"},
    "isrc": {"artists", "artist-credits", "releases", "isrcs", "aliases", "tags", "ratings", "media"},
}
_LOOKUP_LISTS = 25


class MusicBrainzServer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._recordings = {mbid("recording", each.key): each for each in catalogue.recordings}
        self._releases = {mbid("release", each.key): each for each in catalogue.releases}
        self._artists = {mbid("artist", each.key): each for each in catalogue.artists}
        self._documents: dict[str, list[tuple[Document, Any]]] = {
            "recording": [(self._recording_document(each), each) for each in catalogue.recordings],
            "release": [(_release_document(each), each) for each in catalogue.releases],
            "artist": [(_artist_document(each), each) for each in catalogue.artists],
        }

    def answer(self, request: Request) -> Response:
        if not re.fullmatch(r".+/\S+ \( ?\S+ ?\)", request.headers.get("user-agent", "")):
            return _error(403, "Your User-Agent does not identify your application.")
        if request.args.get("fmt") != "json":
            return Response(200, b"<metadata/>", {"Content-Type": "application/xml"})
        routes = (
            (r"/(recording|release|artist)", self._search),
            (rf"/(recording|release|artist)/{_MBID}", self._lookup),
            (r"/(isrc)/([A-Za-z]{2}[A-Za-z0-9]{3}\d{7})", self._isrc),
            (r"/(recording|release|artist|isrc)/(.+)", lambda *_: _error(400, "Invalid id.")),
        )
        return route(routes, request) or _error(404, "Not Found")

    # --- searches ---

    def _search(self, request: Request, found: re.Match[str]) -> Response:
        entity = found[1]
        try:
            query = parse(request.args.get("query", ""), default=entity)
        except BadQuery as error:
            return _error(400, f"Unable to parse search: {error}")
        scored = [(query(document), each) for document, each in self._documents[entity]]
        ranked = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])
        offset, limit = request.number("offset", 0), min(request.number("limit", 25), 100)
        top = ranked[0][0] if ranked else 1.0
        write = {"recording": self._found_recording, "release": self._found_release, "artist": _found_artist}
        results = [
            {"score": round(100 * score / top), **write[entity](each)}
            for score, each in ranked[offset : offset + limit]
        ]
        head = {"created": "2026-11-21T08:00:00.000Z", "count": len(ranked), "offset": offset}
        return Response.json({**head, f"{entity}s": results})

    def _recording_document(self, recording: Recording) -> Document:
        releases = self._catalogue.releases_of[recording.key]
        return {
            "recording": words_of(_title(recording)),
            **_credit_words(recording.credit),
            "release": words_of(" ".join(each.title for each in releases)),
            "isrc": recording.isrcs,
            "rid": (mbid("recording", recording.key),),
            "reid": tuple(mbid("release", each.key) for each in releases),
            "date": tuple(each.date for each in releases),
            "tracks": tuple(str(len(each.recordings)) for each in releases),
        }

    def _found_recording(self, recording: Recording) -> Json:
        releases = self._catalogue.releases_of[recording.key]
        found = _recording(recording) | {
            "artist-credit": _credit(recording.credit, aliases=True),
            "first-release-date": releases[0].date,
            "releases": [self._release_of(each, recording) for each in releases],
        }
        if recording.isrcs:
            found["isrcs"] = list(recording.isrcs)
        return found

    def _release_of(self, release: Release, recording: Recording) -> Json:
        """A release in a recording's search result: its own track only."""
        place = release.recordings.index(recording)
        medium = {
            "position": 1,
            "format": "Digital Media",
            "track": [{**_track(release, place), "title": _title(recording)}],
            "track-count": len(release.recordings),
            "track-offset": place,
        }
        listed = _release(release) | {
            "track-count": len(release.recordings),
            "release-group": _group(release),
            "media": [medium],
        }
        if release.credit != recording.credit:
            listed["artist-credit"] = _credit(release.credit)
        return listed

    def _found_release(self, release: Release) -> Json:
        return _release(release) | {
            "artist-credit": _credit(release.credit),
            "release-group": _group(release),
            "track-count": len(release.recordings),
            "media": [{"format": "Digital Media", "track-count": len(release.recordings)}],
            "label-info": _labels(release),
        }

    # --- lookups ---

    def _lookup(self, request: Request, found: re.Match[str]) -> Response:
        entity, wanted = found[1], found[2]
        inc = set(request.args.get("inc", "").replace("+", " ").split())
        if wrong := sorted(inc - _INC[entity]):
            return _error(400, f"{wrong[0]} is not a valid inc parameter for the {entity} resource.")
        if entity == "recording" and wanted in self._recordings:
            return Response.json(self._full_recording(self._recordings[wanted], inc))
        if entity == "release" and wanted in self._releases:
            return Response.json(_full_release(self._releases[wanted], inc))
        if entity == "artist" and wanted in self._artists:
            return Response.json(_full_artist(self._artists[wanted], inc))
        return _error(404, "Not Found")

    def _full_recording(self, recording: Recording, inc: set[str]) -> Json:
        found = _recording(recording)
        releases = self._catalogue.releases_of[recording.key]
        found["first-release-date"] = releases[0].date
        if "artist-credits" in inc or "artists" in inc:
            found["artist-credit"] = _credit(recording.credit, aliases="aliases" in inc)
        if "isrcs" in inc:
            found["isrcs"] = list(recording.isrcs)
        if "genres" in inc:
            found["genres"] = _genres(recording.genres)
        if "releases" in inc:
            groups = "release-groups" in inc
            found["releases"] = [
                _release(each) | ({"release-group": _group(each)} if groups else {})
                for each in releases[:_LOOKUP_LISTS]
            ]
        return found

    def _isrc(self, request: Request, found: re.Match[str]) -> Response:
        isrc = found[2].upper()
        inc = set(request.args.get("inc", "").replace("+", " ").split())
        if wrong := sorted(inc - _INC["isrc"]):
            return _error(400, f"{wrong[0]} is not a valid inc parameter for the isrc resource.")
        having = [each for each in self._catalogue.recordings if isrc in each.isrcs]
        if not having:
            return _error(404, "Not Found")
        return Response.json(
            {"isrc": isrc, "recordings": [self._full_recording(each, inc) for each in having]}
        )


def _error(status: int, message: str) -> Response:
    return Response.json({"error": message, "help": "For usage, please see the manual."}, status)


def _credit_words(credit: Credit) -> dict[str, tuple[str, ...]]:
    names = " ".join(each.name for each in credit.artists)
    return {
        "artist": words_of(credit.name),
        "artistname": words_of(names),
        "creditname": words_of(names),
        "arid": tuple(mbid("artist", each.key) for each in credit.artists),
    }


def _release_document(release: Release) -> Document:
    return {
        "release": words_of(release.title),
        **_credit_words(release.credit),
        "reid": (mbid("release", release.key),),
        "rgid": (mbid("release-group", release.key),),
        "tracks": (str(len(release.recordings)),),
        "date": (release.date,),
        "label": words_of(release.label or ""),
        "catno": words_of(release.catalog_number or ""),
    }


def _artist_document(artist: Artist) -> Document:
    names = words_of(" ".join((artist.name, artist.sort_name or "", *artist.aliases)))
    return {
        "artist": names,
        "alias": words_of(" ".join(artist.aliases)),
        "arid": (mbid("artist", artist.key),),
    }


def _artist(artist: Artist, aliases: bool) -> Json:
    found: Json = {
        "id": mbid("artist", artist.key),
        "name": artist.name,
        "sort-name": artist.sort_name or artist.name,
        "disambiguation": artist.comment,
    }
    if aliases and artist.aliases:
        found["aliases"] = [{"name": each, "sort-name": each, "primary": None} for each in artist.aliases]
    return found


def _found_artist(artist: Artist) -> Json:
    tags = [{"name": each, "count": 3} for each in artist.genres]
    return _artist(artist, aliases=True) | ({"tags": tags} if tags else {})


def _full_artist(artist: Artist, inc: set[str]) -> Json:
    found = _artist(artist, "aliases" in inc)
    if "genres" in inc:
        found["genres"] = _genres(artist.genres)
    if "url-rels" in inc:
        address = f"https://{words_of(artist.name)[0]}.example/"
        found["relations"] = [{"type": "official homepage", "url": {"resource": address}}]
    return found


def _credit(credit: Credit, aliases: bool = False) -> list[Json]:
    return [
        {"name": artist.name, "joinphrase": join, "artist": _artist(artist, aliases)}
        for artist, join in credit.parts
    ]


def _recording(recording: Recording) -> Json:
    return {
        "id": mbid("recording", recording.key),
        "title": _title(recording),
        "length": round(recording.duration_s * 1000),
        "video": False,
        "disambiguation": _comment(recording),
    }


def _title(recording: Recording) -> str:
    return recording.title if recording.told_apart else recording.called()


def _comment(recording: Recording) -> str:
    if recording.told_apart and recording.version:
        return recording.version.lower()
    return "explicit" if recording.explicit else ""


def _release(release: Release) -> Json:
    return {
        "id": mbid("release", release.key),
        "title": release.title,
        "status": release.status,
        "date": release.date,
        "country": "XW",
    }


def _group(release: Release) -> Json:
    return {
        "id": mbid("release-group", release.key),
        "title": release.title,
        "primary-type": release.kind,
        "secondary-types": list(release.secondary),
        "first-release-date": release.date,
    }


def _labels(release: Release) -> list[Json]:
    if release.label is None:
        return []
    label = {"id": mbid("label", release.label), "name": release.label}
    return [{"catalog-number": release.catalog_number, "label": label}]


def _genres(names: Sequence[str]) -> list[Json]:
    """The first has most votes."""
    votes = range(len(names), 0, -1)
    return [
        {"id": mbid("genre", name), "name": name, "count": count}
        for name, count in zip(names, votes, strict=True)
    ]


def _track(release: Release, place: int) -> Json:
    return {
        "id": mbid("track", f"{release.key}/{place}"),
        "number": str(place + 1),
        "position": place + 1,
        "length": round(release.recordings[place].duration_s * 1000),
    }


def _full_release(release: Release, inc: set[str]) -> Json:
    found = _release(release)
    found["cover-art-archive"] = {"front": release.art, "count": int(release.art), "artwork": release.art}
    if "artist-credits" in inc or "artists" in inc:
        found["artist-credit"] = _credit(release.credit)
    if "labels" in inc:
        found["label-info"] = _labels(release)
    if "release-groups" in inc:
        found["release-group"] = _group(release)
        if "genres" in inc:
            found["release-group"]["genres"] = _genres(release.genres)
    if "genres" in inc:
        found["genres"] = []
    if "recordings" in inc:
        medium = {"position": 1, "format": "Digital Media", "track-count": len(release.recordings)}
        tracks = [_listed_track(release, place, inc) for place in range(len(release.recordings))]
        found["media"] = [medium | {"tracks": tracks}]
    return found


def _listed_track(release: Release, place: int, inc: set[str]) -> Json:
    recording = release.recordings[place]
    inner = _recording(recording)
    track = _track(release, place) | {"title": _title(recording), "recording": inner}
    if "artist-credits" in inc:
        inner["artist-credit"] = track["artist-credit"] = _credit(recording.credit)
    if "isrcs" in inc:
        inner["isrcs"] = list(recording.isrcs)
    if "genres" in inc:
        inner["genres"] = _genres(recording.genres)
    return track
