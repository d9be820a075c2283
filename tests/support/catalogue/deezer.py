"""Deezer's public API: fuzzy search, objects of three depths, errors inside HTTP 200.

A credit of several artists names only the first in search results and album tracks; `contributors`,
`bpm` and `gain` come with `/track/{id}` alone. ISRC and `track_position` are not in search results.
"""

from __future__ import annotations

import re
from typing import Any

from tests.support.catalogue.http import Request, Response, picture, route
from tests.support.catalogue.model import Artist, Catalogue, Recording, Release, number
from tests.support.catalogue.words import WordIndex, words_of

Json = dict[str, Any]
_FILTER = re.compile(r'\b(artist|track|album|label):"([^"]*)"')
_SIZES = {"small": 56, "medium": 250, "big": 500, "xl": 1000}
_VERSION = re.compile(r"\((?!feat\.)[^()]*\)$")


class DeezerServer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tracks = {number("track", each.key): each for each in catalogue.recordings}
        self._albums = {number("album", each.key): each for each in catalogue.releases}
        self._artists = {number("artist", each.key): each for each in catalogue.artists}
        self._track_words = WordIndex([self._words(each) for each in catalogue.recordings])
        self._album_words = WordIndex(
            [f"{each.title} {each.credit.all_names}" for each in catalogue.releases]
        )
        self._artist_words = WordIndex([each.name for each in catalogue.artists])

    def answer(self, request: Request) -> Response:
        routes = (
            (r"/search(?:/track)?", self._search_tracks),
            (r"/search/album", self._search_albums),
            (r"/search/artist", self._search_artists),
            (r"/track/isrc:(\w+)", self._track_of_isrc),
            (r"/track/(\d+)", self._track),
            (r"/album/(\d+)/tracks", self._album_tracks),
            (r"/album/(\d+)/image", self._image),
            (r"/album/(\d+)", self._album),
            (r"/artist/(\d+)", self._artist),
            (r"/images/(\d+)/(\d+)\.png", self._picture),
        )
        return route(routes, request) or _error(600, "InvalidQueryException", "Unknown path components")

    def _words(self, recording: Recording) -> str:
        releases = self._catalogue.releases_of[recording.key]
        return f"{recording.called()} {recording.credit.all_names} {releases[0].title}"

    def _search_tracks(self, request: Request, _: re.Match[str]) -> Response:
        query = request.args.get("q", "")
        if not query.strip():
            return _error(501, "MissingParameterException", "Missing parameters: q")
        filters = dict(_FILTER.findall(query))
        recordings = self._catalogue.recordings
        if filters:  # free text beside a filter is dropped
            ranked = [each for each in recordings if self._passes(each, filters)]
        else:
            ranked = [recordings[at] for _, at in self._track_words.search(query)]
        return self._page(request, [self._found_track(each, request) for each in ranked])

    def _passes(self, recording: Recording, filters: dict[str, str]) -> bool:
        album = self._catalogue.releases_of[recording.key][0].title
        there = {"artist": recording.credit.all_names, "track": recording.called(), "album": album}
        return all(
            set(words_of(wanted)) <= set(words_of(there.get(name, ""))) for name, wanted in filters.items()
        )

    def _search_albums(self, request: Request, _: re.Match[str]) -> Response:
        query = request.args.get("q", "")
        if not query.strip():
            return _error(501, "MissingParameterException", "Missing parameters: q")
        plain = " ".join(value for _, value in _FILTER.findall(query)) or query
        ranked = [self._catalogue.releases[at] for _, at in self._album_words.search(plain)]
        return self._page(request, [self._found_album(each, request) for each in ranked])

    def _search_artists(self, request: Request, _: re.Match[str]) -> Response:
        found = self._artist_words.search(request.args.get("q", ""))
        return self._page(request, [_artist(self._catalogue.artists[at]) for _, at in found])

    def _page(self, request: Request, results: list[Json]) -> Response:
        index, limit = request.number("index", 0), min(request.number("limit", 25), 100)
        page: Json = {"data": results[index : index + limit], "total": len(results)}
        if index + limit < len(results):
            page["next"] = f"{request.base_url}{request.path}?limit={limit}&index={index + limit}"
        return Response.json(page)

    def _track_of_isrc(self, request: Request, found: re.Match[str]) -> Response:
        having = [each for each in self._catalogue.recordings if found[1].upper() in each.isrcs]
        # One answer only, the most played one, whoever else has the code.
        best = max(having, key=lambda each: each.rank, default=None)
        return Response.json(self._full_track(best, request)) if best else _no_data()

    def _track(self, request: Request, found: re.Match[str]) -> Response:
        recording = self._tracks.get(int(found[1]))
        return Response.json(self._full_track(recording, request)) if recording else _no_data()

    def _artist(self, request: Request, found: re.Match[str]) -> Response:
        artist = self._artists.get(int(found[1]))
        return Response.json(_artist(artist)) if artist else _no_data()

    def _album(self, request: Request, found: re.Match[str]) -> Response:
        release = self._albums.get(int(found[1]))
        if release is None:
            return _no_data()
        album = self._found_album(release, request) | {
            "upc": str(number("upc", release.key)).zfill(12),
            "label": release.label or "",
            "release_date": release.full_date,
            "duration": sum(round(each.duration_s) for each in release.recordings),
            "genres": {"data": [{"id": number("genre", each), "name": each} for each in release.genres]},
            "contributors": [_artist(each) for each in release.credit.artists],
            "tracks": {"data": [self._short_track(each, request) for each in release.recordings]},
        }
        return Response.json(album)

    def _album_tracks(self, request: Request, found: re.Match[str]) -> Response:
        release = self._albums.get(int(found[1]))
        if release is None:
            return _no_data()
        tracks = [
            self._short_track(each, request)
            | {"isrc": next(iter(each.isrcs), ""), "track_position": place, "disk_number": 1}
            for place, each in enumerate(release.recordings, 1)
        ]
        return self._page(request, tracks)

    def _short_track(self, recording: Recording, request: Request) -> Json:
        title = recording.called(features=True)
        version = f"({recording.version})" if recording.version else ""
        return {
            "id": number("track", recording.key),
            "readable": True,
            "title": title,
            "title_short": _VERSION.sub("", title).rstrip() if version else title,
            "title_version": version,
            "link": f"https://www.deezer.com/track/{number('track', recording.key)}",
            "duration": round(recording.duration_s),
            "rank": recording.rank,
            "explicit_lyrics": recording.explicit,
            "artist": _artist(recording.credit.artists[0]),
            "type": "track",
        }

    def _found_track(self, recording: Recording, request: Request) -> Json:
        release = self._catalogue.releases_of[recording.key][0]
        return self._short_track(recording, request) | {
            "album": {
                "id": number("album", release.key),
                "title": release.title,
                **_covers(release, request),
                "type": "album",
            }
        }

    def _full_track(self, recording: Recording, request: Request) -> Json:
        release = self._catalogue.releases_of[recording.key][0]
        return self._found_track(recording, request) | {
            "isrc": next(iter(recording.isrcs), ""),
            "track_position": release.recordings.index(recording) + 1,
            "disk_number": 1,
            "release_date": release.full_date,
            "bpm": 0,
            "gain": -9.1,
            "contributors": [
                {**_artist(each), "role": "Featured" if each in recording.credit.features else "Main"}
                for each in recording.credit.artists
            ],
        }

    def _found_album(self, release: Release, request: Request) -> Json:
        return {
            "id": number("album", release.key),
            "title": release.title,
            "link": f"https://www.deezer.com/album/{number('album', release.key)}",
            **_covers(release, request),
            "nb_tracks": len(release.recordings),
            "record_type": "compile" if "Compilation" in release.secondary else release.kind.lower(),
            "explicit_lyrics": any(each.explicit for each in release.recordings),
            "artist": _artist(release.credit.artists[0]),
            "type": "album",
        }

    def _image(self, request: Request, found: re.Match[str]) -> Response:
        size = _SIZES.get(request.args.get("size", "medium"), 250)
        return Response.redirect(f"{request.base_url}/images/{found[1]}/{size}.png", 302)

    def _picture(self, request: Request, found: re.Match[str]) -> Response:
        size = min(int(found[2]), 1400)
        return Response(200, picture(size, size, int(found[1])), {"Content-Type": "image/png"})


def _error(code: int, kind: str, message: str) -> Response:
    return Response.json({"error": {"type": kind, "message": message, "code": code}})


def _no_data() -> Response:
    return _error(800, "DataException", "no data")


def _artist(artist: Artist) -> Json:
    return {"id": number("artist", artist.key), "name": artist.name, "type": "artist"}


def _covers(release: Release, request: Request) -> Json:
    ident = number("album", release.key)
    return {
        f"cover_{name}": f"{request.base_url}/images/{ident}/{size}.png" if release.art else None
        for name, size in _SIZES.items()
    }
