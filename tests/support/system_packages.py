"""Installs the system packages the tests need, where this machine lets us."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from musiclib import system_libraries

SEARCHED = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
"""Where programs are: servers are not on everybody's path."""
_PROGRAMS = {"nginx": "nginx"}
"""Servers the transfers are tried with, and the packages that bring them: everywhere of the same name."""


def missing_programs(platform: str = sys.platform, searched: str = SEARCHED) -> tuple[str, ...]:
    """Programs that are lacking here. Only Linux has them for the asking."""
    if not platform.startswith("linux"):
        return ()
    return tuple(name for name in _PROGRAMS if shutil.which(name, path=searched) is None)


def can_install(platform: str = sys.platform) -> bool:
    """Whether `install` works here: root on a Debian."""
    return platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def packages(lacking: system_libraries.Missing, programs: Iterable[str]) -> tuple[str, ...]:
    """The Debian packages that bring what is lacking."""
    return (*system_libraries.packages(lacking, "debian"), *(_PROGRAMS[name] for name in programs))


def install(names: Iterable[str]) -> None:
    """Install packages with apt-get; CalledProcessError if that fails. No server is started by that."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    with _starting_nothing():
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
            check=True,
            env=quiet,
            stdout=subprocess.DEVNULL,
        )


@contextlib.contextmanager
def _starting_nothing(policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """Debian asks this program whether a server it has installed may be started."""
    try:
        with policy.open("x") as file:
            file.write("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
    except FileExistsError:  # it is this machine's own; what it says holds
        yield
        return
    try:
        yield
    finally:
        policy.unlink()
