"""`musiclib download`: has albums fetched, and stops, resumes and tells of what is fetched."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.cli.output import plain
from musiclib.domain.ids import AlbumId
from musiclib.domain.states import TransferState
from musiclib.domain.transfer_words import (
    album_bytes,
    album_sentence,
    bytes_of,
    seconds_left,
    summary_words,
    transfer_state,
    transfer_why,
)
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, TransferRow
from musiclib.domain.wording import dated_clock
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.runners.updates import DownloadUpdate
    from musiclib.services.download_types import AlbumAsked, GivenAudio

_GET = "get"
_WITH_VALUE = frozenset({"--data-dir", "--database", "--url-list", "--zip"})
_UNDER_WAY = (TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING)


class _AlbumOrCommand(TyperGroup):
    """`download ALBUM` beside `download pause ALBUM`: the first word that is no command names an album."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not {"-h", "--help"} & {args[0]}:
            words = [at for at, each in enumerate(args) if _is_word(args, at) and each]
            first = words[0] if words else None
            if first is not None and args[first] in self.commands:
                args = [args[first], *args[:first], *args[first + 1 :]]
            elif args[0] != _GET:
                args = [_GET, *args]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


def _is_word(args: Sequence[str], at: int) -> bool:
    return not args[at].startswith("-") and (at == 0 or args[at - 1] not in _WITH_VALUE)


app = typer.Typer(
    name="download",
    cls=_AlbumOrCommand,
    help="Fetch albums from your folders, servers and other sources: `download ALBUM`.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Album = Annotated[str | None, typer.Argument(metavar="ALBUM", help="Title, “Artist - Title” or id.")]
All = Annotated[bool, typer.Option("--all", help="All that is in the download centre.")]


@app.command(_GET)
@command
def get(
    session: Session,
    album: Annotated[str, typer.Argument(metavar="ALBUM", help="Title, “Artist - Title” or id.")],
    url_list: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Fetch it from these addresses, one a line (- is stdin)."),
    ] = None,
    zip_file: Annotated[
        Path | None, typer.Option("--zip", metavar="FILE", help="Take it out of this ZIP file, as bought.")
    ] = None,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Only ask for it; the window or `musiclib worker` fetches it.")
    ] = False,
) -> int:
    """Fetch what is missing of an album: `musiclib download ALBUM` is the same."""
    if url_list is not None and zip_file is not None:
        raise typer.BadParameter("give either --url-list or --zip")
    with session.library() as library:
        album_id = library.library.find_album(album)
        asked = _ask(session, library, album_id, url_list, zip_file)
        if not no_wait and asked.row is not None:
            _run(session, library, album_id)
        rows = library.downloads.albums([album_id])
        summary = library.downloads.summary()
    row = rows[0] if rows else None
    if session.as_json:
        session.out.json(_asked_json(asked, row))
    elif row is not None:
        _print_album(session, row, with_tracks=False)
    else:
        session.out.data(f"{asked.title}: all {asked.here} are here.")
    if summary.trouble:
        session.out.problem(summary.trouble)
    if no_wait or row is None:
        return DONE
    return _tell_what_is_missing(session, row)


def _act(name: str, help_text: str) -> None:
    """One of the commands that do something to an album, or to all."""

    @command
    def act(session: Session, album: Album = None, everything: All = False) -> int:
        if (album is None) is not everything:
            raise typer.BadParameter("name an album, or give --all")
        with session.library() as library:
            rows = _done_to(library, name, album)
        if session.as_json:
            session.out.json([_album_json(each) for each in rows])
        else:
            for each in rows:
                _print_album(session, each, with_tracks=False)
            if not rows:
                session.out.note("There was nothing to change.")
        return DONE

    act.__doc__ = help_text
    app.command(name, help=help_text)(act)


def _done_to(library: Library, name: str, album: str | None) -> Sequence[DownloadAlbumRow]:
    downloads = library.downloads
    if album is None:
        if name == "pause":
            return downloads.pause_all()
        if name == "resume":
            return downloads.resume_all()
        ids: list[AlbumId] = [row.id for row in downloads.albums()]
    else:
        ids = [library.library.find_album(album)]
        if not downloads.albums(ids):
            raise BadInput(f"“{album}” is not in the download centre. `musiclib download` gets it there.")
    acts: dict[str, Callable[[Sequence[AlbumId]], Sequence[DownloadAlbumRow]]] = {
        "pause": downloads.pause,
        "resume": downloads.resume,
        "cancel": downloads.cancel,
        "retry": downloads.retry,
    }
    return acts[name](ids)


_act("pause", "Stop fetching, to go on from the same byte later; also while the window is open.")
_act("resume", "Go on with what was paused.")
_act("cancel", "Give up what is not here yet; `retry` takes that back.")
_act("retry", "Try again at once what failed, waits or was given up.")


