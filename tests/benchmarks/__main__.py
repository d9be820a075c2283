"""`python -m tests.benchmarks [NAME...]`: run the benchmarks, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_HERE = Path(__file__).parent


def main(names: Sequence[str]) -> int:
    known = [path.stem.removeprefix("bench_") for path in sorted(_HERE.glob("bench_*.py"))]
    if unknown := set(names) - set(known):
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
        return 2
    failed = []
    for name in names or known:
        print(f"== {name}", flush=True)
        module = f"{__package__}.bench_{name}"
        if subprocess.run([sys.executable, "-m", module], cwd=_HERE.parents[1], check=False).returncode:
            failed.append(name)
    print(f"Over their limit: {', '.join(failed)}" if failed else "All within their limits.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
