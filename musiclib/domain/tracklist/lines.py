"""A line of pasted text made readable: markup taken away, odd characters folded, positions kept.

Every `Row` holds three forms of its line. `raw` is the input. `text` is what values are taken from: without
markup and entities, otherwise as written. `shape` has the same length as `text`, with dashes, digits, blanks,
brackets and quotes of all scripts folded to ASCII, and is only looked at.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from musiclib.domain.tracklist.model import Span
from musiclib.domain.tracklist.vocabulary import AUDIO_EXTENSION, VERSION_WORD

_SHAPE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－⸺⸻", "-"),
        **dict.fromkeys("〜～∼˜", "~"),
        **dict.fromkeys(
            "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys("\ufeff\u200b\u200e\u200f\u2060\ufe0f\u202a\u202b\u202c\u00ad", " "),
        **dict.fromkeys("“”„‟«»〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛´`′＇", "'"),
        **dict.fromkeys("•∙⋅●◦‧", "•"),
        "·": "•",
        "″": '"',
        **dict.fromkeys("｜│┃¦❘", "|"),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("：﹕", ":"),
        **dict.fromkeys("→⇒➔➜➡", ">"),
        "．": ".",
        "，": ",",
        "（": "(",
        "）": ")",
        **dict.fromkeys("［【〔", "["),
        **dict.fromkeys("］】〕", "]"),
        "＃": "#",
        "＆": "&",
        "\u20e3": ".",
        **{chr(zero + n): str(n) for zero in (0xFF10, 0x0660, 0x06F0, 0x0966) for n in range(10)},
    }
)
_FOLDED = re.compile(f"[{''.join(map(re.escape, map(chr, _SHAPE)))}]")
_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u2060\u202a-\u202e\u00ad]")
_BASIC = (
    r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
    r"|(?P<cell></t[dh]>|<br ?/?>)"
    r"|(?P<tag></?(?:a|b|i|u|s|em|strong|li|ul|ol|p|div|span|td|tr|th|table|tbody|thead|font|h[1-6]|small"
    r"|sup|sub|code|center|blockquote|img|button|label|time|cite|q)\b[^<>]*>)"
    r"|(?P<bb>\[/?(?:b|i|u|s|url|color|size|font|quote|list|center|img|code|spoiler)(?:=[^\[\]]*)?\]"
    r"|\[\*\])"
    r"|!?\[(?P<link>[^\[\]]*)\]\((?:https?:|www\.|/|#|mailto:)[^()\s]*\)"
)
_EMPHASIS = (
    r"|(?P<star>\*\*\*?|__(?=\S)|(?<=\S)__|~~|``?)"
    r"|(?<![\w*])\*(?P<em>[^\s*][^*]*)(?<!\s)\*(?![\w*])"
    r"|(?<![\w_])_(?P<under>[^\s_][^_]*)(?<!\s)_(?![\w_])"
    r"|\\(?P<escaped>[*_\[\]()#.~`>+|-])"
)
_MARKUP = re.compile(_BASIC, re.IGNORECASE)
_MARKDOWN = re.compile(_BASIC + _EMPHASIS, re.IGNORECASE)
_BOLD = re.compile(r"\*\*[^*\s][^*]*\*\*|__[^_\s][^_]* [^_]*__")
_LINK = re.compile(r"\]\((?:https?:|www\.|/|#|mailto:)")
_ITALIC = re.compile(r"(?<![\w*])\*[^\s*][^*]*(?<!\s)\*(?![\w*])")
_MARKUP_HINT = re.compile(r"&[#A-Za-z]|</?[A-Za-z]|\[/?[A-Za-z*]{1,7}[=\]]|\]\(|\*|_|~~|`|\\")
_DIVIDER = re.compile(r"\s(?:-{1,3}|~|•|\||//?|>|::)\s|\S\t\S")
_MARKUP_LIMIT = 4000
_LOOKED_AT = 2000
_BROKEN_LIMIT = 200


Mark = tuple[str, str, int, int]
"""What may stand at a row's end: (kind, value, start, end) in `text`."""


class Row:
    """One input line on its way through the text reader; see the module's text for the three forms."""

    __slots__ = (
        "anchored",
        "broken",
        "cut",
        "duration_s",
        "end",
        "extra",
        "fields",
        "head",
        "joined",
        "kinds",
        "lead",
        "minutes",
        "number",
        "offsets",
        "position",
        "raw",
        "reason",
        "shape",
        "start",
        "start_s",
        "text",
        "trail",
        "with_previous",
    )

    def __init__(self, number: int, raw: str, markdown: bool = True, more: str = "") -> None:
        """`more` is what the next line adds to a line that a narrow page has broken."""
        self.number = number
        self.raw = raw
        self.broken = bool(more)
        self.text, self.offsets = clean(f"{raw.rstrip()} {more.strip()}" if more else raw, markdown)
        self.shape = shape_of(self.text)
        self.head = 0  # where the line's own text begins, behind who wrote it and when
        self.start = 0
        self.end = len(self.text)
        # tuples, as most rows have none of these and ten thousand empty lists cost time
        self.lead: tuple[Mark, ...] = ()
        self.trail: tuple[Mark, ...] = ()
        self.position: str | None = None
        self.start_s: float | None = None
        self.duration_s: float | None = None
        self.minutes = False
        self.anchored = False
        self.with_previous = False
        self.reason = ""
        self.extra: tuple[Span, ...] = ()
        self.fields: dict[str, str] = {}
        self.kinds: list[str] | None = None
        self.cut: tuple[str, int, re.Match[str]] | None = (
            None  # the first separator found last, and from where
        )
        self.joined: Row | None = None

    @property
    def body(self) -> str:
        """The shape between the marks taken off at both ends."""
        return self.shape[self.start : self.end].strip()

    def value(self, start: int, end: int) -> str:
        return tidy(self.text[start:end])

    def span(self, field: str, start: int, end: int) -> Span:
        """The span of `text[start:end]`, without blanks at its ends, in the raw line."""
        text = self.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if self.offsets is None:
            return Span(field, start, end)
        if start >= end:
            return Span(field, 0, 0)
        return Span(field, self.offsets[start], self.offsets[end - 1] + 1)

    def own(self, spans: Iterable[Span]) -> Iterator[Span]:
        """The spans without what lies on the next line of a broken one."""
        limit = len(self.raw)
        for name, start, end in spans:
            if start < min(end, limit):
                yield Span(name, start, min(end, limit))


