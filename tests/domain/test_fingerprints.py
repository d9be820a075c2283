"""Fingerprints read from their compressed form, sampled and laid over each other."""

from __future__ import annotations

import contextlib
import random
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.fingerprints import SAME_SOUND, likeness, may_be_same, sample, words_of

_WORDS = array("I", [3, 3, 1 << 31, 0xFFFFFFFF, 0])
_PACKED = "AQAABQmQHEmSJEmSJEmSJEmSBEmSJEmSJEmSJEmSJAAX"
"""These words as libchromaprint 1.5.1 compresses them (`chromaprint_encode_fingerprint`, algorithm 1)."""


def _noise(seed: int, count: int = 400) -> array[int]:
    chance = random.Random(seed)
    return array("I", (chance.getrandbits(32) for _ in range(count)))


def _worn(words: array[int], bits: int, seed: int = 3) -> bytes:
    """The same with so many bits of a thousand turned round."""
    chance = random.Random(seed)
    return array(
        "I", (word ^ sum((chance.random() < bits / 1000) << bit for bit in range(32)) for word in words)
    ).tobytes()


def test_the_compressed_form_is_read() -> None:
    assert words_of(_PACKED) == _WORDS.tobytes()


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40).map(lambda raw: raw.hex())))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert len(words_of(text)) % 4 == 0


def test_one_recording_is_known_again_and_two_are_not() -> None:
    one, other = _noise(1), _noise(2)
    worn = _worn(one, 40)
    assert likeness(one.tobytes(), worn) == pytest.approx(0.96, abs=0.01)
    assert likeness(one[25:].tobytes(), worn) > SAME_SOUND, "it begins three seconds later"
    assert likeness(worn, one[25:].tobytes()) > SAME_SOUND
    assert likeness(one.tobytes(), other.tobytes()) < 0.6
    assert likeness(one[:10].tobytes(), one[:10].tobytes()) == 0.0, "too short to say"


def test_only_what_shares_a_word_is_compared() -> None:
    sounds = [_noise(1).tobytes(), _worn(_noise(1), 20), _noise(2).tobytes(), array("I", [7] * 400).tobytes()]
    samples = [sample(each) for each in sounds]
    assert [len(each) for each in samples] == [64, 64, 64, 0], "silence says nothing"
    assert list(may_be_same(samples)) == [(0, 1)]
    assert list(may_be_same([samples[0]] * 60)) == [], "what so many share is a jingle"
