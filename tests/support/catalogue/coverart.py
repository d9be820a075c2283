"""The Cover Art Archive: fronts behind redirects, listings, and the pictures these name."""

from __future__ import annotations

import re

from tests.support.catalogue.http import Request, Response, picture, route
from tests.support.catalogue.model import Catalogue, Release, mbid, number

_ENTITY = r"/(release|release-group)/([0-9a-f-]{36})"
_FULL_SIZE = 1500


class CoverArtServer:
    def __init__(self, catalogue: Catalogue) -> None:
        self._releases: dict[tuple[str, str], Release] = {
            (kind, mbid(kind, each.key)): each
            for each in catalogue.releases
            for kind in ("release", "release-group")
        }

    def answer(self, request: Request) -> Response:
        routes = (
            (_ENTITY, self._listing),
            (rf"{_ENTITY}/front(?:-(250|500|1200))?", self._front),
            (rf"{_ENTITY}/\d+(?:-(250|500|1200))?\.png", self._front),
            (r"/download/(\d+)/(\d+)\.png", self._download),
            (r"/node/(\d+)/(\d+)\.png", self._picture),
        )
        return route(routes, request) or Response(400, b"<h1>400 Bad Request</h1>")

    def _having_art(self, found: re.Match[str]) -> Release | None:
        release = self._releases.get((found[1], found[2]))
        return release if release is not None and release.art else None

    def _listing(self, request: Request, found: re.Match[str]) -> Response:
        release = self._having_art(found)
        if release is None:
            return Response(404, b"<h1>404 Not Found</h1>")
        address = f"{request.base_url}/release/{mbid('release', release.key)}"
        ident = number("image", release.key)
        image = {
            "id": ident,
            "front": True,
            "back": False,
            "approved": True,
            "types": ["Front"],
            "image": f"{address}/{ident}.png",
            "thumbnails": {size: f"{address}/{ident}-{size}.png" for size in ("250", "500", "1200")}
            | {"small": f"{address}/{ident}-250.png", "large": f"{address}/{ident}-500.png"},
        }
        page = f"https://musicbrainz.org/release/{mbid('release', release.key)}"
        return Response.json({"images": [image], "release": page})

    def _front(self, request: Request, found: re.Match[str]) -> Response:
        release = self._having_art(found)
        if release is None:
            return Response(404, b"<h1>404 Not Found</h1>")
        size = found[3] or _FULL_SIZE
        address = f"{request.base_url}/download/{number('image', release.key)}/{size}.png"
        return Response.redirect(address)

    def _download(self, request: Request, found: re.Match[str]) -> Response:
        return Response.redirect(f"{request.base_url}/node/{found[1]}/{found[2]}.png", 302)

    def _picture(self, request: Request, found: re.Match[str]) -> Response:
        size = int(found[2])
        return Response(200, picture(size, size, int(found[1])), {"Content-Type": "image/png"})
