"""Runs over many tracks in two phases: a plan that can be looked at, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from musiclib.db.bulk_images import AFTER, BEFORE, Image, back_to, image_of, images_of, stands_at
from musiclib.db.bulk_states import HeldTrack, all_track_ids, counts, held_tracks
from musiclib.db.bulk_writing import TrackWrite, put_images, stored_time, write_tracks
from musiclib.db.changesets import ChangesetRepository
from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.engine import Database
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.domain.bulk_csv import CsvFile, CsvRefused, plan_csv, read_csv
from musiclib.domain.bulk_plan import (
    BULK_FIELDS,
    SURE,
    CellState,
    Offer,
    Plan,
    PlanColumn,
    fingerprint,
    make_plan,
)
from musiclib.domain.collection import no_collection
from musiclib.domain.ids import ChangesetId, TrackId
from musiclib.domain.rows import HistoryEntry
from musiclib.errors import BadInput, BugError, ChangedSince, KnownError, NotInLibrary
from musiclib.services.acts import Acts, Clock, TakesBack, Turn, Turned
from musiclib.services.bulk_apply import Rules, writes_of
from musiclib.services.changes import Change, counted
from musiclib.services.text_files import read_text, write_text

_NAMED = 3
Changed = Literal["ask", "keep", "overwrite"]
"""What becomes of tracks that were changed since the run: asked about (nothing is done), kept as they are
now, or brought back too."""


class ChangedTracks(KnownError):
    """Some of the tracks of a run were changed since: a person decides what becomes of those."""

    code = "changed_tracks"

    def __init__(self, which: str, things: Collection[TrackId], total: int) -> None:
        """`which` is a sentence that names the first of them; `total` counts the tracks of the run."""
        super().__init__(
            f"{which} Decide whether such tracks are kept as they are now, or brought back as well. "
            "Nothing was changed."
        )
        self.which = which
        self.things = frozenset(things)
        self.total = total


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan made from a file, and what was not taken of the file."""

    plan: Plan
    missing: tuple[tuple[int, TrackId], ...] = ()
    """Line and id of tracks that are not in this library."""
    repeated: int = 0
    passed_over: tuple[str, ...] = ()
    is_plan: bool = False


@dataclass(frozen=True, slots=True)
class RunDone:
    """What a run has written."""

    change: Change
    tracks: int
    cells: int
    backup: Path | None


@dataclass(frozen=True, slots=True)
class _Turning:
    """Takes runs back (a `TakesBack`), as a person has decided."""

    runs: BulkRunService
    changed: Changed = "ask"

    def undo(self, turn: Turn) -> Turned:
        return self._turn(turn, BEFORE)

    def redo(self, turn: Turn) -> Turned:
        return self._turn(turn, AFTER)

    def _turn(self, turn: Turn, side: int) -> Turned:
        with no_collection(), turn.end() as conn:
            return Turned(self.runs.put_back(conn, turn.entry, side, self.changed))


@dataclass(frozen=True, slots=True)
class _InHistory:
    """The same for the history, which tells in its own way what was changed since."""

    runs: BulkRunService

    def undo(self, turn: Turn) -> Turned:
        return self._told(lambda: _Turning(self.runs, "keep" if turn.keep_changed else "ask").undo(turn))

    def redo(self, turn: Turn) -> Turned:
        return self._told(lambda: _Turning(self.runs).redo(turn))

    def _told(self, way: Callable[[], Turned]) -> Turned:
        try:
            return way()
        except ChangedTracks as error:
            raise ChangedSince(error.which, error.things) from error


