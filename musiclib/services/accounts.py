"""The account at Spotify: signing in and out, how it stands, and taking all its data out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from musiclib.credentials import CredentialStore, CredentialsUnavailable, Place
from musiclib.db.albums import AlbumRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.capabilities import StoredCapabilities
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.provider_removal import Removed, count_provider_data, remove_provider_data
from musiclib.db.tracks import TrackRepository
from musiclib.domain.states import MatchState, Source, TaskKind
from musiclib.errors import BadInput, SignInFailed
from musiclib.providers.spotify_account import (
    NAME,
    Access,
    Capabilities,
    Grant,
    drop_grant,
    load_grant,
    save_grant,
)
from musiclib.services.account_types import AccountState, AccountStatus, DataKept, DataRemoved, is_client_id
from musiclib.services.acts import Clock
from musiclib.settings import SettingsInForce, save_settings

if TYPE_CHECKING:
    from musiclib.providers.spotify_auth import SignIn

SIGN_IN_LIMIT_S = 300.0
_NO_CLIENT_ID = (
    "Spotify wants each person to use an app of their own: register one at developer.spotify.com/dashboard "
    "with the redirect address http://127.0.0.1/callback, and enter its client id."
)
_OWN = frozenset({Source.MANUAL, Source.TRACKLIST, Source.FILE_TAGS, Source.ANALYSIS})


class AccountService:
    """Thread-safe. Methods may wait for the keyring, `sign_in` for a person: call them off the GUI thread."""

    def __init__(
        self,
        db: Database,
        settings: SettingsInForce,
        clock: Clock,
        store: CredentialStore,
        art: ArtFiles,
        precedence: Sequence[str],
    ) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._store = store
        self._art = art
        self._precedence = precedence
        self._memory = StoredCapabilities(db, NAME, clock)
        self._lock = threading.Lock()
        self._signing_in: SignIn | None = None

    @property
    def _client_id(self) -> str | None:
        return (self._settings.now.spotify_client_id or "").strip() or None

    def access(self) -> Access | None:
        """What a provider needs to use the account; None without a client id."""
        client_id, settings = self._client_id, self._settings.now
        if client_id is None:
            return None
        return Access(
            client_id,
            self._store,
            self._memory,
            self._clock,
            settings.contact,
            settings.spotify_api_url,
            settings.spotify_accounts_url,
        )

    def use_client_id(self, client_id: str) -> AccountStatus:
        """Use another app from now on, and remember it in the settings.

        Raises `BadInput` if it cannot be one, and as `save_settings`.
        """
        client_id = client_id.strip()
        if not is_client_id(client_id):
            raise BadInput(
                "This is not a client id: it is a row of 32 letters and digits on your app's page at "
                "developer.spotify.com/dashboard."
            )
        if client_id != self._client_id:
            settings = self._settings.now
            save_settings(settings.settings_file, {"spotify_client_id": client_id})
            self._settings.use(settings.model_copy(update={"spotify_client_id": client_id}))
        return self.status()

    def status(self) -> AccountStatus:
        client_id = self._client_id
        if client_id is None:
            return AccountStatus(AccountState.NO_CLIENT_ID, _NO_CLIENT_ID)
        kept = self._store.status()
        told = AccountStatus(
            AccountState.SIGNED_OUT,
            "Not signed in to Spotify.",
            client_id,
            kept=kept.detail if kept else None,
            kept_in_file=kept is not None and kept.place is Place.FILE,
        )
        try:
            grant = load_grant(self._store, client_id)
        except CredentialsUnavailable as error:
            return replace(told, state=AccountState.KEYRING_LOCKED, detail=str(error))
        return told if grant is None else self._of_grant(grant, told)

    def sign_in(
        self, open_address: Callable[[str], object], timeout_s: float = SIGN_IN_LIMIT_S
    ) -> AccountStatus:
        """Have the person say yes in their browser; blocks until they have, in the calling thread.

        `open_address` is called once, in this thread, with the address to open; it is not to be logged.
        Raises an error of the `SignInFailed` family (`SignInCancelled` after `cancel_sign_in`), `BadInput`
        without a client id or during another sign-in, and as `CredentialStore.write`. What was signed in
        before stays in use unless this succeeds. Tasks that waited for a sign-in go on afterwards.
        """
        access = self._online_access()
        self._store.prepare()
        with self._lock:
            if self._signing_in is not None:
                raise BadInput("A sign-in is waiting already. Finish or cancel that one first.")
            current = self._signing_in = self._new_sign_in(access)
        try:
            open_address(current.address)
            grant = current.wait(timeout_s)
        finally:
            current.close()
            with self._lock:
                self._signing_in = None
        save_grant(self._store, grant)
        Capabilities(self._memory, access.client_id, self._clock).forget_refusals()
        self._release_tasks()
        return self.status()

    def paste_address(self, text: str) -> None:
        """For a browser on another computer: the address it ended at, given by hand; `sign_in` returns then.

        Raises `BadInput` if it is not the one `sign_in` waits for, or nothing waits.
        """
        with self._lock:
            current = self._signing_in
        if current is None:
            raise BadInput("No sign-in is waiting for an address. Begin one first.")
        current.paste(text)

    def cancel_sign_in(self) -> None:
        """End `sign_in` with `SignInCancelled`; nothing if none waits."""
        with self._lock:
            current = self._signing_in
        if current is not None:
            current.cancel()

    def sign_out(self) -> AccountStatus:
        """Forget the sign-in; what Spotify said stays until `remove_data`.

        Raises as `CredentialStore.delete`.
        """
        client_id = self._client_id
        grant = load_grant(self._store, client_id) if client_id else None
        drop_grant(self._store)
        if grant is not None:  # other programs may hold a token that is good for an hour
            Capabilities(self._memory, grant.client_id, self._clock).end(grant)
        self._release_tasks()
        return self.status()

    def data_kept(self) -> DataKept:
        """What `remove_data` would take out."""
        with self._db.read() as conn:
            return DataKept(**count_provider_data(conn, NAME))

    def remove_data(self) -> DataRemoved:
        """Take out all that came from Spotify, in one transaction, and look up again what lacks it then.

        This is not undone: what could be brought back would still be kept. Backups made before still hold
        it. Sign out first, or the next look-up brings it back.
        """
        now = self._clock()
        with self._db.write() as conn:
            removed = remove_provider_data(conn, NAME, now)
            remerge(conn, removed.tracks, self._precedence, now)
            TrackRepository(conn).touch(removed.tracks)
            self._look_up_again(conn, removed, now)
        for sha256, mime in removed.pictures:
            self._art.remove(sha256, mime)
        return DataRemoved(
            tracks=len(removed.tracks),
            values=removed.values,
            candidates=removed.candidates,
            answers=removed.answers,
            pictures=len(removed.pictures),
            track_ids=removed.tracks,
            album_ids=removed.albums,
        )

    def _online_access(self) -> Access:
        access = self.access()
        if access is None:
            raise BadInput(_NO_CLIENT_ID)
        if not self._settings.now.online:
            raise SignInFailed("The network is switched off in the settings. Switch it on to sign in.")
        return access

    def _new_sign_in(self, access: Access) -> SignIn:
        # Loads the HTTP and OAuth libraries, which no other part of the program needs to start.
        from musiclib.providers.spotify_auth import SignIn, SpotifyAccounts

        accounts = SpotifyAccounts(access.client_id, access.contact, access.clock, access.accounts_url)
        return SignIn(accounts, self._clock, self._settings.now.spotify_redirect_port)

    def _of_grant(self, grant: Grant, told: AccountStatus) -> AccountStatus:
        now = self._clock()
        capabilities = Capabilities(self._memory, grant.client_id, self._clock)
        told = replace(
            told,
            signed_in_at=grant.authorized_at,
            ends_at=grant.expires_at,
            ends_soon=now >= grant.warn_from,
        )
        if capabilities.has_ended(grant) or now >= grant.expires_at:
            return replace(
                told,
                state=AccountState.SIGN_IN_AGAIN,
                detail=(
                    "Spotify has ended your sign-in: it does so after six months, or when an app is removed "
                    "from the account. Sign in again."
                ),
            )
        if refused := capabilities.refused():
            why, until = refused
            return replace(told, state=AccountState.REFUSED, detail=why.advice, refused_until=until)
        return replace(told, state=AccountState.SIGNED_IN, detail=_signed_in(grant, told.ends_soon))

    def _release_tasks(self) -> None:
        with self._db.write() as conn:
            EnrichmentTaskRepository(conn).unblock(NAME, self._clock())

    def _look_up_again(self, conn: Connection, removed: Removed, now: datetime) -> None:
        """Others may have the values and pictures that are gone, mostly in answers that are kept.

        Tracks that were only known from there lose their match; those a person has decided about keep it.
        """
        tracks = TrackRepository(conn)
        said = TrackMetadataRepository(conn).by_source(removed.tracks)
        lost = [
            track_id
            for track_id, record in tracks.get_many(removed.tracks).items()
            if not record.match_locked and not (said.get(track_id, {}).keys() - _OWN)
        ]
        tracks.set_match(lost, MatchState.PENDING, None, now)
        albums = AlbumRepository(conn)
        listed = [entry.track_id for album_id in removed.albums for entry in albums.entries(album_id)]
        lacking = list(dict.fromkeys([*removed.tracks, *listed]))
        EnrichmentTaskRepository(conn).requeue(lacking, TaskKind.METADATA, now)


def _signed_in(grant: Grant, ends_soon: bool) -> str:
    until = f"{grant.expires_at:%d %B %Y}"
    if ends_soon:
        return f"Signed in to Spotify, but only until {until}: sign in again before then."
    return f"Signed in to Spotify until {until}."
