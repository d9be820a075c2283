"""The sample library: invented music, made here, that goes the whole way from paste to badges."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from musiclib.domain.ids import AlbumId
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.queue import QueueSummary
from musiclib.errors import BugError
from musiclib.services.demo_types import DemoOutcome, DemoPhase, DemoProgress
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.services.imports import ImportService
from musiclib.services.scan import ScanService
from musiclib.services.scan_types import ScanProgress

ORIGIN = "sample"
"""The origin of the albums it makes: their tracks are looked up in the sample's own catalogue."""
_FORBIDDEN = str.maketrans('<>:"/\\|?*', "_________")

WorkUntilIdle = Callable[[Callable[[QueueSummary | None], bool]], QueueSummary]
"""Runs the enrichment worker until nothing is left to do; ends early when the callback returns False."""


def resources_folder() -> Path:
    """The folder of the catalogue: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_resources"
    return (packaged if packaged.is_dir() else package.parent / "resources") / "demo"


def music_folder(data_dir: Path) -> Path:
    """Where the made audio lies."""
    return data_dir / "sample music"


def is_sample(origin: str | None, data_dir: Path) -> bool:
    """Whether an album is the sample's: pasted by it, or made of its files."""
    return origin == ORIGIN or (origin is not None and Path(origin).is_relative_to(music_folder(data_dir)))


class DemoService:
    """Uses the same services as everybody; nothing of it needs a network."""

    def __init__(
        self,
        imports: ImportService,
        scan: ScanService,
        data_dir: Path,
        work: WorkUntilIdle,
        source: Path | None = None,
    ) -> None:
        """`source` is the folder of the catalogue and its lists, by default the one that comes along."""
        self._source = source or resources_folder()
        self._imports = imports
        self._scan = scan
        self._folder = music_folder(data_dir)
        self._work = work

    def build(
        self,
        progress: Callable[[DemoProgress], None] = lambda progress: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> DemoOutcome:
        """Make the audio, import the lists, scan, enrich. Doing it again adds nothing.

        When cancelled, what was made so far stays.
        """
        started = time.monotonic()
        source = self._source
        catalogue: dict[str, Any] = json.loads((source / "catalogue.json").read_text("utf-8"))
        self._make_audio(catalogue, progress, cancelled)
        album_ids = self._import_lists(source, catalogue["albums"], progress)

        def tell_scan(seen: ScanProgress) -> None:
            progress(DemoProgress(DemoPhase.SCANNING, seen.done, seen.total or seen.done, seen.current))

        if not cancelled():
            self._scan.scan([self._folder], tell_scan, cancelled)

        def tell_queue(summary: QueueSummary | None) -> bool:
            if summary is not None:
                current = next((each.title for each in summary.running), None)
                progress(DemoProgress(DemoPhase.ENRICHING, summary.done, summary.total, current))
            return not cancelled()

        summary = self._work(tell_queue)
        progress(DemoProgress(DemoPhase.DONE, summary.done, summary.total))
        seconds = time.monotonic() - started
        return DemoOutcome(album_ids, self._folder, len(catalogue["tracks"]), seconds, summary)

    def _make_audio(
        self,
        catalogue: dict[str, Any],
        progress: Callable[[DemoProgress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        albums = {album["id"]: album for album in catalogue["albums"]}
        wanted = [track for track in catalogue["tracks"] if track.get("audio")]
        for done, track in enumerate(wanted):
            if cancelled():
                return
            progress(DemoProgress(DemoPhase.SYNTHESISING, done, len(wanted), track["title"]))
            self._make_file(track, albums[track["album_id"]])

    def _make_file(self, track: dict[str, Any], album: dict[str, Any]) -> None:
        from musiclib.analysis.synth import SynthSpec, render

        sound = track["audio"]
        title = sound.get("title") or _full_title(track)
        folder = self._folder / album["title"].translate(_FORBIDDEN)
        path = folder / f"{track['position']:02} {title.translate(_FORBIDDEN)}.flac"
        if path.exists():
            return
        key = MusicalKey.parse(sound["key"])
        if key is None:
            raise BugError(f"the sample catalogue names an unknown key: {sound['key']}")
        folder.mkdir(parents=True, exist_ok=True)
        tags = {
            "artist": track["artist"],
            "title": title,
            "album": album["title"],
            "album_artist": album["artist"],
            "track": str(track["position"]),
            "date": album["release_date"],
        }
        spec = SynthSpec(sound["bpm"], key, sound["style"], track["duration_s"], sound["seed"])
        part = path.with_name(f".{path.name}")
        render(part, spec, tags)
        part.replace(path)

    def _import_lists(
        self, source: Path, albums: Iterable[dict[str, Any]], progress: Callable[[DemoProgress], None]
    ) -> tuple[AlbumId, ...]:
        from musiclib.domain.tracklist.parser import parse_tracklist  # its patterns take long to compile

        pasted = [album for album in albums if "list" in album]
        album_ids: list[AlbumId] = []
        for done, album in enumerate(pasted):
            progress(DemoProgress(DemoPhase.IMPORTING, done, len(pasted), album["title"]))
            text = (source / album["list"]).read_text("utf-8")
            rows = parse_tracklist(text).tracks
            target = NewAlbum(album["title"], album["artist"])
            album_ids.append(self._imports.commit(ImportRequest(rows, text, target, ORIGIN)).album_id)
        return tuple(album_ids)


def _full_title(track: dict[str, Any]) -> str:
    version = track.get("version")
    return f"{track['title']} ({version})" if version else str(track["title"])
