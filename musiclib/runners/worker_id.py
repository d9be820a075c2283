"""Names of workers, from which another process on the same machine can tell that one is dead."""

from __future__ import annotations

import os
import socket
import sys
from uuid import uuid4


def make_worker_id() -> str:
    """Unique; at most 64 characters: machine, process and a random part."""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex[:12]}"


def is_dead(worker_id: str) -> bool:
    """Whether the worker surely does not live any more. False for other machines, or if it is not known."""
    machine, _, rest = worker_id.rpartition(":")[0].rpartition(":")
    # On Windows there is no harmless signal; there a lease simply runs out.
    if sys.platform == "win32" or machine != _machine() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _machine() -> str:
    """Host name and, on Linux, the namespace process numbers count in: a sandbox has its own."""
    try:
        namespace = os.readlink("/proc/self/ns/pid").strip("pid:[]")  # noqa: PTH115 (not a path, a name)
    except OSError:
        namespace = "-"
    return f"{socket.gethostname()[:24]}/{namespace}"
