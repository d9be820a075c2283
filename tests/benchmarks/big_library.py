"""A large library made here: `python -m tests.benchmarks.big_library [--tracks N]` makes it and says where.

300,000 tracks on 25,000 albums, each with a file, its analysis, what two sources say and two tasks; every
album with a picture of its own, whose small copies lie in the disk cache. Made once in the folder for
temporary files (or `--into`), and again when the schema or this module changes. Always the same content.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QLinearGradient, QPainter

from musiclib.analysis.features import AudioFeatures
from musiclib.bootstrap import Library, open_library
from musiclib.db.engine import Database
from musiclib.db.identities import new_ids
from musiclib.db.migrate import head_revision
from musiclib.db.schema import (
    Album,
    AlbumTrack,
    Art,
    Artist,
    AudioAnalysis,
    EnrichmentTask,
    File,
    Track,
    TrackArtist,
    TrackFile,
    TrackMetadata,
)
from musiclib.db.statements import insert_many
from musiclib.db.thumb_files import SIDES
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.states import MatchState, Reason, TaskKind, TaskStatus
from musiclib.gui.painting.decoding import encoded
from musiclib.settings import Settings

TRACKS, ON_ALBUM = 300_000, 12
_PICTURES = 400
_ALBUMS_AT_ONCE = 500
_BEGUN = datetime(2019, 1, 4, 18, 0, tzinfo=UTC)

_FIRST_NAMES = (
    "Mira Odd Kessel Lagoa Silent Paper Northern Velvet Hidden Static Golden Amber Concrete Distant Lunar "
    "Quiet Broken Neon Solar Hollow Arctic Crystal Rural Modern Secret Analog Jade Rapid Sacred Tidal Ether "
    "Novel Oblique Parallel Radio Saffron Terra Ultra Vesper Winter Zenith Émile Åsa Jürgen Søren Inês"
)
_FIRST = _FIRST_NAMES.split()
_SECOND_NAMES = (
    "Voss Harbour Vroom Theory Assembly Motion Division Choir Garden District Machine Signal Orchestra "
    "Valley Avenue Collective Department Ensemble Foundation Gallery Highway Island Junction Kinetics "
    "Laboratory Meridian Network Observatory Pavilion Quarter Republic Station Transit "
    "Union Vista Workshop Yard Zone"
)
_SECOND = _SECOND_NAMES.split()
_TITLE_WORDS = (
    "Ankunft Langsam Paper Achse Rio Night Morning Water Glass Stone Fire Shadow Light Echo Mirror Field "
    "River Cloud Train Harbour Window Letter Garden Circle Border Silver Copper Ember Drift Pulse Signal "
    "Return Leaving Waiting Falling Rising Breathe Forever Never Always Someone Nowhere Tomorrow Yesterday "
    "Sommer Nacht Licht Étoile Lumière Coração Äther Über Mañana"
)
_WORDS = _TITLE_WORDS.split()
_VERSIONS = (
    None,
    None,
    None,
    None,
    "Extended Mix",
    "Original Mix",
    "Radio Edit",
    "Dub",
    "Live",
    "Remastered",
)
_GENRES = ("House", "Techno", "Ambient", "Jazz", "Dub Techno", "Drum & Bass", "Soul", "Electro", "Disco")
_ISRC_COUNTRIES = ("GB", "DE", "US", "FR", "NL", "SE")


def cached(tracks: int = TRACKS, into: Path | None = None) -> Path:
    """The data folder of such a library, made if it is not there."""
    made_of = hashlib.sha256(Path(__file__).read_bytes() + head_revision().encode()).hexdigest()[:12]
    folder = (into or Path(tempfile.gettempdir()) / "musiclib-big-library") / f"{tracks}-{made_of}"
    if not folder.exists():
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        settings = Settings(data_dir=part, online=False)
        with contextlib.closing(open_library(settings)) as library:
            fill(library, tracks)
            library.enrichment.pause_all()
            write_pictures(settings.art_dir, tracks // ON_ALBUM)
        part.rename(folder)
    return folder


def fill(library: Library, tracks: int = TRACKS) -> None:
    """Fill an empty library, of either kind of database."""
    db, chance = library._db, random.Random(5)
    artists = _artists(db, chance, max(20, tracks // 16))
    for first in range(0, tracks // ON_ALBUM, _ALBUMS_AT_ONCE):
        _albums(db, chance, artists, range(first, min(first + _ALBUMS_AT_ONCE, tracks // ON_ALBUM)))
    with db.write() as conn:
        conn.execute(text("ANALYZE"))


def picture_hash(album: int) -> str:
    """What the picture of that album is called by."""
    return hashlib.sha256(f"picture {album}".encode()).hexdigest()


def write_pictures(folder: Path, albums: int) -> None:
    """The small copies of every album's picture, of the sizes lists and tiles ask for."""
    app = QGuiApplication.instance() or QGuiApplication(["big_library"])
    sides = [side for side in SIDES if side <= 384]
    pictures = [{side: _picture(number, side) for side in sides} for number in range(min(_PICTURES, albums))]
    for name in {picture_hash(album)[:2] for album in range(albums)}:
        (folder / "thumbs" / name).mkdir(parents=True, exist_ok=True)
    for album in range(albums):
        sha256 = picture_hash(album)
        for side, data in pictures[album % len(pictures)].items():
            if side != 384 or album < 1000:  # the cache has its limit, and tiles on common screens take 192
                (folder / "thumbs" / sha256[:2] / f"{sha256}-{side}").write_bytes(data)
    del app


