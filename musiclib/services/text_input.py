"""From the bytes of a file or a pipe to text: which encoding it is in, and whether that is certain."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import ClassVar

from musiclib.domain.tracklist.model import MAX_TEXT_CHARS
from musiclib.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_FALLBACK = "cp1252"
_OLDER = (
    *(
        "cp1252",
        "cp932",
        "euc_jp",
        "gb18030",
        "big5",
        "cp949",
        "cp1251",
        "koi8_r",
        "cp866",
        "cp1250",
        "cp1253",
    ),
    *("cp1254", "cp1255", "cp1256", "cp1257", "mac_roman"),
)
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27})


class BinaryInput(BadInput):
    """The bytes are no text in any encoding (audio, pictures, archives)."""

    code: ClassVar[str] = "binary_input"


class TextTooLong(BadInput):
    """More text than a tracklist can be."""

    code: ClassVar[str] = "text_too_long"


@dataclass(frozen=True, slots=True)
class DecodedText:
    """`doubtful`: the encoding was guessed and another one fits nearly as well; the person should look."""

    text: str
    encoding: str
    doubtful: bool = False


def decode_text(data: bytes) -> DecodedText:
    """Decode a tracklist: byte order mark, UTF-8, UTF-16 without a mark, then the likeliest older encoding.

    Raises `BinaryInput` for bytes that are no text, `TextTooLong` above `MAX_TEXT_CHARS`.
    """
    decoded = _decode(data)
    check_length(decoded.text)
    return decoded


def decode_table(data: bytes) -> str:
    """The same for a table of any length. Raises `BinaryInput`."""
    return _decode(data).text


def check_length(text: str) -> None:
    """Raise `TextTooLong` for a text that is too long to be parsed."""
    if len(text) > MAX_TEXT_CHARS:
        raise TextTooLong(
            f"This text has {len(text):,} characters; a tracklist may have up to {MAX_TEXT_CHARS:,}. "
            "Split it into several files."
        )


def _decode(data: bytes) -> DecodedText:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return DecodedText(data.decode(encoding), encoding.removesuffix("-sig"))
            except UnicodeDecodeError:
                return DecodedText(data.decode(encoding, "replace"), encoding.removesuffix("-sig"), True)
    wide = _wide(data)
    if wide is not None:
        return wide
    _refuse_binary(data)
    try:
        return DecodedText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        # a file cut off within its last character is still UTF-8, if others of its characters show it
        before = data[: error.start]
        if error.end == len(data) and error.reason == "unexpected end of data" and not before.isascii():
            return DecodedText(before.decode("utf-8") + "\ufffd", "utf-8", True)
    return _older(data)


def _wide(data: bytes) -> DecodedText | None:
    """UTF-16 without a byte order mark: noughts stand on one side of the pairs only."""
    sample = data[:_SAMPLE]
    high, low = sample[1::2].count(0), sample[::2].count(0)
    if len(data) % 2 or not max(high, low):
        return None
    encoding = "utf-16-le" if high > low else "utf-16-be"
    if min(high, low) > 0.1 * max(high, low):
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    head = text[:_SAMPLE]
    readable = sum(char.isprintable() or char.isspace() for char in head)
    return DecodedText(text, encoding) if readable >= 0.98 * len(head) else None


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\x00" in sample or controls > 0.02 * len(sample):
        raise BinaryInput(
            "This is not a text file. Paste the tracklist as text, or choose a text, CSV or playlist file."
        )


def _older(data: bytes) -> DecodedText:
    """The likeliest of the encodings used before Unicode; among equals the one more people used."""
    import charset_normalizer  # takes long to load, and most texts do without

    found = charset_normalizer.from_bytes(data[:_SAMPLE], cp_isolation=list(_OLDER))
    # mess alone confuses Russian with Hebrew; the share of common letter pairs tells them apart
    scores = {match.encoding: match.chaos - 0.3 * match.coherence for match in found}
    close = [name for name, score in scores.items() if score <= min(scores.values()) + 0.03]
    encoding = next((name for name in _OLDER if name in close), _FALLBACK)
    return DecodedText(data.decode(encoding, "replace"), encoding, doubtful=True)
