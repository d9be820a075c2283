"""Sources of audio in Settings, in a real library: set up, put in order, tried out, and removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.credentials import CredentialStore, Secret
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.source_form import SourceForm
from musiclib.gui.pages.settings.audio import Sources
from musiclib.gui.pages.settings_page import SOURCES, SettingsPage
from musiclib.gui.widgets.source_list import SourceList


@pytest.fixture
def page(context: AppContext, window: QMainWindow) -> SettingsPage:
    made = SettingsPage(context)
    made.setParent(window)
    made.setGeometry(window.rect())
    made.show()
    return made


@pytest.fixture
def sources(page: SettingsPage, qtbot: QtBot) -> SourceList:
    page.open(SOURCES)
    category = page.category(SOURCES)
    assert isinstance(category, Sources)
    shown = category.source_list
    qtbot.waitUntil(lambda: bool(lines(shown)))
    return shown


def lines(sources: SourceList) -> list[str]:
    model = sources.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def names(library: Library) -> list[str]:
    return [each.name for each in library.sources.sources()]


def choose(sources: SourceList, name: str) -> None:
    row = next(place for place, line in enumerate(lines(sources)) if line.startswith(name))
    sources.list.setCurrentIndex(sources.list.model().index(row, 0))


def form_of(window: QMainWindow) -> SourceForm:
    return next(each for each in window.findChildren(SourceForm) if each.isVisible())


def test_a_folder_is_added_tried_out_and_removed_for_good(
    page: SettingsPage,
    sources: SourceList,
    window: QMainWindow,
    library: Library,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    there = len(lines(sources))
    sources.add.click()
    form = form_of(window)
    form.name.setText("Old drive")
    form.forms["folder"].fields["folder"].setText("not/a/whole/path")
    form.submit()
    qtbot.waitUntil(lambda: "whole path" in form.told.text())
    assert (form.name.text(), form.isVisible()) == ("Old drive", True)

    form.forms["folder"].fields["folder"].setText(str(tmp_path))
    form.submit()
    qtbot.waitUntil(lambda: len(lines(sources)) == there + 1)
    choose(sources, "Old drive")
    sources.test.click()
    assert not sources.test.isEnabled()
    qtbot.waitUntil(sources.test.isEnabled)
    assert page.wait(1000)
    assert sources.told.text().startswith("Old drive: ")
    assert sources.told.text() != "Old drive: "

    sources.remove.click()
    assert "Old drive" in names(library)
    assert sources.remove.text() == "Remove for good?"
    sources.remove.click()
    qtbot.waitUntil(lambda: "Old drive" not in names(library))


def test_a_password_is_masked_and_kept_when_left_empty(
    sources: SourceList, window: QMainWindow, library: Library, qtbot: QtBot
) -> None:
    sources.add.click()
    form = form_of(window)
    form.choose_kind("subsonic")
    fields = form.forms["subsonic"].fields
    assert fields["secret"].echoMode() is QLineEdit.EchoMode.Password
    form.name.setText("Attic")
    fields["url"].setText("http://music.example")
    fields["user"].setText("mira")
    form.submit()
    qtbot.waitUntil(lambda: "missing" in form.told.text())
    fields["secret"].setText("seven seals")
    form.submit()
    qtbot.waitUntil(
        lambda: "Attic" in names(library) and any(each.startswith("Attic") for each in lines(sources))
    )

    choose(sources, "Attic")
    sources.edit.click()
    form = form_of(window)
    fields = form.forms["subsonic"].fields
    assert (fields["url"].text(), fields["secret"].text()) == ("http://music.example", "")
    form.name.setText("Cellar")
    form.submit()
    qtbot.waitUntil(lambda: "Cellar" in names(library))
    qtbot.waitUntil(lambda: any(each.startswith("Cellar") for each in lines(sources)))
    kept = next(each for each in library.sources.sources() if each.name == "Cellar")
    assert CredentialStore(library.settings.data_dir).read(f"source:{kept.id}:secret") == Secret(
        "seven seals"
    )

    choose(sources, "Cellar")
    sources.test.click()
    qtbot.waitUntil(lambda: "stays offline" in sources.told.text())
    qtbot.waitUntil(sources.test.isEnabled)


def test_order_and_switch_by_keys(sources: SourceList, library: Library, qtbot: QtBot) -> None:
    before = names(library)
    sources.list.setCurrentIndex(sources.list.model().index(0, 0))
    qtbot.keyClick(sources.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(library) == [before[1], before[0], *before[2:]])
    assert sources.list.currentIndex().row() == 1
    assert not sources.remove.isEnabled()

    was = next(each.enabled for each in library.sources.sources() if each.name == before[0])
    qtbot.keyClick(sources.list, Qt.Key.Key_Space)
    qtbot.waitUntil(
        lambda: next(each.enabled for each in library.sources.sources() if each.name == before[0]) is not was
    )
    qtbot.waitUntil(lambda: lines(sources)[1].endswith("Off" if was else "On"))
