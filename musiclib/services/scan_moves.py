"""Tells which files that appeared are files that vanished: moved, renamed, or spelt in another way."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from musiclib.db.records import FileFacts, FileMove, FileRecord, KnownFile
from musiclib.services.scan_listing import Listed

_TOLD = (
    "artist",
    "title",
    "album",
    "albumartist",
    "track",
    "disc",
    "isrc",
    "codec",
    "bitrate",
    "sample_rate",
)
"""Tags that must not differ; other ones were not read by every version of this program."""
_SAME_S = 0.002
_FOR_ANY_DISK = frozenset(("/", "/media", "/mnt", "/run/media", "/Volumes"))


@dataclass(slots=True)
class Pairs:
    """`sure` needs no look into the file: its size, its time to the nanosecond and its name are the same.

    `maybe` are new files and the vanished ones of the same size: what they hold decides.
    """

    sure: list[FileMove] = field(default_factory=list)
    maybe: dict[str, list[KnownFile]] = field(default_factory=dict)


def pair_moved(appeared: Iterable[Listed], vanished: Iterable[KnownFile]) -> Pairs:
    """Each vanished file is paired once at most."""
    gone: dict[int, list[KnownFile]] = defaultdict(list)
    for each in vanished:
        gone[each.size].append(each)
    pairs = Pairs()
    for listed in sorted(appeared):
        if not (alike := gone.get(listed.size)):
            continue
        same = [each for each in alike if _is_surely(each, listed)]
        if same:
            old = max(same, key=lambda each: _common_end(each.path, listed.path))
            alike.remove(old)
            pairs.sure.append(FileMove(old.path, listed.path, listed.mtime_ns))
        else:
            pairs.maybe[listed.path] = alike  # shared: what is paired later is no candidate any more
    pairs.maybe = {path: alike for path, alike in pairs.maybe.items() if alike}
    return pairs


def of_same_content(
    facts: FileFacts,
    candidates: Sequence[KnownFile],
    records: Mapping[str, FileRecord],
    content_hash: Callable[[str], str | None],
) -> KnownFile | None:
    """The vanished file whose content the file that was read has; None if none surely has.

    The hash of the content decides where it is known, and neither time nor tags already do. Tags that name
    artist and title, with the same size and length, do without: the sizes of different files agree by chance
    only. `records` are what is known of the candidates, by path.
    """
    alike = [
        each for each in candidates if each.path in records and _says_the_same(facts, records[each.path])
    ]
    at_once = [each for each in alike if each.mtime_ns == facts.mtime_ns]
    if len(at_once) == 1:
        return at_once[0]
    if any(each.content_hash for each in alike) and (found := content_hash(facts.path)):
        return next((each for each in alike if each.content_hash == found), None)
    named = facts.tags.get("artist") and facts.tags.get("title")
    unknown = [each for each in alike if not each.content_hash]
    if not named or not unknown:
        return None
    return max(unknown, key=lambda each: _common_end(each.path, facts.path))


def without_clashes(moves: Sequence[FileMove], held: Iterable[str]) -> list[FileMove]:
    """Those of the moves whose new path is free, or becomes free by another one of them.

    `held` are paths of known files that are there with another content.
    """
    kept = list(moves)
    held = set(held)
    while True:
        leaving = {each.old for each in kept}
        free = [each for each in kept if each.path not in held or each.path in leaving]
        if len(free) == len(kept):
            return kept
        kept = free


def is_gone(path: str) -> bool:
    """Whether a file is not there any more, though its disk is: an unmounted disk takes nothing away."""
    if os.path.lexists(path):
        return False
    folder = os.path.dirname(path)  # noqa: PTH120 (as above)
    while not os.path.isdir(folder):  # noqa: PTH112 (as above)
        above = os.path.dirname(folder)  # noqa: PTH120 (as above)
        if above == folder:
            return False
        folder = above
    if folder in _FOR_ANY_DISK or os.path.dirname(folder) in _FOR_ANY_DISK:  # noqa: PTH120 (as above)
        return False
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _is_surely(known: KnownFile, listed: Listed) -> bool:
    return known.mtime_ns == listed.mtime_ns and _spelt(_name(known.path)) == _spelt(_name(listed.path))


def _spelt(name: str) -> str:
    """The name as a file system sees it that tells neither case nor ways of writing an accent."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _name(path: str) -> str:
    return os.path.basename(path)  # noqa: PTH119 (as above)


def _says_the_same(facts: FileFacts, record: FileRecord) -> bool:
    if facts.duration_s is None or record.duration_s is None:
        return False
    told: Mapping[str, Any] = facts.tags
    return abs(facts.duration_s - record.duration_s) < _SAME_S and all(
        told.get(name) == record.tags.get(name) for name in _TOLD
    )


def _common_end(one: str, other: str) -> int:
    """How many of the last names of two paths are the same."""
    pairs = zip(reversed(PurePath(one).parts), reversed(PurePath(other).parts), strict=False)
    count = 0
    for mine, theirs in pairs:
        if _spelt(mine) != _spelt(theirs):
            break
        count += 1
    return count
