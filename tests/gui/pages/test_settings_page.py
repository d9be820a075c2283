"""Settings: found by typing, checked, and saved at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library, open_library
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.tracklist.lessons import learn
from musiclib.domain.tracklist.model import Span
from musiclib.gui.context import AppContext
from musiclib.gui.models.lines import LINE_ROLE
from musiclib.gui.pages.settings import keeping as settings_keeping
from musiclib.gui.pages.settings.keeping import About
from musiclib.gui.pages.settings.lists import Folders, Pasting
from musiclib.gui.pages.settings.providers import Providers
from musiclib.gui.pages.settings_page import (
    ABOUT,
    ANALYSIS,
    FOLDERS,
    GENERAL,
    LIBRARY,
    PASTING,
    PROVIDERS,
    SettingsPage,
)
from musiclib.gui.preferences import Preferences
from musiclib.gui.widgets.controls import SegmentedControl
from musiclib.gui.widgets.folder_list import FolderList
from musiclib.gui.widgets.lesson_list import LessonList
from musiclib.gui.widgets.library_care import BackupCare
from musiclib.gui.widgets.setting_rows import AmountSetting, OrderSetting, SettingRow
from musiclib.services.scan_types import BrokenFile, ScanOutcome
from musiclib.settings import Settings
from tests.gui.conftest import add_album


class Saved:
    """What was written to the settings file, in order."""

    def __init__(self) -> None:
        self.changes: list[Mapping[str, object]] = []

    def __call__(self, changes: Mapping[str, object]) -> None:
        self.changes.append(changes)


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def page(context: AppContext, library: Library, saved: Saved, window: QMainWindow) -> SettingsPage:
    preferences = Preferences(library.settings, saved, context.commands, window)
    made = SettingsPage(replace(context, preferences=preferences))
    made.setParent(window)
    made.setGeometry(window.rect())
    made.show()
    made.open()
    return made


def folders(page: SettingsPage) -> FolderList:
    category = page.category(FOLDERS)
    assert isinstance(category, Folders)
    return category.folder_list


def lessons(page: SettingsPage) -> LessonList:
    category = page.category(PASTING)
    assert isinstance(category, Pasting)
    return category.lessons


def backups(page: SettingsPage) -> BackupCare:
    category = page.category(LIBRARY)
    assert isinstance(category, settings_keeping.Library)
    return category.backups


@pytest.fixture
def shared(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of another library."""
    shutil.copy(sqlite_template, tmp_path / "shared.sqlite3")
    return f"sqlite:///{tmp_path / 'shared.sqlite3'}"


def row_of(page: SettingsPage, words: str) -> SettingRow:
    return next(row for row in page.shown_rows() if row.found_by([words]))


def test_one_category_at_a_time(page: SettingsPage) -> None:
    page.choose(GENERAL)
    general = page.shown_rows()
    page.choose(PROVIDERS)
    assert not set(general) & set(page.shown_rows())


def test_a_setting_is_found_in_any_category(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.search, "tempo")
    (row,) = page.shown_rows()
    assert row.found_by(["engine"])
    page.search.clear()
    qtbot.keyClicks(page.search, "no such words")
    assert page.shown_rows() == []


def test_a_choice_is_saved_at_once(page: SettingsPage, qtbot: QtBot, saved: Saved) -> None:
    page.choose(GENERAL)
    control = row_of(page, "keys").findChild(SegmentedControl)
    control.chosen.emit(KeyNotation.OPEN_KEY)
    qtbot.waitUntil(lambda: saved.changes == [{"key_notation": KeyNotation.OPEN_KEY}])
    assert page.context.preferences.settings.key_notation is KeyNotation.OPEN_KEY


def test_an_address_that_is_none_is_told_and_not_saved(
    page: SettingsPage, qtbot: QtBot, saved: Saved
) -> None:
    page.search.setText("musicbrainz mirror")
    row = row_of(page, "mirror")
    field = row.findChild(QLineEdit)
    field.setText("musicbrainz")
    field.editingFinished.emit()
    assert "https://" in row.problem.text()
    assert saved.changes == []

    field.setText("https://mirror.example/ws/2")
    field.editingFinished.emit()
    assert row.problem.text() == ""
    qtbot.waitUntil(lambda: saved.changes == [{"musicbrainz_url": "https://mirror.example/ws/2"}])


def test_a_contact_is_wished_for_until_there_is_one(page: SettingsPage, qtbot: QtBot, saved: Saved) -> None:
    page.choose(PROVIDERS)
    page.search.setText("tells the sources who asks")
    row = row_of(page, "address of yours")
    wish = next(label for label in row.findChildren(QLabel) if label.text().startswith("Not set."))
    field = row.findChild(QLineEdit)
    field.setText("me (at home)")
    field.editingFinished.emit()
    assert ("plain letters" in row.problem.text(), wish.isHidden()) == (True, False)
    field.setText("me@home.example")
    field.editingFinished.emit()
    assert (row.problem.text(), wish.isHidden()) == ("", True)
    field.clear()
    field.editingFinished.emit()
    assert not wish.isHidden()
    qtbot.waitUntil(lambda: saved.changes == [{"contact": "me@home.example"}, {"contact": ""}])


