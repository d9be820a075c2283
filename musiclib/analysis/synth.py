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

_CODECS = {
    ".flac": ("flac", "s16", None),
    ".mp3": ("libmp3lame", "s16p", 192_000),
    ".m4a": ("aac", "fltp", 192_000),
    ".ogg": ("libopus", "flt", 128_000),
    ".opus": ("libopus", "flt", 128_000),
    ".wav": ("pcm_s16le", "s16", None),
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
class _Style:
    """Sixteen steps to the bar: strokes of each drum with its loudness, and how the pitched parts play."""

    kick: Mapping[int, float]
    snare: Mapping[int, float]
    hat: Mapping[int, float]
    bass: tuple[int, ...]
    bass_level: float
    chords: tuple[int, ...]
    chord_steps: float
    chord_level: float
    lead: tuple[int, ...]
    lead_level: float
    brightness: int


def _steps(steps: str) -> dict[int, float]:
    """ "x..o": x is a full stroke, o a soft one."""
    return {i: 1.0 if mark == "x" else 0.45 for i, mark in enumerate(steps) if mark != "."}


_STYLES: Mapping[str, _Style] = {
    "house": _Style(
        _steps("x...x...x...x..."), _steps("....x.......x..."), _steps("o.x.o.x.o.x.o.x."),
        (2, 6, 10, 14), 0.45, (0, 6, 10), 3.0, 0.20, (0, 3, 8, 11, 14), 0.14, 24,
    ),
    "techno": _Style(
        _steps("x...x...x...x..."), {}, _steps("..x...x...x...xo"),
        (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15), 0.35, (0, 8), 7.0, 0.16, (0, 6, 12), 0.12, 18,
    ),
    "breakbeat": _Style(
        _steps("x.x.......x....."), _steps("....x..o.o..x..o"), _steps("x.x.x.x.x.x.x.x."),
        (0, 6, 10), 0.45, (0,), 15.0, 0.20, (0, 4, 7, 12), 0.12, 24,
    ),
    "downtempo": _Style(
        _steps("x......o.x......"), _steps("....x.......x..."), _steps("x.x.x.x.x.x.x.xo"),
        (0, 3, 8, 11), 0.45, (0, 8), 7.0, 0.22, (0, 4, 10, 14), 0.14, 14,
    ),
    "pop": _Style(
        _steps("x.....o.x......."), _steps("....x.......x..."), _steps("x.o.x.o.x.o.x.o."),
        (0, 4, 8, 12), 0.40, (0, 4, 8, 12), 3.5, 0.22, (0, 2, 6, 8, 12), 0.16, 20,
    ),
    "ambient": _Style(
        _steps("o.......o......."), {}, _steps("....o.......o..."),
        (0,), 0.30, (0,), 16.0, 0.34, (0, 4, 8, 12), 0.20, 8,
    ),
}  # fmt: skip

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
    codec, sample_format, bit_rate = _CODECS[path.suffix.lower()]
    layout = "mono" if audio.shape[0] == 1 else "stereo"
    container_format = "ogg" if path.suffix.lower() == ".opus" else None
    with av.open(str(path), "w", format=container_format) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=48_000 if codec == "libopus" else rate, layout=layout)
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
    """The piece as float samples of shape (2, n) at `SAMPLE_RATE`, peaks at -1 dBFS."""
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
    return stage.mixed()


def _play_drums(stage: "Stage", style: _Style, at: float, step_s: float, *, quiet: bool) -> None:
    for step, level in style.kick.items():
        stage.add(stage.sounds.kick, at + step * step_s, 0.9 * level)
    for step, level in style.snare.items():
        stage.add(stage.sounds.snare, at + step * step_s, 0.55 * level)
    for step, level in style.hat.items():
        if not quiet:
            stage.add(stage.sounds.hat, at + step * step_s, 0.22 * level, pan=0.2)


def _play_chord(
    stage: "Stage", style: _Style, key: MusicalKey, degree: int, at: float, step_s: float
) -> None:
    for step in style.bass:
        note = 36 + _pitch(key, degree) % 12
        stage.add(stage.sounds.tone(note, step_s * 1.8, 10), at + step * step_s, style.bass_level)
    for step in style.chords:
        for place, third in enumerate((0, 2, 4)):
            note = 57 + (_pitch(key, degree + third, leading=degree == 4) - 57) % 12
            sound = stage.sounds.tone(note, style.chord_steps * step_s, style.brightness)
            stage.add(sound, at + step * step_s, style.chord_level, pan=0.5 * (place - 1))


def _play_lead(
    stage: "Stage",
    style: _Style,
    key: MusicalKey,
    degree: int,
    at: float,
    step_s: float,
    random: "np.random.Generator",
) -> None:
    for step in style.lead:
        # Mostly tones of the chord: a tune that wanders evenly over the scale would leave the key open.
        offset = int(random.choice((0, 2, 4, 4, 0, 1)))
        note = 69 + (_pitch(key, degree + offset, leading=degree == 4) - 69) % 12
        stage.add(stage.sounds.tone(note, 2.2 * step_s, 12), at + step * step_s, style.lead_level, pan=-0.3)


def _pitch(key: MusicalKey, degree: int, *, leading: bool = False) -> int:
    """Semitones of a scale degree over C; with `leading`, minor takes the raised seventh of its dominant."""
    scale = _MINOR_SCALE if key.minor else _MAJOR_SCALE
    octave, index = divmod(degree, 7)
    raised = 1 if leading and key.minor and index == 6 else 0
    return key.tonic + scale[index] + 12 * octave + raised


if TYPE_CHECKING:
    from musiclib.analysis.synth_sounds import Stage
