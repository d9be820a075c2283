"""Cleans the art folder of what nobody refers to, in small pieces and beside programs that write to it."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Text, cast, delete, select

from musiclib.db.art import ArtRepository
from musiclib.db.engine import Database
from musiclib.db.schema import Album, Art, Changeset, Track

_SETTLED = timedelta(hours=1)
"""Who has written an image says so in the library before that, or has given up."""
_HASH = re.compile(r"([0-9a-f]{64})\b")
_MENTIONED = re.compile(r'"art_id":\s*"([0-9a-f-]{36})"')
_PART = ".art-"


def drop_unused_art(conn: Connection, now: datetime, after: UUID | None, most: int) -> UUID | None:
    """Forget images that no album or track has and no act that can be undone would bring back.

    Looks at no more than `most`, in the order of their ids, from the one behind `after`; returns the last,
    None: there are no more. Those that are only looked at are `ArtFiles.drop_previews`'.
    """
    shown = select(Album.id).where(Album.art_id == Art.id), select(Track.id).where(Track.art_id == Art.id)
    query = select(Art.id).where(Art.previewed_at.is_(None), Art.created_at < now - _SETTLED)
    unused = query.where(*(~each.exists() for each in shown))
    if after is not None:
        unused = unused.where(Art.id > after)
    ids = list(conn.execute(unused.order_by(Art.id).limit(most)).scalars())
    if not ids:
        return None
    mentioned = _mentioned(conn)
    conn.execute(delete(Art).where(Art.id.in_([each for each in ids if each not in mentioned])))
    return ids[-1]


def art_folders(root: Path) -> Iterator[Path]:
    """Where images and small copies of them lie."""
    for place in (root, root / "thumbs"):
        with contextlib.suppress(OSError):
            yield from sorted(each for each in place.iterdir() if len(each.name) == 2)


def sweep(db: Database, folder: Path, now: datetime) -> None:
    """Delete the files in one of these folders that are of no image the library knows.

    A file that was written or used a moment ago stays, as its image may be about to be told.
    """
    old: dict[str, list[Path]] = defaultdict(list)
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            named = _HASH.match(path.name)
            if (named or path.name.startswith(_PART)) and _is_old(path, now):
                old[named[1] if named else ""].append(path)
    with db.read() as conn:
        known = ArtRepository(conn).by_hash(old)
    for sha256, paths in old.items():
        if sha256 not in known:
            for path in paths:
                _drop(path, now)


def _drop(path: Path, now: datetime) -> None:
    """Put aside first: whoever wants the file from then on writes it anew, and who did just before gets it
    back."""
    aside = path.with_name(f"{_PART}{path.name}")
    with contextlib.suppress(OSError):
        path.replace(aside)
        if _is_old(aside, now):
            aside.unlink()
        else:
            aside.replace(path)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > _SETTLED.total_seconds()
    except OSError:
        return False


def _mentioned(conn: Connection) -> set[UUID]:
    """Images in the history."""
    payload = cast(Changeset.payload, Text)
    rows = conn.execute(select(payload).where(payload.contains('"art_id"'))).yield_per(100)
    return {UUID(named) for text in rows.scalars() for named in _MENTIONED.findall(text)}
