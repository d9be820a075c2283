"""What the Spotify provider is built from, around a `FakeSpotify`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from musiclib.credentials import CredentialStore, Secret
from musiclib.providers.base import Json
from musiclib.providers.spotify import SpotifyProvider
from musiclib.providers.spotify_account import Capabilities, Grant, load_grant, save_grant
from musiclib.providers.spotify_api import SpotifyAPIClient
from musiclib.providers.spotify_auth import SpotifyAccounts, SpotifyTokens
from tests.support.spotify_server import CLIENT_ID, FakeSpotify
from tests.support.web import NOW, World


class DictMemory:
    def __init__(self) -> None:
        self.kept: dict[str, Json] = {}

    def load(self, client_id: str) -> Json:
        return self.kept.get(client_id, {})

    def change(self, client_id: str, update: Callable[[Json], Json]) -> None:
        self.kept[client_id] = update(self.load(client_id))


@dataclass
class SpotifyWorld(World):
    """`now` is the clock; the store is a file in `folder`."""

    spotify: FakeSpotify = field(default_factory=FakeSpotify)
    folder: Path = field(default_factory=Path)
    now: datetime = NOW
    memory: DictMemory = field(default_factory=DictMemory)

    def clock(self) -> datetime:
        return self.now

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    @property
    def store(self) -> CredentialStore:
        return CredentialStore(self.folder, "file")

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(self.memory, CLIENT_ID, self.clock)

    @property
    def grant(self) -> Grant:
        grant = load_grant(self.store, CLIENT_ID)
        assert grant is not None
        return grant

    def sign_in(self) -> None:
        save_grant(self.store, Grant(CLIENT_ID, Secret(self.spotify.authorized()), self.now))

    def accounts(self) -> SpotifyAccounts:
        url = self.spotify.settings["spotify_accounts_url"]
        transport = httpx2.HTTPTransport()
        return SpotifyAccounts(CLIENT_ID, "https://musiclib.example/contact", self.clock, url, transport)

    def tokens(self) -> SpotifyTokens:
        return SpotifyTokens(self.accounts(), self.store, self.capabilities, self.gate, self.clock)

    @asynccontextmanager
    async def provider(self) -> AsyncIterator[tuple[SpotifyAPIClient, SpotifyProvider]]:
        """As a worker opens it when it starts."""
        url = self.spotify.settings["spotify_api_url"]
        async with self.client() as client:
            api = SpotifyAPIClient(
                client,
                self.gate,
                self.cache,
                self.clock,
                self.tokens(),
                self.capabilities,
                url,
                self.retry,
            )
            yield api, SpotifyProvider(api, client, self.cache, self.clock, url, self.retry)
