"""How fast audio may be analysed now: by the settings, and by where the current comes from."""

from __future__ import annotations

from collections.abc import Callable

from musiclib.domain.queue import AnalysisPace
from musiclib.power import Power
from musiclib.settings import Settings

Pace = Callable[[], AnalysisPace]

_BY_RULE = {"one_lane": AnalysisPace.ONE_LANE, "pause": AnalysisPace.ON_BATTERY}


def full_pace() -> AnalysisPace:
    """As fast as there are lanes."""
    return AnalysisPace.FULL


def pace_of(settings: Callable[[], Settings], power: Power) -> Pace:
    """Asks for the settings and the battery each time."""

    def pace() -> AnalysisPace:
        slower = _BY_RULE.get(settings().analysis_on_battery)
        return slower if slower is not None and power.on_battery() else AnalysisPace.FULL

    return pace
