"""Images nobody refers to are forgotten, those that an undone act brings back are not."""

from __future__ import annotations

from datetime import timedelta

from musiclib.db.art import ArtRepository
from musiclib.db.art_sweep import drop_unused_art
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.engine import Database
from musiclib.db.records import ArtFacts
from musiclib.db.tracks import TrackRepository
from tests.support.library import NOW, add_tracks


def test_only_what_is_neither_shown_nor_in_the_history_goes(db: Database) -> None:
    (track,) = add_tracks(db, 1)
    later = NOW + timedelta(hours=2)
    with db.write() as conn:
        art = ArtRepository(conn)
        shown, undone, unused, looked_at, new = (
            art.put(ArtFacts(f"{nth}" * 64, "deezer", "image/png", 8, 8), at, previewed=nth == 3)
            for nth, at in enumerate((NOW, NOW, NOW, NOW, later))
        )
        TrackRepository(conn).set_art([track], shown, NOW)
        change = {"table": "tracks", "key": [str(track)], "before": {"art_id": str(undone)}, "after": {}}
        ChangesetRepository(conn).add("track_art", "Art changed", {"changes": [change]}, NOW, [track])
        last, rounds = None, 0
        while (last := drop_unused_art(conn, later, last, 1)) is not None:
            rounds += 1
        assert rounds == 2
        assert set(art.get_many([shown, undone, unused, looked_at, new])) == {shown, undone, looked_at, new}
