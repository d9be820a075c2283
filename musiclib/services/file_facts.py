"""What a scan, or a person who points at a file, learns of an audio file.

Runs in the children of a scan too: imports neither the database nor anything heavy.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from musiclib.db.records import FileFacts, FileRecord
from musiclib.domain.file_matching import from_tags
from musiclib.domain.file_tags import FileTags
from musiclib.domain.provenance import Plain
from musiclib.domain.states import FileState
from musiclib.domain.text import match_key
from musiclib.errors import UnreadableAudio
from musiclib.providers.file_tags import tag_fields
from musiclib.services.file_matcher import file_key
from musiclib.services.import_rows import storable
from musiclib.services.scan_listing import Listed
from musiclib.tags.opening import AUDIO_SUFFIXES, read_tags_at

_log = logging.getLogger(__name__)

LINKABLE = AUDIO_SUFFIXES
"""How the names of files end that a track can be linked to."""
_TAGS = tuple(FileTags.__dataclass_fields__)
_all_tags = attrgetter(*_TAGS)
_TAGS_KNOWN = frozenset(_TAGS)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read, with what follows from its tags alone."""

    facts: FileFacts
    fields: dict[str, Plain]
    """Under the names of `MERGED_FIELDS`."""
    named: bool
    """Whether the tags name artist and title: a track can be made of it, with `facts.match_key`."""


def facts_at(path: Path) -> FileFacts:
    """As `facts_of`, for a file that nobody has listed; OSError if it is not there."""
    absolute = os.path.abspath(path)  # noqa: PTH100 (keeps symbolic links, as a scan does)
    stat = os.stat(absolute)  # noqa: PTH116 (as above)
    return facts_of(Listed(absolute, stat.st_size, stat.st_mtime_ns))


def facts_of(listed: Listed) -> FileFacts:
    """Reads its tags. A file that cannot be read is BROKEN, and the reason says why."""
    return read_file(listed).facts


def read_file(listed: Listed) -> ReadFile:
    """As `facts_of`."""
    path = listed.path
    name = os.path.basename(path)  # noqa: PTH119 (a Path for each of 100,000 files is slow)
    try:
        tags = read_tags_at(path)
    except UnreadableAudio as error:
        return _broken(listed, storable(str(error)))
    except OSError as error:
        return _broken(listed, f"{storable(name)} cannot be read ({error.strerror}).")
    except Exception:  # noqa: BLE001 (one file among 300,000 ends no scan; the log has what is to be mended)
        _log.exception("the tags of a file could not be read")
        return _broken(listed, f"{storable(name)} cannot be read: something went wrong inside the program.")
    named = from_tags(tags)
    key = match_key(named.artist, named.title) if named else file_key(tags, name.rpartition(".")[0])
    facts = FileFacts(
        path=path,
        size=listed.size,
        mtime_ns=listed.mtime_ns,
        match_key=storable(key),
        duration_s=tags.duration_s,
        codec=tags.codec,
        bitrate=tags.bitrate,
        sample_rate=tags.sample_rate,
        channels=tags.channels,
        bit_depth=tags.bit_depth,
        tags=plain_tags(tags),
    )
    fields = tag_fields(tags)
    for name, value in fields.items():
        if isinstance(value, str | list):
            fields[name] = _storable(value)
    return ReadFile(facts, fields, named is not None)


def plain_tags(tags: FileTags) -> dict[str, Any]:
    """JSON-plain, without what is empty."""
    plain: dict[str, Any] = {}
    for name, value in zip(_TAGS, _all_tags(tags), strict=True):
        if value is not None and value is not False and value != ():
            plain[name] = _storable(value) if isinstance(value, str | tuple) else value
    return plain


def tags_of(file: FileRecord | FileFacts) -> FileTags:
    """The tags a scan has kept."""
    known: dict[str, Any] = {name: value for name, value in file.tags.items() if name in _TAGS_KNOWN}
    if "genres" in known:
        known["genres"] = tuple(known["genres"])
    return FileTags(**known)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    return [storable(each) for each in value] if isinstance(value, tuple | list) else value


def _broken(listed: Listed, reason: str) -> ReadFile:
    facts = FileFacts(listed.path, listed.size, listed.mtime_ns, state=FileState.BROKEN, reason=reason)
    return ReadFile(facts, {}, False)
