"""What is remembered of a Spotify account and of the app (client id) that is used: no network here.

The grant (a person's permission) is a secret and lies with the other secrets; what was learnt of the app
lies in the database, by client id. Most apps are in Spotify's development mode: they may not use all
endpoints, and which those are only shows by trying.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from musiclib.credentials import CredentialStore, Secret
from musiclib.domain.states import Source
from musiclib.errors import CapabilityForbidden, SignInNeeded
from musiclib.providers.base import Json
from musiclib.providers.payload import mapping, text

NAME = Source.SPOTIFY.value
APP = "app"
"""The capability without which there is no other."""
_CREDENTIAL = "spotify"
_GRANT_MONTHS = 6
_WARN_MONTHS = 5
_ENDPOINT_RESTS = timedelta(days=7)
_APP_RESTS = timedelta(hours=6)
_RECENT_S = 1.0


class Refusal(StrEnum):
    """Why Spotify serves nothing at all to an app, and what mends it."""

    PREMIUM = "premium"
    USER = "user"

    @property
    def advice(self) -> str:
        if self is Refusal.PREMIUM:
            return (
                "Spotify asks for Premium: the owner of the app whose client id you use needs an active "
                "subscription. After a change Spotify may take a few hours."
            )
        return (
            "Spotify does not serve this account: add it under User Management of your app in the Spotify "
            "dashboard, then sign in again."
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's permission. It ends six months after `authorized_at`, however often it is used."""

    client_id: str
    refresh_token: Secret
    authorized_at: datetime
    """UTC."""

    @property
    def expires_at(self) -> datetime:
        """See https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration."""
        return months_later(self.authorized_at, _GRANT_MONTHS)

    @property
    def warn_from(self) -> datetime:
        """From here on the person is asked to sign in again before it ends."""
        return months_later(self.authorized_at, _WARN_MONTHS)


def load_grant(store: CredentialStore, client_id: str) -> Grant | None:
    """The grant for this app, or None. Raises `CredentialsUnavailable`."""
    kept = store.read(_CREDENTIAL)
    if kept is None:
        return None
    try:
        plain = json.loads(kept.reveal())
        if plain["client_id"] != client_id:
            return None
        token, at = plain["refresh_token"], datetime.fromisoformat(plain["authorized_at"])
    except (ValueError, TypeError, KeyError):
        return None
    return Grant(client_id, Secret(token), at) if isinstance(token, str) and at.tzinfo else None


def save_grant(store: CredentialStore, grant: Grant) -> None:
    """Raises as `CredentialStore.write`."""
    plain = {
        "client_id": grant.client_id,
        "refresh_token": grant.refresh_token.reveal(),
        "authorized_at": grant.authorized_at.isoformat(),
    }
    store.write(_CREDENTIAL, Secret(json.dumps(plain)))


def drop_grant(store: CredentialStore) -> None:
    store.delete(_CREDENTIAL)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or the last day of that month if it is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + years, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(moment.day, (following - timedelta(days=1)).day))


class Memory(Protocol):
    """Keeps what was learnt of each app, over restarts and for all processes."""

    def load(self, client_id: str) -> Json: ...

    def change(self, client_id: str, update: Callable[[Json], Json]) -> None:
        """Read, update and write in one step."""
        ...


class RecentMemory:
    """A `Memory` that reads again only what is older than a second: for many calls in a row."""

    def __init__(self, memory: Memory, monotonic: Callable[[], float]) -> None:
        self._memory = memory
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Json]] = {}

    def load(self, client_id: str) -> Json:
        now = self._monotonic()
        at, known = self._known.get(client_id, (-math.inf, {}))
        if now - at > _RECENT_S:
            known = self._memory.load(client_id)
            self._known[client_id] = now, known
        return known

    def change(self, client_id: str, update: Callable[[Json], Json]) -> None:
        self._memory.change(client_id, update)
        self._known.pop(client_id, None)


@dataclass(frozen=True, slots=True)
class Access:
    """All that is needed to use Spotify for a person who has an app of their own."""

    client_id: str
    store: CredentialStore
    memory: Memory
    clock: Callable[[], datetime]
    contact: str
    api_url: str
    accounts_url: str


class Capabilities:
    """What an app may do, as far as it has shown."""

    def __init__(self, memory: Memory, client_id: str, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._clock = clock
        self.client_id = client_id

    def check(self, endpoint: str) -> None:
        """Raises `CapabilityForbidden` if asking is known to be of no use now."""
        known = self._known()
        refused = _refused(known, self._clock())
        if refused is not None:
            raise CapabilityForbidden(NAME, refused[0].advice, APP, refused[1])
        until = _moment(mapping(known.get("closed")).get(endpoint))
        if until is not None and until > self._clock():
            raise closed(endpoint, until)

    def refused(self) -> tuple[Refusal, datetime] | None:
        """Why the app is served nothing at all, and until when it is left alone."""
        return _refused(self._known(), self._clock())

    def refuse(self, why: Refusal) -> CapabilityForbidden:
        """The app is served nothing: leave it alone for six hours."""
        until = self._clock() + _APP_RESTS
        self._set("refused", {"why": why.value, "until": until.isoformat()})
        return CapabilityForbidden(NAME, why.advice, APP, until)

    def close(self, endpoint: str) -> CapabilityForbidden:
        """The app may not use this endpoint: leave it alone for a week."""
        until = self._clock() + _ENDPOINT_RESTS
        self._set("closed", {endpoint: until.isoformat()}, merge=True)
        return closed(endpoint, until)

    def page_size(self, endpoint: str, usual: int) -> int:
        """How many items may be asked for at once."""
        entry = mapping(mapping(self._known().get("limits")).get(endpoint))
        until, most = _moment(entry.get("until")), entry.get("most")
        if until is None or until <= self._clock() or not isinstance(most, int):
            return usual
        return max(1, min(usual, most))

    def set_page_size(self, endpoint: str, most: int) -> None:
        until = self._clock() + _ENDPOINT_RESTS
        self._set("limits", {endpoint: {"most": most, "until": until.isoformat()}}, merge=True)

    def has_ended(self, grant: Grant) -> bool:
        """Spotify has said that the grant is good no more. It is kept until a new one takes its place."""
        return bool(self._known().get("ended") == grant.authorized_at.isoformat())

    def end(self, grant: Grant) -> None:
        self._set("ended", grant.authorized_at.isoformat())

    def forget_refusals(self) -> None:
        """A person has signed in, perhaps after mending what was wrong: try everything again."""

        def update(known: Json) -> Json:
            return {name: value for name, value in known.items() if name == "limits"}

        self._memory.change(self.client_id, update)

    def _known(self) -> Json:
        return self._memory.load(self.client_id)

    def _set(self, name: str, value: Any, *, merge: bool = False) -> None:
        def update(known: Json) -> Json:
            return {**known, name: {**mapping(known.get(name)), **value} if merge else value}

        self._memory.change(self.client_id, update)


def closed(endpoint: str, until: datetime) -> CapabilityForbidden:
    return CapabilityForbidden(
        NAME,
        f"Spotify does not let your app ask for {endpoint}. It will be tried again on {until:%d %B}.",
        endpoint,
        until,
    )


def sign_in_needed(why: str = "Sign in to Spotify in the settings.") -> SignInNeeded:
    return SignInNeeded(NAME, why)


def _refused(known: Json, now: datetime) -> tuple[Refusal, datetime] | None:
    entry = mapping(known.get("refused"))
    until = _moment(entry.get("until"))
    if until is None or until <= now or entry.get("why") not in set(Refusal):
        return None
    return Refusal(entry["why"]), until


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(value) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
