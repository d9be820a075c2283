"""A runner begins anew when the server of the library is back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from musiclib.errors import DatabaseAway, DatabaseBusy, DiskFull
from musiclib.runners import persisting
from musiclib.runners.persisting import Persistence, outlasting


class _Runner:
    def __init__(self, fails: int) -> None:
        self.stop = threading.Event()
        self.told: list[object] = []
        self.runs = 0
        self._fails = fails
        self._persistence = Persistence(self.stop, self._tell)

    @outlasting
    async def run(self, patient: bool = True) -> int:
        self._persistence.patient = patient
        self.runs += 1
        if self.runs <= self._fails:
            raise DatabaseAway("away")
        return self.runs

    def _tell(self, error: DiskFull | DatabaseBusy | None) -> None:
        self.told.append(error)


def test_it_goes_on_when_the_server_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisting, "RETRY_WRITE_S", (0.0, 0.0, 0.0))
    runner = _Runner(fails=2)
    assert asyncio.run(runner.run()) == 3
    assert [str(each) for each in runner.told] == ["away", "away"]


def test_it_does_not_wait_when_told_to_stop_or_when_it_works_off_what_there_is() -> None:
    runner = _Runner(fails=9)
    with pytest.raises(DatabaseAway):
        asyncio.run(runner.run(patient=False))
    runner.stop.set()
    with pytest.raises(DatabaseAway):
        asyncio.run(runner.run())
    assert runner.runs == 2
