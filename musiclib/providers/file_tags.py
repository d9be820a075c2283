"""The tags of a track's own file as a source of values: what the file says, without a network.

The scan that reads the tags writes them down, so nobody has to be asked for them again.
"""

from __future__ import annotations

from musiclib.domain.file_tags import FileTags
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.provenance import Plain
from musiclib.domain.text import split_version


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
        "original_year": int(tags.original_date[:4]) if tags.original_date else None,
        "label": tags.label,
        "catalog_number": tags.catalog_number,
        "genres": list(tags.genres) or None,
        "bpm": tags.bpm,
        "key_code": musical_key.code if musical_key else None,
    }
    return {name: value for name, value in values.items() if value is not None}
