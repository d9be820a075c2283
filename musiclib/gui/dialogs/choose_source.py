"""Which file is the track to be fetched from? The candidates of all sources, best first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from musiclib.domain import transfer_words
from musiclib.domain.reason_words import AGREES, DIFFERS
from musiclib.domain.states import TransferReason, TransferState
from musiclib.domain.transfers import TransferRow
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.line import LineDelegate
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.lines import Line, LinesModel
from musiclib.gui.widgets.controls import button, label, with_key
from musiclib.services.download_types import CandidateChoice

_SIZE = QSize(720, 520)
_KEYS = range(1, 10)


class ChooseSource(Overlay):
    """Reads the candidates when it comes up; each act closes it."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(context.theme, window, _SIZE)
        theme = context.theme
        self._context = context
        self._transfer: TransferRow | None = None
        self._choices: Sequence[CandidateChoice] = ()
        self.setAccessibleName(self.tr("Where to fetch it from"))
        self._title = label(theme, "", "section")
        self._why = label(theme, "", "body", "secondary", wrap=True)
        self._lines = LinesModel(self)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setItemDelegate(LineDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Candidates"))
        self.list.setProperty("framed", "true")
        self.list.activated.connect(self._take)
        self.list.installEventFilter(self)
        nothing = self.tr("None of your sources has offered a file for it.")
        self.none = label(theme, nothing, "body", "secondary")
        self.take = button(theme, self.tr("Fetch this one"), kind="primary", shortcut="Return")
        self.take.clicked.connect(self._take)
        self.refuse = button(theme, self.tr("None of these"), shortcut="X")
        self.refuse.clicked.connect(self._refuse)
        self.keep = button(theme, self.tr("Keep what came"), shortcut="K")
        self.keep.clicked.connect(self._keep)
        self.page = button(theme, self.tr("Open its page"), "arrow-square-out", "flat")
        self.page.clicked.connect(self._open_page)
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._moved)

    def ask(self, transfer: TransferRow) -> None:
        """Come up for this track."""
        if transfer.id is None:
            return
        self._transfer, self._choices = transfer, ()
        title = f"{transfer.title} ({transfer.version})" if transfer.version else transfer.title
        self._title.setText(" – ".join(each for each in (transfer.artist, title) if each))
        now = self._context.now()
        self._why.setText(transfer_words.transfer_why(transfer, now, wording.translate, wording.decimal))
        self._why.setVisible(bool(self._why.text()))
        came = transfer.state is TransferState.REVIEW and transfer.reason is TransferReason.NOT_AS_LISTED
        self.keep.setVisible(came)
        self._show()
        self.present()
        service = self._context.library.downloads
        self._context.commands.run(partial(service.candidates, transfer.id), self._read)

    def wanted_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key == Qt.Key.Key_X:
            self._refuse()
        elif key == Qt.Key.Key_K and self.keep.isVisible():
            self._keep()
        elif event.text().isdigit() and int(event.text()) in _KEYS:
            self._take_at(int(event.text()) - 1)
        else:
            return False
        return True

    @Slot(object)
    def _read(self, choices: Sequence[CandidateChoice]) -> None:
        self._choices = choices
        self._show()
        if choices:
            chosen = next((place for place, each in enumerate(choices) if each.chosen), 0)
            self.list.setCurrentIndex(self._lines.index(chosen))
        self.list.setFocus()

    def _show(self) -> None:
        self._lines.show([self._line(place, each) for place, each in enumerate(self._choices)])
        some = bool(self._choices)
        self.list.setVisible(some)
        self.none.setVisible(not some)
        self.take.setEnabled(some)
        self.refuse.setEnabled(some)
        refuse = self.tr("Not this one") if self._taken() else self.tr("None of these")
        self.refuse.setText(refuse)
        self.refuse.setToolTip(with_key(refuse, "X"))
        self._moved()

    def _line(self, place: int, choice: CandidateChoice) -> Line:
        candidate, ranked = choice.ranked.candidate, choice.ranked
        facts = [
            choice.source_label,
            candidate.suffix.upper(),
            self.tr("{n} kbit/s").format(n=candidate.bitrate_kbps) if candidate.bitrate_kbps else "",
            _size(candidate.size),
            wording.duration(candidate.duration_s) if candidate.duration_s else "",
        ]
        codes = ranked.reasons[:4]
        words = [wording.translate(AGREES.get(code) or DIFFERS.get(code) or code) for code in codes]
        names = " – ".join(each for each in (candidate.artist, candidate.title) if each)
        told = self.tr("taken") if choice.chosen else self.tr("refused") if choice.refused else ""
        right = " · ".join(each for each in (told, f"{ranked.score:.0f}") if each)
        number = f"{place + 1}  " if place + 1 in _KEYS else ""
        detail = "   ".join([", ".join(each for each in facts if each), ", ".join(words)])
        return Line(choice.index, f"{number}{names or candidate.name}", detail, right, quiet=choice.refused)

    @Slot()
    def _moved(self) -> None:
        choice = self._current()
        self.page.setVisible(choice is not None and bool(choice.ranked.candidate.page))

    def _taken(self) -> bool:
        """Whether one of them is taken; before that they are refused together."""
        return any(each.chosen for each in self._choices)

    def _current(self) -> CandidateChoice | None:
        place = self.list.currentIndex().row()
        return self._choices[place] if 0 <= place < len(self._choices) else None

    @Slot()
    def _take(self) -> None:
        self._take_at(self.list.currentIndex().row())

    def _take_at(self, place: int) -> None:
        if self._transfer is not None and self._transfer.id is not None and 0 <= place < len(self._choices):
            self.dismiss()
            self._context.downloads.choose(self._transfer.id, self._choices[place].index)

    @Slot()
    def _refuse(self) -> None:
        if self._transfer is None or self._transfer.id is None or not self._choices:
            return
        came = self.keep.isVisible()
        choice = self._current() if self._taken() and not came else None
        self.dismiss()
        self._context.downloads.refuse(self._transfer.id, None if choice is None else choice.index)

    @Slot()
    def _keep(self) -> None:
        if self._transfer is not None and self._transfer.id is not None:
            self.dismiss()
            self._context.downloads.keep_as_is(self._transfer.id)

    @Slot()
    def _open_page(self) -> None:
        choice = self._current()
        if choice is not None and choice.ranked.candidate.page:
            QDesktopServices.openUrl(QUrl(choice.ranked.candidate.page))

    def _lay_out(self) -> None:
        theme = self._context.theme
        foot = QHBoxLayout()
        foot.setSpacing(theme.space(2))
        foot.addWidget(self.refuse)
        foot.addWidget(self.page)
        foot.addStretch(1)
        cancel = button(theme, self.tr("Cancel"), shortcut="Esc")
        cancel.clicked.connect(self.dismiss)
        for each in (cancel, self.keep, self.take):
            foot.addWidget(each)
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(theme.space(2))
        column.addWidget(self._title)
        column.addWidget(self._why)
        column.addWidget(self.list, 1)
        column.addWidget(self.none)
        column.addStretch(0)
        column.addLayout(foot)


def _size(count: int | None) -> str:
    return transfer_words.size_words(count, wording.translate, wording.decimal) if count else ""