@app.command("status")
@command
def status(
    session: Session,
    album: Album = None,
    history: Annotated[
        bool, typer.Option("--history", help="Albums that have left the download centre.")
    ] = False,
) -> None:
    """Tell how it stands with what is fetched."""
    with session.library() as library:
        ids = None if album is None else [library.library.find_album(album)]
        rows = library.downloads.history() if history else library.downloads.albums(ids)
        summary = library.downloads.summary()
    if history and ids is not None:
        rows = tuple(row for row in rows if row.id in ids)
    if session.as_json:
        session.out.json(_summary_json(summary) | {"albums": [_album_json(each) for each in rows]})
        return
    if not history:
        session.out.data(f"{summary_words(summary)}.")
    for row in rows:
        _print_album(session, row, with_tracks=True)


def _ask(
    session: Session, library: Library, album_id: AlbumId, url_list: str | None, zip_file: Path | None
) -> AlbumAsked:
    if url_list is not None:
        return _given(session, library.downloads.add_addresses(album_id, _read_list(url_list)))
    if zip_file is not None:
        return _given(session, library.downloads.take_zip(zip_file, album_id))
    return library.downloads.get_album(album_id)


def _given(session: Session, given: GivenAudio) -> AlbumAsked:
    for problem in given.problems:
        session.out.problem(problem)
    if given.in_order:
        session.out.note(f"{given.in_order} got their file by its place in the list, as no name told.")
    for name in given.left_over:
        session.out.note(f"{name} is no track that is missing; it was left out.")
    return given.asked


def _read_list(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name} cannot be read ({error.strerror}).") from error
    return data.decode("utf-8", "replace")


def _run(session: Session, library: Library, album_id: AlbumId) -> None:
    """Fetch, with progress on stderr, until nothing of the album can be done soon, or Ctrl+C."""
    import asyncio

    with session.out.progress("Fetching", in_bytes=True) as step:
        troubles: set[str] = set()

        def told(update: DownloadUpdate) -> None:
            summary = update.summary
            if summary is not None and summary.trouble and summary.trouble not in troubles:
                troubles.add(summary.trouble)
                session.out.note(f"Nothing can be fetched now: {summary.trouble}")
            for row in update.downloads:
                if row.id == album_id:
                    done, total = album_bytes(row)
                    step(done, total, album_sentence(row, _now(), dated_clock(_now()))[1])
                    if _is_settled(row):
                        runner.request_stop()

        runner = library.download_runner(told)
        with told_to_stop(runner.request_stop) as stopped:
            asyncio.run(runner.run(until_idle=True))
    if stopped.is_set():
        session.out.note("Stopped. What came is kept; the same command goes on from the same byte.")


def _is_settled(row: DownloadAlbumRow) -> bool:
    return not any(each.state in _UNDER_WAY and not each.is_id for each in row.transfers)


def _tell_what_is_missing(session: Session, row: DownloadAlbumRow) -> int:
    left = [
        each
        for each in row.transfers
        if each.state not in (TransferState.DONE, TransferState.CANCELLED) and not each.is_id
    ]
    clock = dated_clock(_now())
    for each in left:
        state = transfer_state(each, _now(), clock)
        why = each.detail or transfer_why(each, _now())
        session.out.problem(f"{each.artist} - {_title(each)}: {state}{f': {why}' if why else ''}")
    return FAILED if left else DONE


def _print_album(session: Session, row: DownloadAlbumRow, *, with_tracks: bool) -> None:
    now = _now()
    clock = dated_clock(now)
    head, rest = album_sentence(row, now, clock)
    done, total = album_bytes(row)
    session.out.data(
        f"{row.title} ({bytes_of(done, total)}): {' '.join(part for part in (head, rest) if part)}"
    )
    if not with_tracks:
        return
    for each in row.transfers:
        told = [transfer_state(each, now, clock), transfer_why(each, now), each.source_label or ""]
        words = ", ".join(part.rstrip(".") for part in told if part)
        session.out.data(f"  {each.position:>3} {each.artist} - {_title(each)}: {words}")


def _title(row: TransferRow) -> str:
    return f"{row.title} ({row.version})" if row.version else row.title


def _asked_json(asked: AlbumAsked, row: DownloadAlbumRow | None) -> dict[str, Any]:
    return {
        "album_id": plain(asked.album_id),
        "title": asked.title,
        "asked": asked.asked,
        "under_way": asked.under_way,
        "here": asked.here,
        "album": _album_json(row) if row is not None else None,
    }


def _summary_json(summary: DownloadSummary) -> dict[str, Any]:
    told = {each.name: plain(getattr(summary, each.name)) for each in fields(summary)}
    return told | {"by_state": {state.value: count for state, count in summary.by_state}}


def _album_json(row: DownloadAlbumRow) -> dict[str, Any]:
    head, rest = album_sentence(row, _now(), dated_clock(_now()))
    done, total = album_bytes(row)
    return {
        "id": plain(row.id),
        "title": row.title,
        "artist": row.artist,
        "sentence": f"{head} {rest}".strip(),
        "total": len(row.transfers),
        "here": sum(each.state is TransferState.DONE for each in row.transfers),
        "bytes_done": done,
        "bytes_total": total,
        "seconds_left": seconds_left(row),
        "priority": row.priority,
        "added_at": plain(row.added_at),
        "finished_at": plain(row.finished_at),
        "transfers": [plain(each) for each in row.transfers],
    }


def _now() -> datetime:
    return datetime.now(UTC)
