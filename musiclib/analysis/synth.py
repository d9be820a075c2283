"""Synthesises short pieces of music whose tempo and key are known, for `musiclib demo` and the tests.

Everything follows from the `SynthSpec`: the same spec gives the same samples. numpy and av are imported when
a function is called, so that importing this module costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from musiclib.domain.music_key import MusicalKey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 44_100

# Encoder, sample format, bit rate, and what makes the encoder quick rather than thorough.
_CODECS: Mapping[str, tuple[str, str, int | None, dict[str, str]]] = {
    ".flac": ("flac", "s16", None, {}),
    ".mp3": ("libmp3lame", "s16p", 192_000, {"compression_level": "8"}),
    ".m4a": ("aac", "fltp", 192_000, {"aac_coder": "fast"}),
    ".ogg": ("libopus", "flt", 128_000, {"compression_level": "3"}),
    ".opus": ("libopus", "flt", 128_000, {"compression_level": "3"}),
    ".wav": ("pcm_s16le", "s16", None, {}),
}


@dataclass(frozen=True, slots=True)
class SynthSpec:
    """What to play. `style` is one of `STYLES`; the piece begins on a downbeat at 0 s."""

    bpm: float
    key: MusicalKey
    style: str = "house"
    duration_s: float = 40.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A pitched part: the steps it plays on, how many steps a note lasts, its level and its overtones."""

    steps: tuple[int, ...]
    length: float
    level: float
    harmonics: int


@dataclass(frozen=True, slots=True)
class _Style:
    """Sixteen steps to the bar. Of the drums, "x" is a full stroke and "o" a soft one; `peak` is linear."""

    kick: str
    snare: str
    hat: str
    bass: _Part
    chords: _Part
    lead: _Part
    peak: float = 0.89


_STYLES: Mapping[str, _Style] = {
    "house": _Style(
        kick="x...x...x...x...",
        snare="....x.......x...",
        hat="o.x.o.x.o.x.o.x.",
        bass=_Part((2, 6, 10, 14), 1.8, 0.45, 10),
        chords=_Part((0, 6, 10), 3.0, 0.20, 24),
        lead=_Part((0, 3, 8, 11, 14), 2.2, 0.14, 12),
    ),
    "techno": _Style(
        kick="x...x...x...x...",
        snare="................",
        hat="..x...x...x...xo",
        bass=_Part((1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15), 1.8, 0.35, 10),
        chords=_Part((0, 8), 7.0, 0.16, 18),
        lead=_Part((0, 6, 12), 2.2, 0.12, 12),
    ),
    "breakbeat": _Style(
        kick="x.x.......x.....",
        snare="....x..o.o..x..o",
        hat="x.x.x.x.x.x.x.x.",
        bass=_Part((0, 6, 10), 1.8, 0.45, 10),
        chords=_Part((0,), 15.0, 0.20, 24),
        lead=_Part((0, 4, 7, 12), 2.2, 0.12, 12),
    ),
    "downtempo": _Style(
        kick="x......o.x......",
        snare="....x.......x...",
        hat="x.x.x.x.x.x.x.xo",
        bass=_Part((0, 3, 8, 11), 1.8, 0.45, 10),
        chords=_Part((0, 8), 7.0, 0.22, 14),
        lead=_Part((0, 4, 10, 14), 2.2, 0.14, 12),
        peak=0.63,
    ),
    "pop": _Style(
        kick="x.....o.x.......",
        snare="....x.......x...",
        hat="x.o.x.o.x.o.x.o.",
        bass=_Part((0, 4, 8, 12), 1.8, 0.40, 10),
        chords=_Part((0, 4, 8, 12), 3.5, 0.22, 20),
        lead=_Part((0, 2, 6, 8, 12), 2.2, 0.16, 12),
        peak=0.80,
    ),
    "ambient": _Style(
        kick="o.......o.......",
        snare="................",
        hat="....o.......o...",
        bass=_Part((0,), 1.8, 0.30, 10),
        chords=_Part((0,), 16.0, 0.34, 8),
        lead=_Part((0, 4, 8, 12), 2.2, 0.20, 12),
        peak=0.40,
    ),
}

STYLES = tuple(_STYLES)

# Degrees of the scale, one chord a bar. Each leaves no doubt where the tonic is: it begins every round, and
# its dominant or subdominant leads back to it.
_MAJOR_ROUNDS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (0, 3, 0, 4))
_MINOR_ROUNDS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 3, 0, 4), (0, 0, 5, 4))
_MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
_MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)


def render(path: Path, spec: SynthSpec, tags: Mapping[str, str] | None = None) -> None:
    """Write the piece to `path` in the format of its suffix (.flac .mp3 .m4a .ogg .opus .wav), with `tags`.

    Tag names are FFmpeg's generic ones (title, artist, album, album_artist, track, date, genre). Raises
    ValueError for another suffix or an unknown style; OSError where the file cannot be written.
    """
    write_audio(path, samples(spec), SAMPLE_RATE, tags)


