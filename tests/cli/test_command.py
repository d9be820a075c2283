"""How commands end: exit codes, what is told of errors, and what other programs see."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from musiclib.cli.command import Session, command
from musiclib.cli.main import run
from musiclib.errors import BadInput


def _run_one(function: Callable[..., int | None], arguments: list[str]) -> int:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command(function))
    with pytest.raises(SystemExit) as end:
        app(args=arguments)
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.mark.parametrize("arguments", [["--data-dir", "here", "--json", "-v"], []])
def test_global_options_reach_the_command(arguments: list[str]) -> None:
    seen: list[Session] = []

    def look(session: Session) -> None:
        seen.append(session)

    assert _run_one(look, arguments) == 0
    expected = (Path("here"), True, True) if arguments else (None, False, False)
    assert (seen[0].data_dir, seen[0].as_json, seen[0].verbose) == expected


def test_global_options_may_stand_before_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Ada Quist - First Light\n")
    assert run(["--json", "parse", str(file)]) == 0
    assert capsys.readouterr().out.startswith("[{")


def test_an_exit_code_is_handed_on() -> None:
    def partly(session: Session) -> int:
        return 1

    assert _run_one(partly, []) == 1


def test_what_a_person_can_mend_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(session: Session) -> None:
        raise BadInput("This is no list. Choose a text file.")

    assert _run_one(refuse, []) == 1
    assert capsys.readouterr().err == "musiclib: This is no list. Choose a text file.\n"


@pytest.mark.logs("the command failed")
def test_a_bug_is_one_line_and_its_traceback_is_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(session: Session) -> None:
        assert session.settings
        raise RuntimeError("token=hunter2")

    assert _run_one(fail, ["--data-dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    log = tmp_path / "logs" / "musiclib.log"
    assert told.count("\n") == 1
    assert str(log) in told
    assert "RuntimeError: token=***" in log.read_text("utf-8")


def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(session: Session) -> None:
        raise KeyboardInterrupt

    assert _run_one(interrupted, []) == 130
    assert capsys.readouterr().err == "musiclib: stopped.\n"


def test_a_broken_settings_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text("theme = 'blue'")
    assert run(["albums", "--data-dir", str(tmp_path)]) == 1
    assert "allowed are system, light, dark" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["nonsense"], ["parse", "--nonsense"], ["tasks", "--status", "lost"]])
def test_wrong_use_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_reader_that_has_had_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"{n}. Artist {n} - Title {n}\n" for n in range(5000)))
    with subprocess.Popen(
        [sys.executable, "-m", "musiclib", "parse", "--json", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Ada Quist - First Light\n")
    for arguments in (["parse", str(file)], ["parse", "--json", str(file)]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "musiclib", *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        told = [line for line in done.stderr.splitlines() if line.startswith("musiclib: ")]
        assert (done.returncode, told) == (
            1,
            ["musiclib: no space is left for what this writes. Make room, then try again."],
        )
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Ünø - 音楽 🎵\n", "utf-8")
    both = "import sys; from musiclib.cli.main import run; "
    both += "sys.exit(run(['parse', sys.argv[1]]) + run(['parse', '--json', sys.argv[1]]))"
    done = subprocess.run(
        [sys.executable, "-c", both, str(file)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for_people, _, for_programs = done.stdout.decode(encoding).rpartition("[")
    assert for_people
    assert len(json.loads("[" + for_programs)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_waiting_command() -> None:
    theirs, ours = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "musiclib", "parse", "-"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, b"Ada Quist - First Light\n")
        deadline = time.monotonic() + 30
        while select.select([theirs], [], [], 0)[0]:  # not yet taken: it has not come to reading
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        try:
            _, told = process.communicate(timeout=30)
        finally:
            os.close(theirs)
            os.close(ours)
    assert process.returncode == 130
    assert "Traceback" not in told
