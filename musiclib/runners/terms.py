"""On what terms providers are asked, by the settings."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from musiclib.domain.queue import Off
from musiclib.domain.rates import Rate
from musiclib.domain.states import Source
from musiclib.providers.base import BEATPORT_RATE, RATES
from musiclib.settings import Settings

_THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})
_IDENTITY = frozenset({Source.DEEZER, Source.MUSICBRAINZ, Source.SPOTIFY})
"""Providers that can tell what a track is."""


def rates(settings: Settings) -> dict[str, Rate]:
    """How often each provider may be asked.

    A mirror on this computer is asked as fast as it answers: the pace is there for those who share a server.
    """
    spotify = replace(RATES[Source.SPOTIFY], daily=settings.spotify_daily_calls)
    found = RATES | {Source.SPOTIFY.value: _paced(spotify, settings.spotify_api_url)}
    if settings.beatport:
        found[Source.BEATPORT.value] = _paced(BEATPORT_RATE, settings.beatport_url)
    return found


def off(settings: Settings) -> dict[str, Off]:
    """Providers that are not asked, by the settings."""
    if not settings.online:
        return dict.fromkeys(rates(settings), Off.OFFLINE)
    without = {} if settings.spotify_client_id else {Source.SPOTIFY.value: Off.NO_ACCOUNT}
    return without | {name: Off.SETTINGS for name in settings.disabled_providers if name in RATES}


def _paced(rate: Rate, address: str) -> Rate:
    host = urlsplit(address).hostname
    return replace(rate, min_interval_s=0.0, concurrency=4) if host in _THIS_COMPUTER else rate


def asks_anybody(settings: Settings) -> bool:
    """Without that nothing can be looked up; what waits for the network goes on waiting."""
    return settings.online and not set(settings.disabled_providers) >= _IDENTITY
