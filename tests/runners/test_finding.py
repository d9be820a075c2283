from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Rules, Verdict
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import Origin, TransferError
from musiclib.runners.finding import MOST_FROM_ONE, Found, find

TRACK = TrackId(UUID(int=1))
ALBUM = WantedAlbum(
    AlbumId(UUID(int=9)), "Two Rooms", "Ada Quist", 2024, 1, (WantedTrack(TRACK, "Ada Quist", "First Light"),)
)


def offer(source: str, ref: str = "1", title: str = "First Light") -> AudioCandidate:
    return AudioCandidate(source, ref, f"{ref}.flac", title, "Ada Quist", suffix="flac")


@dataclass
class Shelf:
    """A source that answers as it is told to."""

    id: str
    answer: Callable[[], Awaitable[list[AudioCandidate]]]
    kind: ClassVar[str] = "shelf"

    @property
    def label(self) -> str:
        return f"Shelf {self.id}"

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        return await self.answer()

    async def check(self) -> str:
        raise NotImplementedError

    async def origin(self, candidate: AudioCandidate) -> Origin:
        raise NotImplementedError


def has(*candidates: AudioCandidate) -> Callable[[], Awaitable[list[AudioCandidate]]]:
    async def answer() -> list[AudioCandidate]:
        return list(candidates)

    return answer


async def _down() -> list[AudioCandidate]:
    raise TransferError(TransferReason.UNREACHABLE, "The cellar cannot be reached.", retry=True)


async def _broken() -> list[AudioCandidate]:
    raise KeyError("tracks")


async def _asleep() -> list[AudioCandidate]:
    await asyncio.Event().wait()
    raise AssertionError


def search(*shelves: Shelf, refused: tuple[str, str] | None = None, limit_s: float = 5.0) -> Found:
    never = {TRACK: {refused}} if refused else {}
    return asyncio.run(find(ALBUM, shelves, Rules(("flac",)), never, limit_s))


def test_the_source_named_first_is_taken_from_if_both_have_it() -> None:
    found = search(Shelf("a", has(offer("a"))), Shelf("b", has(offer("b"))))
    choice = found.choices[TRACK]
    assert choice.verdict is Verdict.SURE
    assert [each.candidate.source for each in choice.ranked] == ["a", "b"]
    assert found.failed == ()
    refused = search(Shelf("a", has(offer("a"))), Shelf("b", has(offer("b"))), refused=("a", "1"))
    assert [each.candidate.source for each in refused.choices[TRACK].ranked] == ["b"]


def test_a_source_that_fails_costs_only_its_own_offers(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL + 1, "musiclib.runners.finding"):
        found = search(
            Shelf("down", _down),
            Shelf("broken", _broken),
            Shelf("asleep", _asleep),
            Shelf("up", has(offer("up"))),
            limit_s=0.05,
        )
    assert found.choices[TRACK].ranked[0].candidate.source == "up"
    reasons = [(label, error.reason, error.retry) for label, error in found.failed]
    assert reasons == [
        ("Shelf down", TransferReason.UNREACHABLE, True),
        ("Shelf broken", TransferReason.BUG, False),
        ("Shelf asleep", TransferReason.UNREACHABLE, True),
    ]


def test_nothing_and_nobody_to_ask() -> None:
    assert search().choices[TRACK].verdict is Verdict.NONE
    assert search(Shelf("a", has())).choices[TRACK].verdict is Verdict.NONE


def test_a_source_that_offers_without_end_is_cut() -> None:
    flood = [offer("a", str(number), "Noise") for number in range(MOST_FROM_ONE)]
    found = search(Shelf("a", has(*flood, offer("a", "late"))), Shelf("b", has(offer("b"))))
    assert [each.candidate.source for each in found.choices[TRACK].ranked] == ["b"]
