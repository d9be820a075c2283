from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from musiclib.db.code_order import in_code_order
from musiclib.db.engine import Database
from musiclib.db.schema import File, Track
from musiclib.db.tracks import TrackRepository
from tests.support.library import NOW, add_tracks


def test_texts_are_compared_by_code_point_on_both_databases() -> None:
    folder = in_code_order(File.folder)
    query = select(File.id).where(folder >= "/music/", folder < "/music0").order_by(folder.desc())
    on_server = str(query.compile(dialect=postgresql.dialect()))
    assert on_server.count('files.folder COLLATE "C"') == 3
    assert "COLLATE" not in str(query.compile(dialect=sqlite.dialect()))


def test_names_come_in_the_same_order_from_both(db: Database) -> None:
    names = ["b", "C", "é", "Z z", "Zz", "a-b", "ab", "Ñ", "ა", "あ", "𝔸"]
    ids = add_tracks(db, len(names))
    with db.write() as conn:
        TrackRepository(conn).set_values(
            {track_id: {"artist": name} for track_id, name in zip(ids, names, strict=True)}, NOW
        )
        found = conn.execute(select(Track.artist).order_by(in_code_order(Track.artist))).scalars().all()
    assert found == sorted(names)
