"""What looking a library up costs the providers, counted where they are asked."""

from __future__ import annotations

from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.states import TaskKind
from musiclib.settings import Settings
from tests.support.calls import KEYLESS, FastTime, World
from tests.support.catalogue.grown import grown

MOST_FOR_ALBUMS, MOST_FOR_LOOSE = 0.5, 3.0


def test_a_hundred_tracks_cost_few_calls_and_a_second_run_none(data_dir: Path) -> None:
    catalogue = grown(albums=8, tracks=10, singles=20)
    with catalogue.serve() as served:
        library = open_library(Settings(data_dir=data_dir, **served.settings))  # type: ignore[arg-type]
        world = World(library, served, FastTime(20))
        albums = world.import_releases(each for each in catalogue.releases if len(each.recordings) > 1)
        assert world.look_up(albums).a_track <= MOST_FOR_ALBUMS
        assert served.log.repeated() == []
        assert [name for name in KEYLESS if world.over_rate(name) > 1] == []

        loose = world.import_mix(each for each in catalogue.releases if len(each.recordings) == 1)
        assert world.look_up(loose).a_track <= MOST_FOR_LOOSE
        assert served.log.repeated() == []
        assert [name for name in KEYLESS if world.over_rate(name) > 1] == []
        assert world.matched(albums + loose) == 100

        library.enrichment.redo(albums + loose, TaskKind.METADATA)
        assert world.look_up(albums + loose).calls == {}
        library.close()
