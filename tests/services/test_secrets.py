"""No token, code or signed address is anywhere but where sign-ins are kept, whatever has happened."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from musiclib.bootstrap import Library, open_library
from musiclib.cli.main import run
from musiclib.credentials import CREDENTIALS_FILE, CredentialStore
from musiclib.db.art_files import ArtFiles
from musiclib.errors import KnownError
from musiclib.logs import logging_to
from musiclib.providers.base import RATES, TrackQuery
from musiclib.providers.http import make_client
from musiclib.providers.spotify import connect_spotify
from musiclib.runners.gate import DatabaseAnswers, DatabaseGate
from musiclib.services.accounts import AccountService
from musiclib.settings import Settings, SettingsInForce
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.catalogue.http import Response
from tests.support.keyrings import FailingKeyring
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify
from tests.support.web import QUICK


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpotify]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_spotify() as served:
        yield served


class Run:
    """Everything a person may do with an account, and everything that may go wrong."""

    def __init__(
        self, library: Library, accounts: AccountService, spotify: FakeSpotify, clock: Clock
    ) -> None:
        self.library, self.accounts, self.spotify, self.clock = library, accounts, spotify, clock
        self.crash_reports: list[str] = []

    def sign_in(self, says: str = "yes") -> None:
        threads: list[threading.Thread] = []

        def open_address(address: str) -> None:
            self.spotify.given.add(address)
            threads.append(threading.Thread(target=self._visit, args=(address, says)))
            threads[0].start()

        with self.reporting():
            self.accounts.sign_in(open_address, 10)
        threads[0].join(10)

    def _visit(self, address: str, says: str) -> None:
        self.spotify.given.add(self.spotify.visit(address, says=says))

    @contextlib.contextmanager
    def reporting(self) -> Iterator[None]:
        """What a crash report would hold, and what the log gets of an error nobody caught."""
        try:
            yield
        except KnownError as error:
            self.crash_reports.append("".join(traceback.format_exception(error)))
            self.crash_reports.append(f"{error} {error!r} {error.args} {vars(error)}")
            logging.getLogger("musiclib").exception("told")

    def look_up(self, *answers: Response) -> None:
        """A worker starts and asks; the answers are those of the API."""
        self.spotify.api_answers.extend(answers)
        with self.reporting():
            asyncio.run(self._search(f"Pier {len(self.spotify.calls)}"))

    async def _search(self, title: str) -> None:
        async def sleep(seconds: float) -> None:
            self.clock.pass_by(seconds=seconds)

        gate = DatabaseGate(self.library._db, RATES, self.clock, sleep)
        cache = DatabaseAnswers(self.library._db, self.clock)
        access = self.accounts.access()
        assert access is not None
        async with make_client("https://musiclib.example/contact") as client:
            provider = await connect_spotify(access, client, gate, cache, QUICK)
            assert provider is not None
            await provider.search(TrackQuery("Low Tide Committee", title))


def everything_happens(run: Run) -> None:
    spotify = run.spotify

    def echo(status: int) -> Response:
        """An answer that says everything it knows; a server may."""
        said = " ".join(sorted(spotify.given | spotify.access_tokens))
        return Response(status, f'{{"error": {{"message": "{said}"}}}}'.encode())

    def echoing_token(status: int) -> Response:
        said = " ".join(sorted(spotify.given))
        return Response.json({"error": "invalid_grant", "error_description": said}, status)

    run.sign_in("access_denied")
    spotify.token_answers.append(echoing_token(400))
    run.sign_in()
    run.sign_in()
    run.look_up()
    spotify.rotates = True
    for status in (400, 401, 403, 404, 429, 500, 503):
        run.clock.pass_by(hours=40)
        run.look_up(*[echo(status)] * 3)
        spotify.api_answers.clear()
        run.sign_in()
    run.look_up(Response(200, echo(200).body[9:]), Response(200, echo(200).body[9:]))
    spotify.api_answers.clear()
    spotify.token_answers.extend([echoing_token(500), echoing_token(400)])
    for _ in range(2):
        run.clock.pass_by(hours=40)
        run.look_up()
    run.crash_reports.append(repr(run.accounts.status()))


@pytest.mark.logs("told|stamina|could not be")
@pytest.mark.parametrize("keyring", [None, FailingKeyring(locked=False)], ids=["file", "keyring"])
def test_nothing_secret_is_written_down(
    tmp_path: Path,
    data_dir: Path,
    spotify: FakeSpotify,
    clock: Clock,
    keyring: FailingKeyring | None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    settings = Settings(data_dir=data_dir, credentials="file", **spotify.settings)  # type: ignore[arg-type]
    library = open_library(settings, clock=clock)
    import_new(library, THREE)
    accounts = library.accounts
    if keyring is not None:
        store = CredentialStore(settings.data_dir, "auto", keyring)
        accounts = AccountService(
            library._db, SettingsInForce(settings), clock, store, ArtFiles(settings.art_dir), ()
        )
    accounts.use_client_id("f" * 32)
    accounts.use_client_id(CLIENT_ID)
    with logging_to(settings.log_file, verbose=True):
        everyday = Run(library, accounts, spotify, clock)
        everything_happens(everyday)
        if keyring is not None:
            keyring.locked = True
            everyday.sign_in()
    library.backups.make()
    for kind in ("csv", "json", "m3u8"):
        run(["export", kind, "--output", str(tmp_path / f"out.{kind}"), "--data-dir", str(settings.data_dir)])
    library.close()

    assert len(spotify.given) > 40
    assert len(everyday.crash_reports) > 10
    shown = capfd.readouterr()
    texts = {"screen": shown.out + shown.err, "crash reports": "\n".join(everyday.crash_reports)}
    files = [each for each in tmp_path.rglob("*") if each.is_file() and each.name != CREDENTIALS_FILE]
    texts |= {str(file): file.read_bytes().decode("latin-1") for file in files}
    assert {"musiclib.log", "settings.toml", "library.sqlite3"} <= {file.name for file in files}
    assert any(file.parent.name == "backups" for file in files)
    assert "/v1/search?" in texts[str(settings.log_file)], "the log tells all it would ever tell"
    leaks = [(place, secret) for place, text in texts.items() for secret in spotify.given if secret in text]
    assert leaks == []
    kept = (settings.data_dir / CREDENTIALS_FILE).read_text()
    assert not any(access in kept for access in spotify.access_tokens)
    assert sys.getsizeof(kept) < 2000
