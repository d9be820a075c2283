"""What to ask a provider for, and the candidates it offered so far for one query."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from musiclib.domain.matching import REVIEW, Recording, prepare, score_prepared
from musiclib.domain.text import clean_isrc, split_artists, split_features, split_version, without_shop_marks
from musiclib.domain.versions import ORIGINAL, parse_version
from musiclib.errors import BadPayload, CapabilityForbidden
from musiclib.providers.base import Candidate, TrackQuery

_log = logging.getLogger(__name__)

_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_MOST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Words:
    """The words to search a recording by."""

    title: str
    """With its version, unless that only says that it is the original."""
    artist: str
    """The whole credit, without features."""
    bare_title: str
    first_artist: str


def wanted(query: TrackQuery) -> Recording:
    """What candidates are measured by: the known recording if there is one, else what is asked for."""
    if query.known is None:
        return query.recording
    isrc = clean_isrc(query.isrc) or query.known.isrc
    return replace(query.known, album=query.album or query.known.album, isrc=isrc)


def words(recording: Recording) -> Words:
    title, version = split_version(split_features(without_shop_marks(recording.title))[0])
    # "Original mix" says which it is not; no catalogue writes it.
    versions = [part for part in (version, recording.version) if part and parse_version(part) != ORIGINAL]
    full = " ".join(dict.fromkeys([title, *versions]))
    credit = split_features(recording.artist)[0]
    first = split_artists(credit)[0].name if credit else ""
    return Words(full, credit, _BRACKETS.sub(" ", full[:_MOST_TITLE]), first)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking; after a candidate that scores `enough` no further one is tried."""

    ask: Callable[[], Awaitable[Sequence[Candidate | None]]]
    enough: float = REVIEW
    least: float = 0.0
    """What scores less is not taken."""


_MOST_PASSED_OVER = 2


class Shortlist:
    """Candidates for one query, each once, without those a person has refused."""

    def __init__(self, query: TrackQuery) -> None:
        self._wanted = prepare(wanted(query))
        self._refused = set(query.rejected)
        self.candidates: list[Candidate] = []
        self.scores: list[float] = []

    @property
    def best(self) -> int | None:
        """The index of the best candidate, the first of those that are equally good."""
        return self.scores.index(max(self.scores)) if self.scores else None

    @property
    def best_score(self) -> float:
        return max(self.scores, default=0.0)

    def add(self, offered: Iterable[Candidate | None], least: float = 0.0) -> None:
        """Take what is offered in its order, if it scores at least `least`."""
        for each in offered:
            if each is None or (each.provider, each.external_id) in self._refused:
                continue
            score = score_prepared(self._wanted, prepare(each.recording)).score
            if score >= least:
                self._refused.add((each.provider, each.external_id))
                self.candidates.append(each)
                self.scores.append(score)

    async def fill(self, ways: Iterable[Way]) -> None:
        """Try one way of asking after the other until one is enough.

        A way whose answer makes no sense is passed over; its error is raised if the others brought nothing
        worth a look either. After several of that kind nothing more is asked.
        """
        trouble: BadPayload | CapabilityForbidden | None = None
        left = _MOST_PASSED_OVER
        for way in ways:
            if not left:
                break
            try:
                offered = await way.ask()
            except (BadPayload, CapabilityForbidden) as error:
                _log.info("passed over: %s", error)
                trouble = trouble or error
                left -= 1
                continue
            self.add(offered, way.least)
            if self.best_score >= way.enough:
                return
        if trouble is not None and self.best_score < REVIEW:
            raise trouble
