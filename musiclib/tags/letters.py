"""Texts whose bytes were taken for Latin-1: the commonest damage in tags of ID3 and RIFF files.

Programs of the nineties wrote the letters of their own country and called them Latin-1, and others wrote
UTF-8 and said nothing. What was meant is put back only where the text can hardly be meant as it stands.
"""

from __future__ import annotations

import re

_NAMES = ("artist", "title", "album", "albumartist", "label")
_HIGH = re.compile("[\x80-\xff]")
_WORD_OF_HIGH = re.compile(
    "(?<![A-Za-z\xa8\xb8\xc0-\xff])[\xa8\xb8\xc0-\xff]{3,}(?![A-Za-z\xa8\xb8\xc0-\xff])"
)
_CONTROLS = re.compile("[\x80-\x9f]")
_KANA = re.compile("[\u3041-\u30fa]")


def with_letters_mended(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same values with their texts as they were meant; decided for all names of a file together."""
    texts = [text for name in _NAMES for text in values[name]]
    if all(text.isascii() for text in texts):
        return values
    encoding = _meant(texts)
    if encoding is None:
        return values
    return {name: [_mended(text, encoding) for text in some] for name, some in values.items()}


def _meant(texts: list[str]) -> str | None:
    """The encoding that was meant; None where the texts may stay as they are."""
    high = [text for text in texts if _HIGH.search(text)]
    if not high or any(ord(max(text)) > 0xFF for text in high):
        return None  # a letter that Latin-1 lacks: this was read as it was meant
    as_bytes = [text.encode("latin-1") for text in high]
    if _all_decode(as_bytes, "utf-8"):
        return "utf-8"
    joined = "  ".join(high)
    if _is_cyrillic(joined):
        return "cp1251"
    if not _CONTROLS.search(joined):
        return None
    if (japanese := _decoded(as_bytes, "cp932")) and _KANA.search(japanese):
        return "cp932"
    return "cp1252" if _all_decode(as_bytes, "cp1252") else None


def _is_cyrillic(text: str) -> bool:
    """Whether whole words are of accented letters only, and are words when they are read as Cyrillic."""
    words = _WORD_OF_HIGH.findall(text)
    if not words or (len(words) == 1 and len(words[0]) < 4):
        return False
    read = [word.encode("latin-1").decode("cp1251", "replace") for word in words]
    return all(word.islower() or word.isupper() or word.istitle() for word in read)


def _all_decode(texts: list[bytes], encoding: str) -> bool:
    return _decoded(texts, encoding) is not None


def _decoded(texts: list[bytes], encoding: str) -> str | None:
    try:
        return " ".join(text.decode(encoding) for text in texts)
    except UnicodeDecodeError:
        return None


def _mended(text: str, encoding: str) -> str:
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode(encoding)
    except UnicodeError:
        return text
