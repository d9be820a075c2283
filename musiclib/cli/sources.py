"""`musiclib sources`: where audio is fetched from."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import DONE, FAILED, Session, command

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.domain.audio_sources import KindInfo, SourceRow

app = typer.Typer(
    name="sources",
    help="Set up where audio is fetched from: folders, music servers, the Internet Archive.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The source's name, as `sources list` shows it.")]


@app.command("list")
@command
def list_sources(session: Session) -> int:
    """List the sources, the preferred ones first."""
    with session.library() as library:
        rows = library.sources.sources()
        labels = {each.name: each.label for each in library.sources.kinds()}
    session.out.listing(
        rows,
        lambda row: row,
        ("Source", "Kind", "Where", "State"),
        lambda row: (row.name, labels.get(row.kind, row.kind), row.place, _state(row)),
        "There are no sources.",
    )
    return DONE


@app.command("kinds")
@command
def list_kinds(session: Session) -> int:
    """List the kinds of sources that can be added, and what each asks for."""
    with session.library() as library:
        kinds = library.sources.kinds()
    session.out.listing(
        kinds,
        lambda kind: kind,
        ("Kind", "What it is", "Asks for"),
        lambda kind: (kind.name, kind.description, ", ".join(each.name for each in kind.fields)),
        "There are no kinds of sources.",
    )
    return DONE


@app.command("add")
@command
def add(
    session: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="One of `sources kinds`, such as folder.")],
    place: Annotated[
        str | None, typer.Argument(metavar="PLACE", help="Where it is: its folder or its address.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call it; else its place is its name.")] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Another thing it asks for. May be repeated."),
    ] = None,
) -> int:
    """Add a source. Its password is asked for, or read from the first line of stdin."""
    with session.library() as library:
        about = next((each for each in library.sources.kinds() if each.name == kind), None)
        if about is None:
            known = ", ".join(each.name for each in library.sources.kinds())
            raise typer.BadParameter(f"there is no kind {kind!r}; there are {known}")
        told = _values(about, place, values or [])
        secrets = {
            each.name: _read_secret(each.label) for each in about.fields if each.kind.value == "secret"
        }
        row = library.sources.add(kind, name or _name_of(place, about), told, secrets)
    if session.as_json:
        session.out.json(row)
    else:
        session.out.data(f"Added {row.name}. Try it with: musiclib sources test {row.name!r}")
    return DONE


@app.command("test")
@command
def try_out(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only this one.")] = None,
) -> int:
    """Ask the sources whether they can be used now."""
    from musiclib.errors import KnownError

    told: list[dict[str, object]] = []
    with session.library() as library:
        rows = (
            [_source(library, name)] if name else [each for each in library.sources.sources() if each.enabled]
        )
        for row in rows:
            try:
                told.append({"name": row.name, "works": True, "told": library.sources.test(row.id)})
            except KnownError as error:
                told.append({"name": row.name, "works": False, "told": str(error)})
    if session.as_json:
        session.out.json(told)
    for each in told:
        session.out.data(str(each["told"]))
    return DONE if all(each["works"] for each in told) else FAILED


@app.command("enable")
@command
def enable(session: Session, name: Name) -> int:
    """Search a source again."""
    return _switch(session, name, on=True)


@app.command("disable")
@command
def disable(session: Session, name: Name) -> int:
    """Leave a source alone; what was fetched from it stays."""
    return _switch(session, name, on=False)


@app.command("move")
@command
def move(
    session: Session,
    name: Name,
    place: Annotated[int, typer.Argument(metavar="PLACE", min=1, help="1 is the most preferred.")],
) -> int:
    """Change the order in which sources are preferred."""
    with session.library() as library:
        library.sources.move(_source(library, name).id, place - 1)
        _show_order(session, library)
    return DONE


@app.command("remove")
@command
def remove(session: Session, name: Name) -> int:
    """Forget a source and its password; what was fetched from it stays."""
    with session.library() as library:
        row = _source(library, name)
        library.sources.remove(row.id)
    if session.as_json:
        session.out.json({"removed": row})
    else:
        session.out.data(f"Removed {row.name}.")
    return DONE


def _switch(session: Session, name: str, *, on: bool) -> int:
    with session.library() as library:
        library.sources.enable(_source(library, name).id, enabled=on)
        row = _source(library, name)
    if session.as_json:
        session.out.json(row)
    else:
        session.out.data(f"{row.name} is switched {'on' if on else 'off'}.")
    return DONE


def _show_order(session: Session, library: Library) -> None:
    rows = library.sources.sources()
    if session.as_json:
        session.out.json(rows)
    for number, row in enumerate(rows, 1):
        session.out.data(f"{number}. {row.name}")


def _source(library: Library, name: str) -> SourceRow:
    rows = library.sources.sources()
    found = next((each for each in rows if each.name.casefold() == name.casefold()), None)
    if found is None:
        known = ", ".join(each.name for each in rows)
        raise typer.BadParameter(f"there is no source called {name!r}; there are {known}")
    return found


def _values(about: KindInfo, place: str | None, given: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for each in given:
        field, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"{each!r} is not of the form FIELD=VALUE")
        values[field.strip()] = value
    where = next((each for each in about.fields if each.kind.value in ("folder", "address")), None)
    if place is not None and where is None:
        raise typer.BadParameter(f"{about.label} has no place")
    if place is not None and where is not None:
        here = where.kind.value == "folder"
        values[where.name] = str(Path(place).expanduser().absolute()) if here else place
    return values


def _name_of(place: str | None, about: KindInfo) -> str:
    from urllib.parse import urlsplit

    return urlsplit(place or "").hostname or Path(place or "").absolute().name or about.label


def _read_secret(label: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{label}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _state(row: SourceRow) -> str:
    if not row.enabled:
        return "off"
    return row.trouble or "on"
