"""What audio sounds like, as Chromaprint tells it, and which sounds are the same.

A fingerprint is a row of 32-bit words, about eight a second, of the first two minutes. Two encodings of one
recording differ in a few per cent of the bits, two recordings in nearly half of them. The second may begin
a little later, so a few seconds each way are tried.
"""

from __future__ import annotations

import base64
import binascii
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

LISTENED_S = 120
"""How much of the beginning is listened to: what fpcalc and AcoustID take."""
SAME_SOUND = 0.85
"""From this share of equal bits on two sounds are one recording; two recordings stand at about 0.5."""
SAMPLED = 16
_FEWEST = 24
"""Of fewer words, three seconds, nothing is said."""
_SHIFT = 40
"""How many words, five seconds, one sound may begin later."""
_COMMON = 50
"""What more sounds share than this is silence or a jingle."""
_HASH = 0x9E3779B1
_WORD = 0xFFFFFFFF


def words_of(fingerprint: str) -> bytes:
    """The words of a compressed fingerprint in base64, four bytes each, little-endian.

    The format is Chromaprint's (src/fingerprint_decompressor.cpp): a byte for the algorithm, three for the
    count; then for each word the distances between the bits that differ from the word before, in three
    bits each, 0 at its end, and what is beyond 6 in five bits behind them. Raises ValueError for another.
    """
    try:
        packed = base64.urlsafe_b64decode(fingerprint + "=" * (-len(fingerprint) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError("no fingerprint in base64") from error
    if len(packed) < 4:
        raise ValueError("a fingerprint without a head")
    count = int.from_bytes(packed[1:4], "big")
    body = int.from_bytes(packed[4:], "little")
    steps: list[int] = []
    ends = 0
    while ends < count:
        if len(steps) * 3 >= (len(packed) - 4) * 8:
            raise ValueError("a fingerprint that ends early")
        steps.append(body >> (3 * len(steps)) & 7)
        ends += steps[-1] == 0
    beyond = body >> (-(-3 * len(steps) // 8) * 8)
    return _unpacked(steps, beyond).tobytes()


def _unpacked(steps: Iterable[int], beyond: int) -> array[int]:
    words = array("I")
    word = bit = before = 0
    for step in steps:
        if step == 0:
            before ^= word
            words.append(before & _WORD)
            word = bit = 0
            continue
        if step == 7:
            step += beyond & 31
            beyond >>= 5
        bit += step
        word |= 1 << (bit - 1)
    return words


def sample(prints: bytes) -> bytes:
    """A few words of a fingerprint, chosen so that two of one recording share some; empty for too few.

    They are those whose hashes are the smallest (MinHash): the same whichever of them differ.
    """
    words = {int.from_bytes(prints[at : at + 4], "little") for at in range(0, len(prints), 4)}
    if len(words) < _FEWEST:
        return b""
    hashed = sorted((word * _HASH) & _WORD for word in words)[:SAMPLED]
    return b"".join(each.to_bytes(4, "little") for each in hashed)


def may_be_same(samples: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Places of sounds that share a word of their samples; each pair once."""
    keyed = array("Q")
    for place, each in enumerate(samples):
        keyed.extend(
            int.from_bytes(each[at : at + 4], "little") << 32 | place for at in range(0, len(each), 4)
        )
    met: set[tuple[int, int]] = set()
    for _, same in groupby(sorted(keyed), key=lambda each: each >> 32):
        places = [each & _WORD for each in same]
        if 1 < len(places) <= _COMMON:
            for pair in combinations(places, 2):
                if pair not in met:
                    met.add(pair)
                    yield pair


def likeness(one: bytes, other: bytes) -> float:
    """The share of equal bits, 0 to 1, where the two lie best; 0 for too few words."""
    count = min(len(one), len(other)) // 4
    if count < _FEWEST:
        return 0.0
    ours, theirs = int.from_bytes(one, "little"), int.from_bytes(other, "little")
    best = 0.0
    for shift in range(-_SHIFT, _SHIFT + 1):
        first, second = (ours >> (32 * shift), theirs) if shift > 0 else (ours, theirs >> (-32 * shift))
        lasting = min(len(one) // 4 - max(shift, 0), len(other) // 4 - max(-shift, 0))
        if lasting < max(_FEWEST, count // 2):
            continue
        apart = ((first ^ second) & ((1 << (32 * lasting)) - 1)).bit_count()
        best = max(best, 1 - apart / (32 * lasting))
    return best
