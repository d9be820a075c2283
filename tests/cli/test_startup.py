"""What starts must start fast: heavy modules are imported by the commands that need them, and no sooner."""

from __future__ import annotations

import json
import subprocess
import sys

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
import io, json, sys
from musiclib.cli.main import run
seen = []
for arguments, text in json.loads(sys.argv[1]):
    sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
    code = run(arguments)
    seen.append([code, sorted({name.partition(".")[0] for name in sys.modules})])
sys.stderr.write("\\n" + json.dumps(seen))
"""
_COMMANDS = [
    (["--help"], 0, ""),
    (["parse", "--help"], 0, ""),
    (["parse", "--json", "--json-input"], 0, '{"text": "Ada Quist - First Light"}'),
    (["parse", "--json"], 0, "Ada Quist - First Light"),
    (["nonsense"], 2, ""),
]
"""Arguments, the exit code, and what is read."""


def test_nothing_heavy_is_imported() -> None:
    """One after the other in one process: what an earlier command imported, a later one would show too."""
    given = json.dumps([(arguments, text) for arguments, _, text in _COMMANDS])
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, given], capture_output=True, text=True, encoding="utf-8", check=False
    )
    seen = json.loads(done.stderr.splitlines()[-1])
    assert [code for code, _ in seen] == [code for _, code, _ in _COMMANDS]
    heavy = [
        (*arguments, *_HEAVY.intersection(seen[nth][1])) for nth, (arguments, *_) in enumerate(_COMMANDS)
    ]
    assert heavy == [tuple(arguments) for arguments, *_ in _COMMANDS]
