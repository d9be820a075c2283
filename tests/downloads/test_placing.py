from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from musiclib.downloads import placing
from musiclib.downloads.base import TransferError
from musiclib.downloads.placing import Placing, place, placed


def _part(folder: Path, data: bytes = b"fLaC data") -> Path:
    (folder / ".incoming").mkdir(exist_ok=True)
    part = folder / ".incoming" / "t.part"
    part.write_bytes(data)
    return part


def _place(folder: Path, target: str, data: bytes = b"fLaC data") -> Path:
    return place(folder, _part(folder, data), target, "flac", lambda placing: None)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_names_that_are_taken_are_kept_apart(tmp_path: Path) -> None:
    for data in (b"one", b"two", b"three"):
        _place(tmp_path, "Ada Quist/01 Dawn", data)
    assert _tree(tmp_path) == {
        "Ada Quist/01 Dawn.flac": b"one",
        "Ada Quist/01 Dawn (2).flac": b"two",
        "Ada Quist/01 Dawn (3).flac": b"three",
    }


def test_the_new_name_is_on_the_disk_before_the_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, seen = _part(tmp_path), []

    def look(folder: Path) -> None:
        seen.append((folder.name, part.exists(), (folder / "01 Dawn.flac").exists()))

    monkeypatch.setattr(placing, "sync_folder", look)
    place(tmp_path, part, "a/01 Dawn", "flac", lambda placing: None)
    assert seen == [(tmp_path.name, True, False), ("a", True, True)]
    assert not part.exists()


@pytest.mark.parametrize("taken", ["link", "folder", "file in the way"])
def test_nothing_that_is_there_is_replaced(tmp_path: Path, taken: str) -> None:
    if taken == "link":
        (tmp_path / "01 Dawn.flac").symlink_to(tmp_path / "nowhere")
    elif taken == "folder":
        (tmp_path / "01 Dawn.flac").mkdir()
    else:
        (tmp_path / "01 Dawn.flac").write_bytes(b"mine")
    assert _place(tmp_path, "01 Dawn").name == "01 Dawn (2).flac"


def test_a_name_that_is_taken_in_the_last_moment_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _place(tmp_path, "01 Dawn", b"one")
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    assert _place(tmp_path, "01 Dawn", b"two").name == "01 Dawn (2).flac"
    assert _tree(tmp_path) == {"01 Dawn.flac": b"one", "01 Dawn (2).flac": b"two"}


@pytest.mark.parametrize(
    "target",
    [
        "../outside", "a/../../outside", "/etc/outside", "a/..", "..", ".", "", "/", "C:/outside",
        "C:outside", "a\\..\\..\\outside", "a\0b", "//server/share/outside", "\\\\server\\share\\outside",
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    with pytest.raises(TransferError):
        _place(folder, target)
    assert _tree(tmp_path) == {"music/.incoming/t.part": b"fLaC data"}


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "music", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / "a").symlink_to(outside)
    with pytest.raises(TransferError):
        _place(folder, "a/b/01 Dawn")
    assert list(outside.iterdir()) == []
    (folder / "c").mkdir()
    (folder / "d").symlink_to("c")
    assert _place(folder, "d/01 Dawn").resolve() == folder / "c" / "01 Dawn.flac"


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "music").symlink_to("disk")
    assert _place(tmp_path / "music", "a/01 Dawn") == tmp_path / "music" / "a" / "01 Dawn.flac"


@pytest.mark.parametrize("name", ["x" * 300, "ü" * 200, "🎵" * 80, "x" * 249 + " . y"])
def test_long_names_are_cut_between_letters(tmp_path: Path, name: str) -> None:
    first, second = _place(tmp_path, name), _place(tmp_path, name)
    assert first.suffix == second.suffix == ".flac"
    assert second.stem.endswith(" (2)")
    assert all(len(os.fsencode(path.name)) <= 255 for path in (first, second))
    assert name.startswith(first.stem)


def test_a_file_system_without_links_keeps_names_apart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*arguments: object, **named: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    for data in (b"one", b"two"):
        _place(tmp_path, "01 Dawn", data)
    assert _tree(tmp_path) == {"01 Dawn.flac": b"one", "01 Dawn (2).flac": b"two"}


def test_another_file_system_within_the_folder_gets_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def other_device(source: Path, target: Path, *, follow_symlinks: bool) -> None:
        if source.parent != target.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "link", other_device)
    told: list[Placing] = []
    for data in (b"one", b"two"):
        path = place(tmp_path, _part(tmp_path, data), "a/01 Dawn", "flac", told.append)
        assert placed(tmp_path, told[-1], tmp_path / "none") == path
    assert _tree(tmp_path) == {"a/01 Dawn.flac": b"one", "a/01 Dawn (2).flac": b"two"}


def test_a_move_nobody_lived_to_write_down_is_found_again(tmp_path: Path) -> None:
    told: list[Placing] = []
    part = _part(tmp_path)
    path = place(tmp_path, part, "a/01 Dawn", "flac", told.append)
    assert placed(tmp_path, told[-1], part) == path
    path.write_bytes(b"another")
    assert placed(tmp_path, told[-1], part) is None
    path.unlink()
    assert placed(tmp_path, told[-1], part) is None


def test_a_name_that_was_only_reserved_is_given_back(tmp_path: Path) -> None:
    part = _part(tmp_path)
    target = tmp_path / "01 Dawn.flac"
    target.touch()
    assert placed(tmp_path, Placing("01 Dawn.flac", 9, 5), part) is None
    assert not target.exists()
    assert part.exists()


def test_errors_of_the_disk_leave_the_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(placing, "_rename", full)
    with pytest.raises(OSError, match="No space"):
        _place(tmp_path, "a/01 Dawn")
    assert _tree(tmp_path) == {".incoming/t.part": b"fLaC data"}
