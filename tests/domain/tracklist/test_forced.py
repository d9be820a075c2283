"""What a person forces: order, artist, column mapping; and what the reading tells them back."""

import pytest

from musiclib.domain.tracklist.model import ColumnMap, ParseContext, ParsedTrack, Span, Tracklist, Verdict
from musiclib.domain.tracklist.parser import parse_tracklist

LIST = "Oda Brandt - Kaltes Feuer\nLumo - Aurora\nMt. Sable - Driftwood\n"
TABLE = "Nr;Spieler;Stück;Länge\n1;Oda Brandt;Kaltes Feuer;5:12\n2;Lumo;Aurora;6:01\n"


def names(found: Tracklist) -> list[tuple[str, str]]:
    return [(track.artist, track.title) for track in found.tracks]


def test_order_can_be_turned_for_all_rows() -> None:
    found = parse_tracklist(LIST, ParseContext(order="title_artist"))
    assert names(found) == [("Kaltes Feuer", "Oda Brandt"), ("Aurora", "Lumo"), ("Driftwood", "Mt. Sable")]
    assert found.order == "title_artist"
    assert parse_tracklist(LIST).order == "artist_title"


def test_order_title_only_keeps_the_whole_row() -> None:
    found = parse_tracklist(LIST, ParseContext(order="title_only", album_artist="Various"))
    assert names(found)[0] == ("Various", "Oda Brandt - Kaltes Feuer")


def test_order_can_be_turned_in_tables_and_playlists() -> None:
    table = "Artist,Title\nA,B\nC,D\n"
    assert names(parse_tracklist(table, ParseContext(order="title_artist"))) == [("B", "A"), ("D", "C")]
    playlist = "#EXTM3U\n#EXTINF:10,Lumo - Aurora\na.mp3\n"
    assert names(parse_tracklist(playlist, ParseContext(order="title_artist"))) == [("Aurora", "Lumo")]


def test_columns_are_told_and_can_be_changed() -> None:
    found = parse_tracklist("Track Name,Artist Name,Note\nAurora,Lumo,2016\nRost,Oda Brandt,2011\n")
    columns = found.columns
    assert columns is not None
    assert columns.delimiter == ","
    assert columns.headers == ("Track Name", "Artist Name", "Note")
    assert columns.sample == ("Aurora", "Lumo", "2016")
    assert columns.mapping == ("title", "artist", None)
    changed = parse_tracklist(
        "Track Name,Artist Name,Note\nAurora,Lumo,2016\n", ParseContext(columns=columns.with_field(2, "year"))
    )
    assert changed.tracks == (ParsedTrack("Lumo", "Aurora", year=2016),)


def test_a_field_stands_in_one_column_only() -> None:
    columns = ColumnMap(",", ("a", "b"), ("x", "y"), ("artist", "title"))
    assert columns.with_field(1, "artist").mapping == (None, "artist")
    assert columns.with_field(0, None).mapping == (None, "title")


def test_unknown_headers_can_be_mapped_by_hand() -> None:
    mapping = ColumnMap(
        ";", ("Nr", "Spieler", "Stück", "Länge"), (), ("position", "artist", "title", "duration")
    )
    found = parse_tracklist(TABLE, ParseContext(columns=mapping))
    assert found.tracks[1] == ParsedTrack("Lumo", "Aurora", position="2", duration_s=361)
    assert found.lines[0].verdict is Verdict.HEADING


def test_spans_show_where_each_field_lies() -> None:
    text = (
        "Tracklist:\n1. [0:00] **Lumo** &amp; Pell – Aurora (Live) [PK 7]\n2. [3:10] **Oda** – Rost [PK 8]\n"
    )
    line = parse_tracklist(text).lines[1]
    assert [(span.field, line.text[span.start : span.end]) for span in line.spans] == [
        ("position", "1"),
        ("start", "0:00"),
        ("artist", "Lumo** &amp; Pell"),
        ("title", "Aurora (Live)"),
        ("label", "PK 7"),
    ]
    assert all(isinstance(span, Span) for span in line.spans)


def test_title_and_artist_of_the_album_are_suggested() -> None:
    found = parse_tracklist(
        "Nadja Quell @ Old Dock, Hull 2021-05-01\n\n[00:00] Lumo - Aurora\n[04:00] Oda - Rost\n"
    )
    assert found.title == "Nadja Quell @ Old Dock, Hull 2021-05-01"
    assert found.album_artist == "Nadja Quell"
    assert names(found) == [("Lumo", "Aurora"), ("Oda", "Rost")]


def test_doubtful_rows_are_marked() -> None:
    found = parse_tracklist(
        "1. Oda Brandt - Kaltes Feuer\n2. Lumo - Aurora\n3. Driftwood\n4. Hana Mori - Glass\n"
    )
    assert [line.verdict for line in found.lines] == [
        Verdict.TRACK,
        Verdict.TRACK,
        Verdict.UNSURE,
        Verdict.TRACK,
    ]
    assert found.lines[2].reason == "no_separator"
    assert names(found)[2] == ("", "Driftwood")


def test_unknown_music_waits() -> None:
    found = parse_tracklist(
        "0:00 Lumo - Aurora\n3:00 ID - ID\n6:00 Oda Brandt - ID (Lumo Remix)\n9:00 Id Theft - Me\n"
    )
    assert [track.is_id for track in found.tracks] == [False, True, True, False]


def test_rows_played_with_the_one_before() -> None:
    found = parse_tracklist("[00:00] Lumo - Aurora\nw/ Oda Brandt - Rost\n[04:00] Mt. Sable - Driftwood\n")
    assert [track.played_with_previous for track in found.tracks] == [False, True, False]


@pytest.mark.parametrize(
    ("label", "number", "name"),
    [
        ("Ninja Cat ZEN 12", "ZEN 12", "Ninja Cat"),
        ("Chain | CR15", "CR15", "Chain"),
        ("STB005", "STB005", None),
        ("Plain", None, "Plain"),
        (None, None, None),
    ],
)
def test_label_and_catalogue_number(label: str | None, number: str | None, name: str | None) -> None:
    text = f"Oda - Rost [{label}]" if label else "Oda - Rost"
    track = parse_tracklist(f"{text}\nLumo - Aurora [Polar Records]").tracks[0]
    assert (track.label, track.catalog_number, track.label_name) == (label, number, name)


def test_empty_and_blank_texts_have_no_tracks() -> None:
    assert parse_tracklist("").lines == ()
    found = parse_tracklist("\n  \n\ufeff\n")
    assert [line.reason for line in found.lines] == ["blank", "blank", "blank"]
    assert found.tracks == ()
