"""A person's own token for Beatport, kept with the other secrets: no network here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from musiclib.credentials import CredentialStore, Secret
from musiclib.errors import BadInput, SignInNeeded
from musiclib.providers.beatport_answers import NAME
from musiclib.providers.payload import mapping, number, text

_MOST_CHARACTERS = 2000
"""The keyring of Windows has no room for more."""


@dataclass(frozen=True, slots=True)
class BeatportToken:
    """What lets us ask in a person's name."""

    access: Secret
    expires_at: datetime | None
    """UTC; None: not told."""


def token_needed() -> SignInNeeded:
    return SignInNeeded(NAME, "Beatport does not take this token any more. Paste a new one in the settings.")


def read_token(pasted: str, now: datetime) -> BeatportToken:
    """The token a person has pasted: itself, or the JSON object Beatport gave it in.

    Raises `BadInput`, which never repeats it.
    """
    pasted = pasted.strip()
    access, lives_s = pasted, None
    if pasted.startswith("{"):
        try:
            answer = mapping(json.loads(pasted))
        except (ValueError, RecursionError):
            raise BadInput("The token is not valid JSON. Copy the whole object, from { to }.") from None
        access, lives_s = text(answer.get("access_token")) or "", number(answer.get("expires_in"))
        if not access:
            raise BadInput('There is no "access_token" in this JSON. Copy the answer of the token request.')
    access = access.removeprefix("Bearer ").strip()
    if not access or len(access) > _MOST_CHARACTERS or not access.isascii() or not access.isprintable():
        raise BadInput("This is no token: it is one row of letters, digits and signs. Copy it again.")
    if any(each.isspace() for each in access):
        raise BadInput("A token has no spaces in it. Copy it again.")
    return BeatportToken(Secret(access), None if lives_s is None else now + timedelta(seconds=lives_s))


def load_token(store: CredentialStore) -> BeatportToken | None:
    """The token that is kept, or None. Raises `CredentialsUnavailable`."""
    kept = store.read(NAME)
    if kept is None:
        return None
    try:
        plain = json.loads(kept.reveal())
        access, until = plain["access_token"], plain["expires_at"]
        expires_at = None if until is None else datetime.fromisoformat(until)
    except (ValueError, TypeError, KeyError):
        return None
    return BeatportToken(Secret(access), expires_at) if isinstance(access, str) else None


def save_token(store: CredentialStore, token: BeatportToken) -> None:
    """Raises as `CredentialStore.write`."""
    until = token.expires_at.isoformat() if token.expires_at else None
    plain = {"access_token": token.access.reveal(), "expires_at": until}
    store.write(NAME, Secret(json.dumps(plain)))


def drop_token(store: CredentialStore) -> None:
    store.delete(NAME)


def token_missing() -> SignInNeeded:
    return SignInNeeded(NAME, "There is no token for Beatport. Paste your own in the settings.")
