"""The account at Spotify from the settings page, with the real window and a fake Spotify over sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.credentials import Secret
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues
from musiclib.domain.states import Source
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.pages.settings.accounts import Accounts
from musiclib.gui.pages.settings_page import ACCOUNTS, SettingsPage
from musiclib.gui.widgets.accounts_pane import AccountsPane, SpotifyPane
from musiclib.gui.widgets.spotify_guide import DASHBOARD
from musiclib.gui.widgets.step_guide import StepState
from musiclib.providers.spotify_account import Grant, save_grant
from musiclib.services.account_types import AccountState
from musiclib.settings import Settings, load_settings
from tests.gui.conftest import add_album
from tests.support.catalogue.http import Response
from tests.support.spotify_server import CLIENT_ID, FakeSpotify, serve_spotify


class Browser:
    """Opens addresses in a thread, as a browser is a program of its own."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.visit: Callable[[str], object] | None = None
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> None:
        self.opened.append(address)
        if self.visit is not None and "/authorize?" in address:
            self._threads.append(threading.Thread(target=self.visit, args=(address,)))
            self._threads[-1].start()

    def close(self) -> None:
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def spotify(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSpotify]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve_spotify() as served:
        yield served


@pytest.fixture
def library(data_dir: Path, spotify: FakeSpotify) -> Iterator[Library]:
    addresses = {name: value for name, value in spotify.settings.items() if name.endswith("_url")}
    opened = open_library(Settings(data_dir=data_dir, credentials="file", **addresses))  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture
def gui(qtbot: QtBot, qapp: QApplication, library: Library, browser: Browser) -> Iterator[GuiApplication]:
    made = GuiApplication(library, library.settings, qapp, browser)
    made.window.resize(1440, 900)
    made.window.show()
    made.window.open_page(places.SETTINGS, ACCOUNTS)
    qtbot.waitUntil(lambda: made.context.account.status is not None)
    yield made
    if not made.shutdown.running:
        with qtbot.waitSignal(made.ended, timeout=30_000):
            made.shutdown.start()
    made.window.deleteLater()
    made.deleteLater()


@pytest.fixture
def pane(gui: GuiApplication) -> AccountsPane:
    page = gui.window.page(places.SETTINGS)
    assert isinstance(page, SettingsPage)
    category = page.category(ACCOUNTS)
    assert isinstance(category, Accounts)
    return category.accounts


@pytest.fixture
def here(pane: AccountsPane) -> SpotifyPane:
    return pane.spotify


def waiting(qtbot: QtBot, gui: GuiApplication, here: SpotifyPane) -> str:
    """Begin a sign-in whose page nobody answers; returns its address."""
    here.guide.client_id.setText(CLIENT_ID)
    here.guide.sign_in.begin.click()
    qtbot.waitUntil(lambda: bool(gui.context.account.address))
    return gui.context.account.address


def signed_in(qtbot: QtBot, here: SpotifyPane, browser: Browser, spotify: FakeSpotify) -> None:
    browser.visit = spotify.visit
    here.guide.client_id.setText(CLIENT_ID)
    here.guide.sign_in.begin.click()
    qtbot.waitUntil(lambda: here.head.sentence.text().startswith("Signed in until "))


def states(here: SpotifyPane) -> str:
    letters = {StepState.DONE: "d", StepState.NOW: "n", StepState.TO_COME: "c"}
    return "".join(letters[step.state] for step in here.guide.steps)


