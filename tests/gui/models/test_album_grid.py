"""The album model: groups that add up, filters, and an order that waits for calm."""

from collections import Counter
from dataclasses import replace

from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from musiclib.gui.models.album_grid import AlbumGridModel, AlbumGroup, AlbumSort, group_of
from musiclib.gui.stores import AlbumStore
from tests.gui.rows import album, counts

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
ALBUMS = [
    album(1, counts(done=3)),
    album(2, counts(done=1, running=1)),
    album(3, counts(done=1, review=1, running=1)),
    album(4, counts(error=1, done=2)),
    album(5, counts(waiting=2)),
    album(6, counts(queued=2), paused=True),
    album(7, counts(done=1, not_found=1)),
    album(8, counts(done=1, partial=1)),
    album(9, counts(locked=2)),
]


def test_every_album_is_in_one_group() -> None:
    groups = [group_of(row) for row in ALBUMS]
    assert groups == [
        AlbumGroup.COMPLETE,
        AlbumGroup.IN_PROGRESS,
        AlbumGroup.NEEDS_YOU,
        AlbumGroup.NEEDS_YOU,
        AlbumGroup.WAITING,
        AlbumGroup.WAITING,
        AlbumGroup.NOT_FOUND,
        AlbumGroup.PARTIAL,
        AlbumGroup.COMPLETE,
    ]


def test_counts_add_up_to_all(qapp: object) -> None:
    store = AlbumStore()
    store.replace(ALBUMS)
    model = AlbumGridModel(store)
    assert sum(model.group_counts().values()) == len(ALBUMS)
    for group, count in model.group_counts().items():
        model.set_filter(group, "")
        assert model.rowCount() == count


def test_counts_follow_what_comes_changes_and_goes(qapp: object) -> None:
    store = AlbumStore()
    model = AlbumGridModel(store)
    store.apply(ALBUMS)
    store.apply([replace(ALBUMS[1], revision=2, counts=counts(done=2))])
    store.remove([ALBUMS[0].id, ALBUMS[4].id])
    left = Counter(group_of(row) for row in store.rows())
    assert model.group_counts() == {group: left[group] for group in AlbumGroup}
    assert left[AlbumGroup.COMPLETE] == 2
    store.replace(ALBUMS[:1])
    assert model.group_counts()[AlbumGroup.COMPLETE] == sum(model.group_counts().values()) == 1


def test_the_model_obeys_qt_and_re_sorts_when_calm(qtbot: QtBot) -> None:
    store = AlbumStore()
    model = AlbumGridModel(store)
    tester = QAbstractItemModelTester(model, FATAL)
    store.replace(ALBUMS)
    model.set_sort(AlbumSort.TITLE)
    store.apply([replace(ALBUMS[0], revision=2, title="Zulu")])
    first = model.album_at(0)
    assert first is not None
    assert first.title == "Zulu"
    qtbot.waitUntil(lambda: model.place_of(ALBUMS[0].id) == len(ALBUMS) - 1, timeout=3000)
    store.remove([ALBUMS[3].id])
    store.apply([album(20)])
    model.set_filter(None, "album 20")
    assert model.rowCount() == 1
    del tester
