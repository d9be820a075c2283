"""Lines that are no tracks: headings, adverts, links, dates, credits, lyrics, prose; each with a reason."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row, looks_divided
from musiclib.domain.tracklist.marks import is_named_like_link
from musiclib.domain.tracklist.model import ParsedLine, Verdict
from musiclib.domain.tracklist.vocabulary import (
    ADVERT,
    BREAK,
    BUTTON,
    BUTTON_WORDS,
    CREDIT,
    DATE_LINE,
    HEADING,
    METADATA,
    MIX_NAME,
    ORDER_HEAD,
    STOP_WORD,
    SUMMARY,
    URL,
)

HEADING_REASONS = frozenset(
    {"heading", "heading_colon", "markdown_heading", "metadata", "column_header", "title_line", "venue"}
)
_LRC_TAG = re.compile(r"\s*\[(?:ar|ti|al|by|offset|length|re|ve|au|la|id|tool|#):[^\]]*\]\s*", re.IGNORECASE)
_LRC_LINE = re.compile(r"\s*(?:\[\d{1,3}:\d{2}\.\d{2,3}\]\s*)+(?P<words>.*)")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(?=\D)\S|#[^\W\d]\w*(?:\s|$)")
_FENCE = re.compile(r"\s*(?:```|~~~)\w*\s*")
_REMARK = re.compile(r"\s*(?:[(\[][^()\[\]]*(?:\([^()]*\)[^()]*)?[)\]]\s*){1,3}|\^\(.*\)\s*|\s*\*\s*[a-z].*")
_TABLE_RULE = re.compile(r"[\s|+:=┌┬┐├┼┤└┴┘─━-]*")
_SENTENCE_BREAK = re.compile(
    r"(?<!feat)(?<!pres)(?<!prod)(?<!vol)(?<=[^\W\d_]{3})[.!?]\s+[^\W\d_]", re.IGNORECASE
)
_FRAME = re.compile(r"([-=~*_#+<>•─━])\1+\s*[^\W_].*?\s*([-=~*_#+<>•─━])\2+")
_CALL = re.compile(r"\b(?:for|me|us|our|more|now|here|your|on)\b", re.IGNORECASE)
_STARRED = re.compile(r"(?:^|\s)\*+\s?[^*-]+\*+$")
_BESIDE_AUDIO = re.compile(
    r"\S.*\.(?:nfo|sfv|md5|ffp|m3u8?|pls|cue|log|txt|jpe?g|png|gif|webp|pdf|ini|db)", re.IGNORECASE
)
_PARAGRAPH = 100
_LONGEST_BUTTON = 12
_LONGEST_HEAD = 80
_LONGEST_BREAK = 40
_LIVE = ("(live", "[live", "(remix", "(instrumental")


def is_lyrics_file(rows: Sequence[Row]) -> set[int]:
    """Row numbers of LRC lyrics: tags such as [ti:...] and lines timed to hundredths of a second."""
    tags = {row.number for row in rows if row.shape[:1] in "[ " and _LRC_TAG.fullmatch(row.shape)}
    timed = [
        (row.number, match["words"])
        for row in rows
        if "[" in row.shape[:4] and (match := _LRC_LINE.fullmatch(row.shape))
    ]
    if not timed:
        return tags if len(tags) >= 2 else set()
    dashed = sum(" - " in words for _, words in timed)
    if tags or dashed < 0.5 * len(timed):
        return tags | {number for number, _ in timed}
    return set()


def noise_reason(row: Row) -> str:
    """Why a row that carries no accepted number or time is no track; empty when it may be one."""
    shape = row.shape[row.head :].strip()
    if not shape:
        return "blank"
    if not any(map(str.isalnum, shape)) and not (" - " in shape and set(shape) - set("-=_~*+# ")):
        return "rule"
    length = len(shape)
    if length > 300:
        return "prose"
    first = shape[0]
    if (
        first in "([^*"
        and not looks_divided(shape)
        and _REMARK.fullmatch(shape)
        and not shape.lower().startswith(_LIVE)
    ):
        return "remark"
    if first == "#" and not looks_divided(shape) and _MARKDOWN_HEADING.match(shape):
        return "markdown_heading"
    if (
        first in "-=~*_#+<>•─━"
        and _FRAME.fullmatch(shape)
        and not looks_divided(shape.strip("-=~*_#+<>•─━ "))
    ):
        return "title_line"
    if first in "`~" and _FENCE.fullmatch(shape):
        return "fence"
    return _worded_reason(row, shape)


def summary_reason(row: Row) -> str:
    """Why a row with a number or time is no track: the sum below a list ("total"), a paragraph ("prose")."""
    shape = row.shape.strip()
    if shape[:1] not in "0123456789[" and SUMMARY.fullmatch(shape):
        return "total"
    short = row.start < row.end < row.start + _LONGEST_BREAK
    if short and row.lead and row.lead[0][0] == "time" and BREAK.fullmatch(row.body):
        return "break"
    if shape[-1:] == "*" and _STARRED.search(shape) and not looks_divided(row.body):
        return "remark"
    if len(shape) > _PARAGRAPH and row.start_s is None and row.duration_s is None:
        body = row.body
        if not looks_divided(body) and (len(body) > 2 * _PARAGRAPH or is_prose(body)):
            return "prose"
    return ""


def beside_audio(rows: Sequence[Row]) -> list[Row]:
    """The names of files that are no audio in a listing of audio files."""
    if not any(kind == "extension" for row in rows for kind, *_ in row.trail):
        return []
    return [row for row in rows if "." in row.shape[-6:] and _BESIDE_AUDIO.fullmatch(row.shape.strip())]


def buttons(rows: Sequence[Row]) -> list[Row]:
    """Single words of a page's buttons ('Play', 'Buy') that come back again and again."""
    found: dict[str, list[Row]] = {}
    for row in [row for row in rows if len(row.shape) < _LONGEST_BUTTON]:
        word = row.shape.strip().casefold()
        if word in BUTTON_WORDS:
            found.setdefault(word, []).append(row)
    return [row for same in found.values() if len(same) > 2 for row in same]


