from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from musiclib.power import Power, linux_on_battery, mac_on_battery, windows_on_battery

BATTERY = {"type": "Battery", "status": "Discharging"}
FULL = {"type": "Battery", "status": "Full"}
MOUSE = {"type": "Battery", "status": "Discharging", "scope": "Device"}
PLUGGED, UNPLUGGED = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
USB_C = {"type": "USB", "online": "1"}


@pytest.mark.parametrize(
    ("supplies", "on_battery"),
    [
        ([], False),
        ([BATTERY, UNPLUGGED], True),
        ([BATTERY], True),
        ([BATTERY, PLUGGED], False),
        ([BATTERY, USB_C, UNPLUGGED], False),
        ([FULL, UNPLUGGED], False),
        ([MOUSE], False),
        ([{"status": "Discharging"}], False),
    ],
)
def test_linux_tells_by_its_power_supplies(
    tmp_path: Path, supplies: list[dict[str, str]], on_battery: bool
) -> None:
    for nth, facts in enumerate(supplies):
        (tmp_path / str(nth)).mkdir()
        for name, value in facts.items():
            (tmp_path / str(nth) / name).write_text(value + "\n")
    assert linux_on_battery(tmp_path) is on_battery
    assert linux_on_battery(tmp_path / "none") is False


def test_macos_tells_by_pmset() -> None:
    assert mac_on_battery(lambda: "Now drawing from 'Battery Power'\n -InternalBattery-0 71%; discharging\n")
    assert not mac_on_battery(lambda: "Now drawing from 'AC Power'\n -InternalBattery-0 71%; charging\n")

    def fails() -> str:
        raise subprocess.TimeoutExpired("pmset", 5)

    assert not mac_on_battery(fails)


@pytest.mark.parametrize(("line", "on_battery"), [(0, True), (1, False), (255, False)])
def test_windows_tells_by_the_line(line: int, on_battery: bool) -> None:
    def read(status: Any) -> bool:
        status.line = line
        return True

    assert windows_on_battery(read) is on_battery
    assert not windows_on_battery(lambda _status: False)


def test_the_system_is_asked_now_and_then_only() -> None:
    answers, now = iter([True, False]), [0.0]
    power = Power(lambda: next(answers), lambda: now[0])
    assert [power.on_battery(), power.on_battery()] == [True, True]
    now[0] = 60.0
    assert power.on_battery() is False
