"""Questions to a provider's JSON service that are asked once: then their answers are in the cache."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from musiclib.errors import BadPayload
from musiclib.providers.base import AnswerCache, Json
from musiclib.providers.http import Caller, OneFlight, Params
from musiclib.providers.payload import without

_log = logging.getLogger(__name__)


class Answers:
    """What a service says, from the cache or from itself. Safe for many tasks of one event loop."""

    def __init__(
        self,
        caller: Caller,
        cache: AnswerCache,
        base_url: str,
        always: Mapping[str, str] | None = None,
        unkept: str | None = None,
    ) -> None:
        """`always` are parameters of every request.

        `unkept` names members of answers that are not kept: signed addresses that expire.
        """
        self._caller = caller
        self._cache = cache
        self._base_url = base_url.rstrip("/")
        self._always = dict(always or {})
        self._unkept = unkept
        self._flights = OneFlight()

    async def ask(self, key: str, path: str, params: Mapping[str, str], expected: str) -> Json:
        """An answer; an empty object if there is no such thing. Raises as `fetch`; errors are not kept."""
        async with self._flights.only(key):
            if (known := self.known(key)) is not None:
                return known
            return self.keep(key, await self.fetch(path, params, expected), expected)

    async def detail(
        self, path: str, params: Mapping[str, str], expected: str, key: str | None = None
    ) -> Json:
        """As `ask`, for what a candidate can do without: empty where the answer is none."""
        try:
            return await self.ask(key or path, path, params, expected)
        except BadPayload as error:
            _log.info("%s left out: %s", path, error)
            return {}

    async def fetch(self, path: str, params: Params, expected: str) -> Json:
        """What the service itself says now; an empty object if there is no such thing.

        One without `expected` in it is not of the documented shape: `BadPayload`. Raises errors of the
        `ProviderError` family.
        """
        answer = await self._caller.get_json(f"{self._base_url}/{path}", self._with_always(params))
        if answer is not None and expected not in answer:
            raise BadPayload(
                self._caller.provider,
                f"{self._caller.label} answered without {expected!r}. It will be asked again.",
            )
        if answer is None:
            return {}
        return answer if self._unkept is None else dict(without(answer, self._unkept))

    def known(self, key: str) -> Json | None:
        """What is in the cache."""
        known = self._cache.get(self._caller.provider, key)
        return None if known is None else known.raw

    def keep(self, key: str, answer: Json, expected: str) -> Json:
        """Put an answer into the cache; one that holds nothing where `expected` is counts as a miss."""
        self._cache.put(self._caller.provider, key, answer, found=bool(answer.get(expected)))
        return answer

    def _with_always(self, params: Params) -> Params:
        if callable(params):
            return lambda: {**self._always, **params()}
        return {**self._always, **params}
