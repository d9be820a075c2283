from __future__ import annotations

import json
from pathlib import Path

from musiclib.bootstrap import open_library
from musiclib.domain.states import BadgeState
from musiclib.services.demo import DemoService, resources_folder
from musiclib.services.demo_types import DemoPhase, DemoProgress
from musiclib.settings import Settings, SettingsInForce
from musiclib.wiring.runners import demo_work

LIST = "1. Kessel & Vroom - Erste Bahn 0:54\n2. Nobody - Nothing\n"


def small_catalogue(folder: Path) -> Path:
    """One track of the real catalogue, and a list with a second one nobody knows."""
    content = json.loads((resources_folder() / "catalogue.json").read_text("utf-8"))
    tracks = [track for track in content["tracks"] if track["id"] == "nachtlinie-02"]
    albums = [album for album in content["albums"] if album["id"] == "nachtlinie"]
    folder.mkdir()
    (folder / "catalogue.json").write_text(json.dumps({"albums": albums, "tracks": tracks}))
    (folder / "nachtlinie.txt").write_text(LIST)
    return folder


def test_the_sample_goes_from_paste_to_badges_without_a_network(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", online=True, musicbrainz_url="http://127.0.0.1:9")
    library = open_library(settings)
    source = small_catalogue(tmp_path / "source")
    work = demo_work(library._db, SettingsInForce(settings), library._clock)
    demo = DemoService(library.imports, library.scan, settings.data_dir, work, source)
    seen: list[DemoProgress] = []
    outcome = demo.build(seen.append)

    assert list(dict.fromkeys(each.phase for each in seen)) == list(DemoPhase)
    assert (outcome.summary.open, outcome.summary.done) == (0, 3)
    known, unknown = library.library.load_tracks()
    assert (known.title, known.badge.state, known.isrc) == ("Erste Bahn", BadgeState.DONE, "ZZMLB2500018")
    assert abs((known.bpm or 0) - 92) < 0.5
    assert unknown.badge.state is BadgeState.NOT_FOUND
    (album,) = library.library.load_albums()
    assert album.art_id is not None

    again = demo.build()
    assert (again.album_ids, len(library.library.load_tracks())) == (outcome.album_ids, 2)
    library.close()
