"""What the selected tracks are together, and what can be done with them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from musiclib.domain.mixing import common_key
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.rows import TrackSums
from musiclib.gui import wording
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, label

_ROOM_FOR_ALL = 760


class SelectionBar(QFrame):
    """Absent while fewer than two tracks are selected. Its keys are those of the table."""

    add_wanted = Signal()
    analyse_wanted = Signal()
    neighbours_wanted = Signal()
    bulk_wanted = Signal()
    drop_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("selection")
        self.setFixedHeight(theme.space(12))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(6), 0, theme.space(4), 0)
        row.setSpacing(theme.space(2))
        self.chosen = label(theme, "", "body_strong")
        self.facts = ElidedLabel(theme, "", "body", "secondary")
        row.addWidget(self.chosen)
        row.addWidget(self.facts, 1)
        self._buttons: list[QPushButton] = []
        for icon, words, keys, wanted in (
            ("list-plus", self.tr("Add to album"), "A", self.add_wanted),
            ("pencil-simple", self.tr("Bulk change"), "B", self.bulk_wanted),
            ("activity", self.tr("Analyse again"), "", self.analyse_wanted),
            ("share-network", self.tr("Find neighbours"), "G", self.neighbours_wanted),
        ):
            made = button(theme, words, icon, shortcut=keys)
            made.setAccessibleName(words)
            made.clicked.connect(wanted)
            row.addWidget(made)
            self._buttons.append(made)
        close = icon_button(theme, "x", self.tr("Drop the selection"), "Esc")
        close.clicked.connect(self.drop_wanted)
        row.addWidget(close)
        self.hide()

    def say_count(self, count: int) -> None:
        """So many are selected; what they are together comes later."""
        self.chosen.setText(self.tr("{n} selected").format(n=wording.number(count)))
        self.facts.setText("")
        self.setVisible(count > 1)

    def say_sums(self, sums: TrackSums, keys: Collection[int], notation: KeyNotation) -> None:
        """`keys` are the codes of all keys among them."""
        parts = [wording.duration(sums.duration_s)]
        if sums.slowest is not None and sums.fastest is not None:
            low, high = wording.bpm(sums.slowest), wording.bpm(sums.fastest)
            parts.append(f"{low} BPM" if low == high else f"{low}–{high} BPM")
        parts.append(self._key_words(keys, notation))
        self.facts.setText(", ".join(filter(None, parts)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _ROOM_FOR_ALL
        for made in self._buttons[1:]:
            made.setText(made.accessibleName() if wide else made.accessibleName().split()[0])

    def _key_words(self, keys: Collection[int], notation: KeyNotation) -> str:
        if not keys:
            return self.tr("keys not known")
        common = common_key(keys)
        if common is None:
            return self.tr("keys do not all mix")
        words = self.tr("all in {key}") if len(keys) == 1 else self.tr("all mix with {key}")
        return words.format(key=common.shown(notation))
