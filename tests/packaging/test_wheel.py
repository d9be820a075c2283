"""What is in the wheel. That it installs and starts elsewhere is what `.ci/run` tries."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built by way of the source distribution, as an index would get it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*command, "-t", "sdist"], cwd=_ROOT, check=True, capture_output=True)
    (sources,) = folder.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", str(sources)], cwd=folder, check=True)
    subprocess.run(
        [*command, "-t", "wheel"],
        cwd=folder / sources.name.removesuffix(".tar.gz"),
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _below(folder: str) -> set[str]:
    root = _ROOT / folder
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(("folder", "inside"), [("migrations", "_migrations"), ("resources", "_resources")])
def test_the_wheel_carries_what_stands_beside_the_package(
    wheel: zipfile.ZipFile, folder: str, inside: str
) -> None:
    prefix = f"musiclib/{inside}/"
    carried = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    assert carried == _below(folder)


def test_the_wheel_carries_the_program_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    modules = {name for name in wheel.namelist() if name.endswith(".py") and "/_migrations/" not in name}
    assert modules == {f"musiclib/{path}" for path in _below("musiclib") if path.endswith(".py")}
    roots = {name.partition("/")[0] for name in wheel.namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} == {"musiclib"}


def test_the_wheel_names_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert "License-Expression: AGPL-3.0-or-later" in wheel.read(f"{info}/METADATA").decode()
    assert "musiclib = musiclib.__main__:main" in wheel.read(f"{info}/entry_points.txt").decode()
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
