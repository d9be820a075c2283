"""Names of artists and tracks as people write them, brought to a form that can be compared.

Nothing here is meant for display except the parts `split_version` and `split_artists` cut out,
which are verbatim pieces of what came in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

_APOSTROPHES = "'’‘‛ʼʻ`´′＇"
PLAIN_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŋ": "n", "ŧ": "t", "ǿ": "o", "ȼ": "c", "ɏ": "y", "ƶ": "z", "ə": "e", "ς": "σ",
}  # fmt: skip
"""Letters Unicode does not decompose although they are read as a plain one."""

_ASCII = str.maketrans(
    {chr(c): " " for c in range(128) if not chr(c).isalnum()} | {"'": "", "`": "", "&": " and ", "+": " and "}
)
_WORDS = {"und": "and", "pt": "part", "vol": "volume", "rmx": "remix", "versus": "vs"}
_TRAILING_ARTICLE = re.compile(r",\s*the$")
_ACRONYM = re.compile(r"\b(?:\w\.){2,}\w?(?!\w)")
_DOLLAR_S = re.compile(r"(?<=[a-z])\$|\$(?=[a-z])")
_SHARP = re.compile(r"\b([a-g])[#♯](?!\w)")
_BANG_I = re.compile(r"(?<=[a-z])!(?=[a-z])")


class _Folding(dict[int, str]):
    """A translation table for all of Unicode, filled as characters are met (so it is bounded by them)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(code)
        return folded


def _folded(code: int) -> str:
    char = chr(code)
    if char in PLAIN_LETTERS:
        return PLAIN_LETTERS[char]
    if char in _APOSTROPHES or is_diacritic(code):
        return ""
    if char in "&+":
        return " and "
    # Vowel signs of Indic and Thai scripts are marks, not letters: only what separates is dropped.
    return " " if unicodedata.category(char)[0] in "PSZC" else char


def is_diacritic(code: int) -> bool:
    """Marks that change how a letter is read, not which one it is: accents, niqqud, harakat.

    Not the voicing marks of kana, nor vowel signs: those make another syllable.
    """
    return (
        0x0300 <= code <= 0x036F
        or 0x1AB0 <= code <= 0x1AFF
        or 0x1DC0 <= code <= 0x1DFF
        or 0x20D0 <= code <= 0x20FF
        or 0xFE00 <= code <= 0xFE0F  # which picture a sign is shown as
        or 0xFE20 <= code <= 0xFE2F
        or 0x0591 <= code <= 0x05C7
        or 0x064B <= code <= 0x0655
    )


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """The form of a name in which two spellings of it are equal.

    Compatibility forms, case, diacritics, punctuation, dashes, quotes and white space are folded;
    "&", "+" and "und" are read as "and", the key "F#" as "F sharp"; a leading or trailing "the" is
    dropped unless it is all there is. Letters of every script are kept. A name of nothing but symbols
    ("!!!") stays as it is.
    `normalise(normalise(x)) == normalise(x)`.
    """
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    if "," in folded:
        folded = _TRAILING_ARTICLE.sub("", folded.rstrip()) or folded
    if "." in folded:
        folded = _ACRONYM.sub(lambda found: found[0].replace(".", ""), folded)
    if "$" in folded:
        folded = _DOLLAR_S.sub("s", folded)
    if "#" in folded or "♯" in folded:
        folded = _SHARP.sub(r"\1 sharp", folded)
    if "!" in folded:
        folded = _BANG_I.sub("i", folded)
    words = _strip(folded).split()
    while len(words) > 1 and words[0] == "the":
        del words[0]
    if not words:
        return " ".join(folded.split())
    return " ".join([_WORDS.get(word, word) for word in words])


def _strip(folded: str) -> str:
    if folded.isascii():
        return folded.replace(" 'n' ", " and ").replace(" n' ", " and ").translate(_ASCII)
    for quote in "’‘":
        folded = folded.replace(quote, "'")
    folded = folded.replace(" 'n' ", " and ").replace(" n' ", " and ")
    plain = unicodedata.normalize("NFKD", folded).translate(_FOLDING)
    return unicodedata.normalize("NFC", plain)


# --- versions -----------------------------------------------------------------------------------

