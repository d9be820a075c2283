"""The pasted text with line numbers and a mark for each line; how it was read shows by weight and tone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from musiclib.domain.states import BadgeState
from musiclib.domain.tracklist.model import ParsedLine
from musiclib.gui.dialogs.paste_import.even_lines import EvenLines
from musiclib.gui.dialogs.paste_import.session import MAX_PASTE_CHARS
from musiclib.gui.icons import paint_icon
from musiclib.gui.models.import_draft import Draft, Mark
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme

_FIRST_PORTION, _PORTION = 3_000, 30_000
"""Letters that are put in at once, as far as the end of their line; the window lives between two portions."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STRONG = {"artist", "title"}
_NO_TRACK = {Mark.HEADING, Mark.OTHER, Mark.LEFT_OUT}
_ICONS = {
    Mark.SURE: ("check", "done.glyph"),
    Mark.HEADING: ("text-aa", "text.tertiary"),
    Mark.OTHER: ("minus", "text.tertiary"),
    Mark.LEFT_OUT: ("prohibit", "text.tertiary"),
}
_BADGES = {Mark.UNSURE: BadgeState.REVIEW, Mark.ID: BadgeState.NOT_FOUND}

_BY_A_PERSON = {
    QEvent.Type.KeyPress,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.InputMethod,
    QEvent.Type.ContextMenu,
}


def paint_mark(painter: QPainter, rect: QRect, mark: Mark, theme: Theme) -> None:
    """How a line or row was read, as a glyph in the middle of `rect`."""
    side = round(theme.icon("badge_row"))
    box = QRect(0, 0, side, side)
    box.moveCenter(rect.center())
    if mark in _BADGES:
        paint_badge(painter, QPointF(box.topLeft()), side, _BADGES[mark], theme)
    elif mark in _ICONS:
        name, color = _ICONS[mark]
        paint_icon(painter, box, name, theme, color)


