"""Settings of downloads: checked, with an example while one types, and saved at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.gui.context import AppContext
from musiclib.gui.pages.settings.audio import Downloads
from musiclib.gui.pages.settings_page import DOWNLOADS, SettingsPage
from musiclib.gui.preferences import Preferences
from musiclib.gui.widgets.controls import SegmentedControl
from musiclib.gui.widgets.setting_rows import AmountSetting, OrderSetting, SettingRow

Saved = list[Mapping[str, object]]


@pytest.fixture
def saved() -> Saved:
    return []


@pytest.fixture
def page(context: AppContext, library: Library, window: QMainWindow, saved: Saved) -> SettingsPage:
    preferences = Preferences(library.settings, saved.append, context.commands, window)
    made = SettingsPage(replace(context, preferences=preferences))
    made.setParent(window)
    made.setGeometry(window.rect())
    made.show()
    made.open(DOWNLOADS)
    return made


def row_of(page: SettingsPage, title: str) -> SettingRow:
    return next(row for row in page.shown_rows() if row.findChild(QLabel).text() == title)


def told(row: SettingRow) -> list[str]:
    return [each.text() for each in row.findChildren(QLabel) if not each.isHidden()]


def test_a_template_shows_what_comes_of_it_and_is_saved_only_if_usable(
    page: SettingsPage, qtbot: QtBot, saved: Saved
) -> None:
    row = row_of(page, "File names")
    field = row.findChild(QLineEdit)
    assert "Example: Mira Voss/2024 - Hafenklang/03 First Light (Dub).flac" in told(row)
    field.clear()
    qtbot.keyClicks(field, "{artist}/{nothing}")
    assert "{nothing} is no field" in row.problem.text()
    assert not any(each.startswith("Example") for each in told(row))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.setText("{label}/{title}")
    assert "Example: Low Tide/First Light (Dub).flac" in told(row)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: saved == [{"file_template": "{label}/{title}"}])


def test_all_that_is_chosen_is_saved_at_once(
    page: SettingsPage, qtbot: QtBot, saved: Saved, tmp_path: Path
) -> None:
    category = page.category(DOWNLOADS)
    assert isinstance(category, Downloads)
    category.take_folder(str(tmp_path))
    assert str(tmp_path) in told(row_of(page, "Download folder"))

    formats = row_of(page, "Formats").findChild(OrderSetting)
    before = formats.keys()
    formats.list.setCurrentIndex(formats.list.model().index(1, 0))
    qtbot.keyClick(formats.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)

    for title, typed in (
        ("Least quality of lossy files", "256"),
        ("Downloads at once", "6"),
        ("At once from one server", "3"),
        ("Speed limit", "2500"),
        ("Speed limit", ""),
    ):
        field = row_of(page, title).findChild(AmountSetting)
        field.setText(typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    row_of(page, "Files of your folders").findChild(SegmentedControl).chosen.emit("hardlink")
    row_of(page, "Tell when an album is complete").findChild(SegmentedControl).chosen.emit("no")

    wanted: Saved = [
        {"download_dir": tmp_path},
        {"download_formats": (before[1], before[0], *before[2:])},
        {"download_min_kbps": 256},
        {"downloads_at_once": 6},
        {"downloads_per_host": 3},
        {"download_limit_kbps": 2500},
        {"download_limit_kbps": 0},
        {"local_files": "hardlink"},
        {"notify_when_complete": False},
    ]
    qtbot.waitUntil(lambda: saved == wanted)
