"""The sidebar: pages with their counts, and at its foot what needs a person."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.states import BadgeState
from musiclib.gui import wording
from musiclib.gui.painting.badges import paint_badge
from musiclib.gui.theme import Theme
from musiclib.gui.tokens import ICON_FILE, resources_dir
from musiclib.gui.widgets.controls import ElidedLabel, Painted
from musiclib.gui.widgets.nav_item import NavEntry, NavItem
from musiclib.gui.widgets.smart_section import SmartSection

_MARK_COLORS = ("text.primary", "bg.window", "accent.line")


class Logo(Painted):
    """The mark of the program, as its icon shows it, in the colours of the theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        side = theme.size("control_dense")
        self.setFixedSize(side, side)
        self._picture = (resources_dir() / ICON_FILE).read_text("utf-8")
        self._drawing = QSvgRenderer(self)
        self._draw_anew()
        theme.changed.connect(self._draw_anew)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._drawing.render(QPainter(self), QRectF(self.rect()))

    def _draw_anew(self) -> None:
        self._drawing.load(_in_theme(self._picture, self.theme).encode())


def _in_theme(picture: str, theme: Theme) -> str:
    """The file has the colours of the light theme."""
    light = theme.tokens.colors("light")
    shown = {light[name].upper(): theme.color(name).name() for name in _MARK_COLORS}
    return re.sub("#[0-9A-F]{6}", lambda found: shown.get(found[0], found[0]), picture)


class NeedsYou(QAbstractButton):
    """The card that says how many tracks wait for a person, and how long that takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._head, self._sub = "", ""
        self._count = 0
        self._narrow = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """Say that `count` tracks need a person; absent at zero."""
        if count == self._count:
            return
        self._count = count
        self._head = (
            self.tr("1 track needs you") if count == 1 else self.tr("{n} tracks need you").format(n=count)
        )
        self._sub = wording.about_minutes(count)
        self.setAccessibleName(f"{self._head}, {self._sub}")
        self.setToolTip(self.accessibleName() if self._narrow else self.tr("Show these tracks"))
        self.setVisible(count > 0)
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setToolTip(self.accessibleName() if narrow else self.tr("Show these tracks"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        height = theme.line("title_in_row") + theme.line("small") + theme.space(4)
        return QSize(theme.size("sidebar"), theme.size("nav_item") if self._narrow else height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        width = theme.size("focus_ring") if focus else 1
        painter.setPen(QPen(theme.color("line.focus" if focus else "line.subtle"), width))
        painter.setBrush(theme.color("bg.hover" if self.underMouse() else "bg.raised"))
        edge = width / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), theme.radius("card"), theme.radius("card")
        )
        side = round(theme.icon("badge_row"))
        left = (self.width() - side) / 2 if self._narrow else theme.space(2) + 2
        top = theme.space(2) + (theme.line("title_in_row") - side) / 2
        if self._narrow:
            top = (self.height() - side) / 2
        paint_badge(painter, QPointF(left, top), side, BadgeState.REVIEW, theme)
        if self._narrow:
            return
        text_left = theme.space(2) + side + theme.space(2)
        line = QRect(
            text_left, theme.space(2), self.width() - text_left - theme.space(2), theme.line("title_in_row")
        )
        painter.setFont(theme.font("body_strong"))
        painter.setPen(theme.color("text.primary"))
        metrics = QFontMetrics(painter.font())
        painter.drawText(
            line,
            Qt.AlignmentFlag.AlignVCenter,
            metrics.elidedText(self._head, Qt.TextElideMode.ElideRight, line.width()),
        )
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text.secondary"))
        below = QRect(line.left(), line.bottom() + 1, line.width(), theme.line("small"))
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self._sub)


class Sidebar(QFrame):
    """Pages above, what needs a person and the settings below. `page_chosen` carries a page's key."""

    page_chosen = Signal(str)
    needs_you_chosen = Signal()

    def __init__(self, theme: Theme, library_name: str, pages: list[NavEntry], foot: NavEntry) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._theme = theme
        self._group = QButtonGroup(self)
        self._items: dict[str, NavItem] = {}
        self._layout = QVBoxLayout(self)
        margin = theme.space(2)
        self._layout.setContentsMargins(margin, theme.space(3), margin, theme.space(2))
        self._layout.setSpacing(0)
        self._head = self._make_head(library_name)
        self._layout.addWidget(self._head)
        self._layout.addSpacing(theme.space(3))
        for entry in pages:
            self._add(entry)
        self.smart = SmartSection(theme, self._group)
        self._layout.addSpacing(theme.space(4))
        self._layout.addWidget(self.smart, 1)
        self._layout.addSpacing(theme.space(2))
        self.needs_you = NeedsYou(theme)
        self.needs_you.clicked.connect(self.needs_you_chosen)
        self._layout.addWidget(self.needs_you)
        self._layout.addSpacing(theme.space(2))
        self._add(foot, show_shortcut=True)
        self.set_narrow(False)

    def set_current(self, key: str) -> None:
        if key in self._items:
            self._items[key].setChecked(True)

    def set_count(self, key: str, count: int | None) -> None:
        self._items[key].set_count(count)

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, with the words in tooltips."""
        self.setFixedWidth(self._theme.size("sidebar_narrow" if narrow else "sidebar"))
        self._names.setVisible(not narrow)
        self._head_row.setContentsMargins(0 if narrow else self._theme.space(2) - 1, 0, 0, 0)
        for item in self._items.values():
            item.set_narrow(narrow)
        self.needs_you.set_narrow(narrow)
        self.smart.set_narrow(narrow)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        path = QPainterPath()
        path.addRect(QRectF(self.width() - 1, 0, 1, self.height()))
        painter.fillPath(path, self._theme.color("line.subtle"))

    def _make_head(self, library_name: str) -> QWidget:
        theme = self._theme
        head = QWidget()
        self._head_row = row = QHBoxLayout(head)
        row.setSpacing(theme.space(3) - 2)
        row.addWidget(Logo(theme))
        self._names = QWidget()
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(0)
        names.addWidget(ElidedLabel(theme, "musiclib", "body_strong"))
        names.addWidget(ElidedLabel(theme, library_name, "micro", "secondary", Qt.TextElideMode.ElideMiddle))
        row.addWidget(self._names, 1)
        return head

    def _add(self, entry: NavEntry, show_shortcut: bool = False) -> None:
        item = NavItem(self._theme, entry, show_shortcut)
        item.clicked.connect(lambda: self.page_chosen.emit(entry.key))
        self._group.addButton(item)
        self._items[entry.key] = item
        self._layout.addWidget(item)