class _Gutter(QWidget):
    def __init__(self, pane: SourceText) -> None:
        super().__init__(pane)
        self._pane = pane

    def sizeHint(self) -> QSize:
        return QSize(self._pane.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._pane.paint_gutter(QPainter(self), event.rect())


class SourceText(QPlainTextEdit):
    """The left side. `line_chosen` carries the number (from 1) of the line the cursor moved to."""

    line_chosen = Signal(int)
    typed = Signal(str)
    files_dropped = Signal(list)
    too_long = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._draft: Draft | None = None
        self._quiet = False
        self._pen: QTextCursor | None = None
        """Where what is left of a long text goes on; None once all of it is there."""
        self._left, self._put = "", 0
        self._pour_quietly = False
        self._pour_timer = QTimer(self, singleShot=True, interval=0)
        self._pour_timer.timeout.connect(self._pour)
        self.setProperty("bare", "true")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(theme.font("body"))
        height = theme.line("body") + theme.space(1) // 2
        self.document().setDocumentLayout(EvenLines(self.document(), self.font(), height))
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Pasted text"))
        self.setPlaceholderText(
            self.tr("Paste a tracklist here, type it, or drop a file.\n\nArtist - Title, one on each line.")
        )
        self._gutter = _Gutter(self)
        self._dress_timer = QTimer(self, singleShot=True, interval=0)
        self._dress_timer.timeout.connect(self._dress)
        self.blockCountChanged.connect(self._count_changed)
        self.updateRequest.connect(self._follow_view)
        self.cursorPositionChanged.connect(self._cursor_moved)
        self.textChanged.connect(self._text_changed)
        theme.changed.connect(self._theme_changed)
        self._theme_changed()
        self._fit_gutter()

    # -- content

    def set_text(self, text: str) -> None:
        """Replace the text without sending `typed`; one step of the text's own undo.

        The end of a long text follows in later turns of the event loop, before anything a person does.
        """
        self._draft = None
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        self._begin_to_pour(cursor, text, quietly=True)
        self._quiet = True
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._quiet = False

    def show_draft(self, draft: Draft) -> None:
        """Mark the lines as this reading has them."""
        self._draft = draft
        self._dress_timer.start()
        self._gutter.update()

    def go_to_line(self, number: int) -> None:
        """Put the cursor on a line without sending `line_chosen`."""
        block = self.document().findBlockByNumber(number - 1)
        if not block.isValid() or block.blockNumber() == self.textCursor().blockNumber():
            return
        self._quiet = True
        cursor = QTextCursor(block)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self._quiet = False
        self._dress_timer.start()

    def current_line(self) -> ParsedLine | None:
        """The line under the cursor, as it was read; None while the text is ahead of its reading."""
        number = self.textCursor().blockNumber()
        if self._draft is None or number >= len(self._draft.tracklist.lines):
            return None
        line = self._draft.tracklist.lines[number]
        return line if line.text == self.textCursor().block().text() else None

    # -- looks

    def gutter_width(self) -> int:
        digits = max(2, len(str(max(1, self.blockCount()))))
        number = QFontMetrics(self._theme.font("micro", tabular=True)).horizontalAdvance("0" * digits)
        return number + self._theme.space(4) + round(self._theme.icon("badge_row")) + self._theme.space(4)

    def paint_gutter(self, painter: QPainter, rect: QRect) -> None:
        theme = self._theme
        painter.fillRect(rect, theme.color("bg.sunken"))
        painter.setFont(theme.font("micro", tabular=True))
        side = round(theme.icon("badge_row"))
        glyph_left = self._gutter.width() - theme.space(2) - side
        current = self.textCursor().blockNumber()
        marks = self._draft.marks if self._draft is not None else ()
        first = self.firstVisibleBlock()
        box = self.blockBoundingGeometry(first).translated(self.contentOffset()).toAlignedRect()
        for number in range(first.blockNumber(), self.blockCount()):
            top, height = box.top() + (number - first.blockNumber()) * box.height(), box.height()
            if top > rect.bottom():
                break
            if top + height <= rect.top():
                continue
            if number == current:
                painter.fillRect(QRect(0, top, self._gutter.width(), height), self._ground())
            painter.setPen(theme.color("text.tertiary"))
            painter.drawText(QRect(0, top, glyph_left - theme.space(2), height), _RIGHT, str(number + 1))
            if number < len(marks):
                paint_mark(painter, QRect(glyph_left, top, side, height), marks[number], theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_gutter()
        self._dress_timer.start()

    def _ground(self) -> QColor:
        return self._theme.color("bg.selected")

    def _count_changed(self) -> None:
        if self._gutter.width() != self.gutter_width():
            self._fit_gutter()

    def _fit_gutter(self) -> None:
        width = self.gutter_width()
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), width, inside.height()))

    def _follow_view(self, _rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
            self._dress_timer.start()
        elif self._pen is None:
            self._gutter.update()

    def _theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, self._theme.color("bg.sunken"))
        palette.setColor(QPalette.ColorRole.Text, self._theme.color("text.primary"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, self._theme.color("text.tertiary"))
        self.setPalette(palette)
        self._dress_timer.start()
        self._gutter.update()

    def _dress(self) -> None:
        """Weight and tone for the lines in view only; a list of 50,000 lines costs as much as one of 50."""
        if self._draft is None:
            return
        document, block = self.document(), self.firstVisibleBlock()
        # The lines are even: to ask for the place of each costs more than to paint it.
        box = self.blockBoundingGeometry(block).translated(self.contentOffset())
        left = self.viewport().height() - box.top()
        while block.isValid() and left >= 0:
            left -= max(1.0, box.height())
            formats = self._formats(block)
            layout = block.layout()
            if layout.formats() != formats:
                layout.setFormats(formats)
                document.markContentsDirty(block.position(), block.length())
            block = block.next()
        self._mark_current()

    def _formats(self, block: QTextBlock) -> list[QTextLayout.FormatRange]:
        draft, number = self._draft, block.blockNumber()
        if draft is None or number >= len(draft.tracklist.lines):
            return []
        line, mark = draft.tracklist.lines[number], draft.marks[number]
        if line.text != block.text():
            return list(block.layout().formats())
        whole = _range(0, block.length() - 1, self._tone("text.secondary"))
        if mark in _NO_TRACK:
            whole.format = self._tone("text.tertiary")
            return [whole]
        ranges = [whole]
        for span in line.spans:
            if span.field in _STRONG and mark is not Mark.ID:
                strong = self._tone("text.primary", strong=span.field == "artist", doubt=mark is Mark.UNSURE)
                ranges.append(_range(span.start, span.end - span.start, strong))
        return ranges

    def _tone(self, color: str, strong: bool = False, doubt: bool = False) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._theme.color(color))
        if strong:
            made.setFontWeight(QFont.Weight.Medium)
        if doubt:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            made.setUnderlineColor(self._theme.color("review.glyph"))
        return made

    def _mark_current(self) -> None:
        here = QTextEdit.ExtraSelection()
        here.cursor = self.textCursor()
        here.cursor.clearSelection()
        ground = QTextCharFormat()
        ground.setBackground(self._ground())
        ground.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        here.format = ground
        self.setExtraSelections([here])

    # -- what a person does

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasUrls():
            paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
            if paths:
                self.files_dropped.emit(paths)
                return
        text = source.text()
        if len(text) + self.document().characterCount() > MAX_PASTE_CHARS:
            self.too_long.emit(len(text))
            return
        self._begin_to_pour(self.textCursor(), text, quietly=False)
        self.ensureCursorVisible()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or source.hasText()

    def event(self, event: QEvent) -> bool:
        if self._pen is not None and event.type() in _BY_A_PERSON:
            self._pour_all()
        return super().event(event)

    def _begin_to_pour(self, cursor: QTextCursor, text: str, quietly: bool) -> None:
        self._pen, self._left, self._put, self._pour_quietly = cursor, text, 0, quietly
        self._pour()

    def _pour(self) -> None:
        pen = self._pen
        if pen is None:
            return
        begin = self._put
        much = _PORTION if begin else _FIRST_PORTION
        self._put = self._left.find("\n", begin + much) + 1 or len(self._left)
        portion = self._left[begin : self._put]
        quiet, self._quiet = self._quiet, True
        if self._put == len(self._left):
            self._pen, self._left, self._quiet = None, "", self._pour_quietly
        else:
            self._pour_timer.start()
        if begin:
            pen.joinPreviousEditBlock()
        else:
            pen.beginEditBlock()
        # What follows is below what is in view, yet Qt would paint that again for each portion.
        self.viewport().setUpdatesEnabled(begin == 0)
        pen.insertText(portion)
        pen.endEditBlock()
        self._quiet = quiet
        if self._pen is None:
            self.viewport().setUpdatesEnabled(True)
            self._gutter.update()

    def _pour_all(self) -> None:
        while self._pen is not None:
            self._pour()

    def _text_changed(self) -> None:
        if not self._quiet:
            self.typed.emit(self.toPlainText())

    def _cursor_moved(self) -> None:
        self._gutter.update()
        self._mark_current()
        if not self._quiet:
            self.line_chosen.emit(self.textCursor().blockNumber() + 1)


def _range(start: int, length: int, char_format: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, char_format
    return made
