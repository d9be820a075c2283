"""What glibc keeps of memory that was given back to it.

Each thread that reads the library leaves an arena of its own behind, full of holes: 160 MB of 470 after a
library of 25,000 albums was read.
"""

from __future__ import annotations

import ctypes
import sys

# From <malloc.h>.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_ARENAS = 2
_BYTES = 1024 * 1024


def keep_small() -> None:
    """Have few arenas, and large pieces go back when they are freed; early, before there are threads."""
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_ARENA_MAX, _ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, _BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _BYTES)


def give_back() -> None:
    """Give what is free back to the system. Takes a moment, not for the GUI thread."""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """None where another library is in its place."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
