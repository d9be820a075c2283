"""Loudness against the minimum requirements of EBU Tech 3341 and 3342:
`python -m tests.benchmarks.bench_loudness FOLDER`.

FOLDER holds the test sequences that the EBU gives away (https://tech.ebu.ch/publications/ebu_loudness_test_set)
and `expected.json`, with units of LUFS, LU and dBTP; a case names only what its sequence is made for:

    {"tolerance": {"integrated_lu": 0.1, "range_lu": 1.0, "true_peak_db": [-0.4, 0.2]},
     "cases": {"seq-3341-1-16bit.flac": {"integrated_lufs": -23.0, "range_lu": 5.0, "true_peak_dbtp": -6.0}}}

Prints every figure, measured and expected, and ends with 1 if one of them is out of its tolerance.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from musiclib.analysis.decode import decode
from musiclib.errors import AnalysisError

_MEASURES = (
    ("integrated_lufs", "integrated_lu", "LUFS"),
    ("range_lu", "range_lu", "LU"),
    ("true_peak_dbtp", "true_peak_db", "dBTP"),
)


def limits(tolerance: float | list[float]) -> tuple[float, float]:
    """How far a figure may be below and above: 0.1 is the same as [-0.1, 0.1]."""
    low, high = tolerance if isinstance(tolerance, list) else (-tolerance, tolerance)
    return low, high


def judged(
    measured: Mapping[str, float | None], expected: Mapping[str, float], tolerances: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Each measure as told in the table, and whether it is right; those not expected are right."""
    for name, tolerance, unit in _MEASURES:
        value, wanted = measured[name], expected.get(name)
        told = "-" if value is None else f"{value:.2f}"
        if wanted is None:
            yield f"{told} {unit}", True
            continue
        low, high = limits(tolerances[tolerance])
        # A figure of two decimals at the very edge of its tolerance is inside.
        right = value is not None and low - 0.005 < value - wanted < high + 0.005
        yield f"{told} {unit} ({wanted:g})" + ("" if right else " WRONG"), right


def measure(path: Path) -> dict[str, float | None]:
    """What the program's own analysis says of the file."""
    loudness = decode(path).loudness
    return {name: getattr(loudness, name) for name, _, _ in _MEASURES}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    if folder is None:
        print("Nothing measured: name the folder of the EBU's test sequences.")
        return 0
    try:
        given = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    except OSError as error:
        parser.error(f"{folder / 'expected.json'} cannot be read: {error.strerror}")
    wrong = 0
    print(f"{'sequence':38}{'integrated':>24}{'range':>20}{'true peak':>22}")
    for name, expected in given["cases"].items():
        try:
            figures = list(judged(measure(folder / name), expected, given["tolerance"]))
        except AnalysisError as error:
            figures = [(str(error), False)]
        wrong += sum(not right for _, right in figures)
        print(
            f"{name:38}"
            + "".join(f"{told:>{w}}" for (told, _), w in zip(figures, (24, 20, 22), strict=False))
        )
    print(f"{len(given['cases'])} sequences, {wrong} figures out of tolerance")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
