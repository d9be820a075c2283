"""What a look at the installation says, for front ends that must not load the database for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `ok` None: it is not there, and the rest works without it."""

    name: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """What a check of the library has found.

    `damage` is broken in the file itself: a backup helps. `contradictions` are faults of the program.
    """

    damage: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.damage and not self.contradictions
