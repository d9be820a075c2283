"""Looking at the library, and changing it by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from musiclib.db import queries, track_search
from musiclib.db.albums import AlbumRepository
from musiclib.db.artists import ArtistRepository, genres_of
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.db.records import AlbumRecord
from musiclib.db.track_detail import artist_row, match_rows, track_detail
from musiclib.db.tracks import TrackRepository
from musiclib.domain.field_names import FIELD_NAMES, field_at_start, value_in_words
from musiclib.domain.ids import AlbumId, ChangesetId, TrackId
from musiclib.domain.provenance import MERGED_FIELDS, Plain, merge
from musiclib.domain.rows import (
    AlbumDetail,
    AlbumRow,
    ArtistRow,
    HistoryEntry,
    MatchRow,
    TrackDetail,
    TrackRow,
    renumbered,
)
from musiclib.domain.source_names import SOURCE_NAMES, source_in_sentence
from musiclib.domain.states import FileState, MatchState, Source, TaskKind
from musiclib.domain.track_query import query_of_words
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.acts import Acts, Clock
from musiclib.services.changes import Change, counted
from musiclib.services.import_rows import album_key, storable
from musiclib.services.values import checked_value

_NAMED = 5
"""So many tracks are named where one was meant."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value a person decides for; `origin` is the source it was taken over from."""

    value: Plain | None
    origin: str | None = None


