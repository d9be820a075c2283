"""Asks for artists: once for each of them, many at a time, while there is nothing more urgent to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from musiclib.db.artists import ArtistRepository, Found
from musiclib.db.engine import Database
from musiclib.errors import ProviderError
from musiclib.providers.base import ArtistFacts, ArtistProvider
from musiclib.runners.rests import Rests

_AT_ONCE = 50
_NOTHING = ArtistFacts()


class ArtistWork:
    def __init__(
        self,
        db: Database,
        providers: Sequence[ArtistProvider],
        rests: Rests,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._providers = providers
        self._rests = rests
        self._clock = clock

    async def some(self) -> bool:
        """Ask for some of those nobody was asked for yet; False: there are none that can be asked for now."""
        for provider in self._providers:
            with self._db.read() as conn:
                waiting = ArtistRepository(conn).waiting(provider.name, _AT_ONCE)
            if not waiting:
                continue
            try:
                found = await provider.artists(list(waiting))
            except ProviderError as error:
                self._rests.note(error)
                continue
            # Whom the provider does not know was asked for all the same.
            told = {
                artist_id: _told(found.get(external_id, _NOTHING))
                for external_id, artist_id in waiting.items()
            }
            with self._db.write() as conn:
                ArtistRepository(conn).set_facts(told, self._clock())
            return True
        return False


def _told(facts: ArtistFacts) -> Found:
    return facts.genres, dict(facts.ids)
