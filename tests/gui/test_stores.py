"""Stores keep the newest row and tell only what changed."""

from dataclasses import replace

from musiclib.gui.stores import TrackStore
from tests.gui.rows import track


def test_only_newer_rows_count(qapp: object) -> None:
    store = TrackStore()
    told: list[tuple[str, list[object]]] = []
    store.added.connect(lambda ids: told.append(("added", ids)))
    store.changed.connect(lambda ids: told.append(("changed", ids)))
    first = track(1, revision=5)
    store.apply([first, track(2)])
    store.apply([replace(first, revision=4, title="late")])
    store.apply([first])
    store.apply([replace(first, revision=6, title="new")])
    assert told == [("added", [first.id, track(2).id]), ("changed", [first.id])]
    held = store.get(first.id)
    assert held is not None
    assert held.title == "new"


def test_a_reload_does_not_bring_back_an_older_row(qapp: object) -> None:
    store = TrackStore()
    store.apply([track(1, revision=9, title="by the worker")])
    store.replace([track(1, revision=3, title="read before that"), track(2)])
    assert [row.title for row in store.rows()] == ["by the worker", "Title 2"]


def test_removing_tells_once_and_only_what_was_there(qapp: object) -> None:
    store = TrackStore()
    store.apply([track(1)])
    told: list[list[object]] = []
    store.removed.connect(told.append)
    store.remove([track(1).id, track(2).id])
    store.remove([track(1).id])
    assert told == [[track(1).id]]
    assert len(store) == 0


def test_the_oldest_leave_but_not_what_is_looked_at(qapp: object) -> None:
    store = TrackStore(most=8)
    store.pin("a page", [track(1).id, track(30).id])
    store.apply([track(number) for number in range(20)])
    assert len(store) == 6
    assert store.get(track(1).id) is not None
    assert store.get(track(19).id) is not None
    told: list[list[object]] = []
    store.stirred.connect(told.append)
    store.news([track(1, revision=2), track(2, revision=2), track(30)])
    assert told == [[track(1).id, track(2).id, track(30).id]]
    assert [store.get(track(number).id) is not None for number in (1, 2, 30)] == [True, False, True]
