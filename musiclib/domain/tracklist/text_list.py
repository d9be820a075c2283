"""Free text: statistics of the whole list first, then each line by what the list has shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from musiclib.domain.tracklist import (
    chats,
    endings,
    groups,
    order,
    parts,
    plausible,
    records,
    separators,
    tails,
    taught,
)
from musiclib.domain.tracklist.build import clock_seconds, is_unknown
from musiclib.domain.tracklist.columns import YEAR_AND_LABEL, exchanged
from musiclib.domain.tracklist.headings import Surroundings, find_venue, read_surroundings
from musiclib.domain.tracklist.lines import Row, continues, is_broken, is_markdown
from musiclib.domain.tracklist.marks import find_marks
from musiclib.domain.tracklist.measures import cut_comments, cut_measures, cut_page_words
from musiclib.domain.tracklist.model import (
    Order,
    ParseContext,
    ParsedLine,
    Span,
    Tracklist,
    Verdict,
)
from musiclib.domain.tracklist.noise import (
    HEADING_REASONS,
    beside_audio,
    buttons,
    is_lyrics_file,
    noise_reason,
    summary_reason,
)
from musiclib.domain.tracklist.numbering import settle_marks
from musiclib.domain.tracklist.reading import Reading, part, quoted_title, unmarked_name
from musiclib.domain.tracklist.sections import row_orders
from musiclib.domain.tracklist.selection import Selection, select_rows

_OPENING = frozenset('"「『《〈')
_LED_QUOTE = re.compile(r"(?:[a-z]+ ){1,4}[\"“](?P<title>[^\"“”]+)[\"”]")
_KANA = re.compile("[\u3041-\u30ff]")
_FIXED = {"quote": False, "apostrophe": False, "by": True, "closing": True, "capitals": False}
"""Separators that tell which side is the title: whether it comes first."""
_YEAR_BEHIND = re.compile(r"(?<=\S)\s+\((?P<year>(?:19|20)\d\d)\)$")


@dataclass(slots=True)
class _Result:
    readings: list[Reading]
    main: str
    order: Order


def read_text(lines: Sequence[str], context: ParseContext, format_name: str = "text") -> Tracklist:
    """Read free text; see `parse_tracklist` for the contract."""
    markdown = is_markdown(lines)
    rows = _rows(lines, markdown)
    known = taught.taught_rows(rows, context.hints) if context.hints else {}
    rest = [row for row in rows if row.number not in known]
    _prepare(rest)
    records.join_lone_marks(rest)
    result = _read_any(rest, context)
    _drop_empty(result)
    _drop_doubtful(result, rest)
    surroundings = _surroundings(rest, result, context)
    _fill_artist(result, surroundings, context)
    result.readings.extend(taught.taught_readings(rows, known))
    starred = sum(reading.artist[-1:] == "*" for reading in result.readings) > 1
    for reading in result.readings:
        reading.artist = unmarked_name(reading.artist, starred)
    _drop_empty(result)
    result.readings.sort(key=lambda reading: reading.row.number)
    return _assemble(rows, result, surroundings, format_name)


def _rows(lines: Sequence[str], markdown: bool) -> list[Row]:
    """A row for each line; a line broken within a bracket holds what the next one adds as well."""
    if not any(map(is_broken, lines)):
        return [Row(number, raw, markdown) for number, raw in enumerate(lines, 1)]
    rows: list[Row] = []
    for number, raw in enumerate(lines, 1):
        before = rows[-1] if rows else None
        if before is not None and before.joined is None and continues(before.raw, raw):
            rows[-1] = Row(number - 1, before.raw, markdown, raw)
            rows.append(Row(number, raw, markdown))
            rows[-1].joined, rows[-1].reason = rows[-2], "continued"
        else:
            rows.append(Row(number, raw, markdown))
    return rows


def _read_any(rows: Sequence[Row], context: ParseContext) -> _Result:
    if plausible.is_machine_text(rows):
        return _Result([], "", "artist_title")
    grouped = groups.read_groups(rows) if not context.album_artist and context.order is None else []
    if grouped:
        return _Result(grouped, "", "artist_title")
    return _read_records(rows, context) or _read_rows(rows, context)


def _drop_doubtful(result: _Result, rows: Sequence[Row]) -> None:
    """Take back what has a row's form but not its sense."""
    doubtful = plausible.strangers(result.readings)
    reason = "stranger"
    if plausible.is_no_music(result.readings, rows):
        doubtful, reason = result.readings, "no_music"
    for reading in doubtful:
        reading.row.reason = reason
    if doubtful:
        dropped = {reading.row.number for reading in doubtful}
        result.readings = [reading for reading in result.readings if reading.row.number not in dropped]


