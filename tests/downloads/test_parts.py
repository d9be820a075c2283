from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from musiclib.downloads.expected import Expected
from musiclib.downloads.parts import Journal, PartFile, Placing, read_journal, write_journal

WANTED = Expected("one", 100, {"md5": "aa"}, "flac")


def _begun(folder: Path, data: bytes = b"x" * 60, *, expected: Expected = WANTED) -> PartFile:
    part = PartFile(folder, "t", expected).load()
    part.begin(0, 100, '"one"')
    part.write(data)
    part.save()
    part.close()
    return part


def _loaded(folder: Path, expected: Expected = WANTED) -> int:
    return PartFile(folder, "t", expected).load().offset


def test_a_journal_comes_back_as_it_was(tmp_path: Path) -> None:
    journal = Journal("k", 5, {"md5": "aa"}, 3, 5, '"v"', placing=Placing("a/b.flac", 5, 17), owner="me")
    write_journal(tmp_path / "t.json", journal, durable=True)
    assert read_journal(tmp_path / "t.json") == journal
    assert [path.name for path in tmp_path.iterdir()] == ["t.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"offset": -1},
        {"offset": "60"},
        {"offset": True},
        {"offset": 101},
        {"key": None},
        {"hashes": []},
        {"hashes": {"md5": 5}},
        {"validator": 5},
        {"placing": {"target": "a"}},
    ],
)
def test_a_journal_that_cannot_be_counts_as_none(tmp_path: Path, change: dict[str, Any]) -> None:
    _begun(tmp_path)
    path = tmp_path / "t.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert read_journal(path) is None
    assert _loaded(tmp_path) == 0


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\0" * 300, b"[]", b"{}", b'{"offset": 60}', b"[" * 60_000, b"x" * 100_000]
)
def test_a_damaged_journal_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    _begun(tmp_path)
    (tmp_path / "t.json").write_bytes(damage)
    assert _loaded(tmp_path) == 0


@pytest.mark.parametrize(
    ("other", "offset"),
    [
        (WANTED, 60),
        (dataclasses.replace(WANTED, suffix="mp3"), 60),
        (dataclasses.replace(WANTED, key="two"), 0),
        (dataclasses.replace(WANTED, size=101), 0),
        (dataclasses.replace(WANTED, hashes={"md5": "bb"}), 0),
        (dataclasses.replace(WANTED, hashes={}), 0),
    ],
)
def test_bytes_of_another_candidate_do_not_count(tmp_path: Path, other: Expected, offset: int) -> None:
    _begun(tmp_path)
    assert _loaded(tmp_path, other) == offset


def test_only_what_the_journal_says_counts(tmp_path: Path) -> None:
    part = _begun(tmp_path)
    with part.path.open("ab") as file:
        file.write(b"unsaved")
    again = PartFile(tmp_path, "t", WANTED).load()
    assert again.offset == 60
    again.begin(60, 100, '"one"')
    again.write(b"y" * 40)
    again.save(complete=True)
    again.close()
    assert part.path.read_bytes() == b"x" * 60 + b"y" * 40
    assert PartFile(tmp_path, "t", WANTED).load().journal.complete
    os.truncate(part.path, 101)
    assert _loaded(tmp_path) == 0
    os.truncate(part.path, 50)
    assert _loaded(tmp_path) == 0
    part.path.unlink()
    assert _loaded(tmp_path) == 0


def test_beginning_anew_is_written_down_before_a_byte_is(tmp_path: Path) -> None:
    _begun(tmp_path)
    part = PartFile(tmp_path, "t", WANTED).load()
    part.begin(0, 100, '"two"')
    part.write(b"z" * 100)
    part.close()  # never saved
    journal = read_journal(part.journal_path)
    assert journal is not None
    assert (journal.offset, journal.validator) == (0, '"two"')


def test_a_part_with_a_second_name_is_never_written_to(tmp_path: Path) -> None:
    """That name may be a file of the library."""
    part = _begun(tmp_path)
    kept = tmp_path / "kept.flac"
    os.link(part.path, kept)
    again = PartFile(tmp_path, "t", WANTED).load()
    assert again.offset == 0
    again.begin(0, 100, '"one"')
    again.write(b"new")
    again.close()
    assert kept.read_bytes() == b"x" * 60


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept.flac").write_bytes(b"kept")
    (tmp_path / "t.part").symlink_to(tmp_path / "kept.flac")
    _begun(tmp_path)
    assert (tmp_path / "kept.flac").read_bytes() == b"kept"


def test_a_part_somebody_put_away_is_not_said_to_be_saved(tmp_path: Path) -> None:
    part = PartFile(tmp_path, "t", WANTED).load()
    part.begin(0, 100, '"one"')
    part.write(b"x")
    part.path.unlink()
    with pytest.raises(FileNotFoundError):
        part.save()
    part.close()


def test_saving_comes_once_a_second_and_less_often_where_it_is_slow(tmp_path: Path) -> None:
    now = [0.0]
    took = [0.0]

    def monotonic() -> float:
        now[0] += took[0]
        return now[0]

    part = PartFile(tmp_path, "t", WANTED, monotonic=monotonic).load()
    part.begin(0, 100, '"one"')
    part.write(b"x")
    saved = []
    for second in range(1, 40):
        now[0] = second / 2
        took[0] = 0.5 if second == 20 else 0.0
        if part.save_if_due():
            saved.append(second / 2)
    part.close()
    assert saved == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18, 19]
