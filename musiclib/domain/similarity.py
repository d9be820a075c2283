"""How alike two titles or two artist credits are, 0 to 1; all symmetric."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from musiclib.domain.text import normalise

_SMALL = frozenset({"a", "an", "the", "of", "and", "de", "la", "le", "el"})
_NOT_CLOSE = 0.84
_LINKS = frozenset({"for", "in", "by", "with", "from"})
"""In a long title as small as those: Sonata for Piano, Piano Sonata."""
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_UNITS = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_SPELT = {word: str(number) for number, word in enumerate(_UNITS.split(), 1)}
_TENS = {
    word: tens
    for tens, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2
    )
}
_ENDINGS = frozenset("srdnyt")
"""Letters that make another word at the end of one: angels, believer, loved, broken, rainy, can't."""
_NUMBERED = frozenset({"part", "volume", "no", "chapter"})
_SLANG = {
    "u": "you", "r": "are", "ur": "your", "luv": "love", "nite": "night", "tonite": "tonight",
    "thru": "through", "tha": "the", "da": "the", "cuz": "because", "cause": "because", "til": "until",
    "till": "until", "alright": "all right", "okay": "ok", "gonna": "going to", "wanna": "want to",
    "gotta": "got to", "lil": "little", "4ever": "forever", "b4": "before", "gray": "grey",
    "color": "colour", "colors": "colours", "theater": "theatre", "center": "centre", "harbor": "harbour",
    "honor": "honour", "favorite": "favourite", "neighbor": "neighbour", "rumors": "rumours",
}  # fmt: skip
_SHORT_FOR = {
    "mr": ("mister",), "mrs": ("missus", "misses"), "dr": ("doctor", "drive"), "st": ("saint", "street"),
    "jr": ("junior",), "sr": ("senior",), "sgt": ("sergeant",), "capt": ("captain",), "prof": ("professor",),
    "ave": ("avenue",), "rd": ("road",), "mt": ("mount",), "bros": ("brothers",), "orch": ("orchestra",),
    "intl": ("international",), "pts": ("parts",), "4": ("for",), "2": ("to", "too"), "n": ("and",),
}  # fmt: skip
"""Abbreviations and what they are read as, where the other name has that word."""
_CENSORED = re.compile(r"(?<![^\W\d_]\*)(?<=[^\W\d_])(?:[*#@%]+(?=[^\W\d_]+(?!\*))|\*{2,}(?!\w))")
_BLANK = "\N{LATIN LETTER BILABIAL CLICK}"
"""Stands for a letter somebody has starred out: a letter itself, so that normalising keeps it."""
_LATIN_OF = (
    "аa бb вv гg ґg дd еe єe эe ыy жzh зz иi іi їi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch "
    "юyu яya "
    "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs τt υy φf χch ψps ωo"
)
_LATIN = str.maketrans({pair[0]: pair[1:] for pair in _LATIN_OF.split()} | {"ъ": "", "ь": ""})
"""Letters of normalised Cyrillic and Greek as they are mostly written in Latin."""
_ADJECTIVE = re.compile(r"(?<=\w)(?:yi|ii)\b")
"""Endings that are written -y in Latin: normalising has taken the breve from the short i."""


def scripts(text: str) -> frozenset[str]:
    """The scripts its letters are of ("LATIN", "CYRILLIC", "CJK", "HIRAGANA", ...)."""
    if text.isascii():
        return frozenset({"LATIN"}) if any(char.isalpha() for char in text) else frozenset()
    return frozenset(unicodedata.name(char, "?").split()[0] for char in text if char.isalpha())


def comparable(one: str, other: str) -> bool:
    """Whether the two share a script, so that comparing letters means something."""
    first, second = scripts(one), scripts(other)
    return not first or not second or bool(first & second)


def latin(text: str) -> str:
    """Cyrillic and Greek letters of a normalised text as Latin ones, roughly."""
    return text if text.isascii() else _ADJECTIVE.sub("y", text.translate(_LATIN))


