"""One call for the questions of several askers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from musiclib.errors import ProviderError

T = TypeVar("T")
Take = Callable[[], Sequence[str]]


@dataclass(slots=True)
class _Question(Generic[T]):
    askers: int = 0
    answer: T | None = None
    error: ProviderError | None = None

    @property
    def is_open(self) -> bool:
        return self.answer is None and self.error is None


class Gathering(Generic[T]):
    """Lets one asker at a time make a call, for all who wait by the time it goes out.

    While the first waits at the gate others gather behind; each gets its own answer, or the error of the
    call its question was in. Belongs to one event loop.
    """

    def __init__(self, call: Callable[[Take], Awaitable[Mapping[str, T]]], most: int) -> None:
        """`call` takes the keys once it is its turn, and answers all of them.

        Taking again (for another attempt) gives the same keys, and those that have come since.
        """
        self._call = call
        self.most = most
        self._questions: dict[str, _Question[T]] = {}
        self._turn = asyncio.Lock()

    async def get(self, key: str) -> T:
        """The answer to `key`. Raises an error of the `ProviderError` family."""
        question = self._questions.setdefault(key, _Question())
        question.askers += 1
        try:
            async with self._turn:
                if question.is_open:
                    await self._ask(key)
        finally:
            question.askers -= 1
            if not question.askers:
                del self._questions[key]
        if question.error is not None:
            raise question.error
        assert question.answer is not None
        return question.answer

    async def _ask(self, first: str) -> None:
        taken: dict[str, _Question[T]] = {}
        await asyncio.sleep(0)  # those who ask in the same moment come along

        def take() -> Sequence[str]:
            for key in (first, *self._questions):
                if len(taken) < self.most and self._questions[key].is_open:
                    taken[key] = self._questions[key]
            return list(taken)

        try:
            answers = await self._call(take)
        except ProviderError as error:
            for question in taken.values():
                question.error = error
            if first not in taken:
                raise
            return
        for key, question in taken.items():
            question.answer = answers[key]
