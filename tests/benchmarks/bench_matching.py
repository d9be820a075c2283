"""How often the right recording is found: `python -m tests.benchmarks.bench_matching`.

The hard queries of the fixtures through import, enrichment and the real providers over sockets; fails below
0.995 precision of accepted matches or 0.93 recall. Another set: `... bench_matching CATALOGUE QUERIES`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.support.catalogue.model import Catalogue
from tests.support.matching_trial import FIXTURES, load_queries, run_trial

PRECISION, RECALL = 0.995, 0.93


def main(catalogue: Path, queries: Path) -> int:
    asked = load_queries(queries)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        tally = run_trial(Catalogue.load(catalogue), asked, Path(folder))
    taken_s = time.perf_counter() - started
    names = ("queries", "accepted", "wrong", "missed", "precision", "recall")
    print(f"{'kind':14} " + " ".join(f"{name:>9}" for name in names))
    for kind, each in [*tally.by_kind().items(), ("all", tally)]:
        counts = (len(each.verdicts), each.accepted, len(each.wrong), len(each.missed))
        numbers = " ".join(f"{count:9}" for count in counts)
        print(f"{kind:14} {numbers} {each.precision:9.3f} {each.recall:9.3f}")
    print(f"{taken_s:.1f} s\n{tally.table()}")
    return int(tally.precision < PRECISION or tally.recall < RECALL)


if __name__ == "__main__":
    files = [Path(each) for each in sys.argv[1:3]]
    sys.exit(main(*(files or (FIXTURES / "catalogue.json", FIXTURES / "hard_queries.json"))))
