"""Smart albums: kept, counted, moved, deleted and brought back."""

import pytest

from musiclib.bootstrap import Library
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from tests.services.helpers import THREE, import_new
from tests.support.database import DIALECTS

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)


def names(library: Library) -> list[str]:
    rows = library.smart_albums.list()
    assert [row.position for row in rows] == list(range(len(rows)))
    return [row.name for row in rows]


def test_searches_are_kept_in_an_order_and_brought_back(library: Library) -> None:
    smart = library.smart_albums
    first = smart.save(" Slow ", "Bpm:..90")
    second, third = smart.save("Fast", "bpm:>140"), smart.save("No ISRC", "no:isrc")
    assert (first.name, first.query, third.query) == ("Slow", "bpm:<=90", "missing:isrc")
    smart.move(third.id, 0)
    smart.rename(second.id, "Faster")
    smart.save("Slower", "bpm:<80", first.id)
    assert names(library) == ["No ISRC", "Slower", "Faster"]
    gone = smart.list()[1]
    smart.delete(gone.id)
    assert names(library) == ["No ISRC", "Faster"]
    with pytest.raises(NotInLibrary):
        smart.rename(gone.id, "Slow")
    library.library.undo()
    assert smart.list()[1] == gone
    assert len(names(library)) == 3


def test_whatever_was_done_to_them_goes_back_and_forth(library: Library) -> None:
    smart, acts = library.smart_albums, library.library
    states: list[object] = [smart.list()]
    row = smart.save("Slow", "bpm:<90")
    states.append(smart.list())
    smart.save("Fast", "bpm:>140")
    for did in (
        lambda: smart.rename(row.id, "Slower"),
        lambda: smart.save("Slowest", "bpm:<80", row.id),
        lambda: smart.move(row.id, 7),
        lambda: smart.delete(row.id),
    ):
        states.append(smart.list())
        did()
    assert [each.name for each in smart.list()] == ["Fast"]
    assert smart.move(smart.list()[0].id, 0).changeset_id is None
    states.append(smart.list())
    for before in reversed(states[:-1]):
        acts.undo()
        assert smart.list() == before
    for after in states[1:]:
        acts.redo()
        assert smart.list() == after
    renamed, deleted = acts.history()[3].id, acts.history()[0].id
    with pytest.raises(ChangedSince, match="“Slower” was changed again"):
        acts.undo(renamed)
    smart.save("Slowest", "bpm:<70")
    with pytest.raises(ChangedSince, match="another smart album is called “Slowest” by now"):
        acts.undo(deleted)


def test_each_is_counted_and_what_makes_no_sense_is_refused(library: Library) -> None:
    smart = library.smart_albums
    rows = import_new(library, THREE).rows
    library.library.set_value(rows[0], "bpm", 128.0)
    slow, missing = smart.save("At 128", "bpm:128"), smart.save("No tempo", "missing:bpm")
    assert smart.counts([slow.id, missing.id]) == {slow.id: 1, missing.id: 2}
    smart.delete(slow.id)
    assert smart.counts([slow.id, missing.id]) == {missing.id: 2}
    for name, query in (("", "bpm:128"), ("NO TEMPO", "bpm:128"), ("All", " "), ("Odd", "bpm:quick")):
        with pytest.raises(BadInput):
            smart.save(name, query)