def _drop_empty(result: _Result) -> None:
    """A row of nothing but marks is no track."""
    for reading in result.readings:
        if not reading.artist and not reading.title:
            reading.row.reason = "empty"
    result.readings = [reading for reading in result.readings if reading.artist or reading.title]


def _prepare(rows: Sequence[Row]) -> None:
    live = []
    chats.skip_heads(rows)
    lyrics = is_lyrics_file(rows)
    for row in rows:
        if not row.shape or row.shape.isspace():
            row.reason = "blank"
        elif row.number in lyrics:
            row.reason = "lyrics"
        elif not row.reason:
            find_marks(row)
            live.append(row)
    settle_marks(live)
    cut_page_words(live)
    cut_measures(live)
    cut_comments(live)
    for row in live:
        row.reason = summary_reason(row) if row.anchored else noise_reason(row)
    for row in beside_audio(live):
        row.reason = "not_audio"
    for row in buttons(live):
        row.reason, row.anchored = "button", False
    find_venue(live)
    for row in plausible.mail_head(rows):
        row.reason = "mail_head"


def _read_records(rows: Sequence[Row], context: ParseContext) -> _Result | None:
    """Two-line forms; None when the text is not written so."""
    if context.order == "title_only":
        return None
    found = records.anchored_records(rows)
    if not found and not any(row.anchored for row in rows) and not context.album_artist:
        found = _plain_pairs(rows)
    if not found:
        return None
    fields = records.part_fields(found, context.album_artist, any(row.reason == "mark" for row in rows))
    title_first = "artist" in fields and fields.index("title") < fields.index("artist")
    if context.order and "artist" in fields and title_first != (context.order == "title_artist"):
        fields, title_first = exchanged(fields), not title_first
    if "title" in fields:
        place = fields.index("title")
        tails.cut_all([record.parts[place] for record in found if len(record.parts) > place])
    readings = [_read_record(record, fields) for record in found]
    return _Result(readings, "", "title_artist" if title_first else "artist_title")


def _read_record(record: records.Record, fields: Sequence[str | None]) -> Reading:
    first, *others = record.parts
    reading = Reading(first, others=tuple(others), reason="two_lines")
    if not others:
        reading.title, reading.title_at = part(first, first.start, first.end)
        reading.reason, reading.sure = "no_separator", False
        return reading
    for row, name in zip(record.parts, fields, strict=False):
        value, place = part(row, row.start, row.end)
        bullet = row.shape.find(" • ", place[1], place[2])
        if name == "artist" and bullet > 0:
            value, place = records.read_card(row, reading.fields)
        if name == "artist":
            reading.artist, reading.artist_at = value, place
        elif name == "title":
            reading.title, reading.title_at = value, place
            reading.fields.update(row.fields)
        elif name:
            _read_field(reading, row, name, place)
    version = reading.fields.pop("version", "")
    if version and reading.title:
        reading.title = f"{reading.title} ({version})"
    reading.fields.pop("position", None)
    length = reading.fields.pop("duration", "")
    if length and first.duration_s is None:
        first.duration_s = clock_seconds(length)
    return reading


def _read_field(reading: Reading, row: Row, name: str, place: tuple[Row, int, int]) -> None:
    """A line that holds another field; radio logs write 'Album (1972) • Label' in one."""
    _, start, end = place
    bullet = row.shape.find(" • ", start, end)
    if bullet > 0 and name in ("album", "label"):
        reading.fields["label"], (_, low, high) = part(row, bullet + 3, end)
        row.extra += (row.span("label", low, high),)
        name, end = "album", bullet
    dated = YEAR_AND_LABEL.fullmatch(row.shape, start, end) if name == "label" else None
    if dated:
        reading.fields["year"] = dated["year"]
        row.extra += (row.span("year", dated.start("year"), dated.end("year")),)
        start = dated.start("label")
    year = _YEAR_BEHIND.search(row.shape, start, end) if name == "album" else None
    if year:
        reading.fields["year"] = year["year"]
        row.extra += (row.span("year", year.start("year"), year.end("year")),)
        end = year.start()
    reading.fields[name] = part(row, start, end)[0]
    row.extra += (row.span(name, start, end),)


def _plain_pairs(rows: Sequence[Row]) -> list[records.Record]:
    """Pairs of lines without marks; lists whose lines have separators of their own are no such pairs."""
    usable = [row for row in rows if not row.reason]
    divided = sum(bool(separators.present(row)) for row in usable)
    if divided > 0.4 * len(usable):
        return []
    heads = [i for i, row in enumerate(rows) if row.reason == "heading"]
    after = rows[heads[0] + 1 :] if heads else rows
    return records.plain_records(after, bool(heads) and divided <= 0.15 * len(usable))


