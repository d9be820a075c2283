"""Exchanges the things of one kind between two libraries: finds what changed, joins it, writes both sides.

What is written on a side is written in one transaction of some hundred things, and only where that side still
has what was read; then the links, which say what both have now, in the same transaction as this library's own
rows. A process that is killed in between leaves things that are alike on both sides without a link: the next
exchange finds them alike and links them. So it may be broken off anywhere, and be done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.identities import new_id
from musiclib.db.sync_documents import D, Documents, Side
from musiclib.db.sync_state import Conflict, Link, SyncRepository
from musiclib.domain.sync_merge import Pick, decide, join_lists
from musiclib.services.sync_types import DELETED, SideCounts, SyncOutcome, SyncProgress

AT_ONCE = 1_000
"""So many things are written in one transaction."""
_MOST_NAMES = 2
"""No kind of thing has more natural keys; the surer ones are tried first."""
_ENTRIES = "entries"
"""Where a base keeps the list itself, to join others with."""

T = TypeVar("T")


@dataclass(frozen=True)
class Meeting:
    """The two libraries, and what belongs to their exchange as a whole."""

    here: Database
    there: Database
    peer_id: UUID
    sides: Callable[[], tuple[Side, Side]]
    outcome: SyncOutcome
    tell: Callable[[SyncProgress], None]
    is_stopped: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One thing: its keys where it is, and its link where it has one."""

    here: str | None
    there: str | None
    link: Link | None = None
    made_apart: bool = False


@dataclass(slots=True)
class _Joined(Generic[D]):
    """What is to be written of one thing, and what both sides have of it then."""

    pair: _Pair
    here: D | None = None
    there: D | None = None
    """As read; None: not there."""
    to_here: D | None = None
    to_there: D | None = None
    base: dict[str, Any] = field(default_factory=dict)
    picks: Mapping[str, Pick] = field(default_factory=dict)


