"""Where a list comes from: the clipboard, a dropped or chosen file. Read and decoded off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from musiclib.errors import KnownError
from musiclib.gui.commands import CommandQueue
from musiclib.gui.dialogs.paste_import.file_reading import (
    ENCODINGS,
    LIST_SUFFIXES,
    ReadFile,
    read_list,
    too_long_message,
)
from musiclib.gui.dialogs.paste_import.notice import Notice
from musiclib.gui.dialogs.paste_import.session import MAX_PASTE_CHARS
from musiclib.gui.widgets.choosers import choose_file

PASTED = "pasted"
_LOOK_CHARS = 10_000


class Intake(QWidget):
    """`taken` carries a text and the name of its source; what is wrong is told in the notice.

    Never shown; a widget only to be the parent of the file chooser.
    """

    taken = Signal(str, str)
    refused = Signal()

    def __init__(self, commands: CommandQueue, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._commands, self._notice = commands, notice

    def from_clipboard(self) -> str:
        """Take the clipboard if it looks like a list; returns the text taken."""
        mime = _clipboard()
        if mime is None:
            return ""
        if mime.hasUrls() and (paths := local_files(mime)):
            if Path(paths[0]).suffix.lower() in LIST_SUFFIXES:
                self.read_files(paths)
            return ""
        text = mime.text()
        if sum(bool(line.strip()) for line in text[:_LOOK_CHARS].splitlines()) < 2:
            return ""
        return text if self.give(text) else ""

    def give(self, text: str, source: str = PASTED) -> bool:
        """Take this text, unless it is none or too long."""
        if len(text) > MAX_PASTE_CHARS:
            self.too_long(len(text))
            return False
        if "\0" in text[:_LOOK_CHARS]:
            words = self.tr("This is no text. Copy the tracklist as text and paste it again.")
            self._notice.tell(words, "error")
            return False
        self.taken.emit(text, source)
        return True

    def too_long(self, length: int) -> None:
        self._notice.tell(too_long_message(length), "error")

    def choose_file(self) -> None:
        """Ask for a file."""
        patterns = " ".join(f"*{suffix}" for suffix in LIST_SUFFIXES)
        filters = [self.tr("Lists ({patterns})").format(patterns=patterns), self.tr("All files (*)")]
        chooser = choose_file(self.window(), self.tr("Open a list"), filters, self._read_chosen)
        chooser.rejected.connect(self.refused)

    def _read_chosen(self, path: str) -> None:
        self.read_files([path])

    def read_files(self, paths: Sequence[str]) -> None:
        """Read the first of these."""
        if paths:
            self._read(Path(paths[0]), None, len(paths) - 1)

    def _read(self, path: Path, encoding: str | None, others: int = 0) -> None:
        self._notice.tell(self.tr("Reading {name}").format(name=path.name))
        done = self._read_first if others else self._read_one
        self._commands.run(partial(read_list, path, encoding), done, self._failed)

    @Slot(object)
    def _read_first(self, read: ReadFile) -> None:
        self._read_one(read)
        if not read.doubtful:
            self._notice.tell(self.tr("One list at a time: {name} was taken.").format(name=read.path.name))

    @Slot(object)
    def _read_one(self, read: ReadFile) -> None:
        self._notice.clear()
        if not self.give(read.text, read.path.name) or not read.doubtful:
            return
        words = self.tr("{name} does not say how its letters are written. If they look wrong, choose here.")
        self._notice.tell(words.format(name=read.path.name), "review")
        self._notice.offer_choice(
            list(dict.fromkeys((read.encoding, *ENCODINGS))),
            read.encoding,
            self.tr("Encoding of the file"),
            partial(self._read, read.path),
        )

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        self._notice.tell(str(error), "error")
        self.refused.emit()


def _clipboard() -> QMimeData | None:
    """Qt gives nothing where the clipboard is empty, whatever its stubs say."""
    return QGuiApplication.clipboard().mimeData()


def local_files(mime: QMimeData) -> list[str]:
    """The files a mime object names."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