_ENDING_WORDS = """remix remixes rmx mix edit edits rework reworks bootleg mashup flip refix vip dub version
    instrumental acoustic acapella acappella demo remaster remastered extended karaoke cover unplugged session
    sessions interpretation reinterpretation reconstruction remode redub rerub revision retouch dubplate
    beats mono stereo rehash remake reprise recut revamp relick remixed reversion rendition rewerk treatment
    interlude skit commentary interview medley preview teaser snippet intro outro reboot
    take takes outtake rehearsal stripped loop lofi phonk boosted screwed chopped instrumentals
    acapellas demos reshape reedit overdub nightcore translation variation vivo directo acústica acústico
    acustica acustico akustik acoustique remasterizado remasterizada remasterisé versión versão versione
    ремикс версия инструментал акустика концерт запись ремастер"""
_ENDINGS = frozenset(_ENDING_WORDS.split())
"""Last words of a phrase that names a version ("Juno Ferreira Remix", "2011 remaster")."""

_COMPANION_WORDS = """live extended original radio club clean explicit dirty orchestral piano mixed unmixed
    sped slowed alternate alternative rough raw short long full album single vinyl bonus early late studio up
    and reverb"""
_COMPANIONS = frozenset(_COMPANION_WORDS.split())
"""Words that make a version only among others of the kind ("live", "radio", "sped up")."""

_OPENING = re.compile(
    r"(?:(?:recorded\s+)?live\s+(?:at|in|from|on|im|aus|dans|en|@|version|session|edit|mix|\d{4})\b|live\s*@"
    r"|live\s+(?!(?:and|to|for|it|with|your|my|like|a|the|forever|free|fast|love|wire|once|twice|again)\b)\w"
    r"|(?:.*\s)?(?!(?:we|i|you|they|to|long)\b)\w+\s+live$"
    r"|(?:re)?mix(?:ed)?\s+by\b|remaster(?:ed)?\s+(?:in\s+)?\d{4}|\d{4}\s+remaster"
    r"|(?:remix|version|edit|mix|demo|take|reprise|instrumental|acoustic|vip)\s+(?:#?\d+|i{1,3}|[ab]|one|two)$"
    r"|tribute\s+to\b|(?:originally\s+)?(?:made famous|performed)\s+by\b|in the style of\b|as made famous\b"
    r"|(?:the )?director'?s cut$|8d(?:\s+audio)?$|\d+d\s+audio$"
    r"|(?:\d{4}\s+)?re-?record(?:ed|ing)(?:\s+\d{4})?$"
    r"|.*(?:リミックス|ミックス|バージョン|ヴァージョン|リマスター|ライブ|ライヴ|리믹스|混音版|现场版|現場版)$)"
)
_NOT_VERSION = re.compile(
    r"^(?:in the mix|the mix|to the mix|the version|under cover|duck and cover|my version|no version"
    r"|give and take|double take|(?:in )?the loop"
    r"|(?:feat\.?|ft\.?|featuring|with)\s.*|.*\b(?:in session|the beats|my beats|these beats))$"
)
_PAIRS = re.compile(
    r"(?i)^(.*\S)\s+((?:original|extended|album|radio)\s+(?:mix|edit|version)|original\s+club\s+mix)$"
)
_GROUP = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_DASH_BEFORE_VERSION = re.compile(r"\s[-–—]\s+(?=[^-–—]*$)")
_FEATURE = re.compile(r"(?i)\b(?:feat|ft|featuring)\b\.?\s.*$")
_TOKENS = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_WIDE_BRACKETS = str.maketrans("（）［］｛｝【】", "()[]{}[]")


@lru_cache(maxsize=4096)  # as for `_version_key`
def is_version(phrase: str) -> bool:
    """Whether words found in brackets or after a dash name a version of a track.

    "Juno Ferreira 4 a.m. Remix", "2011 Remaster", "Live at the Roundhouse" do; "Psi",
    "I Can't Get No" and "feat. Somebody" do not.
    """
    phrase = " ".join(phrase.split()).lower()
    if not phrase or _NOT_VERSION.match(phrase):
        return False
    if _OPENING.match(phrase):
        return True
    words = _TOKENS.findall(_FEATURE.sub("", phrase))
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if not words:
        return False
    if words[-1] in _ENDINGS or words[-2:] in (["a", "cappella"], ["a", "capella"], ["re", "edit"]):
        return True
    return (
        words != ["and"]
        and words != ["up"]
        and all(word in _COMPANIONS or word in _ENDINGS for word in words)
    )


