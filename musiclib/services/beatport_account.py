"""Beatport as a source: off by default, and only with a token of the person's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from musiclib.credentials import CredentialStore, CredentialsUnavailable
from musiclib.providers.beatport_account import drop_token, load_token, read_token, save_token
from musiclib.services.acts import Clock
from musiclib.settings import SettingsInForce, save_settings


class BeatportState(StrEnum):
    OFF = "off"
    NO_TOKEN = "no_token"
    READY = "ready"
    EXPIRED = "expired"
    KEYRING_LOCKED = "keyring_locked"


@dataclass(frozen=True, slots=True)
class BeatportStatus:
    """How it stands with Beatport; `detail` says it and what to do next."""

    state: BeatportState
    detail: str
    has_token: bool = False
    expires_at: datetime | None = None
    """UTC; None: not told, or without a token."""
    kept: str | None = None
    """Where the token is kept."""


class BeatportAccountService:
    """Thread-safe. Methods may wait for the keyring: call them off the GUI thread."""

    def __init__(self, settings: SettingsInForce, clock: Clock, store: CredentialStore) -> None:
        self._settings = settings
        self._clock = clock
        self._store = store

    def status(self) -> BeatportStatus:
        try:
            token = load_token(self._store)
        except CredentialsUnavailable as error:
            return BeatportStatus(BeatportState.KEYRING_LOCKED, str(error))
        if token is None:
            if not self._settings.now.beatport:
                return BeatportStatus(BeatportState.OFF, "Beatport is not asked.")
            return BeatportStatus(BeatportState.NO_TOKEN, "Beatport is switched on, but there is no token.")
        kept = self._store.status()
        told = (True, token.expires_at, kept.detail if kept else None)
        if not self._settings.now.beatport:
            return BeatportStatus(BeatportState.OFF, "Beatport is not asked; a token is kept.", *told)
        if token.expires_at is not None and token.expires_at <= self._clock():
            return BeatportStatus(
                BeatportState.EXPIRED, "The token for Beatport has run out. Paste a new one.", *told
            )
        return BeatportStatus(BeatportState.READY, "Beatport may be asked with your token.", *told)

    def use_token(self, pasted: str) -> BeatportStatus:
        """Keep a token, or the JSON object Beatport gave it in, and switch Beatport on.

        Raises `BadInput` for what is none, and as `CredentialStore.write` and `save_settings`.
        """
        token = read_token(pasted, self._clock())
        self._store.prepare()
        save_token(self._store, token)
        self._switch(on=True)
        return self.status()

    def forget(self) -> BeatportStatus:
        """Forget the token and switch Beatport off; what it has said stays. Raises as `use_token`."""
        drop_token(self._store)
        self._switch(on=False)
        return self.status()

    def _switch(self, *, on: bool) -> None:
        settings = self._settings.now
        if settings.beatport != on:
            save_settings(settings.settings_file, {"beatport": on})
            self._settings.use(settings.model_copy(update={"beatport": on}))
