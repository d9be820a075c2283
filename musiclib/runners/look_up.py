"""Asks the providers which recording a track is, and then what else they know of that recording."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from musiclib.domain.matching import (
    Decision,
    MatchReason,
    MatchScore,
    Recording,
    decide,
    is_another_version,
    same_recording,
    score,
)
from musiclib.domain.states import MatchState, Source
from musiclib.errors import DatabaseBusy, DiskFull, ProviderError
from musiclib.providers.base import Candidate, CompletingProvider, MetadataProvider, TrackQuery
from musiclib.runners.rests import Rests
from musiclib.runners.track_facts import TrackFacts

_log = logging.getLogger(__name__)

_MORE_FROM = (Source.MUSICBRAINZ, Source.DEEZER, Source.SPOTIFY)
"""Who is asked first for what a search does not tell: it is told many things at once, and counts no calls."""
_DOUBTFUL = 80.0
"""Points of a match that would be accepted, had no other provider contradicted it."""
_MANY_TRACKS = 12
"""From so many tracks on a release's genres are worth a call; else those of the artist stand in."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    accept: float
    review: float


@dataclass(frozen=True, slots=True)
class Scored:
    candidate: Candidate
    score: MatchScore


@dataclass(frozen=True, slots=True)
class Findings:
    """What the providers said of a track."""

    offered: tuple[Scored, ...]
    """Every candidate that was decided upon."""
    decision: Decision
    accepted: tuple[Scored, ...] = ()
    """If it was matched: the candidate that was taken, then the same recording at other providers."""
    answered: frozenset[str] = frozenset()
    troubles: tuple[ProviderError, ...] = ()
    """Why others gave no answer."""
    bug: Exception | None = None

    @property
    def best(self) -> Scored | None:
        return None if self.decision.best is None else self.offered[self.decision.best]


@dataclass
class _Round:
    """What comes together while providers are asked."""

    answered: set[str] = field(default_factory=set)
    troubles: dict[str, ProviderError] = field(default_factory=dict)
    bug: Exception | None = None


