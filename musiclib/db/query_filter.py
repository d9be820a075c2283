"""What a `TrackQuery` asks for, as conditions over the index of `search_schema`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    column,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
    type_coerce,
)

from musiclib.db import popularity, quality
from musiclib.db.schema import Album, AlbumTrack, Track
from musiclib.db.search_index import HAS_BITS, SOURCE_BITS, STATE_CODES, microseconds
from musiclib.db.search_schema import NAMES, RAW_ID, TrackFacts, TrackNames, joined_names
from musiclib.domain.folding import folded
from musiclib.domain.packs import SEARCHED_AS
from musiclib.domain.query_fields import FREE_TEXT, HAS, MISSING
from musiclib.domain.query_values import Age, Chance, Code, DayAgo, Days, Keys, Span, Text, Value
from musiclib.domain.states import BadgeState
from musiclib.domain.track_query import Operator, Term, TrackQuery

Condition = ColumnElement[bool]

WORDS = table("track_words", column("rowid"), column("track_words"))
"""The virtual table of SQLite; `rowid` is the number of the track."""
_PARTS = table("track_word_parts", column("term"))
_TRIGRAM = 3
_LAST = chr(0x10FFFF)


def _unindexed(column: Any) -> Any:
    """The column for a condition that is tested on the way, while another index gives the order.

    SQLite takes any range for narrow, and would read half the table by it only to sort that.
    """
    return column + literal_column("0")


_SPANS: dict[str, Any] = {
    "bpm": _unindexed(TrackFacts.bpm),
    "energy": _unindexed(TrackFacts.energy),
    "lufs": _unindexed(TrackFacts.loudness_lufs),
    "duration": _unindexed(TrackFacts.duration_s),
    "popularity": _unindexed(TrackFacts.popularity),
    "year": _unindexed(TrackFacts.year),
}
_RANKS = {field: within for within, field in SEARCHED_AS.items()}
_MEASURED: dict[str, Any] = {"key": TrackFacts.key_code, "peak": TrackFacts.true_peak_dbtp}
OF_TRACKS: dict[str, Any] = {
    "date": Track.release_date,
    "catalog": Track.catalog_number,
    "range": Track.loudness_range_lu,
}
"""What the index does not tell of a track."""
_NAMED: dict[str, tuple[Any, ...]] = {
    FREE_TEXT: tuple(getattr(TrackNames, name) for name in NAMES),
    "artist": (TrackNames.artist,),
    "title": (TrackNames.title, TrackNames.version),
    "version": (TrackNames.version,),
    "album": (TrackNames.album,),
    "label": (TrackNames.label,),
    "isrc": (TrackNames.isrc,),
    "genre": (TrackNames.genres,),
}
"""The columns a text is looked for in."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold of a track that is found."""

    facts: tuple[Condition, ...] = ()
    """Over `track_facts`."""
    names: tuple[Condition, ...] = ()
    """Over `track_names`; where `match` is used, what that leaves open."""
    match: str | None = None
    """What the words have to match in FTS5, faster than reading the names of every track."""
    asked: tuple[Callable[[], Condition], ...] = ()
    """Make `walked`: to build six conditions for each word takes longer than FTS5 to find it."""

    @property
    def walked(self) -> tuple[Condition, ...]:
        """Over `track_names`: all that is asked of the names, for who reads them anyway."""
        return tuple(made() for made in self.asked)

    def __bool__(self) -> bool:
        return bool(self.facts or self.asked)

    def also(self, *facts: Condition, names: Sequence[Condition] = ()) -> Filter:
        asked = (*self.asked, *(lambda each=each: each for each in names))
        return Filter((*self.facts, *facts), (*self.names, *names), self.match, asked)

    def without_match(self) -> Filter:
        """The same, told by the names alone."""
        return Filter(self.facts, self.walked, None, self.asked)


