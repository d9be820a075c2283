"""What a scan, or a person who points at a file, learns of an audio file."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from musiclib.db.records import FileFacts
from musiclib.domain.file_tags import FileTags
from musiclib.domain.states import FileState
from musiclib.errors import UnreadableAudio
from musiclib.services.file_matcher import file_key
from musiclib.services.import_rows import storable
from musiclib.services.scan_listing import Listed
from musiclib.tags.reader import AUDIO_SUFFIXES, read_tags

LINKABLE = AUDIO_SUFFIXES
"""How the names of files end that a track can be linked to."""


def facts_at(path: Path) -> FileFacts:
    """As `facts_of`, for a file that nobody has listed; OSError if it is not there."""
    absolute = os.path.abspath(path)  # noqa: PTH100 (keeps symbolic links, as a scan does)
    stat = os.stat(absolute)  # noqa: PTH116 (as above)
    return facts_of(Listed(absolute, stat.st_size, stat.st_mtime_ns))


def facts_of(listed: Listed) -> FileFacts:
    """Reads its tags. A file that cannot be read is BROKEN, and the reason says why."""
    path = Path(listed.path)
    try:
        tags = read_tags(path)
    except UnreadableAudio as error:
        return FileFacts(
            listed.path, listed.size, listed.mtime_ns, state=FileState.BROKEN, reason=storable(str(error))
        )
    except OSError as error:
        reason = f"{storable(path.name)} cannot be read ({error.strerror})."
        return FileFacts(listed.path, listed.size, listed.mtime_ns, state=FileState.BROKEN, reason=reason)
    return FileFacts(
        path=listed.path,
        size=listed.size,
        mtime_ns=listed.mtime_ns,
        match_key=storable(file_key(tags, path.stem)),
        duration_s=tags.duration_s,
        codec=tags.codec,
        bitrate=tags.bitrate,
        sample_rate=tags.sample_rate,
        channels=tags.channels,
        bit_depth=tags.bit_depth,
        tags=_plain(tags),
    )


def _plain(tags: FileTags) -> dict[str, Any]:
    """JSON-plain, without what is empty."""
    values = asdict(tags) | {"genres": [storable(genre) for genre in tags.genres]}
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None and value != [] and value is not False
    }
