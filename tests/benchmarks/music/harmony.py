"""Chords by Roman numerals, the scales that fit them, and tunes over them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
_DEGREES = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}
_NUMERAL = re.compile(r"([b#]?)([iv]+|[IV]+)(o|\+)?(maj7|maj9|m7|m9|7|9|6|sus4|sus2|5|add9)?")
_COLOURS = {
    "maj7": (11,),
    "maj9": (11, 14),
    "m7": (10,),
    "m9": (10, 14),
    "7": (10,),
    "9": (10, 14),
    "6": (9,),
    "add9": (14,),
}


@dataclass(frozen=True, slots=True)
class Chord:
    """`root` in semitones over the tonic; `tones` in semitones over the root, third and fifth first."""

    root: int
    tones: tuple[int, ...]

    @property
    def third(self) -> int:
        return self.tones[1] if len(self.tones) > 2 else self.tones[-1]

    @property
    def fifth(self) -> int:
        return self.tones[2] if len(self.tones) > 2 else 7

    def classes(self) -> set[int]:
        return {(self.root + tone) % 12 for tone in self.tones}


def chord(numeral: str, *, minor: bool) -> Chord:
    """The chord of a numeral: "VI" of minor stands on its sixth degree, "bVII" of major a tone under the
    tonic; case tells the third."""
    found = _NUMERAL.fullmatch(numeral)
    if found is None:
        raise ValueError(f"no such chord: {numeral!r}")
    sign, name, bent, colour = found.groups()
    root = (MINOR if minor else MAJOR)[_DEGREES[name.lower()]] + {"b": -1, "#": 1}.get(sign, 0)
    third = 4 if name.isupper() else 3
    fifth = {"o": 6, "+": 8}.get(bent or "", 7)
    if colour == "5":
        return Chord(root % 12, (0, 7, 12))
    if colour in ("sus4", "sus2"):
        return Chord(root % 12, (0, 5 if colour == "sus4" else 2, fifth))
    return Chord(root % 12, (0, third, fifth, *_COLOURS.get(colour or "", ())))


def progression(text: str, *, minor: bool) -> tuple[tuple[Chord, ...], ...]:
    """Bars of chords; a comma divides a bar evenly."""
    return tuple(tuple(chord(name, minor=minor) for name in bar.split(",")) for bar in text.split())


def scale_over(sounding: Chord, *, minor: bool) -> tuple[int, ...]:
    """The key's scale, in which tones of the chord take the place of those a semitone beside them."""
    foreign = sounding.classes() - set(MINOR if minor else MAJOR)
    own = {tone for tone in (MINOR if minor else MAJOR) if not {(tone + 1) % 12, (tone - 1) % 12} & foreign}
    return tuple(sorted(own | sounding.classes()))


def nearest(pitch: int, classes: set[int] | tuple[int, ...], tonic: int) -> int:
    """The pitch next to `pitch` that belongs to the classes (semitones over `tonic`)."""
    return min(
        (near for near in range(pitch - 7, pitch + 8) if (near - tonic) % 12 in set(classes)),
        key=lambda near: (abs(near - pitch), near),
    )


def tune(bars: list[tuple[Chord, ...]], rhythm: str, tonic: int, random: Random, *, minor: bool) -> list[int]:
    """A pitch for each stroke of `rhythm` in each bar: tones of the chord on the strong places, steps
    between them elsewhere; the last bar of every four comes to rest on the tonic where its chord has it."""
    strokes = [step for step, mark in enumerate(rhythm) if mark == "x"]
    centre = 66 + random.randrange(12)
    at = nearest(centre, {0, 7}, tonic)
    pitches = []
    for number, chords in enumerate(bars):
        for place, step in enumerate(strokes):
            sounding = chords[step * len(chords) // len(rhythm)]
            last = place == len(strokes) - 1
            if last and number % 4 == 3 and 0 in sounding.classes():
                at = nearest(at, {0}, tonic)
            elif place == 0 or random.random() < 0.45:
                at = nearest(at + random.choice((-5, -3, 0, 3, 4, 5)), sounding.classes(), tonic)
            else:
                scale = scale_over(sounding, minor=minor)
                at = nearest(at + random.choice((-2, -1, 1, 2, 2)), scale, tonic)
            if abs(at - centre) > 9:
                at += 12 if at < centre else -12
            pitches.append(at)
    return pitches
