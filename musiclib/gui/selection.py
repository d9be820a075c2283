"""What is selected in a view, by ranges: of all rows there is one range, but an index for each cell."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionRange
from PySide6.QtWidgets import QAbstractItemView


def selected_rows(view: QAbstractItemView) -> list[int]:
    """From the top, of a view in which rows are selected whole."""
    return sorted({row for each in _ranges(view) for row in range(each.top(), each.bottom() + 1)})


def has_several(view: QAbstractItemView) -> bool:
    """Whether more than one row is selected."""
    return selected_count(view) > 1


def selected_count(view: QAbstractItemView) -> int:
    """How many rows are selected."""
    return sum(each.height() for each in _ranges(view))


def _ranges(view: QAbstractItemView) -> list[QItemSelectionRange]:
    selection = view.selectionModel().selection()
    return [selection.at(place) for place in range(selection.count())]
