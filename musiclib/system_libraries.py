"""The libraries of the operating system that wheels do not bring along: the one list of them.

Standard library only: this runs before Qt can be loaded, and in the test command before anything is checked.
Sonames are those that Qt 6's platform plugins name (`objdump -p libqxcb.so`).
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """A shared library, what it is for, and the package that has it."""

    soname: str
    needed_for: str
    debian: str
    fedora: str
    arch: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What this machine lacks: libraries, and whether there is any font to write with."""

    libraries: tuple[SystemLibrary, ...]
    fonts: bool

    def __bool__(self) -> bool:
        return bool(self.libraries) or self.fonts

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.soname for each in self.libraries) + (("any font",) if self.fonts else ())


_QT, _XCB, SOUND = "Qt", "a window under X11", "sound"

LIBRARIES = (
    SystemLibrary("libEGL.so.1", _QT, "libegl1", "libglvnd-egl", "libglvnd"),
    SystemLibrary("libGL.so.1", _QT, "libgl1", "libglvnd-glx", "libglvnd"),
    SystemLibrary("libX11.so.6", _QT, "libx11-6", "libX11", "libx11"),
    SystemLibrary("libfontconfig.so.1", _QT, "libfontconfig1", "fontconfig", "fontconfig"),
    SystemLibrary("libfreetype.so.6", _QT, "libfreetype6", "freetype", "freetype2"),
    SystemLibrary("libxkbcommon.so.0", _QT, "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    SystemLibrary("libgthread-2.0.so.0", _QT, "libglib2.0-0", "glib2", "glib2"),
    SystemLibrary("libdbus-1.so.3", _QT, "libdbus-1-3", "dbus-libs", "dbus"),
    SystemLibrary("libX11-xcb.so.1", _XCB, "libx11-xcb1", "libX11-xcb", "libx11"),
    SystemLibrary("libxcb-cursor.so.0", _XCB, "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    SystemLibrary("libxcb-icccm.so.4", _XCB, "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    SystemLibrary("libxcb-image.so.0", _XCB, "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    SystemLibrary("libxcb-keysyms.so.1", _XCB, "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    SystemLibrary("libxcb-randr.so.0", _XCB, "libxcb-randr0", "libxcb", "libxcb"),
    SystemLibrary(
        "libxcb-render-util.so.0", _XCB, "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"
    ),
    SystemLibrary("libxcb-shape.so.0", _XCB, "libxcb-shape0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-sync.so.1", _XCB, "libxcb-sync1", "libxcb", "libxcb"),
    SystemLibrary("libxcb-xfixes.so.0", _XCB, "libxcb-xfixes0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-xkb.so.1", _XCB, "libxcb-xkb1", "libxcb", "libxcb"),
    SystemLibrary(
        "libxkbcommon-x11.so.0", _XCB, "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"
    ),
    SystemLibrary("libpulse.so.0", SOUND, "libpulse0", "pulseaudio-libs", "libpulse"),
)
_FONTS = {"debian": "fonts-dejavu-core", "fedora": "dejavu-sans-fonts", "arch": "ttf-dejavu"}
_INSTALLERS = {
    "debian": "apt-get install",
    "fedora": "dnf install",
    "arch": "pacman -S --needed",
}
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_fonts(folders: Iterable[str] = _FONT_FOLDERS) -> bool:
    """Whether any outline font is where fontconfig looks. Qt draws boxes without one."""
    roots = (Path(folder).expanduser() for folder in folders)
    return any(path.suffix.lower() in {".ttf", ".otf", ".ttc"} for root in roots for path in root.rglob("*"))


def missing(
    needed_for: Iterable[str] = (_QT, _XCB, SOUND),
    *,
    loads: Callable[[str], bool] = _loads,
    fonts: Callable[[], bool] = has_fonts,
    platform: str = sys.platform,
) -> Missing:
    """What this machine lacks of that. Only Linux leaves such libraries to the system."""
    if not platform.startswith("linux"):
        return Missing((), fonts=False)
    wanted = tuple(needed_for)
    lacking = tuple(each for each in LIBRARIES if each.needed_for in wanted and not loads(each.soname))
    return Missing(lacking, fonts=not fonts())


def missing_for_window(environment: Mapping[str, str] = os.environ) -> Missing:
    """What a window needs here: X11's libraries only where X11 is what would be used."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    x11 = chosen.startswith("xcb") or (not chosen and not environment.get("WAYLAND_DISPLAY"))
    return missing((_QT, _XCB) if x11 else (_QT,))


def display_problem(
    environment: Mapping[str, str] = os.environ, *, platform: str = sys.platform
) -> str | None:
    """Why no window can be shown, as a sentence; None where there is a screen or a platform was chosen."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return None
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return None
    return "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."


def packages(lacking: Missing, family: str) -> tuple[str, ...]:
    """The packages of a family ("debian", "fedora", "arch") that bring what is lacking, each once."""
    names = [str(getattr(each, family)) for each in lacking.libraries]
    if lacking.fonts:
        names.append(_FONTS[family])
    return tuple(dict.fromkeys(names))


def advice(lacking: Missing) -> str:
    """The commands that install what is lacking, one line a family."""
    families = (("debian", "Debian, Ubuntu"), ("fedora", "Fedora"), ("arch", "Arch"))
    lines = (
        f"  {label + ':':<16} sudo {_INSTALLERS[family]} {' '.join(packages(lacking, family))}"
        for family, label in families
    )
    return "\n".join(lines)


def everything() -> Missing:
    """All libraries of the list and a font, as if none were here: for guides and machines to be set up."""
    return Missing(LIBRARIES, fonts=True)
