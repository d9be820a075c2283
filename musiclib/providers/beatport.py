"""Beatport's API v4 with a person's own token: https://api.beatport.com/v4/docs/

Beatport gives its API to partners only. Whoever has a token of their own may paste it; nothing is asked
without one. Tokens live for some hours and are not renewed here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx2

from musiclib.errors import BadPayload, SignInNeeded
from musiclib.providers.base import Gate, Json
from musiclib.providers.beatport_account import BeatportToken, token_needed
from musiclib.providers.beatport_answers import NAME
from musiclib.providers.http import Caller, Outcome, Retry, Rule
from musiclib.providers.payload import mapping, objects, text

LABEL = "Beatport"
_MOST_RESULTS = 25


class BeatportAPIClient:
    """Asks the API with a person's token. All methods raise errors of the `ProviderError` family."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        gate: Gate,
        clock: Callable[[], datetime],
        token: BeatportToken,
        base_url: str = "https://api.beatport.com/v4",
        retry: Retry | None = None,
    ) -> None:
        # What is not sold in a person's country is refused; for us it is not there.
        rules = (Rule(403, 403, Outcome.NOT_FOUND, b"erritor"),)
        self._caller = Caller(NAME, LABEL, client, gate, clock, rules, retry)
        self._clock = clock
        self._token = token
        self._base_url = base_url.rstrip("/")

    async def search_track_by_isrc(
        self, isrc: str, fits: Callable[[Json], bool] = lambda track: True
    ) -> Json | None:
        """The first track with this ISRC that fits, or None."""
        return next(filter(fits, await self.tracks_by_isrc(isrc)), None)

    async def tracks_by_isrc(self, isrc: str) -> list[Json]:
        """All tracks with an ISRC: a recording is sold on several releases."""
        answer = await self._get("catalog/tracks/", {"isrc": isrc, "per_page": str(_MOST_RESULTS)})
        if answer is None:
            return []
        if not isinstance(answer.get("results"), list):
            raise BadPayload(NAME, "Beatport answered with something else than documented.")
        return objects(answer["results"])

    async def account_name(self) -> str:
        """Whose token it is: the cheapest call there is to see whether it works."""
        answer = await self._get("my/account/", {})
        return text(mapping(answer).get("username")) or ""

    async def _get(self, path: str, params: dict[str, str]) -> Json | None:
        if self._token.expires_at is not None and self._token.expires_at <= self._clock():
            raise token_needed()
        headers = {"Authorization": f"Bearer {self._token.access.reveal()}"}
        try:
            return await self._caller.get_json(f"{self._base_url}/{path}", params, headers)
        except SignInNeeded:
            pass
        # Raised outside, so that no traceback holds what was sent.
        raise token_needed()
