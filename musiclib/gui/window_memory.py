"""What the window was like when it was closed, kept in a file beside the library.

Nothing depends on it: a file that is gone or spoilt means a window as at the first start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "window.json"
Held = Mapping[str, Any]
"""Plain values by name, as JSON holds them; whoever reads one makes sure of its kind."""

_log = logging.getLogger(__name__)


def read(folder: Path) -> Held:
    """What was written there last; empty if there is nothing that can be read."""
    try:
        held = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def write(folder: Path, held: Held) -> None:
    """Keep this for the next start; a disk that does not take it is no reason to stay open."""
    made = folder / f"{FILE}.new"
    try:
        made.write_text(json.dumps(held, indent=1), "utf-8")
        made.replace(folder / FILE)
    except OSError as error:
        _log.warning("the look of the window was not kept: %s", error)


def part(held: Held, name: str) -> Held:
    """The values kept under this name; empty if there are none."""
    found = held.get(name)
    return found if isinstance(found, dict) else {}
