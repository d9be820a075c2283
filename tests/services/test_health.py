"""Whether the library is whole, was closed in good order, and lies where it is safe."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from musiclib import disks
from musiclib.bootstrap import Library, open_library
from musiclib.settings import Settings
from tests.services.helpers import THREE, import_new
from tests.support.database import DIALECTS

_LEFT_OPEN = """
import os, signal, sys
from pathlib import Path
from musiclib.bootstrap import open_library
from musiclib.settings import Settings
open_library(Settings(data_dir=Path(sys.argv[1]), online=False))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_that_was_killed_is_noticed_till_the_library_was_checked(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, online=False)
    ended = subprocess.run([sys.executable, "-c", _LEFT_OPEN, str(data_dir)], check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = (data_dir / "open").iterdir()
    os.utime(left, (1, 1))  # long ago, as it is after a crash that mattered
    first, other = open_library(settings), open_library(settings)
    try:
        assert first.maintenance.was_left_open
        first.close()
        assert other.maintenance.was_left_open, "nobody has checked it yet"
        assert other.maintenance.check().whole
        assert not other.maintenance.was_left_open
    finally:
        other.close()
        first.close()
    third = open_library(settings)
    assert not third.maintenance.was_left_open
    third.close()
    assert not list((data_dir / "open").iterdir())


@pytest.mark.logs("contradicts itself")
@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_what_the_program_relies_on_is_looked_at(library: Library) -> None:
    import_new(library, THREE)
    assert library.maintenance.check(thorough=True).whole
    with library._db.write() as conn:
        conn.execute(text("UPDATE album_tracks SET position = 1"))
    found = library.maintenance.check()
    assert found.contradictions == ("1 places on a list that two tracks share",)
    assert [each.ok for each in library.maintenance.doctor(check=True) if each.name == "integrity"] == [False]


@pytest.mark.logs("is damaged|of no use")
def test_a_damaged_library_is_told_and_the_newest_whole_copy_offered(
    settings: Settings, library: Library
) -> None:
    import_new(library, "\n".join(f"Artist {n} - Title {n}" for n in range(400)))
    whole = library.backups.make().path
    broken = library.backups.make().path
    broken.write_bytes(broken.read_bytes()[:40_000])
    library.close()
    path = settings.data_dir / "library.sqlite3"
    with sqlite3.connect(path) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'imports'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : (page - 1) * size + 200] = bytes(range(200))
    path.write_bytes(data)
    opened = open_library(settings)
    try:
        assert opened.maintenance.check().damage
        newest = opened.backups.newest_whole()
        assert newest is not None
        assert newest.path == whole
    finally:
        opened.close()
    assert path.read_bytes()[:16] == data[:16], "nothing is deleted"


def test_network_file_systems_are_known_by_the_mount_table(library: Library) -> None:
    linux = (
        "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
        "40 22 0:45 / /mnt/nas\\040music rw shared:9 - nfs4 nas:/music rw,vers=4.2\n"
        "41 40 0:46 / /mnt/nas\\040music/local rw - ext4 /dev/sdb1 rw\n"
        "42 22 0:47 / /home/ada/far rw,nosuid - fuse.sshfs ada@far:/ rw\n"
        "broken line\n"
    )
    macos = (
        "/dev/disk1s1 on / (apfs, local, journaled)\n"
        "//ada@nas._smb._tcp.local/music on /Volumes/my music (smbfs, nodev, nosuid, mounted by ada)\n"
    )
    kinds = {
        "/mnt/nas music/library.sqlite3": "nfs4",
        "/mnt/nas music/local/library.sqlite3": None,
        "/home/ada/far/x": "fuse.sshfs",
        "/home/ada/farther/x": None,
    }
    mounts = disks.mounts_of_linux(linux)
    assert {path: disks.kind_of(Path(path), mounts) for path in kinds} == kinds
    assert disks.kind_of(Path("/Volumes/my music/a"), disks.mounts_of_macos(macos)) == "smbfs"
    assert disks.kind_of(Path("/Users/ada"), disks.mounts_of_macos(macos)) is None
    names = {each.name: each.ok for each in library.maintenance.doctor()}
    assert (names["file system"], names["disk"]) == (True, True)


def test_a_nearly_full_disk_is_warned_of_once_and_again_after_it_was_well(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(total=10**12, used=10**12 - 10**8, free=10**8)
    assert library.maintenance.new_warnings() == []
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _folder: free)
        assert [each.name for each in library.maintenance.new_warnings()] == ["disk", "backup folder"]
        assert "100 MB are free" in library.maintenance.warnings()[0].detail
        assert library.maintenance.new_warnings() == []
    assert library.maintenance.new_warnings() == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    assert len(library.maintenance.new_warnings()) == 2
