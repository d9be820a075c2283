"""Packs in the window: the rule is changed, the pack follows, and is kept."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.packs import PRESETS, Preset, Within
from musiclib.domain.track_query import parse_query
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.packs import PacksDialog
from musiclib.gui.main_window import MainWindow
from tests.gui.conftest import add_album, load


def _dialog(qtbot: QtBot, library: Library, context: AppContext, window: MainWindow) -> PacksDialog:
    album = add_album(library, "Nachtlinie", [("Kessel", f"Title {nth}") for nth in range(1, 7)])
    for place, entry in enumerate(library.library.album(album).entries):
        library.library.set_value(entry.track_id, "popularity", 15 * place)
    load(qtbot, context)
    context.shell.make_pack(parse_query("artist:kessel"))
    found = window.findChild(PacksDialog)
    assert found is not None
    qtbot.waitUntil(lambda: found.pack is not None)
    return found


def test_a_pack_follows_its_rule_and_becomes_an_album(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    dialog = _dialog(qtbot, library, context, window)
    assert (dialog.name.text(), dialog.form.rule) == ("Top hits", PRESETS[Preset.TOP_HITS])
    assert dialog.words.text().startswith("The best known 20 % of their artist, at most 30 tracks")
    assert [each.popularity for each in dialog.pack.tracks] == [75] if dialog.pack else False
    dialog.presets.chosen.emit(Preset.HARD.value)
    dialog.form.within.chosen.emit(Within.LIBRARY.value)
    dialog.form.low.setFocus()
    dialog.form.low.setText("50")
    QTest.keyClick(dialog.form.low, Qt.Key.Key_Up)
    assert (dialog.form.rule.low, dialog.form.rule.high) == (51, 52), "an end takes the other along"
    dialog.form.high.setText("100")
    dialog.form.high.editingFinished.emit()
    qtbot.waitUntil(lambda: dialog.pack is not None and dialog.pack.rule == dialog.form.rule)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3)
    assert dialog.model.rows()[0].popularity == 75
    dialog.search.setText("tempi:3")
    dialog.search.editingFinished.emit()
    assert not dialog.save.isEnabled()
    dialog.search.setText("")
    dialog.search.editingFinished.emit()
    qtbot.waitUntil(dialog.save.isEnabled)
    dialog.name.setText("Known by all")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    made = "“Known by all” made of 3 tracks"
    qtbot.waitUntil(lambda: library.library.history(1)[0].summary == made)


def test_a_pack_is_kept_as_a_search(
    qtbot: QtBot, library: Library, context: AppContext, window: MainWindow
) -> None:
    dialog = _dialog(qtbot, library, context, window)
    dialog.keep_search.click()
    qtbot.waitUntil(lambda: bool(window.sidebar.smart.items()))
    (row,) = library.smart_albums.list()
    assert (row.name, row.query) == ("Top hits", "artist:kessel artistrank:>=80")
    assert library.smart_albums.counts([row.id]) == {row.id: 1}
