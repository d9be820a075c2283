"""Numbers, times and decoration at the ends of a line: what might be one, before the whole list is known."""

import re
import string

from musiclib.domain.tracklist.lines import Mark, Row
from musiclib.domain.tracklist.vocabulary import AUDIO_EXTENSION, HEADING, URL

_DECOR = re.compile(
    r"[\s>]*(?:(?:[•▪▫■□◆◇►▶▷→‣⁃✓✔♪♫♬♩🎵🎶🎧🎤📀💿🔥⭐✨➤➥👉🔊🎼🎹🎛⌚⌛⏩-⏳]|[❤❣♥♡☀☁☂⚡✅☑❄☕⚫⚪✖❌❗♻✴✳❇☄☘☠☮☯♠♣♦⚽⚓✈✌✊☝](?=\s)"
    r"|[★☆⭐✩✪]+(?=\s)|[☀-➿](?=\s)|\[[ xX✓✔]?\](?=\s)|[├└┣┗]+[─━╴]*"
    r"|[-+*]+(?=\s)|-(?=[^\W\d_])(?!-\w+-)|[\U0001F300-\U0001FAFF]|\|(?=\s"
    r"|\d))[\s\ufe0f]*)*"
)
_CLOCK = r"\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,3})?"
_TIME = re.compile(
    rf"[\[({{]?\s?(?:[@~]\s?)?(?P<time>{_CLOCK}|\d{{1,2}}h\d{{2}}(?:m(?:\d{{2}}s?)?)?|\d{{1,3}}m[0-5]\ds)"
    rf"(?:\s?(?:-+|~|>|to|bis)\s?(?:(?P<until>{_CLOCK})|end\b|ende\b|fin\b|\?+))?"
    r"(?:\s?(?:h|hrs|min|uhr|(?P<noon>(?-i:[AP]M|[ap]m|[ap]\.m)))\b\.?)?\s?[\])}]?(?!\d|:\d)(?P<tail>(?:\s*[-"
    r"|•:,;.>=~]+(?=\s)|[,;|]"
    r"|[-:.](?=[^\W\d_]))?\s*)",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"[\[(]?(?:(?:at|ab|bei|à) )?(?P<minutes>\d{1,3})(?:'"
    r"|\s?min(?:ute)?s?\b\.?)[\])]?\s*[-|:]?\s+(?=\S)",
    re.IGNORECASE,
)
_UNKNOWN_TIME = re.compile(
    r"[\[(](?:\?{1,3}|[\d?]{0,3}[?x]:?\??[\d?x]{0,2}|--:--|-{1,2}|xx:xx|xx)[\])]\s*", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?:(?P<word>(?:track|tr|tk|titel|titre|tema|pista|disco|corte|cut|faixa|трек|song|no|nr|n°|nº|№"
    r"|曲)\.?\s?#?\s?)"
    r"|(?P<hash>#\s?)|(?P<open>[\[(]))?"
    r"(?P<n>\d{1,2}[.-]\d{1,2}(?=[.):\s]\s*[^\s\d-])|\d{1,3}\.[0-5]\d(?=\s)|\d{1,2}-\d\d(?=[.):]?\s)"
    r"|\d{1,4}|[A-Za-z]{1,2}\d{1,2}|[ivxIVX]{1,6}(?=[.)]\s)"
    r"|[A-H]{1,2}(?=[.):]\s|\t)|[①-⑳])"
    r"(?:/\d{1,3}(?=[\])]))?(?P<close>[\])])?"
    r"(?P<punct>/\d{1,3}[.:)]?(?=\s)|(?<=[①-⑳])|\s?[.)]?\s?[:|-](?=\s)|\s[.)](?=\s)|/?[.):|,、]+-?"
    r"|(?:[/_]+-?|-(?=[^\W\d])|(?:st|nd|rd|th|º"
    r"|ª|°)(?:\s(?:track|song|tune|record))?[.:)]"
    r"|[ºª°](?=\s))|(?=\s|$))"
    r"(?P<space>\s*)",
    re.IGNORECASE,
)
_KEY_LEAD = re.compile(
    r"(?P<key>(?:0?[1-9]|1[0-2])[ABab])\s*(?:-|\||/)?\s*(?:(?P<bpm>\d{2,3}(?:\.\d+)?)\s*(?:bpm)?\s*(?:-"
    r"|\|)\s*|(?<=-)\s*|(?<=- ))"
)
_TRAIL_TIME = re.compile(
    rf"(?:^|[\s,;|•~/-]|(?<=[\])\"']))\s*[\[({{]?\s?(?:@\s?)?(?P<time>{_CLOCK}"
    rf"|\d{{1,2}}['′]\s?\d{{2}}(?:''|[\"″])?)"
    rf"(?:\s?(?:-+|~|>)\s?(?P<until>{_CLOCK}))?(?:\s?(?:min|mins|h)\b\.?)?\s?[\])}}]?\s*"
    r"(?P<links>(?:\s*\b(?:video|lyrics|buy(?: track)?|download|play|info|e|explicit|preview"
    r"|more)\b)*)\s*[|•.]?\s*$",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?:(\d+)h)?(?:(\d+)m?)?(?:(?<=m)(\d+)s?)?", re.IGNORECASE)
_MOST_ON_A_SIDE = 30
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2328\u231a-\u23ff\u25b6\u25c0\u2605\u2606\u2b50\u26a1\u2728\u2753-\u2757\u2764\ufe0f\u200d\\s]"
)
_WITH_PREVIOUS = re.compile(r"(?:w/|\(w/\)|\+{1,2})\s+(?=\S)", re.IGNORECASE)
_QUICK = frozenset("0123456789[({#@~①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳№")