def _read_rows(rows: Sequence[Row], context: ParseContext) -> _Result:
    selection = select_rows(rows, context)
    chosen = selection.rows
    if not chosen:
        return _Result([], "", "artist_title")
    tails.cut_all(chosen)
    readings = [Reading(row, fields=row.fields) for row in chosen]
    if not selection.main or context.order == "title_only":
        for reading in readings:
            _read_title(reading)
        _quoted_titles(readings, True)
        return _Result(readings, "", "title_only")
    title_first = _cut_all(readings, selection, context)
    _quoted_titles(readings, False)
    endings.labels_below(readings, rows)
    return _Result(readings, selection.main, "title_artist" if title_first else "artist_title")


def _read_title(reading: Reading) -> None:
    row = reading.row
    reading.title, reading.title_at = part(row, row.start, row.end)
    reading.reason = "title"


def _opens_with_quote(reading: Reading) -> bool:
    place = reading.title_at
    if place is None:
        return False
    row, start, _ = place
    return not _OPENING.isdisjoint(row.shape[max(start - 1, 0) : start + 1])


def _quoted_titles(readings: Sequence[Reading], drop_credits: bool) -> None:
    single = [r for r in readings if len(r.title) > 2 and r.title[0] == "'" == r.title[-1]]
    if len(single) >= 2 and len(single) >= 0.4 * len(readings):
        for reading in single:
            reading.title = reading.title[1:-1]
    quoted = [r for r in readings if _opens_with_quote(r)]
    for reading in readings if 3 * len(quoted) >= len(readings) else ():
        led = _LED_QUOTE.fullmatch(reading.title)
        if led:
            reading.title = led["title"]
    if quoted and len(quoted) >= 0.6 * len(readings):
        for reading in quoted:
            if drop_credits and "label" in reading.fields:
                del reading.fields["label"]
                row = reading.row  # what stands behind a quoted title alone is its writers
                row.extra = tuple(span for span in row.extra if span.field != "label")
            reading.title = quoted_title(reading.title, drop_credits)


def _cut_all(readings: Sequence[Reading], selection: Selection, context: ParseContext) -> bool:
    """Cut every row at its separator; returns whether the list is title first."""
    main = selection.main
    parts.cut_codes(readings, main)
    parts.cut_labels(readings, main)
    plan = parts.settle_parts([reading.row for reading in readings], main, context.album_artist)
    if plan:
        readings = _read_plan(readings, main, plan)
    cuts = [_cut(reading, main) for reading in readings]
    performed = endings.performed(cuts, readings)
    orders = [True] * len(cuts) if performed else _orders(readings, cuts, selection, context)
    cuts = performed or cuts
    for reading, (kind, cut), title_first in zip(readings, cuts, orders, strict=True):
        _read_cut(reading, kind, cut, title_first, main)
    parts.cut_tags(readings)
    if main in ("by", "closing"):
        parts.cut_sources(readings)
    if main == "closing":
        parts.cut_albums(readings)
    if main not in _FIXED and not context.order:
        _turn_single_lines(readings)
    return orders[0] if orders else context.order == "title_artist"


def _orders(
    readings: Sequence[Reading],
    cuts: Sequence[tuple[str, separators.Cut | None]],
    selection: Selection,
    context: ParseContext,
) -> list[bool]:
    """Whether each row is title first."""
    main = selection.main
    if context.order or main in _FIXED:
        return [context.order == "title_artist" if context.order else _FIXED[main]] * len(cuts)
    pairs = [
        (r.row.shape[r.row.start : cut.start()].strip(), r.row.shape[cut.end() : r.row.end].strip())
        if cut and kind == main
        else None
        for r, (kind, cut) in zip(readings, cuts, strict=True)
    ]
    rows = [reading.row for reading in readings]
    bias = 0.6 if main in ("slash", "comma", "wide") else 1.5
    if main in ("slash", "wide") and sum(_KANA.search(row.text) is not None for row in rows) >= 0.3 * len(
        rows
    ):
        bias = -0.5  # Japanese lists write 'Title / Artist'
    return row_orders(rows, pairs, selection.stated, context.album_artist, bias)


def _read_plan(readings: Sequence[Reading], main: str, plan: Sequence[str | None]) -> list[Reading]:
    """Read the rows that have the planned parts; returns the others."""
    others = []
    for reading in readings:
        cells = parts.cells_of(reading.row, main)
        if len(cells) == len(plan):
            parts.read_parts(reading, cells, plan)
        else:
            others.append(reading)
    return others


def _cut(reading: Reading, main: str) -> tuple[str, separators.Cut | None]:
    cut = separators.cut_of(main, reading.row)
    if cut:
        return main, cut
    other = separators.fallback(reading.row, main, weak=True)
    return other or ("", None)


