"""Finding tracks through the service."""

from __future__ import annotations

from musiclib.bootstrap import Library
from musiclib.domain.track_order import parse_order
from musiclib.domain.track_query import parse_query
from tests.services.helpers import import_new


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
