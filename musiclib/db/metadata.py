"""What sources say: values per source, candidates of a match, measurements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, bindparam, case, delete, select, update

from musiclib.db.files import BEST_FILE_FIRST
from musiclib.db.identities import new_id, new_ids
from musiclib.db.records import (
    AnalysisRecord,
    CandidateRecord,
    NewCandidate,
    SourceValues,
)
from musiclib.db.schema import (
    AudioAnalysis,
    File,
    MatchCandidate,
    TrackFile,
    TrackMetadata,
)
from musiclib.db.statements import (
    chunked,
    insert_columns,
    insert_many,
    raise_tracks,
    texts,
    upsert,
    upsert_columns,
)
from musiclib.domain.art_ref import plain_art, stored_art
from musiclib.domain.ids import CandidateId, FileId, TrackId
from musiclib.domain.provenance import LOCAL_SOURCES, Plain
from musiclib.domain.states import Source

_RENEWED = ("score", "fields", "reasons", "album_external_id", "links", "art")


class TrackMetadataRepository:
    """Each source keeps its own row for a track; nobody overwrites another's."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(self, said: Sequence[SourceValues], now: datetime) -> None:
        """Set all a source says of a track; what it said before is gone."""
        if said:
            columns = _columns_of(said, now)
            upsert_columns(self._conn, TrackMetadata, columns, keys=("track_id", "source"))

    def add(self, said: Sequence[SourceValues], now: datetime) -> None:
        """The same of tracks made in this very transaction, of which the source has said nothing yet."""
        if said:
            insert_columns(self._conn, TrackMetadata, _columns_of(said, now))

    def set_fields(
        self,
        track_id: TrackId,
        source: str,
        fields: Mapping[str, Plain | None],
        now: datetime,
        origins: Mapping[str, str] | None = None,
    ) -> None:
        """Change single fields of one source and keep its others; None takes a field away.

        `origins` names the sources that values were taken over from.
        """
        found = (each for each in self.of([track_id]).get(track_id, []) if each.source == source)
        before = next(found, None) or SourceValues(track_id, source, {})
        plain = {name: value for name, value in {**before.fields, **fields}.items() if value is not None}
        if not plain:
            self.drop([track_id], source)
            return
        at = {name: now.isoformat() for name, value in fields.items() if value is not None}
        said = replace(
            before,
            fields=plain,
            confidence=_without(before.confidence, fields),
            origins={**_without(before.origins, fields), **(origins or {})},
            chosen_at={**_without(before.chosen_at, fields), **at},
        )
        self.put([said], now)

    def of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[SourceValues]]:
        """All that is said of each track; tracks nobody spoke of are absent."""
        found: dict[TrackId, list[SourceValues]] = defaultdict(list)
        for ids in chunked(track_ids):
            for row in self._conn.execute(_SAID, {"ids": ids}):
                found[TrackId(row[0])].append(_said(row))
        return dict(found)

    def by_source(
        self, track_ids: Iterable[TrackId], sources: Sequence[str] | None = None
    ) -> dict[TrackId, dict[str, Mapping[str, Plain]]]:
        """The same as source -> field -> value: what `domain.provenance.merge` takes.

        `sources` names those wanted; None: all.
        """
        query = _FIELDS if sources is None else _FIELDS.where(TrackMetadata.source.in_(sources))
        found: dict[TrackId, dict[str, Mapping[str, Plain]]] = defaultdict(dict)
        for ids in chunked(track_ids):
            for track_id, source, fields in self._conn.execute(query, {"ids": ids}):
                found[TrackId(track_id)][source] = fields
        return dict(found)

    def external_ids(self, track_ids: Iterable[TrackId], source: str) -> dict[TrackId, str]:
        """What a source calls each track; those it does not know are absent."""
        found: dict[TrackId, str] = {}
        for ids in chunked(track_ids):
            for track_id, external_id in self._conn.execute(_EXTERNAL, {"ids": ids, "said_by": source}):
                found[TrackId(track_id)] = str(external_id)
        return found

    def confidence_of(self, track_ids: Iterable[TrackId], source: str) -> dict[TrackId, Mapping[str, float]]:
        """How sure one source is of each field (0-1); tracks it does not speak of are absent."""
        query = select(TrackMetadata.track_id, TrackMetadata.confidence)
        found: dict[TrackId, Mapping[str, float]] = {}
        for ids in chunked(track_ids):
            where = TrackMetadata.track_id.in_(ids), TrackMetadata.source == source
            found.update((TrackId(row[0]), row[1]) for row in self._conn.execute(query.where(*where)))
        return found

    def drop(self, track_ids: Iterable[TrackId], source: str) -> None:
        """Forget what a source says of tracks."""
        for ids in chunked(track_ids):
            self._conn.execute(
                delete(TrackMetadata).where(TrackMetadata.track_id.in_(ids), TrackMetadata.source == source)
            )

    def drop_matched(self, track_id: TrackId, keep: Collection[str] = ()) -> None:
        """Forget what catalogues say of the recording a track was matched to, but for those in `keep`."""
        self._conn.execute(_DROP_MATCHED, {"ids": [track_id], "kept": [*LOCAL_SOURCES, *keep]})

    def tracks_of_external(self, source: str, external_ids: Iterable[str]) -> dict[str, list[TrackId]]:
        """Tracks that a source knows under an identity of its own."""
        found: dict[str, list[TrackId]] = defaultdict(list)
        wanted = set(external_ids)
        if not wanted:
            return {}
        query = select(TrackMetadata.external_id, TrackMetadata.track_id)
        named = TrackMetadata.external_id.in_(texts(self._conn, wanted))
        for external_id, track_id in self._conn.execute(query.where(TrackMetadata.source == source, named)):
            found[str(external_id)].append(TrackId(track_id))
        return dict(found)