def test_from_nothing_to_signed_in(
    qtbot: QtBot,
    gui: GuiApplication,
    pane: AccountsPane,
    here: SpotifyPane,
    browser: Browser,
    spotify: FakeSpotify,
) -> None:
    assert pane.lines()[0] == "Spotify. not signed in"
    assert all(each.endswith("no account needed") for each in pane.lines()[1:])
    assert "everything else works without it" in here.head.sentence.text()
    assert (states(here), here.guide.sign_in.begin.isEnabled()) == ("ncccc", False)
    assert not here.leave.isVisible()
    here.guide.open_page.click()
    assert (browser.opened, states(here)) == ([DASHBOARD], "dnccc")
    here.guide.copy.click()
    assert (QGuiApplication.clipboard().text(), states(here)) == ("http://127.0.0.1/callback", "ddncc")
    here.guide.client_id.setText("https://open.spotify.com/user/x")
    assert (here.guide.verdict.text(), states(here)) == ("This is no client ID", "ddncc")
    here.guide.client_id.setText(f" {CLIENT_ID}\n")
    assert (here.guide.verdict.text(), states(here)) == ("Looks right", "dddnc")

    add_album(gui.library, "Harbour Lights", [("Low Tide Committee", "Kinetic Sand")])
    signed_in(qtbot, here, browser, spotify)
    qtbot.waitUntil(lambda: states(here) == "ddddd")
    came = here.guide.check.result.text()
    assert came.startswith("Low Tide Committee – Kinetic Sand came back, with ISRC, Released, Album, Time, ")
    assert came.endswith(", a cover of 640 pixels.")
    assert (pane.lines()[0], here.guide.isVisible()) == ("Spotify. signed in", True)
    gui.window.open_page(places.SETTINGS, ACCOUNTS)
    assert not here.guide.isVisible()
    assert here.leave.sign_out.isVisible()
    assert load_settings({"data_dir": gui.library.settings.data_dir}).spotify_client_id == CLIENT_ID
    here.again.click()
    assert here.guide.isVisible()

    here.leave.sign_out.click()
    qtbot.waitUntil(lambda: pane.lines()[0] == "Spotify. not signed in")
    assert gui.library.accounts.status().state is AccountState.SIGNED_OUT
    assert states(here) == "dddnc"


def test_the_redirect_address_has_the_port_that_was_set(gui: GuiApplication, here: SpotifyPane) -> None:
    gui.preferences.update(spotify_redirect_port=8898)
    assert here.guide.redirect.text() == "http://127.0.0.1:8898/callback"


def test_who_says_no_is_told_and_may_try_again(
    qtbot: QtBot, gui: GuiApplication, here: SpotifyPane, browser: Browser, spotify: FakeSpotify
) -> None:
    browser.visit = lambda address: spotify.visit(address, says="access_denied")
    here.guide.client_id.setText(CLIENT_ID)
    here.guide.sign_in.begin.click()
    qtbot.waitUntil(here.guide.sign_in.problem.isVisible)
    assert "did not let musiclib" in here.guide.sign_in.problem.text()
    assert states(here) == "dddnc"
    qtbot.waitUntil(here.guide.sign_in.begin.isVisible)
    signed_in(qtbot, here, browser, spotify)
    assert not here.guide.sign_in.problem.text()


def test_an_app_whose_owner_has_no_premium_is_told_at_once(
    qtbot: QtBot, pane: AccountsPane, here: SpotifyPane, browser: Browser, spotify: FakeSpotify
) -> None:
    premium = b"Active premium subscription required for the owner of the app."
    spotify.api_answers.append(Response(403, premium, {"Content-Type": "text/plain"}))
    signed_in(qtbot, here, browser, spotify)
    qtbot.waitUntil(lambda: pane.lines()[0] == "Spotify. not served")
    assert "active subscription" in here.head.sentence.text()
    assert "It is tried again at " in here.head.sentence.text()
    assert "Premium" in here.guide.check.result.text()
    assert (states(here), here.guide.isVisible()) == ("ddddn", True)


def test_a_waiting_sign_in_counts_down_and_can_be_cancelled(
    qtbot: QtBot, gui: GuiApplication, pane: AccountsPane, here: SpotifyPane, browser: Browser
) -> None:
    address = waiting(qtbot, gui, here)
    card = here.guide.sign_in
    assert card.card.isVisible()
    assert not card.begin.isVisible()
    assert pane.lines()[0] == "Spotify. waits for the browser"
    left = card.left.text()
    assert left in {"Waiting for your browser, 5:00 left", "Waiting for your browser, 4:59 left"}
    qtbot.waitUntil(lambda: card.left.text() < left)
    card.copy.click()
    assert QGuiApplication.clipboard().text() == address
    card.open_again.click()
    assert browser.opened == [address, address]
    card.cancel.click()
    qtbot.waitUntil(card.begin.isVisible)
    assert (card.problem.text(), gui.context.account.address) == ("", "")


