from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mutagen.flac import FLAC
from mutagen.mp4 import MP4

from musiclib.analysis.decode import check
from musiclib.analysis.encoding import PacketSizes, encoder_name
from musiclib.analysis.synth import write_audio
from tests.analysis.sounds import sine


def mode_of(sizes: list[int], codec: str, seconds: float) -> str | None:
    packets = PacketSizes()
    for size in sizes:
        packets.add(size)
    return packets.bitrate_mode(codec, seconds)


def test_packets_of_one_size_are_a_constant_bit_rate() -> None:
    padded = [1044 + (number % 5 == 0) for number in range(400)]
    assert mode_of([*padded, 300], "mp3", 10.4) == "cbr"
    assert mode_of([4096] * 300, "pcm_s16le", 7.0) == "cbr"


def test_what_follows_the_music_varies() -> None:
    random = np.random.default_rng(1)
    busy = [int(size) for size in random.integers(200, 1400, 400)]
    assert mode_of(busy, "mp3", 10.4) == "vbr"
    assert mode_of([400 + 30 * (number // 43 % 5) for number in range(1000)], "aac", 23.2) == "vbr"


def test_a_reservoir_is_no_variable_rate() -> None:
    random = np.random.default_rng(2)
    lent = [int(size) for size in random.integers(330, 390, 1000)]
    assert mode_of(lent, "aac", 23.2) == "cbr"
    assert mode_of(lent, "flac", 23.2) == "vbr"


def test_a_few_packets_tell_nothing() -> None:
    assert mode_of([417] * 10, "mp3", 0.3) is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoded")
    for suffix in ("flac", "opus", "m4a", "mp3"):
        write_audio(folder / f"a.{suffix}", np.stack([sine(440, -12, 2.0, 44_100)] * 2), 44_100)
    return folder


def test_the_encoder_names_itself(folder: Path) -> None:
    flac, tagged = folder / "a.flac", FLAC(folder / "a.flac")
    tagged.tags.vendor = "reference libFLAC 1.4.3 20230623"
    tagged.save()
    aac = MP4(folder / "a.m4a")
    aac["\xa9too"] = ["iTunes 12.13.2"]
    aac.save()
    assert check(flac).encoder == "reference libFLAC 1.4.3 20230623"
    assert check(folder / "a.m4a").encoder == "iTunes 12.13.2"
    assert (check(folder / "a.opus").encoder or "").startswith("Lav")
    found = check(folder / "a.mp3")
    assert (round(found.bitrate, -2), found.bitrate_mode) == (192_000, "cbr")
    assert (found.encoder or "").startswith("Lavf")


def test_the_longer_of_two_like_names_is_told(tmp_path: Path) -> None:
    lame, full = {"encoder": "LAME3.100"}, {"encoder": "LAME3.100 -V 0"}
    assert encoder_name(tmp_path, "mp3", (lame, full)) == "LAME3.100 -V 0"
    assert encoder_name(tmp_path, "mp3", (lame, {"encoder": "Lavf62"})) == "LAME3.100"
    assert encoder_name(tmp_path, "mp3", ({}, {"encoder": " \x00 "})) is None
    assert encoder_name(tmp_path / "gone", "flac", ({}, {})) is None