def test_addresses_are_folded_away_until_wanted_or_searched_for(page: SettingsPage, qtbot: QtBot) -> None:
    page.choose(PROVIDERS)
    providers = page.category(PROVIDERS)
    assert not any(row.found_by(["mirror"]) for row in page.shown_rows())
    providers.fold.click()
    assert len([row for row in page.shown_rows() if row.found_by(["mirror"])]) == 6
    providers.fold.click()
    page.search.setText("deezer mirror")
    (row,) = page.shown_rows()
    assert row.found_by(["deezer"])
    assert providers.fold.isHidden()


def test_a_source_is_switched_off_and_on(page: SettingsPage, qtbot: QtBot, saved: Saved) -> None:
    page.choose(PROVIDERS)
    providers = page.category(PROVIDERS)
    assert isinstance(providers, Providers)
    boxes = providers.switches.boxes
    assert all(box.isChecked() for box in boxes.values())
    for name in ("deezer", "itunes"):
        boxes[name].click()
    boxes["deezer"].click()
    qtbot.waitUntil(lambda: len(saved.changes) == 3)
    assert [each["disabled_providers"] for each in saved.changes] == [
        ("deezer",),
        ("deezer", "itunes"),
        ("itunes",),
    ]
    assert not boxes["itunes"].isChecked()


def test_preferred_sources_are_listed_and_forgotten(
    page: SettingsPage, qtbot: QtBot, library: Library
) -> None:
    add_album(library, "Hafenklang", [("Mira Voss", "Auftakt")])
    library.provenance.prefer("deezer", "label")
    library.provenance.prefer("musicbrainz", None, "Mira Voss")
    page.open(PROVIDERS)
    providers = page.category(PROVIDERS)
    assert isinstance(providers, Providers)
    preferred = providers.preferences
    lines = preferred.list.model()
    qtbot.waitUntil(lambda: lines.rowCount() == 2)
    assert [lines.index(row, 0).data() for row in range(2)] == [
        "Deezer. Label, everywhere",
        "MusicBrainz. Everything of Mira Voss",
    ]
    told: list[tuple[str, str, Callable[[], None]]] = []
    page.context.shell.toast_wanted.connect(lambda *each: told.append(each))
    qtbot.keyClick(preferred, Qt.Key.Key_Delete)  # nothing is chosen
    preferred.list.selectAll()
    preferred.forget.click()
    qtbot.waitUntil(lambda: lines.rowCount() == 0)
    assert library.provenance.preferences() == []
    told[-1][2]()
    qtbot.waitUntil(lambda: lines.rowCount() == 2)


def test_a_number_is_stepped_and_stays_in_its_bounds(page: SettingsPage, qtbot: QtBot, saved: Saved) -> None:
    page.choose(ANALYSIS)
    field = row_of(page, "lanes").findChild(AmountSetting)
    assert field.text() == ""
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: saved.changes == [{"analysis_lanes": 1}])
    for _ in range(30):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert page.context.preferences.settings.analysis_lanes == 16
    field.clear()
    field.editingFinished.emit()
    assert page.context.preferences.settings.analysis_lanes == 0


