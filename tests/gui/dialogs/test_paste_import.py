"""The paste dialog with the real parser, service and database."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from musiclib.bootstrap import Library
from musiclib.domain.states import MergeMode
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog
from musiclib.gui.dialogs.paste_import.drafts import SAVE_AFTER_MS
from musiclib.gui.models.import_draft import Mark
from musiclib.gui.models.import_rows import Column
from musiclib.gui.widgets.controls import ElidedLabel
from musiclib.services.import_types import RowVerdict
from tests.gui.dialogs.pasting import MIX, cell, import_mix, load, paste, type_more
from tests.gui.painted import Painted


def test_pasted_text_is_read_and_the_sums_add_up(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)

    assert dialog.model.rowCount() == 6
    assert cell(dialog, 1, Column.ARTIST) == "Kessel & Vroom"
    assert dialog.foot.lines.text() == "8 lines = 4 sure + 1 unsure + 1 waiting ID + 2 not tracks"
    assert dialog.foot.rows.text() == "6 rows = 1 still an ID + 5 new"
    assert dialog.foot.primary.text() == "Make album, 6 rows"


def test_its_rows_are_not_painted_anew_with_the_page_behind(
    qtbot: QtBot, dialog: PasteImportDialog, window: QMainWindow
) -> None:
    painted = Painted(dialog.rows.viewport())
    paste(qtbot, dialog, MIX)
    assert painted.since_last()
    behind = Painted(window.centralWidget())

    window.centralWidget().update()
    assert behind.since_last()
    assert painted.since_last() == []


def test_it_opens_with_the_clipboard_but_not_with_a_single_line(
    qtbot: QtBot, dialog: PasteImportDialog
) -> None:
    QGuiApplication.clipboard().setText("a password")
    dialog.open_with()
    assert dialog.text.toPlainText() == ""
    dialog.cancel()

    QGuiApplication.clipboard().setText("A - B\nC - D")
    with qtbot.waitSignal(dialog.session.read):
        dialog.open_with()
    assert dialog.model.rowCount() == 2


def test_an_untouched_clipboard_is_not_kept_as_a_draft(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library, context: AppContext
) -> None:
    QGuiApplication.clipboard().setText("A - B\nC - D")
    with qtbot.waitSignal(dialog.session.read):
        dialog.open_with()
    dialog.cancel()
    with qtbot.waitSignal(context.commands.busy_changed, check_params_cb=lambda busy: not busy):
        context.commands.run(lambda: None)

    assert library.imports.drafts() == []
    assert dialog.text.toPlainText() == ""


def test_lines_are_equally_high_whatever_script_they_are_in(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX + "[9:40] 久保田リョウ - 環八ノ雨\n")
    text = dialog.text
    blocks = [text.document().findBlockByNumber(n) for n in range(1, 9)]
    heights = {text.blockBoundingGeometry(each).height() for each in blocks}
    assert len(heights) == 1
    baselines = {each.layout().position().y() + each.layout().lineAt(0).ascent() for each in blocks}
    assert max(baselines) - min(baselines) < 1


def test_there_is_no_existing_album_to_choose_in_an_empty_library(
    qtbot: QtBot, dialog: PasteImportDialog, context: AppContext, library: Library
) -> None:
    paste(qtbot, dialog, MIX)
    assert not dialog.target.old_card.isEnabled()
    assert "There is no album" in " ".join(each.text() for each in dialog.target.findChildren(QLabel))
    import_mix(library)
    load(context, library)
    paste(qtbot, dialog, MIX)
    assert dialog.target.old_card.isEnabled()


def test_nothing_of_the_target_is_cut_at_the_smallest_size(
    qtbot: QtBot, dialog: PasteImportDialog, context: AppContext, library: Library, window: QMainWindow
) -> None:
    window.resize(960, 640)
    import_mix(library)
    load(context, library)
    paste(qtbot, dialog, MIX)

    def cut() -> list[str]:
        parts = (*dialog.target.findChildren(QLabel), *dialog.teach.findChildren(QLabel))
        told = [each for each in parts if each.isVisible() and not isinstance(each, ElidedLabel)]
        return [each.text() for each in told if each.width() < each.minimumSizeHint().width()]

    qtbot.waitUntil(lambda: cut() == [])
    assert dialog.target.title.width() > 200


def test_typing_is_followed(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    type_more(qtbot, dialog, "[1:12:00] New One - Its Song\n")
    assert dialog.model.rowCount() == 7


def test_an_edit_in_place_settles_the_row(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    unsure = next(i for i, row in enumerate(dialog.model.rows()) if row.mark is Mark.UNSURE)

    with qtbot.waitSignal(dialog.session.read):
        dialog.model.setData(dialog.model.index(unsure, Column.ARTIST), "Ottoline Wray Trio")
    with qtbot.waitSignal(dialog.session.read):
        dialog.model.setData(dialog.model.index(unsure, Column.CUE), "1:11:00")

    assert dialog.model.row(unsure).mark is Mark.SURE
    assert dialog.model.row(unsure).track.start_s == 4260
    assert "unsure" not in dialog.foot.lines.text()
    assert not dialog.model.setData(dialog.model.index(unsure, Column.CUE), "half past")


def test_an_edit_is_undone_by_its_own_undo(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    with qtbot.waitSignal(dialog.session.read):
        dialog.model.setData(dialog.model.index(0, Column.ARTIST), "Somebody")
    dialog.rows.setFocus()
    with qtbot.waitSignal(dialog.session.read):
        qtbot.keyClick(dialog.rows, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert cell(dialog, 0, Column.ARTIST) == "Mira Voss"


def test_swap_one_and_leave_one_out_by_key(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    dialog.rows.setFocus()
    dialog.rows.go_to_row(1)
    with qtbot.waitSignal(dialog.session.read):
        qtbot.keyClick(dialog.rows, Qt.Key.Key_S)
    assert cell(dialog, 1, Column.ARTIST) == "Zwischen den Jahren"

    with qtbot.waitSignal(dialog.session.read):
        qtbot.keyClick(dialog.rows, Qt.Key.Key_Delete)
    assert dialog.model.row(1).mark is Mark.LEFT_OUT
    assert dialog.foot.primary.text() == "Make album, 5 rows"


def test_swap_all_turns_every_row(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, "A One - B One\nA Two - B Two\nA Three - B Three")
    before = [(cell(dialog, n, Column.ARTIST), cell(dialog, n, Column.TITLE)) for n in range(3)]
    with qtbot.waitSignal(dialog.session.read):
        dialog.head.swap_all_wanted.emit()
    after = [(cell(dialog, n, Column.TITLE), cell(dialog, n, Column.ARTIST)) for n in range(3)]
    assert after == before


def test_the_order_can_be_chosen(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, "A One - B One\nA Two - B Two\nA Three - B Three")
    actions = dialog.head.read_as.menu().actions()
    assert actions[0].isChecked()
    with qtbot.waitSignal(dialog.session.read):
        actions[1].trigger()
    assert cell(dialog, 0, Column.TITLE) == "A One"
    assert dialog.head.read_as.menu().actions()[1].isChecked()


def test_both_sides_share_the_selection(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, MIX)
    dialog.rows.setCurrentIndex(dialog.model.index(2, Column.TITLE))
    assert dialog.text.textCursor().blockNumber() == 4
    cursor = dialog.text.textCursor()
    cursor.setPosition(dialog.text.document().findBlockByNumber(6).position())
    dialog.text.setTextCursor(cursor)
    assert dialog.rows.currentIndex().row() == 4


def test_teaching_one_line_re_reads_its_like_and_says_how_many(
    qtbot: QtBot, dialog: PasteImportDialog
) -> None:
    text = "".join(f"Artist {n} - Alias {n} - Song {n}\n" for n in range(4)) + "Plain - Tune\n"
    paste(qtbot, dialog, text)
    dialog.rows.setCurrentIndex(dialog.model.index(0, Column.TITLE))
    first = cell(dialog, 3, Column.ARTIST)
    dialog.teach.parts.setFocus()
    for _ in range(2):
        with qtbot.waitSignal(dialog.session.read):
            qtbot.keyClick(dialog.teach.parts, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)

    assert first == "Artist 3"
    assert cell(dialog, 3, Column.ARTIST) == "Artist 3 - Alias 3"
    assert "4 of 5 rows re-read, 1 stay." in dialog.teach.result_text()


def test_a_lesson_is_remembered_with_the_import(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library
) -> None:
    paste(qtbot, dialog, "A One - X One - B One\nA Two - X Two - B Two\n")
    dialog.rows.setCurrentIndex(dialog.model.index(0, Column.TITLE))
    for _ in range(2):
        with qtbot.waitSignal(dialog.session.read):
            dialog.teach.parts.step(1)
    with qtbot.waitSignal(dialog.session.committed):
        dialog.import_now()

    assert len(library.imports.lessons()) == 1
    assert {row.artist for row in library.library.load_tracks()} == {"A One - X One", "A Two - X Two"}


def test_importing_makes_the_album_and_can_be_taken_back(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library, context: AppContext
) -> None:
    paste(qtbot, dialog, MIX)
    dialog.target.title.setText("")
    qtbot.keyClicks(dialog.target.title, "My mix")
    toasts: list[tuple[str, str, object]] = []
    opened: list[tuple[str, object]] = []
    context.shell.toast_wanted.connect(lambda *each: toasts.append(each))
    context.shell.page_wanted.connect(lambda *each: opened.append(each))

    with qtbot.waitSignal(dialog.session.committed):
        qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(dialog.isHidden)
    (album,) = library.library.load_albums()
    assert (album.title, album.counts.total) == ("My mix", 6)
    assert opened == [("album", album.id)]
    text, action, undo = toasts[0]
    assert (text, action) == ("Imported 6 rows.", "Undo")
    assert callable(undo)
    with qtbot.waitSignals([context.shell.toast_wanted, context.shell.work_there]):
        undo()
    assert library.library.load_albums() == []
    assert toasts[-1][0] == "Taken back: 6 rows imported into “My mix”"


def test_what_was_typed_a_moment_ago_is_imported_too(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library
) -> None:
    paste(qtbot, dialog, MIX)
    dialog.text.moveCursor(QTextCursor.MoveOperation.End)
    dialog.text.insertPlainText("[1:12:00] New One - Its Song\n")
    with qtbot.waitSignal(dialog.session.committed):
        qtbot.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [album.counts.total for album in library.library.load_albums()] == [7]


def test_an_edit_that_is_still_open_is_imported(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library
) -> None:
    paste(qtbot, dialog, MIX)
    dialog.rows.setFocus()
    dialog.rows.setCurrentIndex(dialog.model.index(0, Column.ARTIST))
    qtbot.keyClick(dialog.rows, Qt.Key.Key_Return)
    editor = dialog.rows.findChild(QLineEdit)
    qtbot.keyClicks(editor, "Somebody Else")
    with qtbot.waitSignal(dialog.session.committed):
        qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Somebody Else" in {row.artist for row in library.library.load_tracks()}


def test_an_existing_album_is_picked_and_the_difference_said(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library, context: AppContext
) -> None:
    import_mix(library)
    load(context, library)
    paste(qtbot, dialog, MIX.replace("ID - ID", "Tiefbau - Grund") + "[2:00:00] New One - Its Song\n")

    assert not dialog.session.wants_new
    assert dialog.session.comparison().counts == {
        RowVerdict.SAME: 5,
        RowVerdict.NOW_KNOWN: 1,
        RowVerdict.NEW: 1,
    }
    assert dialog.foot.primary.text() == "Update album, 2 rows change"
    assert dialog.target.old_card.radio.isChecked()

    with qtbot.waitSignal(dialog.session.committed):
        dialog.import_now()
    (album,) = library.library.load_albums()
    assert album.counts.total == 7


def test_another_album_is_chosen_by_typing_a_part_of_its_title(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library, context: AppContext
) -> None:
    for title in ("Hafenklang 042", "Zeche Nord", "Almanach"):
        import_mix(library, title=title)
    load(context, library)
    paste(qtbot, dialog, "Nobody Yet - Nothing Known\n")
    box = dialog.target.album_box
    box.setFocus()
    albums = [box.itemText(place) for place in range(1, box.count())]
    assert albums == ["Almanach", "Hafenklang 042", "Zeche Nord"]

    with qtbot.waitSignal(dialog.session.read):
        box.setCurrentIndex(albums.index("Zeche Nord") + 1)

    (chosen,) = (row for row in context.albums.rows() if row.title == "Zeche Nord")
    assert dialog.session.target == chosen.id
    assert box.currentText() == "Zeche Nord"
    assert not dialog.session.wants_new


def test_the_same_list_again_has_nothing_to_add(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library, context: AppContext
) -> None:
    import_mix(library)
    load(context, library)
    paste(qtbot, dialog, MIX)

    assert dialog.foot.primary.text() == "The album has all of it already"
    assert not dialog.foot.primary.isEnabled()
    dialog.target.mode.choose(MergeMode.REPLACE_ORDER)
    dialog.target.mode_chosen.emit()
    assert dialog.foot.primary.isEnabled()
    dialog.target.new_card.radio.click()
    assert dialog.foot.primary.text() == "Make album, 6 rows"


def test_a_table_shows_its_columns_and_they_can_be_changed(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, "Artist,Title,Remark\nMira Voss,Auftakt,Grand\nTiefbau,Grund,Low\n")
    assert dialog.columns.isVisible()

    with qtbot.waitSignal(dialog.session.read):
        box = dialog.columns.boxes()[2]
        box.setCurrentIndex(box.findData("title"))

    assert cell(dialog, 0, Column.TITLE) == "Grand"


def test_six_columns_are_all_in_sight_and_many_are_cut_in_the_middle_of_one(
    qtbot: QtBot, dialog: PasteImportDialog
) -> None:
    paste(qtbot, dialog, "Artist,Title,Album,Year,BPM,ISRC\nA,B,C,2020,120,\nD,E,F,2021,121,\n")
    boxes = dialog.columns.boxes()
    assert len(boxes) == 6
    assert all(box.visibleRegion().boundingRect() == box.rect() for box in boxes)

    headers = "Artist,Title,Version,Label,Catalog,Album,Year,BPM,Key,ISRC,Time,Remark"
    dialog.intake.give(f"{headers}\nMira Voss,Auftakt{',' * 10}\nTiefbau,Grund{',' * 10}\n")
    qtbot.waitUntil(lambda: len(dialog.columns.boxes()) == 12)
    whole = [box for box in dialog.columns.boxes() if box.visibleRegion().boundingRect() == box.rect()]
    assert 6 <= len(whole) <= 9


def test_a_draft_is_kept_and_offered_to_the_next_start(
    qtbot: QtBot, dialog: PasteImportDialog, context: AppContext, window: QMainWindow, library: Library
) -> None:
    paste(qtbot, dialog, MIX)
    with qtbot.waitSignal(dialog.session.read):
        dialog.model.setData(dialog.model.index(0, Column.ARTIST), "Somebody")
    with qtbot.waitSignal(dialog.keeper.saved):
        qtbot.keyClick(dialog.text, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isHidden()

    again = PasteImportDialog(context, window)
    with qtbot.waitSignal(again.keeper.offered):
        again.open_with()
    assert "Mira Voss @ Hafenklang 042" in again.notice.text()
    with qtbot.waitSignal(again.session.read):
        again.notice.actions_offered()[0].click()
    assert cell(again, 0, Column.ARTIST) == "Somebody"
    with qtbot.waitSignal(again.session.committed):
        again.import_now()
    assert library.imports.drafts() == []
    again.stop()
    assert again.wait(30_000)


def test_a_second_list_does_not_replace_the_draft_of_the_first(
    qtbot: QtBot, dialog: PasteImportDialog, library: Library
) -> None:
    paste(qtbot, dialog, MIX)
    dialog.save_draft()
    paste(qtbot, dialog, "A One - B One\nA Two - B Two")
    with qtbot.waitSignal(dialog.keeper.saved):
        dialog.save_draft()
    qtbot.waitUntil(lambda: len(library.imports.drafts()) == 2)
    assert {draft.text for draft in library.imports.drafts()} == {MIX, "A One - B One\nA Two - B Two"}

    first = next(draft for draft in library.imports.drafts() if draft.text == MIX)
    dialog.open_with()
    with qtbot.waitSignal(dialog.session.read):
        dialog.go_on_with(first)
    with qtbot.waitSignal(dialog.session.committed):
        dialog.import_now()
    assert [draft.text for draft in library.imports.drafts()] == ["A One - B One\nA Two - B Two"]


def test_a_divider_can_be_dragged(qtbot: QtBot, dialog: PasteImportDialog) -> None:
    paste(qtbot, dialog, "A One - X One - B One\nA Two - X Two - B Two\n")
    dialog.rows.setCurrentIndex(dialog.model.index(0, Column.TITLE))
    parts = dialog.teach.parts
    handle = parts.handle_rects()[0].center()
    with qtbot.waitSignal(dialog.session.read):
        qtbot.mousePress(parts, Qt.MouseButton.LeftButton, pos=handle)
        qtbot.mouseMove(parts, QPoint(parts.width() - 20, handle.y()))
        qtbot.mouseRelease(parts, Qt.MouseButton.LeftButton)
    assert cell(dialog, 1, Column.ARTIST).startswith("A Two - X")


def test_a_draft_is_saved_by_itself(qtbot: QtBot, dialog: PasteImportDialog, library: Library) -> None:
    with qtbot.waitSignal(dialog.keeper.saved, timeout=SAVE_AFTER_MS + 3000):
        dialog.open_with("A - B\nC - D")
    assert [draft.text for draft in library.imports.drafts()] == ["A - B\nC - D"]
