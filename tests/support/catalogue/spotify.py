"""Spotify's Web API as a new app in development mode sees it: few endpoints, few fields.

The token endpoint and the sign-in page are not here. Any bearer token is good, unless `tokens` names
those that are.
"""

from __future__ import annotations

import re
from typing import Any

from tests.support.catalogue.http import Request, Response, picture, route
from tests.support.catalogue.model import Artist, Catalogue, Credit, Recording, Release, base62, number
from tests.support.catalogue.words import WordIndex, words_of

Json = dict[str, Any]
_FILTER = re.compile(r'\b(track|artist|album|isrc|year|upc):(?:"([^"]*)"|(\S+))')
_ID = r"([0-9A-Za-z]{22})"
_MOST = 10


class SpotifyServer:
    tokens: set[str] | None = None

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tracks = {base62("track", each.key): each for each in catalogue.recordings}
        self._albums = {base62("album", each.key): each for each in catalogue.releases}
        self._artists = {base62("artist", each.key): each for each in catalogue.artists}
        self._track_words = WordIndex(
            [
                " ".join((each.called(), each.credit.all_names, catalogue.releases_of[each.key][0].title))
                for each in catalogue.recordings
            ]
        )
        self._album_words = WordIndex(
            [f"{each.title} {each.credit.all_names}" for each in catalogue.releases]
        )

    def answer(self, request: Request) -> Response:
        if found := re.fullmatch(r"/image/(\d+)/(\d+)\.png", request.path):
            size = int(found[2])
            return Response(200, picture(size, size, int(found[1])), {"Content-Type": "image/png"})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return _error(401, "No token provided")
        if self.tokens is not None and token not in self.tokens:
            return _error(401, "The access token expired")
        routes = (
            (r"/search", self._search),
            (rf"/tracks/{_ID}", self._track),
            (rf"/albums/{_ID}", self._album),
            (rf"/albums/{_ID}/tracks", self._album_tracks),
            (rf"/artists/{_ID}", self._artist),
            (r"/me", lambda *_: Response.json({"id": "listener", "type": "user", "uri": "spotify:user:l"})),
            (r"/(tracks|albums|artists|audio-features|recommendations)", lambda *_: _error(403, "Forbidden")),
            (r"/(tracks|albums|artists)/.*", lambda *_: _error(400, "Invalid base62 id")),
        )
        return route(routes, request) or _error(404, "Service not found")

    def _search(self, request: Request, _: re.Match[str]) -> Response:
        query, types = request.args.get("q", ""), request.args.get("type", "").split(",")
        if not query.strip():
            return _error(400, "No search query")
        if not set(types) <= {"track", "album", "artist"}:
            return _error(400, "Bad search type field")
        limit, offset = request.number("limit", 5), request.number("offset", 0)
        if not 1 <= limit <= _MOST:
            return _error(400, "Invalid limit")
        found: Json = {}
        if "track" in types:
            tracks = [self._full_track(each, request) for each in self._ranked_tracks(query)]
            found["tracks"] = _page(tracks, limit, offset, request)
        if "album" in types:
            albums = [_album(each, request) for each in self._ranked_albums(query)]
            found["albums"] = _page(albums, limit, offset, request)
        if "artist" in types:
            wanted = set(words_of(query))
            named = [each for each in self._catalogue.artists if wanted <= set(words_of(each.name))]
            found["artists"] = _page([_artist(each) for each in named], limit, offset, request)
        return Response.json(found)

    def _ranked_tracks(self, query: str) -> list[Recording]:
        filters = {name: quoted or plain for name, quoted, plain in _FILTER.findall(query)}
        free = _FILTER.sub(" ", query).strip()
        if isrc := filters.pop("isrc", None):
            return [each for each in self._catalogue.recordings if isrc.upper() in each.isrcs]
        # Filters rank and forgive much like words do.
        wanted = " ".join([*filters.values(), free])
        return [self._catalogue.recordings[at] for _, at in self._track_words.search(wanted)]

    def _ranked_albums(self, query: str) -> list[Release]:
        filters = {name: quoted or plain for name, quoted, plain in _FILTER.findall(query)}
        if upc := filters.pop("upc", None):
            return [each for each in self._catalogue.releases if _upc(each) == upc]
        wanted = " ".join([*filters.values(), _FILTER.sub(" ", query)])
        return [self._catalogue.releases[at] for _, at in self._album_words.search(wanted)]

    def _track(self, request: Request, found: re.Match[str]) -> Response:
        recording = self._tracks.get(found[1])
        return Response.json(self._full_track(recording, request)) if recording else _not_found()

    def _artist(self, request: Request, found: re.Match[str]) -> Response:
        artist = self._artists.get(found[1])
        return Response.json(_artist(artist)) if artist else _not_found()

    def _album(self, request: Request, found: re.Match[str]) -> Response:
        release = self._albums.get(found[1])
        if release is None:
            return _not_found()
        tracks = [_short_track(each, release) for each in release.recordings]
        album = _album(release, request) | {
            "tracks": _page(tracks, 50, 0, request),
            "external_ids": {"upc": _upc(release)},
            "copyrights": [{"text": f"{release.date[:4]} {release.label}", "type": "P"}],
            "genres": [],
        }
        return Response.json(album)

    def _album_tracks(self, request: Request, found: re.Match[str]) -> Response:
        release = self._albums.get(found[1])
        if release is None:
            return _not_found()
        limit = request.number("limit", 20)
        if not 1 <= limit <= 50:
            return _error(400, "Invalid limit")
        tracks = [_short_track(each, release) for each in release.recordings]
        return Response.json(_page(tracks, limit, request.number("offset", 0), request))

    def _full_track(self, recording: Recording, request: Request) -> Json:
        release = self._catalogue.releases_of[recording.key][0]
        isrc = next(iter(recording.isrcs), None)
        return _short_track(recording, release) | {
            "album": _album(release, request),
            "external_ids": {"isrc": isrc} if isrc else {},
        }


