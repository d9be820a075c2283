"""Real pieces through real lanes: what comes out is what was played."""

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.engines.base import installed_engines
from musiclib.analysis.features import Analysis, AudioFeatures
from musiclib.analysis.pool import AnalysisPool
from musiclib.analysis.synth import SynthSpec, render, samples, write_audio
from musiclib.analysis.worker import content_hash
from musiclib.domain.music_key import MusicalKey
from tests.analysis.sounds import sine

A_DOZEN = [
    ("house", 124.0, "A minor", "flac"),
    ("house", 121.0, "F major", "mp3"),
    ("house", 127.5, "C# minor", "flac"),
    ("techno", 132.0, "E minor", "ogg"),
    ("techno", 138.25, "G# minor", "flac"),
    ("breakbeat", 174.0, "D minor", "ogg"),
    ("breakbeat", 135.0, "Bb major", "wav"),
    ("downtempo", 84.0, "Eb major", "flac"),
    ("downtempo", 92.5, "B minor", "wav"),
    ("pop", 104.0, "G major", "ogg"),
    ("pop", 118.0, "F# minor", "m4a"),
    ("ambient", 80.0, "C major", "flac"),
]


def no_music() -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(1)
    return {
        "silence": np.zeros((2, 6 * 44_100), np.float32),
        "noise": random.normal(0, 0.1, (2, 8 * 44_100)).astype(np.float32),
        "drone": np.stack([sine(220, -12, 8, 44_100)] * 2),
        "blip": np.full((1, 1), 0.5, np.float32),
        "second": random.normal(0, 0.1, (2, 44_100)).astype(np.float32),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dozen, what is no music, and a calm piece, rendered."""
    folder = tmp_path_factory.mktemp("music")
    for seed, (style, bpm, name, suffix) in enumerate(A_DOZEN):
        key = MusicalKey.parse(name)
        assert key is not None
        render(folder / f"{seed:02} {style}.{suffix}", SynthSpec(bpm, key, style, 15.0, seed))
    for name, audio in no_music().items():
        write_audio(folder / f"{name}.wav", audio, 44_100)
    calm = samples(SynthSpec(70.0, MusicalKey(9, minor=True), "ambient", 15.0)) * np.float32(0.2)
    write_audio(folder / "calm.wav", calm, 44_100)
    return folder


@pytest.mark.parametrize("engine", installed_engines())
def test_what_an_engine_hears(folder: Path, engine: str) -> None:
    """One test an engine: hearing it all costs seconds, and librosa's compiler wants to be alone."""

    async def run(paths: list[Path]) -> list[Analysis]:
        async with AnalysisPool(2, engine=engine) as pool:
            return await asyncio.gather(*(pool.analyze(path) for path in paths))

    paths = sorted(folder.iterdir())
    heard = {path.name: each.features for path, each in zip(paths, asyncio.run(run(paths)), strict=True)}
    _assert_tempo_and_key(folder, heard)
    _assert_energy_follows_the_drive(heard)
    _assert_nothing_is_claimed_without_music(heard)


def _assert_tempo_and_key(folder: Path, heard: dict[str, AudioFeatures]) -> None:
    for seed, (style, bpm, name, suffix) in enumerate(A_DOZEN):
        path = folder / f"{seed:02} {style}.{suffix}"
        features = heard[path.name]
        told = (path.name, features.bpm_candidates, features.key_candidates)
        assert features.bpm == pytest.approx(bpm, abs=0.1), told
        assert features.musical_key == MusicalKey.parse(name), told
        assert 0.25 < features.bpm_confidence <= 1.0
        assert 0.25 < features.key_confidence <= 1.0
        assert features.energy in range(1, 11)
        assert features.engine in installed_engines()
        assert features.content_hash == hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()


def _assert_energy_follows_the_drive(heard: dict[str, AudioFeatures]) -> None:
    low, high = heard["calm.wav"].energy, heard["03 techno.ogg"].energy
    assert low is not None
    assert high is not None
    assert low + 3 <= high


def _assert_nothing_is_claimed_without_music(heard: dict[str, AudioFeatures]) -> None:
    silence, blip = heard["silence.wav"], heard["blip.wav"]
    assert (silence.bpm, silence.key, silence.energy, silence.loudness_lufs) == (None, None, None, None)
    assert (blip.bpm, blip.key) == (None, None)
    assert (heard["noise.wav"].bpm, heard["noise.wav"].key) == (None, None)
    assert heard["drone.wav"].bpm is None
    assert heard["second.wav"].bpm is None


def test_a_lane_never_loads_the_window_or_the_database(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    render(path, SynthSpec(120.0, MusicalKey(0, minor=False), "pop", 5.0))

    async def run() -> Analysis:
        async with AnalysisPool(1, analyse="tests.analysis.engines:modules_after_analysis") as pool:
            return await pool.analyze(path)

    loaded = set(asyncio.run(run()).features.engine.split())
    assert "av" in loaded
    assert not {"PySide6", "sqlalchemy"} & loaded


def test_content_hash_reads_past_its_chunk(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * ((1 << 20) + 7))
    assert content_hash(path) == hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()