def romanised(text: str) -> str:
    """A normalised text as `latin`, and the customs of writing it so made one: Zhyoltye, Zheltyje."""
    written = re.sub(r"shch|sch", "sh", latin(text).replace("kh", "h").replace("x", "ks").replace("w", "v"))
    return re.sub(r"[iyj]+(?=[oea])|[iyj]+", "y", written.replace("yo", "ye").replace("jo", "ye")).replace(
        "ye", "e"
    )


def title_similarity(one: str, other: str) -> float:
    """Of two normalised titles without versions. A differing word weighs more than a typo."""
    if one == other:
        return 1.0
    words, others = _both_words(one, other)
    joined, joined_other = "".join(words), "".join(others)
    if not joined or not joined_other:
        return 0.0
    if joined == joined_other:
        return 0.98
    left, right = unmatched(set(words), set(others)), unmatched(set(others), set(words))
    letters = fuzz.ratio(" ".join(words), " ".join(others)) / 100
    if not left and not right:
        # "Rain, Rain" and "Rain, Rain, Rain" are two.
        return max(letters, 0.93) if len(words) == len(others) else min(letters, _NOT_CLOSE)
    if left and right:
        return 0.89 if _one_word_misspelt(words, others, left, right) else letters * 0.75
    extra = (left | right) - (_SMALL | _LINKS if len(set(words) & set(others)) >= 5 else _SMALL)
    return max(letters, 0.9) if not extra else min(letters * 0.9, _NOT_CLOSE)


def _one_word_misspelt(words: list[str], others: list[str], left: set[str], right: set[str]) -> bool:
    """Whether, of three words or more, one is written so that two letters differ: skys, skies."""
    if len(words) < 3 or len(words) != len(others) or len(left) != 1 or len(right) != 1:
        return False
    one, other = next(iter(left)), next(iter(right))
    if one[0] != other[0] or one[-1] != other[-1] or min(len(one), len(other)) < 4:
        return False
    # Live and love are two words, as are major and minor; skys is none.
    return (len(one) != len(other) or len(one) > 5) and OSA.distance(one, other, score_cutoff=2) <= 2


def with_blanks(title: str) -> str:
    """A title as written, with each letter that is starred out ("F**k") as a sign that fits any letter."""
    return _CENSORED.sub(lambda stars: _BLANK * len(stars[0]), title) if _CENSORED.search(title) else title


def without_blanks(title: str) -> str:
    """A title as written without its words that are starred out; as it is, if nothing else is there."""
    rest = " ".join(word for word in title.split() if not _CENSORED.search(word))
    return rest or title


def _both_words(one: str, other: str) -> tuple[list[str], list[str]]:
    """The words of both; where one writes 3 and the other III or three, both say 3."""
    words, others = _words(one), _words(other)
    words, others = _read_as(words, others), _read_as(others, words)
    if _digits(words) != _digits(others):
        for in_digits in (_roman_in_digits, _spelt_in_digits):
            plain, plain_other = in_digits(words), in_digits(others)
            if _digits(plain) == _digits(plain_other):
                return plain, plain_other
    return words, others


def _read_as(words: list[str], others: list[str]) -> list[str]:
    """The words, an abbreviation or one with blanks as the word of the other name that it stands for."""
    if words == others:
        return words
    read: list[str] = []
    for index, word in enumerate(words):
        here = others[index : index + 1]
        if _BLANK in word:
            meant = [each for each in (*here, *others) if _fits(word, each)]
        else:
            meant = (
                []
                if word in others
                else [each for each in (*here, *others) if each in _SHORT_FOR.get(word, ())]
            )
        read += meant[:1] or word.replace(_BLANK, " ").split()
    return read


def _fits(word: str, other: str) -> bool:
    return len(word) == len(other) and all(
        letter in (_BLANK, each) for letter, each in zip(word, other, strict=True)
    )


def _roman_in_digits(words: list[str]) -> list[str]:
    return [_ROMAN.get(word, word) for word in words]