def filter_of(conn: Connection, query: TrackQuery, now: datetime) -> Filter:
    """`now` is aware, in the time zone whose calendar days count."""
    facts: list[Condition] = []
    names: list[Condition] = []
    asked: list[Callable[[], Condition]] = []
    matches: list[str] = []
    for term in query.terms:
        if term.field not in _NAMED:
            facts.append(_opposite(term, or_(*(_fact(conn, term, each, now) for each in term.values))))
            continue
        condition = partial(_named, conn, term)
        asked.append(condition)
        match = _match(conn, term)
        if match is None or not _exact(term):
            names.append(condition())
        if match is not None and not term.negated:
            matches.append(match)
        elif match is not None and _exact(term):
            without = select(WORDS.c.rowid).where(WORDS.c.track_words.op("MATCH")(match))
            facts.append(TrackFacts.number.not_in(without))
    return Filter(tuple(facts), tuple(names), " AND ".join(matches) or None, tuple(asked))


def _opposite(term: Term, condition: Condition) -> Condition:
    """What is not known does not hold, and so its opposite does."""
    return not_(func.coalesce(condition, false())) if term.negated else condition


# --- texts --------------------------------------------------------------------------------------


def _named(conn: Connection, term: Term) -> Condition:
    """Whether the names are as the term asks."""
    condition = or_(*(_holds(conn, term, each) for each in term.values if isinstance(each, Text)))
    return not_(condition) if term.negated else condition


def _holds(conn: Connection, term: Term, value: Text) -> Condition:
    """Whether the names hold the words."""
    words, columns = value.folded, _NAMED[term.field]
    if term.operator is Operator.EXACT:
        if term.field == "genre":
            return contains(conn, columns[0], f"|{words}|")
        return or_(*(each == words for each in columns))
    if conn.dialect.name != "sqlite" and term.field == FREE_TEXT:
        return contains(conn, literal_column(f"({joined_names(_NEWLINE)})"), words)
    return or_(*(contains(conn, each, words) for each in columns))


_NEWLINE = "E'\\n'"


def contains(conn: Connection, text: Any, words: str) -> Condition:
    """Whether a folded text has these folded words somewhere."""
    if conn.dialect.name == "sqlite":
        return func.instr(text, words) > 0
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found: Condition = text.like(f"%{escaped}%", escape="\\")
    return found


def _exact(term: Term) -> bool:
    """Whether a match of trigrams says all: they know the genres, but not one name from the other."""
    return term.field in {FREE_TEXT, "genre"} and not (
        term.field == FREE_TEXT and term.operator is Operator.EXACT
    )


def _match(conn: Connection, term: Term) -> str | None:
    """The term for FTS5; None where reading the names is as good."""
    if conn.dialect.name != "sqlite":
        return None
    parts = [_phrases(conn, term, each) for each in term.values if isinstance(each, Text)]
    if any(part is None for part in parts):
        return None
    place = "genres" if term.field == "genre" else "names"
    phrases = [phrase for part in parts for phrase in part or ()]
    return f"{place} : ({' OR '.join(phrases)})"


def _phrases(conn: Connection, term: Term, value: Text) -> list[str] | None:
    """What FTS5 has to look for, one of them; None: too much to be worth it."""
    words = value.folded
    if term.field == "genre" and term.operator is Operator.EXACT:
        words = f"|{words}|"
    if len(words) >= _TRIGRAM:
        return [_phrase(words)]
    if len(words) == 1 and words.isascii():
        return None
    term_column = _PARTS.c.term
    begun = select(term_column).where(term_column >= words, term_column < words + _LAST)
    return [_phrase(each) for each in conn.execute(begun).scalars()] or [_phrase(_NEVER)]


_NEVER = "\x01\x01\x01"
"""Nothing holds control characters: they are folded away."""


def _phrase(words: str) -> str:
    return '"{}"'.format(words.replace('"', '""'))


# --- everything else ----------------------------------------------------------------------------


