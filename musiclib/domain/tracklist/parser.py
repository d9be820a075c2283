"""The entry point: look at a pasted text as a whole, find out what it is, and hand it to its reader."""

import re
from collections.abc import Callable
from dataclasses import replace

from musiclib.domain.collection import no_collection
from musiclib.domain.tracklist.cue import read_cue
from musiclib.domain.tracklist.json_text import read_json
from musiclib.domain.tracklist.keyed import read_keyed
from musiclib.domain.tracklist.lines import looks_divided, shape_of
from musiclib.domain.tracklist.model import ParseContext, Tracklist
from musiclib.domain.tracklist.mojibake import repair, restore
from musiclib.domain.tracklist.one_line import read_one_line
from musiclib.domain.tracklist.playlists import read_playlist
from musiclib.domain.tracklist.tables import read_table
from musiclib.domain.tracklist.text_list import read_text
from musiclib.domain.tracklist.wikitext import read_wikitext

_EMPTY = ParseContext()
_WIDE_BLANK = re.compile(r"(?<=\S)\u3000+(?=\S)")
_OTHER_MARK = re.compile(r"[「」『』／/|｜\t]|\s[-–—―－]\s")
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


def _has_wide_columns(lines: list[str]) -> bool:
    """Whether ideographic blanks part the names of a list that has no other separator."""
    filled = [line for line in lines if line.strip()]
    parted = [line for line in filled if _WIDE_BLANK.search(line)]
    if len(parted) < 3 or len(parted) < 0.6 * len(filled):
        return False
    divided = sum(looks_divided(shape_of(line)) or _OTHER_MARK.search(line) is not None for line in parted)
    return divided < 0.3 * len(parted)


def _with_tabs(line: str) -> str:
    """The line with tabs for ideographic blanks between its words, as long as before."""
    return _WIDE_BLANK.sub(lambda match: "\t" * len(match[0]), line)


def _read(lines: list[str], text: str, context: ParseContext) -> Tracklist:
    if "\u3000" not in text or not _has_wide_columns(lines):
        return _read_as_it_is(lines, text, context)
    tabbed = [_with_tabs(line) for line in lines]
    found = _read_as_it_is(tabbed, "\n".join(tabbed), context)
    told = zip(found.lines, lines, strict=True)
    return replace(found, lines=tuple(line._replace(text=raw) for line, raw in told))


def _read_as_it_is(lines: list[str], text: str, context: ParseContext) -> Tracklist:
    for reader in _READERS:
        found = reader(lines, text, context)
        if found is not None:
            return found
    return read_text(lines, context)
