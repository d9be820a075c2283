from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from musiclib.bootstrap import Library
from musiclib.runners.drives import is_network_mount
from musiclib.runners.watching import FolderWatcher, Pauses, Watched, WatchUpdate
from musiclib.services.scan_types import ScanOutcome
from tests.services.audio import write_wav

QUICK = Pauses(quiet=0.05, longest=30, first=0, network=0.05, whole=3600, away=0.05)
PATIENCE_S = 20


class Heard:
    """What the watcher has told, to wait for."""

    def __init__(self) -> None:
        self._updates: asyncio.Queue[WatchUpdate[ScanOutcome]] = asyncio.Queue()

    def __call__(self, update: WatchUpdate[ScanOutcome]) -> None:
        self._updates.put_nowait(update)

    async def until(self, wanted: Callable[[WatchUpdate[ScanOutcome]], bool]) -> WatchUpdate[ScanOutcome]:
        async with asyncio.timeout(PATIENCE_S):
            while not wanted(update := await self._updates.get()):
                pass
            return update

    async def outcome(self, wanted: Callable[[ScanOutcome], bool]) -> ScanOutcome:
        found = await self.until(lambda update: update.outcome is not None and wanted(update.outcome))
        assert found.outcome is not None
        return found.outcome


@asynccontextmanager
async def watched(
    library: Library, folder: Path, how: Callable[[Path], Watched] = lambda _: Watched.BY_SYSTEM
) -> AsyncIterator[Heard]:
    heard = Heard()

    def scan(folders: Sequence[Path], cancelled: Callable[[], bool]) -> ScanOutcome:
        return library.scan.scan(folders, cancelled=cancelled)

    watcher = FolderWatcher([folder], scan, heard, how=how, pauses=QUICK)
    running = asyncio.create_task(watcher.run())
    try:
        yield heard
    finally:
        watcher.request_stop()
        async with asyncio.timeout(PATIENCE_S):
            await running


def test_what_comes_moves_and_goes_is_scanned(library: Library, tmp_path: Path) -> None:
    music = tmp_path / "music"
    write_wav(music / "a" / "one.wav", artist="Ilium", title="One")

    async def main() -> None:
        async with watched(library, music) as heard:
            assert (await heard.outcome(lambda each: each.added > 0)).new_tracks == 1
            write_wav(music / "b" / "two.wav", artist="Ilium", title="Two")
            assert (await heard.outcome(lambda each: each.added > 0)).new_tracks == 1
            shutil.move(music / "a", music / "c")
            await heard.outcome(lambda each: each.moved == 1)
            (music / "b" / "two.wav").unlink()
            write_wav(music / "b" / "notes.wav")
            await heard.outcome(lambda each: each.missing == 1)

    asyncio.run(main())
    tracks = (library.library.track(row.id) for row in library.library.load_tracks())
    assert [Path(file.path).parent.name for track in tracks for file in track.files] == ["c", "b"]


def test_a_network_drive_is_scanned_from_time_to_time(library: Library, tmp_path: Path) -> None:
    music = tmp_path / "music"
    write_wav(music / "one.wav", artist="Ilium", title="One")

    async def main() -> None:
        async with watched(library, music, lambda _: Watched.FROM_TIME_TO_TIME) as heard:
            state = await heard.until(lambda update: bool(update.folders))
            assert state.folders == ((music, Watched.FROM_TIME_TO_TIME),)
            write_wav(music / "two.wav", artist="Ilium", title="Two")
            await heard.outcome(lambda each: each.unchanged == 2)

    asyncio.run(main())


def test_a_disk_that_is_connected_later_is_scanned(library: Library, tmp_path: Path) -> None:
    music = tmp_path / "music"

    def how(folder: Path) -> Watched:
        return Watched.BY_SYSTEM if folder.is_dir() else Watched.AWAY

    async def main() -> None:
        async with watched(library, music, how) as heard:
            await heard.until(lambda update: (music, Watched.AWAY) in update.folders)
            write_wav(tmp_path / "disk" / "one.wav", artist="Ilium", title="One")
            (tmp_path / "disk").rename(music)
            assert (await heard.outcome(lambda each: each.added > 0)).new_tracks == 1

    asyncio.run(main())


def test_without_folders_nothing_is_done_until_it_ends() -> None:
    watcher = FolderWatcher([], lambda *_: pytest.fail("scanned"), lambda _: None, how=lambda _: Watched.AWAY)

    async def main() -> None:
        running = asyncio.create_task(watcher.run())
        await asyncio.sleep(0)
        watcher.request_stop()
        async with asyncio.timeout(PATIENCE_S):
            await running

    asyncio.run(main())


MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:45 / /mnt/nas rw shared:9 - cifs //nas/music rw
41 22 0:46 / /mnt/nas/local rw shared:9 - ext4 /dev/sdb1 rw
42 22 0:47 / /mnt/far\040away rw shared:9 - fuse.sshfs me@far: rw
"""


@pytest.mark.parametrize(
    ("folder", "far"),
    [("/home/me", False), ("/mnt/nas/a", True), ("/mnt/nas/local/a", False), ("/mnt/far away/a", True)],
)
def test_network_drives_are_told_by_their_file_system(folder: str, far: bool) -> None:
    assert is_network_mount(MOUNTS, Path(folder)) is far
