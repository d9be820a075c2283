"""Audio files, and which track each of them is."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, func, or_, select, update

from musiclib.db.code_order import in_code_order
from musiclib.db.identities import new_ids
from musiclib.db.records import FileFacts, FileLink, FileMove, FileRecord, KnownFile
from musiclib.db.schema import AlbumFile, AlbumTrack, File, RefusedFile, TrackFile, TrackMetadata
from musiclib.db.statements import chunked, insert_many, raise_tracks, texts, upsert
from musiclib.domain.ids import AlbumId, FileId, TrackId
from musiclib.domain.states import FileState, Source

_RECORD = (
    File.id,
    File.path,
    File.size,
    File.mtime_ns,
    File.content_hash,
    File.state,
    File.match_key,
    File.duration_s,
    File.tags,
)
BEST_FILE_FIRST = (File.state != FileState.OK, TrackFile.by_hand.desc(), TrackFile.score.desc(), File.path)
_KNOWN = (File.path, File.size, File.mtime_ns, File.state, File.content_hash)
_IDS = select(File.path, File.id).where(File.path.in_(bindparam("paths", expanding=True)))
_SET_ASIDE = update(File).where(File.id == bindparam("key")).values(path=bindparam("new_path"))
_MOVE = (
    update(File)
    .where(File.id == bindparam("key"))
    .values(
        path=bindparam("new_path"),
        folder=bindparam("new_folder"),
        mtime_ns=bindparam("new_mtime_ns"),
        state=FileState.OK,
        reason=None,
    )
)
_FILES_OF = (
    select(*_RECORD, TrackFile.track_id)
    .join(TrackFile, TrackFile.file_id == File.id)
    .where(TrackFile.track_id.in_(bindparam("ids", expanding=True)))
    .order_by(*BEST_FILE_FIRST)
)


class FileRepository:
    """A path is one file for ever: a changed file keeps its id, a vanished one is only marked missing."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(
        self, files: Sequence[FileFacts], now: datetime, known: Mapping[str, FileId] | None = None
    ) -> dict[str, FileId]:
        """Add files, or renew what is known of them; returns the id of each path.

        The content hash is forgotten: it belonged to the content before. `known` is what `ids_of` says in
        this transaction, where somebody has asked already.
        """
        if known is None:
            known = self.ids_of(facts.path for facts in files)
        made = (FileId(each) for each in new_ids(len(files)))
        ids = {facts.path: known.get(facts.path) or next(made) for facts in files}
        rows = [_row(ids[facts.path], facts, now) for facts in files]
        if known:
            renewed = [name for name in rows[0] if name not in {"id", "path", "created_at"}]
            upsert(self._conn, File, rows, keys=("path",), renew=renewed)
            self._raise_tracks_of(known.values())
        else:
            insert_many(self._conn, File, rows)
        return ids

    def ids_of(self, paths: Iterable[str]) -> dict[str, FileId]:
        """The ids of files that are known by these paths."""
        ids: dict[str, FileId] = {}
        for some in chunked(paths):
            for path, file_id in self._conn.execute(_IDS, {"paths": some}):
                ids[path] = FileId(file_id)
        return ids

    def known_under(self, folder: str) -> list[KnownFile]:
        """As `under`, in no order, and only what a scan compares."""
        inside = folder.rstrip(os.sep) + os.sep
        rows = self._conn.execute(select(*_KNOWN).where(_is_under(inside)))
        return [KnownFile(*row) for row in rows if row[0].startswith(inside)]

    def as_large_as(self, sizes: Iterable[int]) -> list[KnownFile]:
        """All files of one of these sizes, wherever they are."""
        query = select(*_KNOWN)
        return [
            KnownFile(*row)
            for some in chunked(set(sizes))
            for row in self._conn.execute(query.where(File.size.in_(some)))
        ]

    def move(self, moves: Sequence[FileMove]) -> list[FileId]:
        """Give files the name they have now; all else that is known of them stays. Returns their ids.

        Nobody else may have the new paths, but files of the same moves may.
        """
        ids = self.ids_of(each.old for each in moves)
        taken = {each.path for each in moves} & ids.keys()
        # Two files that change places would have the same path for a moment.
        aside = [{"key": ids[old], "new_path": f"{old}\n{ids[old]}"} for old in taken]
        if aside:
            self._conn.execute(_SET_ASIDE, aside)
        rows = [
            {
                "key": ids[each.old],
                "new_path": each.path,
                "new_folder": os.path.dirname(each.path),  # noqa: PTH120 (as in `_row`)
                "new_mtime_ns": each.mtime_ns,
            }
            for each in moves
            if each.old in ids
        ]
        if rows:
            self._conn.execute(_MOVE, rows)
        self._raise_tracks_of(ids.values())
        return list(ids.values())

    def get(self, file_id: FileId) -> FileRecord | None:
        return next(iter(self._records(select(*_RECORD).where(File.id == file_id))), None)

    def get_many(self, file_ids: Iterable[FileId]) -> dict[FileId, FileRecord]:
        found: dict[FileId, FileRecord] = {}
        for ids in chunked(file_ids):
            found |= {each.id: each for each in self._records(select(*_RECORD).where(File.id.in_(ids)))}
        return found

    def by_paths(self, paths: Iterable[str]) -> dict[str, FileRecord]:
        found: dict[str, FileRecord] = {}
        for some in chunked(paths):
            found |= {each.path: each for each in self._records(select(*_RECORD).where(File.path.in_(some)))}
        return found

    def under(self, folder: str) -> list[FileRecord]:
        """All files in a folder and the folders below it, by path."""
        inside = folder.rstrip(os.sep) + os.sep
        query = select(*_RECORD).where(_is_under(inside)).order_by(_BY_PATH)
        return [each for each in self._records(query) if each.path.startswith(inside)]

    def by_match_keys(self, keys: Iterable[str]) -> dict[str, list[FileRecord]]:
        """Files of each match key; keys without a file are absent."""
        found: dict[str, list[FileRecord]] = defaultdict(list)
        wanted = set(keys)
        if not wanted:
            return {}
        named = File.match_key.in_(texts(self._conn, wanted))
        for each in self._records(select(*_RECORD).where(named).order_by(_BY_PATH)):
            found[each.match_key].append(each)
        return dict(found)

    def unlinked(self, folder: str) -> list[FileRecord]:
        """Readable files in a folder and below it that belong to no track, by path."""
        inside = folder.rstrip(os.sep) + os.sep
        query = select(*_RECORD).where(_is_under(inside), _of_no_track(), File.state == FileState.OK)
        return [each for each in self._records(query.order_by(_BY_PATH)) if each.path.startswith(inside)]

    def of_lists_in(self, folders: Iterable[str]) -> dict[str, int]:
        """How many tracks of pasted lists have a readable file in each folder; others are absent."""
        found: dict[str, int] = {}
        for some in chunked(folders):
            query = (
                select(File.folder, func.count(TrackFile.track_id.distinct()))
                .join(TrackFile, TrackFile.file_id == File.id)
                .join(TrackMetadata, TrackMetadata.track_id == TrackFile.track_id)
                .where(File.folder.in_(some), File.state == FileState.OK)
                .where(TrackMetadata.source == Source.TRACKLIST)
                .group_by(File.folder)
            )
            found.update((row[0], row[1]) for row in self._conn.execute(query))
        return found

    def beside(self, album_id: AlbumId) -> list[FileRecord]:
        """Extra files of an album: in a folder of its files, of no track, and not left out by hand."""
        folders = (
            select(File.folder)
            .join(TrackFile, TrackFile.file_id == File.id)
            .join(AlbumTrack, AlbumTrack.track_id == TrackFile.track_id)
            .where(AlbumTrack.album_id == album_id)
        )
        left_out = exists().where(AlbumFile.file_id == File.id, AlbumFile.album_id == album_id)
        query = select(*_RECORD).where(File.folder.in_(folders), _of_no_track(), ~left_out)
        return self._records(query.order_by(_BY_PATH))

    def set_state(self, file_ids: Iterable[FileId], state: FileState, reason: str | None = None) -> None:
        """Say that files are broken, missing, or well again."""
        for ids in chunked(file_ids):
            self._conn.execute(update(File).where(File.id.in_(ids)).values(state=state, reason=reason))
            self._raise_tracks_of(ids)

    def set_content_hash(self, file_id: FileId, content_hash: str) -> None:
        """Remember the SHA-256 of the content, in hex."""
        self._conn.execute(update(File).where(File.id == file_id).values(content_hash=content_hash))

    def link(self, links: Sequence[FileLink], now: datetime) -> None:
        """Say which track a file is (score 0-100). A link made by hand is never overwritten by a guess,
        and takes back what `refuse` said."""
        for by_hand in (False, True):
            rows = [
                {"track_id": each.track_id, "file_id": each.file_id, "score": each.score, "by_hand": by_hand}
                for each in links
                if each.by_hand is by_hand
            ]
            upsert(
                self._conn,
                TrackFile,
                [{**row, "created_at": now} for row in rows],
                keys=("track_id", "file_id"),
                renew=("score", "by_hand") if by_hand else (),
            )
        for each in links:
            if each.by_hand:
                self._drop(RefusedFile, each.track_id, [each.file_id])
        raise_tracks(self._conn, {each.track_id for each in links})

    def link_new(self, links: Sequence[FileLink], now: datetime) -> None:
        """As `link`, of tracks made in this very transaction."""
        rows = [
            {
                "track_id": each.track_id,
                "file_id": each.file_id,
                "score": each.score,
                "by_hand": each.by_hand,
                "created_at": now,
            }
            for each in links
        ]
        insert_many(self._conn, TrackFile, rows)

    def refuse(self, track_id: TrackId, file_ids: Sequence[FileId]) -> None:
        """Say by hand that these files are not that track: unlink them, and remember it."""
        self._drop(TrackFile, track_id, file_ids)
        rows = [{"track_id": track_id, "file_id": file_id} for file_id in file_ids]
        upsert(self._conn, RefusedFile, rows, keys=("track_id", "file_id"), renew=())
        raise_tracks(self._conn, [track_id])

    def refused(self, file_ids: Iterable[FileId]) -> dict[FileId, set[TrackId]]:
        """The tracks that each file is not; files nobody refused are absent."""
        found: dict[FileId, set[TrackId]] = defaultdict(set)
        for ids in chunked(file_ids):
            query = select(RefusedFile.file_id, RefusedFile.track_id).where(RefusedFile.file_id.in_(ids))
            for file_id, track_id in self._conn.execute(query):
                found[FileId(file_id)].add(TrackId(track_id))
        return dict(found)

    def refused_by(self, track_ids: Iterable[TrackId]) -> list[FileId]:
        """The files that are none of these tracks."""
        query = select(RefusedFile.file_id).distinct()
        return [
            FileId(each)
            for ids in chunked(track_ids)
            for each in self._conn.execute(query.where(RefusedFile.track_id.in_(ids))).scalars()
        ]

    def files_of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[FileRecord]]:
        """The files of each track, the readable and best matching one first; tracks without are absent."""
        found: dict[TrackId, list[FileRecord]] = defaultdict(list)
        for ids in chunked(track_ids):
            for *row, track_id in self._conn.execute(_FILES_OF, {"ids": ids}):
                found[TrackId(track_id)].append(_record(row))
        return dict(found)

    def links_of(self, file_ids: Iterable[FileId]) -> dict[FileId, list[FileLink]]:
        """The tracks each file is linked to; files of no track are absent."""
        found: dict[FileId, list[FileLink]] = defaultdict(list)
        for ids in chunked(file_ids):
            query = select(TrackFile.track_id, TrackFile.file_id, TrackFile.score, TrackFile.by_hand)
            for row in self._conn.execute(query.where(TrackFile.file_id.in_(ids))):
                link = FileLink(TrackId(row[0]), FileId(row[1]), row[2], row[3])
                found[link.file_id].append(link)
        return dict(found)

    def _records(self, query: Select[*tuple[Any, ...]]) -> list[FileRecord]:
        return [_record(row) for row in self._conn.execute(query)]

    def _drop(
        self, pairs: type[TrackFile | RefusedFile], track_id: TrackId, file_ids: Iterable[FileId]
    ) -> None:
        for ids in chunked(file_ids):
            self._conn.execute(delete(pairs).where(pairs.track_id == track_id, pairs.file_id.in_(ids)))

    def _raise_tracks_of(self, file_ids: Iterable[FileId]) -> None:
        for ids in chunked(file_ids):
            query = select(TrackFile.track_id).where(TrackFile.file_id.in_(ids)).distinct()
            raise_tracks(self._conn, self._conn.execute(query).scalars().all())


