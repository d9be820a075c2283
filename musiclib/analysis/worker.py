"""The child's side: from a path to an `Analysis`.

Nothing but the features is imported before a file is analysed, and never Qt or the database: this module is
loaded in every analysis lane. The heavy imports stand in the functions in the order that Essentia needs.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from musiclib.analysis.features import Analysis, AudioFeatures, KeyCandidate, TempoCandidate, energy_level

if TYPE_CHECKING:
    from musiclib.analysis.decode import Decoded
    from musiclib.analysis.engines.base import AudioEngine
    from musiclib.analysis.rhythm import Pulse
    from musiclib.analysis.tempo import Tempo

_HASH_CHUNK = 1 << 20


def content_hash(path: Path) -> str:
    """BLAKE2b (160 bit, hex) of the file's bytes, read in pieces. OSError where it cannot be read."""
    with path.open("rb") as file:
        return hash_of(iter(lambda: file.read(_HASH_CHUNK), b""))


def hash_of(pieces: Iterable[bytes]) -> str:
    """The hash of a content that comes in pieces."""
    digest = hashlib.blake2b(digest_size=20)
    for each in pieces:
        digest.update(each)
    return digest.hexdigest()


def prepare(engine: str | None = None) -> None:
    """What a lane does before its first file: librosa compiles code, a minute long after its installation."""
    from musiclib.analysis.engines.base import default_engine

    if (engine or default_engine()) == "librosa":
        from musiclib.analysis import decode  # noqa: F401  (first, as for a file)
        from musiclib.analysis.engines.librosa import LibrosaEngine

        LibrosaEngine().warm_up()


def analyze_file(path: Path, engine: str | None = None) -> Analysis:
    """Measure one file with the engine of that name (None: the best one installed).

    Raises `UnreadableAudio` with a sentence for the user.
    """
    from musiclib.analysis import decode
    from musiclib.analysis.engines.base import load_engine

    decoded = decode.decode(path)
    features = describe(decoded, load_engine(engine), content_hash(path))
    return Analysis(features, decoded.measured.waveform, decoded.measured.spectrum)


def describe(decoded: "Decoded", engine: "AudioEngine", hash_: str) -> AudioFeatures:
    """Everything that follows from the decoded audio."""
    from musiclib.analysis import rhythm

    pulses = [rhythm.pulse(excerpt.samples) for excerpt in decoded.excerpts]
    tempo = _tempo(decoded, pulses)
    tempos = tuple(TempoCandidate(bpm, confidence) for bpm, confidence in tempo.candidates)
    keys = _keys(decoded, engine)
    facts, measured, loudness = decoded.facts, decoded.measured, decoded.loudness
    return AudioFeatures(
        duration_s=facts.duration_s,
        codec=facts.codec,
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        bitrate=facts.bitrate,
        bitrate_mode=facts.bitrate_mode,
        encoder=facts.encoder,
        bit_depth=facts.bit_depth,
        engine=engine.name,
        bpm=tempos[0].bpm if tempos else None,
        bpm_confidence=tempos[0].confidence if tempos else 0.0,
        bpm_candidates=tempos,
        beat_start_s=tempo.beat_start_s,
        tempo_varies=tempo.varies,
        key=keys[0].key if keys else None,
        key_confidence=keys[0].confidence if keys else 0.0,
        key_candidates=keys,
        energy=_energy(loudness.integrated_lufs, pulses),
        loudness_lufs=loudness.integrated_lufs,
        loudness_range_lu=loudness.range_lu,
        true_peak_dbtp=loudness.true_peak_dbtp,
        max_momentary_lufs=loudness.max_momentary_lufs,
        max_short_term_lufs=loudness.max_short_term_lufs,
        silence_start_s=measured.silence_start_s,
        silence_end_s=measured.silence_end_s,
        clipped_samples=measured.clipped_samples,
        cutoff_hz=measured.cutoff_hz,
        liveliest_s=measured.liveliest_s,
        content_hash=hash_,
        warning=decoded.warning,
    )


def _tempo(decoded: "Decoded", pulses: "list[Pulse]") -> "Tempo":
    from musiclib.analysis import tempo

    starts_s = [excerpt.start_s for excerpt in decoded.excerpts]
    return tempo.estimate(pulses, starts_s, decoded.measured.silence_start_s or 0.0)


def _keys(decoded: "Decoded", engine: "AudioEngine") -> tuple[KeyCandidate, ...]:
    from musiclib.analysis import pitches, tonality

    heard = [pitches.hear_pitches(excerpt.samples, engine) for excerpt in decoded.excerpts]
    return tuple(KeyCandidate(key.name, confidence) for key, confidence in tonality.rank_keys(heard))


def _energy(loudness_lufs: float | None, pulses: "list[Pulse]") -> int | None:
    if loudness_lufs is None or not pulses:
        return None
    busy = sum(pulse.onsets_per_s for pulse in pulses) / len(pulses)
    bright = sum(pulse.centroid for pulse in pulses) / len(pulses)
    return energy_level(loudness_lufs, busy, bright)
