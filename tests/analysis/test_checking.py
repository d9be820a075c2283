from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from musiclib.analysis.checking import check_audio
from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.synth import SynthSpec, samples, write_audio
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import UnreadableAudio


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    audio = samples(SynthSpec(120.0, MusicalKey(9, minor=True), "pop", 30.0))
    files = {suffix: folder / f"piece.{suffix}" for suffix in ("flac", "wav", "mp3", "m4a", "ogg")}
    for path in files.values():
        write_audio(path, audio, MONO_RATE, {})
    return files


def test_a_whole_file_tells_its_length_and_codec(music: dict[str, Path]) -> None:
    for suffix, path in music.items():
        found = check_audio(path).features
        assert found.duration_s == pytest.approx(30.0, abs=0.15), suffix
        assert found.sample_rate > 0
    assert check_audio(music["flac"]).features.codec == "flac"


@pytest.mark.parametrize("share", [0.6, 0.96])
def test_a_cut_file_is_refused(music: dict[str, Path], tmp_path: Path, share: float) -> None:
    for suffix, path in music.items():
        cut = tmp_path / f"cut{share}.{suffix}"
        content = path.read_bytes()
        cut.write_bytes(content[: round(len(content) * share)])
        with pytest.raises(UnreadableAudio):
            check_audio(cut)


def test_a_file_that_plays_to_its_end_but_not_as_it_was_encoded_is_refused(
    music: dict[str, Path], tmp_path: Path
) -> None:
    content = bytearray(music["flac"].read_bytes())
    content[len(content) // 2] ^= 0x10
    flipped = tmp_path / "flipped.flac"
    flipped.write_bytes(content)
    with pytest.raises(UnreadableAudio, match="not all of it is what was encoded"):
        check_audio(flipped)


def test_what_stands_behind_the_audio_of_a_flac_does_no_harm(music: dict[str, Path], tmp_path: Path) -> None:
    tagged = tmp_path / "tagged.flac"
    tagged.write_bytes(music["flac"].read_bytes() + b"TAG" + bytes(125))
    assert check_audio(tagged).features.codec == "flac"


@pytest.mark.parametrize("told", [True, False])
def test_24_bit_flac_is_compared_with_its_checksum_if_it_tells_one(tmp_path: Path, told: bool) -> None:
    noise = np.random.default_rng(1).normal(0, 0.2, (44_100, 2))
    path = tmp_path / "deep.flac"
    soundfile.write(path, noise, 44_100, subtype="PCM_24")
    content = bytearray(path.read_bytes())
    if not told:  # after "fLaC" and the header of the block, the last 16 bytes of STREAMINFO
        content[4 + 4 + 18 : 4 + 4 + 34] = bytes(16)
        path.write_bytes(content)
    assert check_audio(path).features.bit_depth == 24
