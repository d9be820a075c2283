"""Carries deletions of one kind between two libraries.

Only what was deleted on purpose is deleted on the other side: a tombstone says so. What is missing without
one was lost, as when a backup was put back, and comes again. What a person has changed on the other side
since is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from musiclib.db.engine import Database
from musiclib.db.sync_documents import D, Documents, buried
from musiclib.db.sync_state import Conflict, Link, SyncRepository
from musiclib.domain.sync_merge import digest_of
from musiclib.services.sync_exchange import Meeting, by_part, conflict_of
from musiclib.services.sync_types import DELETED, HERE, THERE


@dataclass(frozen=True, slots=True)
class _Missing(Generic[D]):
    """What one side has no more, seen from the side that has it still."""

    side: str
    """The one that has it still."""
    db: Database
    documents: Documents[D]
    links: list[Link]
    lost_key: dict[str, str]
    """Here-key -> the key on the side that has it no more."""
    left_key: dict[str, str]
    """Here-key -> the key on the side that has it still."""
    gone: set[str]
    """Keys of what was deleted on purpose."""
    asked: list[Conflict] = field(default_factory=list)


class Deletions(Generic[D]):
    """Of one kind. `again` says afterwards that something comes back in another round."""

    def __init__(self, meeting: Meeting, here: Documents[D], there: Documents[D]) -> None:
        self._meeting = meeting
        self._here, self._there = here, there
        self._kind = here.kind
        self.again = False

    def run(self, lost_here: Sequence[Link], lost_there: Sequence[Link]) -> None:
        """Of what is no more on one side, or on both, as an `Exchange` found it."""
        if not (lost_here or lost_there):
            return
        meeting = self._meeting
        with meeting.here.read() as conn:
            gone_here = buried(conn, self._kind)
            known = by_part(SyncRepository(conn).conflicts(meeting.peer_id), self._kind)
        with meeting.there.read() as conn:
            gone_there = buried(conn, self._kind)
        here_keys = {each.here_key: each.here_key for each in (*lost_here, *lost_there)}
        there_keys = {each.here_key: each.there_key for each in (*lost_here, *lost_there)}
        nowhere = set(lost_here) & set(lost_there)
        left_there = [each for each in lost_here if each not in nowhere]
        left_here = [each for each in lost_there if each not in nowhere]
        sides = (
            _Missing(THERE, meeting.there, self._there, left_there, here_keys, there_keys, gone_here),
            _Missing(HERE, meeting.here, self._here, left_here, there_keys, here_keys, gone_there),
        )
        self._carry(sides, known, list(here_keys))

    def _carry(
        self,
        sides: Sequence[_Missing[D]],
        known: Mapping[tuple[str, str], Conflict],
        lost: Sequence[str],
    ) -> None:
        """The shared library first; links go in the transaction in which things go here."""
        meeting = self._meeting
        of_there, of_here = sides
        side_here, side_there = meeting.sides()
        going = {each.side: self._going(each, known) for each in sides}
        deleted: set[str] = set()
        if going[THERE]:
            with meeting.there.write() as conn:
                deleted = self._there.delete(conn, going[THERE], side_there.now)
        meeting.outcome.there.deleted += len(deleted)
        asked = [*of_there.asked, *of_here.asked]
        waiting = {each.here_key for each in asked}
        with meeting.here.write() as conn:
            state = SyncRepository(conn)
            over = self._here.delete(conn, going[HERE], side_here.now) if going[HERE] else set[str]()
            for conflict in asked:
                state.add_conflict(meeting.peer_id, conflict)
            decided = [
                each.id for (key, part), each in known.items() if part == DELETED and key not in waiting
            ]
            state.settle(decided, side_here.now)
            state.drop_links(meeting.peer_id, self._kind, [key for key in lost if key not in waiting])
        meeting.outcome.here.deleted += len(over)
        # What has lost its link, and is there still, comes to the other side as something new.
        kept = sum(len(each.links) for each in sides) - len(deleted) - len(over) - len(waiting)
        self.again = kept > 0

    def _going(self, missing: _Missing[D], known: Mapping[tuple[str, str], Conflict]) -> list[str]:
        """The keys of what goes where it still is; `asked` gets what a person has changed there."""
        meant = [each for each in missing.links if missing.lost_key[each.here_key] in missing.gone]
        if not meant:
            return []
        with self._meeting.here.read() as conn:
            repository = SyncRepository(conn)
            bases = repository.bases(self._meeting.peer_id, self._kind, [each.here_key for each in meant])
        with missing.db.read() as conn:
            left = missing.documents.read(conn, [missing.left_key[each.here_key] for each in meant])
        going: list[str] = []
        for link in meant:
            document = left.get(missing.left_key[link.here_key])
            if document is None:
                continue
            conflict = self._conflict(missing.side, link, document, bases.get(link.here_key, {}), known)
            if conflict is None:
                going.append(document.key)
            elif conflict.choice is None:
                missing.asked.append(conflict)
        return going

    def _conflict(
        self,
        left_on: str,
        link: Link,
        document: D,
        base: Mapping[str, object],
        known: Mapping[tuple[str, str], Conflict],
    ) -> Conflict | None:
        """Whether a person is to be asked; with a choice, one has said to keep it."""
        parts = document.parts()
        changed = [name for name, part in parts.items() if part.by_hand and part.digest != base.get(name)]
        before = known.get((link.here_key, DELETED))
        if not changed or (before is not None and before.choice not in (None, left_on)):
            return None
        if before is not None and before.choice is not None:
            return before
        kept = {name: document.shown(name) for name in changed}
        sides: list[dict[str, Any]] = [
            {"digest": "", "value": DELETED},
            {"digest": digest_of(sorted(changed)), "value": kept},
        ]
        if left_on == HERE:
            sides.reverse()
        now = self._meeting.sides()[0].now
        return conflict_of(self._kind, document, DELETED, sides, before, now, link.here_key)