def _spelt_in_digits(words: list[str]) -> list[str]:
    """ "twenty one moons" is "21 moons"."""
    found: list[str] = []
    tens = 0
    for word in words:
        unit = _SPELT.get(word, word)
        if tens and unit.isdigit() and int(unit) < 10:
            found[-1], tens = str(tens * 10 + int(unit)), 0
            continue
        tens = _TENS.get(word, 0)
        found.append(str(tens * 10) if tens else unit)
    return found


def _words(title: str) -> list[str]:
    """The words with slang and numbers written one way ("part iv" and "no 4" are "4")."""
    words = [part for word in title.split() for part in _SLANG.get(word, word).split()]
    for index in range(1, len(words)):
        word, last = words[index], index == len(words) - 1
        if words[index - 1] in _NUMBERED:
            words[index] = _ROMAN.get(word) or _SPELT.get(word) or word
        elif last and len(word) > 1:
            words[index] = _ROMAN.get(word, word)
    return [
        word
        for index, word in enumerate(words)
        if word not in ("no", "part") or not (index + 1 < len(words) and words[index + 1].isdigit())
    ]


def without_brackets(title: str) -> str:
    """The normalised title without what stands in brackets, or "" if that is all there is."""
    bare = _BRACKETS.sub(" ", title)
    return normalise(bare) if bare != title and bare.strip() else ""


def numbers_differ(one: str, other: str) -> bool:
    """Whether two normalised titles name different numbers: "Part 1" and "Part 2" are two recordings."""
    if one == other:
        return False
    words, others = _both_words(one, other)
    return _digits(words) != _digits(others)


def _digits(words: list[str]) -> list[str]:
    return sorted(word for word in words if word.isdigit())


def unmatched(words: set[str], others: set[str]) -> set[str]:
    """The words that none of the others is, nor is misspelt."""
    return {word for word in words - others if not any(_typo(word, each) for each in others)}


def _typo(one: str, other: str) -> bool:
    """Whether one word may be the other misspelt; a changed first or last letter or an ending makes another.

    In a short word only a letter too many, too few or swapped counts: burn and turn are two words.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(longer) < 4 or one[0] != other[0] or one[:-1] == other[:-1]:
        return False
    if longer.startswith(shorter) and longer[-1] in _ENDINGS and longer[-1] != shorter[-1]:
        return False
    if len(shorter) < 5:
        swapped = len(shorter) == len(longer) and sorted(one) == sorted(other)
        return (swapped or len(shorter) < len(longer)) and OSA.distance(one, other, score_cutoff=1) <= 1
    allowed = 1 if len(shorter) < 8 else 2
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def same_letters(one: str, other: str) -> bool:
    """Whether two normalised names are one but for spaces, the order of their words or abbreviations."""
    if one != other:
        words, others = one.split(), other.split()
        one, other = " ".join(_read_as(words, others)), " ".join(_read_as(others, words))
    return one.replace(" ", "") == other.replace(" ", "") or sorted(one.split()) == sorted(other.split())


def same_artist(one: str, other: str) -> bool:
    """Whether two normalised names are one artist but for spelling."""
    if same_letters(one, other):
        return True
    if not comparable(one, other):
        one, other = latin(one), latin(other)
        return one == other or (min(len(one), len(other)) >= 5 and fuzz.ratio(one, other) >= 80)
    shorter = min(len(one), len(other))
    if shorter < 5 or _words_apart(one, other) > 1:
        return False
    return fuzz.ratio(one, other) >= (88 if shorter >= 8 else 90)


def _words_apart(one: str, other: str) -> int:
    """How many words differ in names of equally many words: Ann Coe and Anne Cole are two people.

    Initials count twice (J.T. is not J.R.), as do words that differ in several letters: Grant, Grange.
    """
    words, others = one.split(), other.split()
    if len(words) != len(others):
        return 0
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return sum(2 if _is_another_name(*pair) else 1 for pair in differing)


def _is_another_name(word: str, other: str) -> bool:
    letters = 1 if min(len(word), len(other)) < 8 else 2
    return len(word) == len(other) <= 2 or OSA.distance(word, other, score_cutoff=letters) > letters


def missing_from(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """The names that no one among the others is."""
    known = list(others)
    return [name for name in names if not any(same_artist(name, each) for each in known)]