def split_version(title: str) -> tuple[str, str | None]:
    """The title without the part that names a version, and that part without its brackets.

    >>> split_version("Kinetic Sand (Juno Ferreira 4 a.m. Remix)")
    ('Kinetic Sand', 'Juno Ferreira 4 a.m. Remix')
    >>> split_version("Trust Fall - Extended Mix")
    ('Trust Fall', 'Extended Mix')
    >>> split_version("Levels (Psi) [feat. Nia]")
    ('Levels (Psi) [feat. Nia]', None)

    Several versions are joined by ", ". The title is never left empty.
    """
    found: list[str] = []
    rest = title
    plain = title if title.isascii() else title.translate(_WIDE_BRACKETS)
    if "(" in plain or "[" in plain or "{" in plain:
        rest = _cut_groups(title, plain, found)
    if not found:
        rest = _cut_tail(rest, found)
    if not found:
        return title.strip(), None
    return rest, ", ".join(found)


def _cut_groups(title: str, plain: str, found: list[str]) -> str:
    kept: list[str] = []
    end = 0
    for group in _GROUP.finditer(plain):
        inner = (group[1] or group[2] or group[3] or "").strip()
        if group.start() and is_version(inner) and (kept or plain[: group.start()].strip()):
            kept.append(title[end : group.start()].rstrip())
            end = group.end()
            found.append(inner)
    kept.append(title[end:])
    return "".join(kept).strip()


def _cut_tail(title: str, found: list[str]) -> str:
    if (dash := _DASH_BEFORE_VERSION.search(title)) and dash.start():
        tail = title[dash.end() :].strip()
        if is_version(tail) and title[: dash.start()].strip():
            found.append(tail)
            return title[: dash.start()].strip()
    # Shops and file names write these two words without any mark between.
    if title[-1:] in "xXtTnN" and (pair := _PAIRS.match(title.strip())):
        found.append(pair[2])
        return pair[1].strip()
    return title


_SHOP_MARK = re.compile(
    r"""(?x)(?<!\s)\s*(?:[\[(]\s*(?:
        [A-Z]{2,10}[ -]?\d{2,5}[A-Z]{0,2}
      | (?i:free\s+(?:dl|download)|out\s+now|premiere|exclusive|hd|hq|4k|lyrics?(?:\s+video)?
        |official(?:\s+(?:music|lyrics?))?(?:\s+(?:video|audio|visuali[sz]er))?)
    )\s*[\])]|\s\d{2,3}(?:\.\d+)?\s?(?i:bpm)$)"""
)
"""What shops and video sites write behind a title: [LT009R], (Official Video), [Free Download], 124 bpm."""


def without_shop_marks(title: str) -> str:
    """The title without what only says where it was sold; never empty.

    >>> without_shop_marks("Attic Window (Extended Mix) [NINE014] 124bpm")
    'Attic Window (Extended Mix)'
    """
    rest = title.strip()
    while (plain := _SHOP_MARK.sub("", rest).strip()) and plain != rest:
        rest = plain
    return rest


# --- artists ------------------------------------------------------------------------------------

_BRACKETED_FEATURE = re.compile(r"(?i)(?<!\s)\s*[(\[]\s*(?:feat|ft|featuring)\b\.?:?\s+([^()\[\]]+)[)\]]")
_OPEN_FEATURE = re.compile(
    r"(?i)(?<!\s)\s+(?:feat|ft|featuring)\b\.?:?\s+([^()\[\]]+?)(?=(?<!\s)(?:\s*[(\[]|\s+[-–—]\s)|$)"
)
# A run of white space is tried from its start only: from each of its places a long one would take for ever.
_JOIN = re.compile(
    r"""(?P<join>(?<!\s)(?:
      \s*[(\[]\s*(?:feat|ft|featuring)\b\.?:?\s+       # (feat. X)
    | \s+(?:feat|ft|featuring|f/)(?:\.|:|\b)\s*        # feat. X
    | \s+(?:vs|versus|pres|presents|b2b)\b\.?\s+
    | \s+[xX×]\s+ | \s+/\s+ | \s*;\s+ | \s*、\s*
    | \s*,\s+(?!the\b|jr\b|sr\b|inc\b)
    | \s+[&＆+]\s+(?!(?:the|his|her|their|co|sons|friends|company)\b)
    ))""",
    re.VERBOSE | re.IGNORECASE,
)
_MIGHT_JOIN = re.compile(r"(?i)[,&;/(\[、＆×+]|\b(?:feat|ft|featuring|vs|versus|pres|presents|b2b|x)\b")
_LISTED = re.compile(r",|;|、| / ")
_KEY_JOIN = re.compile(r",| and | vs | x | b2b | pres | presents ")


class Credit(NamedTuple):
    """One artist of a credit, and the words between it and the next ("" after the last)."""

    name: str
    join_phrase: str


