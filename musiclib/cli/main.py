"""The command line: reads arguments, calls services, prints."""

from __future__ import annotations

from collections.abc import Sequence

import typer

app = typer.Typer(no_args_is_help=False, add_completion=False)


@app.callback(invoke_without_command=True)
def root() -> None:
    """musiclib: a music library for people who live by tracklists."""


def run(argv: Sequence[str]) -> int:
    """Run one command; returns 0 done, 1 some items failed, 2 wrong use."""
    result = app(args=list(argv), standalone_mode=False)
    return result if isinstance(result, int) else 0
