"""Counting what needs a person as rows come and go."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from musiclib.domain.badges import Badge
from musiclib.domain.states import BadgeState, MatchState
from musiclib.gui.models.match_tally import MatchTally
from musiclib.gui.stores import TrackStore
from tests.gui.rows import track


def test_it_follows_the_store(qapp: QApplication) -> None:
    store = TrackStore()
    asked = track(1, match_state=MatchState.REVIEW)
    store.replace([asked, track(2), track(3, match_state=MatchState.REVIEW, is_id=True)])
    tally = MatchTally(store)
    assert (tally.review, tally.needs_you) == (1, 1)
    broken = Badge(BadgeState.ERROR)
    store.apply([track(2, revision=2, badge=broken), replace(asked, revision=2, badge=broken), track(4)])
    assert (tally.review, tally.needs_you) == (1, 2)
    store.apply([replace(asked, revision=3, match_state=MatchState.MATCHED)])
    assert (tally.review, tally.needs_you) == (0, 1)
    store.apply([track(4, revision=2, match_state=MatchState.REVIEW)])
    store.remove([track(4).id, track(2).id])
    assert (tally.review, tally.needs_you) == (0, 0)
    store.replace([replace(asked, revision=9)])
    assert tally.review == 1
