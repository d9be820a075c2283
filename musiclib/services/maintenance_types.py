"""What a look at the installation says, for front ends that must not load the database for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `ok` None: it is not there, and the rest works without it."""

    name: str
    ok: bool | None
    detail: str
