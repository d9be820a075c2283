"""The design's numbers: colours, sizes, type, as `resources/design/tokens.json` has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOKENS_FILE = "design/tokens.json"
ICON_FILE = "icons/musiclib.svg"


def resources_dir() -> Path:
    """The folder of shipped resources: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_resources"
    return packaged if packaged.is_dir() else package.parent / "resources"


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """A step of the type scale; lengths in pixels where the system font has 13."""

    px: int
    line: int
    weight: int


@dataclass(frozen=True, slots=True)
class StateLook:
    """Names of the colours a state's glyph, words and pill take. `pill` is None where there is none."""

    glyph: str
    text: str
    pill: str | None


@dataclass(frozen=True, slots=True)
class KeyColors:
    fill: str
    line: str
    text: str


@dataclass(frozen=True, slots=True)
class TileColors:
    ground: str
    shape: str
    ink: str


class Tokens:
    """Read-only access by name; an unknown name is a `KeyError`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self.smallest_px: int = data["type"]["smallest_allowed_px"]

    @classmethod
    def load(cls, path: Path | None = None) -> Tokens:
        path = path or resources_dir() / TOKENS_FILE
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def colors(self, scheme: str) -> dict[str, str]:
        """Every colour of "light" or "dark" as #RRGGBB or #RRGGBBAA."""
        return dict(self._data["color"][scheme])

    def type_style(self, role: str) -> TypeStyle:
        style = self._data["type"][role]
        return TypeStyle(style["px"], style["line"], style["weight"])

    def size(self, name: str) -> int:
        return int(self._data["size"][name])

    def window_min(self) -> tuple[int, int]:
        width, height = self._data["size"]["window_min"]
        return width, height

    def space(self, step: int) -> int:
        return int(self._data["space"][str(step)])

    def radius(self, name: str) -> int:
        return int(self._data["radius"][name])

    def icon(self, name: str) -> float:
        return float(self._data["icon"][name])

    def duration_ms(self, name: str) -> int:
        return int(self._data["duration_ms"][name])

    def state(self, state: str) -> StateLook:
        look = self._data["state"][state]
        return StateLook(look["color"], look["text"], look["pill"] or None)

    def key_colors(self, wheel_number: int, scheme: str) -> KeyColors:
        return KeyColors(**self._data["camelot"]["hue"][str(wheel_number)][scheme])

    def tile_colors(self, hue: int) -> TileColors:
        return TileColors(**self._data["tile"]["hue"][str(hue)])

    def hero_mix(self, scheme: str) -> float:
        """Share of the art's colour in the ground of an album's head, 0-1."""
        return float(self._data["hero"]["mix"][scheme])
