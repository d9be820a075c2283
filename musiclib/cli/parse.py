"""`musiclib parse`: a tracklist in, rows out. Needs no library."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.output import clock
from musiclib.domain.tracklist.export import tracks_as_json
from musiclib.domain.tracklist.model import MAX_TEXT_CHARS, ParseContext, Tracklist, Verdict
from musiclib.errors import BadInput

STDIN = "-"
_MAX_BYTES = 4 * MAX_TEXT_CHARS
"""No encoding takes more."""
_LINES_TOLD = 10
_JSON_FORM = (
    'With --json-input the input is a JSON object {"text": "...", "context": {"album_artist": "..."}}; '
    "the context may be left out."
)

Source = Annotated[str, typer.Argument(metavar="FILE|-", help="A text, CSV, M3U or CUE file; - is stdin.")]


@command
def parse(
    session: Session,
    source: Source = STDIN,
    json_input: Annotated[
        bool,
        typer.Option(
            "--json-input", help='The input is JSON: {"text": ..., "context": {"album_artist": ...}}.'
        ),
    ] = False,
) -> None:
    """Read a tracklist and print its tracks."""
    from musiclib.domain.tracklist.parser import parse_tracklist

    content = read_source(session, source)
    text, context = _from_json(content) if json_input else (decode(session, content), ParseContext())
    tracklist = parse_tracklist(text, context)
    if session.as_json:
        session.out.json(tracks_as_json(tracklist))
        return
    _print(session, tracklist)


def read_source(session: Session, source: str) -> bytes:
    """The bytes of a file or of stdin; `BadInput` if it cannot be read or has no end."""
    try:
        if source == STDIN:
            if sys.stdin.isatty():
                session.out.note(
                    "Paste the tracklist, then end it with Ctrl+D (on Windows Ctrl+Z and Enter)."
                )
            content = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as stream:
                content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"{source} cannot be read: {error.strerror}. Name a text file, or - for the standard input."
        ) from error
    if len(content) > _MAX_BYTES:
        raise BadInput(
            f"This is larger than {_MAX_BYTES // 1_000_000} MB, more than any tracklist. "
            "Split it into several files."
        )
    return content


def decode(session: Session, content: bytes) -> str:
    """Text of any encoding; `BadInput` for what is empty, no text, or too long."""
    from musiclib.services.text_input import decode_text

    if not content.strip():
        raise BadInput("This is empty. Give a tracklist, one track a line.")
    decoded = decode_text(content)
    if decoded.doubtful:
        session.out.note(
            f"The text is not UTF-8 and was read as {decoded.encoding}. "
            "If letters are wrong, save it as UTF-8 and try again."
        )
    return decoded.text


def _from_json(content: bytes) -> tuple[str, ParseContext]:
    try:
        given = json.loads(content)
        text, artist = given["text"], (given.get("context") or {}).get("album_artist")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(_JSON_FORM) from error
    if not isinstance(text, str) or not isinstance(artist, str | None):
        raise BadInput(_JSON_FORM)
    return text, ParseContext(album_artist=artist)


def _print(session: Session, tracklist: Tracklist) -> None:
    rows: list[tuple[Any, ...]] = [
        (
            track.position,
            clock(track.start_s),
            track.artist,
            track.title,
            clock(track.duration_s),
            track.label,
        )
        for track in tracklist.tracks
    ]
    if not rows:
        session.out.note("No track was found in this text. This is how its lines were taken:")
        told = [line for line in tracklist.lines if line.reason != "blank"][:_LINES_TOLD]
        for line in told:
            text = textwrap.shorten(line.text, 60, placeholder=" ...")
            session.out.note(f"  line {line.number}, {line.reason.replace('_', ' ')}: {text}")
        return
    session.out.table(("#", "Start", "Artist", "Title", "Length", "Label"), rows, tracklist.title)
    unsure = [line.number for line in tracklist.lines if line.verdict is Verdict.UNSURE]
    session.out.note(f"Tracks: {len(rows)}, lines: {len(tracklist.lines)}.")
    if unsure:
        session.out.note("Unsure about line " + ", ".join(map(str, unsure[:20])) + ".")
