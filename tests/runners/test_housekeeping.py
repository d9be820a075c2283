"""What nobody needs any more is thrown away when a worker begins, and daily."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from musiclib.bootstrap import Library
from musiclib.db.art import ArtRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.tracks import TrackRepository
from musiclib.runners.gate import DatabaseAnswers
from musiclib.runners.housekeeping import Housekeeping
from musiclib.runners.sources import Sources
from musiclib.services.art_types import ArtOf
from tests.runners.fakes import connecting_to
from tests.runners.helpers import import_tracks, run_until_idle
from tests.support.catalogue.http import picture

START = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def answers_kept(library: Library) -> int:
    with library._db.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM external_data").scalar_one())


def put(library: Library, key: str, at: datetime) -> None:
    DatabaseAnswers(library._db, lambda: at).put("spotify", key, {"id": 1}, found=True)


def test_a_worker_drops_expired_answers(library: Library) -> None:
    put(library, "old", datetime.now(UTC) - timedelta(days=31))
    put(library, "new", datetime.now(UTC) - timedelta(days=29))
    run_until_idle(library, connecting_to(Sources()))
    assert answers_kept(library) == 1


def test_it_is_done_daily(library: Library) -> None:
    now = START
    tidy = Housekeeping(library._db, library.settings.art_dir, lambda: now)

    def pieces() -> int:
        return next(count for count in itertools.count() if not asyncio.run(tidy.some()))

    assert pieces() == 0
    put(library, "old", START - timedelta(days=31))
    now += timedelta(hours=23)
    assert pieces() == 0
    now += timedelta(hours=1)
    assert pieces() == 1
    assert answers_kept(library) == 0


def test_pictures_nobody_refers_to_go_with_their_copies(library: Library) -> None:
    (track_id, other) = import_tracks(library, "Mira Voss - Auftakt", "Tessera - Labyrinth").rows
    files = ArtFiles(library.settings.art_dir)
    ages = ("shown", "undone", "unused", "untold", "new")
    facts = {name: files.write(picture(8, 8, seed), "deezer") for seed, name in enumerate(ages)}
    with library._db.write() as conn:
        ids = {name: files.add(conn, facts[name], START) for name in ages if name != "untold"}
        TrackRepository(conn).set_art([track_id], ids["shown"], START)
        TrackRepository(conn).set_art([other], ids["undone"], START)
    library.art.choose(ArtOf(track_id=other), None)
    hour_ago = time.time() - 4000
    for name in ages:
        files.thumbs.put(facts[name].sha256, 96, b"small")
    part = files.path(facts["untold"].sha256, "").with_name(".art-crashed")
    part.write_bytes(b"half")
    for path in library.settings.art_dir.rglob("*"):
        os.utime(path, (hour_ago, hour_ago))
    with library._db.write() as conn:
        ArtRepository(conn).put(replace(facts["new"], sha256="0" * 64), datetime.now(UTC))
    assert files.is_there(facts["new"])
    with library._db.write() as conn:
        conn.exec_driver_sql("DELETE FROM art WHERE id = ?", (ids["new"].hex,))

    run_until_idle(library, connecting_to(Sources()))
    there = {name for name in ages if files.path(facts[name].sha256, facts[name].mime).exists()}
    assert there == {"shown", "undone", "new"}
    small = {name for name in ages if files.thumbs.get(facts[name].sha256, 96)}
    assert small == {"shown", "undone"}
    assert not part.exists()
    library.library.undo()
    assert library.library.load_tracks([other])[0].art_id == ids["undone"]
