"""The album editor: an album's list in buckets, and what moving a row from one to another means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import AlbumRecord, CandidateRecord, SourceValues, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import AlbumId, CandidateId, FileId, TrackId
from musiclib.domain.provenance import LOCAL_SOURCES
from musiclib.domain.recordings import is_the_same, recording_of
from musiclib.domain.rows import AlbumEntry, renumbered
from musiclib.domain.states import Bucket, FileState, MatchState, Source, TaskKind
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.act_record import Act
from musiclib.services.acts import Acts, Doing
from musiclib.services.bucket_types import BucketCard, Buckets
from musiclib.services.bucket_view import read_buckets
from musiclib.services.changes import Change, counted
from musiclib.services.extra_files import tracks_of_files
from musiclib.services.file_facts import facts_at
from musiclib.services.import_rows import album_key, storable
from musiclib.services.same_elsewhere import allow_again, same_elsewhere
from musiclib.services.scan_tracks import said_by_tags
from musiclib.services.values import checked_value


class AlbumEditorService:
    """Thread-safe; each change is one act that can be undone."""

    def __init__(self, db: Database, acts: Acts, precedence: Sequence[str]) -> None:
        self._db = db
        self._acts = acts
        self._precedence = precedence

    def buckets(self, album_id: AlbumId) -> Buckets:
        """Raises `NotInLibrary` if the album is gone."""
        with self._db.read() as conn:
            return read_buckets(conn, _album(conn, album_id))

    def move(self, track_ids: Sequence[TrackId], bucket: Bucket) -> Change:
        """Put tracks into another bucket.

        To MATCHED: the best candidate is accepted and locked; without one, the track is right as it
        was pasted, and locked. To REVIEW: a person wants to look again. To NOT_FOUND: it is none of
        the candidates, and none of them is offered again. A look-up that waits or runs is called off,
        so that it does not move the track back. Raises `BadInput` for EXTRA.
        """
        if bucket is Bucket.EXTRA:
            raise BadInput("Only files can be extra. Remove the track from the list instead.")
        with self._begin("move", track_ids, f"{{name}} moved to {bucket.replace('_', ' ')}") as doing:
            act = doing.act
            records = TrackRepository(act.conn).get_many(track_ids)
            offered = CandidateRepository(act.conn).of(track_ids)
            for track_id, record in records.items():
                candidates = [each for each in offered.get(track_id, []) if not each.rejected]
                if bucket is Bucket.MATCHED:
                    self._match(act, record, candidates)
                else:
                    self._unmatch(act, record, candidates, bucket)
            remerge(act.conn, records, self._precedence, act.now)
        return doing.done

    def accept(self, track_id: TrackId, candidate_id: CandidateId) -> Change:
        """Take this candidate and no other, and lock it; also one that was rejected before."""
        with self._begin("accept", [track_id], "Candidate chosen for {name}") as doing:
            act = doing.act
            chosen = CandidateRepository(act.conn).get(candidate_id)
            if chosen is None or chosen.track_id != track_id:
                raise NotInLibrary("This candidate is no longer offered. Look at the list again.")
            self._take(act, chosen)
            remerge(act.conn, [track_id], self._precedence, act.now)
        return doing.done

    def accept_all(self, choices: Sequence[tuple[TrackId, CandidateId]]) -> Change:
        """As `accept` for many tracks that are to be reviewed.

        Left out: one that is gone, was decided upon since the choice was shown, or is offered no more.
        """
        with self._acts.begin("accept") as doing:
            act = doing.act
            candidates = [CandidateRepository(act.conn).get(each) for _, each in choices]
            there = TrackRepository(act.conn).get_many(track_id for track_id, _ in choices)
            chosen = [
                one
                for (track_id, _), one in zip(choices, candidates, strict=True)
                if one is not None and not one.rejected and _is_to_review(there.get(track_id), one)
            ]
            act.watch([each.track_id for each in chosen])
            act.summary = f"Best candidate accepted for {counted(len(chosen), 'track')}"
            for each in chosen:
                self._take(act, each)
            remerge(act.conn, [each.track_id for each in chosen], self._precedence, act.now)
        return doing.done

    def reject(self, track_id: TrackId, candidate_id: CandidateId) -> Change:
        """Never offer or choose this candidate again, nor the same recording of another source.

        The others, if there are any, are to be looked at. A match a person has made is not refused along.
        """
        with self._begin("reject", [track_id], "Candidate of {name} ruled out") as doing:
            act = doing.act
            candidates = CandidateRepository(act.conn)
            one = candidates.get(candidate_id)
            if one is None or one.track_id != track_id:
                raise NotInLibrary("This candidate is no longer offered. Look at the list again.")
            offered = candidates.of([track_id]).get(track_id, [])
            refused = [
                one,
                *(each for each in same_elsewhere(one, offered) if not self._is_settled(act, each)),
            ]
            names = {(each.provider, each.external_id) for each in refused}
            candidates.set_rejected([each.id for each in refused], True)
            left = [each for each in candidates.of([track_id]).get(track_id, []) if not each.rejected]
            metadata = TrackMetadataRepository(act.conn)
            if any(each.chosen for each in left):  # the match is another one, and stands
                for said in metadata.of([track_id]).get(track_id, []):
                    if (said.source, said.external_id) in names:
                        metadata.drop([track_id], said.source)
                TrackRepository(act.conn).touch([track_id])
            else:
                metadata.drop_matched(track_id)
                self._drop_art(act, track_id)
                state = MatchState.REVIEW if left else MatchState.NOT_FOUND
                best = max((each.score for each in left), default=None)
                TrackRepository(act.conn).set_match([track_id], state, best, act.now, locked=False)
            remerge(act.conn, [track_id], self._precedence, act.now)
        return doing.done

    def accept_from(self, album_id: AlbumId, score: float) -> Change:
        """Accept the best candidate of every track in review that has at least this score (0-100)."""
        cards = [card for card in self.buckets(album_id).review if (card.score or 0.0) >= score]
        return self.move([card.track_id for card in cards if card.track_id is not None], Bucket.MATCHED)

    def look_up_again(self, track_ids: Sequence[TrackId]) -> Change:
        """Give up the match, locked or not, and ask the providers anew."""
        with self._begin("look_up", track_ids, "New look-up begun for {name}") as doing:
            act = doing.act
            act.gives_up_matches = True
            TrackRepository(act.conn).set_match(track_ids, MatchState.PENDING, None, act.now, locked=False)
            EnrichmentTaskRepository(act.conn).requeue(track_ids, TaskKind.METADATA, act.now, priority=10)
        return doing.done

    def look_up_as(self, track_id: TrackId, names: Mapping[str, str]) -> Change:
        """Give a track other names by hand (fields artist, title, version), and ask the providers for those.

        An empty version says that there is none. Raises `BadInput` for an empty artist or title.
        """
        said = {
            field: "" if field == "version" and not text else checked_value(field, text)
            for field, text in names.items()
        }
        with self._begin("look_up", [track_id], "Look-up under another name begun for {name}") as doing:
            act = doing.act
            act.gives_up_matches = True
            TrackMetadataRepository(act.conn).set_fields(track_id, Source.MANUAL, said, act.now)
            TrackRepository(act.conn).set_match([track_id], MatchState.PENDING, None, act.now, locked=False)
            remerge(act.conn, [track_id], self._precedence, act.now)
            EnrichmentTaskRepository(act.conn).requeue([track_id], TaskKind.METADATA, act.now, priority=10)
        return doing.done

    def unlock(self, track_ids: Sequence[TrackId]) -> Change:
        """Take the lock off matches: they stay, until a look-up finds a better one."""
        with self._begin("unlock", track_ids, "Match of {name} unlocked") as doing:
            act = doing.act
            tracks = TrackRepository(act.conn)
            for each in tracks.get_many(track_ids).values():
                tracks.set_match([each.id], each.match_state, each.match_score, act.now, locked=False)
        return doing.done

    def move_to_album(self, track_ids: Sequence[TrackId], source: AlbumId, target: AlbumId) -> Change:
        """Take tracks off one list and put them at the end of another."""
        with self._acts.begin("move_to_album") as doing:
            act = doing.act
            albums = AlbumRepository(act.conn)
            old, new = _album(act.conn, source), _album(act.conn, target)
            act.watch(track_ids, [source, target])
            act.summary = f"{counted(len(track_ids), 'track')} moved from “{old.title}” to “{new.title}”"
            moving = set(track_ids)
            listed = albums.entries(source)
            there = {entry.track_id for entry in albums.entries(target)}
            moved = [
                entry._replace(label=None, start_s=None)
                for entry in listed
                if entry.track_id in moving and entry.track_id not in there
            ]
            kept = [entry for entry in listed if entry.track_id not in moving]
            albums.set_entries(source, renumbered(kept), act.now)
            albums.set_entries(target, renumbered([*albums.entries(target), *moved]), act.now)
            TrackRepository(act.conn).touch(track_ids)
        return doing.done

    def add_to_album(self, track_ids: Sequence[TrackId], target: AlbumId) -> Change:
        """Put tracks at the end of a list; those that stand on it already stay where they are."""
        with self._acts.begin("add_to_album") as doing:
            act = doing.act
            record = _album(act.conn, target)
            listed = AlbumRepository(act.conn).entries(target)
            there = {entry.track_id for entry in listed}
            new = [each for each in dict.fromkeys(track_ids) if each not in there]
            act.watch(new, [target])
            act.summary = f"{counted(len(new), 'track')} added to “{record.title}”"
            self._append(act, target, listed, new)
        return doing.done

    def make_album(self, title: str, track_ids: Sequence[TrackId]) -> Change:
        """A new album of these tracks, in this order. Raises `BadInput` without a title."""
        title = storable(title.strip())
        if not title:
            raise BadInput("An album needs a title.")
        with self._acts.begin("make_album") as doing:
            act = doing.act
            album_id, distinct = AlbumId(new_id()), list(dict.fromkeys(track_ids))
            act.watch(distinct)
            act.summary = f"“{title}” made of {counted(len(distinct), 'track')}"
            AlbumRepository(act.conn).add(album_id, title, None, album_key(title, None), act.now)
            act.made_albums.append(album_id)
            self._append(act, album_id, [], distinct)
        return doing.done

    def _append(
        self, act: Act, album_id: AlbumId, listed: Sequence[AlbumEntry], track_ids: Sequence[TrackId]
    ) -> None:
        known = TrackRepository(act.conn).get_many(track_ids)
        added = [AlbumEntry(each, 1, None, 1, None) for each in track_ids if each in known]
        if added:
            AlbumRepository(act.conn).set_entries(album_id, renumbered([*listed, *added]), act.now)
            TrackRepository(act.conn).touch(list(known))

    def add_files_to_list(self, album_id: AlbumId, file_ids: Sequence[FileId]) -> Change:
        """Make extra files tracks at the end of the list."""
        with self._acts.begin("add_files") as doing:
            act = doing.act
            record = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = f"{counted(len(file_ids), 'file')} added to “{record.title}”"
            added = tracks_of_files(act, file_ids, self._precedence)
            albums = AlbumRepository(act.conn)
            albums.set_entries(album_id, renumbered([*albums.entries(album_id), *added]), act.now)
        return doing.done

    def leave_out(self, album_id: AlbumId, file_ids: Sequence[FileId]) -> Change:
        """Show these files no longer beside the album."""
        with self._acts.begin("leave_out") as doing:
            act = doing.act
            record = _album(act.conn, album_id)
            act.watch(albums=[album_id])
            act.summary = f"{counted(len(file_ids), 'file')} left out of “{record.title}”"
            AlbumRepository(act.conn).leave_out(album_id, file_ids, act.now)
        return doing.done

    def link_file(self, track_id: TrackId, file_id: FileId) -> Change:
        """Say by hand that this file is that track."""
        with self._begin("link_file", [track_id], "File linked to {name}") as doing:
            act = doing.act
            if FileRepository(act.conn).get(file_id) is None:
                raise NotInLibrary("This file is no longer in the library. Scan its folder again.")
            tracks_of_files(act, [file_id], self._precedence, track_id)
        return doing.done

    def link_path(self, track_id: TrackId, path: Path) -> Change:
        """As `link_file`, for a file that may not be in the library yet. `BadInput` if it is no audio."""
        try:
            facts = facts_at(path)
        except OSError as error:
            raise BadInput(f"{path.name} cannot be read ({error.strerror}). Choose another file.") from error
        if facts.state is FileState.BROKEN:
            raise BadInput(f"{facts.reason} Choose another file.")
        with self._begin("link_file", [track_id], "File linked to {name}") as doing:
            act = doing.act
            ids = FileRepository(act.conn).put([facts], act.now)
            tracks_of_files(act, list(ids.values()), self._precedence, track_id)
        return doing.done

    def unlink_file(self, track_id: TrackId, file_id: FileId) -> Change:
        """Say by hand that this file is not that track. The file stays, and no scan links it to it again."""
        with self._begin("unlink_file", [track_id], "File taken off {name}") as doing:
            act = doing.act
            files, metadata = FileRepository(act.conn), TrackMetadataRepository(act.conn)
            files.refuse(track_id, [file_id])
            metadata.drop([track_id], Source.ANALYSIS)
            metadata.drop([track_id], Source.FILE_TAGS)
            if left := files.files_of([track_id]).get(track_id):
                metadata.put(said_by_tags({track_id: left[0]}), act.now)
                EnrichmentTaskRepository(act.conn).requeue([track_id], TaskKind.AUDIO, act.now)
            else:
                EnrichmentTaskRepository(act.conn).cancel([track_id], TaskKind.AUDIO)
            remerge(act.conn, [track_id], self._precedence, act.now)
        return doing.done

    def not_found_text(self, album_id: AlbumId) -> str:
        """The rows of the not-found bucket as "Artist - Title" lines, to ask elsewhere."""
        return "\n".join(_line(card) for card in self.buckets(album_id).not_found)

    @contextmanager
    def _begin(self, kind: str, track_ids: Sequence[TrackId], words: str) -> Iterator[Doing]:
        """An act on tracks that must all be there; `words` with {name} are for the history."""
        with self._acts.begin(kind) as doing:
            act = doing.act
            records = TrackRepository(act.conn).get_many(track_ids)
            if len(records) < len(set(track_ids)):
                raise NotInLibrary("A track of this selection is no longer in the library.")
            one = next(iter(records.values()), None)
            name = (
                f"“{one.artist} - {one.title}”"
                if one and len(records) == 1
                else counted(len(records), "track")
            )
            act.summary = words.format(name=name)
            act.watch(track_ids)
            yield doing

    def _match(self, act: Act, record: TrackRecord, candidates: Sequence[CandidateRecord]) -> None:
        if candidates:
            self._take(act, next((each for each in candidates if each.chosen), candidates[0]))
            return
        if record.is_id:
            raise BadInput("This row is an ID. Give it a name first.")
        TrackRepository(act.conn).set_match([record.id], MatchState.MATCHED, None, act.now, locked=True)

    def _take(self, act: Act, chosen: CandidateRecord) -> None:
        candidates, metadata = CandidateRepository(act.conn), TrackMetadataRepository(act.conn)
        before = metadata.of([chosen.track_id]).get(chosen.track_id, [])
        recording = recording_of(chosen.fields)
        # What other catalogues say stays if it is of the same recording.
        stays = {
            each.source
            for each in before
            if (each.source, each.external_id) == (chosen.provider, chosen.external_id)
            or (each.source != chosen.provider and is_the_same(recording_of(each.fields), recording))
        }
        metadata.drop_matched(chosen.track_id, stays)
        if any(each.source not in LOCAL_SOURCES and each.source not in stays for each in before):
            self._drop_art(act, chosen.track_id)
        if chosen.provider not in stays:
            metadata.put([_said(chosen)], act.now)
        allow_again(candidates, chosen.track_id, [chosen])
        candidates.choose(chosen.track_id, chosen.id)
        TrackRepository(act.conn).set_match(
            [chosen.track_id], MatchState.MATCHED, chosen.score, act.now, locked=True
        )
        # A look-up changes nothing of it any more, but fills what is lacking.
        EnrichmentTaskRepository(act.conn).requeue([chosen.track_id], TaskKind.METADATA, act.now)

    def _is_settled(self, act: Act, one: CandidateRecord) -> bool:
        """Whether a person has chosen it."""
        record = TrackRepository(act.conn).get(one.track_id)
        return one.chosen and record is not None and record.match_locked

    def _drop_art(self, act: Act, track_id: TrackId) -> None:
        """What was found for another recording is not this one's picture."""
        TrackRepository(act.conn).drop_found_art([track_id], act.now)

    def _unmatch(
        self, act: Act, record: TrackRecord, candidates: Sequence[CandidateRecord], bucket: Bucket
    ) -> None:
        repository = CandidateRepository(act.conn)
        TrackMetadataRepository(act.conn).drop_matched(record.id)
        self._drop_art(act, record.id)
        repository.choose(record.id, None)
        if bucket is Bucket.NOT_FOUND:
            repository.set_rejected([each.id for each in candidates], True)
        state = MatchState.NOT_FOUND if bucket is Bucket.NOT_FOUND else MatchState.REVIEW
        best = max((each.score for each in candidates), default=None)
        score = best if state is MatchState.REVIEW else None
        TrackRepository(act.conn).set_match([record.id], state, score, act.now, locked=False)
        EnrichmentTaskRepository(act.conn).cancel([record.id], TaskKind.METADATA)


def _album(conn: Connection, album_id: AlbumId) -> AlbumRecord:
    record = AlbumRepository(conn).get(album_id)
    if record is None:
        raise NotInLibrary("This album is no longer in the library.")
    return record


def _is_to_review(record: TrackRecord | None, offered: CandidateRecord) -> bool:
    return record is not None and record.id == offered.track_id and record.match_state is MatchState.REVIEW


def _said(chosen: CandidateRecord) -> SourceValues:
    """What the candidate says, as its provider's values."""
    sure = round(chosen.score / 100, 3)
    return SourceValues(
        chosen.track_id,
        chosen.provider,
        chosen.fields,
        chosen.external_id,
        dict.fromkeys(chosen.fields, sure),
        chosen.links,
        chosen.art,
    )


def _line(card: BucketCard) -> str:
    title = f"{card.title} ({card.version})" if card.version else card.title
    return f"{card.artist} - {title}" if card.artist else title
