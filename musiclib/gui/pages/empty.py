"""Pages with nothing on them yet: they say what to do next and offer the button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.ids import ArtId
from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.icons import themed_icon
from musiclib.gui.painting.boxes import paint_focus_box
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, Painted, button, keycap, label

_BOX_WIDTH = 760
_TILES = ("Nachtlinie", "夜明け", "Wetter Rand", "Cold Brass", "Paper Lanterns", "Kinetic Sand")
_LINES = ((58, 96), (44, 120), (70, 74), (36, 132), (64, 88), (50, 104))


class NothingHere(QWidget):
    """A sentence, what to do, and the button that does it."""

    acted = Signal()

    def __init__(self, theme: Theme, head: str, sub: str, action: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(theme.space(2))
        column.addStretch(2)
        self._head = label(theme, head, "section")
        self._sub = label(theme, sub, "body", "secondary")
        for part in (self._head, self._sub):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(theme.space(2))
        self._act = button(theme, action)
        self._act.clicked.connect(self.acted)
        column.addWidget(self._act, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, sub: str, action: str) -> None:
        """Another way out."""
        self._sub.setText(sub)
        self._act.setText(action)


class _Illustration(Painted):
    """Lines of text that become album tiles."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context.theme)
        self._context = context
        self.setFixedSize(632, 188)
        context.art.ready.connect(self._on_art)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, bar = self.theme, 7.0
        for row, (artist, title) in enumerate(_LINES):
            top = 14 + row * 30
            left = 0.0
            for width, name in ((26, "bar.track"), (artist, "line.control"), (title, "line.strong")):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(name))
                painter.drawRoundedRect(QRectF(left, top, width, bar), bar / 2, bar / 2)
                left += width + 10
        pen = QPen(theme.color("accent.text"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        tip = QPointF(308, 93)
        painter.drawLine(QPointF(258, 93), tip)
        painter.drawPolyline([tip + QPointF(-11, -9), tip, tip + QPointF(-11, 9)])
        side, gap = 88, 10
        for place, title_text in enumerate(_TILES):
            art = self._context.art.get(None, title_text, side, self.devicePixelRatioF())
            if art is not None:
                at = QPointF(348 + place % 3 * (side + gap), place // 3 * (side + gap))
                painter.drawPixmap(at, art)

    def _on_art(self, art_id: ArtId | None, title: str) -> None:
        if title in _TILES:
            self.update()


class _PasteBox(QPlainTextEdit):
    """Whatever is pasted here goes straight to the paste dialog."""

    pasted = Signal(str)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText() and "\n" in source.text().strip():
            self.pasted.emit(source.text())
        else:
            super().insertFromMimeData(source)


class _Way(QAbstractButton):
    """One of the other ways to begin: a card with an icon, words and its key."""

    def __init__(self, theme: Theme, icon: str, head: str, sub: str, keys: str) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{head}. {sub}")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        row.setSpacing(theme.space(3))
        picture = label(theme)
        side = round(theme.icon("top"))
        picture.setPixmap(
            themed_icon(theme, icon, "accent.text").pixmap(QSize(side, side), self.devicePixelRatioF())
        )
        theme.changed.connect(
            lambda: picture.setPixmap(themed_icon(theme, icon, "accent.text").pixmap(side, side))
        )
        row.addWidget(picture, alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        top = QHBoxLayout()
        top.addWidget(ElidedLabel(theme, head, "title_in_row"), 1)
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        top.addWidget(keycap(theme, native))
        words.addLayout(top)
        words.addWidget(label(theme, sub, "small", "secondary", wrap=True))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(theme.line("title_in_row") + 2 * theme.line("small") + theme.space(8))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, focus = self._theme, self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.size("focus_ring") if focus else 1
        painter.setPen(QPen(theme.color("line.focus" if focus else "line.subtle"), width))
        painter.setBrush(theme.color("bg.hover" if self.underMouse() else "bg.raised"))
        inset, radius = width / 2, theme.radius("card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class FirstRun(QWidget):
    """One box in focus, one primary button, three other ways; their keys are those of the window."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(6), 0, theme.space(6), theme.space(6))
        column.setSpacing(0)
        head = label(theme, self.tr("Albums"), "page")
        head.setFixedHeight(theme.size("topbar"))
        column.addWidget(head)
        column.addStretch(1)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(_Illustration(context), alignment=center)
        column.addSpacing(theme.space(6))
        column.addWidget(
            label(theme, self.tr("Paste a tracklist. It becomes an album."), "figure"), alignment=center
        )
        column.addSpacing(theme.space(1))
        promise = label(
            theme,
            self.tr("Art, dates, labels, BPM and key come by themselves while you go on working."),
            "section",
            "secondary",
        )
        promise.setFont(theme.regular("section"))
        column.addWidget(promise, alignment=center)
        column.addSpacing(theme.space(6))
        body = QWidget()
        body.setMaximumWidth(_BOX_WIDTH)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.space(3))
        inner.addWidget(self._make_box())
        inner.addLayout(self._make_ways())
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(body, 100)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(theme.space(5))
        column.addLayout(self._make_foot())
        column.addStretch(2)

    def take_focus(self) -> None:
        self._edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self._box.update()
        return super().eventFilter(watched, event)

    def _make_box(self) -> QFrame:
        theme = self._context.theme
        self._box = _FocusBox(theme)
        column = QVBoxLayout(self._box)
        pad = theme.space(4)
        column.setContentsMargins(pad, pad - 2, pad, theme.space(3))
        self._edit = _PasteBox()
        self._edit.setProperty("bare", "true")
        self._edit.setFont(theme.font("body"))
        self._edit.setPlaceholderText(
            self.tr("Paste lines here, for example")
            + "\n[03:12] Kessel & Vroom - Langsam, bitte (Original Mix) [DIAL EAST]"
            + "\n2. 久保田リョウ – 夜明けの環状線"
        )
        self._edit.setAccessibleName(self.tr("Tracklist to paste"))
        self._edit.setFixedHeight(3 * theme.line("body") + theme.space(4))
        self._edit.setTabChangesFocus(True)
        self._edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._edit.installEventFilter(self)
        self._edit.pasted.connect(self._context.shell.paste)
        self._box.watch(self._edit)
        column.addWidget(self._edit)
        row = QHBoxLayout()
        hint = ElidedLabel(
            theme,
            self.tr("From a mix, a chart, a shop page, a spreadsheet. Times, labels and IDs are understood."),
            "small",
            "secondary",
        )
        row.addWidget(hint, 1)
        paste = button(theme, self.tr("Paste tracklist"), "clipboard-text", "primary", shortcut="Ctrl+V")
        paste.clicked.connect(lambda: self._context.shell.paste(self._edit.toPlainText()))
        row.addWidget(paste)
        column.addLayout(row)
        return self._box

    def _make_ways(self) -> QHBoxLayout:
        theme, shell = self._context.theme, self._context.shell
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        for icon, head, sub, keys, act in (
            (
                "file-text",
                self.tr("Open a list file"),
                self.tr("CSV, M3U, cue sheet, rekordbox text"),
                "Ctrl+O",
                shell.choose_list,
            ),
            (
                "folder-plus",
                self.tr("Add a music folder"),
                self.tr("Files stay where they are"),
                "Ctrl+D",
                shell.choose_folder,
            ),
            (
                "disc",
                self.tr("Look around first"),
                self.tr("A sample library to play with"),
                "Ctrl+L",
                shell.make_demo,
            ),
        ):
            way = _Way(theme, icon, head, sub, keys)
            way.clicked.connect(act)
            row.addWidget(way, 1)
        return row

    def _make_foot(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addStretch(1)
        row.addWidget(
            label(
                theme,
                self.tr("All of this works without any account. Sources and folders are in"),
                "small",
                "secondary",
            )
        )
        link = button(theme, self.tr("Settings"), kind="link", dense="tiny")
        link.setFont(theme.font("small"))
        link.clicked.connect(lambda: self._context.shell.open_page(places.SETTINGS))
        row.addWidget(link)
        row.addStretch(1)
        return row


class _FocusBox(QFrame):
    """A card that wears the focus ring of the field inside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._field: QWidget | None = None

    def watch(self, field: QWidget) -> None:
        self._field = field

    def paintEvent(self, event: QPaintEvent) -> None:
        focus = self._field is not None and self._field.hasFocus()
        paint_focus_box(self, self._theme, focus=focus, radius="card")
