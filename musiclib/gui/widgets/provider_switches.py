"""The sources on the network, each to be switched on and off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from musiclib.domain.queue import QueueSummary
from musiclib.domain.queue_words import provider_sentence
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.models.provider_facts import PROVIDERS, gives
from musiclib.gui.widgets.controls import label, rule


class ProviderSwitches(QFrame):
    """A row for each: its name, what it gives, and what it does now."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self.setProperty("card", "true")
        self.boxes: dict[str, QCheckBox] = {}
        self._now: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for place, name in enumerate(PROVIDERS):
            if place:
                column.addWidget(rule())
            box = QCheckBox(wording.source_name(name))
            box.setFont(theme.font("title_in_row"))
            box.setAccessibleDescription(gives(name))
            box.toggled.connect(partial(self._switch, name))
            now = label(theme, "", "small", "secondary")
            now.setFont(theme.font("small", tabular=True))
            self.boxes[name], self._now[name] = box, now
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(box)
            what = label(theme, gives(name), "small", "secondary", wrap=True)
            what.setIndent(theme.space(6))
            words.addWidget(what)
            row = QHBoxLayout()
            row.setContentsMargins(theme.space(4), theme.space(2), theme.space(4), theme.space(2))
            row.setSpacing(theme.space(4))
            row.addLayout(words, 1)
            row.addWidget(now)
            column.addLayout(row)
        self._mark()
        context.preferences.changed.connect(self._mark)

    def show_summary(self, summary: QueueSummary) -> None:
        """What each does at this moment."""
        clock = wording.clock(self._context.now())
        for each in summary.providers:
            if each.name in self._now:
                self._now[each.name].setText(provider_sentence(each, clock, self.tr))

    @Slot()
    def _mark(self) -> None:
        off = self._context.preferences.settings.disabled_providers
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name not in off)
            box.blockSignals(False)

    def _switch(self, name: str, on: bool) -> None:
        others = [each for each in self._context.preferences.settings.disabled_providers if each != name]
        self._context.preferences.update(disabled_providers=tuple(others if on else [*others, name]))
        self._context.commands.run(self._context.library.enrichment.summary, self._told)

    @Slot(object)
    def _told(self, summary: QueueSummary) -> None:
        self.show_summary(summary)
