"""What a plan proposes for a cell, and what ticking does to the sum."""

from __future__ import annotations

from uuid import UUID

import pytest

from musiclib.domain.bulk_plan import CellState, Offer, TrackState, decide, fingerprint, make_plan
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source

W, L, A, K, S = CellState.WRITE, CellState.LEFT_OUT, CellState.ASKS, CellState.LOCKED, CellState.SAME


@pytest.mark.parametrize(
    ("field", "value", "offers", "state"),
    [
        ("label", None, [], S),
        ("label", "A", [("A", "deezer")], S),
        ("label", None, [("A", "deezer")], W),
        ("label", None, [("A", "deezer"), ("B", "itunes")], A),
        ("label", None, [("A", "deezer"), ("B", "itunes"), ("B", "spotify")], W),
        ("label", "A", [("B", "deezer")], L),
        ("label", "A", [("A", "spotify"), ("B", "deezer"), ("B", "itunes")], W),
        ("label", "A", [("A", "spotify"), ("A", "tracklist"), ("B", "deezer"), ("B", "itunes")], L),
        ("label", "A", [("B", "spotify")], W),
        ("isrc", "A", [("B", "deezer"), ("B", "itunes")], A),
        ("isrc", "A", [("B", "spotify")], W),
        ("isrc", "A", [("B", "manual")], W),
        ("genres", ["A"], [(["A"], "deezer")], S),
    ],
)
def test_what_is_proposed(
    field: str, value: object, offers: list[tuple[object, str]], state: CellState
) -> None:
    """The value in force is Spotify's."""
    made = [Offer(each, source) for each, source in offers]  # type: ignore[arg-type]  # any plain value
    assert decide(field, value, Source.SPOTIFY, False, made).state is state  # type: ignore[arg-type]
    locked = decide(field, value, Source.MANUAL, True, made).state  # type: ignore[arg-type]
    assert locked is (S if state is S else K)


def test_doubt_asks_and_what_is_unsure_is_left_out() -> None:
    assert decide("isrc", None, None, False, [Offer("A", "spotify", 100, "artist_differs")]).state is A
    assert decide("isrc", None, None, False, [Offer("A", "spotify", 89)]).state is L
    assert decide("isrc", None, None, False, [Offer("A", "spotify", 89)], sure=80).state is W


def test_every_cell_stands_in_one_count() -> None:
    offered = [
        (Offer("A", "deezer", 95),),
        (Offer("A", "deezer", 50),),
        (Offer("A", "deezer"), Offer("B", "itunes")),
        (),
        (Offer("A", "deezer"),),
    ]
    tracks = [TrackState(TrackId(UUID(int=n)), "A", "T", None, {}, {}, frozenset(), {}) for n in range(5)]
    tracks[4] = TrackState(tracks[4].id, "A", "T", None, {"label": "C"}, {}, frozenset({"label"}), {})
    plan = make_plan(
        "x", tracks, {t.id: {"label": o} for t, o in zip(tracks, offered, strict=True)}, ["label"]
    )
    (column,) = plan.columns

    def states() -> list[CellState]:
        assert sum(plan.count(each) for each in CellState) == plan.cells == 5
        return [CellState(each) for each in column.states]

    assert states() == [W, L, A, S, K]
    column.require(40)
    assert states() == [W, W, A, S, K]
    column.tick(0, False)
    column.require(10)
    assert states() == [L, W, A, S, K]
    column.tick_all(True)
    assert states() == [W, W, A, S, K]
    column.choose(2, column.offers[2][1])
    assert (states(), column.new[2], column.source[2]) == ([W, W, W, S, K], "B", "itunes")
    column.tick(2, False)
    column.tick(4, True)
    assert states() == [W, W, A, S, K]
    assert (column.open, plan.rows_to_write()) == (3, [0, 1])


def test_a_fingerprint_tells_any_change_a_run_goes_by() -> None:
    one = TrackState(TrackId(UUID(int=1)), "A", "T", None, {"label": "L"}, {}, frozenset(), {})
    same = TrackState(
        TrackId(UUID(int=1)), "A", "T", None, {"label": "L", "isrc": None}, {"label": "x"}, frozenset(), {}
    )
    assert fingerprint(one) == fingerprint(same)
    for other in (
        TrackState(one.id, "A", "U", None, {"label": "L"}, {}, frozenset(), {}),
        TrackState(one.id, "A", "T", None, {"label": "M"}, {}, frozenset(), {}),
        TrackState(one.id, "A", "T", None, {"label": "L"}, {}, frozenset({"label"}), {}),
    ):
        assert fingerprint(other) != fingerprint(one)
