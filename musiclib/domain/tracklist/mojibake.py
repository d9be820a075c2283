"""Text in UTF-8 that was once read as Windows-1252 ("â€“" for a dash, "Ã©" for "é"), made readable again."""

import re
from collections.abc import Sequence
from dataclasses import replace

from musiclib.domain.tracklist.model import ParsedLine, Span, Tracklist

_BYTES = {bytes([n]).decode("cp1252", "replace"): n for n in range(0x80, 0x100)}
_BYTES |= {chr(n): n for n in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}  # undefined in Windows-1252, kept as controls
_FOLLOWING = (
    "[" + "".join(re.escape(char) for char, n in _BYTES.items() if n < 0xC0 and char != "\ufffd") + "]"
)
_RUN = re.compile(f"[Â-ß]{_FOLLOWING}|[à-ï]{_FOLLOWING}{{2}}|[ð-ô]{_FOLLOWING}{{3}}")
_HINT = re.compile(f"[ÂÃÐÑ]{_FOLLOWING}|â[€„†]{_FOLLOWING}")
_OTHERS = re.compile(r"[^\x00-\x7f]")
_SHARE = 0.8
_LOOKED_AT = 2000

Offsets = list[int] | None
"""Where each character of a repaired line stood in the original; None for an unchanged line."""


def repair(lines: Sequence[str]) -> tuple[list[str], list[Offsets]] | None:
    """The lines with such characters put right; None when the text is not broken in this way.

    A text counts as broken when nearly all its characters beyond ASCII are parts of such runs.
    """
    sample = [line for line in lines[:_LOOKED_AT] if not line.isascii()]
    if not any(_HINT.search(line) for line in sample):
        return None
    broken = sum(len(run) for line in sample for run in _RUN.findall(line) if _decoded(run))
    if broken < _SHARE * sum(len(_OTHERS.findall(line)) for line in sample):
        return None
    repaired = [_repair_line(line) for line in lines]
    return [line for line, _ in repaired], [offsets for _, offsets in repaired]


def restore(found: Tracklist, lines: Sequence[str], offsets: Sequence[Offsets]) -> Tracklist:
    """The reading of the repaired lines, told about the original ones."""
    told = [_told(line, raw, places) for line, raw, places in zip(found.lines, lines, offsets, strict=True)]
    return replace(found, lines=tuple(told))


def _decoded(run: str) -> str:
    """The character a run stands for; empty when it stands for none that can be seen."""
    try:
        char = bytes(_BYTES[part] for part in run).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return char if char.isprintable() or char in "\u00a0\u00ad" else ""


def _repair_line(line: str) -> tuple[str, Offsets]:
    if line.isascii():
        return line, None
    pieces: list[str] = []
    offsets: list[int] = []
    last = 0
    for match in _RUN.finditer(line):
        char = _decoded(match[0])
        if not char:
            continue
        pieces += (line[last : match.start()], char)
        offsets += range(last, match.start() + 1)
        last = match.end()
    return "".join((*pieces, line[last:])), [*offsets, *range(last, len(line) + 1)]


def _told(line: ParsedLine, raw: str, offsets: Offsets) -> ParsedLine:
    if offsets is None:
        return line
    spans = tuple(Span(span.field, offsets[span.start], offsets[span.end]) for span in line.spans)
    return line._replace(text=raw, spans=spans)