LINE_LIMIT = 1000
"""Longer lines of free text are prose; they are not searched for marks."""


def find_marks(row: Row) -> None:
    """Note the candidates at both ends of the row and set its body to what lies between the decoration."""
    shape = row.shape
    decor = _DECOR.match(shape, row.head)
    row.start = decor.end() if decor else row.head
    row.end = len(shape.rstrip())
    if row.start >= row.end:
        row.start = min(len(shape) - len(shape.lstrip()), row.end)
        return
    if shape[row.end - 1] == ">":
        _cut_segue(row)
    if row.end - row.start > LINE_LIMIT:
        return
    _trailing(row)
    if not shape.endswith(" ago"):
        _leading(row)


def skip_decoration(shape: str, at: int, limit: int) -> int:
    """Where the text begins behind bullets, notes and emoji; `at` when there would be nothing left."""
    match = _DECOR.match(shape, at, limit)
    return match.end() if match and match.end() < limit else at


def _leading(row: Row) -> None:
    shape, at = row.shape, row.start
    with_previous = _WITH_PREVIOUS.match(shape, at)
    if with_previous:
        row.with_previous, row.start = True, with_previous.end()
        return
    lead: list[Mark] = []
    for _ in range(4):
        found = _lead_mark(shape, at, row.end)
        if found is None:
            break
        kind, value, end = found
        lead.append((kind, value, at, end))
        at = end
    if lead:
        with_previous = _WITH_PREVIOUS.match(shape, at)
        if with_previous:
            lead.append(("with", "", at, with_previous.end()))
        if (
            shape[row.start].isalpha()
            and row.end - row.start < 80
            and HEADING.fullmatch(shape, row.start, row.end)
        ):
            return  # 'CD1' is no first track of side CD
        row.lead = tuple(lead)


def _lead_mark(shape: str, at: int, limit: int) -> tuple[str, str, int] | None:
    """(kind, value, end) of a mark beginning at `at`."""
    if at >= limit:
        return None
    first = shape[at]
    if first not in _QUICK and not (first.isascii() and first.isalpha()) and first not in "тТ曲":
        return None
    if first in _QUICK or first == "a":
        match = _TIME.match(shape, at, limit)
        if match:
            until = match["until"]
            if match["noon"]:
                return ("time", "", match.end())  # a time of day says nothing of the place in a mix
            return ("time", match["time"] + (f"~{until}" if until else ""), match.end())
        match = _MINUTES.match(shape, at, limit)
        if match:
            return ("time", match["minutes"] + ":00", match.end())
        match = _UNKNOWN_TIME.match(shape, at, limit)
        if match:
            return ("time", "", match.end())
        match = _KEY_LEAD.match(shape, at, limit)
        if match:
            return ("key", f"{match['key']}~{match['bpm'] or ''}", match.end())
    match = _NUMBER.match(shape, at, limit)
    if match and not _is_far(match) and (match.end() == limit or not _glued(match)):
        return (_style(match, shape), match["n"], match.end())
    return None


