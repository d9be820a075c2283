"""Which version of the program this is."""

from __future__ import annotations

import importlib.metadata


def installed_version() -> str | None:
    """None where the program runs from its sources and was not installed."""
    try:
        return importlib.metadata.version("musiclib")
    except importlib.metadata.PackageNotFoundError:
        return None


def program_version() -> str:
    """The version of this installation, for people."""
    return installed_version() or "(run from its sources)"
