"""How the settings become open providers, at the gate and with the answers all processes share."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from musiclib.db.engine import Database
from musiclib.domain.states import Source
from musiclib.errors import BadInput
from musiclib.providers.base import AnswerCache, ArtBytes, ArtProvider, Gate, MetadataProvider
from musiclib.providers.spotify_account import Access
from musiclib.runners import terms
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate, FreshAnswers
from musiclib.runners.sources import Connect, Sources
from musiclib.services.account_check import OpenSpotify
from musiclib.services.acts import Clock
from musiclib.services.art_types import ArtSources, FetchPicture, OpenArt
from musiclib.services.demo import is_sample, resources_folder
from musiclib.services.review import OpenProviders
from musiclib.settings import Settings, SettingsInForce

if TYPE_CHECKING:
    from musiclib.providers.sample import SampleCatalogue


def own_user_agent(settings: Settings) -> str:
    from musiclib.providers.http import app_version, user_agent

    return user_agent(settings.contact, app_version())


def _sample_catalogue() -> SampleCatalogue:
    from musiclib.providers.sample import SampleCatalogue

    return SampleCatalogue(resources_folder() / "catalogue.json")


def sample_sources(settings: Settings) -> Callable[[Iterable[str | None]], Sources | None]:
    """Tracks of the sample library are asked for in its own catalogue, and only there."""

    @functools.cache
    def catalogue() -> Sources:
        sample = _sample_catalogue()
        return Sources((sample,), {sample.name: sample})

    def special(origins: Iterable[str | None]) -> Sources | None:
        return catalogue() if any(is_sample(origin, settings.data_dir) for origin in origins) else None

    return special


def open_providers(
    db: Database,
    settings: SettingsInForce,
    clock: Clock,
    access: Callable[[], Access | None],
    *,
    urgent: bool = True,
) -> OpenProviders:
    """For what a person asks, beside the worker: at the same gate and with the same answers kept.

    `urgent`: somebody waits for the answer, which may have the last calls of the day.
    """

    @asynccontextmanager
    async def opened() -> AsyncIterator[Sequence[MetadataProvider]]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=urgent)
        answers = DatabaseAnswers(db, clock)
        async with connect_all(now, clock, access())(gate, answers) as sources:
            yield sources.identity

    return opened


def open_spotify(
    db: Database, settings: SettingsInForce, clock: Clock, access: Callable[[], Access | None]
) -> OpenSpotify:
    """To see whether it answers."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[MetadataProvider | None]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=True)
        async with connect_all(now, clock, access())(gate, FreshAnswers(db, clock)) as sources:
            yield next((each for each in sources.identity if each.name == Source.SPOTIFY), None)

    return opened


def open_art(
    db: Database, settings: SettingsInForce, clock: Clock, access: Callable[[], Access | None]
) -> OpenArt:
    """The same for pictures; those of the sample library are there without the network."""
    sample = functools.cache(_sample_catalogue)

    @asynccontextmanager
    async def opened() -> AsyncIterator[ArtSources]:
        now = settings.now
        gate = DatabaseGate(db, terms.rates(now), clock, urgent=True)
        answers = DatabaseAnswers(db, clock)
        async with connect_all(now, clock, access())(gate, answers) as sources:
            art: dict[str, ArtProvider] = {**sources.art, sample().name: sample()}
            yield ArtSources(now.online, sources.identity, art)

    return opened


def fetch_picture(settings: SettingsInForce, clock: Clock) -> FetchPicture:
    async def fetch(address: str) -> ArtBytes:
        if not settings.now.online:
            raise BadInput(
                "The network is switched off in the settings. Save the picture and choose the file."
            )
        from musiclib.providers.http import make_client
        from musiclib.providers.pictures import fetch_any_picture

        async with make_client(settings.now.contact) as client:
            return await fetch_any_picture(client, address, clock)

    return fetch


def connect_all(settings: Settings, clock: Clock, access: Access | None) -> Connect:
    """The providers in the order they are asked; Spotify if somebody has signed in (`access`)."""

    @asynccontextmanager
    async def connect(gate: Gate, answers: AnswerCache) -> AsyncIterator[Sources]:
        if not settings.online:
            yield Sources()
            return
        from musiclib.providers.coverart import CoverArtArchive
        from musiclib.providers.deezer import Deezer
        from musiclib.providers.http import make_client
        from musiclib.providers.itunes import ITunes
        from musiclib.providers.musicbrainz import MusicBrainz
        from musiclib.providers.spotify import connect_spotify

        async with make_client(settings.contact) as client:
            deezer = Deezer(client, gate, answers, clock, settings.deezer_url)
            brainz = MusicBrainz(client, gate, answers, clock, settings.musicbrainz_url)
            covers = CoverArtArchive(client, gate, answers, clock, settings.coverart_url)
            itunes = ITunes(client, gate, answers, clock, settings.itunes_url)
            spotify = await connect_spotify(access, client, gate, answers) if access else None
            identity: list[MetadataProvider] = [deezer, brainz]
            art: list[ArtProvider] = [covers, deezer, itunes]
            if spotify is not None:
                identity.append(spotify)
                art.append(spotify)
            yield Sources(tuple(identity), {each.name: each for each in art}, (itunes,), (brainz,)).without(
                settings.disabled_providers
            )

    return connect