_BY_PATH = in_code_order(File.path)


def _is_under(inside: str) -> Any:
    """In a folder, which ends in a separator here, or below it."""
    # U+10FFFF sorts behind every name: the range is read along the index, in any dialect.
    folder = in_code_order(File.folder)
    below = and_(folder >= inside, folder < inside + "\U0010ffff")
    return or_(File.folder == inside.rstrip(os.sep), below)


def _of_no_track() -> Any:
    return ~exists().where(TrackFile.file_id == File.id)


def _record(row: Sequence[Any]) -> FileRecord:
    file_id, path, size, mtime_ns, content_hash, state, match_key, duration_s, tags = row
    return FileRecord(
        file_id, path, size, mtime_ns, content_hash, FileState(state), match_key, duration_s, tags
    )


def _row(new_id: Any, facts: FileFacts, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id,
        "path": facts.path,
        "folder": os.path.dirname(facts.path),  # noqa: PTH120 (a Path for each of 100,000 files is slow)
        "size": facts.size,
        "mtime_ns": facts.mtime_ns,
        "content_hash": None,
        "state": facts.state,
        "reason": facts.reason,
        "match_key": facts.match_key,
        "duration_s": facts.duration_s,
        "codec": facts.codec,
        "bitrate": facts.bitrate,
        "sample_rate": facts.sample_rate,
        "channels": facts.channels,
        "bit_depth": facts.bit_depth,
        "tags": dict(facts.tags),
        "created_at": now,
    }