class BulkRunService:
    """Thread-safe. `back_up` makes a verified copy of the library; None where that cannot be done."""

    kind = "bulk_run"
    """Of the acts in the history."""

    def __init__(
        self,
        db: Database,
        acts: Acts,
        clock: Clock,
        precedence: Sequence[str],
        back_up: Callable[[], Path | None],
    ) -> None:
        self._db = db
        self._acts = acts
        self._clock = clock
        self._precedence = precedence
        self._back_up = back_up

    # -- plan

    def plan_file(self, path: Path, sure: int = SURE, *, to_apply: bool = False) -> ReadPlan:
        """The plan of a CSV file: of what a fetch found, or a plan that was saved.

        `to_apply`: nobody looks at it before it is applied, so what the library held when the file was
        written counts. Raises `BadInput` that names the lines that cannot be read.
        """
        with no_collection():
            return self._plan_file(path, sure, to_apply)

    def _plan_file(self, path: Path, sure: int, to_apply: bool) -> ReadPlan:
        try:
            read = read_csv(read_text(path))
        except CsvRefused as error:
            raise BadInput(f"{path.name} cannot be used. Nothing was changed.\n{error}") from error
        with self._db.read() as conn:
            order = tuple(self._precedence)
            held = held_tracks(conn, [row.track_id for row in read.rows], read.fields, order)
        offered = {row.track_id: row.offers for row in read.rows}
        plan = make_plan(path.name, [each.state for each in held.values()], offered, read.fields, sure)
        _take_over(plan, read, to_apply or read.is_plan)
        gone = [row for row in read.rows if row.track_id not in held]
        if to_apply and (deleted := next((row for row in gone if row.seen), None)):
            raise ChangedSince(
                f"Line {deleted.line} of {path.name}: the track {deleted.track_id} was deleted since, so "
                "nothing was written. Make the plan again and look at it once more."
            )
        missing = tuple((row.line, row.track_id) for row in gone)
        return ReadPlan(plan, missing, read.repeated, read.passed_over, read.is_plan)

    def plan_tracks(
        self,
        track_ids: Iterable[TrackId] | None,
        fields: Collection[str] = BULK_FIELDS,
        found: Mapping[TrackId, Mapping[str, tuple[Offer, ...]]] | None = None,
        sure: int = SURE,
    ) -> Plan:
        """A plan of what stored sources say otherwise than the library, and of what was `found` besides.

        `track_ids` None: all tracks.
        """
        shown = [each for each in BULK_FIELDS if each in fields]
        with no_collection(), self._db.read() as conn:
            ids = all_track_ids(conn) if track_ids is None else list(dict.fromkeys(track_ids))
            held = held_tracks(conn, ids, shown, tuple(self._precedence))
        states = [each.state for each in held.values()]
        offered = {state.id: _both(found.get(state.id, {}) if found else {}, state.said) for state in states}
        return make_plan("stored sources", states, offered, shown, sure)

    def save(self, plan: Plan, path: Path) -> None:
        """Write a plan as CSV, with its ticks. Raises a `KnownError` where that cannot be written."""
        write_text(path, "\ufeff" + plan_csv(plan))  # the mark tells a spreadsheet that it is UTF-8

    def backup_bytes(self) -> int | None:
        """About how large the backup before a run is; None where none is made from here."""
        path = self._db.path
        return path.stat().st_size if path is not None else None

    # -- apply

    def apply(self, plan: Plan) -> RunDone:
        """Write what is ticked, in one transaction after a verified backup.

        Raises `ChangedSince` if one of its tracks was changed since the plan was made: nothing is written.
        """
        rows = plan.rows_to_write()
        if not rows:
            raise BadInput("Nothing is ticked in this plan, so there is nothing to write.")
        backup = self._back_up()
        cells, now = plan.count(CellState.WRITE), self._clock()
        with no_collection(), self._db.write() as conn:
            held = self._unchanged(conn, plan, rows)
            at = stored_time(conn, now)
            preferences = SourcePreferenceRepository(conn).all()
            rules = Rules(tuple(self._precedence), preferences, at, now.isoformat())
            writes = [writes_of(plan, row, held[plan.tracks[row]], rules) for row in rows]
            summary = f"{counted(cells, 'value')} of {counted(len(rows), 'track')} written from {plan.name}"
            payload = {"run": plan.name, "cells": cells, "tracks": len(rows), "backup": str(backup or "")}
            changeset_id = ChangesetRepository(conn).add(self.kind, summary, payload, now)
            put_images(conn, changeset_id, ((each.held.hex, image_of(each)) for each in writes))
            _write_counted(conn, writes, now)
        touched = tuple(plan.tracks[row] for row in rows)
        return RunDone(Change(changeset_id, summary, touched), len(rows), cells, backup)

    def _unchanged(self, conn: Connection, plan: Plan, rows: Sequence[int]) -> dict[TrackId, HeldTrack]:
        held = held_tracks(conn, [plan.tracks[row] for row in rows], (), ())
        changed = [
            f"“{plan.artists[row]} - {plan.titles[row]}”"
            for row in rows
            if (there := held.get(plan.tracks[row])) is None or fingerprint(there.state) != plan.seen[row]
        ]
        if changed:
            raise ChangedSince(
                f"{_listed(changed)} changed since the plan was made, so nothing was written. "
                "Make the plan again and look at it once more."
            )
        return held

    # -- revert

    def runs(self) -> list[HistoryEntry]:
        """The runs of this library, newest first, those that were taken back too."""
        with self._db.read() as conn:
            return ChangesetRepository(conn).of_kind(self.kind)

    def revert(self, changeset_id: ChangesetId | None = None, changed: Changed = "ask") -> Change:
        """Take a run back: every row it changed is as it was before; the last run if none is named.

        Raises `NotInLibrary` if there is none, `ChangedTracks` if tracks were changed since and nobody has
        decided yet what becomes of them (`changed`).
        """
        runs = {each.id: each for each in self.runs()}
        if changeset_id is None:
            changeset_id = next((each.id for each in runs.values() if each.undone_at is None), None)
            if changeset_id is None:
                raise NotInLibrary("There is no run that could be taken back.")
        elif changeset_id not in runs:
            raise NotInLibrary(
                f"There is no run {changeset_id}. `musiclib metadata revert --list` lists them."
            )
        return self._acts.undo(changeset_id, _Turning(self, changed))

    @property
    def turning(self) -> TakesBack:
        """Takes runs back and does them again, for the history."""
        return _InHistory(self)

    def put_back(
        self, conn: Connection, entry: HistoryEntry, side: int, changed: Changed = "ask"
    ) -> list[TrackId]:
        """Bring the tracks of a run to how they were before it (`BEFORE`) or after it (`AFTER`)."""
        now = self._clock()
        images = dict(images_of(conn, entry.id))
        held = held_tracks(conn, images, (), ())
        other = AFTER if side == BEFORE else BEFORE
        differing = [
            each for each in images if each not in held or not stands_at(held[each], images[each], other)
        ]
        if differing and changed == "ask":
            raise _asking(differing, held, len(images))
        left_alone = set(differing) if changed == "keep" else set()
        going = [each for each in held if each not in left_alone]
        _write_counted(conn, [back_to(held[each], images[each], side) for each in going], now)
        self._merge_later_words(conn, entry, going, held, images)
        return going

    def _merge_later_words(
        self,
        conn: Connection,
        entry: HistoryEntry,
        going: Sequence[TrackId],
        held: Mapping[TrackId, HeldTrack],
        images: Mapping[TrackId, Image],
    ) -> None:
        """Where another source has spoken since the run, what it was before is not what holds now."""
        since = stored_time(conn, entry.created_at)
        spoken = [
            each
            for each in going
            if any(
                row.fetched_at > since and source not in images[each]["said"]
                for source, row in held[each].rows.items()
            )
        ]
        remerge(conn, spoken, tuple(self._precedence), self._clock())