def _picture(number: int, side: int) -> bytes:
    chance = random.Random(number)
    image = QImage(side, side, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QLinearGradient(QPointF(0, 0), QPointF(side, side))
    ground.setColorAt(0, QColor.fromHsv(chance.randrange(360), 120, 220))
    ground.setColorAt(1, QColor.fromHsv(chance.randrange(360), 200, 90))
    painter.fillRect(image.rect(), ground)
    painter.setPen(Qt.PenStyle.NoPen)
    for _ in range(60):
        painter.setBrush(QColor.fromHsv(chance.randrange(360), chance.randrange(255), 200, 120))
        size = side * (0.05 + chance.random() * 0.3)
        painter.drawEllipse(QRectF(chance.random() * side, chance.random() * side, size, size))
    painter.end()
    return encoded(image)


def _artists(db: Database, chance: random.Random, count: int) -> list[tuple[UUID, str]]:
    rows = []
    for nth, each in enumerate(new_ids(count)):
        name = f"{_FIRST[nth % len(_FIRST)]} {_SECOND[nth // len(_FIRST) % len(_SECOND)]}"
        name += f" {nth // (len(_FIRST) * len(_SECOND))}" if nth >= len(_FIRST) * len(_SECOND) else ""
        rows.append(
            {
                "id": each,
                "name": name,
                "match_key": name.casefold(),
                "external_ids": {"deezer": str(nth)},
                "genres": [_GENRES[nth % len(_GENRES)]],
                "created_at": _BEGUN,
            }
        )
    with db.write() as conn:
        insert_many(conn, Artist, rows)
    return [(row["id"], row["name"]) for row in rows]


def _albums(db: Database, chance: random.Random, artists: Sequence[tuple[UUID, str]], numbers: range) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {}
    for number in numbers:
        for table, row in _album(chance, artists, number):
            rows.setdefault(table, []).append(row)
    order = (Art, Album, Track, File)
    with db.write() as conn:
        for table in (*order, *(each for each in rows if each not in order)):
            insert_many(conn, table, rows[table])


def _album(
    chance: random.Random, artists: Sequence[tuple[UUID, str]], number: int
) -> Iterator[tuple[Any, dict[str, Any]]]:
    art_id, album_id = new_ids(2)
    at = _BEGUN + timedelta(minutes=140 * number)
    title = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {number % 97}"
    various = number % 5 == 0
    album_artist = chance.choice(artists)
    year = chance.randint(1968, 2025)
    yield (
        Art,
        {
            "id": art_id,
            "sha256": picture_hash(number),
            "source": "deezer",
            "mime": "image/jpeg",
            "width": 1000,
            "height": 1000,
            "created_at": at,
        },
    )
    by = None if various else album_artist[1]
    yield (
        Album,
        {
            "id": album_id,
            "title": title,
            "artist": by,
            "match_key": f"{by or ''} {title}".casefold(),
            "year": year,
            "origin": "pasted",
            "art_id": art_id,
            "paused": number % 300 == 0,
            "revision": 1,
            "created_at": at,
            "updated_at": at,
        },
    )
    tracks = new_ids(ON_ALBUM)
    for position, (track_id, place) in enumerate(zip(tracks, new_ids(ON_ALBUM), strict=True), 1):
        yield (
            AlbumTrack,
            {"id": place, "album_id": album_id, "track_id": track_id, "position": position, "disc": 1},
        )
        artist = chance.choice(artists) if various else album_artist
        yield from _track(chance, track_id, artist, title, year, art_id, at + timedelta(seconds=position))


def _track(
    chance: random.Random,
    track_id: UUID,
    artist: tuple[UUID, str],
    album: str,
    year: int,
    art_id: UUID,
    at: datetime,
) -> Iterator[tuple[Any, dict[str, Any]]]:
    luck = chance.random()
    heard, matched = luck < 0.9, luck > 0.06
    values = _values(chance, artist[1], album, year, heard, matched)
    state = MatchState.MATCHED if matched else MatchState.REVIEW if luck < 0.02 else MatchState.NOT_FOUND
    yield (
        Track,
        {
            **values,
            "id": track_id,
            "art_id": art_id,
            "match_key": f"{artist[1]} {values['title']}".casefold(),
            "is_id": False,
            "match_state": state,
            "match_score": 60.0 + 40 * chance.random(),
            "match_locked": luck > 0.98,
            "revision": 1,
            "created_at": at,
            "updated_at": at,
        },
    )
    yield TrackArtist, {"track_id": track_id, "position": 1, "artist_id": artist[0], "join_phrase": ""}
    yield from _file(chance, track_id, artist[1], values, heard, at)
    yield from _said(chance, track_id, values, matched, at)
    yield from _tasks(track_id, luck, heard, matched, at)


def _values(
    chance: random.Random, artist: str, album: str, year: int, heard: bool, matched: bool
) -> dict[str, Any]:
    version = chance.choice(_VERSIONS)
    values: dict[str, Any] = {
        "artist": artist,
        "title": " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 3))),
        "version": version,
        "album": album,
        "isrc": f"{chance.choice(_ISRC_COUNTRIES)}AYE{chance.randrange(10**7):07}" if matched else None,
        "duration_s": round(150 + 330 * chance.random(), 1),
        "original_year": year,
        "label": f"{chance.choice(_WORDS)} Recordings",
        "genres": [chance.choice(_GENRES)] if matched else None,
        "popularity": chance.randint(0, 100) if matched else None,
    }
    heard_values = {
        "bpm": round(chance.gauss(122, 14), 2),
        "key_code": chance.randrange(24),
        "energy": chance.randint(1, 10),
        "loudness_lufs": round(chance.gauss(-9.5, 2), 2),
        "loudness_range_lu": round(2 + 8 * chance.random(), 2),
        "true_peak_dbtp": round(chance.gauss(-0.3, 0.6), 2),
    }
    return values | (heard_values if heard else dict.fromkeys(heard_values))


def _file(
    chance: random.Random,
    track_id: UUID,
    artist: str,
    values: dict[str, Any],
    heard: bool,
    at: datetime,
) -> Iterator[tuple[Any, dict[str, Any]]]:
    (file_id, analysis_id), content = new_ids(2), f"{chance.getrandbits(256):064x}"
    folder = f"/music/{artist}/{values['album']}"
    yield (
        File,
        {
            "id": file_id,
            "path": f"{folder}/{track_id}.flac",
            "folder": folder,
            "size": chance.randint(8_000_000, 60_000_000),
            "mtime_ns": int(at.timestamp()) * 10**9,
            "content_hash": content,
            "state": "ok",
            "match_key": f"{artist} {values['title']}".casefold(),
            "duration_s": values["duration_s"],
            "codec": "flac",
            "bitrate": 900_000,
            "sample_rate": 44_100,
            "channels": 2,
            "bit_depth": 16,
            "tags": {"artist": artist, "title": values["title"], "album": values["album"]},
            "created_at": at,
        },
    )
    yield (
        TrackFile,
        {"track_id": track_id, "file_id": file_id, "score": 100.0, "by_hand": False, "created_at": at},
    )
    if heard:
        yield (
            AudioAnalysis,
            {
                "id": analysis_id,
                "content_hash": content,
                "analyser_version": "1",
                "engine": "essentia",
                "features": _features(values).as_dict(),
                "created_at": at,
            },
        )


def _features(values: dict[str, Any]) -> AudioFeatures:
    return AudioFeatures(
        duration_s=values["duration_s"],
        codec="flac",
        sample_rate=44_100,
        channels=2,
        engine="essentia",
        bpm=values["bpm"],
        bpm_confidence=0.95,
        key=MusicalKey.from_code(values["key_code"]).name,
        key_confidence=0.9,
        energy=values["energy"],
        loudness_lufs=values["loudness_lufs"],
        loudness_range_lu=values["loudness_range_lu"],
        true_peak_dbtp=values["true_peak_dbtp"],
    )


def _said(
    chance: random.Random, track_id: UUID, values: dict[str, Any], matched: bool, at: datetime
) -> Iterator[tuple[Any, dict[str, Any]]]:
    tagged = {name: values[name] for name in ("artist", "title", "album", "duration_s")}
    sources: list[tuple[str, str | None, dict[str, Any]]] = [("file_tags", None, tagged)]
    if matched:
        found = {name: values[name] for name in ("isrc", "label", "popularity", "genres", "original_year")}
        sources.append(("deezer", str(chance.randrange(10**9)), found))
    for source, external_id, fields in sources:
        yield (
            TrackMetadata,
            {
                "track_id": track_id,
                "source": source,
                "external_id": external_id,
                "fields": fields,
                "confidence": {},
                "links": {},
                "art": [],
                "origins": {},
                "chosen_at": {},
                "fetched_at": at,
            },
        )


def _tasks(
    track_id: UUID, luck: float, heard: bool, matched: bool, at: datetime
) -> Iterator[tuple[Any, dict[str, Any]]]:
    metadata, audio = new_ids(2)
    found = Reason.FOUND if matched else Reason.REVIEW if luck < 0.02 else Reason.NOT_FOUND
    for task_id, kind, status, reason in (
        (metadata, TaskKind.METADATA, TaskStatus.DONE, found),
        (audio, TaskKind.AUDIO, *_heard_status(luck, heard)),
    ):
        yield (
            EnrichmentTask,
            {
                "id": task_id,
                "track_id": track_id,
                "kind": kind,
                "status": status,
                "reason": reason,
                "priority": 0,
                "attempts": 1,
                "created_at": at,
                "updated_at": at,
                "finished_at": at if status is TaskStatus.DONE else None,
            },
        )


def _heard_status(luck: float, heard: bool) -> tuple[TaskStatus, Reason | None]:
    if heard:
        return TaskStatus.DONE, None
    return (TaskStatus.ERROR, Reason.UNREADABLE_AUDIO) if luck > 0.995 else (TaskStatus.QUEUED, None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=TRACKS)
    parser.add_argument("--into", type=Path)
    options = parser.parse_args()
    begun = time.perf_counter()
    print(cached(options.tracks, options.into))
    print(f"{time.perf_counter() - begun:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
