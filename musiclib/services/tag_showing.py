"""What the tags of any file say, in the library or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ShownTags:
    codec: str
    values: Mapping[str, list[str]]
    """By the names of `tags.frames.FIELDS`; only those that say something."""
    cover_bytes: int | None


def shown_tags(path: Path) -> ShownTags:
    """Raises `UnreadableAudio` as the reading of tags does."""
    from musiclib.tags.reader import read_whole

    tags = read_whole(path)
    values = {name: list(texts) for name, texts in tags.values.items() if texts}
    return ShownTags(tags.codec, values, None if tags.cover is None else len(tags.cover))