def write_audio(
    path: Path, audio: "NDArray[np.float32]", rate: int, tags: Mapping[str, str] | None = None
) -> None:
    """Encode float samples of shape (channels, n) to the format of the suffix of `path`."""
    import av
    import numpy as np

    if path.suffix.lower() not in _CODECS:
        raise ValueError(f"no encoder for files ending in {path.suffix!r}")
    codec, sample_format, bit_rate, options = _CODECS[path.suffix.lower()]
    layout = "mono" if audio.shape[0] == 1 else "stereo"
    container_format = "ogg" if path.suffix.lower() == ".opus" else None
    with av.open(str(path), "w", format=container_format) as container:
        container.metadata.update(tags or {})
        stream_rate = 48_000 if codec == "libopus" else rate
        stream = container.add_stream(codec, rate=stream_rate, options=options, layout=layout)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = sample_format
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(
            format=sample_format, layout=layout, rate=stream.codec_context.sample_rate
        )
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio, dtype=np.float32), "fltp", layout)
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def samples(spec: SynthSpec) -> "NDArray[np.float32]":
    """The piece as float samples of shape (2, n) at `SAMPLE_RATE`."""
    import numpy as np

    from musiclib.analysis import synth_sounds

    if spec.style not in _STYLES:
        raise ValueError(f"unknown style {spec.style!r}; there are {', '.join(STYLES)}")
    style = _STYLES[spec.style]
    random = np.random.default_rng([spec.seed, spec.key.code, round(spec.bpm * 100)])
    stage = synth_sounds.Stage(spec.duration_s, SAMPLE_RATE)
    step_s = 60.0 / spec.bpm / 4.0
    rounds = _MINOR_ROUNDS if spec.key.minor else _MAJOR_ROUNDS
    progression = rounds[int(random.integers(len(rounds)))]
    bars = int(spec.duration_s / (16 * step_s)) + 1
    for bar in range(bars):
        at = bar * 16 * step_s
        _play_drums(stage, style, at, step_s, quiet=bar % 8 == 7)
        _play_chord(stage, style, spec.key, progression[bar % len(progression)], at, step_s)
        _play_lead(stage, style, spec.key, progression[bar % len(progression)], at, step_s, random)
    return stage.mixed(style.peak)


def _play_drums(stage: "Stage", style: _Style, at: float, step_s: float, *, quiet: bool) -> None:
    for drum, sound, level, pan in (
        (style.kick, stage.sounds.kick, 0.9, 0.0),
        (style.snare, stage.sounds.snare, 0.55, 0.0),
        ("" if quiet else style.hat, stage.sounds.hat, 0.22, 0.2),
    ):
        for step, stroke in enumerate(drum):
            if stroke != ".":
                stage.add(sound, at + step * step_s, level if stroke == "x" else 0.45 * level, pan)


def _play_chord(
    stage: "Stage", style: _Style, key: MusicalKey, degree: int, at: float, step_s: float
) -> None:
    root = 36 + _pitch(key, degree) % 12
    _play(stage, style.bass, [root] * len(style.bass.steps), at, step_s)
    for place, third in enumerate((0, 2, 4)):
        note = 57 + (_pitch(key, degree + third, leading=degree == 4) - 57) % 12
        _play(stage, style.chords, [note] * len(style.chords.steps), at, step_s, pan=0.5 * (place - 1))


def _play_lead(
    stage: "Stage",
    style: _Style,
    key: MusicalKey,
    degree: int,
    at: float,
    step_s: float,
    random: "np.random.Generator",
) -> None:
    # Mostly tones of the chord: a tune that wanders evenly over the scale would leave the key open.
    offsets = random.choice((0, 2, 4, 4, 0, 1), len(style.lead.steps))
    notes = [69 + (_pitch(key, degree + int(offset), leading=degree == 4) - 69) % 12 for offset in offsets]
    _play(stage, style.lead, notes, at, step_s, pan=-0.3)


def _play(stage: "Stage", part: _Part, notes: list[int], at: float, step_s: float, pan: float = 0.0) -> None:
    """One bar of a part, a note for each of its steps."""
    for step, note in zip(part.steps, notes, strict=True):
        tone = stage.sounds.tone(note, part.length * step_s, part.harmonics)
        stage.add(tone, at + step * step_s, part.level, pan)


def _pitch(key: MusicalKey, degree: int, *, leading: bool = False) -> int:
    """Semitones of a scale degree over C; with `leading`, minor takes the raised seventh of its dominant."""
    scale = _MINOR_SCALE if key.minor else _MAJOR_SCALE
    octave, index = divmod(degree, 7)
    raised = 1 if leading and key.minor and index == 6 else 0
    return key.tonic + scale[index] + 12 * octave + raised


if TYPE_CHECKING:
    from musiclib.analysis.synth_sounds import Stage
