"""Three providers whose answers a test decides, and short ways to see what came of a track."""

from __future__ import annotations

from collections.abc import Callable

from musiclib.bootstrap import Library
from musiclib.db.metadata import CandidateRepository
from musiclib.db.records import CandidateRecord
from musiclib.domain.ids import TrackId
from musiclib.domain.rows import FieldCard
from musiclib.domain.states import TaskKind
from musiclib.providers.base import Candidate, TrackQuery
from musiclib.runners.sources import Sources
from tests.runners.fakes import FakeArt, FakeProvider, candidate, connecting_to
from tests.runners.helpers import only_track, run_until_idle

Answer = Callable[[TrackQuery], list[Candidate]]


def named(provider: str, external_id: str | None = None, **fields: object) -> Answer:
    """A provider that knows every recording, and says this of it."""
    return lambda query: [candidate(query, external_id, provider=provider, **fields)]  # type: ignore[arg-type]


def nothing(query: TrackQuery) -> list[Candidate]:
    return []


def raising(error: Exception) -> Answer:
    def answer(query: TrackQuery) -> list[Candidate]:
        raise error

    return answer


def deezer(answer: Answer | None = None) -> FakeProvider:
    return FakeProvider(answer or named("deezer", label="Deezer Label", popularity=70), name="deezer")


def brainz(answer: Answer | None = None) -> FakeProvider:
    return FakeProvider(answer or named("musicbrainz", label="Brainz Label"), name="musicbrainz")


def spotify(answer: Answer | None = None) -> FakeProvider:
    return FakeProvider(answer or named("spotify"), name="spotify")


def run(library: Library, *providers: FakeProvider) -> None:
    run_until_idle(library, connecting_to(Sources(providers)))


def run_again(library: Library, *providers: FakeProvider) -> None:
    library.enrichment.redo([row.id for row in library.library.load_tracks()], TaskKind.METADATA)
    run(library, *providers)


def card(library: Library, name: str, track_id: TrackId | None = None) -> FieldCard:
    detail = library.library.track(track_id or only_track(library).id)
    return next(each for each in detail.fields if each.name == name)


def said_by(library: Library, name: str = "artist") -> set[str]:
    return {each.source for each in card(library, name).values}


def offered(library: Library) -> list[CandidateRecord]:
    with library._db.read() as conn:
        return CandidateRepository(conn).of([only_track(library).id])[only_track(library).id]


def pictured(
    library: Library, providers: list[FakeProvider], arts: list[FakeArt], *last: FakeProvider
) -> None:
    run_until_idle(
        library, connecting_to(Sources(tuple(providers), {each.name: each for each in arts}, last))
    )
