"""`musiclib set`: say by hand what a field of a track is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import Session, command
from musiclib.domain.hearing import TEMPO_FACTORS
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import MERGED_FIELDS
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.services.changes import Change
    from musiclib.services.library import LibraryService

_SHORT = {"key": "key_code", "year": "original_year", "genre": "genres", "lufs": "loudness_lufs"}
_COUNTED = {**TEMPO_FACTORS, "double": 2.0, "half": 0.5}


@command
def set_values(
    session: Session,
    words: Annotated[
        list[str],
        typer.Argument(metavar="TRACK FIELD=VALUE...", help="Its id, or words only it has; then the values."),
    ],
    take: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=SOURCE", help="Take what this source says.")
    ] = None,
    lock: Annotated[list[str] | None, typer.Option(metavar="FIELD", help="Keep the value it has.")] = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Forget what was set by hand.")
    ] = None,
) -> None:
    """Say what a track's fields are: bpm=124, bpm=double, bpm=3:2, key=8A. That stays, whatever sources say.

    `musiclib track` shows the fields and who says what; `musiclib undo` takes it back.
    """
    named = [word for word in words if "=" not in word]
    values = [_split(word) for word in words if "=" in word]
    if not named or not (values or take or lock or clear):
        raise typer.BadParameter("name a track and what to set: musiclib set TRACK bpm=124")
    with session.library() as opened:
        library = opened.library
        track_id = library.find_track(" ".join(named))
        acts: list[Callable[[], Change]] = []
        acts += [_setting(library, track_id, field, value) for field, value in values]
        acts += [partial(library.choose_value, track_id, *_split(each)) for each in take or ()]
        acts += [partial(library.lock, track_id, _field(each)) for each in lock or ()]
        acts += [partial(library.clear_value, track_id, _field(each)) for each in clear or ()]
        done = [act() for act in acts]
    _tell(session, done)


def _tell(session: Session, done: Sequence[Change]) -> None:
    for change in done:
        if session.as_json:
            session.out.json(change)
        else:
            session.out.data(change.summary)


def _split(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return _field(name), value


def _field(name: str) -> str:
    field = _SHORT.get(name.strip().lower(), name.strip().lower())
    if field not in MERGED_FIELDS:
        raise BadInput(f"A track has no field “{name}”. There are {', '.join((*_SHORT, *MERGED_FIELDS))}.")
    return field


def _setting(library: LibraryService, track_id: TrackId, field: str, value: str) -> Callable[[], Change]:
    factor = _COUNTED.get(value.lower()) if field == "bpm" else None
    if factor is None:
        return lambda: library.set_value(track_id, field, value)

    def count_otherwise() -> Change:
        (row,) = library.load_tracks([track_id])
        if row.bpm is None:
            raise BadInput("This track has no BPM yet. Say it as a number: bpm=124.")
        return library.set_value(track_id, field, round(row.bpm * factor, 2))

    return count_otherwise
