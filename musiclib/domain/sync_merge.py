"""How two libraries that were changed apart come together again: part by part, against what both had last.

A document (a track, an album ...) is a set of named parts. Of each part both sides and the last agreement are
known by a digest. What one side alone has changed is taken over. Where both have, what a person made stands
before what was fetched; of two fetched ones the better or newer counts; two of a person's are a conflict,
which is never decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

Entry = tuple[Any, ...]
"""A place on a list: what stands there, then its label, disc and start."""


@dataclass(frozen=True, slots=True)
class Part:
    """One side's state of a part."""

    digest: str
    by_hand: bool = False
    rank: str = ""
    """Of two fetched ones the one of the greater rank counts."""


class Pick(StrEnum):
    """Whose state of a part both have from now on."""

    SAME = "same"
    HERE = "here"
    THERE = "there"
    BOTH = "both"
    """Neither's alone: they can be joined."""
    CONFLICT = "conflict"


def digest_of(value: object) -> str:
    """Short and the same everywhere; of plain values and tuples and lists of them."""
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def decide(
    base: Mapping[str, str] | None, here: Mapping[str, Part], there: Mapping[str, Part]
) -> dict[str, Pick]:
    """For each part, who wins. `base` are the digests of the last agreement; None: there was none.

    An absent part is one that is empty on that side.
    """
    return {
        name: _decide(None if base is None else base.get(name, ""), here.get(name), there.get(name))
        for name in sorted(here.keys() | there.keys())
    }


def _decide(base: str | None, here: Part | None, there: Part | None) -> Pick:
    digests = here.digest if here else "", there.digest if there else ""
    if digests[0] == digests[1]:
        return Pick.SAME
    if base in digests:
        return Pick.THERE if digests[0] == base else Pick.HERE
    if base is None and (here is None or there is None):
        return Pick.THERE if here is None else Pick.HERE
    # Who took a value away did so by hand, if the value was made by hand.
    one, other = here or there, there or here
    assert one is not None
    assert other is not None
    if one.by_hand and other.by_hand:
        return Pick.CONFLICT
    if one.by_hand != other.by_hand:
        return Pick.HERE if one.by_hand else Pick.THERE
    if here is None or there is None:
        return Pick.THERE if here is None else Pick.HERE
    return Pick.HERE if (here.rank, here.digest) > (there.rank, there.digest) else Pick.THERE


def join_lists(base: Sequence[Entry], here: Sequence[Entry], there: Sequence[Entry]) -> list[Entry] | None:
    """The list with what each side has added and taken off since; None: they cannot be joined.

    They cannot where both have put what they share into other orders, or say another thing of one place.
    Places added on both sides stand behind the same neighbour, those of this side first.
    """
    was, mine, theirs = (_numbered(each) for each in (base, here, there))
    kept = [key for key in mine if key in theirs]
    kept_theirs = [key for key in theirs if key in mine]
    kept_was = [key for key in was if key in mine and key in theirs]
    said: dict[Any, Entry] = {}
    for key in kept:
        if mine[key] != theirs[key] and was.get(key) not in (mine[key], theirs[key]):
            return None
        said[key] = theirs[key] if was.get(key) == mine[key] else mine[key]
    order = kept
    if kept != kept_theirs:
        shared_was = [key for key in kept if key in was]
        if shared_was != kept_was and [key for key in kept_theirs if key in was] != kept_was:
            return None
        order = kept_theirs if shared_was == kept_was else kept
    added = {key: entry for key, entry in (theirs | mine).items() if key not in was and key not in said}
    joined = _with_added(order, added, mine, theirs)
    return [said.get(key) or added[key] for key in joined]


def _numbered(entries: Iterable[Entry]) -> dict[Any, Entry]:
    """By what stands there and how often it stood there before: one may be on a list twice."""
    seen: dict[Any, int] = {}
    found: dict[Any, Entry] = {}
    for entry in entries:
        nth = seen.get(entry[0], 0)
        seen[entry[0]] = nth + 1
        found[entry[0], nth] = entry
    return found


def _with_added(order: Sequence[Any], added: Mapping[Any, Entry], *sides: Mapping[Any, Entry]) -> list[Any]:
    joined = list(order)
    for side in reversed(sides):
        keys = list(side)
        for index, key in enumerate(keys):
            if key in added and key not in joined:
                before = next((each for each in reversed(keys[:index]) if each in joined), None)
                joined.insert(0 if before is None else joined.index(before) + 1, key)
    return joined
