"""The head of a candidate's column gets the candidate's own picture."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from musiclib.db.identities import new_id
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import CandidateId
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.candidate_head import CandidateHead
from musiclib.services.review_types import ReviewCandidate


def candidate(*art: ArtRef) -> ReviewCandidate:
    return ReviewCandidate(
        CandidateId(new_id()), "sample", "x", 81.0, {"album": "Nachtlinie"}, (), {}, tuple(art), False
    )


def test_the_picture_comes_by_and_by_and_belongs_to_who_is_shown(qtbot: QtBot, context: AppContext) -> None:
    there, gone = ArtRef("sample", "file", "art/nachtlinie.jpg"), ArtRef("sample", "file", "art/none.jpg")
    head = CandidateHead(context)
    qtbot.addWidget(head)
    head.resize(260, 120)
    head.show_candidate(candidate(gone), 1, ())
    with qtbot.waitSignal(context.previews.ready) as ready:
        head.show_candidate(candidate(there), 1, ())
    assert ready.args == [there]
    art_id = head._art._art_id
    assert art_id is not None
    facts = context.library.art.picture(art_id, None)
    assert facts is not None
    head.show_candidate(candidate(gone), 1, ())
    assert head._art._art_id is None
    head.show_candidate(candidate(there), 2, ())
    assert head._art._art_id == art_id, "known from then on"
    head.show_candidate(candidate(), 3, ())
    assert head._art._art_id is None
