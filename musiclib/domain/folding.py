"""The form in which texts are searched and sorted: without case, accents and width, in any script."""

from __future__ import annotations

import unicodedata

from musiclib.domain.text import PLAIN_LETTERS, is_diacritic

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("’‘‛ʼ`´′＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)


class _Folding(dict[int, str]):
    """A translation table for all of Unicode, filled as characters are met (so it is bounded by them)."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = "" if is_diacritic(code) else PLAIN_LETTERS.get(char, char)
        self[code] = plain
        return plain


_FOLDING = _Folding()


def folded(text: str) -> str:
    """`text` in lower case, without accents and in its plainest form; one line, single spaces.

    "Ø" is "o", "ﬁ" is "fi", "’" is "'"; the voicing of kana and the vowels of Indic scripts stay.

    >>> folded("  Röyksopp –  Ｔhe Łódź ")
    'royksopp - the lodz'
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", plain).translate(_FOLDING))
    return " ".join(text.lower().split())