class CandidateRepository:
    """Recordings offered for a track. A rejected one stays rejected however often it is offered."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def put(self, track_id: TrackId, offered: Sequence[NewCandidate], now: datetime) -> None:
        """Add or renew candidates; what a person decided about one is kept."""
        rows = [
            {
                "id": new,
                "track_id": track_id,
                "provider": each.provider,
                "external_id": each.external_id,
                "score": each.score,
                "fields": each.fields,
                "reasons": list(each.reasons),
                "rejected": False,
                "chosen": False,
                "created_at": now,
                "album_external_id": each.album_external_id,
                "links": each.links,
                "art": plain_art(each.art),
            }
            for new, each in zip(new_ids(len(offered)), offered, strict=True)
        ]
        keys = ("track_id", "provider", "external_id")
        upsert(self._conn, MatchCandidate, rows, keys=keys, renew=_RENEWED)

    def get(self, candidate_id: CandidateId) -> CandidateRecord | None:
        row = self._conn.execute(_CANDIDATE.where(MatchCandidate.id == candidate_id)).first()
        return _candidate(row) if row else None

    def of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[CandidateRecord]]:
        """The candidates of each track, best first; tracks without are absent."""
        found: dict[TrackId, list[CandidateRecord]] = defaultdict(list)
        for ids in chunked(track_ids):
            for row in self._conn.execute(_CANDIDATES, {"ids": ids}):
                found[TrackId(row.track_id)].append(_candidate(row))
        return dict(found)

    def rejected(self, track_ids: Iterable[TrackId], provider: str) -> dict[TrackId, set[str]]:
        """What a person has said the tracks are not, by its id at the provider; others are absent."""
        found: dict[TrackId, set[str]] = defaultdict(set)
        for ids in chunked(track_ids):
            for track_id, external_id in self._conn.execute(_REJECTED, {"ids": ids, "provider_": provider}):
                found[TrackId(track_id)].add(external_id)
        return dict(found)

    def set_rejected(self, candidate_ids: Iterable[CandidateId], rejected: bool) -> None:
        """A rejected candidate is not the chosen one any more."""
        for ids in chunked(candidate_ids):
            chosen = case((MatchCandidate.rejected, False), else_=MatchCandidate.chosen)
            where = MatchCandidate.id.in_(ids)
            self._conn.execute(update(MatchCandidate).where(where).values(rejected=rejected))
            self._conn.execute(update(MatchCandidate).where(where).values(chosen=chosen))

    def choose(self, track_id: TrackId, candidate_id: CandidateId | None) -> None:
        """Make one candidate the chosen one of its track; None chooses none."""
        chosen = MatchCandidate.id == candidate_id if candidate_id else False
        self._conn.execute(
            update(MatchCandidate).where(MatchCandidate.track_id == track_id).values(chosen=chosen)
        )
        raise_tracks(self._conn, [track_id])

    def choose_external(self, track_id: TrackId, provider: str, external_id: str) -> None:
        """The same by the candidate's own name; the revision is left to the caller, who changes the track."""
        named = {"track": track_id, "provider_": provider, "external": external_id}
        self._conn.execute(_CHOOSE_EXTERNAL, named)

    def drop(self, track_ids: Iterable[TrackId]) -> None:
        """Forget the candidates of tracks, but for those that were rejected."""
        for ids in chunked(track_ids):
            self._conn.execute(_DROP_CANDIDATES_OF, {"ids": ids})

    def drop_some(self, candidate_ids: Iterable[CandidateId]) -> None:
        """Forget candidates, but for those that were rejected."""
        for ids in chunked(candidate_ids):
            self._conn.execute(_DROP_CANDIDATES, {"ids": ids})


