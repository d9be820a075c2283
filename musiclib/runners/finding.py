"""Asks every source for an album at once, and chooses among what they offer.

A source that fails costs only its own offers: what the others have is still chosen from. But where nothing
was found and a source could not be asked, that is no answer, and the search is to be made again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.audio_choice import Choice, Rules, choose
from musiclib.domain.ids import TrackId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import Downloader, TransferError

_log = logging.getLogger(__name__)

SEARCH_LIMIT_S = 120.0
"""How long one source may search for an album, its waits for its own rate included."""
MOST_FROM_ONE = 2_000
"""Candidates of one source that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search. `failed` names the sources that could not be asked, with their errors."""

    choices: Mapping[TrackId, Choice]
    failed: tuple[tuple[str, TransferError], ...]


async def find(
    album: WantedAlbum,
    sources: Sequence[Downloader],
    rules: Rules,
    refused: Mapping[TrackId, Collection[tuple[str, str]]],
    limit_s: float = SEARCH_LIMIT_S,
) -> Found:
    """Search all sources for the wanted tracks; `sources` come in the order the person prefers them."""
    answers = await asyncio.gather(*(_ask(each, album, limit_s) for each in sources))
    offered: list[AudioCandidate] = []
    failed: list[tuple[str, TransferError]] = []
    for source, answer in zip(sources, answers, strict=True):
        if isinstance(answer, TransferError):
            failed.append((source.label, answer))
        else:
            offered += answer
    # Thousands of comparisons of names: the loop goes on moving bytes meanwhile.
    choices = await asyncio.to_thread(choose, album, offered, rules, refused)
    return Found(choices, tuple(failed))


async def _ask(
    source: Downloader, album: WantedAlbum, limit_s: float
) -> list[AudioCandidate] | TransferError:
    try:
        async with asyncio.timeout(limit_s):
            return (await source.find(album))[:MOST_FROM_ONE]
    except TransferError as error:
        return error
    except TimeoutError:
        return TransferError(
            TransferReason.UNREACHABLE,
            f"{source.label} took longer than {limit_s:.0f} seconds to search. It is asked again later.",
            retry=True,
        )
    except Exception:  # noqa: BLE001 (sources come from others too; one that fails must not stop the rest)
        _log.exception("the source %s failed while it searched", source.id)
        return TransferError(
            TransferReason.BUG, f"{source.label} failed while it searched. The log has the details."
        )
