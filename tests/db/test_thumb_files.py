"""Small copies on a real disk: whole, bounded, and no loss if they are gone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from musiclib.db.thumb_files import ThumbFiles

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def age(folder: Path, sha256: str, days: int) -> None:
    for path in folder.rglob(f"{sha256}-*"):
        os.utime(path, (0, path.stat().st_mtime - days * 86400))


def test_the_one_nobody_has_looked_at_goes_first(tmp_path: Path) -> None:
    thumbs = ThumbFiles(tmp_path, max_bytes=1000)
    for sha256, days in ((A, 3), (B, 2)):
        thumbs.put(sha256, 192, bytes(450))
        age(tmp_path, sha256, days)
    assert thumbs.get(A, 192) == bytes(450), "and is young again"
    thumbs.put(C, 192, bytes(300))
    assert (thumbs.get(A, 192), thumbs.get(B, 192), thumbs.get(C, 192)) == (bytes(450), None, bytes(300))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 1000


def test_copies_of_one_image_are_removed_together(tmp_path: Path) -> None:
    thumbs = ThumbFiles(tmp_path)
    for sha256, side in ((A, 96), (A, 768), (B, 96)):
        thumbs.put(sha256, side, b"x")
    thumbs.remove(A)
    assert [thumbs.get(A, 96), thumbs.get(A, 768), thumbs.get(B, 96)] == [None, None, b"x"]
    assert thumbs.get(B, 192) is None


def test_without_space_nothing_is_kept_and_nobody_is_bothered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    thumbs = ThumbFiles(tmp_path)
    thumbs.put(A, 96, b"x")
    assert thumbs.get(A, 96) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
