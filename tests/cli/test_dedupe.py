"""Duplicates on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from musiclib.bootstrap import open_library
from musiclib.cli.main import run
from musiclib.settings import Settings
from tests.support.copies import add_copy


def test_duplicates_are_listed_told_apart_and_merged(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    def cli(*arguments: str, code: int = 0) -> tuple[str, str]:
        got = run(["--data-dir", str(data_dir), "dedupe", *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out, printed.err

    library = open_library(Settings(data_dir=data_dir, online=False))
    add_copy(library, now, "Achse", "flac")
    one = add_copy(library, now, "Achse", "mp3")
    asking = [add_copy(library, now, "Rio"), add_copy(library, now, "Rio")]
    unsure = [add_copy(library, now, "Salt", isrc=f"ZZAAA260000{nth}") for nth in (1, 2)]
    for track_id, bpm in zip(asking, (124.0, 62.0), strict=True):
        library.library.set_value(track_id, "bpm", bpm)
    library.close()

    out, err = cli()
    assert "Mira Voss - Salt: by names, but the ISRCs differ" in out
    assert "you have set the BPM in two ways. 124 and 62." in out
    assert err.startswith("3 groups = 2 sure + 1 to look at. Kept is the track you have decided most about")
    cli("--plan", "--apply", code=2)
    cli("--choose", "bpm", "--apply", code=2)
    assert "told apart" in cli("--apart", str(unsure[0]), "--apart", str(unsure[1]))[0]

    done = json.loads(cli("--apply", "--keep", str(one), "--json")[0])
    assert [each["keep"] for each in done["merged"][0]["tracks"]] == [False, True]
    assert done["merged"][0]["superfluous"] == [f"/music/{one}.mp3"]
    assert "not merged; --choose bpm=TRACK decides" in cli("--apply", code=1)[1]
    assert "1 duplicate of “Mira Voss - Rio” merged" in cli("--apply", "--choose", f"bpm={asking[1]}")[0]
    assert cli()[1] == "No duplicates were found.\n"
    library = open_library(Settings(data_dir=data_dir, online=False))
    assert library.library.track(asking[0]).row.bpm == 62.0
    assert len(library.library.track(one).files) == 2
    library.close()
