from __future__ import annotations

from pathlib import Path

import pytest

from musiclib.analysis.checking import check_audio
from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.synth import SynthSpec, samples, write_audio
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import UnreadableAudio


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    audio = samples(SynthSpec(120.0, MusicalKey(9, minor=True), "pop", 60.0))
    files = {suffix: folder / f"piece.{suffix}" for suffix in ("flac", "wav", "mp3", "m4a", "ogg")}
    for path in files.values():
        write_audio(path, audio, MONO_RATE, {})
    return files


def test_a_whole_file_tells_its_length_and_codec(music: dict[str, Path]) -> None:
    for suffix, path in music.items():
        found = check_audio(path).features
        assert found.duration_s == pytest.approx(60.0, abs=0.15), suffix
        assert found.sample_rate > 0
    assert check_audio(music["flac"]).features.codec == "flac"


@pytest.mark.parametrize("share", [0.6, 0.98])
def test_a_cut_file_is_refused(music: dict[str, Path], tmp_path: Path, share: float) -> None:
    for suffix, path in music.items():
        cut = tmp_path / f"cut{share}.{suffix}"
        content = path.read_bytes()
        cut.write_bytes(content[: round(len(content) * share)])
        with pytest.raises(UnreadableAudio):
            check_audio(cut)
