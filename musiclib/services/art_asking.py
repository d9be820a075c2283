"""Asks providers for pictures while a person waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.matching import score
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Source
from musiclib.errors import BadInput, KnownError, ProviderError
from musiclib.providers.base import ArtBytes, ArtChooser, ArtProvider, Candidate, TrackQuery
from musiclib.services.art_types import ArtSources, Stop

_log = logging.getLogger(__name__)

T = TypeVar("T")

_AT_ONCE = 4
_LOOK_EVERY_S = 0.1
_PLAUSIBLE = 50.0
"""A candidate below this score is another recording, and its cover another album's."""
_ASKED_ABOUT = 3
"""Candidates of which a provider's pictures are listed, where that costs calls."""
_LAST = Source.ITUNES
_GROUPED = frozenset({Source.COVER_ART_ARCHIVE, Source.ITUNES})
"""Those whose pictures of a candidate cost calls."""


async def until_stopped(work: Awaitable[T], stop: Stop) -> T | None:
    """What `work` makes; None if the person lost patience, and then it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            if stop():
                return None
            await asyncio.wait({task}, timeout=_LOOK_EVERY_S)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def fetch_all(
    sources: ArtSources, refs: Iterable[ArtRef], tell: Callable[[ArtRef, ArtBytes | KnownError | None], None]
) -> None:
    """Fetch some at once and tell of each as it comes: the picture, why not, or None if it is gone."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(ref: ArtRef) -> None:
        async with room:
            tell(ref, await _fetched(sources, ref))

    async with asyncio.TaskGroup() as group:
        for ref in refs:
            group.create_task(one(ref))


async def look(
    sources: ArtSources, queries: Sequence[TrackQuery], known: Iterable[Candidate]
) -> tuple[list[ArtRef], dict[str, KnownError], list[str]]:
    """Pictures the providers have, the best first, who gave no answer and why, and who answered."""
    if not sources.search:
        raise BadInput("The network is switched off in the settings. Switch it on to look further.")
    candidates = list(known)
    troubles: dict[str, KnownError] = {}
    asked: list[str] = []
    for provider in sources.search:
        try:
            for query in queries:
                candidates += _plausible(query, await provider.search(query))
        except ProviderError as error:
            troubles[provider.name] = error
        else:
            asked.append(provider.name)
    found: dict[ArtRef, None] = {}
    for chooser in sorted(sources.art.values(), key=lambda each: each.name == _LAST):
        if not isinstance(chooser, ArtChooser):
            continue
        try:
            found.update(dict.fromkeys(await _listed(chooser, candidates)))
        except ProviderError as error:
            troubles.setdefault(chooser.name, error)
        else:
            asked.append(chooser.name)
    return list(found), troubles, [each for each in dict.fromkeys(asked) if each not in troubles]


async def _listed(chooser: ArtChooser, candidates: Sequence[Candidate]) -> list[ArtRef]:
    """Its pictures of the candidates, of as many as may be asked about, each release once."""
    if chooser.name == _LAST:
        about = list(candidates[:1])
    else:
        about = [each for each in candidates if any(ref.provider == chooser.name for ref in each.art)]
    found: dict[ArtRef, None] = {}
    releases: set[object] = set()
    for candidate in about:
        named = tuple(ref for ref in candidate.art if ref.provider == chooser.name)
        if chooser.name in _GROUPED and (named in releases or len(releases) == _ASKED_ABOUT):
            continue
        releases.add(named)
        refs = await chooser.pictures(candidate)
        # A candidate's further addresses are the same picture in smaller sizes; a listing has different ones.
        found.update(dict.fromkeys(refs if chooser.name in _GROUPED else refs[:1]))
    return list(found)


def _plausible(query: TrackQuery, candidates: Iterable[Candidate]) -> list[Candidate]:
    scored = [(score(query.recording, each.recording).score, each) for each in candidates]
    likely = [each for each in scored if each[0] >= _PLAUSIBLE]
    return [candidate for _, candidate in sorted(likely, key=lambda each: -each[0])]


async def _fetched(sources: ArtSources, ref: ArtRef) -> ArtBytes | KnownError | None:
    provider = sources.art.get(ref.provider)
    if provider is None:
        return BadInput(_not_asked(sources, ref.provider))
    try:
        if isinstance(provider, ArtChooser):
            return await provider.fetch_picture(ref)
        return await _front(provider, ref)
    except KnownError as error:
        return error
    except OSError as error:
        _log.info("a picture of %s cannot be read: %s", ref.provider, error.strerror)
        return None


async def _front(provider: ArtProvider, ref: ArtRef) -> ArtBytes | None:
    return await provider.fetch_art(Candidate(ref.provider, "", {}, {}, "", art=(ref,)))


def _not_asked(sources: ArtSources, provider: str) -> str:
    if not sources.online:
        return "The network is switched off in the settings. Switch it on to see this picture."
    name = PROPER_NAMES.get(provider, provider)
    return f"{name} is not asked here: it is switched off or wants you to sign in. See Settings, Providers."
