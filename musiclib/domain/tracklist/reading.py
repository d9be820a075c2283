"""From a row and the place where it is cut to artist and title with their spans."""

import operator
import re
from dataclasses import dataclass, field

from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.lines import Row, tidy
from musiclib.domain.tracklist.model import ParsedTrack, Span
from musiclib.domain.tracklist.vocabulary import FEATURING, VERSION_WORD

_QUOTES = {
    '"': '"',
    "“": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "‹": "›",
    "〈": "〉",
    "《": "》",
    "‘": "’",
}
_QUOTED_HEAD = re.compile(r"[\"「『《〈](?P<inside>[^\"」』》〉]+)[\"」』》〉]\s*(?P<rest>\S.*)?")
_BY_START = operator.itemgetter(1)
_NAME_STAR = re.compile(r"(?<=[\w.!?)])\*(?=$|[\s,])")
_EDGES = frozenset(" \t\r\n\v\f,;|")


@dataclass(slots=True)
class Reading:
    """One track as read: the names, where they lie, and which other rows belong to it."""

    row: Row
    artist: str = ""
    title: str = ""
    artist_at: tuple[Row, int, int] | None = None
    title_at: tuple[Row, int, int] | None = None
    fields: dict[str, str] = field(default_factory=dict)
    reason: str = "artist_title"
    sure: bool = True
    others: tuple[Row, ...] = ()

    def swap(self) -> None:
        self.artist, self.title = self.title, self.artist
        self.artist_at, self.title_at = self.title_at, self.artist_at

    def spans_in(self, row: Row) -> tuple[Span, ...]:
        """The fields that lie in `row`, by their place."""
        found = [*row.extra]
        for name, place in (("artist", self.artist_at), ("title", self.title_at)):
            if place and place[0] is row:
                bare = row.offsets is None  # `part` left no blanks at the edges
                found.append(Span(name, place[1], place[2]) if bare else row.span(name, place[1], place[2]))
        found.sort(key=_BY_START)
        found = [span for span in found if span[1] < span[2]]
        return tuple(row.own(found) if row.broken else found)

    def track(self) -> ParsedTrack:
        row = self.row
        fields = self.fields
        if row.position is not None:
            fields = {**fields, "position": row.position}
        return make_track(self.artist, self.title, fields, row.start_s, row.duration_s, row.with_previous)


def part(row: Row, start: int, end: int) -> tuple[str, tuple[Row, int, int]]:
    """The value of a piece of the row without separators at its edges, and its place."""
    text = row.shape
    while start < end and (
        text[start] in _EDGES or (text[start] in "-~" and text[start + 1 : end][:1] == " ")
    ):
        start += 1
    while end > start and (
        text[end - 1] in _EDGES or (text[end - 1] in "-~" and text[start : end - 1][-1:] == " ")
    ):
        end -= 1
    if text[start : start + 1] == "*" and text[end - 1 : end] == "*" and end - start > 2:
        start, end = start + 1, end - 1
    value = tidy(row.text[start:end])
    bare = unquote(value)
    if bare is not value and end - start > 2:
        start, end = start + 1, end - 1
    return bare, (row, start, end)


def unquote(value: str) -> str:
    """The value without quotes around the whole of it; quotes inside stay."""
    if len(value) < 3:
        return value
    closing = _QUOTES.get(value[0])
    if closing and value[-1] in closing and value[0] not in value[1:-1] and value[-1] not in value[1:-1]:
        return value[1:-1].strip() or value
    return value


def unmarked_name(artist: str, starred: bool = False) -> str:
    """The name without the marks of Discogs: a dash beside it, stars where the sleeve has it otherwise.

    `starred`: other names of the list have stars as well.
    """
    bare = artist.strip("–—")
    return artist if bare == artist and not starred else _NAME_STAR.sub("", bare).strip()


def quoted_title(value: str, drop_credits: bool) -> str:
    """A title that begins with a quoted name: `"Name" (Remix)` without the quotes.

    `drop_credits`: what follows in brackets and is neither a version nor a guest is the writers' credit.
    """
    match = _QUOTED_HEAD.fullmatch(value.translate(_PLAIN_QUOTES))
    if not match or not match["rest"]:
        return unquote(value)
    inside = value[match.start("inside") : match.end("inside")].strip()
    rest = value[match.start("rest") :]
    if drop_credits and rest[0] in "([" and not (VERSION_WORD.search(rest) or FEATURING.search(rest)):
        return inside
    return f"{inside} {rest}"


_PLAIN_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
