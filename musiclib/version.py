"""Which version of the program this is."""

from __future__ import annotations

import importlib.metadata


def program_version() -> str:
    """The version of this installation, for people."""
    try:
        return importlib.metadata.version("musiclib")
    except importlib.metadata.PackageNotFoundError:
        return "(run from its sources)"