class AnalysisRepository:
    """Measurements of a file's content: the same content is never measured twice by one version."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, content_hash: str, analyser_version: str) -> dict[str, Any] | None:
        return self._conn.execute(
            select(AudioAnalysis.features).where(
                AudioAnalysis.content_hash == content_hash,
                AudioAnalysis.analyser_version == analyser_version,
            )
        ).scalar()

    def put(
        self,
        content_hash: str,
        analyser_version: str,
        engine: str,
        features: Mapping[str, Any],
        now: datetime,
        waveform: bytes | None = None,
        spectrum: bytes | None = None,
    ) -> None:
        """`features` is JSON-plain, without NaN; the pictures are in the formats of `domain`."""
        row = {
            "id": new_id(),
            "content_hash": content_hash,
            "analyser_version": analyser_version,
            "engine": engine,
            "features": features,
            "waveform": waveform or None,
            "spectrum": spectrum or None,
            "created_at": now,
        }
        keys = ("content_hash", "analyser_version")
        changed = ("engine", "features", "waveform", "spectrum", "created_at")
        upsert(self._conn, AudioAnalysis, [row], keys=keys, renew=changed)

    def follow(self, changes: Mapping[FileId, tuple[str, str]]) -> None:
        """Files have another content (hashes before and after) but the same sound: what was measured follows.

        Where another file still has the content before, what was measured stays with that one too.
        """
        said = [{"file": file_id, "old": old, "new": new} for file_id, (old, new) in changes.items()]
        if said:
            self._conn.execute(_FOLLOW_SAID, said)
        for ids in chunked(changes):
            linked = select(TrackFile.track_id).where(TrackFile.file_id.in_(ids)).distinct()
            raise_tracks(self._conn, self._conn.execute(linked).scalars().all())
        pairs = {(old, new) for old, new in changes.values()}
        shared = self._hashes(
            select(File.content_hash).where(File.id.not_in(list(changes))), File.content_hash, pairs, 0
        )
        known = self._hashes(select(AudioAnalysis.content_hash), AudioAnalysis.content_hash, pairs, 1)
        seen: set[str] = set()
        moved: list[dict[str, str]] = []
        for old, new in sorted(pairs):
            if old in shared or new in known or old in seen:
                self._copy(old, new)
            else:
                moved.append({"old": old, "new": new})
            seen.add(old)
        if moved:
            self._conn.execute(_FOLLOW_MEASURED, moved)

    def _hashes(
        self, query: Any, column: Any, pairs: Iterable[tuple[str, str]], which: Literal[0, 1]
    ) -> set[str]:
        found: set[str] = set()
        for some in chunked({each[which] for each in pairs}):
            found.update(self._conn.execute(query.where(column.in_(some)).distinct()).scalars())
        return found

    def _copy(self, old: str, new: str) -> None:
        known = select(AudioAnalysis.analyser_version).where(AudioAnalysis.content_hash == new)
        versions = set(self._conn.execute(known).scalars())
        there = select(*AudioAnalysis.__table__.c).where(AudioAnalysis.content_hash == old)
        copies = [
            {**row, "id": new_id(), "content_hash": new}
            for row in self._conn.execute(there).mappings()
            if row["analyser_version"] not in versions
        ]
        insert_many(self._conn, AudioAnalysis, copies)

    def of_file(self, file_id: FileId) -> AnalysisRecord | None:
        """The newest analysis of a file's content."""
        return self._newest(_ANALYSES.where(File.id == file_id).order_by(AudioAnalysis.created_at.desc()))

    def of_track(self, track_id: TrackId) -> AnalysisRecord | None:
        """The newest analysis of the best file of a track that has one."""
        of_track = _ANALYSES.join(TrackFile, TrackFile.file_id == File.id)
        return self._newest(
            of_track.where(TrackFile.track_id == track_id).order_by(
                *BEST_FILE_FIRST, AudioAnalysis.created_at.desc()
            )
        )

    def _newest(self, query: Select[*tuple[Any, ...]]) -> AnalysisRecord | None:
        row = self._conn.execute(query.limit(1)).first()
        return AnalysisRecord(*row) if row else None