def _error(status: int, message: str) -> Response:
    return Response.json({"error": {"status": status, "message": message}}, status)


def _not_found() -> Response:
    return _error(404, "Resource not found")


def _upc(release: Release) -> str:
    return str(number("upc", release.key)).zfill(12)


def _page(items: list[Json], limit: int, offset: int, request: Request) -> Json:
    address = f"{request.base_url}{request.path}"
    more = offset + limit < len(items)
    return {
        "href": f"{address}?offset={offset}&limit={limit}",
        "items": items[offset : offset + limit],
        "limit": limit,
        "next": f"{address}?offset={offset + limit}&limit={limit}" if more else None,
        "offset": offset,
        "previous": None,
        "total": len(items),
    }


def _named(kind: str, key: str, name: str) -> Json:
    ident = base62(kind, key)
    return {
        "id": ident,
        "name": name,
        "type": kind,
        "uri": f"spotify:{kind}:{ident}",
        "href": f"https://api.spotify.com/v1/{kind}s/{ident}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{ident}"},
    }


def _artist(artist: Artist) -> Json:
    return _named("artist", artist.key, artist.name)


def _artists(credit: Credit) -> list[Json]:
    return [_artist(each) for each in credit.artists]


def _album(release: Release, request: Request) -> Json:
    ident = number("album", release.key)
    images = [
        {"url": f"{request.base_url}/image/{ident}/{size}.png", "width": size, "height": size}
        for size in (640, 300, 64)
    ]
    album_type = "compilation" if "Compilation" in release.secondary else release.kind.lower()
    return _named("album", release.key, release.title) | {
        "album_type": {"ep": "single"}.get(album_type, album_type),
        "artists": _artists(release.credit),
        "images": images if release.art else [],
        "release_date": release.date,
        "release_date_precision": ("year", "month", "day")[release.date.count("-")],
        "total_tracks": len(release.recordings),
    }


def _short_track(recording: Recording, release: Release) -> Json:
    return _named("track", recording.key, recording.called("{} - {}", features=True)) | {
        "artists": _artists(recording.credit),
        "duration_ms": round(recording.duration_s * 1000),
        "explicit": recording.explicit,
        "disc_number": 1,
        "track_number": release.recordings.index(recording) + 1,
        "is_local": False,
        "is_playable": True,
    }
