"""Writes what `import_plan` found, inside the act of an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musiclib.db.albums import AlbumRepository
from musiclib.db.effective import credits_of, remerge
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id, new_ids
from musiclib.db.imports import ImportRepository
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import FileRecord, NewTrack, SourceValues
from musiclib.db.tracks import TrackRepository
from musiclib.domain.file_matching import score_file
from musiclib.domain.ids import AlbumId, ImportId, TrackId
from musiclib.domain.rows import AlbumEntry, renumbered
from musiclib.domain.states import FileState, MatchState, MergeMode, Source, TaskKind
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.services.act_record import Act
from musiclib.services.changes import counted
from musiclib.services.file_facts import tags_of
from musiclib.services.file_matcher import SURE, FileMatch, recording_of
from musiclib.services.import_plan import Place, PlannedRow, order_of
from musiclib.services.import_rows import ImportRow, album_key, storable
from musiclib.services.import_types import ImportRequest, NewAlbum, RowVerdict
from musiclib.services.scan_tracks import link_files

_NAMES = {"artist", "title", "version"}
_ROW_FIELDS = ParsedTrack._fields


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each row. `counts` are the numbers of an `ImportOutcome`."""

    track_ids: tuple[TrackId, ...]
    counts: dict[str, int]


class ImportWriter:
    """One import. Values of a person's hand are never touched: the list has a source row of its own."""

    def __init__(self, act: Act, precedence: Sequence[str]) -> None:
        self._act = act
        self._precedence = precedence
        self._tracks = TrackRepository(act.conn)
        self._albums = AlbumRepository(act.conn)
        self._metadata = TrackMetadataRepository(act.conn)
        self._tasks = EnrichmentTaskRepository(act.conn)

    def make_album(self, album: NewAlbum, origin: str) -> AlbumId:
        album_id = AlbumId(new_id())
        title, artist = storable(album.title.strip()), storable((album.artist or "").strip()) or None
        key = album_key(title, artist)
        self._albums.add(album_id, title, artist, key, self._act.now, origin=storable(origin))
        self._act.made_albums.append(album_id)
        return album_id

    def write(
        self,
        album_id: AlbumId,
        rows: Sequence[ImportRow],
        places: Sequence[Place],
        plan: Sequence[PlannedRow],
        mode: MergeMode,
    ) -> Written:
        track_ids, added = self._make_tracks(rows, plan)
        linked = {n for n, row in enumerate(plan) if row.place is None and n not in added}
        self._say_more([(track_ids[n], rows[n]) for n in linked])
        self._name_ids([n for n, row in enumerate(plan) if _is_named(row, places)], rows, plan)
        self._correct([n for n, row in enumerate(plan) if _is_corrected(row)], rows, plan)
        entries = self._list(rows, places, plan, track_ids, mode)
        if album_id in self._act.made_albums:
            self._albums.append(album_id, entries, self._act.now)
            self._act.made_lists[album_id] = entries
        elif entries != [place.entry for place in places]:
            self._albums.set_entries(album_id, entries, self._act.now)
        self._drop_replaced_ids(places, plan)
        title = self._albums.get(album_id)
        self._act.summary = f"{counted(len(rows), 'row')} imported into “{title.title if title else ''}”"
        changed = [row for row in plan if row.place is not None and row.changed]
        counts = {"added": len(added), "linked": len(linked), "updated": len(changed)}
        return Written(tuple(track_ids), counts | {"unchanged": len(rows) - sum(counts.values())})

    def keep_source(self, request: ImportRequest, hashed: str, album_id: AlbumId, written: Written) -> None:
        """Keep what was pasted; the draft it comes from becomes it."""
        imports = ImportRepository(self._act.conn)
        changes = sum(written.counts.values()) - written.counts["unchanged"]
        if not changes and any(each.album_id == album_id for each in imports.by_source_hash(hashed)):
            if request.draft_id is not None:
                imports.drop(request.draft_id)
            return
        parsed = {"rows": [_stored_row(row) for row in request.rows]}
        mode = "new" if isinstance(request.target, NewAlbum) else request.target.mode
        options: dict[str, Any] = {"source": storable(request.source_name), "mode": str(mode)}
        import_id = request.draft_id or ImportId(new_id())
        text = storable(request.raw_text)
        imports.save_done(import_id, hashed, text, parsed, options, album_id, self._act.now)

    def _make_tracks(
        self, rows: Sequence[ImportRow], plan: Sequence[PlannedRow]
    ) -> tuple[list[TrackId], set[int]]:
        """The track of each row, and which rows made a new one; a track named twice is made once."""
        fresh = iter(new_ids(len(rows)))
        made: dict[str, TrackId] = {}
        track_ids: list[TrackId] = []
        added: dict[int, TrackId] = {}
        for n, (row, planned) in enumerate(zip(rows, plan, strict=True)):
            known = planned.known
            if known is None and not row.is_id:
                known = made.get(row.match_key)
            if known is None:
                known = added[n] = TrackId(next(fresh))
                made.setdefault(row.match_key, known)
            track_ids.append(known)
        now = self._act.now
        new = [
            NewTrack(
                track_id,
                rows[n].match_key,
                {**rows[n].fields, "artist": rows[n].artist, "title": rows[n].title},
                rows[n].is_id,
            )
            for n, track_id in added.items()
        ]
        self._tracks.add(new, now)
        self._metadata.add([_said(track_id, rows[n]) for n, track_id in added.items()], now)
        named = {track_id: rows[n] for n, track_id in added.items() if not rows[n].is_id}
        self._tracks.add_credits({each: credits_of(row.artist) for each, row in named.items()}, now)
        self._tasks.enqueue_new(list(named), TaskKind.METADATA, now)
        self._link_files({row.match_key: track_id for track_id, row in named.items()})
        self._act.made_tracks += added.values()
        return track_ids, set(added)

    def _link_files(self, track_of: Mapping[str, TrackId]) -> None:
        """Files scanned before that no track was made of, because only their names say what they are."""
        files = FileRepository(self._act.conn)
        found = files.by_match_keys(track_of)
        linked = files.links_of(file.id for some in found.values() for file in some)
        free = {key: file for key, some in found.items() for file in some if file.id not in linked}
        records = self._tracks.get_many(track_of[key] for key in free)
        matches: list[tuple[FileRecord, FileMatch]] = []
        for key, file in free.items():
            record = records[track_of[key]]
            score = score_file(tags_of(file), Path(file.path).stem, recording_of(record)).score
            if file.state is FileState.OK and score >= SURE:
                matches.append((file, FileMatch(record.id, score)))
        link_files(self._act.conn, matches, self._precedence, lambda: self._act.now)

    def _say_more(self, linked: Sequence[tuple[TrackId, ImportRow]]) -> None:
        """What this list knows of tracks that were there; what another list said first stays."""
        made = set(self._act.made_tracks)
        old = [(track_id, row) for track_id, row in linked if track_id not in made]
        before = self._listed(track_id for track_id, _ in old)
        new: dict[TrackId, SourceValues] = {}
        for track_id, row in old:
            said = new.get(track_id) or before.get(track_id)
            fields = {**row.fields, **(said.fields if said else {})}
            if said is None or fields != said.fields:
                key = said.external_id if said else row.match_key
                new[track_id] = SourceValues(track_id, Source.TRACKLIST, fields, key)
        self._put(list(new.values()))
        records = self._tracks.get_many(dict(old))
        # Where a person has decided already, the look-up was called off.
        open_ones = [each.id for each in records.values() if each.match_state is MatchState.PENDING]
        self._tasks.enqueue(open_ones, TaskKind.METADATA, self._act.now)

    def _name_ids(self, ns: Sequence[int], rows: Sequence[ImportRow], plan: Sequence[PlannedRow]) -> None:
        """IDs that got their names: the track of the place becomes it and is looked up."""
        named = {plan[n].known: rows[n] for n in ns}
        ids = [track_id for track_id in named if track_id is not None]
        self._put([_said(track_id, row) for track_id, row in named.items() if track_id is not None])
        self._tracks.set_id(ids, False, self._act.now)
        self._look_up_again(ids)

    def _correct(self, ns: Sequence[int], rows: Sequence[ImportRow], plan: Sequence[PlannedRow]) -> None:
        """Rows that say something else: the list's own values change, the others' stay."""
        by_track = {plan[n].known: n for n in ns}
        before = self._listed(track_id for track_id in by_track if track_id is not None)
        new: list[SourceValues] = []
        renamed: list[TrackId] = []
        for track_id, n in by_track.items():
            if track_id is None:
                continue
            said = before.get(track_id)
            fields = {**(said.fields if said else {}), **rows[n].fields}
            if _NAMES & set(plan[n].changed):
                renamed.append(track_id)
                if rows[n].version is None:
                    fields.pop("version", None)
            if said is None or fields != said.fields:
                new.append(SourceValues(track_id, Source.TRACKLIST, fields, rows[n].match_key))
        self._put(new)
        self._look_up_again(renamed)

    def _put(self, said: Sequence[SourceValues]) -> None:
        ids = [each.track_id for each in said]
        self._act.watch(ids)
        self._metadata.put(said, self._act.now)
        remerge(self._act.conn, ids, self._precedence, self._act.now)
        self._tracks.touch(ids)  # a look-up under way started from other words

    def _look_up_again(self, track_ids: Sequence[TrackId]) -> None:
        """Tracks with another name than before; a match of a person's choice stays."""
        records = self._tracks.get_many(track_ids)
        free = [each for each in track_ids if not records[each].match_locked]
        self._tracks.set_match(free, MatchState.PENDING, None, self._act.now)
        self._tasks.requeue(free, TaskKind.METADATA, self._act.now)

    def _listed(self, track_ids: Iterable[TrackId]) -> dict[TrackId, SourceValues]:
        found = self._metadata.of(track_ids)
        return {
            track_id: each
            for track_id, said in found.items()
            for each in said
            if each.source == Source.TRACKLIST
        }

    def _list(
        self,
        rows: Sequence[ImportRow],
        places: Sequence[Place],
        plan: Sequence[PlannedRow],
        track_ids: Sequence[TrackId],
        mode: MergeMode,
    ) -> list[AlbumEntry]:
        row_at = {row.place: n for n, row in enumerate(plan) if row.place is not None}
        entries: list[AlbumEntry] = []
        for kind, index in order_of(plan, len(places), mode):
            n = index if kind == "row" else row_at.get(index)
            if n is None:
                entries.append(places[index].entry)
                continue
            old = None if kind == "row" else places[index].entry
            entries.append(_entry(rows[n], track_ids[n], old))
        return renumbered(entries)

    def _drop_replaced_ids(self, places: Sequence[Place], plan: Sequence[PlannedRow]) -> None:
        """ID tracks whose place was taken by a track the library had, and that stand nowhere else."""
        replaced = [
            places[row.place].entry.track_id
            for row in plan
            if row.place is not None and row.known != places[row.place].entry.track_id
        ]
        gone = self._tracks.without_album(replaced)
        self._act.watch(gone)
        self._tracks.delete(gone, self._act.now)


def _is_named(row: PlannedRow, places: Sequence[Place]) -> bool:
    named = row.verdict is RowVerdict.NOW_KNOWN and row.place is not None
    return named and row.known == places[row.place or 0].entry.track_id


def _is_corrected(row: PlannedRow) -> bool:
    return row.verdict in {RowVerdict.CHANGED, RowVerdict.STILL_ID} and bool(row.changed)


def _said(track_id: TrackId, row: ImportRow) -> SourceValues:
    return SourceValues(track_id, Source.TRACKLIST, row.fields, None if row.is_id else row.match_key)


def _entry(row: ImportRow, track_id: TrackId, old: AlbumEntry | None) -> AlbumEntry:
    if old is None:
        return AlbumEntry(track_id, 0, row.label, 1, row.start_s)
    label = row.label if row.label is not None else old.label
    start_s = row.start_s if row.start_s is not None else old.start_s
    return old._replace(track_id=track_id, label=label, start_s=start_s)


def _stored_row(row: ParsedTrack) -> dict[str, Any]:
    """What the row says, JSON-plain."""
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in zip(_ROW_FIELDS, row, strict=True)
        if value is not None and value is not False
    }
