"""Makes one track of several, inside an act: nothing a person did is lost, no place on a list, no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from musiclib.db.albums import AlbumRepository
from musiclib.db.duplicates import DuplicateRepository
from musiclib.db.effective import remerge
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.files import FileRepository
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.records import CandidateRecord, FileLink, NewCandidate, SourceValues, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.duplicates import pair_of
from musiclib.domain.field_names import FIELD_NAMES
from musiclib.domain.ids import TrackId
from musiclib.domain.merging import ART, MATCH, Decided, Merge, conflicts, merged_values
from musiclib.domain.provenance import LOCAL_SOURCES
from musiclib.domain.states import FileState, MatchState, Source, TaskKind
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.act_record import Act

_ADD_UP = frozenset({Source.TRACKLIST, Source.FILE_TAGS})
_NAMES = {**FIELD_NAMES, MATCH: "match", ART: "picture"}


def decided(
    records: Mapping[TrackId, TrackRecord],
    said: Mapping[TrackId, Sequence[SourceValues]],
    track_ids: Sequence[TrackId],
) -> list[Decided]:
    """What a person decided of each of the tracks, in their order."""
    found: list[Decided] = []
    for track_id in track_ids:
        record, sources = records[track_id], said.get(track_id, ())
        values = next((each.fields for each in sources if each.source == Source.MANUAL), {})
        match = {each.source: each.external_id for each in _of_catalogues(sources) if each.external_id}
        art = str(record.art_id or "")
        found.append(
            Decided(
                track_id,
                values,
                match if record.match_locked else None,
                art if record.art_locked else None,
            )
        )
    return found


def merge_tracks(act: Act, merges: Sequence[Merge], precedence: Sequence[str]) -> None:
    """Merge within an act.

    Raises `NotInLibrary` if a track is gone, `BadInput` if one is named twice, or where what a person
    decided differs and nobody has chosen.
    """
    ids = [each for merge in merges for each in merge.tracks]
    if len(set(ids)) < len(ids):
        raise BadInput("A track is named in two groups, or twice in one.")
    albums = AlbumRepository(act.conn).albums_of(ids)
    apart = DuplicateRepository(act.conn).apart_from(ids)
    act.watch(
        [*ids, *(each for others in apart.values() for each in others)],
        [each for some in albums.values() for each in some],
    )
    for merge in merges:
        _Merging(act, merge).run()
    kept = [merge.kept for merge in merges]
    _move_places(act, {gone: merge.kept for merge in merges for gone in merge.gone})
    TrackRepository(act.conn).delete([each for merge in merges for each in merge.gone], act.now)
    remerge(act.conn, kept, precedence, act.now)
    TrackRepository(act.conn).touch(kept)


def _move_places(act: Act, heirs: Mapping[TrackId, TrackId]) -> None:
    """Where a track stood on a list, the one that is kept stands now."""
    albums = AlbumRepository(act.conn)
    for album_id in dict.fromkeys(each for some in albums.albums_of(heirs).values() for each in some):
        entries = [
            entry._replace(track_id=heirs.get(entry.track_id, entry.track_id))
            for entry in albums.entries(album_id)
        ]
        albums.set_entries(album_id, entries, act.now)


class _Merging:
    """One merge. What the tracks had before is read first, then each part is brought over."""

    def __init__(self, act: Act, merge: Merge) -> None:
        self._act, self._conn, self._merge = act, act.conn, merge
        self._kept = merge.kept
        self._records = TrackRepository(self._conn).get_many(merge.tracks)
        if len(self._records) < len(merge.tracks):
            raise NotInLibrary("A track of this group is no longer in the library. Look again.")
        self._said = TrackMetadataRepository(self._conn).of(merge.tracks)
        self._decided = decided(self._records, self._said, merge.tracks)
        self._asked = {each.field: each for each in conflicts(self._decided)}

    def run(self) -> None:
        self._refuse_open_questions()
        self._bring_values()
        self._bring_match()
        self._bring_art()
        self._bring_files()
        self._bring_the_rest()

    def _refuse_open_questions(self) -> None:
        for conflict in self._asked.values():
            if self._merge.choices.get(conflict.field) not in conflict.values:
                record = self._records[self._kept]
                name = _NAMES.get(conflict.field, conflict.field)
                raise BadInput(
                    f"You have set the {name} of “{record.artist} - {record.title}” in two ways. "
                    "Choose which one stays."
                )

    def _bring_values(self) -> None:
        """What a person set, and what is known of the track itself."""
        metadata = TrackMetadataRepository(self._conn)
        by_hand = {
            track_id: each
            for track_id, sources in self._said.items()
            for each in sources
            if each.source == Source.MANUAL
        }
        owners = merged_values(self._merge, self._decided)
        if owners:
            metadata.put([_joined(self._kept, owners, by_hand)], self._act.now)
        self._bring_local_words()

    def _bring_local_words(self) -> None:
        """What lists and tags say where the kept one's say nothing; of the analyses, which are of one file
        each, the first."""
        local: dict[str, SourceValues] = {}
        for track_id in self._merge.tracks:
            for each in self._said.get(track_id, ()):
                first = local.get(each.source)
                if first is None:
                    local[each.source] = each
                elif each.source in _ADD_UP:
                    confidence = {**each.confidence, **first.confidence}
                    local[each.source] = replace(
                        first, fields={**each.fields, **first.fields}, confidence=confidence
                    )
        mine = {each.source: each for each in self._said.get(self._kept, ())}
        self._take_over(
            each
            for source, each in local.items()
            if source in LOCAL_SOURCES - {Source.MANUAL} and each is not mine.get(source)
        )

    def _bring_match(self) -> None:
        """The match of the one that was chosen, of the first a person matched, or of the first matched."""
        owner = self._matched()
        others = [each for each in self._merge.tracks if each != owner]
        metadata, candidates = TrackMetadataRepository(self._conn), CandidateRepository(self._conn)
        offered = candidates.of(self._merge.tracks)
        if owner != self._kept:
            metadata.drop_matched(self._kept)
            candidates.drop([self._kept])
            record = self._records[owner]
            TrackRepository(self._conn).set_match(
                [self._kept],
                record.match_state,
                record.match_score,
                self._act.now,
                locked=record.match_locked,
            )
            self._take_over(_of_catalogues(self._said.get(owner, ())))
        there = {each.source for each in self._said.get(owner, ())}
        if self._records[owner].match_state is MatchState.MATCHED:
            self._take_over(
                each
                for one in others
                for each in _of_catalogues(self._said.get(one, ()))
                if each.source not in there
            )
        self._offer(candidates, offered, owner)

    def _matched(self) -> TrackId:
        if MATCH in self._asked:
            return self._merge.choices[MATCH]
        records = [self._records[each] for each in self._merge.tracks]
        by_hand = (each.id for each in records if each.match_locked)
        matched = (each.id for each in records if each.match_state is MatchState.MATCHED)
        return next(by_hand, None) or next(matched, self._kept)

    def _offer(
        self,
        candidates: CandidateRepository,
        offered: Mapping[TrackId, Sequence[CandidateRecord]],
        owner: TrackId,
    ) -> None:
        """The candidates of the match, and whatever a person refused."""
        left = candidates.of([self._kept]).get(self._kept, [])
        mine = {(each.provider, each.external_id) for each in left}
        brought = [
            each
            for track_id in self._merge.gone
            for each in offered.get(track_id, ())
            if each.rejected or track_id == owner
        ]
        new = {(each.provider, each.external_id): each for each in brought}
        candidates.put(
            self._kept,
            [_as_new(each) for key, each in new.items() if key not in mine or each.track_id == owner],
            self._act.now,
        )
        now = {
            (each.provider, each.external_id): each
            for each in candidates.of([self._kept]).get(self._kept, [])
        }
        refused = {key for key, each in new.items() if each.rejected and not now[key].chosen}
        candidates.set_rejected([now[key].id for key in refused], True)
        chosen = next((key for key, each in new.items() if each.chosen and each.track_id == owner), None)
        if chosen is not None:
            candidates.choose(self._kept, now[chosen].id)

    def _bring_art(self) -> None:
        records = [self._records[each] for each in self._merge.tracks]
        owner = self._records[self._merge.choices[ART]] if ART in self._asked else None
        owner = owner or next((each for each in records if each.art_locked), None)
        owner = owner or next((each for each in records if each.art_id is not None), None)
        if owner is not None and owner.id != self._kept:
            art = TrackRepository(self._conn)
            art.set_art([self._kept], owner.art_id, self._act.now, locked=owner.art_locked)

    def _bring_files(self) -> None:
        """Every file is linked to the track that is kept, unless a person said it is not that track."""
        files = FileRepository(self._conn)
        of = files.files_of(self._merge.tracks)
        ids = [each.id for some in of.values() for each in some]
        refused = files.refused(ids)
        links = [link for some in files.links_of(ids).values() for link in some]
        brought = [
            FileLink(self._kept, each.file_id, each.score, each.by_hand)
            for each in links
            if each.track_id in self._merge.gone
            and (each.by_hand or self._kept not in refused.get(each.file_id, ()))
        ]
        files.link(brought, self._act.now)
        here = {each.file_id for each in links if each.track_id == self._kept} | {
            each.file_id for each in brought
        }
        files.refuse(self._kept, [each for each in files.refused_by(self._merge.gone) if each not in here])
        heard = any(
            each.source == Source.ANALYSIS for one in self._merge.tracks for each in self._said.get(one, ())
        )
        if not heard and any(each.state is FileState.OK for some in of.values() for each in some):
            EnrichmentTaskRepository(self._conn).requeue([self._kept], TaskKind.AUDIO, self._act.now)

    def _bring_the_rest(self) -> None:
        duplicates = DuplicateRepository(self._conn)
        for track_id in self._merge.gone:
            duplicates.move_transfers(track_id, self._kept)
        others = duplicates.apart_from(self._merge.gone)
        mine = {each for some in others.values() for each in some} - set(self._merge.tracks)
        duplicates.set_apart([pair_of(self._kept, each) for each in mine])

    def _take_over(self, said: Iterable[SourceValues]) -> None:
        """Let these sources speak of the track that is kept; of two words of one source the first counts."""
        first: dict[str, SourceValues] = {}
        for each in said:
            first.setdefault(each.source, replace(each, track_id=self._kept))
        TrackMetadataRepository(self._conn).put(list(first.values()), self._act.now)


def _of_catalogues(said: Iterable[SourceValues]) -> list[SourceValues]:
    return [each for each in said if each.source not in LOCAL_SOURCES]


def _joined(
    kept: TrackId, owners: Mapping[str, TrackId], by_hand: Mapping[TrackId, SourceValues]
) -> SourceValues:
    """What a person set, each field with what is known of where and when."""
    owned = {name: by_hand[owner] for name, owner in owners.items()}
    return SourceValues(
        kept,
        Source.MANUAL,
        {name: each.fields[name] for name, each in owned.items()},
        confidence={name: each.confidence[name] for name, each in owned.items() if name in each.confidence},
        origins={name: each.origins[name] for name, each in owned.items() if name in each.origins},
        chosen_at={name: each.chosen_at[name] for name, each in owned.items() if name in each.chosen_at},
    )


def _as_new(each: CandidateRecord) -> NewCandidate:
    return NewCandidate(
        each.provider,
        each.external_id,
        each.score,
        each.fields,
        each.reasons,
        each.album_external_id,
        each.links,
        each.art,
    )
