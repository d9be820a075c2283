"""Acts a person can take back and do again: every service that changes something does it inside one.

An act is one write transaction. What it touches is looked at before and after; the difference is kept as
a changeset in the same transaction. Taking it back is looked at in the same way, so that what it did can
be done again, and so on, as long as no other act has changed the same rows.

Acts of which images of rows are not enough (files were written, or a hundred thousand rows have a journal
of their own) are of a kind that takes itself back: `TakesBack`, given to `Acts` by the name of the kind.
Such a service begins its act as any other, and says in `Act.extra` what it needs to find again:

    with self._acts.begin("bulk_run") as doing:
        doing.act.summary = "Popularity of 412 tracks changed"
        doing.act.reached = track_ids
        doing.act.extra["run"] = str(run_id)

and its `undo` does the rest of its work before, or inside, the transaction that ends it:

    def undo(self, turn: Turn) -> Turned:
        with turn.end() as conn:
            tracks = BulkRepository(conn).revert(UUID(turn.payload["run"]), turn.touched_since(conn))
        return Turned(tracks)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from musiclib.db.changesets import ChangesetRecord, ChangesetRepository
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.remerging import remerge_what_is_due
from musiclib.domain.ids import AlbumId, ChangesetId, TrackId
from musiclib.domain.rows import HistoryEntry
from musiclib.errors import BugError, ChangedSince, NotInLibrary
from musiclib.services.act_record import Act, payload_of
from musiclib.services.changes import Change
from musiclib.services.taking_back import Guard, take_back

Clock = Callable[[], datetime]
_NOTHING = "nothing"
"""In a payload: the turn before changed nothing, as others need all of it; its own payload is kept here."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What came of taking an act back, or of doing it again: what to read again.

    `note` is a sentence about what could not be turned with the rest, or empty.
    """

    track_ids: Sequence[TrackId] = ()
    album_ids: Sequence[AlbumId] = ()
    note: str = ""


@dataclass
class Turn:
    """An act that is being taken back, or being done again."""

    entry: HistoryEntry
    payload: Mapping[str, Any]
    """What was kept of the act, or at its last turn; set it inside `end` to keep something else."""
    now: datetime
    keep_changed: bool
    """What was changed again since is to stay as it is, and the rest to be turned: a person said so."""
    _seen: ChangesetRecord = field(repr=False)
    _db: Database = field(repr=False)
    ended: bool = False

    @contextmanager
    def end(self) -> Iterator[Connection]:
        """The transaction that ends the turn: with it the act counts as taken back, or done again.

        To be entered once. Raises `ChangedSince` if somebody else has turned the act meanwhile; nothing
        of the block is kept then.
        """
        with self._db.write() as conn:
            yield conn
            if not ChangesetRepository(conn).turn(self._seen, self.payload, self.now):
                raise ChangedSince(f"“{self.entry.summary}” was undone or done again meanwhile.")
        self.ended = True

    def touched_since(self, conn: Connection) -> set[TrackId]:
        """The tracks of acts that count against this turn, where they changed the same rows."""
        return ChangesetRepository(conn).tracks_touched_since(self.entry.id)


class TakesBack(Protocol):
    """Takes acts of one kind back, and does them again.

    Both run off the GUI thread and outside of any transaction. They may do work of their own first, in
    steps that may be repeated after a crash, and end the turn with `Turn.end`. They raise `ChangedSince`
    with what was changed (“the popularity of 3 tracks was changed again since.”) and change nothing then,
    unless `Turn.keep_changed`.
    """

    def undo(self, turn: Turn) -> Turned: ...

    def redo(self, turn: Turn) -> Turned: ...


class _RowImages:
    """Acts that are wholly told by images of rows."""

    def __init__(self, precedence: Sequence[str]) -> None:
        self._precedence = precedence

    def undo(self, turn: Turn) -> Turned:
        if _NOTHING in turn.payload:
            with turn.end():
                turn.payload = turn.payload[_NOTHING]
            return Turned()
        with turn.end() as conn:
            act = Act(conn, turn.now, turn.entry.kind)
            newer = ChangesetRepository(conn).tracks_of_newer(turn.entry.id)
            guard = Guard(turn.touched_since(conn), newer, turn.keep_changed)
            tracks, kept = take_back(act, turn.payload, guard, self._precedence)
            turn.payload = payload_of(act) or {_NOTHING: turn.payload}
        note = f"What was changed since stays as it is, {kept} of the tracks and albums." if kept else ""
        return Turned(tracks, list(act.albums), note)

    redo = undo
    """What taking back did is taken back in its turn."""


class Acts:
    """Does acts, remembers them, takes them back, and does them again."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        precedence: Sequence[str],
        kinds: Mapping[str, TakesBack] | None = None,
    ) -> None:
        """`kinds` are those that take themselves back; it may be filled until the first act is begun."""
        self._db = db
        self._clock = clock
        self._precedence = precedence
        self._kinds: Mapping[str, TakesBack] = {} if kinds is None else kinds
        self._images = _RowImages(precedence)

    @contextmanager
    def begin(self, kind: str) -> Iterator[Doing]:
        """One transaction that can be undone. After the block, `change` says what came of it."""
        with self._db.write() as conn:
            doing = Doing(Act(conn, self._clock(), kind))
            yield doing
            doing.change = self._remember(doing.act)

    def history(self, limit: int = 200) -> list[HistoryEntry]:
        """All acts, the newest first."""
        with self._db.read() as conn:
            return ChangesetRepository(conn).history(limit)

    def taken_back(self, limit: int = 200) -> list[HistoryEntry]:
        """The acts that may be done again, the one taken back last first."""
        with self._db.read() as conn:
            return ChangesetRepository(conn).taken_back(limit)

    def remerge_what_is_due(self) -> list[TrackId]:
        """After an act that changed what is preferred; returns the tracks whose values changed."""
        return remerge_what_is_due(self._db, self._precedence, self._clock)

    def undo(
        self, changeset_id: ChangesetId | None, by: TakesBack | None = None, *, keep_changed: bool = False
    ) -> Change:
        """Take an act back, the last one if none is named; `by` another than its kind does.

        Raises `NotInLibrary` if there is nothing to undo, `ChangedSince` if it was built upon; with
        `keep_changed` what was changed since stays as it is, and only the rest is taken back.
        """
        with self._db.read() as conn:
            changesets = ChangesetRepository(conn)
            wanted = changeset_id or changesets.last_done()
            if wanted is None:
                raise NotInLibrary("There is nothing to undo.")
            seen = _known(changesets, wanted)
        if seen.entry.undone_at is not None:
            raise ChangedSince(f"“{seen.entry.summary}” was undone before.")
        try:
            return self._turned(seen, lambda kind, turn: (by or kind).undo(turn), keep_changed)
        except ChangedSince as error:
            told = self._told_later(seen, error.things)
            words = f"This cannot be undone: {error}{told}"
            raise ChangedSince(words, error.things, keepable=error.keepable) from error

    def undo_with_later(self, changeset_id: ChangesetId) -> list[Change]:
        """Take an act back, and before it, the newest first, the later ones that were built upon it.

        Each is a transaction of its own. Returns what was taken back, in that order. Raises as `undo` where
        what is in the way is no act that can be taken back.
        """
        done: list[Change] = []
        while True:
            try:
                return [*done, self.undo(changeset_id)]
            except ChangedSince as error:
                with self._db.read() as conn:
                    later = ChangesetRepository(conn).later(changeset_id, error.things)
                if not later:
                    raise
                done += self.undo_with_later(later[0].id)

    def _told_later(self, seen: ChangesetRecord, things: Collection[UUID]) -> str:
        with self._db.read() as conn:
            later = ChangesetRepository(conn).later(seen.entry.id, things)
        if not later:
            return ""
        more = f" and {len(later) - 1} more" if len(later) > 1 else ""
        return f" By: {later[0].summary}{more}. Undo that first, or with it."

    def redo(self, changeset_id: ChangesetId | None) -> Change:
        """Do an act again that was taken back, if none is named the one taken back last.

        Raises `NotInLibrary` if there is none, `ChangedSince` if another act changed the same rows since.
        """
        with self._db.read() as conn:
            changesets = ChangesetRepository(conn)
            open_ones = changesets.taken_back(limit=1)
            if changeset_id is None and not open_ones:
                raise NotInLibrary("There is nothing to do again.")
            seen = _known(changesets, changeset_id or open_ones[0].id)
        if seen.entry.undone_at is None:
            raise ChangedSince(f"“{seen.entry.summary}” was not undone, or was done again before.")
        if seen.moved is None:
            raise ChangedSince(
                f"“{seen.entry.summary}” was undone by an older version of the program, which kept nothing "
                "to do it again."
            )
        try:
            return self._turned(seen, lambda kind, turn: kind.redo(turn), keep_changed=False)
        except ChangedSince as error:
            raise ChangedSince(f"This cannot be done again: {error}", error.things) from error

    def _turned(
        self, seen: ChangesetRecord, way: Callable[[TakesBack, Turn], Turned], keep_changed: bool
    ) -> Change:
        entry = seen.entry
        turn = Turn(entry, seen.payload, self._clock(), keep_changed, seen, self._db)
        done = way(self._kinds.get(entry.kind, self._images), turn)
        if not turn.ended:
            raise BugError(f"an act of the kind {entry.kind} was turned without its end")
        tracks = [*done.track_ids]
        if seen.payload.get("preferences"):
            tracks += self.remerge_what_is_due()
        return Change(entry.id, entry.summary, tuple(tracks), tuple(done.album_ids), done.note)

    def _remember(self, act: Act) -> Change:
        tracks = tuple(dict.fromkeys([*act.touched, *act.made_tracks, *act.reached]))
        albums = tuple(dict.fromkeys([*act.albums, *act.made_albums]))
        payload = act.extra if act.kind in self._kinds else payload_of(act)
        if not payload:
            return Change(None, act.summary, tracks, albums)
        changeset_id = ChangesetRepository(act.conn).add(act.kind, act.summary, payload, act.now, tracks)
        return Change(changeset_id, act.summary, tracks, albums)


@dataclass
class Doing:
    act: Act
    change: Change | None = None

    @property
    def done(self) -> Change:
        """What came of it; only after the block."""
        assert self.change is not None
        return self.change


def _known(changesets: ChangesetRepository, changeset_id: ChangesetId) -> ChangesetRecord:
    found = changesets.get(changeset_id)
    if found is None:
        raise NotInLibrary(f"There is no change {changeset_id} in the history of this library.")
    return found
