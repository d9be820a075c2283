"""Collection runs in the window, over a real server in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.credentials import Secret
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.pages.activity_page import ActivityPage
from musiclib.gui.pages.settings.collection import Collection
from musiclib.gui.widgets.collection_pane import CollectionPane
from musiclib.providers.spotify_account import Grant, save_grant
from tests.support.isrc_library import put_tracks
from tests.support.isrc_server import beatport_answer, isrc_server
from tests.support.spotify_server import CLIENT_ID

COUNT = 120


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with isrc_server() as address:
        yield address


@pytest.fixture
def pane(
    qtbot: QtBot,
    context: AppContext,
    window: QMainWindow,
    library: Library,
    server: str,
    monkeypatch: pytest.MonkeyPatch,
) -> CollectionPane:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with library._db.write() as conn:
        put_tracks(conn, range(COUNT), context.now())
    changes = {
        "online": True,
        "credentials": "file",
        "spotify_api_url": f"{server}/v1",
        "spotify_accounts_url": f"{server}/accounts",
        "spotify_client_id": CLIENT_ID,
        "beatport_url": f"{server}/v4",
    }
    library.use(library.settings.model_copy(update=changes))
    page = ActivityPage(context)
    page.setParent(window)
    page.setGeometry(window.rect())
    page.show()
    page.open(places.COLLECTION)
    return page.collection


def sign_in(library: Library, context: AppContext) -> None:
    save_grant(library._secrets, Grant(CLIENT_ID, Secret("refresh"), context.now()))


def test_a_run_tells_how_it_stands_and_what_became_of_it(
    qtbot: QtBot, context: AppContext, library: Library, pane: CollectionPane
) -> None:
    sign_in(library, context)
    told: list[tuple[str, str]] = []
    context.collecting.changed.connect(
        lambda: told.append((pane.running.phase.text(), pane.running.count.text()))
    )
    pane.spotify.click()
    assert pane.running.isVisible()
    assert not any(each.isEnabled() for each in pane.starts)
    qtbot.waitUntil(lambda: context.collecting.run is None, timeout=20_000)
    assert any(phase == "Asking Spotify by ISRC" and f"of {COUNT}" in count for phase, count in told)
    assert (pane.running.isVisible(), pane.result.isVisible()) == (False, True)
    assert pane.result.counts.text() == "Collected: 96 found, 24 not found."
    assert not pane.result.why.text()
    assert all(each.isEnabled() for each in pane.starts)


def test_a_run_is_cancelled_and_gone_on_with(
    qtbot: QtBot, context: AppContext, library: Library, pane: CollectionPane
) -> None:
    sign_in(library, context)

    def cancel() -> None:
        at = context.collecting.progress
        if at is not None and at.done >= 4:
            pane.running.cancel.click()

    library.use(library.settings.model_copy(update={"spotify_search_batch_size": 5}))
    context.collecting.changed.connect(cancel)
    pane.spotify.click()
    qtbot.waitUntil(lambda: context.collecting.run is None, timeout=20_000)
    first = context.collecting.last
    assert first is not None
    assert "the next run goes on where this one ended" in pane.result.why.text()
    context.collecting.changed.disconnect(cancel)
    pane.spotify.click()
    qtbot.waitUntil(lambda: context.collecting.run is None, timeout=20_000)
    second = context.collecting.last
    assert second is not None
    assert first.outcomes[0].done + second.outcomes[0].done == COUNT


def test_without_a_sign_in_or_a_switch_the_way_to_mend_it_is_shown(
    qtbot: QtBot, context: AppContext, pane: CollectionPane
) -> None:
    pane.spotify.click()
    qtbot.waitUntil(lambda: context.collecting.run is None)
    assert pane.result.why.text() == "Sign in to Spotify in the settings."
    assert pane.result.mend.text() == "Accounts in the settings"
    pane.beatport.click()
    qtbot.waitUntil(lambda: context.collecting.run is None)
    assert pane.result.why.text().startswith("Beatport is switched off.")
    with qtbot.waitSignal(context.shell.page_wanted) as asked:
        pane.result.mend.click()
    assert asked.args == [places.SETTINGS, places.COLLECTION]
    context.library.use(context.library.settings.model_copy(update={"online": False}))
    pane.spotify.click()
    qtbot.waitUntil(lambda: context.collecting.run is None)
    assert pane.result.why.text().startswith("The network is switched off")
    assert pane.result.mend.text() == "Network in the settings"


def test_beatport_is_switched_on_by_a_token_and_files_need_none(
    qtbot: QtBot, context: AppContext, library: Library, pane: CollectionPane, tmp_path: Path
) -> None:
    saved = tmp_path / "chart.json"
    saved.write_bytes(beatport_answer(1))
    context.collecting.read_files([saved])
    qtbot.waitUntil(lambda: context.collecting.run is None)
    assert pane.result.counts.text() == "Collected: 1 found, 0 not found.\nProcessed: 1 found, 0 not found."

    category = Collection(context)
    qtbot.addWidget(category)
    card = category.beatport
    category.look()
    qtbot.waitUntil(lambda: card.state.text() == "Beatport is not asked.")
    card.token.setText("two words")
    card.keep.click()
    qtbot.waitUntil(lambda: "no spaces" in card.problem.text())
    card.token.setText("owntoken")
    card.keep.click()
    assert not card.token.text()
    qtbot.waitUntil(lambda: card.state.text().startswith("Beatport may be asked with your token."))
    assert context.preferences.settings.beatport
    card.forget.click()
    qtbot.waitUntil(lambda: card.state.text() == "Beatport is not asked.")
    assert library.beatport.status().has_token is False
