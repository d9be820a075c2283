"""Cover Art Archive (https://musicbrainz.org/doc/Cover_Art_Archive/API): pictures of releases by MBID.

It sends us on to archive.org, by 307 and more. Not every picture has every size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx2

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.states import Source
from musiclib.providers.answers import Answers
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate, Gate, Json
from musiclib.providers.http import Caller, Outcome, Retry, Rule
from musiclib.providers.payload import mapping, objects, text, texts
from musiclib.providers.pictures import Pictures, first_picture

NAME = Source.COVER_ART_ARCHIVE.value
_LABEL = "The Cover Art Archive"
# 400 is an MBID that is none; archive.org forbids what its owners have withdrawn.
_RULES = (
    Rule(400, 403, Outcome.NOT_FOUND),
    Rule(503, 503, Outcome.RATE_LIMITED),
)
_FRONTS = ("release", "release-group")
_IMAGE = "image"
_SIZES = {"1200": 1200, "500": 500, "large": 500, "250": 250, "small": 250}
_MOST_PICTURES = 24
_IMAGE_PATH = re.compile(r"/(release/[0-9a-zA-Z-]{1,40}/\d{1,20})(-\d+)?\.(\w{2,4})$")


class CoverArtArchive:
    """An `ArtProvider` and `ArtChooser`. Safe for many tasks of one event loop.

    Its references are of kind "release" and "release-group" (the front, by MBID) and "image" (the path of a
    single picture).
    """

    name = NAME

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        cache: AnswerCache,
        clock: Callable[[], datetime],
        base_url: str = "https://coverartarchive.org",
        retry: Retry | None = None,
    ) -> None:
        self._caller = Caller(NAME, _LABEL, client, gate, clock, _RULES, retry, resets=Outcome.BUSY)
        self._answers = Answers(self._caller, cache, base_url)
        self._pictures = Pictures(NAME, _LABEL, cache)
        self._base_url = base_url.rstrip("/")

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """The front at 500 pixels, else at 250: of the release, else of its release group."""
        return await first_picture(_fronts(candidate), self._front)

    async def pictures(self, candidate: Candidate) -> list[ArtRef]:
        """Fronts first. Costs a call for each release and release group the candidate names."""
        found: dict[str, tuple[bool, ArtRef]] = {}
        for ref in _fronts(candidate):
            listing = await self._answers.detail(f"{ref.kind}/{ref.ref}", {}, "images")
            for image in objects(listing.get("images")):
                if picture := _picture(image):
                    found.setdefault(picture.ref, (not _is_front(image), picture))
        ranked = sorted(found.values(), key=lambda each: each[0])
        return [picture for _, picture in ranked][:_MOST_PICTURES]

    async def fetch_picture(self, ref: ArtRef) -> ArtBytes | None:
        """At 1200 pixels, or the largest size below that there is."""
        if ref.kind in _FRONTS:
            key = f"{ref.kind}/{ref.ref}/front"
            sizes = [f"{self._base_url}/{key}-{size}" for size in (1200, 500, 250)]
        elif ref.kind == _IMAGE and _IMAGE_PATH.fullmatch(f"/{ref.ref}"):
            key = ref.ref
            sizes = [f"{self._base_url}/{path}" for path in _smaller(ref.ref)]
        else:
            return None
        return await self._pictures.fetch(key, sizes, self._caller, insist=True)

    async def _front(self, ref: ArtRef) -> ArtBytes | None:
        key = f"{ref.kind}/{ref.ref}/front-500"
        sizes = [f"{self._base_url}/{ref.kind}/{ref.ref}/front-{size}" for size in (500, 250)]
        return await self._pictures.fetch(key, sizes, self._caller)


def _fronts(candidate: Candidate) -> list[ArtRef]:
    return [ref for ref in candidate.art if ref.provider == NAME and ref.kind in _FRONTS]


def _is_front(image: Json) -> bool:
    return image.get("front") is True or "Front" in texts(image.get("types"))


def _picture(image: Json) -> ArtRef | None:
    """The largest size up to 1200 pixels of an image in a listing, else the image as it was sent in."""
    if image.get("approved") is False:
        return None
    thumbnails: dict[str, Any] = mapping(image.get("thumbnails"))
    for name, width in _SIZES.items():
        if path := _path(thumbnails.get(name)):
            return ArtRef(NAME, _IMAGE, path, width)
    path = _path(image.get("image"))
    return ArtRef(NAME, _IMAGE, path) if path else None


def _path(address: Any) -> str | None:
    """Where at the archive a listed picture is; listings name it by http, whatever they came by."""
    found = _IMAGE_PATH.search(text(address) or "")
    return found[0].lstrip("/") if found else None


def _smaller(path: str) -> Iterator[str]:
    """The picture itself, then its smaller sizes."""
    yield path
    found = _IMAGE_PATH.fullmatch(f"/{path}")
    if found and found[2]:
        for width in (500, 250):
            if width < int(found[2][1:]):
                yield f"{found[1]}-{width}.{found[3]}"