def is_broken(line: str) -> bool:
    """Whether a line ends within a bracket, behind a separator."""
    if "(" not in line and "[" not in line:
        return False
    if line.count("(") <= line.count(")") and line.count("[") <= line.count("]"):
        return False
    at = max(line.rfind("("), line.rfind("["))
    if at < 1 or ")" in line[at:] or "]" in line[at:]:
        return False
    return len(line) < _BROKEN_LIMIT and looks_divided(shape_of(line[:at]))


def continues(line: str, below: str) -> bool:
    """Whether `below` belongs to the line above it, in a text with broken lines.

    It closes a bracket, begins with a version in brackets, or is indented below a line that is not.
    """
    if is_broken(line):
        return _closes(line, below)
    if not looks_divided(shape_of(line)) or looks_divided(shape_of(below)) or len(below) > _BROKEN_LIMIT:
        return False
    words = below.strip()
    if words[:1] in ("(", "["):
        return VERSION_WORD.search(words) is not None
    return below[:2].isspace() and not line[:1].isspace() and words[:1].isalpha()


def _closes(line: str, below: str) -> bool:
    """Whether a line closes the bracket that the line above it has left open, and nothing more follows."""
    closer = ")" if line.rfind("(") > line.rfind("[") else "]"
    at = below.find(closer)
    opener = below.find("(" if closer == ")" else "[")
    if at < 0 or -1 < opener < at or len(below) > _BROKEN_LIMIT or looks_divided(shape_of(below)):
        return False
    return not below[at + 1 :].strip() or below[at + 1 :].lstrip()[0] in "([-|"


def looks_divided(shape: str) -> bool:
    """Whether a shape holds one of the usual separators with blanks around it."""
    return " - " in shape or _DIVIDER.search(shape) is not None


def shape_of(text: str) -> str:
    """The text with dashes, digits, blanks, brackets and quotes of all scripts folded to ASCII."""
    if text.isascii():
        return text
    shape = _FOLDED.sub(_fold, text)
    return shape.replace(" ـ ", " - ") if " ـ " in shape else shape  # a tatweel typed for a dash


def _fold(match: re.Match[str]) -> str:
    return _SHAPE[ord(match[0])]


def tidy(value: str) -> str:
    """A value as it is kept: NFC, single blanks, nothing invisible."""
    if not value.isascii():
        value = unicodedata.normalize("NFC", _INVISIBLE.sub("", value))
    return " ".join(value.split())


def is_markdown(lines: Sequence[str]) -> bool:
    """Whether stars and underscores are emphasis here; in most lists names hold them ('*NSYNC', 'f**k')."""
    bold = italic = filled = 0
    for line in lines[:_LOOKED_AT]:
        filled += bool(line.strip())
        if "*" in line or "_" in line or "](" in line:
            if _LINK.search(line):
                return True
            bold += _BOLD.search(line) is not None
            italic += _ITALIC.search(line) is not None
    return bold >= min(2, filled) > 0 or (italic >= 2 and italic >= 0.3 * filled)


def clean(raw: str, markdown: bool = True) -> tuple[str, list[int] | None]:
    """The line without HTML, BBCode and (on demand) Markdown, and where each character stood in the input.

    The second value is None when nothing was taken away; underscores that stand for blanks become blanks.
    """
    if "_" in raw and " " not in raw.strip() and ("_-_" in raw or AUDIO_EXTENSION.search(raw)):
        raw = raw.replace("_", " ")
    if not _MARKUP_HINT.search(raw) or len(raw) > _MARKUP_LIMIT:
        return raw, None
    pattern = _MARKDOWN if markdown else _MARKUP
    text, offsets = raw, list(range(len(raw)))
    for _ in range(2):  # entities often hide further markup, and bold stands around links
        pieces: list[str] = []
        where: list[int] = []
        last = 0
        for match in pattern.finditer(text):
            pieces.append(text[last : match.start()])
            where += offsets[last : match.start()]
            kept, at = _replacement(match)
            pieces.append(kept)
            where += [offsets[min(at + n, match.end() - 1)] for n in range(len(kept))]
            last = match.end()
        if not pieces:
            break
        pieces.append(text[last:])
        where += offsets[last:]
        text, offsets = "".join(pieces), where
    return (raw, None) if text == raw else (text, offsets)


def _replacement(match: re.Match[str]) -> tuple[str, int]:
    """What stands for a piece of markup, and where that text begins."""
    kind = match.lastgroup or ""
    if kind == "entity":
        return html.unescape(match[0]).replace("\n", " "), match.start()
    if kind == "cell":
        return "\t", match.start()
    if kind in ("link", "em", "under", "escaped"):
        return match[kind], match.start(kind)
    return "", match.start()
