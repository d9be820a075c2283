"""The tags of a track's own file as a provider: what the file says, without a network."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from musiclib.domain.file_tags import FileTags
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source
from musiclib.domain.text import split_version
from musiclib.providers.base import Candidate, TrackQuery

NAME = Source.FILE_TAGS.value


class FileTagsProvider:
    """A `MetadataProvider` with at most one candidate: the file itself."""

    name = NAME

    async def search(self, query: TrackQuery) -> list[Candidate]:
        return [tags_candidate(query.file_tags)] if query.file_tags else []


def tags_candidate(tags: FileTags) -> Candidate:
    """What a file's tags say, as a candidate; fields the tags do not have are absent."""
    raw = asdict(tags)
    key = hashlib.sha256(repr(sorted(raw.items())).encode("utf-8", "replace")).hexdigest()[:32]
    return Candidate(NAME, key, tag_fields(tags), raw, key)


def tag_fields(tags: FileTags) -> dict[str, Plain]:
    """Tags under the names of `provenance.MERGED_FIELDS`."""
    title, version = split_version(tags.title) if tags.title else (None, None)
    musical_key = MusicalKey.parse(tags.key) if tags.key else None
    values: dict[str, Plain | None] = {
        "artist": tags.artist.replace("; ", ", ") if tags.artist else None,
        "title": title,
        "version": version,
        "album": tags.album,
        "isrc": tags.isrc,
        "duration_s": tags.duration_s,
        "release_date": tags.date,
        "label": tags.label,
        "catalog_number": tags.catalog_number,
        "genres": list(tags.genres) or None,
        "bpm": tags.bpm,
        "key_code": musical_key.code if musical_key else None,
    }
    return {name: value for name, value in values.items() if value is not None}
