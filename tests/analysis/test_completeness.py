import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.analysis.completeness import ends_early, present_share
from musiclib.analysis.decode import decode
from musiclib.analysis.synth import SynthSpec, samples, write_audio
from musiclib.domain.music_key import MusicalKey
from musiclib.errors import UnreadableAudio

FORMATS = ("wav", "mp3", "ogg", "flac")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("whole")
    audio = samples(SynthSpec(100.0, MusicalKey(2, minor=False), "pop", 12.0))
    files = {suffix: folder / f"piece.{suffix}" for suffix in FORMATS}
    for path in files.values():
        write_audio(path, audio, 44_100, {"title": "Piece"})
    return files


def cut(path: Path, folder: Path, share: float) -> Path:
    data = path.read_bytes()
    short = folder / path.name
    short.write_bytes(data[: int(len(data) * share)])
    return short


@pytest.mark.parametrize("suffix", FORMATS)
def test_whole_file_is_whole(whole: dict[str, Path], suffix: str) -> None:
    assert present_share(whole[suffix]) == 1.0
    assert not ends_early(whole[suffix])


@pytest.mark.parametrize("suffix", ["wav", "mp3"])
def test_share_of_a_cut_file(whole: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    assert present_share(cut(whole[suffix], tmp_path, 0.7)) == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("suffix", FORMATS)
def test_cut_file_is_measured_and_said_to_be_cut(whole: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    decoded = decode(cut(whole[suffix], tmp_path, 0.7))
    assert decoded.facts.duration_s == pytest.approx(0.7 * 12.0, abs=1.0)
    assert decoded.warning is not None


@pytest.mark.parametrize("suffix", ["wav", "mp3", "flac"])
def test_file_of_which_little_is_left_is_refused(whole: dict[str, Path], tmp_path: Path, suffix: str) -> None:
    with pytest.raises(UnreadableAudio, match=r"of 1[123] seconds"):
        decode(cut(whole[suffix], tmp_path, 0.2))


def test_size_left_open_by_a_recorder_promises_nothing(whole: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(whole["wav"].read_bytes())
    data[4:8] = b"\xff\xff\xff\xff"
    path = tmp_path / "open.wav"
    path.write_bytes(data)
    assert present_share(path) == 1.0


@given(
    st.one_of(st.binary(max_size=600), st.binary(max_size=400).map(lambda rest: b"\xff\xfb\x90\x00" + rest))
)
def test_any_bytes_have_a_share(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        assert 0.0 <= present_share(path) <= 1.0
        assert ends_early(path) in {True, False}


def test_size_of_the_audio_alone_may_tell_what_is_missing(whole: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(whole["wav"].read_bytes())
    at = data.index(b"data") + 4
    (size,) = struct.unpack("<I", data[at : at + 4])
    data[at : at + 4] = struct.pack("<I", size * 4)
    path = tmp_path / "promises.wav"
    path.write_bytes(data)
    assert present_share(path) == pytest.approx(0.25, abs=0.01)