def test_the_order_of_sources_moves_by_key_but_by_hand_stays_first(
    page: SettingsPage, qtbot: QtBot, saved: Saved
) -> None:
    page.choose(PROVIDERS)
    order = page.category(PROVIDERS).findChild(OrderSetting)
    before = order.keys()
    order.list.setCurrentIndex(order.list.model().index(2, 0))
    qtbot.keyClick(order.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order.keys() == [before[0], before[2], before[1], *before[3:]]
    qtbot.keyClick(order.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order.keys()[0] == "manual"
    qtbot.waitUntil(lambda: len(saved.changes) == 1)
    assert saved.changes[0] == {"source_precedence": tuple(order.keys())}


def test_a_folder_is_kept_and_scanned(
    page: SettingsPage, qtbot: QtBot, saved: Saved, tmp_path: Path, context: AppContext
) -> None:
    with qtbot.waitSignal(context.shell.files_wanted) as wanted:
        folders(page).add_folder(str(tmp_path))
    assert wanted.args == [[str(tmp_path)]]
    assert page.context.preferences.settings.music_folders == (tmp_path,)

    folders(page).folders.setCurrentIndex(folders(page).folders.model().index(0, 0))
    folders(page).remove.click()
    qtbot.waitUntil(lambda: len(saved.changes) == 2)
    assert page.context.preferences.settings.music_folders == ()


def test_a_scan_lists_what_could_not_be_read_and_its_sum_adds_up(page: SettingsPage, tmp_path: Path) -> None:
    broken = (BrokenFile(tmp_path / "bad.mp3", "The file is empty."),)
    page.open(ScanOutcome(3, 1, 5, 0, broken, 2, 0, False, (), ()))
    assert page.shown_rows()[0].found_by(["music lies"])
    model = folders(page).broken.model()
    assert model.rowCount() == 1
    assert "The file is empty." in str(model.index(0, 0).data())
    assert "10 files = 3 new + 1 changed + 5 as before + 1 that" in folders(page).result_text()


def test_a_backup_is_made_and_listed(page: SettingsPage, qtbot: QtBot, library: Library) -> None:
    page.open(LIBRARY)
    backups(page).make.click()
    qtbot.waitUntil(lambda: backups(page).list.model().rowCount() == 1)
    backup = library.backups.rows()[0].path

    page.choose(LIBRARY)
    add_album(library, "Not in the backup", [("A", "One"), ("B", "Two")])
    backups(page).restore.click()
    qtbot.waitUntil(backups(page).sure.isVisible)
    told = backups(page)._question.text()
    assert "Tracks: 2 now, 0 then (−2)" in told
    assert "Changes since that are lost: 1, the newest: 2 rows imported into “Not in the backup”" in told
    assert not backups(page).confirm.hasFocus()
    with qtbot.waitSignal(page.context.shell.restore_wanted) as wanted:
        backups(page).confirm.click()
    assert wanted.args == [backup]
    assert not backups(page).sure.isVisible()


def test_what_works_here_is_told(page: SettingsPage, qtbot: QtBot) -> None:
    page.open(ABOUT)
    about = page.category(ABOUT)
    assert isinstance(about, About)
    qtbot.waitUntil(lambda: about.checks.list.model().rowCount() > 5)


def test_what_was_taught_is_listed_forgotten_and_taught_again(
    page: SettingsPage, qtbot: QtBot, library: Library
) -> None:
    line = "04:36 Mira Voss - Auftakt [NORD]"
    spans = [Span("start", 0, 5), Span("artist", 6, 15), Span("title", 18, 25), Span("label", 27, 31)]
    library.imports.save_lesson(learn(line, spans))
    library.imports.save_lesson(learn("[Intermission]", ()))
    page.open(PASTING)
    lines = lessons(page).list.model()
    qtbot.waitUntil(lambda: lines.rowCount() == 2)
    assert {lines.index(row, 0).data() for row in range(2)} == {
        "Cue Artist - Title [ Label ]",
        "[ … ]. are no tracks",
    }

    told: list[tuple[str, str, Callable[[], None]]] = []
    page.context.shell.toast_wanted.connect(lambda *each: told.append(each))
    qtbot.keyClick(lessons(page), Qt.Key.Key_Delete)  # nothing is chosen
    lessons(page).list.selectAll()
    qtbot.keyClick(lessons(page), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: lines.rowCount() == 0)
    assert library.imports.lessons() == ()
    assert lessons(page).forget.isHidden()
    assert [action for _, action, _ in told] == ["", "Undo"]
    told[-1][2]()
    qtbot.waitUntil(lambda: lines.rowCount() == 2)


def test_changes_are_exchanged_and_what_differs_is_decided(
    page: SettingsPage, context: AppContext, library: Library, shared: str, qtbot: QtBot
) -> None:
    context.shell.sync_wanted.connect(lambda address, _: _exchange(context, library, address))
    category = page.category(LIBRARY)
    assert isinstance(category, settings_keeping.Library)
    care = category.sync
    page.choose(LIBRARY)
    qtbot.waitUntil(lambda: "Nothing was exchanged" in care.said.text())
    care.now.click()
    assert "address" in care.said.text()
    add_album(library, "Mix", [("Ana Krol", "Blue")])
    care.address.setText(shared)
    care.now.click()
    qtbot.waitUntil(lambda: "Last exchanged" in care.said.text())
    other = open_library(Settings(data_dir=library.settings.data_dir / "other", database_url=shared))
    for each, tempo in ((library, 124), (other, 62)):
        each.library.set_value(each.library.find_track("Blue"), "bpm", tempo)
    other.close()
    care.now.click()
    qtbot.waitUntil(lambda: care.list.model().rowCount() == 1)
    line = care.list.model().index(0, 0)
    assert "here 124, there 62" in line.data(LINE_ROLE).detail
    care.list.setCurrentIndex(line)
    care.theirs.click()
    qtbot.waitUntil(lambda: care.list.model().index(0, 0).data(LINE_ROLE).quiet)
    care.now.click()
    qtbot.waitUntil(lambda: not care.conflicts.isVisible())
    track = library.library.find_track("Blue")
    assert library.library.load_tracks([track])[0].bpm == 62


def _exchange(context: AppContext, library: Library, address: str) -> None:
    """As the application does, in a job."""
    library.sync.run(address)
    context.shell.sync_ended.emit()
