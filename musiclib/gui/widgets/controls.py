"""The plain controls, dressed: labels, buttons. Their looks are in the style sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from musiclib.gui.icons import paint_icon, themed_icon
from musiclib.gui.theme import Theme


def label(theme: Theme, text: str = "", role: str = "body", tone: str = "", wrap: bool = False) -> QLabel:
    """A label in a step of the type scale; `tone` is "secondary", "tertiary", "accent" or a state's name."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme.font(role))
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    return made


def keycap(theme: Theme, text: str) -> QLabel:
    """A key as it stands on the keyboard, in a small frame."""
    made = label(theme, text, "micro")
    made.setProperty("keycap", "true")
    return made


def top_bar(theme: Theme, name: str) -> tuple[QWidget, QHBoxLayout]:
    """The bar above a page, with the page's name at its left; and its row, for what comes beside that."""
    bar = QWidget()
    bar.setFixedHeight(theme.size("topbar"))
    row = QHBoxLayout(bar)
    row.setContentsMargins(theme.space(6), 0, theme.space(6), 0)
    row.setSpacing(theme.space(2))
    row.addWidget(label(theme, name, "page"))
    return bar, row


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis when there is no room; the whole text is then its tooltip."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: str = "body",
        tone: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__()
        self._full, self._mode = text, mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(theme.line(role))
        if tone:
            self.setProperty("tone", tone)
        self._fit()

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        if text != self._full:
            self._full = text
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._full) + 1, super().sizeHint().height())

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, self._mode, max(0, self.width()))
        super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")
        self.setAccessibleName(self._full)
        self.updateGeometry()


def button(
    theme: Theme, text: str, icon: str = "", kind: str = "", dense: str = "", shortcut: str = ""
) -> QPushButton:
    """A button with words. `kind`: "", "primary", "flat", "danger", "link"; `dense`: "", "true", "tiny".

    `shortcut` is only told in the tooltip; who owns the key binds it.
    """
    made = QPushButton(text)
    made.setFont(theme.font("title_in_row" if kind == "primary" else "body"))
    made.setCursor(Qt.CursorShape.ArrowCursor)
    if kind:
        made.setProperty("kind", kind)
    if dense:
        made.setProperty("dense", dense)
    if icon:
        color = "text.on_accent" if kind == "primary" else "accent.text" if kind == "link" else "text.primary"
        made.setIcon(themed_icon(theme, icon, color))
        side = round(theme.icon("control"))
        made.setIconSize(QSize(side + (theme.space(1) if text else 0), side))
    if shortcut:
        made.setToolTip(with_key(text, shortcut))
    return made


def icon_button(
    theme: Theme, icon: str, name: str, shortcut: str = "", kind: str = "flat", dense: str = ""
) -> QPushButton:
    """A button without words: `name` is its tooltip (with the shortcut) and accessible name."""
    made = button(theme, "", icon, kind, dense)
    made.setProperty("icononly", "true")
    side = round(theme.icon("inline" if dense == "tiny" else "top"))
    made.setIconSize(QSize(side, side))
    made.setToolTip(with_key(name, shortcut))
    made.setAccessibleName(name)
    return made


def with_key(text: str, shortcut: str) -> str:
    """What a tooltip says of a button that a key presses too."""
    if not shortcut:
        return text
    native = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({native or shortcut})"


def rule(direction: str = "h") -> QFrame:
    """A hairline, "h" or "v"."""
    made = QFrame()
    made.setProperty("rule", direction)
    return made


def polish(get: Callable[[], object]) -> None:
    """Have a widget and all in it take their looks before it is shown, which then takes less time."""
    widget = get()
    if isinstance(widget, QWidget):
        for each in (widget, *widget.findChildren(QWidget)):
            each.ensurePolished()


def restyle(widget: QWidget) -> None:
    """Let the style sheet see a changed dynamic property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class SegmentedControl(QWidget):
    """A few answers side by side of which one holds. `chosen` carries the key of the new one."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, answers: Sequence[tuple[str, str, str]], name: str) -> None:
        """`answers` are (key, words, icon); with an icon the words become the tooltip."""
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, (key, words, icon) in enumerate(answers):
            made = icon_button(theme, icon, words) if icon else button(theme, words)
            made.setProperty("kind", "segment")
            ends = (place == 0, place == len(answers) - 1)
            made.setProperty(
                "end", {(True, True): "both", (True, False): "left", (False, True): "right"}.get(ends)
            )
            made.setCheckable(True)
            made.setChecked(place == 0)
            made.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            self._group.addButton(made)
            self._buttons[key] = made
            layout.addWidget(made)

    def choose(self, key: str) -> None:
        """Set the answer without sending `chosen`."""
        self._buttons[key].setChecked(True)

    def current(self) -> str:
        return next(key for key, made in self._buttons.items() if made.isChecked())

    def set_words(self, key: str, words: str) -> None:
        self._buttons[key].setText(words)


class SearchField(QLineEdit):
    """A field with a lens; Escape empties it first and leaves it second."""

    def __init__(self, theme: Theme, placeholder: str) -> None:
        super().__init__()
        self.setFont(theme.font("body"))
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self._theme = theme
        side = round(theme.icon("control"))
        self.setTextMargins(side + theme.space(2), 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = round(self._theme.icon("control"))
        place = QRect(self._theme.space(3), (self.height() - side) // 2, side, side)
        paint_icon(QPainter(self), place, "magnifying-glass", self._theme, "text.tertiary")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]  # a QKeyEvent by its type
            if self.text():
                self.clear()
            else:
                parent = self.parentWidget()
                if parent is not None:
                    parent.setFocus()
            return True
        return super().event(event)


class Painted(QWidget):
    """Base of widgets that paint themselves: repaints when the theme changes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        raise NotImplementedError
