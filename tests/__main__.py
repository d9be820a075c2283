"""The one test command: `python -m tests [arguments for pytest]`.

Looks for system libraries and servers first, then runs format, lint, layers, types and the tests, all of
them even where one fails, and ends with one plain line. The tests run in as many processes as there are
cores, and the types are checked beside them; `-n 0` runs the tests in one process, as plain pytest does.
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
    ("layers", ("-c", _LAYERS)),
)
# The limit is for machines that show a container all their cores and give it a few.
_PROCESSES = ("-n", "logical", "--maxprocesses", "4", "--dist", "worksteal")


def main(pytest_arguments: Sequence[str]) -> int:
    if not _system_is_ready():
        return 1
    begin = time.monotonic()
    with _started(("-m", "mypy"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as types:
        steps = [*_STEPS, ("tests", ("-m", "pytest", *_PROCESSES, *pytest_arguments))]
        passed = {name: _passes(name, arguments) for name, arguments in steps}
        passed["types"] = _has_passed("types", types)
    failed = [name for name, well in passed.items() if not well]
    took = f"{time.monotonic() - begin:.0f} s"
    if failed:
        print(f"FAILED: {', '.join(failed)} (in {took})")
        return 1
    print(f"All passed: {', '.join(passed)} (in {took})")
    return 0


def _system_is_ready() -> bool:
    lacking, programs = system_libraries.missing(), system_packages.missing_programs()
    if (lacking or programs) and system_packages.can_install():
        names = ", ".join((*lacking.names, *programs))
        print(f"These are missing here and will be installed with apt-get: {names}", flush=True)
        try:
            system_packages.install(system_packages.packages(lacking, programs))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"apt-get failed: {error}")
        lacking, programs = system_libraries.missing(), system_packages.missing_programs()
    if lacking:
        print(f"These are missing here: {', '.join(lacking.names)}. Install them with")
        print(system_libraries.advice(lacking))
    if programs:
        print(f"These programs are missing here: {', '.join(programs)}. The packages have the same names.")
    return not lacking and not programs


def _passes(name: str, arguments: Sequence[str]) -> bool:
    print(f"== {name}", flush=True)
    with _started(arguments) as process:
        return process.wait() == 0


def _has_passed(name: str, process: subprocess.Popen[bytes]) -> bool:
    output, _ = process.communicate()
    print(f"== {name}\n{output.decode(errors='replace').rstrip()}", flush=True)
    return process.returncode == 0


def _started(
    arguments: Sequence[str], stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    # Tests start some hundred programs, each of which would compile everything it imports.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=_ROOT, env=environment, stdout=stdout, stderr=stderr
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
