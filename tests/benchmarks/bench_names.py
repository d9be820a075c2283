"""Speed of names, matching and tags: `python -m tests.benchmarks.bench_names`.

Keys of 10,000 rows beside a bare `str.lower` of the same, one query against 15 candidates, and reading the
tags of tagged files beside a bare `mutagen.File`, all in the same run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mutagen
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TIT2, TPE1
from mutagen.mp4 import MP4

from musiclib.analysis.synth import SynthSpec, render
from musiclib.domain.matching import Recording, decide, score
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.text import match_key, split_artists, split_version
from musiclib.tags.reader import read_tags

ARTISTS = (
    "Juno Ferreira",
    "Kessel & Vroom",
    "Röyksopp",
    "Nia Okafor feat. Bo Lind",
    "The Night Porters",
    "久保田リョウ",
)
TITLES = (
    "Kinetic Sand",
    "Slow Burn (Juno Ferreira Remix)",
    "You, Again - Extended Mix",
    "Glasshouse (feat. Mira Voss)",
    "Saudade Mecânica",
    "環八ノ雨 (Aiko Tanabe Remix)",
)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    def once() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return min(once() for _ in range(times))


def names() -> None:
    rows = [(f"{ARTISTS[n % 6]} {n}", TITLES[n // 6 % 6]) for n in range(10_000)]
    bare = seconds(lambda: [(artist.lower(), title.lower()) for artist, title in rows])
    print(f"{'10,000 rows':32} {'ms':>8} {'to bare':>8}")
    print(f"{'bare str.lower':32} {bare * 1e3:8.1f} {1:8.1f}")
    for label, work in (
        ("match_key", lambda: [match_key(artist, title) for artist, title in rows]),
        ("split_version", lambda: [split_version(title) for _, title in rows]),
        ("split_artists", lambda: [split_artists(artist) for artist, _ in rows]),
    ):
        taken = seconds(work)
        print(f"{label:32} {taken * 1e3:8.1f} {taken / bare:8.1f}")


def matching() -> None:
    asked = Recording("Nia Okafor & Bo Lind", "Slow Burn (Juno Ferreira Remix)", duration_s=301)
    offered = [Recording(ARTISTS[n % 6], TITLES[n // 2 % 6], duration_s=280 + n * 3) for n in range(14)] + [
        asked
    ]
    taken = seconds(lambda: [decide([score(asked, each) for each in offered]) for _ in range(100)]) / 100
    print(f"\none decision among 15: {taken * 1e3:.2f} ms")


def tags(folder: Path) -> None:
    print(f"\n{'one file':12} {'mutagen.File us':>16} {'read_tags us':>14} {'ratio':>7}")
    for suffix in (".mp3", ".flac", ".m4a"):
        path = folder / f"sound{suffix}"
        render(path, SynthSpec(120, MusicalKey(9, True), duration_s=4.0))
        _tag(path)
        bare = seconds(lambda path=path: [mutagen.File(path) for _ in range(200)], 5) / 200  # type: ignore[misc]  # a bound loop variable
        ours = seconds(lambda path=path: [read_tags(path) for _ in range(200)], 5) / 200  # type: ignore[misc]  # as above
        print(f"{suffix:12} {bare * 1e6:16.0f} {ours * 1e6:14.0f} {ours / bare:7.2f}")


def _tag(path: Path) -> None:
    if path.suffix == ".mp3":
        frames = ID3()
        frames.add(TPE1(3, "Nia Okafor"))
        frames.add(TIT2(3, "Slow Burn"))
        frames.save(path)
    elif path.suffix == ".flac":
        flac = FLAC(path)
        flac.update({"artist": "Nia Okafor", "title": "Slow Burn", "bpm": "120", "isrc": "ZZMLB2600001"})
        flac.save()
    else:
        mp4 = MP4(path)
        mp4["\xa9ART"], mp4["\xa9nam"] = ["Nia Okafor"], ["Slow Burn"]
        mp4.save()


if __name__ == "__main__":
    names()
    matching()
    with tempfile.TemporaryDirectory() as temporary:
        tags(Path(temporary))
