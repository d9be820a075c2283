"""Short ways to say what tests of the services say often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from musiclib.bootstrap import Library
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import NewCandidate
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.provenance import Plain
from musiclib.domain.rows import CandidateRow
from musiclib.domain.states import MatchState, MergeMode, Source
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.services.import_types import ExistingAlbum, ImportOutcome, ImportRequest, NewAlbum
from tests.services.conftest import Clock

THREE = "Mira Voss - Auftakt\nKessel & Vroom - Langsam, bitte\nTessera - Labyrinth"


def parsed(text: str) -> tuple[ParsedTrack, ...]:
    return parse_tracklist(text).tracks


def import_new(library: Library, text: str, title: str = "Hafenklang 042") -> ImportOutcome:
    return library.imports.commit(ImportRequest(parsed(text), text, NewAlbum(title)))


def import_into(
    library: Library, album_id: AlbumId, text: str, mode: MergeMode = MergeMode.MERGE
) -> ImportOutcome:
    return library.imports.commit(ImportRequest(parsed(text), text, ExistingAlbum(album_id, mode)))


def listed(library: Library, album_id: AlbumId) -> list[str]:
    """The album's list as "Artist - Title (Version)" lines, in order."""
    detail = library.library.album(album_id)
    rows = {row.id: row for row in library.library.load_tracks()}
    assert [entry.position for entry in detail.entries] == list(range(1, len(detail.entries) + 1))
    return [
        f"{rows[entry.track_id].artist} - {rows[entry.track_id].title}"
        + (f" ({version})" if (version := rows[entry.track_id].version) else "")
        for entry in detail.entries
    ]


def titles(library: Library, album_id: AlbumId) -> list[str]:
    return [line.split(" - ", 1)[1] for line in listed(library, album_id)]


def put(
    library: Library,
    now: Callable[[], datetime],
    track_id: TrackId,
    *found: tuple[str, float, Mapping[str, Plain]],
) -> None:
    """Offer (source, score, fields) for a track that a person is to look at."""
    new = [
        NewCandidate(source, f"{track_id}-{score}", score, fields, ["duration_differs"])
        for source, score, fields in found
    ]
    with library._db.write() as conn:
        CandidateRepository(conn).put(track_id, new, now())
        best = max(each.score for each in CandidateRepository(conn).of([track_id])[track_id])
        TrackRepository(conn).set_match([track_id], MatchState.REVIEW, best, now())


def offer(library: Library, clock: Clock, track_id: TrackId, *scores: float) -> list[CandidateRow]:
    """Candidates of a provider, as a look-up that is not sure leaves them; best first, with an ISRC."""
    for score in scores:
        fields: dict[str, Plain] = {"artist": "Mira Voss", "title": f"Auftakt {score}"}
        if score == scores[0]:
            fields["isrc"] = "GBAYE0601498"
        put(library, clock, track_id, (Source.MUSICBRAINZ, score, fields))
    return list(library.library.track(track_id).candidates)