class LibraryService:
    """Thread-safe; each method is one transaction, and each change one act that can be undone."""

    def __init__(self, db: Database, acts: Acts, clock: Clock, precedence: Sequence[str]) -> None:
        self._db = db
        self._acts = acts
        self._clock = clock
        self._precedence = precedence

    def load_tracks(self, track_ids: Iterable[TrackId] | None = None) -> list[TrackRow]:
        """The rows of these tracks, or of all; ids that are gone are left out."""
        with self._db.read() as conn:
            return queries.track_rows(conn, track_ids, self._clock())

    def newest_albums(self, count: int) -> list[AlbumId]:
        """So many albums, the newest first."""
        with self._db.read() as conn:
            return [AlbumId(each) for each in conn.execute(queries.newest_albums().limit(count)).scalars()]

    def packed_albums(self) -> bytes:
        """The ids of all albums, the newest first, `ID_BYTES` each."""
        with self._db.read() as conn:
            return b"".join(each.bytes for each in conn.execute(queries.newest_albums()).scalars())

    def load_albums(self, album_ids: Iterable[AlbumId] | None = None) -> list[AlbumRow]:
        """The rows of these albums, or of all; ids that are gone are left out."""
        with self._db.read() as conn:
            return queries.album_rows(conn, album_ids, self._clock())

    def album(self, album_id: AlbumId) -> AlbumDetail:
        """Raises `NotInLibrary` if it is gone."""
        with self._db.read() as conn:
            return queries.album_detail(conn, album_id, self._clock())

    def album_with_tracks(self, album_id: AlbumId) -> tuple[AlbumDetail, list[TrackRow]]:
        """An album and the rows of its tracks in the order of its list. Raises `NotInLibrary` likewise."""
        with self._db.read() as conn:
            detail = queries.album_detail(conn, album_id, self._clock())
            ids = dict.fromkeys(entry.track_id for entry in detail.entries)
            rows = {row.id: row for row in queries.track_rows(conn, ids, self._clock())}
        return detail, [rows[each] for each in ids if each in rows]

    def track(self, track_id: TrackId) -> TrackDetail:
        """Raises `NotInLibrary` if it is gone."""
        with self._db.read() as conn:
            return track_detail(conn, track_id, self._clock(), self._precedence)

    def matches(self, track_ids: Iterable[TrackId]) -> dict[TrackId, MatchRow]:
        """What these tracks were matched to, and how surely."""
        with self._db.read() as conn:
            return match_rows(conn, track_ids)

    def artists(self) -> list[ArtistRow]:
        """Everybody credited on a track, by name."""
        with self._db.read() as conn:
            found = ArtistRepository(conn).all()
        return [artist_row(each) for each in found]

    def find_track(self, name_or_id: str) -> TrackId:
        """The track of this id, or the only one in which all these words occur.

        Raises `NotInLibrary` if there is none, or several.
        """
        with self._db.read() as conn:
            if (track_id := _as_id(name_or_id)) and TrackRepository(conn).get(TrackId(track_id)):
                return TrackId(track_id)
            asked, now = query_of_words(name_or_id), self._clock()
            found = track_search.find(conn, asked, now, limit=_NAMED)
            if len(found) == 1:
                return found[0]
            count = track_search.count(conn, asked, now)
            records = TrackRepository(conn).get_many(found)
        if not found:
            raise NotInLibrary(f"No track has all these words: “{name_or_id}”. `musiclib tracks` lists them.")
        some = ", ".join(f"{records[each].artist} - {records[each].title} ({each})" for each in found)
        raise NotInLibrary(f"{count} tracks have all these words. Name one by more words or its id: {some}.")

    def find_album(self, name_or_id: str) -> AlbumId:
        """The album of this id, title, or "Artist - Title".

        Raises `NotInLibrary` if there is none, or several of that name.
        """
        with self._db.read() as conn:
            albums = AlbumRepository(conn)
            if (album_id := _as_id(name_or_id)) and albums.get(AlbumId(album_id)):
                return AlbumId(album_id)
            found = albums.named(name_or_id)
        if len(found) == 1:
            return found[0].id
        if not found:
            raise NotInLibrary(f"There is no album “{name_or_id}”. `musiclib albums` lists them.")
        ids = ", ".join(str(each.id) for each in found)
        raise NotInLibrary(f"{len(found)} albums are called “{name_or_id}”. Name one by its id: {ids}.")

    def file_paths(self, track_ids: Iterable[TrackId]) -> dict[TrackId, Path]:
        """The best readable file of each track; tracks without one are absent."""
        with self._db.read() as conn:
            found = FileRepository(conn).files_of(track_ids)
        return {
            track_id: Path(files[0].path)
            for track_id, files in found.items()
            if files[0].state is FileState.OK
        }

    def albums_of(self, track_ids: Iterable[TrackId]) -> list[AlbumId]:
        """The albums any of these tracks stands on."""
        with self._db.read() as conn:
            found = AlbumRepository(conn).albums_of(track_ids)
        return list(dict.fromkeys(album_id for some in found.values() for album_id in some))

    def set_value(self, track_id: TrackId, field: str, value: Plain) -> Change:
        """Say by hand what a field is; it wins over every source until it is cleared.

        Raises `BadInput` for a value the field cannot have, `NotInLibrary` if the track is gone.
        """
        checked = checked_value(field, value)
        return self._edit(
            "edit",
            track_id,
            field,
            lambda _: Chosen(checked),
            f"{field_at_start(field)} set to {value_in_words(field, checked)}",
        )

    def clear_value(self, track_id: TrackId, field: str) -> Change:
        """Forget what was said by hand, and with it the lock; the sources count again."""
        return self._edit(
            "clear", track_id, field, lambda _: Chosen(None), f"{field_at_start(field)} cleared"
        )

    def lock(self, track_id: TrackId, field: str) -> Change:
        """Keep the value in force, whatever its source says later."""
        return self._edit(
            "lock", track_id, field, lambda in_force: in_force, f"{field_at_start(field)} locked"
        )

    def choose_value(self, track_id: TrackId, field: str, source: str) -> Change:
        """Take one source's value of a field by hand. Raises `BadInput` if it does not say any."""
        with self._db.read() as conn:
            said = TrackMetadataRepository(conn).by_source([track_id]).get(track_id, {})
            artists = ArtistRepository(conn).of_track(track_id)
        values: dict[str, Mapping[str, Plain]] = {**said, Source.ARTIST: genres_of(artists)}
        if field not in values.get(source, {}):
            name = FIELD_NAMES.get(field, field)
            raise BadInput(f"{SOURCE_NAMES.get(source, source)} says nothing about the {name} of this track.")
        value = checked_value(field, values[source][field])
        what = f"{field_at_start(field)} taken from {source_in_sentence(source)}"
        return self._edit("choose", track_id, field, lambda _: Chosen(value, source), what)

    def rename_album(
        self, album_id: AlbumId, title: str, artist: str | None = None, year: int | None = None
    ) -> Change:
        """Set title, artist and year as they are given. Raises `BadInput` without a title."""
        title, artist = storable(title.strip()), storable((artist or "").strip()) or None
        if not title:
            raise BadInput("An album needs a title.")
        with self._acts.begin("rename_album") as doing:
            act = doing.act
            old = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = (
                f"“{old.title}” renamed to “{title}”" if old.title != title else f"Facts of “{title}” changed"
            )
            if (old.title, old.artist, old.year) != (title, artist, year):
                AlbumRepository(act.conn).change(
                    album_id,
                    act.now,
                    title=title,
                    artist=artist,
                    year=year,
                    match_key=album_key(title, artist),
                )
        return doing.done

    def remove_album(self, album_id: AlbumId) -> Change:
        """Remove an album, and those of its tracks that stand on no other list and have no file.

        Files on disk are never touched.
        """
        with self._acts.begin("remove_album") as doing:
            act = doing.act
            albums = AlbumRepository(act.conn)
            record = _album(act.conn, album_id)
            ids = list(dict.fromkeys(entry.track_id for entry in albums.entries(album_id)))
            act.watch(albums=[album_id])
            act.summary = f"“{record.title}” removed"
            albums.set_entries(album_id, [], act.now)
            gone = _without_home(act.conn, ids)
            act.watch(gone)
            TrackRepository(act.conn).delete(gone, act.now)
            albums.delete(album_id)
        return doing.done

    def remove_tracks_from_album(self, album_id: AlbumId, track_ids: Sequence[TrackId]) -> Change:
        """Take tracks off the list; those with no other list and no file leave the library too."""
        with self._acts.begin("remove_tracks") as doing:
            act = doing.act
            record = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = f"{counted(len(track_ids), 'track')} removed from “{record.title}”"
            AlbumRepository(act.conn).remove_tracks(album_id, track_ids, act.now)
            gone = _without_home(act.conn, track_ids)
            act.watch(gone)
            TrackRepository(act.conn).delete(gone, act.now)
        return doing.done

    def move_entries(self, album_id: AlbumId, places: Sequence[tuple[int, TrackId]], before: int) -> Change:
        """Put places of the list (from 1, with the track seen there), in their order, before another one.

        `before` is 1 to one more than there are places. Raises `ChangedSince` if another track stands at a
        place by now.
        """
        with self._acts.begin("move_entry") as doing:
            act = doing.act
            record = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = f"Order of “{record.title}” changed"
            albums = AlbumRepository(act.conn)
            entries = albums.entries(album_id)
            there = dict(enumerate((entry.track_id for entry in entries), 1))
            if any(there.get(place) != track_id for place, track_id in places):
                raise ChangedSince(f"The list of “{record.title}” was changed meanwhile. Look at it again.")
            if not 1 <= before <= len(entries) + 1:
                raise BadInput(f"The list has the places 1 to {len(entries)}.")
            moving = sorted({place for place, _ in places})
            order = [place for place in there if place < before and place not in moving]
            order += moving
            order += [place for place in there if place >= before and place not in moving]
            albums.set_entries(album_id, renumbered(entries[place - 1] for place in order), act.now)
        return doing.done

    def pause_album(self, album_id: AlbumId) -> Change:
        """Leave its tracks alone, unless another album needs them."""
        return self._set_paused(album_id, True)

    def resume_album(self, album_id: AlbumId) -> Change:
        return self._set_paused(album_id, False)

    def history(self, limit: int = 200) -> list[HistoryEntry]:
        """What was done, newest first."""
        return self._acts.history(limit)

    def taken_back(self) -> list[HistoryEntry]:
        """What may be done again, the act taken back last first."""
        return self._acts.taken_back()

    def undo(self, changeset_id: ChangesetId | None = None, *, keep_changed: bool = False) -> Change:
        """Take back an act, the last one if none is named.

        Raises `ChangedSince` naming what was changed again since, and then changes nothing; with
        `keep_changed` that stays as it is, and the rest is taken back.
        """
        return self._acts.undo(changeset_id, keep_changed=keep_changed)

    def undo_with_later(self, changeset_id: ChangesetId) -> list[Change]:
        """Take back an act and the later ones that were built upon it, the newest first."""
        return self._acts.undo_with_later(changeset_id)

    def redo(self, changeset_id: ChangesetId | None = None) -> Change:
        """Do an act again that was taken back, if none is named the one taken back last.

        Raises `ChangedSince` if other acts have changed the same since, and then changes nothing.
        """
        return self._acts.redo(changeset_id)

    def _set_paused(self, album_id: AlbumId, paused: bool) -> Change:
        with self._acts.begin("pause_album") as doing:
            act = doing.act
            record = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = f"“{record.title}” {'paused' if paused else 'resumed'}"
            AlbumRepository(act.conn).set_paused([album_id], paused, act.now)
        return doing.done

    def _edit(
        self,
        kind: str,
        track_id: TrackId,
        field: str,
        choose: Callable[[Chosen], Chosen],
        what: str,
    ) -> Change:
        if field not in MERGED_FIELDS:
            raise BadInput(f"A track has no field “{field}”. There are {', '.join(MERGED_FIELDS)}.")
        with self._acts.begin(kind) as doing:
            act = doing.act
            tracks = TrackRepository(act.conn)
            record = tracks.get(track_id)
            if record is None:
                raise NotInLibrary("This track is no longer in the library.")
            act.watch([track_id])
            act.summary = f"{what} on “{record.artist} - {record.title}”"
            chosen = choose(self._in_force(act.conn, track_id, field))
            origins = {field: chosen.origin} if chosen.origin is not None else {}
            TrackMetadataRepository(act.conn).set_fields(
                track_id, Source.MANUAL, {field: chosen.value}, act.now, origins
            )
            remerge(act.conn, [track_id], self._precedence, act.now)
            if record.is_id and field in {"artist", "title"}:
                _give_name(act.conn, track_id, act.now)
            tracks.touch([track_id])
        change = doing.done
        return Change(
            change.changeset_id, change.summary, change.track_ids, tuple(self.albums_of([track_id]))
        )

    def _in_force(self, conn: Connection, track_id: TrackId, field: str) -> Chosen:
        said = TrackMetadataRepository(conn).of([track_id]).get(track_id, [])
        values = {each.source: each.fields for each in said}
        winner = merge(values, self._precedence, SourcePreferenceRepository(conn).all()).get(field)
        if winner is None:  # a track nobody speaks of keeps its name
            return Chosen(TrackRepository(conn).values([track_id])[track_id][field])
        if winner.source != Source.MANUAL:
            return Chosen(winner.value, winner.source)
        by_hand = next(each for each in said if each.source == Source.MANUAL)
        return Chosen(winner.value, by_hand.origins.get(field))


def _give_name(conn: Connection, track_id: TrackId, now: datetime) -> None:
    """A person has named an ID: it is a track like any other now, and is looked up."""
    CandidateRepository(conn).drop([track_id])
    tracks = TrackRepository(conn)
    tracks.set_id([track_id], False, now)
    tracks.set_match([track_id], MatchState.PENDING, None, now)
    EnrichmentTaskRepository(conn).requeue([track_id], TaskKind.METADATA, now)


def _without_home(conn: Connection, track_ids: Sequence[TrackId]) -> list[TrackId]:
    having_files = FileRepository(conn).files_of(track_ids)
    return [each for each in TrackRepository(conn).without_album(track_ids) if each not in having_files]


def _album(conn: Connection, album_id: AlbumId) -> AlbumRecord:
    record = AlbumRepository(conn).get(album_id)
    if record is None:
        raise NotInLibrary("This album is no longer in the library.")
    return record


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
