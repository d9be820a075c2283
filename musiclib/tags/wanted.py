"""What is to be written into the tags of a file, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from musiclib.domain.tag_fields import Id3Version
from musiclib.errors import KnownError
from musiclib.tags.splices import Part

Texts = Mapping[str, tuple[str, ...]]
"""Names of `frames.FIELDS` and their values; none of them is empty."""


class TagsNotWritten(KnownError):
    """The tags of one file could not be written; the file is as it was."""

    code = "tags_not_written"


@dataclass(frozen=True, slots=True)
class Cover:
    """A front cover to embed."""

    mime: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values to write. What is not named stays as it is."""

    texts: Texts = field(default_factory=dict)
    cover: Cover | None = None
    id3_version: Id3Version = Id3Version.V23


@dataclass(frozen=True, slots=True)
class Item:
    """One frame, comment, attribute or atom of a tag."""

    key: str
    """Its name in lower case, as `frames` spells it."""
    part: Part
    name: str = ""
    """The name as it stands in the file, where its case is free."""
    count: int = 1
    """How many entries of the tag it stands for."""


def length(parts: Iterable[Part]) -> int:
    """In bytes."""
    return sum(len(each) if isinstance(each, bytes) else each.end - each.start for each in parts)


def with_changes(items: Sequence[Item], new: Iterable[Item]) -> list[Item]:
    """The items of a tag with the new ones in the place of those of the same key; what is left comes last."""
    coming = {each.key: each for each in new}
    names = set(coming)
    kept: list[Item] = []
    for item in items:
        if item.key not in names:
            kept.append(item)
        elif item.key in coming:
            kept.append(coming.pop(item.key))
    return [*kept, *coming.values()]


def in_force(names: Sequence[str], items: Iterable[Item], usual: str, *, legal: bool = False) -> str:
    """Under which name a value is written: the one it is read from, as that is spelled, else the usual one.

    `legal` fields have one right name, whatever the file has beside it.
    """
    there: dict[str, str] = {}
    for item in items:
        there.setdefault(item.key, item.name or usual)
    for name in (usual.lower(),) if legal else names:
        if name in there:
            return there[name]
    return usual


def with_whole_tempo(texts: Texts, items: Iterable[Item], exact: str) -> dict[str, tuple[str, ...]]:
    """For tags whose tempo is a whole number: rounded, and as it is under another name.

    That other one is left out where it says no more, unless the file has it already.
    """
    changed = dict(texts)
    if "bpm" in texts:
        tempo = float(texts["bpm"][0])
        changed["bpm"] = (str(int(tempo + 0.5)),)
        if tempo != int(tempo) or any(each.key == exact.lower() for each in items):
            changed["bpm_exact"] = texts["bpm"]
    return changed
