"""The command line: reads arguments, calls services, prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from musiclib.cli import (
    analysis,
    analyzing,
    checkup,
    collecting,
    deciding,
    dedupe,
    demo,
    downloading,
    enriching,
    exporting,
    importing,
    keeping,
    knowing,
    listing,
    metadata,
    packs,
    parse,
    pictures,
    reporting,
    reviewing,
    scanning,
    searching,
    smart,
    sources,
    spotify,
    syncing,
    tagging,
    window,
)
from musiclib.cli.command import (
    DONE,
    Database,
    DataDir,
    Json,
    Session,
    Verbose,
    Windows,
    guarded,
)
from musiclib.cli.output import hush, make_safe
from musiclib.version import program_version

app = typer.Typer(
    name="musiclib",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, function in {
    "demo": demo.demo,
    "parse": parse.parse,
    "import": importing.import_list,
    "scan": scanning.scan,
    "analyze": analyzing.analyze,
    "enrich": enriching.enrich,
    "worker": enriching.worker,
    "tasks": listing.tasks,
    "albums": listing.albums,
    "tracks": listing.tracks,
    "track": knowing.track,
    "set": deciding.set_values,
    "artists": knowing.artists,
    "genres": searching.genres,
    "neighbours": searching.neighbours,
    "prefer": knowing.prefer,
    "art": pictures.art,
    "report": reporting.report,
    "dedupe": dedupe.dedupe,
    "export": exporting.export,
    "undo": keeping.undo,
    "redo": keeping.redo,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "doctor": checkup.doctor,
    "snapshot": window.snapshot,
}.items():
    app.command(name)(function)
app.add_typer(analysis.app)
app.add_typer(smart.app)
app.add_typer(packs.app)
app.add_typer(spotify.app)
app.add_typer(collecting.app)
app.add_typer(tagging.app)
app.add_typer(reviewing.app)
app.add_typer(sources.app)
app.add_typer(downloading.app)
app.add_typer(syncing.app)
app.add_typer(metadata.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"musiclib {program_version()}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    data_dir: DataDir = None,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A music library for people who live by tracklists. Without a command the window opens."""
    session = ctx.ensure_object(Session).merged(data_dir, database, as_json, verbose)
    ctx.obj = session
    if ctx.invoked_subcommand is None:
        raise typer.Exit(guarded(session, lambda: window.open_window(session)))


def run(argv: Sequence[str], windows: Windows | None = None) -> int:
    """Run one command: 0 done, 1 something failed (each thing named), 2 wrong use, 130 interrupted."""
    make_safe(sys.stdout, sys.stderr)
    try:
        app(args=list(argv), prog_name="musiclib", obj=Session(windows=windows or Windows()))
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else DONE)
    return _flushed(DONE)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
        return DONE
    return code
