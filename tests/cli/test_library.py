"""The commands over a real library."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musiclib.cli.main import run

LIST = "01. Ada Quist - First Light\n02. Noor Hale - Second Wind (Extended Mix)\n03. ID - ID\n"

Cli = Callable[..., str]


@pytest.fixture
def cli(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command on a library of its own; returns what it wrote to stdout."""

    def call(*arguments: str, code: int = 0) -> str:
        got = run(["--data-dir", str(data_dir), *arguments])
        printed = capsys.readouterr()
        assert got == code, printed.err
        return printed.out

    return call


@pytest.fixture
def tracklist(tmp_path: Path) -> str:
    file = tmp_path / "night.txt"
    file.write_text(LIST, "utf-8")
    return str(file)


def _json(text: str) -> Any:
    return json.loads(text)


def test_an_empty_library_lists_nothing(cli: Cli) -> None:
    assert cli("albums") == ""
    assert _json(cli("albums", "--json")) == []
    assert _json(cli("tracks", "--json")) == []
    assert _json(cli("tasks", "--json")) == []


def test_a_list_becomes_an_album(cli: Cli, tracklist: str) -> None:
    outcome = _json(cli("import", tracklist, "--album", "A Night", "--artist", "DJ Zoë", "--json"))
    assert (outcome["title"], outcome["added"]) == ("A Night", 3)
    (album,) = _json(cli("albums", "--json"))
    assert (album["title"], album["artist"], album["tracks"]) == ("A Night", "DJ Zoë", 3)
    assert {task["status"] for task in _json(cli("tasks", "--json"))} == {"queued"}
    rows = _json(cli("tracks", "--json"))
    assert [row["title"] for row in rows] == ["First Light", "Second Wind", "ID"]
    assert rows[1]["version"] == "Extended Mix"
    assert rows[0]["badge"]["state"] == "queued"


def test_the_queue_tells_how_it_stands(cli: Cli, tracklist: str) -> None:
    cli("import", tracklist)
    queue = _json(cli("tasks", "--summary", "--json"))
    assert [(each["kind"], each["queued"]) for each in queue["kinds"]] == [("metadata", 2), ("audio", 0)]
    spotify = next(each for each in queue["providers"] if each["name"] == "spotify")
    assert (spotify["enabled"], spotify["off"], spotify["calls_left"]) == (False, "no_account", 570)
    assert queue["done_about"] is None, "nothing was measured yet"
    told = cli("tasks", "--summary")
    assert "metadata: 0 done, 0 running, 2 queued, 0 waiting, 0 failed" in told
    assert "Deezer calls: 8 a second at most, 0 calls in 24 h" in told
    assert told.rstrip().endswith("2 left.")


def test_the_same_list_twice_adds_nothing(cli: Cli, tracklist: str) -> None:
    cli("import", tracklist)
    again = _json(cli("import", tracklist, "--json"))
    assert (again["added"], again["unchanged"], again["changeset_id"]) == (0, 3, None)
    assert len(_json(cli("albums", "--json"))) == len(_json(cli("albums", "--limit", "5", "--json"))) == 1


def test_a_dry_run_writes_nothing(cli: Cli, tracklist: str) -> None:
    assert _json(cli("import", tracklist, "--dry-run", "--json"))["rows"]["new"] == 2
    assert "Nothing was changed" in cli("import", tracklist, "--dry-run")
    assert _json(cli("import", tracklist, "--dry-run", "--album", "A Night", "--json"))["title"] == "A Night"
    assert _json(cli("albums", "--json")) == []


