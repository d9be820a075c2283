"""Teach it: a person moves the dividers on one line, and all lines of the same form follow.

A line's signature is its form without its words: 'T w - w [w]' for '04:36 A & B - C (D Remix) [E]'. A lesson
holds where the fields lie counted in the pieces of that form, so it fits every line of the same signature and
can be kept for later lists.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from musiclib.domain.tracklist.lines import shape_of
from musiclib.domain.tracklist.model import FieldRange, Lesson, Span

_PIECE = re.compile(
    r"(?P<time>(?<![\w:])\d{1,3}:\d{2}(?::\d{2})?(?:\.\d+)?(?![\w:]))"
    r"|(?P<dash>(?<=\s)-+(?=\s|$))|(?P<mark>(?<=\s)[~/*•>]+(?=\s)|[|;]|::|:(?=\s))|(?P<tab>\t+)"
    r"|(?P<gap>(?<=\S) {2,}(?=\S))"
    r"|(?P<bracket>[\[\]{}])|(?P<quote>\"|[「」『』])"
    r"|(?P<number>(?:(?<=^)|(?<=[\[#\s]))\#?\d+[.)]*(?=[\s\]]|$))"
    r"|(?P<word>[^\s|;\[\]{}\"「」『』]+)"
)


class _Piece(NamedTuple):
    sign: str
    words: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.words[0][0]

    @property
    def end(self) -> int:
        return self.words[-1][1]


def _pieces(text: str) -> list[_Piece]:
    """The marks of a line and the runs of words between them; leading figures are pieces of their own."""
    shape = shape_of(text)
    pieces: list[_Piece] = []
    words: list[tuple[int, int]] = []

    def close() -> None:
        if words:
            pieces.append(_Piece("w", tuple(words)))
            words.clear()

    for match in _PIECE.finditer(shape):
        kind = match.lastgroup or ""
        if kind == "word" or (kind == "number" and (words or any(p.sign == "w" for p in pieces))):
            words.append(match.span())
            continue
        if kind == "gap" and not words:
            continue
        close()
        pieces.append(_Piece(_sign(kind, match[0]), (match.span(),)))
    close()
    return pieces


def _sign(kind: str, found: str) -> str:
    return {"time": "T", "number": "N", "dash": "-", "tab": "⇥", "gap": "␣"}.get(kind, found[:1])


def line_signature(text: str) -> str:
    """The form of a line without its words: two lines with the same one are read alike."""
    return " ".join(piece.sign for piece in _pieces(text))


def learn(line_text: str, spans: Iterable[Span]) -> Lesson:
    """A lesson from one line and the fields a person set on it; spans that hold no word are left out."""
    pieces = _pieces(line_text)
    layout = []
    for field, start, end in sorted(spans, key=lambda span: span[1]):
        touched = [
            (p, w)
            for p, piece in enumerate(pieces)
            for w, (low, high) in enumerate(piece.words)
            if low < end and high > start
        ]
        if touched:
            (first, first_word), (last, last_word) = touched[0], touched[-1]
            whole = last_word + 1 == len(pieces[last].words)
            layout.append(FieldRange(field, first, first_word, last, -1 if whole else last_word + 1))
    return Lesson(" ".join(piece.sign for piece in pieces), tuple(layout))


def apply_lesson(lesson: Lesson, text: str) -> tuple[Span, ...] | None:
    """The fields of a line as the lesson has them; None when the line has another form or too few words."""
    pieces = _pieces(text)
    if " ".join(piece.sign for piece in pieces) != lesson.signature:
        return None
    spans = []
    for field, first, first_word, last, last_word in lesson.layout:
        if last >= len(pieces) or first_word >= len(pieces[first].words):
            return None
        stop = len(pieces[last].words) if last_word == -1 else min(last_word, len(pieces[last].words))
        start, end = pieces[first].words[first_word][0], pieces[last].words[stop - 1][1]
        if start >= end:
            return None
        spans.append(Span(field, start, end))
    return tuple(spans)
