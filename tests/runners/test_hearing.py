"""What a person has heard stays, and what nobody is sure of can be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from musiclib.bootstrap import Library
from musiclib.db.schema import Track
from musiclib.domain.ids import TrackId
from musiclib.domain.states import Source, TaskKind
from musiclib.providers.base import Candidate, TrackQuery
from tests.runners.fakes import FakeProvider, candidate, connecting
from tests.runners.helpers import give_file, import_tracks, run_until_idle

DIALECTS = ["sqlite", "postgresql"]


def needing(library: Library) -> set[TrackId]:
    """Asked in SQL."""
    with library._db.read() as conn:
        return {TrackId(each) for each in conn.execute(select(Track.id).where(Track.needs_ear)).scalars()}


@pytest.mark.parametrize("settings", DIALECTS, indirect=True)
def test_the_library_knows_which_tracks_need_an_ear(library: Library, tmp_path: Path) -> None:
    sure, unsure, contradicted = import_tracks(library, "A - One", "B - Two", "C - Three").rows
    give_file(library, sure, tmp_path / "one.flac", b"1")
    give_file(library, unsure, tmp_path / "unsure.flac", b"2")
    give_file(library, contradicted, tmp_path / "three.flac", b"3")

    def answer(query: TrackQuery) -> list[Candidate]:
        return [candidate(query, bpm=99.0) if query.title == "Three" else candidate(query)]

    provider = FakeProvider(answer)
    run_until_idle(library, connecting(provider))
    assert needing(library) == {unsure, contradicted}

    confirmed = library.library.lock(unsure, "bpm")
    library.library.choose_value(contradicted, "bpm", "fake")
    assert needing(library) == set()
    library.library.undo()
    assert needing(library) == {contradicted}
    assert confirmed.track_ids == (unsure,)


def test_what_a_person_chose_outlives_analyses_scans_and_providers(library: Library, tmp_path: Path) -> None:
    (track_id,) = import_tracks(library, "A - One").rows
    give_file(library, track_id, tmp_path / "one.flac")
    provider = FakeProvider(lambda query: [candidate(query, bpm=127.0, key_code=4)])
    run_until_idle(library, connecting(provider))
    library.library.set_value(track_id, "bpm", 64)
    library.library.choose_value(track_id, "key_code", "fake")

    (tmp_path / "one.flac").write_bytes(b"another mix")
    library.enrichment.redo([track_id], TaskKind.AUDIO)
    library.enrichment.redo([track_id], TaskKind.METADATA)
    provider.answer = lambda query: [candidate(query, bpm=99.0, key_code=7)]
    library.provenance.prefer(Source.DEEZER, "bpm")
    run_until_idle(library, connecting(provider))

    (row,) = library.library.load_tracks([track_id])
    assert (row.bpm, row.key_code) == (64.0, 4)
    rules = {card.name: card.rule for card in library.library.track(track_id).fields}
    assert (rules["bpm"], rules["key_code"]) == ("locked", "locked")
