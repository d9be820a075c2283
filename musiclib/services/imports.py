"""From a pasted list to an album: look at it beforehand, then do it in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.identities import new_id
from musiclib.db.imports import ImportRepository, LessonRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import AlbumRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.collection import no_collection
from musiclib.domain.ids import AlbumId, ImportId, TrackId
from musiclib.domain.states import MergeMode, Source
from musiclib.domain.text import artist_key, normalise
from musiclib.domain.tracklist.model import Lesson, Tracklist
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.acts import Acts, Clock
from musiclib.services.import_plan import Place, PlannedRow, lay_over
from musiclib.services.import_rows import ImportRow, album_key, import_rows, source_hash, storable
from musiclib.services.import_types import (
    AlbumGuess,
    Draft,
    ExistingAlbum,
    GuessReason,
    ImportOutcome,
    ImportPreview,
    ImportRequest,
    NewAlbum,
    PreviewRow,
    RowVerdict,
)
from musiclib.services.import_writer import ImportWriter

_GUESS_SHARE = 0.5


class ImportService:
    """Thread-safe; each method is one transaction."""

    def __init__(self, db: Database, acts: Acts, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._acts = acts
        self._clock = clock
        self._precedence = precedence

    def preview(self, tracklist: Tracklist, target: AlbumId | None = None, text: str = "") -> ImportPreview:
        """What an import of the list would mean; writes nothing.

        `text` is the list as pasted: with it, a list that was imported before is known again.
        Raises `NotInLibrary` if `target` is gone.
        """
        rows = import_rows(tracklist.tracks)
        hashed = source_hash(text, tracklist.tracks)
        with self._db.read() as conn:
            known = known_tracks(conn, rows)
            guess = None if target else _guess(conn, tracklist, rows, known, hashed)
            chosen = target or (guess.album_id if guess else None)
            if_new = lay_over(rows, (), known)
            against = if_new
            if chosen:
                _album(conn, chosen)
                against = lay_over(rows, places_of(conn, chosen), known, _was_imported(conn, hashed, chosen))
            was = _names(conn, against)
        return ImportPreview(
            suggested_title=_title_for(tracklist, self._clock().date().isoformat()),
            suggested_artist=tracklist.album_artist,
            guess=guess,
            target=chosen,
            rows=_preview_rows(rows, against, was),
            rows_if_new=_preview_rows(rows, if_new, {}),
        )

    @no_collection()
    def commit(self, request: ImportRequest) -> ImportOutcome:
        """Album, tracks, what the list says of them and their tasks, or nothing at all.

        A list that is imported again under the same title adds nothing. Raises `BadInput` if there is
        nothing to import or the album has no title, `NotInLibrary` if the album is gone.
        """
        if not request.rows:
            raise BadInput("There is no track in this list. Paste lines like “Artist - Title”.")
        if isinstance(request.target, NewAlbum) and not request.target.title.strip():
            raise BadInput("The new album needs a title.")
        rows = import_rows(request.rows)
        hashed = source_hash(request.raw_text, request.rows)
        with self._acts.begin("import") as doing:
            act = doing.act
            known = known_tracks(act.conn, rows)
            target = self._resolved(act.conn, request.target, rows, known, hashed)
            writer = ImportWriter(act, self._precedence)
            if isinstance(target, NewAlbum):
                album_id = writer.make_album(target, request.source_name)
                places: list[Place] = []
                mode = MergeMode.APPEND
            else:
                album_id, mode = target.album_id, target.mode
                act.watch(albums=[album_id])
                places = places_of(act.conn, album_id)
            plan = lay_over(rows, places, known, _was_imported(act.conn, hashed, album_id))
            result = writer.write(album_id, rows, places, plan, mode)
            writer.keep_source(request, hashed, album_id, result)
        change = doing.done
        return ImportOutcome(album_id, change.changeset_id, **result.counts, rows=result.track_ids)

    def drafts(self) -> list[Draft]:
        """Half-done pastes, the one touched last first."""
        with self._db.read() as conn:
            found = ImportRepository(conn).drafts()
        return [Draft(each.id, each.raw_text, each.options, each.updated_at) for each in found]

    def save_draft(self, draft: Draft) -> None:
        """Keep a half-done paste, or renew the one of this id."""
        text = storable(draft.text)
        with self._db.write() as conn:
            hashed = source_hash(text, ())
            ImportRepository(conn).save_draft(draft.id, hashed, text, {}, draft.options, self._clock())

    def new_draft(self, text: str) -> Draft:
        """A draft with an identity of its own, not kept yet."""
        return Draft(ImportId(new_id()), text)

    def drop_draft(self, draft_id: ImportId) -> None:
        with self._db.write() as conn:
            ImportRepository(conn).drop(draft_id)

    def lessons(self) -> tuple[Lesson, ...]:
        """What a person taught the parser: the `hints` of a `ParseContext`."""
        with self._db.read() as conn:
            return tuple(Lesson.from_dict(each) for each in LessonRepository(conn).all().values())

    def save_lesson(self, lesson: Lesson) -> None:
        """Remember it; an older lesson for lines of the same signature is replaced."""
        with self._db.write() as conn:
            LessonRepository(conn).save(lesson.signature, lesson.as_dict(), self._clock())

    def forget_lesson(self, signature: str) -> None:
        with self._db.write() as conn:
            LessonRepository(conn).forget(signature)

    def _resolved(
        self,
        conn: Connection,
        target: NewAlbum | ExistingAlbum,
        rows: Sequence[ImportRow],
        known: Sequence[TrackId | None],
        hashed: str,
    ) -> NewAlbum | ExistingAlbum:
        """A "new" album that is there already, with this very list on it, is that album."""
        if isinstance(target, ExistingAlbum):
            _album(conn, target.album_id)
            return target
        for album in AlbumRepository(conn).by_match_key(album_key(target.title, target.artist)):
            if _was_imported(conn, hashed, album.id) or _is_on(rows, places_of(conn, album.id), known):
                return ExistingAlbum(album.id, MergeMode.MERGE)
        return target


def known_tracks(conn: Connection, rows: Sequence[ImportRow]) -> list[TrackId | None]:
    """The library's track of each row: by how it is called now, by how a list called it, by ISRC.

    An ISRC alone is not believed: artist or title must agree too. IDs are never known.
    """
    tracks = TrackRepository(conn)
    keys = {row.match_key for row in rows if not row.is_id}
    by_key = tracks.by_match_keys(keys)
    left = {key for key in keys if key not in by_key}
    by_list = TrackMetadataRepository(conn).tracks_of_external(Source.TRACKLIST, left)
    by_isrc = tracks.by_isrcs({row.isrc for row in rows if row.isrc})
    found: list[TrackId | None] = []
    for row in rows:
        known: TrackId | None = None
        if not row.is_id:
            known = next((each.id for each in by_key.get(row.match_key, ()) if not each.is_id), None)
            known = known or next(iter(by_list.get(row.match_key, ())), None)
            for each in by_isrc.get(row.isrc or "", ()) if known is None else ():
                if _agree(row, each.artist, each.title):
                    known = each.id
                    break
        found.append(known)
    return found


def places_of(conn: Connection, album_id: AlbumId) -> list[Place]:
    """The list an album has now, with every key its tracks are known by."""
    entries = AlbumRepository(conn).entries(album_id)
    ids = [entry.track_id for entry in entries]
    tracks = TrackRepository(conn).get_many(ids)
    values = TrackRepository(conn).values(ids)
    said = TrackMetadataRepository(conn).of(ids)
    places: list[Place] = []
    for entry in entries:
        track = tracks[entry.track_id]
        listed = next((each for each in said.get(track.id, ()) if each.source == Source.TRACKLIST), None)
        keys = {track.match_key} | ({listed.external_id} if listed and listed.external_id else set())
        effective = {name: value for name, value in values[track.id].items() if value is not None}
        places.append(
            Place(
                entry=entry,
                is_id=track.is_id,
                keys=frozenset(keys),
                isrc=track.isrc,
                artist=track.artist,
                title=f"{track.title} ({track.version})" if track.version else track.title,
                said=listed.fields if listed else effective,
            )
        )
    return places


def _agree(row: ImportRow, artist: str, title: str) -> bool:
    return artist_key(row.artist) == artist_key(artist) or normalise(row.title) == normalise(title)


def _album(conn: Connection, album_id: AlbumId) -> AlbumRecord:
    record = AlbumRepository(conn).get(album_id)
    if record is None:
        raise NotInLibrary("This album is no longer in the library. Choose another one, or a new one.")
    return record


def _was_imported(conn: Connection, hashed: str, album_id: AlbumId) -> bool:
    return any(each.album_id == album_id for each in ImportRepository(conn).by_source_hash(hashed))


def _is_on(rows: Sequence[ImportRow], places: Sequence[Place], known: Sequence[TrackId | None]) -> bool:
    """Whether the list already has every row, as it is."""
    return all(row.place is not None and not row.changed for row in lay_over(rows, places, known))


def _guess(
    conn: Connection,
    tracklist: Tracklist,
    rows: Sequence[ImportRow],
    known: Sequence[TrackId | None],
    hashed: str,
) -> AlbumGuess | None:
    albums = AlbumRepository(conn)
    overlaps = albums.overlaps({track_id for track_id in known if track_id is not None})
    named = sum(not row.is_id for row in rows)
    best = max(overlaps, key=lambda album_id: overlaps[album_id], default=None)
    earlier = [each.album_id for each in ImportRepository(conn).by_source_hash(hashed) if each.album_id]
    found: tuple[AlbumId, GuessReason] | None = None
    if earlier:
        found = earlier[0], GuessReason.SAME_LIST
    elif best is not None and overlaps[best] >= max(2, _GUESS_SHARE * named):
        found = best, GuessReason.SAME_TRACKS
    elif title := _title_in(tracklist):
        same = albums.by_match_key(album_key(title, tracklist.album_artist))
        found = (same[0].id, GuessReason.SAME_TITLE) if same else None
    if found is None:
        return None
    record = _album(conn, found[0])
    return AlbumGuess(
        album_id=record.id,
        title=record.title,
        artist=record.artist,
        reason=found[1],
        agreeing=overlaps.get(record.id, 0),
        entries=len(albums.entries(record.id)),
        created_at=record.created_at,
    )


def _title_for(tracklist: Tracklist, today: str) -> str:
    return _title_in(tracklist) or f"Tracklist {today}"


def _title_in(tracklist: Tracklist) -> str | None:
    """The heading; but where that is "Artist - Album" over the album's own tracks, the album."""
    albums = {track.album for track in tracklist.tracks}
    only = albums.pop() if len(albums) == 1 else None
    heading, artist = tracklist.title, tracklist.album_artist
    if heading and not (only and artist and only in heading and artist in heading):
        return heading
    return only


def _names(conn: Connection, plan: Sequence[PlannedRow]) -> dict[TrackId, str]:
    ids = [row.known for row in plan if row.known is not None]
    return {each.id: f"{each.artist} - {each.title}" for each in TrackRepository(conn).get_many(ids).values()}


def _preview_rows(
    rows: Sequence[ImportRow], plan: Sequence[PlannedRow], was: dict[TrackId, str]
) -> tuple[PreviewRow, ...]:
    seen: set[str] = set()
    shown: list[PreviewRow] = []
    for index, (row, planned) in enumerate(zip(rows, plan, strict=True)):
        verdict = planned.verdict
        if verdict is RowVerdict.NEW and row.match_key in seen:
            verdict = RowVerdict.LINKED
        seen.add(row.match_key)
        old = was.get(planned.known) if planned.known and planned.changed else None
        shown.append(PreviewRow(index, verdict, planned.known, old, planned.changed))
    return tuple(shown)
