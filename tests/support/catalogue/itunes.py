"""The iTunes Search API: songs and albums by words, lookups by id; no ISRC."""

from __future__ import annotations

import re
from typing import Any

from tests.support.catalogue.http import Request, Response, picture, route
from tests.support.catalogue.model import Catalogue, Recording, Release, number
from tests.support.catalogue.words import WordIndex

Json = dict[str, Any]


class ItunesServer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._songs = [
            (each, release) for each in catalogue.recordings for release in catalogue.releases_of[each.key]
        ]
        self._song_words = WordIndex([f"{each.called()} {each.credit.all_names}" for each, _ in self._songs])
        self._album_words = WordIndex(
            [f"{each.title} {each.credit.all_names}" for each in catalogue.releases]
        )

    def answer(self, request: Request) -> Response:
        routes = (
            (r"/search", self._search),
            (r"/lookup", self._lookup),
            (r"/image/(\d+)/(\d+)x\d+bb\.png", self._picture),
        )
        return route(routes, request) or Response(404, b"")

    def _search(self, request: Request, _: re.Match[str]) -> Response:
        term, limit = request.args.get("term", ""), min(request.number("limit", 50), 200)
        if request.args.get("entity") == "album":
            releases = [self._catalogue.releases[at] for _, at in self._album_words.search(term)]
            return _results([_album(each, request) for each in releases[:limit]])
        songs = [self._songs[at] for _, at in self._song_words.search(term)]
        return _results([_song(*each, request) for each in songs[:limit]])

    def _lookup(self, request: Request, _: re.Match[str]) -> Response:
        wanted = request.number("id", 0)
        for release in self._catalogue.releases:
            if number("album", release.key) == wanted:
                songs = [_song(each, release, request) for each in release.recordings]
                return _results([_album(release, request), *(songs if "entity" in request.args else [])])
        songs = [_song(*each, request) for each in self._songs if number("track", each[0].key) == wanted]
        return _results(songs[:1])

    def _picture(self, request: Request, found: re.Match[str]) -> Response:
        size = int(found[2])
        if size > 50_000:
            return Response(400, b"")
        size = min(size, 1500)
        return Response(200, picture(size, size, int(found[1])), {"Content-Type": "image/png"})


def _results(results: list[Json]) -> Response:
    # Really served as text/javascript.
    answer = Response.json({"resultCount": len(results), "results": results})
    return Response(200, answer.body, {"Content-Type": "text/javascript; charset=utf-8"})


def _collection(release: Release) -> str:
    return release.title if release.kind == "Album" else f"{release.title} - {release.kind}"


def _shared(release: Release, request: Request) -> Json:
    ident = number("album", release.key)
    told = {
        "artistId": number("artist", release.credit.artists[0].key),
        "collectionId": ident,
        "artistName": release.credit.name,
        "collectionName": _collection(release),
        "trackCount": len(release.recordings),
        "releaseDate": f"{release.full_date}T12:00:00Z",
        "primaryGenreName": next(iter(release.genres), "Music"),
        "country": "USA",
    }
    if release.art:
        told["artworkUrl100"] = f"{request.base_url}/image/{ident}/100x100bb.png"
    return told


def _album(release: Release, request: Request) -> Json:
    return {"wrapperType": "collection", "collectionType": "Album", **_shared(release, request)}


def _song(recording: Recording, release: Release, request: Request) -> Json:
    title = recording.called(features=True)
    ident = number("track", recording.key)
    main = "".join(artist.name + join for artist, join in recording.credit.main)
    return {
        "wrapperType": "track",
        "kind": "song",
        **_shared(release, request),
        "artistId": number("artist", recording.credit.artists[0].key),
        "artistName": main,
        "trackId": ident,
        "trackName": title,
        "trackCensoredName": title,
        "trackViewUrl": f"https://music.apple.com/us/album/x/{number('album', release.key)}?i={ident}",
        "trackTimeMillis": round(recording.duration_s * 1000),
        "trackNumber": release.recordings.index(recording) + 1,
        "discNumber": 1,
        "trackExplicitness": "explicit" if recording.explicit else "notExplicit",
        "isStreamable": True,
    }
