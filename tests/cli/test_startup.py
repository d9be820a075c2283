"""What starts must start fast: heavy modules are imported by the commands that need them, and no sooner."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_HEAVY = {
    "PySide6",
    "sqlalchemy",
    "alembic",
    "numpy",
    "av",
    "essentia",
    "librosa",
    "httpx2",
    "authlib",
    "keyring",
}
_PROBE = """
import json, sys
from musiclib.cli.main import run
code = run(sys.argv[1:])
roots = {name.partition(".")[0] for name in sys.modules}
sys.stderr.write("\\n" + json.dumps([code, sorted(roots)]))
"""


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--help"], 0, ""),
        (["parse", "--help"], 0, ""),
        (["parse", "--json", "--json-input"], 0, '{"text": "Ada Quist - First Light"}'),
        (["parse", "--json"], 0, "Ada Quist - First Light"),
        (["nonsense"], 2, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_nothing_heavy_is_imported(arguments: list[str], code: int, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    got, roots = json.loads(done.stderr.splitlines()[-1])
    assert got == code
    assert _HEAVY.isdisjoint(roots)
