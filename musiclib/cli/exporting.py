"""`musiclib export`: an album or the whole library as a playlist, a table or JSON."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import FAILED, Session, command
from musiclib.cli.output import plain
from musiclib.cli.rows import album_tracks_json, full_title, track_json
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import AlbumDetail, TrackRow
from musiclib.services.saving import save_text

if TYPE_CHECKING:
    from musiclib.bootstrap import Library

CSV_COLUMNS = (
    "position",
    "artist",
    "title",
    "version",
    "album",
    "bpm",
    "key",
    "camelot",
    "energy",
    "loudness_lufs",
    "true_peak_dbtp",
    "duration_s",
    "year",
    "popularity",
    "isrc",
    "match",
    "has_file",
    "id",
)


class Format(StrEnum):
    M3U8 = "m3u8"
    CSV = "csv"
    JSON = "json"


@command
def export(
    session: Session,
    form: Annotated[Format, typer.Argument(metavar="m3u8|csv|json", help="What to write.")],
    album: Annotated[
        str | None, typer.Argument(help="Name or id of an album; default: the whole library.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")] = None,
) -> int | None:
    """Export an album in the order of its list, or the whole library."""
    with session.library() as library:
        detail = None if album is None else library.library.album(library.library.find_album(album))
        wanted = None if detail is None else [entry.track_id for entry in detail.entries]
        rows = _in_order(library.library.load_tracks(wanted), wanted)
        return write_tracks(session, library, form, rows, output, detail)


def write_tracks(
    session: Session,
    library: Library,
    form: Format,
    rows: Sequence[TrackRow],
    output: Path | None,
    detail: AlbumDetail | None = None,
) -> int | None:
    """Write tracks to a file or to stdout; returns the exit code. `detail`: the album whose list they are."""
    paths = library.library.file_paths([row.id for row in rows]) if form is Format.M3U8 else {}
    lacking = [row for row in rows if row.id not in paths] if form is Format.M3U8 else []
    if form is Format.M3U8:
        text = m3u8(rows, paths)
    elif form is Format.CSV:
        text = as_csv(rows, detail)
    else:
        text = _as_json(rows, detail)
    if output is None:
        sys.stdout.write(text)
    else:
        save_text(text, output)
        written = len(rows) - len(lacking)
        if session.as_json:
            session.out.json({"file": output.absolute(), "tracks": written})
        else:
            session.out.data(f"{output}: {written} track{'s' if written != 1 else ''}.")
    for row in lacking:
        session.out.problem(f"{row.artist} - {full_title(row)} has no file and is not in the playlist.")
    return FAILED if lacking else None


def m3u8(rows: Sequence[TrackRow], paths: dict[TrackId, Path]) -> str:
    """An extended M3U playlist in UTF-8 of the tracks that have a file."""
    lines = ["#EXTM3U"]
    for row in rows:
        if row.id in paths:
            lines.append(f"#EXTINF:{round(row.duration_s or -1)},{row.artist} - {full_title(row)}")
            lines.append(str(paths[row.id]))
    return "\n".join(lines) + "\n"


def as_csv(rows: Sequence[TrackRow], detail: AlbumDetail | None) -> str:
    """A table with one header line; positions where an album was asked for."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, CSV_COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    positions = [None] * len(rows) if detail is None else [entry.position for entry in detail.entries]
    for position, row in zip(positions, rows, strict=True):
        writer.writerow({"position": position} | track_json(row))
    return stream.getvalue()


def _as_json(rows: Sequence[TrackRow], detail: AlbumDetail | None) -> str:
    import json

    value = [track_json(row) for row in rows] if detail is None else album_tracks_json(detail, rows)
    return json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n"


def _in_order(rows: Sequence[TrackRow], wanted: Sequence[TrackId] | None) -> list[TrackRow]:
    if wanted is None:
        return list(rows)
    by_id = {row.id: row for row in rows}
    return [by_id[track_id] for track_id in wanted]
