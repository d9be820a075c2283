"""What kind of drive a folder is on: of a network drive, the system tells no changes that others make."""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|afpfs|webdav|davfs\d?|9p|ceph|glusterfs|fuse\.(?!fuseblk).*"
)
"""Types of file systems, as Linux calls them; what FUSE mounts is mostly far away too."""
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = 4
"""DRIVE_REMOTE of the Windows function GetDriveTypeW."""


def is_on_network(folder: Path) -> bool:
    """Whether a folder is on a network drive, as far as the system says so."""
    if sys.platform == "win32":
        anchor = folder.anchor
        return anchor.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(anchor) == _REMOTE
    try:
        return is_network_mount(_MOUNTS.read_text("utf-8", "surrogateescape"), folder)
    except OSError:
        return False


def is_network_mount(mounts: str, folder: Path) -> bool:
    """The same by the text of /proc/self/mountinfo (proc(5)), in which the last mount of a place counts."""
    longest, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        place = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        depth = len(place.parts)
        if depth >= longest and folder.is_relative_to(place):
            longest, kind = depth, after.split(" ")[0]
    return _NETWORK.fullmatch(kind) is not None
