"""Asking for a file or a folder without holding up what runs behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(
    parent: QWidget, title: str, filters: Sequence[str], chosen: Callable[[str], object]
) -> QFileDialog:
    """Ask for a file that is there. `filters` as Qt writes them: "Pictures (*.jpg *.png)"."""
    chooser = QFileDialog(parent, title)
    chooser.setNameFilters(list(filters))
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _open(chooser, chosen)


def choose_folder(parent: QWidget, title: str, chosen: Callable[[str], object]) -> QFileDialog:
    """Ask for a folder."""
    chooser = QFileDialog(parent, title)
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    chooser.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(chooser, chosen)


def choose_place(
    parent: QWidget, title: str, name: str, filters: Sequence[str], chosen: Callable[[str], object]
) -> QFileDialog:
    """Ask where to write a file, to be called `name` unless a person says otherwise."""
    chooser = QFileDialog(parent, title)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setNameFilters(list(filters))
    chooser.setDefaultSuffix(name.rpartition(".")[2])
    chooser.selectFile(name)
    return _open(chooser, chosen)


def _open(chooser: QFileDialog, chosen: Callable[[str], object]) -> QFileDialog:
    chooser.fileSelected.connect(chosen)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.open()
    return chooser
