"""Whether this computer runs on its battery. What cannot be found out counts as plugged in."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_SUPPLIES = Path("/sys/class/power_supply")
_KEEP_S = 15.0
_LIMIT_S = 5.0


class Power:
    """Asks the system now and then, and answers from memory in between; thread-safe."""

    def __init__(
        self, ask: Callable[[], bool] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`ask` is how to find out; by default that of this system."""
        self._ask, self._clock = ask or _ASK.get(sys.platform, lambda: False), clock
        self._known: tuple[float, bool] | None = None

    def on_battery(self) -> bool:
        now, known = self._clock(), self._known
        if known is None or now - known[0] >= _KEEP_S:
            self._known = known = now, self._ask()
        return known[1]


def linux_on_battery(supplies: Path = _SUPPLIES) -> bool:
    """By the kernel's power supplies: nothing that is plugged in, and a battery that gets emptier.

    Source: Documentation/ABI/testing/sysfs-class-power. Batteries of scope "Device" are those of a mouse.
    """
    try:
        found = [_facts(each) for each in supplies.iterdir()]
    except OSError:
        return False
    system = [each for each in found if each.get("scope") != "Device"]
    if any(each.get("type") != "Battery" and each.get("online") == "1" for each in system):
        return False
    return any(each.get("type") == "Battery" and each.get("status") == "Discharging" for each in system)


def mac_on_battery(run: Callable[[], str] | None = None) -> bool:
    """By the first line of `pmset -g batt`: Now drawing from 'Battery Power'."""
    try:
        first = (run or _pmset)().partition("\n")[0]
    except (OSError, subprocess.SubprocessError):
        return False
    return "'Battery Power'" in first


class _PowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS of winbase.h."""

    _fields_ = (
        ("line", ctypes.c_ubyte),
        ("battery_flag", ctypes.c_ubyte),
        ("percent", ctypes.c_ubyte),
        ("system_flag", ctypes.c_ubyte),
        ("life_time", ctypes.c_ulong),
        ("full_life_time", ctypes.c_ulong),
    )


def windows_on_battery(read: Callable[[_PowerStatus], bool] | None = None) -> bool:
    """By GetSystemPowerStatus: 0 is offline, 1 online, 255 unknown."""
    status = _PowerStatus()
    return (read or _system_power_status)(status) and status.line == 0


def _facts(supply: Path) -> dict[str, str]:
    found = {}
    for name in ("type", "scope", "online", "status"):
        try:
            found[name] = (supply / name).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):  # not every supply has every file
            continue
    return found


def _pmset() -> str:
    done = subprocess.run(
        ["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=_LIMIT_S, check=True
    )
    return done.stdout


def _system_power_status(status: _PowerStatus) -> bool:
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)))
    return False


_ASK: dict[str, Callable[[], bool]] = {
    "linux": linux_on_battery,
    "darwin": mac_on_battery,
    "win32": windows_on_battery,
}