def test_a_list_goes_into_an_album_by_its_name(cli: Cli, tracklist: str, tmp_path: Path) -> None:
    cli("import", tracklist, "--album", "A Night")
    more = tmp_path / "more.txt"
    more.write_text("Ada Quist - First Light\nKei Moro - Third Rail\n", "utf-8")
    outcome = _json(cli("import", str(more), "--into", "A Night", "--mode", "append", "--json"))
    assert outcome["added"] == 1
    assert _json(cli("albums", "--json"))[0]["tracks"] == 4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--into", "Nowhere"], 1, "Nowhere"),
        (["--album", "A", "--into", "B"], 2, "not both"),
        (["--album", ""], 1, "needs a title"),
        (["--mode", "sideways"], 2, "merge"),
    ],
)
def test_a_wrong_target_is_told(
    arguments: list[str],
    code: int,
    said: str,
    tracklist: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--data-dir", str(tmp_path), "import", tracklist, *arguments]) == code
    assert said in capsys.readouterr().err


def test_search_finds_tracks_by_all_words(cli: Cli, tracklist: str) -> None:
    cli("import", tracklist)
    assert [row["artist"] for row in _json(cli("tracks", "hale", "wind", "--json"))] == ["Noor Hale"]
    assert _json(cli("tracks", "hale", "light", "--json")) == []
    assert "Second Wind (Extended Mix)" in cli("tracks", "hale")


def test_undo_takes_an_import_back_and_redo_does_it_again(cli: Cli, tracklist: str) -> None:
    cli("import", tracklist)
    cli("undo", "01970000-0000-7000-8000-000000000000", code=1)
    (entry,) = _json(cli("undo", "--list", "--json"))
    assert entry["summary"] in cli("undo", entry["id"])
    assert _json(cli("albums", "--json")) == []
    assert _json(cli("undo", "--list", "--json")) == []
    cli("undo", code=1)
    assert entry["id"] in cli("redo", "--list")
    assert entry["summary"] in cli("redo")
    assert len(_json(cli("tracks", "--json"))) == 3
    assert _json(cli("redo", "--list", "--json")) == []
    cli("redo", code=1)


def test_a_backup_comes_back(cli: Cli, tracklist: str, tmp_path: Path) -> None:
    cli("import", tracklist)
    copy = tmp_path / "copy.sqlite3"
    assert cli("backup", str(copy)).strip() == str(copy)
    assert Path(cli("backup", str(tmp_path)).strip()).parent == tmp_path
    cli("undo")
    told = cli("restore", str(copy), "--preview")
    assert [line.split() for line in told.splitlines() if line.startswith("tracks")] == [
        ["tracks", "0", "3", "+3"]
    ]
    assert "1 change would come back" in told
    assert _json(cli("tracks", "--json")) == []
    told = _json(cli("restore", str(copy), "--json"))
    assert len(_json(cli("tracks", "--json"))) == 3
    assert Path(told["kept"]).exists()


def test_no_backup_is_no_restore(cli: Cli, tmp_path: Path) -> None:
    cli("restore", str(tmp_path / "none.sqlite3"), code=1)


def test_an_album_is_exported_in_the_order_of_its_list(cli: Cli, tracklist: str) -> None:
    cli("import", tracklist, "--album", "A Night")
    rows = list(csv.DictReader(io.StringIO(cli("export", "csv", "A Night"))))
    assert [(row["position"], row["artist"]) for row in rows] == [
        ("1", "Ada Quist"),
        ("2", "Noor Hale"),
        ("3", "ID"),
    ]
    album = _json(cli("export", "json", "A Night"))
    assert [entry["title"] for entry in album["list"]] == ["First Light", "Second Wind", "ID"]
    assert len(_json(cli("export", "json"))) == 3


def test_a_playlist_names_what_has_no_file(cli: Cli, tracklist: str, tmp_path: Path) -> None:
    cli("import", tracklist, "--album", "A Night")
    assert cli("export", "m3u8", "A Night", code=1) == "#EXTM3U\n"


def test_an_export_goes_to_a_file_or_says_why_not(cli: Cli, tracklist: str, tmp_path: Path) -> None:
    cli("import", tracklist)
    file = tmp_path / "out.csv"
    assert cli("export", "csv", "--output", str(file)) == f"{file}: 3 tracks.\n"
    assert _json(cli("export", "csv", "-o", str(file), "--json")) == {"file": str(file), "tracks": 3}
    assert file.read_text("utf-8").startswith("position,artist,title")
    cli("export", "csv", "--output", str(tmp_path / "none" / "out.csv"), code=1)


def test_the_doctor_looks_at_everything(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    checks = {check["name"]: check for check in _json(cli("doctor", "--json"))}
    assert {
        "database",
        "disk",
        "keyring",
        "Spotify",
        "display",
        "fonts",
        "window libraries",
        "settings",
    } <= set(checks)
    assert checks["database"]["ok"] is True
    assert checks["MusicBrainz"] == {
        "name": "MusicBrainz",
        "ok": None,
        "detail": "off: online = false in the settings",
    }


def test_the_doctor_tells_of_a_database_that_is_none(cli: Cli, data_dir: Path) -> None:
    (data_dir / "library.sqlite3").write_bytes(b"this is no database" * 100)
    checks = {check["name"]: check for check in _json(cli("doctor", "--json", code=1))}
    assert checks["database"]["ok"] is False


def test_the_doctor_finds_slips_in_the_settings(
    cli: Cli, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    (data_dir / "settings.toml").write_text("them = 'dark'\n")
    assert "them" in cli("doctor", code=1)


def test_without_a_network_enriching_ends_and_says_what_waits(
    cli: Cli, tracklist: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSICLIB_ONLINE", "false")
    cli("import", tracklist)
    summary = _json(cli("enrich", "--until-idle", "--json"))
    assert sum(group["count"] for group in summary["waiting"]) >= 2
    assert summary["running"] == []
    assert "waiting" in cli("enrich", "--until-idle")