def test_the_address_of_another_computer_is_pasted(
    qtbot: QtBot, gui: GuiApplication, here: SpotifyPane, spotify: FakeSpotify
) -> None:
    address = waiting(qtbot, gui, here)
    card = here.guide.sign_in
    card.elsewhere.click()
    card.pasted.setText("http://127.0.0.1/callback?code=x")
    card.use.click()
    assert "not the address this sign-in ends at" in card.problem.text()
    card.pasted.setText(spotify.callback(address))
    card.pasted.returnPressed.emit()
    qtbot.waitUntil(lambda: here.head.sentence.text().startswith("Signed in until "))
    assert card.pasted.text() == "", "the code is not left lying about"


def test_the_end_of_the_program_does_not_wait_for_the_browser(
    qtbot: QtBot, gui: GuiApplication, here: SpotifyPane
) -> None:
    waiting(qtbot, gui, here)
    with qtbot.waitSignal(gui.ended, timeout=30_000) as ended:
        gui.shutdown.start()
    assert ended.args == [True]


def test_all_that_came_from_spotify_is_removed_after_a_question(
    qtbot: QtBot,
    gui: GuiApplication,
    here: SpotifyPane,
    browser: Browser,
    spotify: FakeSpotify,
    library: Library,
) -> None:
    album_id = add_album(library, "Hafenklang", [("Mira Voss", "Auftakt"), ("Mira Voss", "Finale")])
    tracks = [entry.track_id for entry in library.library.album(album_id).entries]
    with library._db.write() as conn:
        said = [SourceValues(each, Source.SPOTIFY, {"popularity": 61}) for each in tracks]
        TrackMetadataRepository(conn).put(said, datetime.now(UTC))
    signed_in(qtbot, here, browser, spotify)
    qtbot.waitUntil(lambda: states(here) == "ddddd")
    qtbot.waitUntil(lambda: bool(gui.context.account.kept.answers))  # of the check
    library.enrichment.pause_all()
    gui.worker.start()
    here.leave.remove.click()
    assert here.leave.sure.isVisible()
    assert not here.leave.confirm.hasFocus()
    answers = gui.context.account.kept.answers
    assert f"about 2 tracks, 0 candidates, {answers} kept answers and 0 pic" in here.leave.question.text()
    assert "cannot be undone" in here.leave.question.text()
    told: list[object] = []
    gui.worker.restarted.connect(lambda: told.append("restarted"))
    gui.shell.refresh_wanted.connect(lambda track_ids, _albums: told.append(set(track_ids)))
    here.leave.confirm.click()
    qtbot.waitUntil(lambda: told == ["restarted", set(tracks)])
    qtbot.waitUntil(lambda: not here.leave.isVisible())
    assert not library.accounts.data_kept()
    assert library.accounts.status().state is AccountState.SIGNED_OUT


def test_a_sign_in_that_ends_soon_is_told_at_the_start(
    qtbot: QtBot, gui: GuiApplication, pane: AccountsPane, library: Library
) -> None:
    gui.preferences.update(spotify_client_id=CLIENT_ID)
    access = library.accounts.access()
    assert access is not None
    begun = datetime.now(UTC) - timedelta(days=160)
    save_grant(access.store, Grant(CLIENT_ID, Secret("refresh"), begun))
    with qtbot.waitSignal(gui.shell.toast_wanted) as told:
        gui.loader.load_all()
    assert "sign in again before then" in told.args[0]
    told.args[2]()
    qtbot.waitUntil(lambda: pane.lines()[0].startswith("Spotify. ends "))


def test_a_source_without_an_account_says_so(qtbot: QtBot, gui: GuiApplication, pane: AccountsPane) -> None:
    gui.preferences.update(disabled_providers=("itunes",))
    pane.look()
    qtbot.waitUntil(lambda: pane.lines()[-1] == "iTunes. off")
    pane.list.setCurrentIndex(pane.list.model().index(4, 0))
    shown = pane.keyless[Source.ITUNES]
    assert shown.isVisible()
    assert shown.head.sentence.text() == "Off: you switched it off in the settings."
