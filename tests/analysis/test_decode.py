import os
from pathlib import Path

import numpy as np
import pytest

from musiclib.analysis.decode import decode
from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.synth import SynthSpec, render, samples, write_audio
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import UnreadableAudio
from tests.analysis.sounds import sine, write_float_wav

SPEC = SynthSpec(120.0, MusicalKey(9, minor=True), "pop", 20.0)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same piece in every format we write."""
    folder = tmp_path_factory.mktemp("music")
    audio = samples(SPEC)
    files = {suffix: folder / f"piece.{suffix}" for suffix in ("flac", "wav", "mp3", "m4a", "ogg", "opus")}
    for path in files.values():
        write_audio(path, audio, MONO_RATE, {"title": "Piece"})
    return files


def test_facts_of_the_stream(music: dict[str, Path]) -> None:
    facts = {}
    for suffix, path in music.items():
        decoded = decode(path)
        assert decoded.facts.duration_s == pytest.approx(20.0, abs=0.1)
        assert decoded.facts.channels == 2
        assert decoded.warning is None
        assert sum(excerpt.samples.size for excerpt in decoded.excerpts) == pytest.approx(
            20 * MONO_RATE, rel=0.01
        )
        facts[suffix] = (decoded.facts.codec, decoded.facts.sample_rate, decoded.facts.bit_depth)
    assert facts == {
        "flac": ("flac", 44_100, 16),
        "wav": ("pcm_s16le", 44_100, 16),
        "mp3": ("mp3", 44_100, None),
        "m4a": ("aac", 44_100, None),
        "ogg": ("opus", 48_000, None),
        "opus": ("opus", 48_000, None),
    }


def test_bitrate_is_that_of_the_audio(music: dict[str, Path]) -> None:
    assert decode(music["wav"]).facts.bitrate == 44_100 * 2 * 16
    assert decode(music["mp3"]).facts.bitrate == pytest.approx(192_000, rel=0.01)


def test_all_formats_measure_the_same_music(music: dict[str, Path]) -> None:
    levels = [decode(path).loudness.integrated_lufs for path in music.values()]
    assert None not in levels
    assert np.ptp([level for level in levels if level is not None]) < 0.6


def test_truncated_file_is_measured_with_a_warning(music: dict[str, Path], tmp_path: Path) -> None:
    data = music["flac"].read_bytes()
    cut = tmp_path / "cut.flac"
    cut.write_bytes(data[: len(data) * 3 // 4])
    decoded = decode(cut)
    assert 12.0 < decoded.facts.duration_s < 18.0
    assert decoded.warning is not None
    assert "of 20 seconds" in decoded.warning


def test_mostly_missing_file_is_refused(music: dict[str, Path], tmp_path: Path) -> None:
    data = music["flac"].read_bytes()
    cut = tmp_path / "cut.flac"
    cut.write_bytes(data[: len(data) // 5])
    with pytest.raises(UnreadableAudio, match="of 20 seconds"):
        decode(cut)


def test_noise_in_the_middle_is_passed_over(music: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(music["mp3"].read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = np.random.default_rng(1).bytes(20_000)
    hurt = tmp_path / "hurt.mp3"
    hurt.write_bytes(data)
    decoded = decode(hurt)
    assert decoded.facts.duration_s == pytest.approx(19.5, abs=1.0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zero.flac", b"", "empty"),
        ("garbage.mp3", np.random.default_rng(2).bytes(50_000), "audio"),
        ("text.mp3", b"Artist - Title\n" * 500, "audio"),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVE", "audio"),
        ("list.mp3", b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n", "audio"),
    ],
)
def test_not_audio_is_named_so(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableAudio, match=reason) as caught:
        decode(path)
    assert name in str(caught.value)
    assert caught.value.code == "unreadable_audio"


def test_a_picture_is_not_audio(tmp_path: Path) -> None:
    import av

    path = tmp_path / "cover.png"
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 16
        stream.pix_fmt = "rgb24"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8))))
        container.mux(stream.encode(None))
    with pytest.raises(UnreadableAudio, match="holds no audio"):
        decode(path)


def test_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match="is not a file"):
        decode(tmp_path)
    with pytest.raises(UnreadableAudio, match="is not there"):
        decode(tmp_path / "gone.flac")


@pytest.mark.skipif(os.name != "posix", reason="permissions are told by mode bits on POSIX alone")
def test_forbidden_file(music: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "secret.flac"
    path.write_bytes(music["flac"].read_bytes())
    path.chmod(0)
    if os.geteuid() == 0:
        # The superuser reads everything: nothing to refuse.
        assert decode(path).facts.channels == 2
        return
    with pytest.raises(UnreadableAudio, match="cannot be opened"):
        decode(path)


def test_tags_in_a_wrong_encoding_do_no_harm(music: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "latin.flac"
    path.write_bytes(music["flac"].read_bytes().replace(b"title=Piece", b"title=Pi\xe8ce"))
    assert decode(path).warning is None


def test_format_that_changes_half_way(tmp_path: Path) -> None:
    path = tmp_path / "chained.mp3"
    parts = []
    for rate, channels in ((44_100, 2), (48_000, 1), (32_000, 2)):
        write_audio(tmp_path / "part.mp3", np.stack([sine(440, -12, 4, rate)] * channels), rate)
        parts.append((tmp_path / "part.mp3").read_bytes())
    path.write_bytes(b"".join(parts))
    decoded = decode(path)
    assert decoded.facts.sample_rate == 44_100
    assert decoded.facts.duration_s == pytest.approx(12.0, abs=0.5)


def test_samples_that_are_no_numbers(tmp_path: Path) -> None:
    audio = np.stack([sine(440, -12, 6)] * 2)
    audio[:, 1000:1100] = np.nan
    audio[:, 2000] = np.inf
    decoded = decode(write_float_wav(tmp_path / "nan.wav", audio, "stereo"))
    assert all(np.isfinite(excerpt.samples).all() for excerpt in decoded.excerpts)
    numbers = (decoded.loudness.integrated_lufs, decoded.loudness.range_lu, decoded.loudness.true_peak_dbtp)
    assert all(number is None or np.isfinite(number) for number in numbers)


def test_one_sample(tmp_path: Path) -> None:
    decoded = decode(write_float_wav(tmp_path / "one.wav", np.full((1, 1), 0.5, np.float32), "mono"))
    assert decoded.loudness.integrated_lufs is None


def test_odd_names(tmp_path: Path) -> None:
    for name in ("100% %d [mix] 'é'.wav", "concat:x.wav", "a:b?.wav", "-i.wav"):
        path = tmp_path / name
        render(path, SynthSpec(120.0, MusicalKey(0, minor=False), "pop", 1.0))
        assert decode(path).facts.duration_s == pytest.approx(1.0)
