"""The full figures: `python -m tests.crash --kills 300` (imports and look-ups), and 200 kills each of
`--downloads`, `--collect`, `--runs`, `--sync`, `--tags` and `--undo`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.crash import collecting, downloads, runs, sync, tag_writes, undoing
from tests.crash.harness import Drivers, check, finish_and_check, kill_and_check, prepare
from tests.support.audio_server import audio_server
from tests.support.database import postgresql_server
from tests.support.isrc_server import isrc_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--downloads", action="store_true", help="kill who downloads three albums")
    parser.add_argument("--sync", action="store_true", help="kill two who exchange changes with a third")
    parser.add_argument("--tags", action="store_true", help="kill who writes tags into files of every kind")
    parser.add_argument("--undo", action="store_true", help="kill who undoes acts and does them again")
    parser.add_argument("--runs", action="store_true", help="kill who writes a run over 3,000 tracks")
    parser.add_argument("--collect", action="store_true", help="kill collection runs at two providers")
    arguments = parser.parse_args()
    if arguments.runs:
        kill_runs(arguments)
    elif arguments.undo:
        kill_undoing(arguments)
    elif arguments.sync:
        kill_sync(arguments)
    elif arguments.collect:
        kill_collecting(arguments)
    elif arguments.tags:
        kill_tag_writing(arguments)
    else:
        (kill_downloads if arguments.downloads else kill_work)(arguments)


def kill_undoing(arguments: argparse.Namespace) -> None:
    started, albums = time.monotonic(), 6
    with tempfile.TemporaryDirectory() as name:
        undoing.prepare(Path(name), albums)
        with Drivers(Path(name), module="tests.crash.undoing") as drivers:
            hits = undoing.kill_and_check(drivers, arguments.kills, arguments.seed, longest_s=1.0)
        undoing.finish_and_check(Path(name), albums)
    print(
        f"{arguments.kills} rounds, {hits} processes killed at work in {time.monotonic() - started:.0f} s: "
        "each act stood wholly or not at all, and in the end all was done again"
    )


def kill_sync(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    lists = max(6, arguments.kills)
    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        address = server.empty_library()
        hits = sync.kill_and_check(Path(name), address, lists, arguments.kills, arguments.seed, 1.5)
    print(
        f"{2 * arguments.kills} kills, {hits} of one at work, in {time.monotonic() - started:.0f} s: "
        f"{2 * lists} lists in two libraries and a shared one, all alike, none lost, doubled or in part"
    )


def kill_tag_writing(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = tag_writes.prepare(folder, copies=4)
        with tag_writes.start_drivers(folder) as drivers:
            torn = tag_writes.kill_and_check(
                drivers, plan, arguments.kills, arguments.seed, longest_s=1.2, report=True
            )
        tag_writes.finish_and_check(folder, plan)
    print(
        f"{arguments.kills} kills, {torn} in the midst of a writing, in {time.monotonic() - started:.0f} s: "
        f"{len(plan.before)} files whole each time, journal and library in step, all taken back bit for bit"
    )


def kill_runs(arguments: argparse.Namespace) -> None:
    started, tracks, each = time.monotonic(), 3_000, arguments.kills // 2
    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        for place, address in (("sqlite", None), ("postgresql", server.empty_library())):
            folder = Path(name) / place
            folder.mkdir()
            runs.prepare(folder, address, tracks)
            found = runs.kill_and_check(folder, address, tracks, each, arguments.seed, 4.0)
            print(f"{place}: {each} kills, found {'both' if len(found) == 2 else found}", flush=True)
    seconds = time.monotonic() - started
    print(f"{2 * each} kills in {seconds:.0f} s: each run over {tracks} tracks whole, or not there at all")


def kill_collecting(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, isrc_server() as address:
        folder = Path(name)
        collecting.prepare(folder, address, 200)
        with collecting.start_drivers(folder, address) as drivers:
            hits, count = collecting.kill_and_check(
                drivers, address, 200, arguments.kills, arguments.seed, longest_s=2.5, report=True
            )
            again = collecting.finish_and_check(drivers, address, count, hits)
    seconds = time.monotonic() - started
    print(
        f"{arguments.kills} kills, {hits} of one at work, in {seconds:.0f} s: {count:,} tracks asked for at "
        f"two providers and processed, none skipped, doubled or in part; {again} calls made again"
    )


def kill_downloads(arguments: argparse.Namespace) -> None:
    # So much that the last kill still finds something under way.
    seconds = arguments.kills * 0.6
    plan = downloads.Plan(albums=3, tracks=12, seconds=seconds, bytes_per_s=36 * 16_000)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, audio_server() as server:
        folder = Path(name)
        downloads.prepare(folder, server, plan)
        with downloads.start_drivers(folder, server, plan) as drivers:
            tally = downloads.kill_and_check(
                drivers, server, plan, arguments.kills, arguments.seed, longest_s=2.5, report=True
            )
            downloads.finish_and_check(drivers, server, plan)
    seconds = time.monotonic() - started
    print(
        f"{arguments.kills} kills, {tally.hits} of one at work, in {seconds:.0f} s: {plan.files} files "
        f"bit-identical, none lost or doubled, no part left; {tally.continued} requests went on from a "
        f"journalled offset, {tally.kept_bytes / 1e6:.0f} MB not fetched again, none before an offset"
    )


def kill_work(arguments: argparse.Namespace) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        # Enough work that the last kill still finds some.
        lists = max(20, arguments.kills // 2)
        with Drivers(folder, lists) as drivers:
            hits = kill_and_check(drivers, arguments.kills, arguments.seed, longest_s=1.0, report=True)
            finish_and_check(drivers, lists)
        tasks = sum(check(folder).values())
    seconds = time.monotonic() - started
    print(f"children lived on for at most {drivers.slowest_end_s:.1f} s")
    print(
        f"{arguments.kills} rounds, {hits} processes killed at work in {seconds:.0f} s: "
        f"{tasks} tasks, none lost, none done twice, no orphan, database whole"
    )


if __name__ == "__main__":
    main()
