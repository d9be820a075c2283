from __future__ import annotations

import errno
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from musiclib.domain.states import TransferReason as Reason
from musiclib.downloads.base import TransferError, ZipOrigin
from musiclib.downloads.expected import Expected
from tests.support.fetching import audio, expected, fetch, parts

DATA = audio(2_000_000)
MEMBER = "../../Ada Quist - Dawn.flac"


def _zip(folder: Path, *, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "bought.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("cover.jpg", b"\xff\xd8\xff")
        archive.writestr(MEMBER, DATA)
    return path


def _fails(path: Path, member: str = MEMBER, wanted: Expected | None = None) -> TransferError:
    music = path.parent / "music"
    with pytest.raises(TransferError) as caught:
        fetch(music, ZipOrigin(path, member), wanted)
    assert parts(music) == {}
    return caught.value


def _patched(path: Path, before: bytes, after: bytes) -> Path:
    raw = path.read_bytes()
    assert before in raw
    path.write_bytes(raw.replace(before, after))
    return path


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_member_is_unpacked_into_the_part_whatever_its_name(tmp_path: Path, packing: int) -> None:
    path = _zip(tmp_path, packing=packing)
    for _ in range(2):
        fetched = fetch(tmp_path / "music", ZipOrigin(path, MEMBER), expected(DATA))
        assert fetched.path.read_bytes() == DATA
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bought.zip", "music"]


def test_what_cannot_be_taken_out_says_why(tmp_path: Path) -> None:
    path = _zip(tmp_path)
    assert _fails(path, "no such file").reason is Reason.GONE
    assert _fails(path, "cover.jpg").reason is Reason.NOT_AUDIO
    assert _fails(path, wanted=expected(DATA[:-1])).reason is Reason.WRONG_SIZE
    assert _fails(tmp_path / "gone.zip").reason is Reason.GONE
    (tmp_path / "text.zip").write_text("no ZIP file")
    assert _fails(tmp_path / "text.zip").reason is Reason.UNREADABLE_AUDIO


def test_bytes_that_do_not_fit_their_checksum_are_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path, packing=zipfile.ZIP_STORED)
    _patched(path, DATA[1000:1100], bytes(100))
    assert _fails(path).reason is Reason.UNREADABLE_AUDIO


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bytes_that_cannot_be_unpacked_are_no_fault_of_the_drive(tmp_path: Path, packing: int) -> None:
    path = _zip(tmp_path, packing=packing)
    packed = path.read_bytes()
    _patched(path, packed[1_000_000:1_000_100], b"\xff" * 100)
    assert _fails(path).reason is Reason.UNREADABLE_AUDIO


def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    assert _fails(path).reason is Reason.UNREADABLE_AUDIO


def test_a_drive_that_fails_is_not_taken_for_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled_out(packed: zipfile.ZipExtFile, count: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(zipfile.ZipExtFile, "read", pulled_out)
    with pytest.raises(TransferError, match="cannot be read") as caught:
        fetch(tmp_path / "music", ZipOrigin(_zip(tmp_path), MEMBER))
    assert caught.value.reason is Reason.BROKEN_OFF
    assert caught.value.retry


def test_a_protected_member_says_so(tmp_path: Path) -> None:
    path = _zip(tmp_path)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(MEMBER).header_offset
    raw = bytearray(path.read_bytes())
    directory = raw.rindex(b"PK\x01\x02")
    raw[at + 6] |= 1
    raw[directory + 8] |= 1
    path.write_bytes(raw)
    error = _fails(path)
    assert error.reason is Reason.FORBIDDEN
    assert "password" in str(error)


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_links_and_folders_are_no_files(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "odd.zip"
    info = zipfile.ZipInfo("a.flac/" if kind == "folder" else "a.flac")
    if kind == "link":
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd" if kind == "link" else "")
    assert _fails(path, info.filename).reason is Reason.NOT_AUDIO


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.flac", b"fLaC" + bytes(50_000_000))
    assert _fails(path, "a.flac").reason is Reason.TOO_LARGE
    # one that lies about its size is cut off where it said it ends
    size = struct.pack("<L", 50_000_004)
    _patched(path, size, struct.pack("<L", 2000))
    assert _fails(path, "a.flac").reason is Reason.UNREADABLE_AUDIO
