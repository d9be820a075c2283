"""What the review page asks in a dialog: which recording, which name, which of many to accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from musiclib.domain.ids import TrackId
from musiclib.errors import KnownError
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.accept_many import AcceptMany
from musiclib.gui.dialogs.edit_names import EditNames
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.dialogs.paste_reference import PasteReference
from musiclib.gui.models.review_queue import item_title
from musiclib.gui.questions import Questions
from musiclib.gui.widgets.case_view import names_of
from musiclib.services.review_types import ReviewCandidate, ReviewCase


class ReviewDialogs(Questions):
    """Each lies over the page's window and tells its outcome here."""

    found = Signal(object, list)
    """A track and the `ReviewCandidate`s that what was pasted names, the best first."""
    renamed = Signal(object)
    """The changed `Names`."""
    accepted = Signal(list)
    """(track, candidate) pairs."""
    least_changed = Signal(float)
    """The score from which on all would be accepted."""

    def __init__(self, context: AppContext, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._page = context, page

    def ask_reference(self, case: ReviewCase) -> None:
        """For a link, an ISRC or an MBID; the sources are asked for what it names."""
        track = f"{case.item.artist} – {item_title(case.item)}"
        dialog = PasteReference(self._context.theme, self._page.window(), track)
        dialog.asked.connect(partial(self._find, dialog, case.item.track_id))
        self._present(dialog)

    def ask_names(self, case: ReviewCase) -> None:
        dialog = EditNames(self._context.theme, self._page.window(), names_of(case))
        dialog.wanted.connect(self.renamed)
        self._present(dialog)

    def ask_many(self, least: float, reasons: Mapping[TrackId, str]) -> None:
        """What accepting all from this score would take, to choose from; `reasons` say why each is asked."""
        review = self._context.library.review
        dialog = AcceptMany(self._context, self._page.window(), least, reasons)
        dialog.bar.changed.connect(self.least_changed)
        dialog.accepted.connect(self.accepted)
        self._present(dialog)
        self._context.commands.run(lambda: review.acceptances(0.0), dialog.show_acceptances)

    def _present(self, dialog: Overlay) -> None:
        dialog.closed.connect(dialog.deleteLater)
        dialog.present()

    def _find(self, dialog: PasteReference, track_id: TrackId, text: str) -> None:
        review = self._context.library.review
        self.ask(
            lambda: review.find(track_id, text),
            partial(self._answered, dialog, track_id),
            partial(self._refused, dialog),
        )

    def _answered(
        self, dialog: PasteReference, track_id: TrackId, offered: Sequence[ReviewCandidate]
    ) -> None:
        if isValid(dialog):
            dialog.dismiss()
        self.found.emit(track_id, list(offered))

    def _refused(self, dialog: PasteReference, error: KnownError) -> None:
        """Told where it was asked, or as a toast when that is closed by now."""
        if isValid(dialog) and dialog.isVisible():
            dialog.refuse(error)
        else:
            self._context.shell.toast(str(error))
