from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest

from musiclib.domain.audio_candidates import AudioCandidate
from musiclib.downloads.base import TransferError, ZipOrigin
from musiclib.downloads.purchases import Purchases, read_purchase
from musiclib.errors import BadInput

SUFFIXES = frozenset({".flac", ".mp3"})


def packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"audio")
    return path


def test_only_audio_is_listed_and_each_file_is_found_again(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "Ada|Quist - Two Rooms.zip",
        "Two Rooms/01 First Light.FLAC", "Two Rooms/cover.jpg", "__MACOSX/._01 First Light.flac", "._x.flac",
        "folder.mp3/", "../../../tmp/02 Dusk.mp3",
    )  # fmt: skip
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("03 Link.mp3")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    purchase = read_purchase(path, SUFFIXES)
    assert [(each.title, each.name, each.size) for each in purchase.candidates] == [
        ("First Light", "01 First Light.FLAC", 5),
        ("Dusk", "02 Dusk.mp3", 5),
    ]
    assert purchase.title == "Two Rooms"
    first, _ = purchase.candidates
    assert asyncio.run(Purchases().origin(first)) == ZipOrigin(path, "Two Rooms/01 First Light.FLAC")


def test_what_is_no_purchase_says_why(tmp_path: Path) -> None:
    text = tmp_path / "text.zip"
    text.write_text("hello")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(packed(tmp_path / "whole.zip", "01 a.mp3").read_bytes()[:-20])
    locked = packed(tmp_path / "locked.zip", "01 a.mp3")
    body = bytearray(locked.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + place] |= 1
    locked.write_bytes(body)
    for path, told in (
        (text, "is no ZIP file"),
        (cut, "is no ZIP file"),
        (locked, "locked by a password"),
        (packed(tmp_path / "pictures.zip", "cover.jpg"), "holds no audio"),
        (packed(tmp_path / "empty.zip"), "holds no audio"),
        (tmp_path / "gone.zip", "cannot be read"),
        (tmp_path, "is no file"),
        (packed(tmp_path / "many.zip", *(f"{n}.txt" for n in range(5001))), "more than 5,000 files"),
    ):
        with pytest.raises(BadInput, match=told):
            read_purchase(path, SUFFIXES)


def test_a_candidate_of_another_source_is_refused() -> None:
    with pytest.raises(TransferError):
        asyncio.run(Purchases().origin(AudioCandidate("purchase", "/x/y.zip", "x", "x")))
