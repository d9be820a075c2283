"""Speed of the tracklist parser beside a bare split of the same lines."""

import sys
import time
from collections.abc import Callable

from musiclib.domain.tracklist.parser import parse_tracklist

LINES = 10_000
LIMIT_S = 0.4
REPEATS = 5


def plain(n: int) -> str:
    return f"Artist {n % 997} - Song Number {n}"


def timed(n: int) -> str:
    label = f" [Label {n % 31}]" if n % 3 else ""
    at = f"{n * 200 // 3600}:{n * 200 // 60 % 60:02}:{n * 200 % 60:02}"
    return f"[{at}] First Artist {n % 997} & Guest – Song Number {n} (Somebody {n % 50} Remix){label}"


def numbered(n: int) -> str:
    return (
        f"{n + 1}. Group {n % 499} feat. Singer {n % 77} - A Longer Song Title {n}  {n % 7 + 2}:{n % 60:02}"
    )


def table(n: int) -> str:
    return f'{n + 1},"Song, Number {n}",Artist {n % 997},Album {n % 300},{n % 7 + 2}:{n % 60:02}'


def bare_split(text: str) -> object:
    return [line.split(" - ", 1) for line in text.splitlines()]


def best(work: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> int:
    worst = 0.0
    print(f"{LINES} lines{'':12} {'bare split':>12} {'parser':>10} {'ratio':>8} {'us/line':>8}")
    for kind in (plain, timed, numbered, table):
        text = "\n".join(kind(n) for n in range(LINES))
        if kind is table:
            text = "#,Title,Artist,Album,Time\n" + text
        bare, parsed = best(bare_split, text), best(parse_tracklist, text)
        worst = max(worst, parsed)
        name = kind.__name__
        print(f"{name:23} {bare:10.4f} s {parsed:8.3f} s {parsed / bare:8.0f} {parsed / LINES * 1e6:8.1f}")
    print(f"worst {worst:.3f} s, limit {LIMIT_S} s: {'ok' if worst <= LIMIT_S else 'TOO SLOW'}")
    return 0 if worst <= LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
