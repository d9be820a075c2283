from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from musiclib.cli.main import run


def _stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def test_rows_as_json_without_absent_fields(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"text": "01. Ada Quist - First Light [Halftone]\n02. Noor Hale - Ωμέγα", "context": None}
    _stdin(monkeypatch, json.dumps(given).encode())
    assert run(["parse", "--json-input", "--json", "-"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first["artist"], first["title"] == ("Ada Quist", "First Light")
    assert "bpm" not in first
    assert second["title"] == "Ωμέγα"


def test_the_context_names_the_artist_of_bare_titles(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"text": "1. First Light\n2. Second Wind", "context": {"album_artist": "Ada Quist"}}
    _stdin(monkeypatch, json.dumps(given).encode())
    assert run(["parse", "--json-input", "--json"]) == 0
    assert {row["artist"] for row in json.loads(capsys.readouterr().out)} == {"Ada Quist"}


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"1", b"\xff", b'{"context": {}}', b'{"text": 5}', b'{"text": "a", "context": 1}'),
        b'{"text": "a", "context": {"album_artist": 7}}',
    ],
)
def test_other_json_is_refused_in_words(
    content: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _stdin(monkeypatch, content)
    assert run(["parse", "--json-input", "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("musiclib: With --json-input the input is a JSON object")


def test_a_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.txt"
    file.write_text("[00:00] Ada Quist - First Light\n[1:02:03] Noor Hale - Second Wind\n", "utf-8")
    assert run(["parse", str(file)]) == 0
    printed = capsys.readouterr()
    assert "Artist" in printed.out
    assert "1:02:03" in printed.out
    assert "Noor Hale" in printed.out
    assert "Tracks: 2" in printed.err


@pytest.mark.parametrize(
    "content", [None, b"", b"\x00\x01\x02\xff" * 100], ids=["missing", "empty", "binary"]
)
def test_what_is_no_list_is_told_in_words(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.txt"
    if content is not None:
        file.write_bytes(content)
    assert run(["parse", "--json", str(file)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("musiclib: ")
    assert printed.err.count("\n") == 1


def test_a_folder_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parse", str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_guessed_encoding_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes("Björk - Jóga\nSigur Rós - Hoppípolla\n".encode("cp1252"))
    assert run(["parse", str(file)]) == 0
    printed = capsys.readouterr()
    assert "Hoppípolla" in printed.out
    assert "is not UTF-8 and was read as" in printed.err


def test_a_text_without_tracks_says_what_its_lines_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.txt"
    file.write_text("\nThis is a sentence about the weather of the last week.\n")
    assert run(["parse", str(file)]) == 0
    assert "  line 2, prose: This is a sentence" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="/dev/zero is of Unix")
def test_a_file_without_end_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parse", "/dev/zero"]) == 1
    assert "Split it into several files" in capsys.readouterr().err
