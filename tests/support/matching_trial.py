"""Puts hard queries through a whole library, import to decision, and counts what came out."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from musiclib.bootstrap import Library, open_library
from musiclib.db.metadata import CandidateRepository, TrackMetadataRepository
from musiclib.db.migrate import utc_now
from musiclib.domain.ids import TrackId
from musiclib.domain.states import MatchState, TaskKind
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.domain.tracklist.parser import parse_tracklist
from musiclib.providers.base import AnswerCache, Gate
from musiclib.runners.sources import Connect, Sources
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from musiclib.wiring import providers
from tests.support.catalogue.model import Catalogue
from tests.support.catalogue.server import Served
from tests.support.web import CountingGate

FIXTURES = Path(__file__).parents[1] / "fixtures" / "matching"


@dataclass(frozen=True)
class HardQuery:
    """What somebody pastes, and which recordings of the catalogue (by key) are right; none: no answer is."""

    kind: str
    row: ParsedTrack
    want: frozenset[str]

    def __str__(self) -> str:
        facts = [f"{self.row.duration_s:g} s" if self.row.duration_s else "", self.row.isrc or ""]
        facts += [f"on {self.row.album}" if self.row.album else ""]
        return " | ".join([f"{self.row.artist} - {self.row.title}", *filter(None, facts)])


@dataclass(frozen=True)
class Verdict:
    """What the library made of a query."""

    query: HardQuery
    state: MatchState
    taken: frozenset[str]
    """Keys of the recordings taken: one, if all providers mean the same."""
    offered: str
    """The best candidate, its score and reasons, in words."""

    @property
    def is_wrong(self) -> bool:
        return not self.taken <= self.query.want

    @property
    def is_missed(self) -> bool:
        return bool(self.query.want) and not self.taken

    def __str__(self) -> str:
        trouble = "WRONG " if self.is_wrong else "missed"
        want, got = (", ".join(sorted(keys)) or "none" for keys in (self.query.want, self.taken))
        outcome = f"want {want}, got {got}, {self.state}: {self.offered}"
        return f"{trouble} {self.query.kind:13} {self.query}\n       {outcome}"


@dataclass(frozen=True)
class Tally:
    """Counts over verdicts."""

    verdicts: tuple[Verdict, ...]

    @property
    def accepted(self) -> int:
        return sum(bool(each.taken) for each in self.verdicts)

    @property
    def wrong(self) -> list[Verdict]:
        return [each for each in self.verdicts if each.is_wrong]

    @property
    def missed(self) -> list[Verdict]:
        return [each for each in self.verdicts if each.is_missed]

    @property
    def precision(self) -> float:
        """The share of accepted matches that are right."""
        return 1 - len(self.wrong) / self.accepted if self.accepted else 1.0

    @property
    def recall(self) -> float:
        """The share of queries with an answer that got it."""
        answerable = [each for each in self.verdicts if each.query.want]
        right = sum(bool(each.taken) and not each.is_wrong for each in answerable)
        return right / len(answerable) if answerable else 1.0

    def by_kind(self) -> dict[str, Tally]:
        kinds: dict[str, list[Verdict]] = defaultdict(list)
        for each in self.verdicts:
            kinds[each.query.kind].append(each)
        return {kind: Tally(tuple(verdicts)) for kind, verdicts in sorted(kinds.items())}

    def table(self) -> str:
        """What went wrong, a line or two each."""
        return "\n".join(map(str, [*self.wrong, *self.missed]))


def load_queries(path: Path = FIXTURES / "hard_queries.json") -> list[HardQuery]:
    """A query is fields of a track, or a "line" that is parsed as a paste of its own."""
    return [_query(each) for each in json.loads(path.read_text("utf-8"))["queries"]]


def _query(data: dict[str, Any]) -> HardQuery:
    if "line" in data:
        (row,) = parse_tracklist(data["line"]).tracks
    else:
        row = ParsedTrack(
            data["artist"],
            data["title"],
            duration_s=data.get("duration_s"),
            album=data.get("album"),
            isrc=data.get("isrc"),
        )
    return HardQuery(data["kind"], row, frozenset(data["want"]))


def run_trial(catalogue: Catalogue, queries: Sequence[HardQuery], folder: Path) -> Tally:
    """Import the queries into a new library in `folder`, look all up at full speed, and read the results.

    Without pictures: they cost most of the time and decide nothing.
    """
    bare = Catalogue(tuple(replace(each, art=False) for each in catalogue.releases))
    with bare.serve() as served:
        library = open_library(_settings(served, folder))
        try:
            tracks = _import(library, queries)
            asyncio.run(
                library.enrichment_runner(
                    lambda update: None, connect=_unhurried(library.settings), kinds=(TaskKind.METADATA,)
                ).run(until_idle=True)
            )
            return Tally(tuple(_verdicts(library, catalogue, queries, tracks)))
        finally:
            library.close()


def _settings(served: Served, folder: Path) -> Settings:
    addresses: dict[str, Any] = dict(served.settings)
    return Settings(data_dir=folder, poll_interval_s=0.01, **addresses)


def _unhurried(settings: Settings) -> Connect:
    """The program's own providers behind a gate that lets everything through at once."""

    def connect(gate: Gate, answers: AnswerCache) -> AbstractAsyncContextManager[Sources]:
        return providers.connect_all(settings, utc_now, None)(CountingGate(), answers)

    return connect


def _import(library: Library, queries: Sequence[HardQuery]) -> list[TrackId]:
    """One list of loose tracks, and each album named in a list of its own."""
    tracks: dict[int, TrackId] = {}
    albums: dict[str | None, list[int]] = defaultdict(list)
    for at, query in enumerate(queries):
        albums[query.row.album].append(at)
    for album, places in albums.items():
        rows = tuple(queries[at].row for at in places)
        outcome = library.imports.commit(ImportRequest(rows, str(album), NewAlbum(album or "Hard queries")))
        tracks.update(zip(places, outcome.rows, strict=True))
    assert len(set(tracks.values())) == len(queries), "two queries are one track to the library"
    return [tracks[at] for at in range(len(queries))]


def _verdicts(
    library: Library, catalogue: Catalogue, queries: Sequence[HardQuery], tracks: Sequence[TrackId]
) -> Iterable[Verdict]:
    keys = {
        (name, ident): each.key
        for each in catalogue.recordings
        for name, ident in catalogue.ids(each.key).items()
    }
    rows = {row.id: row for row in library.library.load_tracks()}
    with library._db.read() as conn:
        offered = CandidateRepository(conn).of(tracks)
        said = TrackMetadataRepository(conn).of(tracks)
    for query, track_id in zip(queries, tracks, strict=True):
        candidates = offered.get(track_id, [])
        chosen = next((each for each in candidates if each.chosen), None)
        best = chosen or next(iter(candidates), None)
        words = "nothing offered"
        if best is not None:
            names = " - ".join(str(best.fields.get(name, "")) for name in ("artist", "title", "version"))
            words = f"{best.score:g} {names} ({best.provider}; {', '.join(best.reasons)})"
        state = rows[track_id].match_state
        taken = {keys[name] for each in said[track_id] if (name := (each.source, each.external_id)) in keys}
        yield Verdict(query, state, frozenset(taken), words)
