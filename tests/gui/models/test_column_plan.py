"""Columns: what is left over is shared, what is drawn is kept, what makes no sense is left out."""

from musiclib.gui.models.column_plan import ColumnPlan
from musiclib.gui.models.track_columns import LEAVE_FIRST, LIBRARY_LAYOUT, TrackColumn


def test_drawing_a_column_moves_only_what_stands_right_of_it() -> None:
    plan = ColumnPlan.of(LIBRARY_LAYOUT)
    before = plan.fitted(1200)
    assert sum(before.values()) <= 1200
    drawn = plan.drawn(TrackColumn.VERSION, before[TrackColumn.VERSION] + 40, 1200)
    after = drawn.fitted(1200)
    assert after[TrackColumn.VERSION] == before[TrackColumn.VERSION] + 40
    assert after[TrackColumn.TITLE] == before[TrackColumn.TITLE]
    assert after[TrackColumn.ARTIST] < before[TrackColumn.ARTIST]
    greedy = plan.drawn(TrackColumn.TITLE, 5000, 1200).fitted(1200)
    assert set(greedy) == set(before), "no column leaves because another was drawn wide"
    assert sum(greedy.values()) <= 1200


def test_columns_drawn_wide_give_way_before_any_leaves() -> None:
    plan = ColumnPlan.of(LIBRARY_LAYOUT).drawn(TrackColumn.ALBUM, 400, 1400)
    assert set(plan.fitted(1100)) == set(plan.fitted(1400))
    narrow = plan.fitted(560)
    assert {TrackColumn.TITLE, TrackColumn.BPM, TrackColumn.KEY, TrackColumn.STATE} <= set(narrow)
    assert not set(LEAVE_FIRST) & set(narrow)


def test_what_is_kept_comes_back_and_nonsense_does_not() -> None:
    plan = ColumnPlan.of(LIBRARY_LAYOUT).showing(TrackColumn.ISRC, True).moved(TrackColumn.ISRC, -4)
    plan = plan.showing(TrackColumn.TITLE, False).drawn(TrackColumn.ARTIST, 200, 1400)
    assert TrackColumn.TITLE in plan.shown, "a row without a title is no row"
    assert ColumnPlan.recalled(LIBRARY_LAYOUT, plan.remembered()) == plan
    seen = [column for column in plan.order if column in plan.shown]
    assert seen.index(TrackColumn.ISRC) == len(seen) - 6
    spoilt = {"order": ["bpm", 7, "nothing"], "shown": "all", "widths": {"bpm": "wide", "key": True}}
    recalled = ColumnPlan.recalled(LIBRARY_LAYOUT, spoilt)
    assert recalled.order[:2] == (TrackColumn.ART, TrackColumn.BPM)
    assert set(recalled.order) == set(plan.order)
    assert recalled.shown == ColumnPlan.of(LIBRARY_LAYOUT).shown
    assert recalled.widths == {}
