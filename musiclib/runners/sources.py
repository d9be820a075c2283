"""The providers a runner asks, in order, for as long as it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from musiclib.providers.base import AnswerCache, ArtProvider, Gate, MetadataProvider


@dataclass(frozen=True, slots=True)
class Sources:
    """`identity` providers are asked one after the other until one is sure; none: the network is off."""

    identity: tuple[MetadataProvider, ...] = ()
    art: Mapping[str, ArtProvider] = field(default_factory=dict)


Connect = Callable[[Gate, AnswerCache], AbstractAsyncContextManager[Sources]]
"""Opens the providers in the runner's loop and closes them with it."""
