"""Recordings by ISRC at MusicBrainz: many codes in one search, since it answers one call a second."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from musiclib.errors import BadPayload
from musiclib.providers.answers import Answers
from musiclib.providers.base import Json
from musiclib.providers.gathering import Gathering, Take
from musiclib.providers.lucene import any_of
from musiclib.providers.musicbrainz_answers import listed_isrcs
from musiclib.providers.payload import number, objects

_log = logging.getLogger(__name__)

AT_ONCE = 20
_LIMIT = 100
_DOUBTS = 2


class IsrcLookups:
    """Each asker gets the recordings of its own code. Belongs to one event loop.

    A server need not know OR. Until an answer has shown that it does, codes it did not find are asked for
    alone, a few of them; if one of them is found so, each code is asked for alone from then on.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._gathering: Gathering[Json] = Gathering(self._search, AT_ONCE)
        self._doubts_left = _DOUBTS

    async def recordings(self, isrc: str) -> list[Json]:
        """The recordings that have a code, from the cache or the service; the code is a clean one."""
        answer = self._answers.known(_key(isrc))
        if answer is None:
            answer = await self._gathering.get(isrc)
        return objects(answer.get("recordings"))

    async def _search(self, take: Take) -> Mapping[str, Json]:
        isrcs: list[str] = []

        def params() -> Mapping[str, str]:
            isrcs[:] = take()
            return _params(isrcs)

        try:
            answer = await self._answers.fetch("recording", params, expected="recordings")
        except BadPayload:
            if len(isrcs) < 2:
                raise
            _log.info("codes are asked for one by one from now on")
            self._gathering.most = 1
            return {isrc: await self._alone(isrc) for isrc in isrcs}
        recordings = objects(answer.get("recordings"))
        if len(isrcs) == 1:
            return {isrcs[0]: self._keep(isrcs[0], recordings)}
        having = {isrc: [each for each in recordings if isrc in listed_isrcs(each)] for isrc in isrcs}
        await self._doubt(having, cut_off=(number(answer.get("count")) or 0) > len(recordings))
        return {isrc: self._keep(isrc, found) for isrc, found in having.items()}

    async def _doubt(self, having: dict[str, list[Json]], cut_off: bool) -> None:
        """Make sure of codes that were not found, where the answer may not speak for them."""
        missing = [isrc for isrc, found in having.items() if not found]
        if any(found for found in list(having.values())[1:]):
            self._doubts_left = 0  # it has looked beyond the first
        while missing and (self._doubts_left or cut_off):
            isrc = missing.pop()
            having[isrc] = objects((await self._alone(isrc)).get("recordings"))
            if cut_off:
                continue
            self._doubts_left -= 1
            if having[isrc]:
                _log.info("codes are asked for one by one from now on")
                self._gathering.most, self._doubts_left = 1, len(missing)

    async def _alone(self, isrc: str) -> Json:
        answer = await self._answers.fetch("recording", _params([isrc]), expected="recordings")
        return self._keep(isrc, objects(answer.get("recordings")))

    def _keep(self, isrc: str, recordings: list[Json]) -> Json:
        return self._answers.keep(_key(isrc), {"recordings": recordings}, "recordings")


def _params(isrcs: Sequence[str]) -> Mapping[str, str]:
    return {"query": any_of("isrc", isrcs), "limit": str(_LIMIT)}


def _key(isrc: str) -> str:
    return f"isrc/{isrc}"
