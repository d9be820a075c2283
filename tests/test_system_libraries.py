from __future__ import annotations

from pathlib import Path

import pytest

from musiclib import system_libraries
from musiclib.system_libraries import Missing, advice, display_problem, has_fonts, missing, packages


def test_a_complete_machine_lacks_nothing() -> None:
    assert not missing(loads=lambda soname: True, fonts=lambda: True)


def test_what_is_lacking_is_named_with_the_packages_of_each_family() -> None:
    lacking = missing(loads=lambda soname: soname != "libEGL.so.1", fonts=lambda: False, platform="linux")
    assert lacking.names == ("libEGL.so.1", "any font")
    assert packages(lacking, "debian") == ("libegl1", "fonts-dejavu-core")
    told = advice(lacking)
    assert "sudo apt-get install libegl1 fonts-dejavu-core" in told
    assert "sudo dnf install libglvnd-egl dejavu-sans-fonts" in told
    assert "sudo pacman -S --needed libglvnd ttf-dejavu" in told


def test_a_package_that_brings_two_libraries_is_named_once() -> None:
    assert packages(system_libraries.everything(), "arch").count("libxcb") == 1


def test_other_systems_bring_their_own() -> None:
    assert not missing(loads=lambda soname: False, fonts=lambda: False, platform="darwin")


@pytest.mark.parametrize(("name", "found"), [("a.ttf", True), ("a.OTF", True), ("readme.txt", False)])
def test_fonts_are_looked_for_below_the_folders(tmp_path: Path, name: str, found: bool) -> None:
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / name).write_text("")
    assert has_fonts([str(tmp_path), str(tmp_path / "none")]) is found


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_a_display_is_one_of_x11_wayland_or_a_chosen_platform(
    environment: dict[str, str], problem: bool
) -> None:
    assert (display_problem(environment, platform="linux") is not None) is problem


def test_no_system_lacks_a_display_variable_but_linux() -> None:
    assert display_problem({}, platform="win32") is None


def test_missing_is_false_only_when_empty() -> None:
    assert not Missing((), fonts=False)
    assert Missing((), fonts=True)
