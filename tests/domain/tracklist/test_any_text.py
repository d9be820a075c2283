"""What holds for any text: nothing raised, no line lost, every span inside its line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from musiclib.domain.tracklist.export import tracks_as_json
from musiclib.domain.tracklist.lessons import learn, line_signature
from musiclib.domain.tracklist.model import FIELDS, ColumnMap, Lesson, ParseContext, Span, Tracklist, Verdict
from musiclib.domain.tracklist.parser import parse_tracklist

PIECES = [
    *("Artist", "Title (Original Mix)", "[Label]", "feat. Guest", "ID", "50 Cent", "b2b", "by", "w/"),
    *("01.", "2)", "A1", "[12]", "#3", "Track 4:", "00:00", "[1:02:03]", "3:45", "12", "٣", "７"),
    *(
        " - ",
        " – ",
        "\u2014",
        " | ",
        "\t",
        " / ",
        " ~ ",
        ": ",
        ", ",
        ";",
        '"',
        "''",
        "“",
        "”",
        "(",
        ")",
        "[",
        "]",
    ),
    *("\n", "\r\n", "\n\n", "\x0b", "\x85", "\u2028", "\ufeff", "\x00", "\ud800", "  ", "    "),
    *(
        "&amp;",
        "&#8211;",
        "**",
        "*",
        "_",
        "`",
        "[x](https://example.org)",
        "<b>",
        "</td>",
        "https://example.org",
    ),
    *(
        "#EXTM3U\n",
        "#EXTINF:12,",
        "TRACK 01 AUDIO\n",
        "INDEX 01 00:00:00\n",
        'TITLE "',
        "[playlist]\n",
        "File1=",
    ),
    *("{", "}", '{"artist":"A","title":"B"}', "title,artist\n", "Artist\tTitle\n", "[ar:x]", "[00:01.20]"),
    *("Tracklist:\n", "Follow me on Instagram: @x", "電気グルーヴ", "「", "」", "مزيج", "🔥", "a" * 300),
]
texts = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def check(text: str, found: Tracklist) -> None:
    lines = text.splitlines()
    assert [line.text for line in found.lines] == lines
    assert [line.number for line in found.lines] == list(range(1, len(lines) + 1))
    for line in found.lines:
        assert line.reason
        assert line.reason != "blank" or line.verdict is Verdict.NOISE
        assert line.track is None or 0 <= line.track < len(found.tracks)
        assert line.verdict is not Verdict.TRACK or line.track is not None
        for span in line.spans:
            assert span.field in FIELDS
            assert 0 <= span.start < span.end <= len(line.text)
    firsts = [line.track for line in found.lines if line.track is not None]
    assert bool(firsts) == bool(found.tracks)
    assert not firsts or min(firsts) == 0
    for track in found.tracks:
        assert track.artist or track.title
    assert len(tracks_as_json(found)) == len(found.tracks)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_any_text_keeps_every_line(text: str) -> None:
    check(text, parse_tracklist(text))


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from(["artist_title", "title_artist", "title_only", None]), st.text(max_size=5))
def test_forced_order_and_artist_keep_every_line(text: str, order: str | None, artist: str) -> None:
    context = ParseContext(album_artist=artist or None, order=order)  # type: ignore[arg-type] # drawn from Order
    check(text, parse_tracklist(text, context))


@settings(max_examples=200, deadline=None)
@given(
    texts,
    st.sampled_from([",", ";", "\t", "|", "  ", "x"]),
    st.lists(st.sampled_from([*FIELDS, None]), max_size=6),
)
def test_any_column_mapping_keeps_every_line(text: str, delimiter: str, mapping: list[str | None]) -> None:
    columns = ColumnMap(delimiter, tuple(str(n) for n in mapping), (), tuple(mapping), len(text) % 2 == 0)
    check(text, parse_tracklist(text, ParseContext(columns=columns)))


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(0, 400), st.integers(0, 400))
def test_any_lesson_keeps_every_line(text: str, cut: int, end: int) -> None:
    line = next(iter(text.splitlines()), "")
    middle, stop = cut % (len(line) + 1), end % (len(line) + 1)
    lesson = learn(line, [Span("artist", 0, middle), Span("title", middle, stop)])
    assert lesson == Lesson.from_dict(lesson.as_dict())
    assert lesson.signature == line_signature(line)
    check(text, parse_tracklist(text, ParseContext(hints=(lesson,))))