def _glued(match: re.Match[str]) -> bool:
    """Whether the number is only the beginning of a longer word ('A-Trak', '[12')."""
    number, punct = match["n"], match["punct"]
    if match["open"] and not match["close"]:
        return True
    # letters only count as a vinyl position, with a figure or a clear mark behind
    letters = not number[0].isdigit() and not match["word"]
    return letters and (len(number) > 3 or (not punct and not match["space"]))


def _is_far(match: re.Match[str]) -> bool:
    """Whether no side of a record has so many tracks: 'M83'."""
    figure = match["n"].lstrip(string.ascii_letters)
    return figure != match["n"] and not match["word"] and figure.isdecimal() and int(figure) > _MOST_ON_A_SIDE


def _style(match: re.Match[str], shape: str) -> str:
    """How the number is set off; "glued" when a figure follows at once ('3.808 State', '2.5')."""
    if shape[match.end() : match.end() + 1].isdigit() and not match["space"] and not match["close"]:
        return "glued"
    if match["word"]:
        return "word"
    if match["hash"]:
        return "hash"
    if match["open"]:
        return "bracket" if match["close"] == "]" else "paren"
    punct = match["punct"].strip()
    if not punct and not match["close"]:
        return "tab" if "\t" in match["space"] else "bare"
    return "dash" if punct[:1] == "-" else "strong"


def _trailing(row: Row) -> None:
    shape = row.shape
    if shape[row.end - 1] > "\u2300":
        _cut_emoji(row)
    if "." in shape[max(row.end - 6, 0) : row.end]:
        extension = AUDIO_EXTENSION.search(shape, row.start, row.end)
        if extension:
            row.end = extension.start()
            row.trail += (("extension", "", extension.start(), extension.end()),)
    if "://" in shape or "www." in shape:
        _cut_url(row)
    low = max(row.start, row.end - 60)
    colon = shape.find(":", low, row.end)
    if colon < 0:
        colon = shape.find("'", low, row.end)
    if colon >= 0:
        match = _TRAIL_TIME.search(shape, max(low, colon - 12), row.end)
        if match:
            until = match["until"]
            value = match["time"].replace("'", ":").replace("′", ":").strip('"″:').replace(" ", "")
            start = match.start()
            while start > row.start + 1 and _EMOJI.fullmatch(shape[start - 1]):
                start -= 1
            row.trail += (("time", value + (f"~{until}" if until else ""), start, match.end()),)


def _cut_segue(row: Row) -> None:
    """'Song >' and 'Song ->' run into the next song of a concert."""
    end = len(row.shape[: row.end].rstrip("->"))
    if row.shape[end - 1 : end].isspace() and row.shape[row.start : end].strip():
        row.end = len(row.shape[:end].rstrip())


def _cut_emoji(row: Row) -> None:
    """Pictures at the end of a row are decoration, unless they are all there is."""
    end = row.end
    while end > row.start and _EMOJI.fullmatch(row.shape[end - 1]):
        end -= 1
    if end > row.start and any(char.isalnum() for char in row.shape[row.start : end]):
        row.end = end


def is_named_like_link(shape: str) -> bool:
    """'Artist - www.name.com': a bare host name in the place of a title is the title."""
    left, dash, right = shape.strip().rpartition(" - ")
    return bool(dash) and "://" not in right and "/" not in right and "@" not in right and " - " not in left


def _cut_url(row: Row) -> None:
    """A link at the end of a line is not part of it, unless it is all there is."""
    match = URL.search(row.shape, row.start, row.end)
    if match and row.shape[match.end() : row.end].strip(" )]>.") == "":
        before = row.shape[row.start : match.start()].rstrip(" (<[-|>:")
        if before.strip() and not is_named_like_link(row.shape):
            row.trail += (("link", "", row.start + len(before), row.end),)
            row.end = row.start + len(before)


def seconds(text: str) -> float:
    """Seconds of 'M:SS', 'H:MM:SS', 'MMM:SS', '1h02m03s', '1h02' or '6m12s'."""
    lettered = None if ":" in text else _LETTERED.fullmatch(text)
    if lettered:
        text = ":".join(part or "0" for part in lettered.groups())
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + float(part or 0)
    return total
