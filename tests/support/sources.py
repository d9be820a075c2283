"""A track as look-ups at several sources leave it, without asking anybody."""

from __future__ import annotations

from collections.abc import Sequence

from musiclib.bootstrap import Library
from musiclib.db.artists import ArtistRepository
from musiclib.db.effective import remerge
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import NewCandidate, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import DEFAULT_PRECEDENCE, Plain
from musiclib.domain.states import MatchState, Source

Fields = dict[str, Plain]
BRAINZ_ID = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
_GENRES = ["Deep house", "Dub techno", "Downtempo"]

_SAYINGS: tuple[tuple[str, str | None, float, Fields, dict[str, str]], ...] = (
    (
        Source.MUSICBRAINZ,
        BRAINZ_ID,
        0.97,
        {
            "isrc": "DEX042600417",
            "album": "Nordlicht Sessions Vol. 4: Die Nacht, in der das Meer zurückkam (Deluxe)",
            "label": "Nordlicht",
            "catalog_number": "NORD 041",
            "release_date": "2024-03-01",
            "original_year": 2019,
            "duration_s": 78.0,
        },
        {"musicbrainz": f"https://musicbrainz.org/recording/{BRAINZ_ID}"},
    ),
    (
        Source.DEEZER,
        "2718281828",
        0.93,
        {
            "isrc": "DEX042600417",
            "album": "Nordlicht Sessions Vol. 4",
            "label": "Nordlicht Musik GmbH & Co. KG",
            "release_date": "2024-03-08",
            "duration_s": 79.0,
            "popularity": 37,
            "bpm": 121.9,
        },
        {"deezer": "https://www.deezer.com/track/2718281828"},
    ),
    (
        Source.SPOTIFY,
        "6rqhFgbbKwnb9MLmUQDhG6",
        0.93,
        {"popularity": 41, "label": "Nordlicht", "bpm": 61.0, "key_code": 9},
        {"spotify": "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6"},
    ),
    (Source.ITUNES, "1440857781", 0.9, {"album": "Nordlicht Sessions Vol. 4"}, {}),
)


def say(
    library: Library,
    source: str,
    track_id: TrackId,
    fields: Fields,
    *,
    external_id: str | None = None,
    sure: float = 0.9,
    links: dict[str, str] | None = None,
) -> None:
    """What a source says of a track."""
    now = library._clock()
    with library._db.write() as conn:
        said = SourceValues(track_id, source, fields, external_id, dict.fromkeys(fields, sure), links or {})
        TrackMetadataRepository(conn).put([said], now)
        remerge(conn, [track_id], DEFAULT_PRECEDENCE, now)
        TrackRepository(conn).touch([track_id])


def match(
    library: Library,
    track_id: TrackId,
    state: MatchState,
    *scores: float,
    reasons: Sequence[str] = ("isrc", "artist", "title", "duration"),
    version: str | None = None,
) -> None:
    """Candidates at MusicBrainz with these scores, best first; one that is taken is chosen."""
    now = library._clock()
    with library._db.write() as conn:
        record = TrackRepository(conn).get_many([track_id])[track_id]
        fields: Fields = {"artist": record.artist, "title": record.title}
        if version:
            fields["version"] = version
        offered = [
            NewCandidate(Source.MUSICBRAINZ, f"{BRAINZ_ID[:-1]}{place}", score, fields, list(reasons))
            for place, score in enumerate(scores)
        ]
        CandidateRepository(conn).drop([track_id])
        CandidateRepository(conn).put(track_id, offered, now)
        best = max(scores, default=None)
        margin = None if best is None else best - (scores[1] if len(scores) > 1 else 0)
        TrackRepository(conn).set_match([track_id], state, best, now, margin=margin)
        if state is MatchState.MATCHED and offered:
            CandidateRepository(conn).choose_external(track_id, Source.MUSICBRAINZ, offered[0].external_id)


def know_artists(library: Library, track_id: TrackId, genres: Sequence[str] = tuple(_GENRES)) -> None:
    """What MusicBrainz says of the artists of a track."""
    with library._db.write() as conn:
        artists = ArtistRepository(conn)
        found = artists.of_track(track_id)
        artists.learn_ids({each.match_key: {"musicbrainz": BRAINZ_ID, "deezer": "27"} for each in found})
        artists.set_facts({each.id: (genres, {}) for each in found}, library._clock())
        TrackRepository(conn).touch([track_id])


def say_much(library: Library, track_id: TrackId) -> None:
    """Four sources that agree in part, a sure match, and artists with genres."""
    for source, external_id, sure, fields, links in _SAYINGS:
        say(library, source, track_id, fields, external_id=external_id, sure=sure, links=links)
    match(library, track_id, MatchState.MATCHED, 97.0, 85.0)
    know_artists(library, track_id)