def split_artists(credit: str) -> list[Credit]:
    """The artists of a credit in order; names and join phrases together give the credit again.

    "A & B feat. C" is three; "Bob Marley & The Wailers" and "Tyler, the Creator" are one each.
    "and" never splits: it is part of too many names. The brackets of "(feat. C)" belong to the
    join phrases.
    """
    text = credit.strip()
    if not _MIGHT_JOIN.search(text):
        return [Credit(text, "")] if text else []
    parts: list[Credit] = []
    start = 0
    for join in _JOIN.finditer(text):
        name = text[start : join.start()]
        if name.strip() and text[join.end() :].strip(" )]"):
            parts.append(Credit(name, join["join"]))
            start = join.end()
    last = text[start:]
    closing = ""
    if parts and last[-1:] in ")]" and not _balanced(last):
        last, closing = last[:-1], last[-1]
    parts.append(Credit(last, closing))
    return parts


def _balanced(text: str) -> bool:
    return text.count("(") + text.count("[") == text.count(")") + text.count("]")


def split_features(text: str) -> tuple[str, list[str]]:
    """A title or credit without its "feat. ..." parts, and the artists named there."""
    names: list[str] = []

    def take(found: re.Match[str]) -> str:
        names.extend(part.name.strip() for part in split_artists(found[1].strip()))
        return ""

    rest = _OPEN_FEATURE.sub(take, _BRACKETED_FEATURE.sub(take, text)).strip()
    return (rest, names) if rest else (text.strip(), [])


def _has_feature(text: str) -> bool:
    lower = text.lower()
    return "feat" in lower or "ft" in lower


# --- keys ---------------------------------------------------------------------------------------

_SAME_AS_ORIGINAL = frozenset(
    """original mix|original|original version|album version|album mix|album edit|lp version|single version
    |main mix|main version|explicit|explicit version|bonus track|bonus|original club mix|remaster
    |remastered|remastered version|full version|full length version""".replace("\n    ", "").split("|")
)
_REMASTER = re.compile(r"(?:\d{4} )?(?:digital(?:ly)? )?remaster(?:ed)?(?: version)?(?: in)?(?: \d{4})?")


_MOST_OF_A_KEY = 500


def match_key(artist: str, title: str, version: str | None = None) -> str:
    """A key that is equal for two ways of writing the same track.

    Artists count in any order and without features ("A & B feat. C" is "B, A"); a version that only
    says original or remaster is dropped, every other one counts. `version` may also still be in the title.
    """
    if _has_feature(title):
        title = split_features(title)[0]
    title, inner = split_version(title)
    return short_key(f"{artist_key(artist)}|{normalise(title)}|{_version_key(inner, version)}")


def short_key(key: str) -> str:
    """A key that any database can index: PostgreSQL refuses texts of more than some 2,700 bytes."""
    if len(key) <= _MOST_OF_A_KEY:
        return key
    return f"{key[: _MOST_OF_A_KEY // 2]} sha256:{sha256(key.encode()).hexdigest()}"


def artist_key(credit: str) -> str:
    """The artists of a credit as a key: without features, in any order, whatever joins them."""
    if _has_feature(credit):
        credit = split_features(credit)[0]
    if "," in credit or " / " in credit or ";" in credit or "、" in credit:
        names = [normalise(part) for part in _LISTED.split(credit)]
        name = ",".join(part for part in names if part and part != "the") or normalise(credit)
    else:
        name = normalise(credit)
    if (
        "," in name
        or " and " in name
        or " x " in name
        or " vs " in name
        or " b2b " in name
        or " pres" in name
    ):
        parts = sorted({part.strip().removeprefix("the ") for part in _KEY_JOIN.split(name)} - {""})
        return ",".join(parts) or name
    return name


@lru_cache(maxsize=4096)  # a list has few versions, each many times
def _version_key(inner: str | None, version: str | None) -> str:
    if not inner and not version:
        return ""
    parts: list[str] = []
    for text in (inner, version):
        for part in (text or "").split(","):
            key = normalise(split_features(part)[0]) if part.strip() else ""
            if key and key not in _SAME_AS_ORIGINAL and not _REMASTER.fullmatch(key) and key not in parts:
                parts.append(key)
    return " ".join(sorted(parts))


_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")


def clean_isrc(text: str | None) -> str | None:
    """An ISRC in its stored form (twelve characters, upper case, no hyphens), or None if it is none."""
    if not text:
        return None
    isrc = re.sub(r"[\s\-‐–]", "", text).upper().removeprefix("ISRC")
    return isrc if _ISRC.fullmatch(isrc) else None
