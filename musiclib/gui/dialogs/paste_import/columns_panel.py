"""What each column of a table holds: header, a sample, and a field that can be chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from musiclib.domain.tracklist.model import FIELDS, ColumnMap
from musiclib.gui.models.parsed_fields import field_words
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import ElidedLabel, label

_MOST = 80
"""Columns offered for change; a wider table is read, but not laid out here."""
_SHOWN = 8.5
"""Columns seen at once; of a wider table one half column says that there are more."""


class ColumnsPanel(QWidget):
    """`mapped` carries the `ColumnMap` with one column's meaning changed."""

    mapped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._columns: ColumnMap | None = None
        self._boxes: list[QComboBox] = []
        self._head = head = QHBoxLayout()
        head.addWidget(label(theme, self.tr("Columns"), "body_strong"))
        self._about = label(theme, "", "small", "secondary")
        head.addWidget(self._about)
        head.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(2), theme.space(2), theme.space(2))
        column.setSpacing(theme.space(1))
        column.addLayout(head)
        column.addWidget(self._area)

    def show_columns(self, columns: ColumnMap) -> None:
        """Take the columns of a reading; the boxes stay where only their answers changed."""
        same = self._columns is not None and (self._columns.headers, self._columns.sample) == (
            columns.headers,
            columns.sample,
        )
        self._columns = columns
        if not same:
            self._rebuild(columns)
        for box, field in zip(self._boxes, columns.mapping, strict=False):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(field or ""))
            box.blockSignals(False)
        used = sum(field is not None for field in columns.mapping)
        words = self.tr("{n} of {all} columns are used, separated by {sign}")
        self._about.setText(
            words.format(n=used, all=len(columns.mapping), sign=self._sign(columns.delimiter))
        )

    def sizeHint(self) -> QSize:
        inside, edge = self._area.widget(), self._column.contentsMargins()
        rows = 0.0
        if inside is not None and self._boxes:
            rows = inside.sizeHint().height() * min(1.0, _SHOWN / len(self._boxes))
        height = self._head.sizeHint().height() + self._column.spacing() + round(rows)
        return QSize(super().sizeHint().width(), height + edge.top() + edge.bottom())

    def boxes(self) -> list[QComboBox]:
        """The choice of each column."""
        return list(self._boxes)

    def _rebuild(self, columns: ColumnMap) -> None:
        theme = self._theme
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, theme.space(2), 0)
        grid.setHorizontalSpacing(theme.space(2))
        grid.setVerticalSpacing(theme.space(1))
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        self._boxes = []
        for place, header in enumerate(columns.headers[:_MOST]):
            name = header if columns.has_header else self.tr("Column {n}").format(n=place + 1)
            box = self._box(place, name)
            grid.addWidget(ElidedLabel(theme, name, "title_in_row"), place, 0)
            sample = columns.sample[place] if place < len(columns.sample) else ""
            grid.addWidget(ElidedLabel(theme, sample, "small", "secondary"), place, 1)
            grid.addWidget(box, place, 2)
            self._boxes.append(box)
        grid.setRowStretch(len(self._boxes), 1)
        self._area.setWidget(inside)

    def _box(self, place: int, name: str) -> QComboBox:
        box = QComboBox()
        box.setFont(self._theme.font("small"))
        box.setProperty("dense", "tiny")
        box.setAccessibleName(self.tr("What column {name} holds").format(name=name))
        box.addItem(field_words(None), "")
        for field in FIELDS:
            box.addItem(field_words(field), field)
        box.currentIndexChanged.connect(lambda _=0: self._chosen(place, box))
        return box

    def _sign(self, delimiter: str) -> str:
        return {
            "\t": self.tr("tabs"),
            ",": self.tr("commas"),
            ";": self.tr("semicolons"),
            "|": self.tr("bars"),
            "  ": self.tr("spaces"),
        }.get(delimiter, delimiter)

    def _chosen(self, place: int, box: QComboBox) -> None:
        if self._columns is not None:
            self.mapped.emit(self._columns.with_field(place, box.currentData() or None))
