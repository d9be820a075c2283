"""Tracks that a look-up was not sure of, with what the sources offered, scored as the look-up scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musiclib.bootstrap import Library
from musiclib.db.metadata import CandidateRepository
from musiclib.db.migrate import utc_now
from musiclib.db.records import NewCandidate
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import score
from musiclib.domain.provenance import Plain
from musiclib.domain.recordings import recording_of
from musiclib.domain.states import Bucket, MatchState, Source
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.import_types import ImportRequest, NewAlbum

_PAGES = {
    Source.MUSICBRAINZ: "https://musicbrainz.org/recording/{id}",
    Source.DEEZER: "https://www.deezer.com/track/{id}",
    Source.SPOTIFY: "https://open.spotify.com/track/{id}",
    Source.ITUNES: "https://music.apple.com/de/song/{id}",
}
Offer = tuple[Source, Mapping[str, Plain]]


@dataclass(frozen=True)
class Case:
    listed: ParsedTrack
    offers: Sequence[Offer] = ()
    refused: bool = field(default=False, kw_only=True)


def _case(artist: str, title: str, *offers: Offer, refused: bool = False, **listed: object) -> Case:
    return Case(ParsedTrack(artist, title)._replace(**listed), offers, refused=refused)  # type: ignore[arg-type]  # fields of ParsedTrack


_WIND: dict[str, Plain] = {
    "title": "Северный ветер",
    "version": "Инструментал",
    "artist": "Лида Морозова",
    "duration_s": 357,
    "isrc": "ZZMLB2400318",
    "album": "Северный ветер",
    "label": "Север",
    "catalog_number": "СВР 3",
    "original_year": 2024,
    "genres": ["Electronica"],
}
_AGAIN: dict[str, Plain] = {"artist": "Delphine Aumont & The Night Porters", "title": "You, Again"}
_RING: dict[str, Plain] = {"artist": "久保田リョウ", "title": "首都高の雨", "duration_s": 412}
_TIDE: dict[str, Plain] = {"artist": "Low Tide Committee", "title": "Spring Tide", "album": "Spring Tide"}

CASES = (
    _case(
        "Лида Морозова",
        "Северный ветер (Инструментал)",
        (Source.MUSICBRAINZ, {**_WIND, "duration_s": 367}),
        (
            Source.SPOTIFY,
            {**_WIND, "duration_s": 346, "isrc": "ZZMLB2400319", "original_year": 2025, "popularity": 31},
        ),
        (
            Source.DEEZER,
            {
                "title": "Severny Veter",
                "artist": "Lida Morozova",
                "duration_s": 358,
                "album": "Ural Electronica 3",
                "label": "Taiga Comps",
                "original_year": 2025,
            },
        ),
        (
            Source.ITUNES,
            {**_WIND, "isrc": "ZZMLB2400320", "version": "Remix", "duration_s": 402},
        ),
        (
            Source.MUSICBRAINZ,
            {**_WIND, "isrc": "ZZMLB2400321", "version": "Live", "duration_s": 433},
        ),
        duration_s=358.0,
        label="СЕВЕР",
        year=2024,
        start_s=1368.0,
    ),
    _case(
        "Delphine Aumont & The Night Porters",
        "You, Again (Club Version)",
        (Source.MUSICBRAINZ, {**_AGAIN, "version": "Club Version", "duration_s": 391, "label": "Fieber"}),
        (Source.DEEZER, {**_AGAIN, "duration_s": 214, "album": "Fieberkurve"}),
        duration_s=350.0,
        start_s=2475.0,
    ),
    _case(
        "Kessel & Vroom",
        "Gleisdreieck",
        (
            Source.DEEZER,
            {"artist": "Hannelore Quint", "title": "Gleisdreieck", "isrc": "ZZMLB2300912"},
        ),
        isrc="ZZMLB2300912",
    ),
    _case("Low Tide Committee", "Spring Tide (Juno Ferreira 4 a.m. Remix)", (Source.MUSICBRAINZ, _TIDE)),
    _case(
        "久保田リョウ",
        "首都高の雨",
        (Source.MUSICBRAINZ, {**_RING, "album": "Shiosai", "isrc": "ZZMLB2200301", "original_year": 2022}),
        (Source.SPOTIFY, {**_RING, "duration_s": 455, "album": "環状線", "isrc": "ZZMLB2200302"}),
        (Source.DEEZER, {**_RING, "duration_s": 371, "album": "夜の東京"}),
    ),
    _case(
        "Tiefbau",
        "Druckausgleich (Live im Heizkraftwerk Mitte)",
        (Source.MUSICBRAINZ, {"artist": "Tiefbau", "title": "Druckausgleich", "duration_s": 334}),
    ),
    _case(
        "Leni Brandt",
        "Montage (Dub)",
        (Source.DEEZER, {"artist": "Leni Brandt", "title": "Montage", "version": "Instrumental"}),
    ),
    _case(
        "Camille Aubrac",
        "Études pour rien, III",
        (Source.SPOTIFY, {"artist": "Camille Aubrac", "title": "Études pour rien, II", "duration_s": 190}),
        duration_s=191.0,
    ),
)
LOST = (
    _case("Odd Harbour", "Paper Lanterns (Acappella)"),
    _case(
        "Hafenkollektiv",
        "Nebelhorn (Vinyl Rip)",
        (Source.MUSICBRAINZ, {"artist": "Hafen Kollektiv", "title": "Nebelhorn", "duration_s": 301}),
        refused=True,
        label="NOR",
    ),
)


def add_review_cases(
    library: Library, cases: Sequence[Case] = CASES, lost: Sequence[Case] = LOST, title: str = "Nordlicht 12"
) -> list[TrackId]:
    """Import them as a list; the tracks in its order, those of `lost` last."""
    listed = tuple(each.listed._replace(position=str(place)) for place, each in enumerate((*cases, *lost), 1))
    ids = list(library.imports.commit(ImportRequest(listed, "pasted text", NewAlbum(title))).rows)
    for track_id, case in zip(ids, (*cases, *lost), strict=True):
        offer(library, track_id, case.offers)
    for track_id in ids[len(cases) :]:
        library.editor.move([track_id], Bucket.NOT_FOUND)
    return ids


def offer(library: Library, track_id: TrackId, offers: Sequence[Offer]) -> None:
    """Put these into the queue as a look-up that is not sure does."""
    wanted = recording_of(library.review.case(track_id).own)
    found = []
    for place, (source, fields) in enumerate(offers, 1):
        how = score(wanted, recording_of(fields))
        ident = f"{track_id}-{place}"
        links = {str(source): _PAGES[source].format(id=ident)}
        reasons = [str(each) for each in how.reasons]
        found.append(NewCandidate(str(source), ident, how.score, fields, reasons, links=links))
    with library._db.write() as conn:
        CandidateRepository(conn).put(track_id, found, utc_now())
        best = max((each.score for each in found), default=None)
        TrackRepository(conn).set_match([track_id], MatchState.REVIEW, best, utc_now())