class Exchange(Generic[D]):
    """Of one kind. Afterwards `again` says that something has to wait for another round."""

    def __init__(self, meeting: Meeting, here: Documents[D], there: Documents[D]) -> None:
        self._meeting = meeting
        self._here, self._there = here, there
        self._kind = here.kind
        self.again = False
        self.lost_here: list[Link] = []
        self.lost_there: list[Link] = []
        """What had a link and is no more on one side, or on both."""

    # -- what has changed

    def run(self) -> None:
        """Exchange what was added or changed on either side."""
        meeting = self._meeting
        with meeting.here.read() as conn:
            links = SyncRepository(conn).links(meeting.peer_id, self._kind)
            mine = self._here.versions(conn)
            conflicts = SyncRepository(conn).conflicts(meeting.peer_id)
        with meeting.there.read() as conn:
            theirs = self._there.versions(conn)
        on_both = {key for key, link in links.items() if key in mine and link.there_key in theirs}
        self._settle_what_is_back(conflicts, on_both)
        picked = {each.here_key for each in conflicts if each.kind == self._kind and each.choice}
        pairs = [
            _Pair(link.here_key, link.there_key, link)
            for link in links.values()
            if link.here_key in on_both
            if link.here_key in picked
            or (mine[link.here_key], theirs[link.there_key]) != (link.here_version, link.there_version)
        ]
        self.lost_here = [each for each in links.values() if each.here_key not in mine]
        self.lost_there = [each for each in links.values() if each.there_key not in theirs]
        linked = {link.there_key for link in links.values()}
        pairs += self._new_pairs([key for key in mine if key not in links], theirs.keys() - linked)
        for start in range(0, len(pairs), AT_ONCE):
            meeting.tell(SyncProgress(self._kind, start, len(pairs)))
            if meeting.is_stopped():
                meeting.outcome.stopped = True
                return
            self._exchange(pairs[start : start + AT_ONCE])
        meeting.tell(SyncProgress(self._kind, len(pairs), len(pairs)))

    def _settle_what_is_back(self, conflicts: Iterable[Conflict], on_both: set[str]) -> None:
        """Nobody is to be asked about a deletion that was taken back."""
        back = [
            each.id
            for each in conflicts
            if each.kind == self._kind and each.part == DELETED and each.here_key in on_both
        ]
        if back:
            side, _ = self._meeting.sides()
            with self._meeting.here.write() as conn:
                SyncRepository(conn).settle(back, side.now)

    def _new_pairs(self, mine: Sequence[str], theirs: set[str]) -> list[_Pair]:
        both = [key for key in mine if key in theirs]
        ours = [key for key in mine if key not in theirs]
        others = sorted(theirs - set(both))
        pairs = [_Pair(key, key) for key in both]
        met = self._made_apart(ours, others) if ours and others else {}
        taken = set(met.values())
        pairs += [_Pair(key, met.get(key), made_apart=key in met) for key in ours]
        return pairs + [_Pair(None, key) for key in others if key not in taken]

    def _made_apart(self, ours: Sequence[str], others: Sequence[str]) -> dict[str, str]:
        """Things of ours that others have made too, each with one of theirs that has its natural key."""
        with self._meeting.here.read() as conn:
            my_names = self._here.natural_keys(conn, ours)
        with self._meeting.there.read() as conn:
            their_names = self._there.natural_keys(conn, others)
        by_name: dict[str, list[str]] = {}
        for key in others:
            for name in their_names.get(key, ()):
                by_name.setdefault(name, []).append(key)
        met: dict[str, str] = {}
        taken: set[str] = set()
        for nth in range(_MOST_NAMES):
            for key in ours:
                name = "".join(my_names.get(key, ())[nth : nth + 1])
                free = (each for each in by_name.get(name, ()) if each not in taken)
                if key not in met and (other := next(free, None)) is not None:
                    met[key] = other
                    taken.add(other)
        return met

    # -- what becomes of it

    def _exchange(self, pairs: Sequence[_Pair]) -> None:
        meeting = self._meeting
        with meeting.here.read() as conn:
            mine = self._here.read(conn, [each.here for each in pairs if each.here])
            state = SyncRepository(conn)
            linked = [each.link.here_key for each in pairs if each.link]
            bases = state.bases(meeting.peer_id, self._kind, linked)
            open_conflicts = by_part(state.conflicts(meeting.peer_id), self._kind)
        with meeting.there.read() as conn:
            theirs = self._there.read(conn, [each.there for each in pairs if each.there])
        joined: list[_Joined[D]] = []
        for pair in pairs:
            one = mine.get(pair.here) if pair.here else None
            other = theirs.get(pair.there) if pair.there else None
            if one is not None and other is not None and pair.made_apart and not one.alike(other):
                joined += [
                    _added(_Pair(pair.here, None), one, None),
                    _added(_Pair(None, pair.there), None, other),
                ]
            elif one is not None and other is not None:
                meeting.outcome.paired += pair.made_apart
                joined.append(self._join(pair, one, other, bases.get(one.key), open_conflicts))
            elif (one is not None or other is not None) and pair.link is None:
                joined.append(_added(pair, one, other))
        self._write(joined, open_conflicts)

    def _join(
        self,
        pair: _Pair,
        here: D,
        there: D,
        base: Mapping[str, Any] | None,
        conflicts: Mapping[tuple[str, str], Conflict],
    ) -> _Joined[D]:
        mine, theirs = here.parts(), there.parts()
        digests = _digests(pair.link, here, there, base)
        picks = decide(digests, mine, theirs)
        entries, others = here.entries(), there.entries()
        together = None
        if picks.get("list") is Pick.CONFLICT and entries is not None and others is not None:
            known = [tuple(each) for each in (base or {}).get(_ENTRIES, ())]
            together = join_lists(known, entries, others)
            if together is not None:
                picks["list"] = Pick.BOTH
        for name, pick in picks.items():
            known_one = conflicts.get((here.key, name))
            if pick is Pick.CONFLICT and known_one is not None:
                sides = [each[name].digest if name in each else "" for each in (mine, theirs)]
                if known_one.choice and sides == [known_one.here["digest"], known_one.there["digest"]]:
                    picks[name] = Pick(known_one.choice)
        to_here = here.with_picks(there, picks, Pick.THERE, together)
        to_there = there.with_picks(here, picks, Pick.HERE, together)
        now = to_here.parts()
        agreed = {name: now[name].digest for name in now if picks.get(name) is not Pick.CONFLICT}
        agreed |= {
            name: (base or {})[name]
            for name, pick in picks.items()
            if pick is Pick.CONFLICT and name in (base or {})
        }
        made = _Joined(pair, here, there, base=agreed, picks=picks)
        if (listed := to_here.entries()) is not None:
            keeps = picks.get("list") is Pick.CONFLICT
            made.base[_ENTRIES] = (base or {}).get(_ENTRIES, []) if keeps else list(listed)
        made.to_here = to_here if {Pick.THERE, Pick.BOTH} & set(picks.values()) else None
        made.to_there = to_there if {Pick.HERE, Pick.BOTH} & set(picks.values()) else None
        return made

    # -- writing

    def _write(self, joined: Sequence[_Joined[D]], conflicts: Mapping[tuple[str, str], Conflict]) -> None:
        meeting = self._meeting
        side_here, side_there = meeting.sides()
        written: dict[str, str] = {}
        if any(each.to_there is not None for each in joined):
            with meeting.there.write() as conn:
                written = _write_side(
                    conn,
                    self._there,
                    [(each.there, each.to_there) for each in joined if each.to_there is not None],
                    side_there,
                    meeting.outcome.there,
                )
        done = [each for each in joined if each.to_there is None or each.to_there.key in written]
        with meeting.here.write() as conn:
            own = _write_side(
                conn,
                self._here,
                [(each.here, each.to_here) for each in done if each.to_here is not None],
                side_here,
                meeting.outcome.here,
            )
            whole = [each for each in done if each.to_here is None or each.to_here.key in own]
            state = SyncRepository(conn)
            links = [(_link(each, own, written), each.base) for each in whole]
            known = [each.pair.link.here_key for each in whole if each.pair.link]
            state.put_links(meeting.peer_id, self._kind, links, known)
            self._note_conflicts(state, whole, conflicts, side_here.now)
        left = len(joined) - len(whole)
        meeting.outcome.left += left
        self.again = self.again or left > 0

    def _note_conflicts(
        self,
        state: SyncRepository,
        joined: Iterable[_Joined[D]],
        known: Mapping[tuple[str, str], Conflict],
        now: datetime,
    ) -> None:
        settled: list[UUID] = []
        for each in joined:
            if each.here is None or each.there is None:
                continue
            mine, theirs = each.here.parts(), each.there.parts()
            for name, pick in each.picks.items():
                found = known.get((each.here.key, name))
                if pick is not Pick.CONFLICT:
                    settled += [found.id] if found else []
                    continue
                sides = [
                    {"digest": parts[name].digest if name in parts else "", "value": document.shown(name)}
                    for parts, document in ((mine, each.here), (theirs, each.there))
                ]
                if found is None or [found.here, found.there] != sides:
                    conflict = conflict_of(self._kind, each.here, name, sides, found, now)
                    state.add_conflict(self._meeting.peer_id, conflict)
        state.settle(settled, now)


