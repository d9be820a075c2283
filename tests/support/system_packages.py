"""Installs the system packages the tests need, where this machine lets us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from musiclib.system_libraries import Missing, packages


def can_install(platform: str = sys.platform) -> bool:
    """Whether `install` works here: root on a Debian."""
    return platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(lacking: Missing) -> None:
    """Install the packages with apt-get; CalledProcessError if that fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    names = packages(lacking, "debian")
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
        check=True,
        env=quiet,
        stdout=subprocess.DEVNULL,
    )
