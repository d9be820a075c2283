"""The one test command: `python -m tests [arguments for pytest]`.

Looks for system libraries first, then runs format, lint, types, layers and the tests, all of them even
where one fails, and ends with one plain line.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from musiclib import system_libraries
from tests.support import system_packages

_ROOT = Path(__file__).resolve().parents[1]
_LAYERS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
_STEPS = (
    ("format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("-m", "ruff", "check", "--quiet", ".")),
    ("types", ("-m", "mypy")),
    ("layers", ("-c", _LAYERS)),
)


def main(pytest_arguments: Sequence[str]) -> int:
    if not _system_is_ready():
        return 1
    steps = [*_STEPS, ("tests", ("-m", "pytest", *pytest_arguments))]
    begin = time.monotonic()
    failed = [name for name, arguments in steps if not _passes(name, arguments)]
    took = f"{time.monotonic() - begin:.0f} s"
    if failed:
        print(f"FAILED: {', '.join(failed)} (in {took})")
        return 1
    print(f"All passed: {', '.join(name for name, _ in steps)} (in {took})")
    return 0


def _system_is_ready() -> bool:
    lacking = system_libraries.missing()
    if lacking and system_packages.can_install():
        print(
            f"These are missing here and will be installed with apt-get: {', '.join(lacking.names)}",
            flush=True,
        )
        try:
            system_packages.install(lacking)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"apt-get failed: {error}")
        lacking = system_libraries.missing()
    if lacking:
        print(f"These are missing here: {', '.join(lacking.names)}. Install them with")
        print(system_libraries.advice(lacking))
        return False
    return True


def _passes(name: str, arguments: Sequence[str]) -> bool:
    print(f"== {name}", flush=True)
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    return (
        subprocess.run([sys.executable, *arguments], cwd=_ROOT, env=environment, check=False).returncode == 0
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