def _added(pair: _Pair, here: D | None, there: D | None) -> _Joined[D]:
    document = here or there
    assert document is not None
    base: dict[str, Any] = {name: part.digest for name, part in document.parts().items()}
    if (entries := document.entries()) is not None:
        base[_ENTRIES] = list(entries)
    return _Joined(pair, here, there, to_here=there, to_there=here, base=base)


def _digests(
    link: Link | None, here: D, there: D, base: Mapping[str, Any] | None
) -> Mapping[str, str] | None:
    """The last agreement. A library that was set back since has changed nothing: it has what was before."""
    if link is None or base is None:
        return None
    for document, known in ((here, link.here_version), (there, link.there_version)):
        if _revision(document.version) < _revision(known):
            return {name: part.digest for name, part in document.parts().items()}
    return {name: digest for name, digest in base.items() if name != _ENTRIES}


def _revision(version: str) -> int:
    counted, _, moment = version.partition(" ")
    return int(counted) if moment else 0


def _write_side(
    conn: Connection,
    documents: Documents[D],
    wanted: Sequence[tuple[D | None, D]],
    side: Side,
    counts: SideCounts,
) -> dict[str, str]:
    """Writes what can be written of (as read, as it is to be); returns the versions of what was."""
    current = documents.versions(conn, [each.key for _, each in wanted])
    new: list[D] = []
    changed: list[D] = []
    ready = {each.key for each in documents.ready(conn, [document for _, document in wanted])}
    for read, document in wanted:
        as_read = current.get(document.key) == (read.version if read else None)
        if as_read and document.key in ready:
            (new if read is None else changed).append(document)
    documents.add(conn, new, side)
    documents.change(conn, changed, side)
    counts.added += len(new)
    counts.changed += len(changed)
    return documents.versions(conn, [each.key for each in (*new, *changed)])


def _link(joined: _Joined[D], here: Mapping[str, str], there: Mapping[str, str]) -> Link:
    one, other = joined.to_here or joined.here, joined.to_there or joined.there
    assert one is not None
    assert other is not None
    here_key, there_key = one.key, other.key
    return Link(
        here_key,
        there_key,
        here.get(here_key, one.version),
        there.get(there_key, other.version),
    )


def conflict_of(
    kind: str,
    document: D,
    part: str,
    sides: Sequence[Mapping[str, Any]],
    known: Conflict | None,
    now: datetime,
    here_key: str | None = None,
) -> Conflict:
    return Conflict(
        known.id if known else new_id(),
        kind,
        here_key or document.key,
        part,
        document.title,
        sides[0],
        sides[1],
        known.found_at if known else now,
        None,
    )


def by_part(conflicts: Iterable[Conflict], kind: str) -> dict[tuple[str, str], Conflict]:
    return {(each.here_key, each.part): each for each in conflicts if each.kind == kind}
