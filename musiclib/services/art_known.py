"""What pictures an album or a track could have, as far as is known without asking anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ArtRepository
from musiclib.db.connection import Connection
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import AlbumRecord, ArtFacts, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import FOLDER, ArtRef
from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.states import FileState, Source
from musiclib.errors import NotInLibrary
from musiclib.providers.base import Candidate
from musiclib.services.art_on_disk import OnDisk
from musiclib.services.art_types import IN_LIBRARY, ArtChoice, ArtOf

_MOST_REFS = 24
"""Pictures of providers that are offered without being looked for."""
_ORDER = (
    FOLDER,
    Source.FILE_TAGS,
    Source.DEEZER,
    Source.COVER_ART_ARCHIVE,
    Source.SPOTIFY,
    Source.ITUNES,
    Source.SAMPLE,
)
"""Whose picture comes first of those that as many tracks name: the person's own, then the largest."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the pictures of an album or a track."""

    album: AlbumRecord | None
    """None where a single track is asked for."""
    tracks: tuple[TrackRecord, ...]
    """In the order of the list."""
    in_force: ArtId | None
    by_hand: bool
    pictures: Mapping[ArtId, ArtFacts]
    """Those in the art folder that the album, its tracks or a person's earlier choices name."""
    named_by: Mapping[ArtId, int]
    """By how many tracks."""
    refs: Mapping[ArtRef, int]
    """Pictures of providers, and how many tracks name them."""
    fetched: Mapping[ArtRef, ArtId]
    audio: tuple[tuple[Path, bool], ...]
    """The tracks' files, and whether there is a picture inside."""
    candidates: tuple[Candidate, ...]
    """What the tracks were matched to, then what was offered for them."""

    @property
    def name(self) -> str:
        """What it is called, for a sentence."""
        if self.album is not None:
            return self.album.title
        return f"{self.tracks[0].artist} - {self.tracks[0].title}"


def read_known(conn: Connection, of: ArtOf) -> Known:
    """Raises `NotInLibrary`."""
    album, tracks = _owners(conn, of)
    ids = [each.id for each in tracks]
    art = ArtRepository(conn)
    named_by = Counter(each.art_id for each in tracks if each.art_id is not None)
    in_force, by_hand = _in_force(album, tracks)
    before = art.chosen_before([album.id] if album else [], ids)
    offered = _candidates(conn, ids)
    refs = _refs(offered)
    fetched = art.fetched(refs)
    wanted = dict.fromkeys([*([in_force] if in_force else []), *before, *named_by, *fetched.values()])
    return Known(
        album=album,
        tracks=tuple(tracks),
        in_force=in_force,
        by_hand=by_hand,
        pictures=art.get_many(wanted),
        named_by=named_by,
        refs=refs,
        fetched=fetched,
        audio=_audio(conn, ids),
        candidates=tuple(each for _, each in offered),
    )


def choices_of(known: Known, on_disk: Iterable[OnDisk], ids: Mapping[str, ArtId]) -> list[ArtChoice]:
    """Each picture once, the best first: that in force, the person's own, then what most tracks name.

    `ids` are the images of the art folder by the hash of their bytes.
    """
    found: dict[ArtId | ArtRef, ArtChoice] = {}
    for each in on_disk:
        art_id = ids.get(each.sha256)
        found[art_id or each.choice.ref] = replace(each.choice, art_id=art_id)
    for ref, tracks in known.refs.items():
        art_id = known.fetched.get(ref)
        if art_id is None or art_id not in found:
            found[art_id or ref] = _of_ref(ref, tracks, art_id, known.pictures)
    for art_id, facts in known.pictures.items():
        if art_id not in found:
            found[art_id] = in_library(art_id, facts, known.named_by.get(art_id, 0))
    marked = [_marked(each, known) for each in found.values()]
    return sorted(marked, key=_rank)


def in_library(art_id: ArtId, facts: ArtFacts, named_by: int = 0) -> ArtChoice:
    """A picture of the art folder as a choice."""
    ref = ArtRef(IN_LIBRARY, "art", str(art_id), facts.width, facts.height)
    size = facts.width, facts.height
    return ArtChoice(facts.source, ref, *size, art_id, facts.source_url, named_by=named_by)


