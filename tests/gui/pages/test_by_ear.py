"""By ear over a real library, real files and a real decoder; only the loudspeaker is ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.clicks import Pcm
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.main_window import MainWindow
from musiclib.gui.pages.by_ear import ByEarPage
from musiclib.gui.sound import NoSound
from tests.gui.conftest import load
from tests.runners.helpers import import_tracks
from tests.services.test_listening import analysed, write_steps
from tests.support.sources import say


class Loudspeaker:
    """Remembers what it was given to play."""

    def __init__(self) -> None:
        self.played: list[Pcm] = []
        self.silent = True

    def __call__(self, _parent: QObject) -> Loudspeaker:
        return self

    def play(self, sound: Pcm, at_s: float) -> None:
        self.played.append(sound)
        self.silent = False

    def stop(self) -> None:
        self.silent = True

    def position_s(self) -> float:
        return 1.0


@pytest.fixture
def loudspeaker() -> Loudspeaker:
    return Loudspeaker()


@pytest.fixture
def tracks(library: Library, tmp_path: Path) -> list[TrackId]:
    """Two tracks with a file that need an ear, for their tempo and for tempo and key."""
    ids = list(import_tracks(library, "Ada Quist - First Light", "Noor Hale - Second Wind").rows)
    for nth, track_id in enumerate(ids):
        path = tmp_path / f"{nth}.wav"
        analysed(library, track_id, path, write_steps(path, 10 + nth), liveliest_s=1.0, beat_start_s=0.1)
        say(library, "deezer", track_id, {"bpm": 90.0})
    say(library, Source.FILE_TAGS, ids[1], {"key_code": 3})
    say(library, "spotify", ids[1], {"key_code": 20})
    return ids


@pytest.fixture
def page(
    qtbot: QtBot, context: AppContext, window: MainWindow, tracks: list[TrackId], loudspeaker: Loudspeaker
) -> Iterator[ByEarPage]:
    load(qtbot, context)
    made = window.page(places.BY_EAR)
    assert isinstance(made, ByEarPage)
    made.player.open_output = loudspeaker
    window.open_page(places.BY_EAR)
    qtbot.waitUntil(lambda: bool(loudspeaker.played))
    yield made
    context.shell.closing.emit()
    assert made.wait(30_000)


def words(page: ByEarPage) -> str:
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page))


def locked(library: Library, track_id: TrackId, field: str) -> object:
    card = next(each for each in library.library.track(track_id).fields if each.name == field)
    return card.value if card.rule == "locked" else None


def test_fifty_tracks_are_gone_through_with_a_few_keys(
    qtbot: QtBot, page: ByEarPage, library: Library, tracks: list[TrackId], loudspeaker: Loudspeaker
) -> None:
    assert "1 of 2" in words(page)
    assert "Local analysis and Deezer disagree." in words(page)
    assert page._case is not None
    assert [each.value for each in page._case.candidates] == [120.0, 90.0]
    first = loudspeaker.played[-1]
    assert (first.start_s, round(first.seconds)) == (1.0, 8)

    QTest.keyClick(page, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: loudspeaker.played[-1].samples != first.samples)
    QTest.keyClick(page, Qt.Key.Key_X)
    assert page._case.pointed is not None
    assert page._case.pointed.value == 180.0
    QTest.keyClick(page, Qt.Key.Key_Slash)
    assert page._case.pointed.value == 90.0
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: locked(library, tracks[0], "bpm") == 90.0)

    # The next one comes by itself; its key is doubtful too.
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[1])
    assert "1 of 1" in words(page)
    QTest.keyClick(page, Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: locked(library, tracks[1], "bpm") == 120.0)
    assert page._case.field == "key_code"
    QTest.keyClick(page, Qt.Key.Key_2)
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: locked(library, tracks[1], "key_code") is not None)
    assert "Nothing needs an ear" in words(page)
    assert library.listening.waiting() == []
    assert loudspeaker.silent

    # What is taken back is in hand again.
    page.context.shell.undo()
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[1])
    assert page._case.field == "key_code"


def test_one_may_tap_go_back_and_forth_and_decide_in_silence(
    qtbot: QtBot,
    page: ByEarPage,
    window: MainWindow,
    library: Library,
    tracks: list[TrackId],
    loudspeaker: Loudspeaker,
) -> None:
    QTest.keyClick(page, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[1])
    QTest.keyClick(page, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[0])
    times = iter([0.0, 0.4, 0.8, 1.2, 1.6])
    page.card.clock = lambda: next(times)
    for _ in range(5):
        QTest.keyClick(page, Qt.Key.Key_T)
    assert page._case is not None
    assert page._case.pointed is not None
    assert page._case.pointed.value == 150.0
    assert "150.0 by 5 taps" in words(page)
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert page._case.field == "key_code"
    qtbot.waitUntil(lambda: "Nobody says anything yet" in words(page))

    window.open_page(places.BY_EAR, tracks[1])
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[1])
    window.open_page(places.ALBUMS)
    assert loudspeaker.silent

    # Without a loudspeaker it says so, and all the rest works.
    def no_output(_parent: QObject) -> Loudspeaker:
        raise NoSound("Nothing can be played: this computer has no sound output.")

    page.player._output = None
    page.player.open_output = no_output
    window.open_page(places.BY_EAR, tracks[0])
    qtbot.waitUntil(lambda: page._case is not None and page._case.track_id == tracks[0])
    QTest.keyClick(page, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: "has no sound output" in words(page))
    QTest.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: locked(library, tracks[0], "bpm") == 90.0)
