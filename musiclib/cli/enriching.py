"""`musiclib enrich` and `musiclib worker`: work on the enrichment queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.cli.queue_text import print_queue
from musiclib.domain.queue import QueueSummary
from musiclib.domain.states import TaskKind, TaskStatus
from musiclib.errors import KnownError

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.runners.updates import RunnerUpdate
    from musiclib.runners.watching import WatchUpdate
    from musiclib.services.scan_types import ScanOutcome


@command
def enrich(
    session: Session,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when nothing is left that can be done now.")
    ] = False,
) -> int:
    """Look tracks up and analyse their audio, until Ctrl+C or until there is nothing left to do."""
    with session.library() as library:
        failed_before = {task.id for task in library.enrichment.tasks(status=TaskStatus.ERROR)}
        summary = run_queue(session, library, until_idle=until_idle)
        failed = [t for t in library.enrichment.tasks(status=TaskStatus.ERROR) if t.id not in failed_before]
    for task in failed:
        session.out.problem(f"{task.artist} - {task.title}: {task.detail or task.reason}")
    if session.as_json:
        session.out.json(summary)
    else:
        print_queue(session, summary)
    return FAILED if failed else DONE


@command
def worker(session: Session) -> None:
    """Look up, analyse, fetch and watch the music folders without a window until Ctrl+C or SIGTERM.

    Several may share one library.
    """
    import asyncio

    from musiclib.runners.watching import FolderWatcher

    with session.library() as library:
        troubles: set[str] = set()

        def told(trouble: str | None) -> None:
            if trouble is not None and trouble not in troubles:
                troubles.add(trouble)
                session.out.note(f"Work stands still: {trouble}")

        def scanned(update: WatchUpdate[ScanOutcome]) -> None:
            told(update.trouble)
            found = update.outcome
            if found is not None and found.track_ids:
                session.out.note(
                    f"Music folders: {found.added} added, {found.changed} changed, {found.moved} moved, "
                    f"{found.missing} missing."
                )

        runners = (
            FolderWatcher(session.settings.watched_folders, library.scan.again, scanned),
            library.enrichment_runner(lambda update: told(update.trouble)),
            library.download_runner(lambda update: told(update.summary.trouble if update.summary else None)),
        )

        def stop() -> None:
            for each in runners:
                each.request_stop()

        async def work() -> None:
            """Where one of them fails, the other one ends in good order first."""
            tasks = [asyncio.ensure_future(each.run()) for each in runners]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            stop()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            for each in ended:
                if isinstance(each, BaseException):
                    raise each

        with told_to_stop(stop):
            session.out.note("Working on the queue. Ctrl+C ends it.")
            _look_after(session, library)
            asyncio.run(work())


def _look_after(session: Session, library: Library) -> None:
    """What the window does in the background: a check after a crash, warnings, the copy of the day."""
    try:
        if library.maintenance.was_left_open:
            health = library.maintenance.check()
            found = "; ".join([*health.damage, *health.contradictions]) or "The library is whole."
            session.out.note(f"musiclib was not closed in good order last time. {found}")
        for warning in library.maintenance.new_warnings():
            session.out.note(warning.detail)
        library.backups.make_if_due()
    except KnownError as error:
        session.out.note(str(error))


def run_queue(
    session: Session,
    library: Library,
    *,
    until_idle: bool,
    kinds: Sequence[TaskKind] = tuple(TaskKind),
) -> QueueSummary:
    """Run the queue here, with progress on stderr; what was in hand when stopped is given back."""
    import asyncio

    with session.out.progress("Enriching") as step:
        troubles: set[str] = set()

        def told(update: RunnerUpdate) -> None:
            if update.trouble is not None and update.trouble not in troubles:
                troubles.add(update.trouble)
                session.out.note(f"Work stands still: {update.trouble}")
            if (now := update.summary) is not None:
                current = f"{now.running[0].artist} - {now.running[0].title}" if now.running else ""
                step(now.done, now.total, current)

        runner = library.enrichment_runner(told, kinds=kinds)
        with told_to_stop(runner.request_stop):
            return asyncio.run(runner.run(until_idle=until_idle))
