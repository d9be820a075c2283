"""What a person can do for a track no source knows: another name, a link, or leave it as it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import button, label
from musiclib.gui.widgets.name_form import NameForm

_WIDTH = 620


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


class NotFoundForm(QWidget):
    link_wanted = Signal()
    kept = Signal()
    """It is right as it was pasted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.names = NameForm(theme)
        self.link = button(theme, _tr("Paste a link, ISRC or MusicBrainz id"), "link-simple", shortcut="L")
        self.link.clicked.connect(self.link_wanted)
        self.keep = button(theme, _tr("Right as it is"), "lock", shortcut="R")
        self.keep.clicked.connect(self.kept)
        self.before = label(theme, _tr("Ruled out before"), "section")
        ways = QGridLayout()
        ways.setHorizontalSpacing(theme.space(3))
        ways.setVerticalSpacing(theme.space(2))
        ways.addWidget(self.link, 0, 0)
        ways.addWidget(label(theme, _tr("You found it yourself"), "small", "secondary"), 0, 1)
        ways.addWidget(self.keep, 1, 0)
        words = _tr("No catalogue has it: keep your words, locked")
        ways.addWidget(label(theme, words, "small", "secondary"), 1, 1)
        ways.setColumnStretch(1, 1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(4))
        column.addWidget(label(theme, _tr("Look up under another name"), "section"))
        column.addWidget(self.names)
        column.addSpacing(theme.space(2))
        column.addLayout(ways)
        margin = theme.size("page_margin")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(margin, theme.space(5), margin, theme.space(3))
        whole.setSpacing(theme.space(5))
        whole.addWidget(inside)
        whole.addWidget(self.before)