class LookUp:
    """Never raises for a provider's trouble: what one failed to say costs nothing another has said."""

    def __init__(self, thresholds: Thresholds, rests: Rests) -> None:
        self._thresholds = thresholds
        self._rests = rests

    async def identify(self, facts: TrackFacts) -> Findings:
        """Ask one provider after the other until one is sure, then the others for the same recording."""
        asking = _Round()
        query = facts.asking()
        offered: list[Scored] = []
        decision = self._decide(offered)
        asked: list[MetadataProvider] = []
        for provider in facts.sources.identity:
            asked.append(provider)
            found = await self._search(provider, query, asking)
            offered += self._scored(facts, query.recording, found)
            decision = self._decide(offered)
            if decision.state is MatchState.MATCHED:
                break
        accepted: list[Scored] = []
        if decision.state is MatchState.MATCHED and decision.best is not None:
            best = offered[decision.best]
            accepted, doubts = await self._everywhere(facts, best, offered, asked, asking)
            if doubts:
                offered[decision.best], accepted = _doubtful(best), []
                offered += doubts
                decision = replace(decision, state=MatchState.REVIEW)
        return Findings(
            tuple(offered),
            decision,
            tuple(accepted),
            frozenset(asking.answered),
            tuple(asking.troubles.values()),
            asking.bug,
        )

    async def complete(self, facts: TrackFacts) -> Findings:
        """For a track whose match a person has made: what providers know of that very recording."""
        asking = _Round()
        known, chosen = facts.settled, facts.chosen
        query = facts.asking(known)
        query = replace(query, artist=known.artist, title=known.title, version=known.version)

        def pick(found: Sequence[Scored]) -> Scored | None:
            if chosen is None and self._decide(found).state is not MatchState.MATCHED:
                return None  # a person's own words name one recording or another
            same = [each for each in found if each.candidate.provider == (chosen and chosen.provider)]
            if chosen is not None and same:
                return next((each for each in same if each.candidate.external_id == chosen.external_id), None)
            return self._same(known, found)

        found = await self._ask_all(facts, facts.sources.identity, query, known, pick, asking)
        accepted = await self._in_full(facts, found, asking)
        decision = Decision(MatchState.MATCHED, None, 0.0)
        troubles = tuple(asking.troubles.values())
        return Findings((), decision, tuple(accepted), frozenset(asking.answered), troubles)

    async def picture_of(
        self, facts: TrackFacts, known: Recording
    ) -> tuple[Scored | None, tuple[ProviderError, ...]]:
        """The recording at a provider that is only asked for its picture."""
        asking = _Round()
        query = facts.asking(known)
        for provider in facts.sources.last_pictures:
            found = await self._ask_all(facts, [provider], query, known, partial(self._same, known), asking)
            if found and found[0].candidate.art:
                return found[0], ()
        return None, tuple(asking.troubles.values())

    async def _everywhere(
        self,
        facts: TrackFacts,
        best: Scored,
        offered: Sequence[Scored],
        asked: Sequence[MetadataProvider],
        asking: _Round,
    ) -> tuple[list[Scored], list[Scored]]:
        """The match, and the same recording at each other provider, where that is as sure.

        Then what speaks against it: all that a provider has of these names and this length is another
        version, as where one does not tell that an album is a live one.
        """
        known = best.candidate.recording
        took = {best.candidate.provider: best}
        for each in offered:
            if self._is(known, each):
                took.setdefault(each.candidate.provider, each)
        code_is_news = known.isrc is not None and known.isrc != facts.query.isrc
        tried = {each.name for each in asked if each.name in asking.troubles or not code_is_news}
        rest = [each for each in facts.sources.identity if each.name not in took and each.name not in tried]
        # Compared with what was pasted, not with what the first provider made of it.
        wanted = facts.asking().recording
        doubts: list[Scored] = []

        def pick(offers: Sequence[Scored]) -> Scored | None:
            if (same := self._same(known, offers)) is None:
                doubts.extend(each for each in offers if is_another_version(known, each.candidate.recording))
            return same

        found = await self._ask_all(facts, rest, facts.asking(known), wanted, pick, asking)
        if doubts:
            return [], doubts
        others = [each for provider, each in took.items() if provider != best.candidate.provider]
        return await self._in_full(facts, [best, *others, *found], asking), []

    async def _ask_all(
        self,
        facts: TrackFacts,
        providers: Iterable[MetadataProvider],
        query: TrackQuery,
        wanted: Recording,
        pick: Callable[[Sequence[Scored]], Scored | None],
        asking: _Round,
    ) -> list[Scored]:
        """The candidate of each provider that is picked; they are asked at the same time."""

        async def ask(provider: MetadataProvider) -> Scored | None:
            found = self._scored(facts, wanted, await self._search(provider, query, asking))
            return pick(found)

        found = await asyncio.gather(*map(ask, providers))
        return [each for each in found if each is not None]

    async def _in_full(self, facts: TrackFacts, accepted: Sequence[Scored], asking: _Round) -> list[Scored]:
        """The same candidates, with what their providers tell only when they are asked for one of them."""
        providers: dict[str, object] = {each.name: each for each in facts.sources.identity}
        full = list(accepted)
        for nth in sorted(range(len(full)), key=lambda nth: _more_from(full[nth].candidate)):
            provider = providers.get(full[nth].candidate.provider)
            lacking = facts.lacking(some.candidate.fields for some in full)
            if facts.release is None or facts.release.tracks < _MANY_TRACKS:
                lacking -= {"genres"}
            if isinstance(provider, CompletingProvider) and lacking:
                candidate = await self._completed(provider, full[nth].candidate, lacking, asking)
                full[nth] = replace(full[nth], candidate=candidate)
        return full

    async def _completed(
        self, provider: CompletingProvider, candidate: Candidate, lacking: frozenset[str], asking: _Round
    ) -> Candidate:
        try:
            return await provider.complete(candidate, lacking)
        except ProviderError as error:
            self._rests.note(error)
            asking.troubles.setdefault(error.provider, error)
        except (DiskFull, DatabaseBusy):
            raise
        except Exception:  # noqa: BLE001 (one provider's bug must not cost what others have said)
            _log.exception("%s could not complete %s", candidate.provider, candidate.external_id)
        return candidate

    async def _search(
        self, provider: MetadataProvider, query: TrackQuery, asking: _Round
    ) -> Sequence[Candidate]:
        try:
            found = await provider.search(query)
        except ProviderError as error:
            self._rests.note(error)
            asking.troubles[provider.name] = error
            return ()
        except (DiskFull, DatabaseBusy):
            raise
        except Exception as error:  # noqa: BLE001 (as above)
            _log.exception("%s failed to look up a track", provider.name)
            asking.bug = asking.bug or error
            return ()
        self._rests.answered(provider.name)
        asking.answered.add(provider.name)
        return found

    def _scored(self, facts: TrackFacts, wanted: Recording, found: Iterable[Candidate]) -> list[Scored]:
        return [Scored(each, score(wanted, each.recording)) for each in found if not facts.refuses(each)]

    def _same(self, known: Recording, found: Iterable[Scored]) -> Scored | None:
        same = (each for each in found if self._is(known, each))
        return max(same, key=lambda each: each.score.score, default=None)

    def _is(self, known: Recording, each: Scored) -> bool:
        """Whether it is surely that recording: as good an answer to the query, and the same one."""
        sure = each.score.score >= self._thresholds.accept
        return sure and same_recording(MatchScore(100.0, (), known), each.score)

    def _decide(self, offered: Sequence[Scored]) -> Decision:
        scores = [each.score for each in offered]
        return decide(scores, self._thresholds.accept, self._thresholds.review)


def _doubtful(best: Scored) -> Scored:
    """A match another provider contradicts, as it is put to a person."""
    reasons = (MatchReason.VERSION_UNSURE, *best.score.reasons)
    return replace(best, score=replace(best.score, score=min(best.score.score, _DOUBTFUL), reasons=reasons))


def _more_from(candidate: Candidate) -> int:
    return _MORE_FROM.index(candidate.provider) if candidate.provider in _MORE_FROM else len(_MORE_FROM)
