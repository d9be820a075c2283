"""The providers the worker asks, opened in its own loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from musiclib.providers.base import AnswerCache, ArtistProvider, ArtProvider, Gate, MetadataProvider


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask for what. Without `identity` providers the network is off."""

    identity: tuple[MetadataProvider, ...] = ()
    """Asked one after the other until one is sure; the others are then asked what else they know of it."""
    art: Mapping[str, ArtProvider] = field(default_factory=dict)
    """By the names pictures are referred to (`ArtRef.provider`)."""
    last_pictures: tuple[MetadataProvider, ...] = ()
    """Asked only for recordings nobody else has a picture of."""
    artists: tuple[ArtistProvider, ...] = ()


Connect = Callable[[Gate, AnswerCache], AbstractAsyncContextManager[Sources]]
"""Opens the providers in the runner's loop and closes them with it."""
