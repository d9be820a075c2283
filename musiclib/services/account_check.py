"""Whether Spotify serves the account: asks for one track, and tells what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from musiclib.db.engine import Database
from musiclib.db.tracks import TrackRepository
from musiclib.errors import BadInput
from musiclib.providers.base import Candidate, MetadataProvider, TrackQuery
from musiclib.services.account_types import Checked
from musiclib.services.art_asking import until_stopped
from musiclib.services.art_types import Stop

OpenSpotify = Callable[[], AbstractAsyncContextManager[MetadataProvider | None]]
"""Opens Spotify in the loop that asks it, without the answers kept; None: nobody has signed in."""

_KNOWN_TO_ALL = ("Kraftwerk", "Computer Love")


class AccountCheck:
    """Thread-safe. Costs one to three calls of those kept for a person."""

    def __init__(self, db: Database, open_spotify: OpenSpotify) -> None:
        self._db = db
        self._open_spotify = open_spotify

    def run(self, stop: Stop) -> Checked | None:
        """Ask for the newest track of the library, or for one everybody knows; None if `stop` said so.

        Blocks. Raises `BadInput` if nobody has signed in, errors of the `ProviderError` family if Spotify
        gave no answer.
        """
        with self._db.read() as conn:
            artist, title = TrackRepository(conn).newest_names() or _KNOWN_TO_ALL
        return asyncio.run(until_stopped(self._ask(artist, title), stop))

    async def _ask(self, artist: str, title: str) -> Checked:
        async with self._open_spotify() as spotify:
            if spotify is None:
                raise BadInput("Nobody is signed in to Spotify, or it is switched off in the settings.")
            found = await spotify.search(TrackQuery(artist, title))
        return _told(found[0]) if found else Checked(artist, title, False)


def _told(candidate: Candidate) -> Checked:
    recording = candidate.recording
    widths = [each.width for each in candidate.art if each.width is not None]
    return Checked(
        recording.artist, recording.title, True, tuple(candidate.fields), max(widths, default=None)
    )
