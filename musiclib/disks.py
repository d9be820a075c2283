"""What kind of disk a folder lies on, and how much room there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_REMOTE = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "ncpfs", "9p", "davfs", "webdav", "ceph", "afs"),
        *("glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "macfuse", "osxfuse"),
    }
)
_DRIVE_REMOTE = 4
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path) -> str | None:
    """The kind of network file system a path lies on, or None for a disk of this computer."""
    try:
        path = path.resolve()
        if sys.platform == "win32":
            return _remote_drive(path)
        if sys.platform == "darwin":
            listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=True).stdout
            return kind_of(path, mounts_of_macos(listed))
        return kind_of(path, mounts_of_linux(Path("/proc/self/mountinfo").read_text(errors="replace")))
    except (OSError, subprocess.SubprocessError):
        return None


def kind_of(path: Path, mounts: Iterable[tuple[str, str]]) -> str | None:
    """The kind of the innermost of the `mounts` (folder, kind) that holds the path, if it is remote."""
    around = [(folder, kind) for folder, kind in mounts if path.is_relative_to(folder)]
    # Of several at one place the last is on top.
    innermost = max(around, key=lambda mount: len(Path(mount[0]).parts), default=("", ""))
    kind = [kind for folder, kind in around if folder == innermost[0]][-1:]
    return kind[0] if kind and kind[0] in _REMOTE else None


def mounts_of_linux(mountinfo: str) -> list[tuple[str, str]]:
    """https://docs.kernel.org/filesystems/proc.html (3.5): optional fields end with a dash."""
    found = []
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split()
        if dash and len(fields) > 4 and after.split():
            folder = _OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4])
            found.append((folder, after.split()[0]))
    return found


def mounts_of_macos(listed: str) -> list[tuple[str, str]]:
    """Lines as `//ada@nas/music on /Volumes/music (smbfs, nodev, nosuid)`."""
    lines = (re.fullmatch(r".+? on (.+) \(([^,)]+).*\)", line) for line in listed.splitlines())
    return [(line[1], line[2]) for line in lines if line]


def _remote_drive(path: Path) -> str | None:
    import ctypes

    windows = getattr(ctypes, "windll", None)
    shared = path.drive.startswith("\\\\")
    remote = windows is not None and windows.kernel32.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE
    return "a network drive" if shared or remote else None


def free_bytes(folder: Path) -> int:
    """The room on the disk of a folder that need not be there yet."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free
