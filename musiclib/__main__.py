"""Entry point. Child processes import this file again, so it stays bare."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Run the command line; without arguments that opens the window. Returns the exit code."""
    multiprocessing.freeze_support()
    from musiclib.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