def further(choices: Iterable[ArtChoice], refs: Iterable[ArtRef]) -> list[ArtChoice]:
    """`choices` with what providers have answered, each picture once."""
    found = {each.ref: each for each in choices}
    for ref in refs:
        if ref not in found:
            found[ref] = ArtChoice(ref.provider, ref, ref.width, ref.height)
    return sorted(found.values(), key=_rank)


def _rank(choice: ArtChoice) -> tuple[Any, ...]:
    order = [str(each) for each in _ORDER]
    place = order.index(choice.source) if choice.source in order else len(order)
    own = choice.source in (FOLDER, Source.FILE_TAGS)
    size = (choice.width or 0) * (choice.height or choice.width or 0)
    return not choice.in_force, not own, -choice.named_by, place, -size


def _marked(choice: ArtChoice, known: Known) -> ArtChoice:
    if choice.art_id is None or choice.art_id != known.in_force:
        return choice
    return replace(choice, in_force=True, by_hand=known.by_hand)


def _of_ref(ref: ArtRef, tracks: int, art_id: ArtId | None, pictures: Mapping[ArtId, ArtFacts]) -> ArtChoice:
    facts = pictures.get(art_id) if art_id else None
    if facts is None:
        return ArtChoice(ref.provider, ref, ref.width, ref.height, named_by=tracks)
    size = facts.width, facts.height
    return ArtChoice(ref.provider, ref, *size, art_id, facts.source_url, named_by=tracks)


def _owners(conn: Connection, of: ArtOf) -> tuple[AlbumRecord | None, list[TrackRecord]]:
    if of.album_id is not None:
        album = AlbumRepository(conn).get(of.album_id)
        if album is None:
            raise NotInLibrary("This album is no longer in the library.")
        listed = [entry.track_id for entry in AlbumRepository(conn).entries(of.album_id)]
        records = TrackRepository(conn).get_many(listed)
        return album, [records[each] for each in dict.fromkeys(listed) if each in records]
    track = TrackRepository(conn).get(of.track_id) if of.track_id is not None else None
    if track is None:
        raise NotInLibrary("This track is no longer in the library.")
    return None, [track]


def _in_force(album: AlbumRecord | None, tracks: Sequence[TrackRecord]) -> tuple[ArtId | None, bool]:
    of: AlbumRecord | TrackRecord = album or tracks[0]
    return of.art_id, of.art_locked


def _candidates(conn: Connection, ids: Sequence[TrackId]) -> list[tuple[TrackId, Candidate]]:
    """What catalogues say of the tracks, then what else was offered for those that are not settled."""
    said = TrackMetadataRepository(conn).of(ids)
    offered = CandidateRepository(conn).of(ids)
    found = [
        (
            track_id,
            Candidate(each.source, each.external_id or "", dict(each.fields), {}, "", None, each.art),
        )
        for track_id in ids
        for each in said.get(track_id, ())
        if each.art
    ]
    settled = {track_id for track_id, _ in found}
    found += [
        (
            track_id,
            Candidate(
                each.provider,
                each.external_id,
                dict(each.fields),
                {},
                "",
                each.album_external_id,
                each.art,
            ),
        )
        for track_id in ids
        for each in offered.get(track_id, ())
        if each.art and not each.rejected and (track_id not in settled or each.chosen)
    ]
    return found


def _refs(offered: Iterable[tuple[TrackId, Candidate]]) -> dict[ArtRef, int]:
    """The first picture of each kind that a candidate names (the others are the same, smaller)."""
    naming: dict[ArtRef, set[TrackId]] = {}
    for track_id, candidate in offered:
        first: dict[tuple[str, str], ArtRef] = {}
        for ref in candidate.art:
            first.setdefault((ref.provider, ref.kind), ref)
        for ref in first.values():
            naming.setdefault(ref, set()).add(track_id)
    most = sorted(naming.items(), key=lambda each: -len(each[1]))
    return {ref: len(tracks) for ref, tracks in most[:_MOST_REFS]}


def _audio(conn: Connection, ids: Sequence[TrackId]) -> tuple[tuple[Path, bool], ...]:
    files = FileRepository(conn).files_of(ids)
    return tuple(
        (Path(each.path), bool(each.tags.get("has_art")))
        for track_id in ids
        for each in files.get(track_id, ())
        if each.state is FileState.OK
    )
