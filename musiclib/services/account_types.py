"""What the account service tells the front ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from musiclib.domain.ids import AlbumId, TrackId

_CLIENT_ID = re.compile(r"[0-9A-Za-z]{32}")


def is_client_id(text: str) -> bool:
    """Whether it has the form of one: 32 letters and digits."""
    return _CLIENT_ID.fullmatch(text) is not None


class AccountState(StrEnum):
    NO_CLIENT_ID = "no_client_id"
    SIGNED_OUT = "signed_out"
    SIGNED_IN = "signed_in"
    SIGN_IN_AGAIN = "sign_in_again"
    REFUSED = "refused"
    """Signed in, but Spotify serves this app or this account nothing."""
    KEYRING_LOCKED = "keyring_locked"


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How it stands with Spotify. `detail` says it to a person, with what to do next. Times are UTC."""

    state: AccountState
    detail: str
    client_id: str | None = None
    signed_in_at: datetime | None = None
    ends_at: datetime | None = None
    """When Spotify will want a new sign-in."""
    ends_soon: bool = False
    """Less than a month is left: ask for a new sign-in."""
    refused_until: datetime | None = None
    kept: str | None = None
    """Where the sign-in is kept; None as long as none ever was."""
    kept_in_file: bool = False
    """In a file, for want of a keyring: tell it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What Spotify gave when it was asked for a track. It has answered, even where nothing was `found`."""

    artist: str
    title: str
    found: bool
    fields: tuple[str, ...] = ()
    """Of `provenance.MERGED_FIELDS`."""
    picture: int | None = None
    """Width of the largest cover in pixels."""


@dataclass(frozen=True, slots=True)
class DataKept:
    """What there is of Spotify's in the library: counts."""

    tracks: int
    """With values or a picture of Spotify's."""
    candidates: int
    answers: int
    pictures: int

    def __bool__(self) -> bool:
        return any((self.tracks, self.candidates, self.answers, self.pictures))


@dataclass(frozen=True, slots=True)
class DataRemoved:
    """What `remove_data` took out: counts, and which tracks and albums to read again."""

    tracks: int
    values: int
    candidates: int
    answers: int
    pictures: int
    track_ids: tuple[TrackId, ...] = ()
    album_ids: tuple[AlbumId, ...] = ()
