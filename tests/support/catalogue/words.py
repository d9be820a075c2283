"""Search by words as catalogues do it: forgiving, ranked, and never quite what was meant.

Nothing of the program is used here: what it folds or forgives must not decide what it is offered.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
_ACRONYM = re.compile(r"\b(?:\w\.){2,}")
_LETTERS = str.maketrans({"ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""As Lucene's folding filter has them; Unicode does not take them apart."""
_WORDS = re.compile(r"[^\W_]+")
_IDEOGRAPH = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]")


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """Words without case and diacritics; each ideograph and kana is one of its own."""
    plain = _ACRONYM.sub(lambda found: found[0].replace(".", ""), _APOSTROPHES.sub("", text))
    plain = unicodedata.normalize("NFKD", plain.casefold().translate(_LETTERS))
    plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    found: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFC", plain)):
        found += list(word) if _IDEOGRAPH.search(word) else [word]
    return tuple(found)


class WordIndex:
    """Ranks texts by the words of a query; a word with a typo counts for less, a missing one for nothing."""

    def __init__(self, texts: Sequence[str], least: float = 0.5) -> None:
        """`least` is the share of the query's weight that must be found."""
        self._least = least
        self._lengths = [len(words_of(text)) for text in texts]
        self._postings: dict[str, set[int]] = defaultdict(set)
        for at, text in enumerate(texts):
            for word in words_of(text):
                self._postings[word].add(at)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._postings:
            self._by_letter[word[0]].append(word)

    def search(self, query: str) -> list[tuple[float, int]]:
        """(score, place in the texts), best first."""
        words = list(dict.fromkeys(words_of(query)))
        total = sum(self._weight(word) for word in words)
        found: Counter[int] = Counter()
        for word in words:
            best: dict[int, float] = {}
            for known, factor in self._like(word):
                for at in self._postings[known]:
                    best[at] = max(best.get(at, 0.0), factor)
            for at, factor in best.items():
                found[at] += factor * self._weight(word)  # type: ignore[assignment]
        ranked = [
            (score / total - 0.02 * abs(self._lengths[at] - len(words)), at)
            for at, score in found.items()
            if score / total >= self._least
        ]
        return sorted(ranked, key=lambda each: (-each[0], each[1]))

    def _weight(self, word: str) -> float:
        return math.log(1 + len(self._lengths) / (1 + len(self._postings.get(word, ()))))

    def _like(self, word: str) -> list[tuple[str, float]]:
        exact = [(word, 1.0)] if word in self._postings else []
        if len(word) < 4:
            return exact
        allowed = 1 if len(word) < 8 else 2
        near = [
            (known, 0.6)
            for known in self._by_letter[word[0]]
            if known != word and OSA.distance(known, word, score_cutoff=allowed) <= allowed
        ]
        return exact + near
