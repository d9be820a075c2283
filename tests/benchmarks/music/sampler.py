"""Plays pieces as a sampler does, from single notes that fluidsynth has played once: six times as fast as
fluidsynth itself, near enough to learn from; not for judging. Samples are mono, at half the rate of music."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.music.arrange import scored
from tests.benchmarks.music.grooves import KEYS
from tests.benchmarks.music.midi import DRUMS, Score
from tests.benchmarks.music.pieces import Piece
from tests.benchmarks.music.render import RATE, Samples, mastered, sound_fonts, synthesised

HALF_RATE = RATE // 2
# Notes that are played, and those between made of the nearest; how long they are held, and heard after that.
_PITCHES = range(28, 100, 6)
_HELD_S, _STROKE_S, _REST_S = 6.0, 1.2, 1.0
_RELEASE_S, _FADING_S = 0.3, 0.07
_ROOM = 0.5
# Controllers.
_VOLUME, _EXPRESSION, _REVERB = 7, 11, 91


@dataclass(slots=True)
class _Part:
    """What one channel is sent: notes as (pitch, start, end, velocity) in seconds."""

    program: int = 0
    volume: float = 1.0
    expression: list[tuple[float, float]] = field(default_factory=list)
    notes: list[tuple[int, float, float, float]] = field(default_factory=list)


def sampled(piece: Piece, folder: Path) -> Samples:
    """The piece, mastered; sounds are kept in `folder`. `MissingSounds` where they cannot be made."""
    whole = np.zeros(round((piece.seconds + 1.0) * HALF_RATE), dtype=np.float32)
    for channel, part in _parts(piece).items():
        own = whole if not part.expression else np.zeros_like(whole)
        _play(part, channel, piece, folder, own)
        if part.expression:
            times, levels = zip(*part.expression, strict=True)
            whole += own * np.interp(np.arange(own.size) / HALF_RATE, times, levels).astype(np.float32)
    return np.asarray(mastered(whole[None, :], piece, HALF_RATE)[0])


def _parts(piece: Piece) -> dict[int, _Part]:
    parts: dict[int, _Part] = defaultdict(_Part)
    sounding: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for at, message in scored(piece).messages():
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        part = parts[channel]
        if kind == 0xC0:
            part.program = message[1]
        elif kind == 0xB0 and message[1] == _VOLUME:
            part.volume = _amplitude(message[2])
        elif kind == 0xB0 and message[1] == _EXPRESSION:
            part.expression.append((at, _amplitude(message[2])))
        elif kind == 0x90:
            sounding[channel, message[1]].append((at, _amplitude(message[2])))
        elif kind == 0x80 and (started := sounding[channel, message[1]]):
            start, loud = started.pop(0)
            part.notes.append((message[1], start, at, loud))
    return parts


def _amplitude(value: int) -> float:
    """Of a velocity or a level, as sound fonts have it."""
    return (value / 127.0) ** 2


def _play(part: _Part, channel: int, piece: Piece, folder: Path, into: Samples) -> None:
    sounds = _sounds(folder, piece.sound_font, part.program, channel == DRUMS)
    voices: dict[int, Samples] = {}
    fading = np.exp(-np.arange(round(_RELEASE_S * HALF_RATE)) / (_FADING_S * HALF_RATE)).astype(np.float32)
    for pitch, start, end, loud in part.notes:
        if pitch not in voices:
            voices[pitch] = (
                sounds[_KEYS.index(pitch)].astype(np.float32)
                if channel == DRUMS
                else _tuned(sounds, pitch + piece.cents / 100.0)
            )
        voice, at = voices[pitch], round(start * HALF_RATE)
        held = voice.size if channel == DRUMS else round((end - start) * HALF_RATE)
        level = np.float32(loud * part.volume)
        first = voice[: min(held, into.size - at)] if at < into.size else voice[:0]
        into[at : at + first.size] += level * first
        last = voice[held : held + fading.size][: max(0, into.size - at - held)]
        into[at + held : at + held + last.size] += level * last * fading[: last.size]


def _tuned(sounds: NDArray[np.float16], pitch: float) -> Samples:
    """The nearest sound, played faster or slower."""
    place = int(np.argmin(np.abs(np.array(_PITCHES) - pitch)))
    sound = sounds[place].astype(np.float32)
    speed = 2.0 ** ((pitch - _PITCHES[place]) / 12.0)
    at = np.arange(round((sound.size - 1) / speed)) * speed
    return np.interp(at, np.arange(sound.size), sound).astype(np.float32)


_KEYS = sorted(set(KEYS.values()))


@lru_cache(maxsize=400)
def _sounds(folder: Path, font: str, program: int, drums: bool) -> NDArray[np.float16]:
    """Rows of samples: of `_PITCHES`, or of `_KEYS` for a drum kit."""
    path = folder / f"{Path(font).stem}-{'kit' if drums else 'program'}-{program}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = _recorded(font, program, drums)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".npy", delete=False) as file:
            np.save(file, made)
        Path(file.name).replace(path)
    found: NDArray[np.float16] = np.load(path, mmap_mode="r")
    return found


def _recorded(font: str, program: int, drums: bool) -> NDArray[np.float16]:
    """One note after the other, at a beat a second."""
    channel, held = (DRUMS, _STROKE_S) if drums else (0, _HELD_S)
    score, each = Score(60.0), held + _REST_S
    score.program(channel, program)
    score.control(channel, _REVERB, 40)
    score.control(channel, _VOLUME, 127)
    pitches = _KEYS if drums else _PITCHES
    for number, pitch in enumerate(pitches):
        score.note(channel, number * each, held, pitch, 1.0)
    with tempfile.TemporaryDirectory() as place:
        audio = synthesised(score.as_bytes(), sound_fonts()[font], Path(place), HALF_RATE, _ROOM).mean(axis=0)
    length = round(each * HALF_RATE)
    audio = np.pad(audio, (0, max(0, length * len(pitches) - audio.size)))[: length * len(pitches)]
    return audio.reshape(len(pitches), length).astype(np.float16)
