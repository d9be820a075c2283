"""Bytes to text: byte order marks, UTF-16 without one, older encodings, and what is refused."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.tracklist.model import MAX_TEXT_CHARS
from musiclib.errors import KnownError
from musiclib.services.text_input import BinaryInput, TextTooLong, check_length, decode_text

LATIN = "1. Die Fähren - Süd\r\n2. Chloé Vasseur – À demain\r\n3. Señor Ruiz - Mañana\r\n"
RUSSIAN = "1. Северный Ветер - Дорога домой\n2. Анна Лис - Не уходи\n3. Дом у Реки - Я и ты\n"
JAPANESE = "1. 森ハナ - 硝子\n2. 青い月 - 夜の電車\n3. 雨宮トオル - さよならの前に\n"


@pytest.mark.parametrize("text", [LATIN, RUSSIAN, JAPANESE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_certain(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded.text == text
    assert not decoded.doubtful


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LATIN, "cp1252"),
        (LATIN.replace("–", "-"), "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
    ],
)
def test_older_encodings_are_guessed_and_doubted(text: str, encoding: str) -> None:
    decoded = decode_text(text.encode(encoding))
    assert decoded.text == text
    assert decoded.doubtful


def test_utf8_cut_within_a_character_stays_utf8() -> None:
    decoded = decode_text("Die Fähren - Süd".encode()[:-2])
    assert decoded.text == "Die Fähren - S\ufffd"
    assert decoded.doubtful


def test_last_letter_of_an_older_encoding_is_no_cut_utf8() -> None:
    assert decode_text("Chloé Vasseur - Été\nLes Marées - Voilà".encode("cp1252")).text.endswith("Voilà")


def test_empty_is_empty() -> None:
    assert decode_text(b"").text == ""


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\x04\x00\x00\x00\x00\x00#TSSE\x00\x00\x00\x0f\x00\x00\x03Lavf\x00" + bytes(500),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00\x06\x00",
        random.Random(1).randbytes(5000),
        bytes(100),
    ],
)
def test_binary_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(BinaryInput, match="not a text file"):
        decode_text(data)


def test_too_long_is_refused() -> None:
    check_length("x" * MAX_TEXT_CHARS)
    with pytest.raises(TextTooLong, match="Split it"):
        check_length("x" * (MAX_TEXT_CHARS + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_known_error(data: bytes) -> None:
    with contextlib.suppress(KnownError):
        assert isinstance(decode_text(data).text, str)
