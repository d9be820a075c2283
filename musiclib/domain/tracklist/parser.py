"""The entry point: look at a pasted text as a whole, find out what it is, and hand it to its reader."""

from collections.abc import Callable

from musiclib.domain.collection import no_collection
from musiclib.domain.tracklist.cue import read_cue
from musiclib.domain.tracklist.json_text import read_json
from musiclib.domain.tracklist.keyed import read_keyed
from musiclib.domain.tracklist.model import ParseContext, Tracklist
from musiclib.domain.tracklist.mojibake import repair, restore
from musiclib.domain.tracklist.one_line import read_one_line
from musiclib.domain.tracklist.playlists import read_playlist
from musiclib.domain.tracklist.tables import read_table
from musiclib.domain.tracklist.text_list import read_text
from musiclib.domain.tracklist.wikitext import read_wikitext

_EMPTY = ParseContext()
_Reader = Callable[[list[str], str, ParseContext], Tracklist | None]
_READERS: tuple[_Reader, ...] = (
    read_cue,
    read_playlist,
    read_json,
    read_wikitext,
    read_table,
    read_keyed,
    read_one_line,
)


def parse_tracklist(text: str, context: ParseContext = _EMPTY) -> Tracklist:
    """Read any text as a list of tracks; never raises on a string, and takes time linear in its length.

    The result holds each line of `text.splitlines()` once, in order, with a verdict and a reason code.
    `format` is one of text, csv, tsv, table, m3u, pls, paths, cue, jsonl, json and xspf.
    Times are seconds. Callers limit the text to `MAX_TEXT_CHARS` beforehand.
    """
    lines = text.splitlines()
    with no_collection():
        repaired = None if text.isascii() else repair(lines)
        if repaired is None:
            return _read(lines, text, context)
        readable, offsets = repaired
        return restore(_read(readable, "\n".join(readable), context), lines, offsets)


def _read(lines: list[str], text: str, context: ParseContext) -> Tracklist:
    for reader in _READERS:
        found = reader(lines, text, context)
        if found is not None:
            return found
    return read_text(lines, context)
