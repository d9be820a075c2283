"""Cover Art Archive (https://musicbrainz.org/doc/Cover_Art_Archive/API): fronts of releases by MBID."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import httpx2

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.image_header import read_image_header
from musiclib.domain.states import Source
from musiclib.errors import BadPayload
from musiclib.providers.base import AnswerCache, ArtBytes, Candidate, Gate
from musiclib.providers.http import Caller, OneFlight, Outcome, Retry, Rule

NAME = Source.COVER_ART_ARCHIVE.value
MAX_ART_BYTES = 10 * 1024 * 1024
_RULES = (Rule(400, 400, Outcome.NOT_FOUND), Rule(503, 503, Outcome.RATE_LIMITED))
_KINDS = ("release", "release-group")
_REMEMBERED = 8


class CoverArtArchive:
    """An `ArtProvider`. Safe for many tasks of one event loop."""

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
        self._caller = Caller(NAME, "The Cover Art Archive", client, gate, clock, _RULES, retry)
        self._cache = cache
        self._base_url = base_url.rstrip("/")
        self._flights = OneFlight()
        # The tracks of an album ask for the same picture one after the other.
        self._recent: OrderedDict[str, ArtBytes] = OrderedDict()

    async def fetch_art(self, candidate: Candidate) -> ArtBytes | None:
        """The front at 500 pixels: of the release, else of its release group; None if neither has one.

        Raises `BadPayload` if all there is is no picture or larger than a cover may be.
        """
        unfit: BadPayload | None = None
        for ref in candidate.art:
            if ref.provider != NAME or ref.kind not in _KINDS:
                continue
            try:
                art = await self._front(ref)
            except BadPayload as error:
                unfit = unfit or error
                continue
            if art is not None:
                return art
        if unfit is not None:
            raise unfit
        return None

    async def _front(self, ref: ArtRef) -> ArtBytes | None:
        key = f"{ref.kind}/{ref.ref}/front-500"
        async with self._flights.only(key):
            if (recent := self._recent.get(key)) is not None:
                return recent
            known = self._cache.get(NAME, key)
            if known is not None and not known.found:
                return None
            address = f"{self._base_url}/{key}"
            # Pictures do not get smaller by another compression, and so cannot be a bomb of that kind.
            answer = await self._caller.get(address, {}, MAX_ART_BYTES, {"Accept-Encoding": "identity"})
            if answer is None:
                self._cache.put(NAME, key, {}, found=False)
                return None
            art = self._checked(answer.body, address)
            seen = {"url": address, "mime": art.mime, "width": art.width, "height": art.height}
            self._cache.put(NAME, key, seen, found=True)
            self._remember(key, art)
            return art

    def _checked(self, data: bytes, address: str) -> ArtBytes:
        header = read_image_header(data)
        if header is None:
            raise BadPayload(
                NAME, "The Cover Art Archive sent something that is no picture. Try again later."
            )
        if not header.acceptable:
            raise BadPayload(
                NAME,
                f"The Cover Art Archive sent a picture of {header.width} x {header.height} pixels, "
                "more than a cover may have. Choose another cover for this album.",
            )
        return ArtBytes(data, header.mime, header.width, header.height, NAME, address)

    def _remember(self, key: str, art: ArtBytes) -> None:
        self._recent[key] = art
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