def are_paragraphs(rows: Sequence[Row]) -> bool:
    """Whether numbered rows are the clauses of a text rather than titles."""
    wordy = 0
    for row in rows:
        words = row.body.split()
        if len(words) >= 7 and sum(word[:1].islower() for word in words) >= 0.6 * len(words):
            wordy += 1
    return wordy >= 0.4 * len(rows)


def _worded_reason(row: Row, shape: str) -> str:
    if len(shape) < 30 and " - " not in shape and BUTTON.fullmatch(shape):
        return "button"
    if HEADING.fullmatch(shape):
        return "heading"
    linked = ("." in shape or "@" in shape) and URL.search(shape) and not _row_with_link(row)
    if linked or _only_handles(shape):
        return "link"
    if shape.endswith(":") and " - " not in shape:
        return "heading_colon"
    if (":" in shape or "=" in shape) and METADATA.fullmatch(shape):
        return "metadata"
    if shape[-1] not in ")]" and DATE_LINE.fullmatch(shape):
        return "date"
    if ADVERT.fullmatch(shape) and not _shaped_like_row(shape):
        return "advert"
    if CREDIT.fullmatch(shape):
        return "credit"
    if len(shape) < _LONGEST_HEAD and ORDER_HEAD.fullmatch(shape):
        return "column_header"
    return "prose" if is_prose(shape) else ""


def _row_with_link(row: Row) -> bool:
    """A link after a whole row was cut off already; what is left has the look of a row."""
    if is_named_like_link(row.shape) and not ADVERT.fullmatch(row.shape.strip()):
        return " " not in row.shape.strip().rpartition(" - ")[2]
    return (
        any(kind == "link" for kind, *_ in row.trail) and " - " in row.body and not ADVERT.fullmatch(row.body)
    )


def _only_handles(shape: str) -> bool:
    if shape[0] not in "@#":
        return False
    words = shape.split()
    return bool(words) and all(word[0] in "@#" and len(word) > 1 and not word[1].isdigit() for word in words)


def _shaped_like_row(shape: str) -> bool:
    """'Thank You - ...', 'Join - ...' are artists as well: a dash between short parts speaks for a row."""
    left, dash, right = shape.partition(" - ")
    if _CALL.search(left) and not ("(" in shape and MIX_NAME.search(shape)):
        return False
    return (
        bool(dash)
        and len(left.split()) <= 4
        and ":" not in left
        and 0 < len(right.split()) <= 8
        and "http" not in right
    )


def is_sentence(shape: str) -> bool:
    """Whether a full stop stands between words of a line that ends like a sentence."""
    return shape[-1:] in ".!?" and _SENTENCE_BREAK.search(shape) is not None


def is_prose(shape: str) -> bool:
    """Sentences: long, with full stops or many small words, and written mostly in lower case."""
    words = shape.split()
    count = len(words)
    if count < 6 or (shape[0] == '"' and '" by ' in shape.lower()):
        return False
    divided = looks_divided(shape)
    if divided and count < 9:
        return False
    small = len(STOP_WORD.findall(shape))
    capitals = sum(word.lstrip("([{\"'")[:1].isupper() or word[0].isdigit() for word in words)
    sentence = shape[-1] in ".!?" and capitals < 0.5 * count
    if divided:
        return capitals < 0.4 * count and (small >= 0.3 * count or (sentence and small >= 0.2 * count))
    if count >= 8 and capitals < 0.6 * count and _SENTENCE_BREAK.search(shape):
        return True
    return (sentence and small >= 2) or (count >= 10 and small >= 0.25 * count and capitals < 0.6 * count)


def line_outside(number: int, text: str, otherwise: str) -> ParsedLine:
    """What a line is that belongs to no track of a sheet, table or file; `otherwise` where nothing tells."""
    reason = noise_reason(Row(number, text)) or otherwise
    verdict = Verdict.HEADING if reason in HEADING_REASONS else Verdict.NOISE
    return ParsedLine(number, text, verdict, reason)


def is_table_rule(shape: str) -> bool:
    return bool(_TABLE_RULE.fullmatch(shape))
