"""Real pieces through real lanes: what comes out is what was played."""

import asyncio
import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from musiclib.analysis.engines.base import ENGINES
from musiclib.analysis.features import AudioFeatures
from musiclib.analysis.pool import AnalysisPool
from musiclib.analysis.synth import SynthSpec, render, samples, write_audio
from musiclib.analysis.worker import content_hash
from musiclib.domain.music_key import MusicalKey

# Essentia has wheels for two platforms; librosa is everywhere.
INSTALLED = [name for name in ENGINES if find_spec(name) is not None]

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


@pytest.fixture(scope="module")
def dozen(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, float, str]]:
    folder = tmp_path_factory.mktemp("dozen")
    pieces = []
    for seed, (style, bpm, name, suffix) in enumerate(A_DOZEN):
        key = MusicalKey.parse(name)
        assert key is not None
        path = folder / f"{seed:02} {style}.{suffix}"
        render(path, SynthSpec(bpm, key, style, 25.0, seed))
        pieces.append((path, bpm, key.name))
    return pieces


def analyse_all(paths: list[Path], engine: str | None = None) -> list[AudioFeatures]:
    async def run() -> list[AudioFeatures]:
        async with AnalysisPool(2, engine=engine) as pool:
            return await asyncio.gather(*(pool.analyze(path) for path in paths))

    return asyncio.run(run())


@pytest.mark.parametrize("engine", INSTALLED)
def test_tempo_and_key_of_a_dozen_pieces(dozen: list[tuple[Path, float, str]], engine: str) -> None:
    results = analyse_all([path for path, _, _ in dozen], engine)
    for (path, bpm, key), features in zip(dozen, results, strict=True):
        heard = (path.name, features.bpm_candidates, features.key_candidates)
        assert features.engine == engine
        assert features.bpm == pytest.approx(bpm, abs=0.1), heard
        assert features.key == key, heard
        assert 0.25 < features.bpm_confidence <= 1.0
        assert 0.25 < features.key_confidence <= 1.0
        assert features.energy is not None
        assert 1 <= features.energy <= 10
        assert features.content_hash == hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()


def test_calm_music_has_less_energy_than_driving_music(tmp_path: Path) -> None:
    calm, driving = tmp_path / "calm.flac", tmp_path / "driving.flac"
    key = MusicalKey(9, minor=True)
    write_audio(calm, samples(SynthSpec(70.0, key, "ambient", 15.0)) * np.float32(0.2), 44_100)
    render(driving, SynthSpec(135.0, key, "techno", 15.0))
    low, high = (features.energy for features in analyse_all([calm, driving]))
    assert low is not None
    assert high is not None
    assert low + 3 <= high


@pytest.mark.parametrize("engine", INSTALLED)
def test_nothing_is_claimed_about_what_has_no_music(tmp_path: Path, engine: str) -> None:
    pieces = {
        "silence": np.zeros((2, 6 * 44_100), np.float32),
        "noise": np.random.default_rng(1).normal(0, 0.1, (2, 8 * 44_100)).astype(np.float32),
        "blip": np.full((1, 1), 0.5, np.float32),
        "second": np.random.default_rng(2).normal(0, 0.1, (2, 44_100)).astype(np.float32),
    }
    paths = [tmp_path / f"{name}.wav" for name in pieces]
    for path, audio in zip(paths, pieces.values(), strict=True):
        write_audio(path, audio, 44_100)
    silence, noise, blip, second = analyse_all(paths, engine)
    assert (silence.bpm, silence.key, silence.energy, silence.loudness_lufs) == (None, None, None, None)
    assert (blip.bpm, blip.key, second.bpm) == (None, None, None)
    assert (noise.bpm, noise.key) == (None, None)


def test_a_lane_never_loads_the_window_or_the_database(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    render(path, SynthSpec(120.0, MusicalKey(0, minor=False), "pop", 5.0))

    async def run() -> AudioFeatures:
        async with AnalysisPool(1, analyse="tests.analysis.engines:modules_after_analysis") as pool:
            return await pool.analyze(path)

    loaded = set(asyncio.run(run()).engine.split())
    assert "av" in loaded
    assert not {"PySide6", "sqlalchemy"} & loaded


def test_content_hash_reads_past_its_chunk(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * ((1 << 20) + 7))
    assert content_hash(path) == hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()
