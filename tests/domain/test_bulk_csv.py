"""CSV files of runs, as a spreadsheet leaves them: read right, or refused with the line."""

from __future__ import annotations

from uuid import UUID

import pytest

from musiclib.domain.bulk_csv import CsvRefused, CsvRow, plan_csv, read_csv
from musiclib.domain.bulk_plan import CellState, Offer, TrackState, make_plan
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source

ONE, TWO = TrackId(UUID(int=1)), TrackId(UUID(int=2))
SPOTIFY = "4uLU6hMCjMI75M1A2tKUQC"


def offers(row: CsvRow) -> dict[str, list[tuple[object, str]]]:
    return {name: [(each.value, each.source) for each in some] for name, some in row.offers.items()}


def refused(text: str) -> str:
    with pytest.raises(CsvRefused) as error:
        read_csv(text)
    return str(error.value)


def test_the_four_columns_of_a_fetch_are_spotifys_words() -> None:
    read = read_csv(
        f"track_id,spotify_id,spotify_popularity,isrc\n{ONE},{SPOTIFY},0,gb-aye-06-01498\n{TWO},,,\n"
    )
    assert read.fields == ("isrc", "popularity", "spotify_id")
    assert offers(read.rows[0]) == {
        "isrc": [("GBAYE0601498", Source.SPOTIFY)],
        "popularity": [(0, Source.SPOTIFY)],
        "spotify_id": [(SPOTIFY, Source.SPOTIFY)],
    }
    assert read.rows[1].offers == {}


@pytest.mark.parametrize(
    "text",
    [
        f"track_id;popularity;notes\n{ONE};73;x;\n",
        f"sep=;\r\npopularity;Track ID\r\n73,0;{ONE}\r\n",
        f"\ufefftrack_id\tpopularity\n\n{str(ONE).upper()}\t7.3E+01\n\t\n",
        f'"track_id","popularity","label"\r"{ONE}","7,3E+01","said ""so"",\nin two lines"\r',
        f"id|popularity|popularity_source\n{ONE}| 73 |\n{ONE}|73|\n",
    ],
)
def test_delimiters_marks_orders_and_numbers_of_spreadsheets(text: str) -> None:
    (row,) = read_csv(text).rows
    assert (row.track_id, row.offers["popularity"]) == (ONE, (Offer(73, Source.MANUAL.value),))


def test_sources_may_be_named_by_code_or_by_name() -> None:
    read = read_csv(
        "track_id,popularity,popularity_source,genres,genres_source,sure,what\n"
        f"{ONE},5,DEEZER,House; Dub,by hand,71,?\n"
    )
    (row,) = read.rows
    assert row.offers["popularity"] == (Offer(5, Source.DEEZER.value, 71),)
    assert offers(row)["genres"] == [(["House", "Dub"], Source.MANUAL)]
    assert read.passed_over == ("what",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("artist,title\na,b\n", "no column track_id, only artist, title"),
        (f"track_id,artist\n{ONE},b\n", "no column with values"),
        (f"track_id,isrc,ISRC\n{ONE},,\n", "two columns are called ISRC"),
        ("track_id,isrc\n\n12e45,\n", "Line 3: “12e45” is no id"),
        (f"track_id,isrc\n{ONE},1.2E+11\n", "Line 2: isrc is “1.2E+11”. An ISRC looks like"),
        (
            f"track_id,popularity\n{ONE},101\n",
            "Line 2: popularity is “101”. It is a whole number from 0 to 100",
        ),
        (f"track_id,popularity\n{ONE},-1\n", "from 0 to 100"),
        (f"track_id,popularity\n{ONE},73.5\n", "whole number"),
        (f"track_id,popularity\n{ONE},{'9' * 5000}\n", "whole number"),
        (f"track_id,popularity\n{ONE},1e999\n", "whole number"),
        (f"track_id,popularity\n{ONE},NaN\n", "whole number"),
        (f"track_id,spotify_id\n{ONE},4.2E+21\n", "have it read the column as text"),
        (f"track_id,isrc\n{ONE},a,b\n", "Line 2 has 3 cells, the first line 2"),
        (f"track_id,year\n{ONE},1999\n{TWO},\n{ONE},2001\n", f"Lines 2 and 4 speak of the same track {ONE}"),
        (f'track_id,label\n{TWO},x\n{ONE},"open\n', "Line 3: the quotation marks do not match"),
        (f"track_id,label,label_source\n{ONE},x,my cousin\n", "there is no source “my cousin”"),
        (f"track_id,year_new,year_write\n{ONE},1999,yes\n", "The column seen is missing"),
        (f"track_id,year_new,year_write,seen\n{ONE},,yes,k\n", "year_new is empty"),
        (f"track_id,year_new,year_write,seen\n{ONE},1999,perhaps,k\n", "Write yes or no"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text: str, said: str) -> None:
    assert said in refused(text)


def test_many_wrong_lines_are_told_at_once_but_not_without_end() -> None:
    lines = refused("track_id,popularity\n" + f"{ONE},x\n" * 500).splitlines()
    assert len(lines) == 21
    assert lines[1].startswith("Line 3:")


def test_a_plan_comes_back_as_it_was_saved() -> None:
    nothing = TrackState(ONE, "A", "T", None, {"popularity": 3}, {}, frozenset(), {})
    locked = TrackState(TWO, 'B "quoted"', "T; U", None, {"popularity": 4}, {}, frozenset({"popularity"}), {})
    offered = {
        each: {"popularity": (Offer(9, "deezer"),), "label": (Offer("L, M", "itunes"),)}
        for each in (ONE, TWO)
    }
    plan = make_plan("x", [nothing, locked], offered, ("label", "popularity"))
    assert [column.count(CellState.WRITE) for column in plan.columns] == [2, 0]
    read = read_csv(plan_csv(plan))
    assert read.is_plan
    assert [row.ticks for row in read.rows] == [
        {"label": True, "popularity": False},
        {"label": True, "popularity": False},
    ]
    assert [row.seen for row in read.rows] == plan.seen
    assert offers(read.rows[1]) == {"label": [("L, M", "itunes")], "popularity": [(9, "deezer")]}