def _write_counted(conn: Connection, writes: Sequence[TrackWrite], now: datetime) -> None:
    """Write, and see that there are as many rows afterwards as there have to be."""
    before = counts(conn)
    more = sum(
        (row is not None) - (source in each.held.rows) for each in writes for source, row in each.said.items()
    )
    write_tracks(conn, writes, now)
    after = counts(conn)
    if after != before._replace(said=before.said + more):
        raise BugError(f"a run over {before} left {after}; nothing was kept")


def _take_over(plan: Plan, read: CsvFile, with_seen: bool) -> None:
    """What a file says itself: the ticks of a saved plan, and what the library held then."""
    rows = {row.track_id: row for row in read.rows}
    for place, track_id in enumerate(plan.tracks):
        row = rows[track_id]
        if with_seen and row.seen:
            plan.seen[place] = row.seen
        for field, ticked in row.ticks.items():
            column = plan.column(field)
            if column is not None:
                _tick(column, place, ticked)


def _tick(column: PlanColumn, place: int, ticked: bool) -> None:
    column.asked.discard(place)
    column.tick(place, ticked)


def _both(
    found: Mapping[str, tuple[Offer, ...]], said: Mapping[str, tuple[Offer, ...]]
) -> dict[str, tuple[Offer, ...]]:
    """What was found just now, then what is stored; of one source only the newer word counts."""
    offered: dict[str, tuple[Offer, ...]] = dict(said)
    for field, offers in found.items():
        new = {each.source for each in offers}
        offered[field] = (*offers, *(each for each in said.get(field, ()) if each.source not in new))
    return offered


def _asking(differing: Sequence[TrackId], held: Mapping[TrackId, HeldTrack], total: int) -> ChangedTracks:
    there = [held[each].state for each in differing if each in held]
    names = [f"“{each.artist} - {each.title}”" for each in there]
    names += ["a track that is gone"] * (len(differing) - len(there))
    return ChangedTracks(f"{_listed(names)} changed since this run.", differing, total)


def _listed(names: Sequence[str]) -> str:
    """ "A was", "A and B were", "A, B, C and 5 more were"."""
    if len(names) == 1:
        return f"{names[0]} was"
    shown, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more were"
    return f"{', '.join(shown[:-1])} and {shown[-1]} were"
