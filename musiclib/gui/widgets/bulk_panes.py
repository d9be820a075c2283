"""What the page of a run shows before its plan and after: which facts, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from musiclib.domain.bulk_plan import BULK_FIELDS, SPOTIFY_ID
from musiclib.gui import wording
from musiclib.gui.models.group_list import track_count
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, button, label, restyle

_WIDTH = 620


class _Pane(QWidget):
    """A narrow column of words and buttons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QHBoxLayout(self)
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        margin = theme.size("page_margin")
        outer.setContentsMargins(margin, theme.space(8), margin, margin)
        outer.addWidget(inner, 1)
        outer.addStretch(0)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.space(3))
        self.title = label(theme, "", "section", wrap=True)
        self.about = label(theme, "", "body", "secondary", wrap=True)
        self.body.addWidget(self.title)
        self.body.addWidget(self.about)

    def add_buttons(self, buttons: Sequence[QPushButton]) -> None:
        row = QHBoxLayout()
        row.setSpacing(self.theme.space(2))
        for each in buttons:
            row.addWidget(each)
        row.addStretch(1)
        self.body.addSpacing(self.theme.space(2))
        self.body.addLayout(row)
        self.body.addStretch(1)


class ChoosePane(_Pane):
    """Which facts of which tracks, and where the values come from."""

    fetch_wanted = Signal()
    plan_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.boxes: dict[str, QCheckBox] = {}
        names = {
            "label": self.tr("Label"),
            "original_year": self.tr("Year"),
            "isrc": self.tr("ISRC"),
            "genres": self.tr("Genre"),
            "popularity": self.tr("Popularity"),
            SPOTIFY_ID: self.tr("Spotify ID"),
        }
        row = QHBoxLayout()
        row.setSpacing(theme.space(5))
        for each in BULK_FIELDS:
            box = self.boxes[each] = QCheckBox(names[each])
            box.setFont(theme.font("body"))
            box.setChecked(True)
            box.toggled.connect(self._settle)
            row.addWidget(box)
        row.addStretch(1)
        self.body.addLayout(row)
        self.fetch = button(theme, self.tr("Fetch, then plan"), "cloud-arrow-down", "primary")
        self.fetch.clicked.connect(self.fetch_wanted)
        self.plan = button(theme, self.tr("Plan from what is stored"))
        self.plan.clicked.connect(self.plan_wanted)
        self.file = button(theme, self.tr("Open a CSV file"), "file-text")
        self.file.clicked.connect(self.file_wanted)
        self.add_buttons((self.fetch, self.plan, self.file))

    def fields(self) -> list[str]:
        """The facts that are ticked."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def say(self, tracks: int, online: bool) -> None:
        self.title.setText(self.tr("Which facts of {tracks}?").format(tracks=track_count(tracks)))
        offline = self.tr(
            "The network is switched off in the settings, so nobody is asked: the plan is made of what "
            "MusicBrainz, Deezer and the other sources said before."
        )
        told = self.tr(
            "Fetch asks Deezer, and Spotify if you are signed in, for popularity, ISRC and Spotify ID. "
            "Label, year and genre come from what all sources said before. Nothing is written before you "
            "have seen the plan."
        )
        self.about.setText(told if online else offline)
        self.fetch.setVisible(online)
        self.plan.setProperty("kind", "" if online else "primary")
        restyle(self.plan)
        self._settle()

    def _settle(self) -> None:
        some = bool(self.fields())
        for each in (self.fetch, self.plan):
            each.setEnabled(some)
            each.setToolTip("" if some else self.tr("Tick at least one fact."))


class WorkPane(_Pane):
    """How far it is, what is at work, and a way to stop where there is one."""

    stop_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.current = ElidedLabel(theme, "", "small", "secondary")
        self.body.addWidget(self.bar)
        self.body.addWidget(self.current)
        self.stop = button(theme, self.tr("Stop"))
        self.stop.clicked.connect(self.stop_wanted)
        self.add_buttons((self.stop,))

    def say(self, title: str, about: str, can_stop: bool) -> None:
        """Something begins of which it is not known yet how much it is."""
        self.title.setText(title)
        self.about.setText(about)
        self.current.setText("")
        self.bar.setRange(0, 0)
        self.stop.setVisible(can_stop)
        self.stop.setEnabled(True)

    def show_progress(self, done: int, total: int, current: str) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        words = self.tr("{done} of {total}").format(done=wording.number(done), total=wording.number(total))
        self.current.setText(f"{words}  {current}")

    def stopping(self) -> None:
        self.stop.setEnabled(False)
        self.current.setText(self.tr("Stopping"))


class DonePane(_Pane):
    """What was written, or why nothing was."""

    revert_wanted = Signal()
    keep_wanted = Signal()
    overwrite_wanted = Signal()
    again_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.leave = button(theme, self.tr("Back to the tracks"), kind="primary")
        self.leave.clicked.connect(self.leave_wanted)
        self.again = button(theme, self.tr("Make the plan again"))
        self.again.clicked.connect(self.again_wanted)
        self.revert = button(theme, self.tr("Take it back"), "arrow-counter-clockwise")
        self.revert.clicked.connect(self.revert_wanted)
        self.keep = button(theme, self.tr("Take the others back"))
        self.keep.clicked.connect(self.keep_wanted)
        self.overwrite = button(theme, self.tr("Take all of them back"))
        self.overwrite.clicked.connect(self.overwrite_wanted)
        self.add_buttons((self.leave, self.again, self.revert, self.keep, self.overwrite))

    def say(self, title: str, about: str, offered: Sequence[QPushButton]) -> None:
        """`offered` are the buttons that make sense now, besides the way out."""
        self.title.setText(title)
        self.about.setText(about)
        for each in (self.again, self.revert, self.keep, self.overwrite):
            each.setVisible(each in offered)
