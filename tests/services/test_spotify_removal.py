"""Removing all Spotify data takes every trace of it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update

from musiclib.bootstrap import Library
from musiclib.db.art_files import ArtFiles
from musiclib.db.artists import ArtistRepository
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.effective import remerge
from musiclib.db.external_data import ExternalDataRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import NewCandidate, SourceValues
from musiclib.db.schema import Changeset
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId, ChangesetId, TrackId
from musiclib.domain.states import MatchState, Source, TaskKind, TaskStatus
from musiclib.domain.text import artist_key
from tests.services.conftest import Clock
from tests.services.helpers import THREE, import_new
from tests.support.catalogue.http import picture
from tests.support.database import DIALECTS
from tests.support.library import give_album_art

pytestmark = pytest.mark.parametrize("settings", DIALECTS, indirect=True)

SECRETIVE = "scdn-only-spotify-knows"
_TABLES = ["tracks", "artists", "track_metadata", "match_candidates", "external_data", "art", "changesets"]


def everything(library: Library) -> str:
    """Every row that may hold what a provider said, as text."""
    with library._db.read() as conn:
        # A row as a text is cut off; a tuple is not.
        rows = [map(tuple, conn.execute(text(f"SELECT * FROM {table}"))) for table in _TABLES]
        return str([list(each) for each in rows])


def fill(library: Library, clock: Clock) -> tuple[AlbumId, list[TrackId]]:
    """Three tracks: known by Spotify and MusicBrainz, by Spotify alone, and by a person's choice."""
    outcome = import_new(library, THREE)
    tracks = [entry.track_id for entry in library.library.album(outcome.album_id).entries]
    links = {"spotify": f"https://open.spotify.com/track/{SECRETIVE}"}
    ref = ArtRef("spotify", "url", f"https://i.example/{SECRETIVE}")
    with library._db.write() as conn:
        now = clock()
        metadata, candidates = TrackMetadataRepository(conn), CandidateRepository(conn)
        for track_id in tracks:
            fields = {"label": SECRETIVE, "popularity": 61}
            said = SourceValues(track_id, Source.SPOTIFY, fields, f"id-{track_id}", {}, links, (ref,))
            metadata.put([said], now)
            offered = [
                NewCandidate(Source.SPOTIFY, nth, 90.0, {"title": SECRETIVE}, [], SECRETIVE, links, (ref,))
                for nth in ("refused", "chosen")
            ]
            candidates.put(track_id, offered, now)
            refused = next(
                each for each in candidates.of([track_id])[track_id] if each.external_id == "refused"
            )
            candidates.set_rejected([refused.id], True)
        metadata.put([SourceValues(tracks[0], Source.MUSICBRAINZ, {"label": "Lowtide"})], now)
        remerge(conn, tracks, library.settings.source_precedence, now)
        TrackRepository(conn).set_match(tracks, MatchState.MATCHED, 90.0, now)
        TrackRepository(conn).set_match(tracks[2:], MatchState.MATCHED, 90.0, now, locked=True)
        external = ExternalDataRepository(conn)
        external.put(Source.SPOTIFY, "search?track:x", {"found": True, "answer": {"x": SECRETIVE}}, now)
        external.put(Source.MUSICBRAINZ, "recording/x", {"found": True, "answer": {}}, now)
        ArtistRepository(conn).learn_ids({artist_key("Mira Voss"): {"spotify": SECRETIVE, "deezer": "1"}})
    return outcome.album_id, tracks


def picture_from(library: Library, clock: Clock, tracks: list[TrackId], source: str, seed: int) -> Any:
    files = ArtFiles(library.settings.art_dir)
    facts = files.write(picture(8, 8, seed), source, f"https://i.example/{source}")
    with library._db.write() as conn:
        art_id = files.add(conn, facts, clock())
        TrackRepository(conn).set_art(tracks, art_id, clock())
    return files.path(facts.sha256, facts.mime)


def as_kept_before_0022(library: Library, changeset_id: ChangesetId) -> None:
    """Images of tracks had a column then that the table has no more: all their words in one text."""
    with library._db.write() as conn:
        record = ChangesetRepository(conn).get(changeset_id)
        assert record is not None
        for change in record.payload["changes"]:
            if change["table"] == "tracks":
                change["before"]["search_text"] = f"mira voss\n{SECRETIVE}"
        conn.execute(update(Changeset).values(payload=record.payload).where(Changeset.id == changeset_id))


def test_every_trace_is_taken_out(library: Library, clock: Clock) -> None:
    album_id, tracks = fill(library, clock)
    theirs = picture_from(library, clock, tracks[:2], Source.SPOTIFY, 1)
    other = picture_from(library, clock, tracks[2:], Source.DEEZER, 2)
    library.library.set_value(tracks[0], "label", "By Hand")
    assert SECRETIVE in everything(library)

    kept = library.accounts.data_kept()
    assert (kept.tracks, kept.candidates, kept.answers, kept.pictures) == (3, 3, 1, 1)
    removed = library.accounts.remove_data()
    assert not library.accounts.data_kept()
    assert (removed.tracks, removed.values, removed.candidates) == (3, 3, 6)
    assert (removed.answers, removed.pictures) == (1, 1)
    assert set(removed.track_ids) == set(tracks)
    assert SECRETIVE not in everything(library)
    assert (theirs.exists(), other.exists()) == (False, True)

    rows = {row.id: row for row in library.library.load_tracks()}
    with library._db.read() as conn:
        values = TrackRepository(conn).values(tracks)
    assert [values[each]["label"] for each in tracks] == ["By Hand", None, None]
    assert [rows[each].art_id is None for each in tracks] == [True, True, False]
    with library._db.read() as conn:
        records = TrackRepository(conn).get_many(tracks)
        left = CandidateRepository(conn).of(tracks)
    states = [records[each].match_state for each in tracks]
    assert states == [MatchState.MATCHED, MatchState.PENDING, MatchState.MATCHED], "a person's choice stays"
    assert all(
        [(each.external_id, each.rejected) for each in some] == [("refused", True)] for some in left.values()
    )
    queued = {task.track_id for task in library.enrichment.tasks(TaskStatus.QUEUED, TaskKind.METADATA)}
    assert set(tracks) <= queued, "others may have the values and the picture it lost"
    assert library.library.album(album_id).entries

    again = library.accounts.remove_data()
    assert (again.tracks, again.values, again.answers, again.pictures) == (0, 0, 0, 0)


def test_undoing_earlier_acts_brings_nothing_back(library: Library, clock: Clock) -> None:
    album_id, tracks = fill(library, clock)
    picture_from(library, clock, tracks, Source.SPOTIFY, 3)
    with library._db.write() as conn:
        art_id = TrackRepository(conn).get_many(tracks)[tracks[0]].art_id
        conn.execute(
            text("UPDATE albums SET art_id = (SELECT art_id FROM tracks WHERE art_id IS NOT NULL LIMIT 1)")
        )
    assert art_id is not None
    own = give_album_art(library, album_id, picture(9, 9, 4))
    gone = library.library.remove_album(album_id)
    assert gone.changeset_id is not None
    as_kept_before_0022(library, gone.changeset_id)
    library.accounts.remove_data()
    assert SECRETIVE not in everything(library)
    for change in (gone, own):
        library.library.undo(change.changeset_id)
    (album,) = library.library.load_albums()
    assert album.art_id is None
    with library._db.read() as conn:
        said = TrackMetadataRepository(conn).by_source(tracks)
    assert not any(Source.SPOTIFY in each for each in said.values())