def _fact(conn: Connection, term: Term, value: Value, now: datetime) -> Condition:
    match value:
        case Span():
            return _span(conn, term, value)
        case Keys():
            return TrackFacts.key_code.in_(value.codes)
        case Age():
            since = microseconds(now - timedelta(days=value.days))
            return TrackFacts.added < since if value.older else TrackFacts.added > since
        case DayAgo():
            day = (now - timedelta(days=value.days)).date()
            return _between_days(day, day, now)
        case Days():
            return _between_days(value.first, value.last, now)
        case Code():
            return _code(conn, term.field, value.text, now)
        case Chance():
            return quality.drawn(value)
        case Text():
            return _on_album(conn, term, value)


def _span(conn: Connection, term: Term, span: Span) -> Condition:
    if term.field in _RANKS:
        places = popularity.ranks(conn, _RANKS[term.field])
        return TrackFacts.number.in_(select(places.c.number).where(_within(places.c.percentile, span)))
    spans = [span]
    if term.field == "bpm" and term.operator is Operator.FITS and span.bounded:
        spans += [span.times(0.5), span.times(2.0)]
    return or_(*(_within(_SPANS[term.field], each) for each in spans))


def _within(column: Any, span: Span) -> Condition:
    ends: list[Condition] = []
    if span.low is not None:
        ends.append(column > span.low if span.low_open else column >= span.low)
    if span.high is not None:
        ends.append(column < span.high if span.high_open else column <= span.high)
    return and_(*ends)


def _between_days(first: date | None, last: date | None, now: datetime) -> Condition:
    ends: list[Condition] = [true()]
    if first is not None:
        ends.append(TrackFacts.added >= _begin(first, now))
    if last is not None and last < date.max:
        ends.append(TrackFacts.added < _begin(last + timedelta(days=1), now))
    return and_(*ends)


def _begin(day: date, now: datetime) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=now.tzinfo))


def _code(conn: Connection, field: str, code: str, now: datetime) -> Condition:
    if field in {"clash", "odd"}:
        return quality.condition(conn, field, code, now)
    if field == HAS:
        return _present(code)
    if field == MISSING:
        return not_(_present(code))
    if field == "source":
        return _bit(TrackFacts.sources, SOURCE_BITS[code])
    if field == "needs":
        return TrackFacts.needs_ear.is_(True)
    wanted: Condition = state_code(now) == STATE_CODES[BadgeState(code.replace("-", "_"))]
    return wanted


def _bit(bits: Any, bit: int) -> Condition:
    is_set: Condition = bits.bitwise_and(bit) != 0
    return is_set


def _present(thing: str) -> Condition:
    if thing in HAS_BITS:
        return _bit(TrackFacts.has, HAS_BITS[thing])
    if thing in OF_TRACKS:
        stored = select(type_coerce(Track.id, RAW_ID)).where(OF_TRACKS[thing].is_not(None))
        return TrackFacts.track_id.in_(stored)
    if thing in {"artist", "title"}:
        (name, *_) = _NAMED[thing]
        return TrackFacts.number.not_in(select(TrackNames.number).where(name == ""))
    known: Any = _MEASURED.get(thing, _SPANS.get(thing))
    return known.is_not(None)  # type: ignore[no-any-return]


def has_file() -> Condition:
    return _present("file")


def state_code(now: datetime) -> Any:
    """The place in `BadgeState` of what the badge says at this moment."""
    waiting, queued = STATE_CODES[BadgeState.WAITING], STATE_CODES[BadgeState.QUEUED]
    over = and_(TrackFacts.state == waiting, TrackFacts.waits_until <= microseconds(now))
    return case((over, queued), else_=TrackFacts.state)


_folded = lru_cache(maxsize=50_000)(folded)


def _on_album(conn: Connection, term: Term, value: Text) -> Condition:
    """On a list of this library whose title holds the words; there are few enough to read them all."""
    exact, words = term.operator is Operator.EXACT, value.folded
    titles = ((album_id, _folded(title)) for album_id, title in conn.execute(select(Album.id, Album.title)))
    found = [album_id for album_id, title in titles if (words == title if exact else words in title)]
    listed = select(type_coerce(AlbumTrack.track_id, RAW_ID)).where(AlbumTrack.album_id.in_(found))
    return TrackFacts.track_id.in_(listed)
