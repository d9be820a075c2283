"""The account at Spotify, with a fake Spotify over real sockets and a real library."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.credentials import CREDENTIALS_FILE, CredentialStore, Secret
from musiclib.db.art_files import ArtFiles
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.domain.states import Reason, TaskKind
from musiclib.errors import BadInput, PortInUse, SignInCancelled, SignInDenied, SignInFailed
from musiclib.providers.spotify_account import Capabilities, Grant, Refusal, load_grant, save_grant
from musiclib.services.account_types import AccountState, AccountStatus
from musiclib.services.accounts import AccountService
from musiclib.settings import Settings, SettingsInForce, load_settings
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.keyrings import FailingKeyring, GoodKeyring, MissingKeyring, WaitingKeyring
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpotify]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_spotify() as served:
        yield served


@pytest.fixture
def settings(data_dir: Path, spotify: FakeSpotify) -> Settings:
    return Settings(data_dir=data_dir, credentials="file", **spotify.settings)  # type: ignore[arg-type]


@pytest.fixture
def accounts(library: Library) -> AccountService:
    return library.accounts


def in_browser(then: Callable[[str], object]) -> tuple[Callable[[str], None], Callable[[], None]]:
    """Opens addresses in a thread of its own, as a browser is; the second function waits for its end."""
    threads: list[threading.Thread] = []

    def open_address(address: str) -> None:
        threads.append(threading.Thread(target=then, args=(address,)))
        threads[0].start()

    return open_address, lambda: threads[0].join(10)


def signed_in(accounts: AccountService, spotify: FakeSpotify) -> AccountStatus:
    open_address, end = in_browser(spotify.visit)
    try:
        return accounts.sign_in(open_address, 10)
    finally:
        end()


def store_of(accounts: AccountService) -> CredentialStore:
    access = accounts.access()
    assert access is not None
    return access.store


def grant_of(accounts: AccountService) -> Grant:
    grant = load_grant(store_of(accounts), CLIENT_ID)
    assert grant is not None
    return grant


def with_keyring(library: Library, clock: Clock, keyring: GoodKeyring) -> AccountService:
    settings = library.settings
    store = CredentialStore(settings.data_dir, "auto", keyring, timeout_s=0.05)
    return AccountService(
        library._db, SettingsInForce(settings), clock, store, ArtFiles(settings.art_dir), ()
    )


def test_a_person_signs_in_and_out(accounts: AccountService, spotify: FakeSpotify, clock: Clock) -> None:
    out = accounts.status()
    assert (out.state, out.signed_in_at) == (AccountState.SIGNED_OUT, None)
    status = signed_in(accounts, spotify)
    assert status.state is AccountState.SIGNED_IN
    assert status.detail == "Signed in to Spotify until 17 December 2026."
    assert (status.client_id, status.ends_soon, status.kept_in_file) == (CLIENT_ID, False, True)
    assert CREDENTIALS_FILE in (status.kept or "")
    assert accounts.sign_out().state is AccountState.SIGNED_OUT
    assert load_grant(store_of(accounts), CLIENT_ID) is None
    assert accounts.sign_out().state is AccountState.SIGNED_OUT


def test_a_sign_in_ends_after_six_months(
    accounts: AccountService, spotify: FakeSpotify, clock: Clock
) -> None:
    signed_in(accounts, spotify)
    clock.pass_by(days=152)
    assert not accounts.status().ends_soon
    clock.pass_by(days=2)
    soon = accounts.status()
    assert (soon.state, soon.ends_soon) == (AccountState.SIGNED_IN, True)
    assert "sign in again before then" in soon.detail
    clock.pass_by(days=30)
    assert accounts.status().state is AccountState.SIGN_IN_AGAIN
    assert signed_in(accounts, spotify).state is AccountState.SIGNED_IN


def test_what_spotify_thinks_of_the_app_is_told(
    library: Library, accounts: AccountService, spotify: FakeSpotify, clock: Clock
) -> None:
    signed_in(accounts, spotify)
    access = accounts.access()
    assert access is not None
    capabilities = Capabilities(access.memory, CLIENT_ID, clock)
    capabilities.close("tracks")
    capabilities.refuse(Refusal.PREMIUM)
    refused = accounts.status()
    assert refused.state is AccountState.REFUSED
    assert "Premium" in refused.detail
    assert refused.refused_until
    clock.pass_by(hours=7)
    assert accounts.status().state is AccountState.SIGNED_IN, "it is worth another try"
    capabilities.end(grant_of(accounts))
    assert accounts.status().state is AccountState.SIGN_IN_AGAIN
    capabilities.refuse(Refusal.USER)
    assert signed_in(accounts, spotify).state is AccountState.SIGNED_IN
    capabilities.check("tracks")


def waiting_task(library: Library, clock: Clock) -> None:
    """A look-up that a worker has put back until somebody signs in."""
    import_new(library, THREE)
    with library._db.write() as conn:
        tasks = EnrichmentTaskRepository(conn)
        (task,) = tasks.claim("w", [TaskKind.METADATA], 1, clock(), timedelta(minutes=1))
        tasks.postpone(task.id, "w", None, Reason.SIGN_IN_NEEDED, "Sign in", "spotify", now=clock())


@pytest.mark.parametrize("act", ["sign_in", "sign_out"])
def test_tasks_that_waited_for_it_go_on(
    library: Library, spotify: FakeSpotify, clock: Clock, act: str
) -> None:
    waiting_task(library, clock)
    assert library.enrichment.summary().waiting[0].blocked_on == "spotify"
    if act == "sign_in":
        signed_in(library.accounts, spotify)
    else:
        library.accounts.sign_out()
    assert library.enrichment.summary().waiting == ()


def test_a_sign_in_that_fails_changes_nothing(
    accounts: AccountService, spotify: FakeSpotify, settings: Settings
) -> None:
    signed_in(accounts, spotify)
    before = grant_of(accounts)
    open_address, end = in_browser(lambda address: spotify.visit(address, says="access_denied"))
    with pytest.raises(SignInDenied):
        accounts.sign_in(open_address, 10)
    end()
    with pytest.raises(SignInCancelled):
        accounts.sign_in(lambda _: accounts.cancel_sign_in(), 10)
    with pytest.raises(SignInFailed):
        accounts.sign_in(lambda _: None, 0.01)
    with pytest.raises(BadInput, match="Finish or cancel"):
        accounts.sign_in(lambda _: accounts.sign_in(lambda _: None, 1), 1)
    assert grant_of(accounts) == before
    assert accounts.status().state is AccountState.SIGNED_IN
    accounts.cancel_sign_in()


def test_an_address_is_pasted(accounts: AccountService, spotify: FakeSpotify) -> None:
    with pytest.raises(BadInput, match="No sign-in is waiting"):
        accounts.paste_address("http://127.0.0.1/callback?code=x")
    open_address, end = in_browser(lambda address: accounts.paste_address(spotify.callback(address)))
    assert accounts.sign_in(open_address, 10).state is AccountState.SIGNED_IN
    end()


def test_what_is_missing_is_told(settings: Settings, clock: Clock, data_dir: Path) -> None:
    plain = Settings(data_dir=data_dir, credentials="file", online=False)
    library = open_library(plain, clock=clock)
    accounts = library.accounts
    assert accounts.status().state is AccountState.NO_CLIENT_ID
    assert accounts.access() is None
    with pytest.raises(BadInput, match=r"developer\.spotify\.com"):
        accounts.sign_in(lambda _: None)
    with pytest.raises(BadInput, match="32 letters"):
        accounts.use_client_id("https://open.spotify.com/user/x")
    assert accounts.use_client_id(f" {CLIENT_ID}\n").client_id == CLIENT_ID
    assert load_settings({"data_dir": plain.data_dir}).spotify_client_id == CLIENT_ID
    with pytest.raises(SignInFailed, match="switched off"):
        accounts.sign_in(lambda _: None)
    library.close()


def test_a_sign_in_belongs_to_its_app(accounts: AccountService, spotify: FakeSpotify) -> None:
    signed_in(accounts, spotify)
    assert accounts.use_client_id("f" * 32).state is AccountState.SIGNED_OUT
    assert accounts.use_client_id(CLIENT_ID).state is AccountState.SIGNED_IN


def test_a_fixed_port_that_is_taken_is_told(settings: Settings, clock: Clock, spotify: FakeSpotify) -> None:
    port = int(spotify.url.rpartition(":")[2])
    library = open_library(settings.model_copy(update={"spotify_redirect_port": port}), clock=clock)
    with pytest.raises(PortInUse):
        library.accounts.sign_in(lambda _: None)
    library.close()


@pytest.mark.parametrize("keyring", [MissingKeyring(), FailingKeyring()])
def test_without_a_keyring_the_file_is_announced(
    library: Library, clock: Clock, spotify: FakeSpotify, keyring: GoodKeyring
) -> None:
    status = signed_in(with_keyring(library, clock, keyring), spotify)
    assert status.kept_in_file
    assert "only you can read" in (status.kept or "")
    fresh = with_keyring(library, clock, keyring)
    assert fresh.status().state is AccountState.SIGNED_IN


def test_a_keyring_that_is_locked_later_signs_nobody_out(
    library: Library, clock: Clock, spotify: FakeSpotify
) -> None:
    keyring = FailingKeyring(locked=False)
    accounts = with_keyring(library, clock, keyring)
    assert not signed_in(accounts, spotify).kept_in_file
    keyring.locked = True
    locked = accounts.status()
    assert locked.state is AccountState.KEYRING_LOCKED
    assert "keyring" in locked.detail
    keyring.locked = False
    assert accounts.status().state is AccountState.SIGNED_IN


def test_a_keyring_that_asks_for_a_password_holds_nothing_up(
    library: Library, clock: Clock, spotify: FakeSpotify
) -> None:
    keyring = WaitingKeyring()
    try:
        begun = time.monotonic()
        assert signed_in(with_keyring(library, clock, keyring), spotify).kept_in_file
        assert time.monotonic() - begun < 3
    finally:
        keyring.answer.set()


def test_a_grant_from_elsewhere_is_not_shown(accounts: AccountService, clock: Clock) -> None:
    save_grant(store_of(accounts), Grant("other", Secret("x"), clock()))
    assert accounts.status().state is AccountState.SIGNED_OUT
