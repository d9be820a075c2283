"""Calls that looking up a library of 100 tracks costs: whole albums, loose tracks, and a second time.

The catalogue is served over sockets and answers at once; gates keep the real rates, in a time that passes
three times as fast. `real` lets it pass as it does: the tracks a second are those of the guide then.
"""

import sys
import tempfile
from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.states import TaskKind
from musiclib.providers.base import RATES
from musiclib.settings import Settings
from tests.support.calls import KEYLESS, Cost, FastTime, World
from tests.support.catalogue.grown import grown

ALBUMS, TRACKS, LOOSE = 8, 10, 20
LIMITS = {"whole albums": 0.5, "loose tracks": 3.0, "again": 0.0}


def shown(name: str, cost: Cost, world: World) -> bool:
    limit = LIMITS[name]
    by_provider = "".join(f"{cost.calls.get(each, 0):>13}" for each in KEYLESS)
    most = max(0.0, *(world.over_rate(each) for each in KEYLESS))
    good = cost.a_track <= limit and most <= 1 and not world.served.log.repeated()
    numbers = f"{cost.a_track:>10.2f}{limit:>8}{most:>11.0%}{cost.tracks / cost.seconds:>11.1f}"
    print(f"{name:14}{cost.tracks:>7}{by_provider}{numbers}  {'ok' if good else 'TOO MANY'}")
    return good


def main() -> int:
    catalogue = grown(albums=ALBUMS, tracks=TRACKS, singles=LOOSE)
    whole = [each for each in catalogue.releases if len(each.recordings) > 1]
    single = [each for each in catalogue.releases if len(each.recordings) == 1]
    heads = "".join(f"{each:>13}" for each in KEYLESS)
    print(f"{'':14}{'tracks':>7}{heads}{'a track':>10}{'limit':>8}{'of a rate':>11}{'tracks/s':>11}")
    with catalogue.serve() as served, tempfile.TemporaryDirectory() as folder:
        library = open_library(Settings(data_dir=Path(folder), **served.settings))  # type: ignore[arg-type]
        world = World(library, served, FastTime(1 if "real" in sys.argv[1:] else 3))
        albums = world.import_releases(whole)
        good = [shown("whole albums", world.look_up(albums), world)]
        loose = world.import_mix(single)
        good.append(shown("loose tracks", world.look_up(loose), world))
        library.enrichment.redo(albums + loose, TaskKind.METADATA)
        good.append(shown("again", world.look_up(albums + loose), world))
        found = world.matched(albums + loose)
        library.close()
    print(f"{found} of {len(albums + loose)} found; rates kept: {', '.join(RATES)}")
    return 0 if all(good) and found == len(albums + loose) else 1


if __name__ == "__main__":
    sys.exit(main())
