"""How long the command line takes to start, beside the import of the library it is made with."""

from __future__ import annotations

import os
import subprocess
import sys

LIMIT = 6
"""A start may take so many times what importing the library for command lines takes."""
REPEATS = 7
LIST = "\n".join(f"{n}. Artist {n} - Title {n}" for n in range(20))


def best(*arguments: str) -> float:
    times = []
    for _ in range(REPEATS):
        before = os.times()
        subprocess.run([sys.executable, *arguments], input=LIST.encode(), capture_output=True, check=True)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        times.append(used)
    return min(times)


def main() -> int:
    bare = best("-c", "import typer, rich.console")
    print(f"{'':24} {'CPU s':>8} {'ratio':>6}")
    print(f"{'import typer, rich':24} {bare:8.3f} {1:6.0f}")
    ratios = []
    for arguments in (["--version"], ["--help"], ["parse", "--json"]):
        took = best("-m", "musiclib", *arguments)
        ratios.append(took / bare)
        print(f"{'musiclib ' + ' '.join(arguments):24} {took:8.3f} {took / bare:6.0f}")
    print(f"worst {max(ratios):.0f} times the bare import, limit {LIMIT}")
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
