"""The rule of a pack as controls: each change of it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from musiclib.domain.packs import PackRule, Within
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import SegmentedControl, label
from musiclib.gui.widgets.setting_rows import AmountSetting


def _tr(text: str) -> str:
    return QCoreApplication.translate("packs", text)


class PackRuleForm(QWidget):
    """`changed` is sent with a `PackRule` that makes sense; an end that passes the other moves it along."""

    changed = Signal(object)

    def __init__(self, theme: Theme, rule: PackRule) -> None:
        super().__init__()
        self._theme, self.rule = theme, rule
        self.within = SegmentedControl(
            theme,
            [
                (Within.ARTIST.value, _tr("Artist"), ""),
                (Within.GENRE.value, _tr("Genre"), ""),
                (Within.DECADE.value, _tr("Decade"), ""),
                (Within.LIBRARY.value, _tr("Library"), ""),
            ],
            _tr("Compared with"),
        )
        self.within.chosen.connect(lambda key: self._set(replace(self.rule, within=Within(key))))
        self.low = self._amount(_tr("From per cent"), (0, 99), rule.low, self._set_low)
        self.high = self._amount(_tr("To per cent"), (1, 100), rule.high, self._set_high)
        self.tracks = self._amount(
            _tr("Tracks at most"), (1, 10_000), rule.tracks, lambda n: self._set(replace(self.rule, tracks=n))
        )
        self.each = self._amount(
            _tr("Tracks of one artist at most"),
            (1, 10_000),
            rule.each,
            lambda n: self._set(replace(self.rule, each=n)),
        )
        self.familiar = self._amount(
            _tr("Familiar per cent at least"),
            (0, 100),
            rule.familiar,
            lambda n: self._set(replace(self.rule, familiar=n)),
        )
        self.least = self._amount(
            _tr("Smallest group"), (1, 10_000), rule.least, lambda n: self._set(replace(self.rule, least=n))
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.space(6))
        grid.setVerticalSpacing(theme.space(2))
        grid.addLayout(self._line(_tr("Within"), self.within), 0, 0)
        grid.addLayout(self._line(_tr("Known"), self.low, _tr("to"), self.high, _tr("%")), 0, 1)
        grid.addLayout(
            self._line(_tr("At most"), self.tracks, _tr("tracks,"), self.each, _tr("of one artist")), 1, 0
        )
        grid.addLayout(
            self._line(
                _tr("At least"), self.familiar, _tr("% familiar; groups from"), self.least, _tr("tracks")
            ),
            1,
            1,
        )
        grid.setColumnStretch(2, 1)

    def show_rule(self, rule: PackRule) -> None:
        """Have this rule, without telling."""
        self.rule = rule
        self.within.choose(rule.within.value)
        for field, value in (
            (self.low, rule.low),
            (self.high, rule.high),
            (self.tracks, rule.tracks),
            (self.each, rule.each),
            (self.familiar, rule.familiar),
            (self.least, rule.least),
        ):
            field.put(value)

    def _line(self, *parts: str | QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(2))
        for part in parts:
            row.addWidget(label(self._theme, part, "body", "secondary") if isinstance(part, str) else part)
        row.addStretch(1)
        return row

    def _amount(
        self, name: str, bounds: tuple[int, int], value: int, save: Callable[[int], None]
    ) -> AmountSetting:
        made = AmountSetting(self._theme, bounds, value, save)
        made.setAccessibleName(name)
        made.setFixedWidth(self._theme.space(6) * 3)
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        return made

    def _set_low(self, low: int) -> None:
        self._set(replace(self.rule, low=low, high=max(self.rule.high, low + 1)))

    def _set_high(self, high: int) -> None:
        self._set(replace(self.rule, low=min(self.rule.low, high - 1), high=high))

    def _set(self, rule: PackRule) -> None:
        self.show_rule(rule)
        self.changed.emit(rule)
