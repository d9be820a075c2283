"""How the settings become the providers of collection runs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from musiclib.credentials import CredentialStore
from musiclib.db.engine import Database
from musiclib.errors import BadInput
from musiclib.providers.beatport_account import load_token, token_missing
from musiclib.providers.spotify_account import Access, RecentMemory, sign_in_needed
from musiclib.runners import terms
from musiclib.runners.gate import DatabaseGate, UnkeptAnswers
from musiclib.services.acts import Clock
from musiclib.services.collection import Providers
from musiclib.services.collection_types import IsrcProvider
from musiclib.settings import Settings, SettingsInForce


def open_collected(
    db: Database,
    settings: SettingsInForce,
    clock: Clock,
    access: Callable[[], Access | None],
    secrets: CredentialStore,
) -> Providers:
    """At the gate all processes share. Opening raises where nobody has allowed the provider to be asked."""

    @asynccontextmanager
    async def spotify() -> AsyncIterator[IsrcProvider]:
        now, account = settings.now, access()
        _refuse_offline(now)
        if account is None:
            raise sign_in_needed()
        from musiclib.providers.http import make_client
        from musiclib.providers.spotify import connect_spotify_api

        gate = DatabaseGate(db, terms.rates(now), clock)
        account = replace(account, memory=RecentMemory(account.memory, time.monotonic))
        async with make_client(now.contact) as client:
            # The run keeps the answers itself, each with its track.
            api = await connect_spotify_api(account, client, gate, UnkeptAnswers())
            if api is None:
                raise sign_in_needed()
            yield api

    @asynccontextmanager
    async def beatport() -> AsyncIterator[IsrcProvider]:
        now = settings.now
        _refuse_offline(now)
        if not now.beatport:
            raise BadInput(
                "Beatport is switched off. Switch it on in the settings and paste a token of your own, "
                "or name files you have saved."
            )
        token = load_token(secrets)
        if token is None:
            raise token_missing()
        from musiclib.providers.beatport import BeatportAPIClient
        from musiclib.providers.http import make_client

        gate = DatabaseGate(db, terms.rates(now), clock)
        async with make_client(now.contact) as client:
            yield BeatportAPIClient(client, gate, clock, token, now.beatport_url)

    return Providers(spotify, beatport, lambda: terms.rates(settings.now))


def _refuse_offline(settings: Settings) -> None:
    if not settings.online:
        raise BadInput("The network is switched off in the settings. Switch it on, then start again.")