def _read_cut(reading: Reading, kind: str, cut: separators.Cut | None, title_first: bool, main: str) -> None:
    row = reading.row
    if cut is None:
        _read_title(reading)
        if is_unknown(reading.title):
            reading.artist = reading.title.partition("(")[0].strip()
        if not reading.artist:
            reading.sure, reading.reason = False, "no_separator"
        return
    if title_first and kind == main == "dash" and cut.re is separators.PATTERNS["dash"]:
        cut = separators.find_last(kind, row) or cut
    left, left_at = part(row, row.start + (kind == "closing"), _name_end(row, cut, kind))
    begin = cut.start() if kind == "quote" else cut.end()
    right, right_at = part(row, begin, row.end)
    reading.artist, reading.artist_at, reading.title, reading.title_at = left, left_at, right, right_at
    first = _FIXED.get(kind, title_first)
    if first:
        reading.swap()
    if kind == "apostrophe":
        endings.read_rest(reading)
    if kind == "quote":
        reading.title = quoted_title(reading.title, False)
    reading.reason = "artist_title" if kind == main else f"by_{kind}"
    endings.read_pipe_label(reading, kind)


def _name_end(row: Row, cut: separators.Cut, kind: str) -> int:
    """Where the left part ends: a colon may stand before a quoted title as well."""
    return row.start + len(row.shape[row.start : cut.start()].rstrip(" :-" if kind == "quote" else None))


def _turn_single_lines(readings: Sequence[Reading]) -> None:
    pairs = [(r.artist, r.title) for r in readings if r.artist and r.title]
    evidence = order.known_names(pairs)
    for reading in readings:
        if reading.artist and reading.title and order.swapped((reading.artist, reading.title), evidence):
            reading.swap()
            reading.reason = "turned"


def _surroundings(rows: Sequence[Row], result: _Result, context: ParseContext) -> Surroundings:
    first = min((r.row.number for r in result.readings), default=len(rows) + 1)
    before = [row for row in rows if row.number < first and row.reason != "blank" and row.joined is None]
    found = read_surroundings(before)
    if context.album_artist:
        found = replace(found, row_artist=context.album_artist, artist=context.album_artist)
    return found


def _fill_artist(result: _Result, surroundings: Surroundings, context: ParseContext) -> None:
    """Rows that name no artist take the one that stands above the list or was given."""
    if context.album_artist:
        _strip_known_artist(result, context.album_artist)
    if result.order == "title_only" or context.album_artist:
        for reading in result.readings:
            if not reading.artist and surroundings.row_artist:
                reading.artist = surroundings.row_artist
                reading.sure = reading.sure or reading.reason == "no_separator"
            if result.order == "title_only" and surroundings.album:
                reading.fields.setdefault("album", surroundings.album)
                if surroundings.year:
                    reading.fields.setdefault("year", surroundings.year)
    elif surroundings.various and surroundings.album:
        for reading in result.readings:
            reading.fields.setdefault("album", surroundings.album)


def _strip_known_artist(result: _Result, artist: str) -> None:
    """'Artist - Title' among titles of one artist."""
    for reading in result.readings:
        place = reading.title_at
        if reading.artist or place is None:
            continue
        row, start, end = place
        cut = separators.find("dash", row)
        if cut and row.value(start, cut.start()).casefold() == artist.casefold():
            reading.artist, reading.artist_at = part(row, start, cut.start())
            reading.title, reading.title_at = part(row, cut.end(), end)


def _assemble(rows: Sequence[Row], result: _Result, around: Surroundings, format_name: str) -> Tracklist:
    owners: dict[int, tuple[int, Reading]] = {}
    tracks = []
    for index, reading in enumerate(result.readings):
        tracks.append(reading.track())
        for row in (reading.row, *reading.others):
            owners[row.number] = (index, reading)
    out = []
    begun = False
    for row in rows:
        owner = owners.get(row.number)
        if owner is None and row.joined is not None:
            owner = owners.get(row.joined.number)
        begun = begun or owner is not None
        if owner is not None:
            index, reading = owner
            verdict = Verdict.TRACK if reading.sure else Verdict.UNSURE
            out.append(ParsedLine(row.number, row.raw, verdict, reading.reason, index, reading.spans_in(row)))
        else:
            out.append(_other_line(row, begun))
    return Tracklist(tuple(out), tuple(tracks), format_name, around.title, around.artist, None, result.order)


def _other_line(row: Row, begun: bool) -> ParsedLine:
    reason = row.reason or ("no_separator" if begun else "title_line")
    if reason in HEADING_REASONS:
        verdict = Verdict.HEADING
    elif reason in ("no_separator", "doubtful"):
        verdict = Verdict.UNSURE
    else:
        verdict = Verdict.NOISE
    spans: tuple[Span, ...] = ()
    return ParsedLine(row.number, row.raw, verdict, reason, None, spans)
