"""What was learnt of the apps that are used with a provider: in `provider_state`, by the id of the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from musiclib.db.engine import Database
from musiclib.db.provider_state import ProviderStateRepository

Json = dict[str, Any]


class StoredCapabilities:
    """Each method is one transaction. Thread-safe."""

    def __init__(self, db: Database, provider: str, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._provider = provider
        self._clock = clock

    def load(self, app: str) -> Json:
        with self._db.read() as conn:
            state = ProviderStateRepository(conn).get(self._provider)
        return _of(state.capabilities if state else {}, app)

    def change(self, app: str, update: Callable[[Json], Json]) -> None:
        """Read, update and write in one step, so that no other process's lesson is lost."""
        with self._db.write() as conn:
            states = ProviderStateRepository(conn)
            state = states.get(self._provider)
            learnt = update(_of(state.capabilities if state else {}, app))
            states.set_capabilities(self._provider, {app: learnt}, self._clock())


def _of(capabilities: Mapping[str, Any], app: str) -> Json:
    known = capabilities.get(app)
    return known if isinstance(known, dict) else {}
