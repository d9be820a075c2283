"""Finding tracks through the service."""

from __future__ import annotations

import pytest

from musiclib.bootstrap import Library
from musiclib.domain.track_order import parse_order
from musiclib.domain.track_query import parse_query
from musiclib.errors import BadInput
from tests.services.helpers import import_new
from tests.support.database import DIALECTS


def test_ids_count_rows_and_completions(library: Library) -> None:
    import_new(library, "Odd Harbour - Lagoon\nNight Porters - Slow Lift\nOdd Harbour - Dot Pitch")
    searching = library.searching
    query = parse_query("odd")
    ids = searching.ids(query, parse_order("title"))
    assert [row.title for row in searching.rows(ids)] == ["Dot Pitch", "Lagoon"]
    assert searching.ids(query, parse_order("-title"), limit=1, offset=1) == ids[:1]
    assert searching.count(query) == 2
    assert [each.text for each in searching.completions(query, "en")] == ["energy:"]
    (missing,) = searching.completions(query, "-energy:m")
    assert (missing.text, missing.count) == ("-energy:missing", 0)
    assert [each.text for each in searching.completions(query, "temp")] == ["bpm:"]
    assert [(each.text, each.count) for each in searching.completions(parse_query(""), "artist:x,ni")] == [
        ('artist:x,"Night Porters"', 1)
    ]
    assert [each.text for each in searching.completions(query, "state:no")] == ["state:not-found"]
    # What takes a look at everything every source says is not counted while somebody types.
    far = searching.completions(query, "clash:b")
    assert [(each.text, each.count) for each in far] == [("clash:bpm", None)]
    for track_id, genres in zip(ids, (["Tech House", "Dub"], ["techno"]), strict=True):
        library.library.set_value(track_id, "genres", genres)
    library.library.set_value(ids[0], "genres", ["Techno", "Tech House"])
    found = searching.completions(parse_query(""), "genre:TE")
    assert [(each.text, each.count) for each in found] == [("genre:techno", 2), ('genre:"tech house"', 1)]


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_what_goes_with_a_track(library: Library) -> None:
    import_new(
        library, "Odd Harbour - Lagoon\nNight Porters - Slow Lift\nTessera - Labyrinth\nMira Voss - Auftakt"
    )
    first, near, far, unknown = (
        library.searching.ids(parse_query(word))[0] for word in ("lagoon", "lift", "labyrinth", "auftakt")
    )
    for track_id, bpm, key in ((first, 124.0, "8A"), (near, 62.5, "9A"), (far, 124.0, "2B")):
        library.library.set_value(track_id, "bpm", bpm)
        library.library.set_value(track_id, "key_code", key)
    (found,) = library.searching.goes_with(first)
    assert (found.track_id, found.why) == (near, "9A is one step up the wheel; 0.8 % faster in double time")
    assert library.searching.goes_with(first, tempo_percent=0.5) == []
    with pytest.raises(BadInput, match="Neither the tempo nor the key"):
        library.searching.goes_with(unknown)
    library.library.undo()
    library.library.undo()
    with pytest.raises(BadInput, match="Neither"):
        library.searching.goes_with(far)
