"""Pictures that sources know of, before anybody fetched them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from musiclib.domain.provenance import LOCAL_SOURCES

FOLDER = "folder"
"""Who a picture is from that lies beside the audio files."""
LOCAL_ART = LOCAL_SOURCES | {FOLDER}
"""Who pictures are from that no match brings."""


@dataclass(frozen=True, slots=True)
class ArtRef:
    """A picture a provider knows of, not fetched yet."""

    provider: str
    """Who serves it: the name of an `ArtProvider`."""
    kind: str
    """What `ref` names, in the words of that provider ("release", "release-group", "file", "url")."""
    ref: str
    width: int | None = None
    """Pixels, where the provider says so."""
    height: int | None = None


def plain_art(refs: Iterable[ArtRef]) -> list[dict[str, Any]]:
    """As it is stored."""
    return [{name: value for name, value in asdict(ref).items() if value is not None} for ref in refs]


def stored_art(stored: Iterable[dict[str, Any]]) -> tuple[ArtRef, ...]:
    """What `plain_art` made; keys of newer versions are passed over."""
    known = ArtRef.__slots__
    return tuple(ArtRef(**{name: value for name, value in each.items() if name in known}) for each in stored)


def address_ends(ref: ArtRef) -> str | None:
    """How the address ends that a provider's picture is fetched from at full size; None if it has none."""
    if ref.kind == "url":
        return ref.ref
    if ref.kind in ("release", "release-group"):
        return f"/{ref.kind}/{ref.ref}/front-1200"
    return f"/{ref.ref}" if ref.kind == "image" else None
