"""What an analysis of one audio file says; the only analysis types the rest of the program sees.

Standard library only: this module is imported by the window, the command line and the child processes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from musiclib.domain.hearing import SURE_BPM, SURE_KEY
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import AnalysisError

# Raised whenever any measured value may come out differently for the same file.
ANALYSER_VERSION = 3
# A tempo or key whose confidence is at least this is told as sure: `tests.benchmarks.bench_ears` shows how
# often those are right. The numbers stand in `domain.hearing`, which the database asks too.
HIGH_CONFIDENCE = SURE_BPM
HIGH_KEY_CONFIDENCE = SURE_KEY

# Where encoders put their low-pass: 16 kHz for MP3 of 128 kbit/s, 18.5 to 20.5 for 192 to 320.
_LOSSY_ENDS_HZ = (14_500.0, 20_700.0)
_RICH_MP3, _POOR_END_HZ = 250_000, 16_700.0
# 48 kHz and less end below this; what calls itself more should reach above.
_HIGH_RATE_ENDS_HZ = 24_500.0


@dataclass(frozen=True, slots=True)
class TempoCandidate:
    """One possible tempo; `confidence` 0-1, of which the candidates of a track share one unit."""

    bpm: float
    confidence: float


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """One possible key by its English name ("A minor"); confidences as for `TempoCandidate`."""

    key: str
    confidence: float


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """The measurements of one file. None means "not measurable here", never zero.

    Units: `bpm` beats per minute; `loudness_lufs` integrated loudness (EBU R128, ITU-R BS.1770);
    `loudness_range_lu` EBU Tech 3342; `true_peak_dbtp` dB relative to full scale, at least 4x oversampled,
    above 0 where the file goes over; `duration_s` seconds that could be decoded; `bitrate` bit/s of the audio
    packets alone, averaged, and `bitrate_mode` "cbr" or "vbr"; `bit_depth` of lossless audio; `encoder` as it
    names itself in the file. A mono file is measured as it is heard, on both loudspeakers (the same signal as
    a stereo file gives the same loudness).

    `beat_start_s` is the first beat of a steady grid, `tempo_varies` true where there is no steady one.
    `max_momentary_lufs` and `max_short_term_lufs` are the highest loudness of any 0.4 s and 3 s;
    `silence_start_s` and `silence_end_s` seconds at the ends that nobody hears; `clipped_samples` samples in
    runs at full scale; `cutoff_hz` where the spectrum ends as if cut off, None where it does not;
    `liveliest_s` where the liveliest eight seconds begin.

    `energy`, 1 (calm) to 10 (driving), is

        1 + round(9 * (0.40 * loud + 0.35 * busy + 0.25 * bright))

        loud   = (loudness_lufs + 26) / 20      -26 LUFS and below is 0, -6 LUFS and above 1
        busy   = onsets per second / 8          8 and above is 1
        bright = log2(centroid / 400) / 4       400 Hz is 0, 6400 Hz 1; magnitude-weighted mean centroid

    each term clipped to 0-1. The terms are the measurable ones among those by which The Echo Nest, and after
    it Spotify, describe their energy attribute (perceived loudness, onset rate, timbre); the weights are our
    choice: mastering alone must not make a ballad a banger, so no term reaches half.

    `warning` is a sentence for the user where the file could be analysed only in part.
    """

    duration_s: float
    codec: str
    sample_rate: int
    channels: int
    engine: str
    bpm: float | None = None
    bpm_confidence: float = 0.0
    bpm_candidates: tuple[TempoCandidate, ...] = ()
    key: str | None = None
    key_confidence: float = 0.0
    key_candidates: tuple[KeyCandidate, ...] = ()
    energy: int | None = None
    loudness_lufs: float | None = None
    loudness_range_lu: float | None = None
    true_peak_dbtp: float | None = None
    bitrate: int | None = None
    bit_depth: int | None = None
    bitrate_mode: str | None = None
    encoder: str | None = None
    beat_start_s: float | None = None
    tempo_varies: bool = False
    max_momentary_lufs: float | None = None
    max_short_term_lufs: float | None = None
    silence_start_s: float | None = None
    silence_end_s: float | None = None
    clipped_samples: int | None = None
    cutoff_hz: float | None = None
    liveliest_s: float | None = None
    content_hash: str = ""
    warning: str | None = None
    analyser_version: int = ANALYSER_VERSION

    @property
    def musical_key(self) -> MusicalKey | None:
        return None if self.key is None else MusicalKey.parse(self.key)

    @property
    def camelot(self) -> str | None:
        key = self.musical_key
        return None if key is None else key.camelot

    @property
    def origin_hint(self) -> str | None:
        """A sentence where the spectrum says that the file may have been made from a lossy one."""
        if self.cutoff_hz is None:
            return None
        ends = f"There is next to nothing above {self.cutoff_hz / 1000:.1f} kHz"
        if self.bit_depth is not None:
            if _LOSSY_ENDS_HZ[0] <= self.cutoff_hz <= _LOSSY_ENDS_HZ[1]:
                return (
                    f"{ends}, where lossy encoders often cut: this lossless file may have been made from an "
                    "MP3 or AAC. Some masters and old recordings end there too; listen, or compare."
                )
            if self.cutoff_hz < _HIGH_RATE_ENDS_HZ <= self.sample_rate / 2:
                return (
                    f"{ends}: it may have been brought to {self.sample_rate / 1000:g} kHz from a lower rate."
                )
        elif self.codec == "mp3" and (self.bitrate or 0) >= _RICH_MP3 and self.cutoff_hz <= _POOR_END_HZ:
            return (
                f"{ends}, as in an MP3 of 128 kbit/s, though this one has {(self.bitrate or 0) // 1000}: it "
                "may have been made from a poorer file."
            )
        return None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types, complete; `from_dict` gives back an equal object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `as_dict`, also after a round through JSON. Unknown names are left out (a newer writer).

        Raises TypeError or KeyError where a needed field is missing.
        """
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        values["bpm_candidates"] = tuple(
            TempoCandidate(item["bpm"], item["confidence"]) for item in values.get("bpm_candidates", ())
        )
        values["key_candidates"] = tuple(
            KeyCandidate(item["key"], item["confidence"]) for item in values.get("key_candidates", ())
        )
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a lane gives back for a file: its features, and beside them what is too big for every list.

    `waveform`, `spectrum` and `fingerprint` in the formats of `musiclib.domain`; empty where they were not
    made.
    """

    features: AudioFeatures
    waveform: bytes = b""
    spectrum: bytes = b""
    fingerprint: bytes = b""


def energy_level(loudness_lufs: float, onsets_per_s: float, centroid_hz_log2: float) -> int:
    """The formula of `AudioFeatures.energy`; the centroid comes as log2 of hertz."""
    loud = _unit((loudness_lufs + 26.0) / 20.0)
    busy = _unit(onsets_per_s / 8.0)
    bright = _unit((centroid_hz_log2 - 8.643856) / 4.0)
    return 1 + round(9.0 * (0.40 * loud + 0.35 * busy + 0.25 * bright))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def as_json(file: str | Path, outcome: AudioFeatures | AnalysisError) -> dict[str, Any]:
    """One line of `musiclib analyze --json`: the fields of the command's contract, absent values left out.

    `bpm_candidates` are numbers, most likely first. A file that failed has `file`, `error` (a sentence) and
    `error_code`.
    """
    if isinstance(outcome, AnalysisError):
        return {"file": str(file), "error": str(outcome), "error_code": outcome.code}
    line: dict[str, Any] = {
        "file": str(file),
        "bpm": outcome.bpm,
        "bpm_confidence": None if outcome.bpm is None else outcome.bpm_confidence,
        "bpm_candidates": [candidate.bpm for candidate in outcome.bpm_candidates] or None,
        "key": outcome.key,
        "camelot": outcome.camelot,
        "key_confidence": None if outcome.key is None else outcome.key_confidence,
        "beat_start_s": outcome.beat_start_s,
        "tempo_varies": outcome.tempo_varies or None,
        "energy": outcome.energy,
        "loudness_lufs": outcome.loudness_lufs,
        "loudness_range_lu": outcome.loudness_range_lu,
        "true_peak_dbtp": outcome.true_peak_dbtp,
        "max_momentary_lufs": outcome.max_momentary_lufs,
        "max_short_term_lufs": outcome.max_short_term_lufs,
        "silence_start_s": outcome.silence_start_s,
        "silence_end_s": outcome.silence_end_s,
        "clipped_samples": outcome.clipped_samples,
        "liveliest_s": outcome.liveliest_s,
        "cutoff_hz": outcome.cutoff_hz,
        "origin_hint": outcome.origin_hint,
        "duration_s": outcome.duration_s,
        "codec": outcome.codec,
        "bitrate": outcome.bitrate,
        "bitrate_mode": outcome.bitrate_mode,
        "encoder": outcome.encoder,
        "sample_rate": outcome.sample_rate,
        "channels": outcome.channels,
        "bit_depth": outcome.bit_depth,
        "engine": outcome.engine,
        "warning": outcome.warning,
    }
    return {name: value for name, value in line.items() if value is not None}
