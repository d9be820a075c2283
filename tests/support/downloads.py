"""Albums that can be fetched: a shelf of files on a server, as a source, and a worker for a library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import httpx2

from musiclib.analysis.checking import check_audio
from musiclib.analysis.features import Analysis
from musiclib.bootstrap import Library
from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.audio_choice import Rules
from musiclib.downloads.addresses import Addresses
from musiclib.downloads.base import Downloader, HttpOrigin, TransferError
from musiclib.downloads.engine import Engine, Options
from musiclib.downloads.purchases import Purchases
from musiclib.runners.downloads import PATIENCE, DownloadRunner
from musiclib.runners.transfer_work import DownloadDesk
from musiclib.runners.updates import DownloadUpdate
from musiclib.runners.worker_id import make_worker_id
from musiclib.services.arrivals import FileArrivals
from tests.services.audio import write_wav
from tests.support.audio_server import AudioServer


def wav(folder: Path, artist: str, title: str, seconds: float = 2.0) -> bytes:
    """A small sound file of that track, with its tags."""
    return write_wav(folder / f"{artist} {title}.wav", seconds, artist=artist, title=title).read_bytes()


@dataclass
class Shelf:
    """A source whose files lie on an `AudioServer`; see `Downloader`."""

    server: AudioServer
    id: str = "shelf"
    label: str = "Test shelf"
    offers: list[AudioCandidate] = field(default_factory=list)
    searches: int = 0
    fails: list[TransferError] = field(default_factory=list)
    """Raised by the next searches."""
    kind: ClassVar[str] = "shelf"

    def put(self, folder: Path, artist: str, title: str, seconds: float = 2.0, **facts: object) -> str:
        """Offer a track; returns the path of its file on the server."""
        path = f"/{artist} {title}.wav".replace(" ", "_").replace("&", "and")
        path = path if path not in self.server.files else path.replace(".wav", "_2.wav")
        self.server.files[path] = wav(folder, artist, title, seconds)
        known = {"size": len(self.server.files[path]), "suffix": "wav", **facts}
        self.offers.append(AudioCandidate(self.id, path, path[1:], title, artist, **known))  # type: ignore[arg-type]
        return path

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        self.searches += 1
        if self.fails:
            raise self.fails.pop(0)
        return list(self.offers)

    async def origin(self, candidate: AudioCandidate) -> HttpOrigin:
        return HttpOrigin(lambda: self.server.url(candidate.ref), per_host=8)


class InThread:
    """Checks files without a process of its own; see `runners.audio_work.Analyser`."""

    async def analyze(
        self, path: Path, *, duration_s: float | None = None, limit_s: float | None = None
    ) -> Analysis:
        return await asyncio.to_thread(check_audio, path)


def make_desk(
    library: Library, sources: Sequence[Downloader], clock: Callable[[], datetime], **options: int
) -> Callable[[], AbstractAsyncContextManager[DownloadDesk]]:
    settings = library.settings

    @asynccontextmanager
    async def opened() -> AsyncIterator[DownloadDesk]:
        engine = Engine(
            settings.download_dir,
            user_agent="musiclib-test/1",
            clock=clock,
            options=Options(**{"per_host": 8, "reserve_bytes": 0, **options}),
            transport=httpx2.HTTPTransport(),
        )
        try:
            yield DownloadDesk(
                sources,
                (Addresses(lambda name: _revealed(library, name)), Purchases()),
                engine,
                InThread(),
                FileArrivals(settings.source_precedence),
                Rules(settings.download_formats),
                settings.file_template,
                at_once=settings.downloads_at_once,
                folder=settings.download_dir,
            )
        finally:
            await engine.aclose()

    return opened


def _revealed(library: Library, name: str) -> str | None:
    kept = library._secrets.read(name)
    return kept.reveal() if kept else None


def make_runner(
    library: Library,
    *sources: Downloader,
    clock: Callable[[], datetime] | None = None,
    on_change: Callable[[DownloadUpdate], None] = lambda update: None,
    patience: timedelta = PATIENCE,
    **options: int,
) -> DownloadRunner:
    now = clock or library._clock
    return DownloadRunner(
        library._db,
        make_desk(library, sources, now, **options),
        worker_id=make_worker_id(),
        clock=now,
        on_change=on_change,
        poll_interval_s=0.05,
        patience=patience,
    )