# Statements of every look-up are built once: building takes SQLAlchemy longer than running takes SQLite.
_IDS: Any = bindparam("ids", expanding=True)
_KEPT: Any = bindparam("kept", expanding=True)
_SAID = (
    select(
        TrackMetadata.track_id,
        TrackMetadata.source,
        TrackMetadata.fields,
        TrackMetadata.external_id,
        TrackMetadata.confidence,
        TrackMetadata.links,
        TrackMetadata.art,
        TrackMetadata.origins,
        TrackMetadata.chosen_at,
    )
    .where(TrackMetadata.track_id.in_(_IDS))
    .order_by(TrackMetadata.source)
)
_FIELDS = select(TrackMetadata.track_id, TrackMetadata.source, TrackMetadata.fields).where(
    TrackMetadata.track_id.in_(_IDS)
)
_DROP_MATCHED = delete(TrackMetadata).where(
    TrackMetadata.track_id.in_(_IDS), TrackMetadata.source.not_in(_KEPT)
)
_FOLLOW_SAID = (
    update(TrackMetadata)
    .where(
        TrackMetadata.track_id.in_(select(TrackFile.track_id).where(TrackFile.file_id == bindparam("file"))),
        TrackMetadata.source == Source.ANALYSIS,
        TrackMetadata.external_id == bindparam("old"),
    )
    .values(external_id=bindparam("new"))
)
_FOLLOW_MEASURED = (
    update(AudioAnalysis)
    .where(AudioAnalysis.content_hash == bindparam("old"))
    .values(content_hash=bindparam("new"))
)
_EXTERNAL = select(TrackMetadata.track_id, TrackMetadata.external_id).where(
    TrackMetadata.track_id.in_(_IDS),
    TrackMetadata.source == bindparam("said_by"),
    TrackMetadata.external_id.is_not(None),
)
_ANALYSES = select(
    File.path,
    AudioAnalysis.analyser_version,
    AudioAnalysis.features,
    AudioAnalysis.waveform,
    AudioAnalysis.spectrum,
).join(AudioAnalysis, AudioAnalysis.content_hash == File.content_hash)
_CANDIDATE = select(
    MatchCandidate.id,
    MatchCandidate.track_id,
    MatchCandidate.provider,
    MatchCandidate.external_id,
    MatchCandidate.score,
    MatchCandidate.fields,
    MatchCandidate.reasons,
    MatchCandidate.rejected,
    MatchCandidate.chosen,
    MatchCandidate.album_external_id,
    MatchCandidate.links,
    MatchCandidate.art,
)
_CANDIDATES = _CANDIDATE.where(MatchCandidate.track_id.in_(_IDS)).order_by(
    MatchCandidate.score.desc(), MatchCandidate.id
)
_REJECTED = select(MatchCandidate.track_id, MatchCandidate.external_id).where(
    MatchCandidate.track_id.in_(_IDS),
    MatchCandidate.provider == bindparam("provider_"),
    MatchCandidate.rejected,
)
_DROP_CANDIDATES = delete(MatchCandidate).where(
    MatchCandidate.id.in_(_IDS), MatchCandidate.rejected.is_(False)
)
_DROP_CANDIDATES_OF = delete(MatchCandidate).where(
    MatchCandidate.track_id.in_(_IDS), MatchCandidate.rejected.is_(False)
)
_CHOOSE_EXTERNAL = (
    update(MatchCandidate)
    .where(MatchCandidate.track_id == bindparam("track"))
    .values(
        chosen=and_(
            MatchCandidate.provider == bindparam("provider_"),
            MatchCandidate.external_id == bindparam("external"),
        )
    )
)


def _columns_of(said: Sequence[SourceValues], now: datetime) -> dict[str, list[Any]]:
    return {
        "track_id": [each.track_id for each in said],
        "source": [each.source for each in said],
        "external_id": [each.external_id for each in said],
        "fields": [each.fields for each in said],
        "confidence": [each.confidence for each in said],
        "links": [each.links for each in said],
        "art": [plain_art(each.art) if each.art else [] for each in said],
        "origins": [each.origins for each in said],
        "chosen_at": [each.chosen_at for each in said],
        "fetched_at": [now] * len(said),
    }


def _said(row: Sequence[Any]) -> SourceValues:
    track_id, source, fields, external_id, confidence, links, art, *chosen = row
    return SourceValues(track_id, source, fields, external_id, confidence, links, stored_art(art), *chosen)


def _without(values: Mapping[str, Any], names: Container[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _candidate(row: Sequence[Any]) -> CandidateRecord:
    candidate_id, track_id, provider, external_id, score, fields, reasons, *rest = row
    rejected, chosen, album_external_id, links, art = rest
    return CandidateRecord(
        candidate_id,
        track_id,
        provider,
        external_id,
        score,
        fields,
        tuple(reasons),
        rejected,
        chosen,
        album_external_id,
        links,
        stored_art(art),
    )
