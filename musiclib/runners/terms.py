"""On what terms providers are asked, by the settings."""

from __future__ import annotations

from dataclasses import replace

from musiclib.domain.queue import Off
from musiclib.domain.rates import Rate
from musiclib.domain.states import Source
from musiclib.providers.base import RATES
from musiclib.settings import Settings

_IDENTITY = frozenset({Source.DEEZER, Source.MUSICBRAINZ, Source.SPOTIFY})
"""Providers that can tell what a track is."""


def rates(settings: Settings) -> dict[str, Rate]:
    """How often each provider may be asked."""
    spotify = Source.SPOTIFY.value
    return RATES | {spotify: replace(RATES[spotify], daily=settings.spotify_daily_calls)}


def off(settings: Settings) -> dict[str, Off]:
    """Providers that are not asked, by the settings."""
    if not settings.online:
        return dict.fromkeys(RATES, Off.OFFLINE)
    without = {} if settings.spotify_client_id else {Source.SPOTIFY.value: Off.NO_ACCOUNT}
    return without | {name: Off.SETTINGS for name in settings.disabled_providers if name in RATES}


def asks_anybody(settings: Settings) -> bool:
    """Without that nothing can be looked up; what waits for the network goes on waiting."""
    return settings.online and not set(settings.disabled_providers) >= _IDENTITY
