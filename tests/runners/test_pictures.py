from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from musiclib.bootstrap import Library
from musiclib.db.art_files import ArtFiles
from musiclib.domain.art_ref import ArtRef
from musiclib.providers.base import Candidate
from musiclib.runners.pictures import Pictures
from musiclib.runners.rests import Rests
from musiclib.runners.sources import Sources
from musiclib.runners.track_facts import FactsReader
from tests.runners.fakes import FakeArt
from tests.runners.helpers import import_tracks


def clock() -> datetime:
    return datetime(2026, 6, 17, 12, 0, tzinfo=UTC)


def test_a_picture_is_fetched_once_for_an_album_and_again_if_its_file_is_gone(
    library: Library, tmp_path: Path
) -> None:
    outcome = import_tracks(library, "Mira Voss - Auftakt")
    served, files = FakeArt(), ArtFiles(tmp_path / "pictures")
    pictures = Pictures(files, Rests(library._db, clock, {}))
    with library._db.read() as conn:
        sources = Sources(art={served.name: served})
        facts = FactsReader(sources, lambda origins: None, clock).read(conn, outcome.rows[0])
    assert facts is not None
    named = Candidate("fake", "1", {}, {}, "", art=(ArtRef("fake", "url", "front"),))

    def picture() -> Path:
        art, _ = asyncio.run(pictures.best(facts, [named]))
        assert art is not None
        return files.path(art.sha256, art.mime)

    assert picture() == picture()
    assert len(served.asked) == 1
    files.remove(picture().stem, "image/png")
    assert picture().exists()
    assert len(served.asked) == 2
