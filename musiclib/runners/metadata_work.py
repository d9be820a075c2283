"""Finds out which recording a track is, and what is known of it: one task from claim to result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from musiclib.db.albums import AlbumRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.connection import Connection
from musiclib.db.engine import Database
from musiclib.db.enrichment_tasks import EnrichmentTaskRepository
from musiclib.db.records import ArtFacts, ClaimedTask
from musiclib.db.remerging import remerge_some
from musiclib.db.stamps import stamp_of
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.rates import Rate
from musiclib.domain.states import MatchState, Reason
from musiclib.errors import CapabilityForbidden, ProviderError, SignInNeeded
from musiclib.runners import troubles
from musiclib.runners.artist_work import ArtistWork
from musiclib.runners.housekeeping import Housekeeping
from musiclib.runners.look_up import Findings, LookUp, Scored, Thresholds
from musiclib.runners.match_writing import write_match, write_more, write_unsure
from musiclib.runners.outcome import Ending, Outcome, done
from musiclib.runners.pictures import Pictures
from musiclib.runners.rests import Rests
from musiclib.runners.sources import Sources
from musiclib.runners.track_facts import FactsReader, TrackFacts

_TRIES_FOR_MORE = 5
"""How often a track that was found is done again for what some provider could not say."""
_PARKED_AT_ONCE = 250
_KEPT = "What sources said of it before is kept."

Write = Callable[[Connection, datetime], None]
Picture = tuple[ArtFacts | None, list[Scored], tuple[ProviderError, ...]]
"""A picture, who else was found on the way, and why there is none."""
_NO_PICTURE: Picture = (None, [], ())


class MetadataWork:
    """One metadata task after the other, or several at once. Holds no transaction while it waits."""

    def __init__(
        self,
        db: Database,
        sources: Sources,
        art: ArtFiles,
        thresholds: Thresholds,
        precedence: Sequence[str],
        clock: Callable[[], datetime],
        rates: Mapping[str, Rate],
        special: Callable[[Iterable[str | None]], Sources | None] = lambda origins: None,
    ) -> None:
        """`special` names other sources for tracks on albums of these origins (the sample library)."""
        self._db = db
        self._sources = sources
        self._special = special
        self._precedence = precedence
        self._rests = Rests(db, clock, rates)
        self._facts = FactsReader(sources, special, clock)
        self._look_up = LookUp(thresholds, self._rests)
        self._pictures = Pictures(art, self._rests)
        self._housekeeping = Housekeeping(db, art.folder, clock)
        self._artists = ArtistWork(db, sources.artists, self._rests, clock)
        self._clock = clock

    async def do(self, task: ClaimedTask) -> Outcome:
        with self._db.read() as conn:
            facts = self._facts.read(conn, task.track_id)
        if facts is None:
            return done(Reason.FOUND)

        def holds(conn: Connection) -> bool:
            if stamp_of(conn, task.track_id) == facts.stamp:
                return True
            now = self._facts.read(conn, task.track_id)
            return now is not None and now.basis == facts.basis

        return replace(await self._done(task, facts), holds=holds)

    def park(self, conn: Connection, now: datetime) -> list[TrackId]:
        """While the network is off: put back at once what only a provider could answer, some at a time."""
        if self._sources.identity:
            return []
        special = [each for each in AlbumRepository(conn).origins() if self._special([each])]
        off = troubles.network_off()
        return EnrichmentTaskRepository(conn).park_lookups(
            off.reason, off.detail or "", off.blocked_on or "", now, _PARKED_AT_ONCE, special
        )

    async def spare(self) -> list[TrackId] | None:
        """What is done while no track waits: values to merge by a new rule, old things to throw away, then
        artists to ask for."""
        changed = remerge_some(self._db, self._precedence, self._clock())
        if changed is not None:
            return changed
        return [] if await self._housekeeping.some() or await self._artists.some() else None

    async def _done(self, task: ClaimedTask, facts: TrackFacts) -> Outcome:
        if facts.record.match_locked:
            return await self._complete(task, facts)
        if facts.record.is_id:
            return done(Reason.ID_WAITS)
        if not facts.sources.identity:
            return replace(troubles.network_off(), write=await self._pictures.own(facts))
        found = await self._look_up.identify(facts)
        if found.accepted:
            return await self._matched(task, facts, found)
        return await self._unsure(task, facts, found)

    async def _complete(self, task: ClaimedTask, facts: TrackFacts) -> Outcome:
        """A person has decided: nothing is looked for but what is lacking."""
        wanted = facts.lacking(each.fields for each in facts.said) or facts.wants_art
        if facts.record.is_id or not facts.sources.identity or not wanted:
            return done(Reason.FOUND)
        found = await self._look_up.complete(facts)
        picture = await self._picture(facts, found, facts.settled) if facts.wants_art else _NO_PICTURE
        return self._found(task, facts, found, picture, write_more)

    async def _matched(self, task: ClaimedTask, facts: TrackFacts, found: Findings) -> Outcome:
        best = found.accepted[0].candidate
        wanted = facts.wants_art or facts.was_another(best)
        picture = await self._picture(facts, found, best.recording) if wanted else _NO_PICTURE
        return self._found(task, facts, found, picture, write_match)

    def _found(
        self,
        task: ClaimedTask,
        facts: TrackFacts,
        found: Findings,
        picture: Picture,
        write_found: Callable[[Connection, TrackFacts, Findings, Sequence[str], datetime], None],
    ) -> Outcome:
        art, more, without = picture
        found = replace(found, accepted=(*found.accepted, *more))
        write_art = self._pictures.writing(facts, art)

        def write(conn: Connection, now: datetime) -> None:
            write_found(conn, facts, found, self._precedence, now)
            write_art(conn, now)

        return self._for_more(task, (*found.troubles, *without), write) or done(Reason.FOUND, write)

    async def _picture(self, facts: TrackFacts, found: Findings, known: Recording) -> Picture:
        if (own := await self._pictures.local(facts)) is not None:
            return own, [], ()
        art, without = await self._pictures.best(facts, [each.candidate for each in found.accepted])
        if art is not None or without or found.troubles:
            # Who could not answer now may have one: that is waited for rather than the last resort asked.
            return art, [], () if art is not None else without
        last, without = await self._look_up.picture_of(facts, known)
        if last is None:
            return None, [], without
        art, without = await self._pictures.best(facts, [last.candidate])
        return art, [last], without

    def _for_more(self, task: ClaimedTask, lacking: Iterable[ProviderError], write: Write) -> Outcome | None:
        """Done for what is there, and again when a provider that could not answer may; a few times."""
        waits = (self._rests.later(each, task.attempts) for each in lacking)
        first = min((each for each in waits if each), key=_moment, default=None)
        if first is None or task.attempts >= _TRIES_FOR_MORE:
            return None
        return replace(first, detail=f"Found. {first.detail}", write=write, keep_attempt=True)

    async def _unsure(self, task: ClaimedTask, facts: TrackFacts, found: Findings) -> Outcome:
        write_art = await self._pictures.own(facts)

        def write(conn: Connection, now: datetime) -> None:
            write_unsure(conn, facts, found, now)
            write_art(conn, now)

        review = found.decision.state is MatchState.REVIEW
        kept = _KEPT if facts.was_known else None
        ended = done(Reason.REVIEW if review else Reason.NOT_FOUND, write, kept)
        waits = self._waiting(task, found)
        if waits is None:
            return ended
        if waits.ending is Ending.ERROR and review:
            return ended  # a person can decide without it
        if facts.record.match_state is MatchState.MATCHED:
            return replace(waits, write=write_art)  # what was found before stands until all have answered
        signs_in = waits.blocked_on is not None and bool(found.answered)
        return replace(waits, write=write if review or signs_in else write_art)

    def _waiting(self, task: ClaimedTask, found: Findings) -> Outcome | None:
        """What is done about those that gave no answer, as they may know the track; None: all answered."""
        # One that does not serve this person is as one that is not there, where another has answered.
        silent = [
            each for each in found.troubles if not (found.answered and isinstance(each, CapabilityForbidden))
        ]
        outcomes = [self._rests.outcome(each, task.attempts) for each in silent]
        timed = [each for each in outcomes if each.not_before is not None]
        blocked = [each for each in silent if isinstance(each, SignInNeeded)]
        if timed:
            return min(timed, key=_moment)
        if blocked:
            return self._rests.outcome(blocked[0], task.attempts)
        if found.bug is not None:
            return troubles.bug(found.bug)
        return next(iter(outcomes), None)


def _moment(outcome: Outcome) -> datetime:
    assert outcome.not_before is not None
    return outcome.not_before
