"""The recordings offered for a row, picked with 1 to 9."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.ids import CandidateId, TrackId
from musiclib.domain.rows import CandidateRow, TrackDetail
from musiclib.gui.delegates.bucket_card import reason_words
from musiclib.gui.wording import duration

_MOST = 9


Act = Callable[[TrackId, CandidateId], None]


def candidate_menu(parent: QWidget, detail: TrackDetail, choose: Act, rule_out: Act) -> QMenu:
    """A menu under the row itself; a figure key picks. It deletes itself when it closes.

    What is ruled out is never offered again by itself; it can still be picked here.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(_tr("Candidates"))
    row = detail.row
    yours = _tr("Your row: {artist} – {title}, {time}")
    head = menu.addAction(
        plain(yours.format(artist=row.artist, title=row.title, time=duration(row.duration_s)))
    )
    head.setEnabled(False)
    menu.addSeparator()
    offered = [each for each in detail.candidates if not each.rejected]
    for place, each in enumerate(offered[:_MOST], 1):
        action = menu.addAction(f"&{place}   {round(each.score)}   {plain(_words(each))}")
        action.setCheckable(True)
        action.setChecked(each.chosen)
        action.triggered.connect(partial(choose, row.id, each.id))
    menu.addSeparator()
    ruled_out = [each for each in detail.candidates if each.rejected]
    for words, some, act in (
        (_tr("Never this one"), offered, rule_out),
        (_tr("Ruled out before"), ruled_out, choose),
    ):
        if not some:
            continue
        under = menu.addMenu(words)
        for each in some[:_MOST]:
            under.addAction(plain(_words(each))).triggered.connect(partial(act, row.id, each.id))
    return menu


def _words(each: CandidateRow) -> str:
    facts = [
        each.album or "",
        str(each.year or ""),
        duration(each.duration_s) if each.duration_s else "",
        *(reason_words(code) for code in each.reasons[:2]),
    ]
    title = f"{each.title} ({each.version})" if each.version else each.title
    return f"{each.artist} – {title}   {', '.join(filter(None, facts))}"


def plain(text: str) -> str:
    """An ampersand of a name is no mnemonic."""
    return text.replace("&", "&&")


def _tr(text: str) -> str:
    return QCoreApplication.translate("buckets", text)
