"""Searches for many things in one call, at a service that answers one call a second."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from musiclib.errors import BadPayload
from musiclib.providers.answers import Answers
from musiclib.providers.base import Json
from musiclib.providers.gathering import Gathering, Take
from musiclib.providers.payload import number, objects

_log = logging.getLogger(__name__)

AT_ONCE = 20
_LIMIT = 100
_DOUBTS = 2


class GatheredSearch:
    """Each asker gets the results of its own key, whoever asked at the same time. Belongs to one event loop.

    A server need not know OR. Until an answer has shown that it does, keys it did not find are asked for
    alone, a few of them; if one of them is found so, each key is asked for alone from then on.
    """

    def __init__(
        self,
        answers: Answers,
        entity: str,
        name: str,
        query: Callable[[Sequence[str]], str],
        belongs: Callable[[str, Json], bool],
        at_once: int = AT_ONCE,
    ) -> None:
        """`name` stands before the keys in the cache, `query` finds results of any of the keys.

        `belongs` says whether a result is one of a key.
        """
        self._answers = answers
        self._entity = entity
        self._name = name
        self._query = query
        self._belongs = belongs
        self._gathering: Gathering[Json] = Gathering(self._search, at_once)
        self._doubts_left = _DOUBTS

    async def get(self, key: str) -> list[Json]:
        """What is found by a key, from the cache or the service. Raises as `Answers.fetch`."""
        answer = self._answers.known(f"{self._name}/{key}")
        if answer is None:
            answer = await self._gathering.get(key)
        return self._results(answer)

    async def _search(self, take: Take) -> Mapping[str, Json]:
        keys: list[str] = []

        def params() -> Mapping[str, str]:
            keys[:] = take()
            return self._params(keys)

        try:
            answer = await self._answers.fetch(self._entity, params, expected=self._list)
        except BadPayload:
            if len(keys) < 2:
                raise
            self._ask_alone_from_now_on()
            return {key: await self._alone(key) for key in keys}
        results = self._results(answer)
        if len(keys) == 1:
            return {keys[0]: self._keep(keys[0], results)}
        found = {key: [each for each in results if self._belongs(key, each)] for key in keys}
        await self._doubt(found, cut_off=(number(answer.get("count")) or 0) > len(results))
        return {key: self._keep(key, having) for key, having in found.items()}

    async def _doubt(self, found: dict[str, list[Json]], cut_off: bool) -> None:
        """Make sure of keys that were not found, where the answer may not speak for them."""
        missing = [key for key, having in found.items() if not having]
        if any(list(found.values())[1:]):
            self._doubts_left = 0  # it has looked beyond the first
        while missing and (self._doubts_left or cut_off):
            key = missing.pop()
            found[key] = self._results(await self._alone(key))
            if cut_off:
                continue
            self._doubts_left -= 1
            if found[key]:
                self._ask_alone_from_now_on()
                self._doubts_left = len(missing)

    def _ask_alone_from_now_on(self) -> None:
        _log.info("%s are asked for one by one from now on", self._name)
        self._gathering.most = 1

    async def _alone(self, key: str) -> Json:
        answer = await self._answers.fetch(self._entity, self._params([key]), expected=self._list)
        return self._keep(key, self._results(answer))

    def _keep(self, key: str, results: list[Json]) -> Json:
        """Where the server does not say what a result is one of, an answer to a single key is believed."""
        own = [each for each in results if self._belongs(key, each)] or results
        return self._answers.keep(f"{self._name}/{key}", {self._list: own}, self._list)

    @property
    def _list(self) -> str:
        return f"{self._entity}s"

    def _results(self, answer: Json) -> list[Json]:
        return objects(answer.get(self._list))

    def _params(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {"query": self._query(keys), "limit": str(_LIMIT)}
