"""The providers the worker asks, opened in its own loop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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

    def without(self, names: Collection[str]) -> Sources:
        """All but the providers of these names."""
        return Sources(
            tuple(each for each in self.identity if each.name not in names),
            {name: each for name, each in self.art.items() if name not in names},
            tuple(each for each in self.last_pictures if each.name not in names),
            tuple(each for each in self.artists if each.name not in names),
        )


Connect = Callable[[Gate, AnswerCache], AbstractAsyncContextManager[Sources]]
"""Opens the providers in the runner's loop and closes them with it."""
