"""Libraries for collection runs at an `isrc_server`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from musiclib.bootstrap import Library
from musiclib.credentials import Secret
from musiclib.db.connection import Connection
from musiclib.db.identities import new_id
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source
from musiclib.domain.text import match_key
from musiclib.providers.spotify_account import Grant, save_grant
from musiclib.settings import Settings
from tests.support.isrc_server import artist_of, isrc_of, title_of
from tests.support.spotify_server import CLIENT_ID


def settings_for(folder: Path, address: str, database: str | None = None) -> Settings:
    """Those of a person who has signed in to a Spotify, and has a token for a Beatport, at this address."""
    return Settings(
        data_dir=folder,
        database_url=database,
        credentials="file",
        spotify_api_url=f"{address}/v1",
        spotify_accounts_url=f"{address}/accounts",
        spotify_client_id=CLIENT_ID,
        spotify_daily_calls=10_000_000,
        beatport=True,
        beatport_url=f"{address}/v4",
    )


def sign_in(library: Library) -> None:
    save_grant(library._secrets, Grant(CLIENT_ID, Secret("refresh"), library._clock()))
    library.beatport.use_token("fast")


def put_tracks(conn: Connection, numbers: Iterable[int], now: datetime) -> list[TrackId]:
    """Add tracks as a scan of tagged files does."""
    said = []
    tracks = []
    for nth in numbers:
        values: dict[str, Plain] = {"artist": artist_of(nth), "title": title_of(nth), "isrc": isrc_of(nth)}
        track_id = TrackId(new_id())
        tracks.append(NewTrack(track_id, match_key(artist_of(nth), title_of(nth)), values))
        said.append(SourceValues(track_id, Source.FILE_TAGS, values))
    TrackRepository(conn).add(tracks, now)
    TrackMetadataRepository(conn).put(said, now)
    return [each.id for each in tracks]
