"""What a run found and left of each track, so that it can be taken back, and done again, exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from musiclib.db.bulk_schema import RunImage
from musiclib.db.bulk_states import HeldTrack, SaidRow
from musiclib.db.bulk_writing import TrackWrite
from musiclib.domain.ids import TrackId

_ENCODER = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
Image = dict[str, dict[str, list[Any]]]
"""`values`: field -> [before, after]; `said`: source -> [row before, row after], None where there is none."""
BEFORE, AFTER = 0, 1


def image_of(write: TrackWrite) -> str:
    """The image of what is about to be written."""
    held = write.held
    return _ENCODER.encode(
        {
            "values": {name: [held.columns[name], value] for name, value in write.values.items()},
            "said": {source: [held.rows.get(source), row] for source, row in write.said.items()},
        }
    )


def images_of(conn: Connection, changeset_id: UUID) -> Iterator[tuple[TrackId, Image]]:
    """Those of a run, in the order of the tracks' ids."""
    query = select(RunImage.track_id, RunImage.image).where(RunImage.changeset_id == changeset_id)
    for track_id, image in conn.execute(query.order_by(RunImage.track_id)).all():
        yield TrackId(track_id), json.loads(image)


def stands_at(held: HeldTrack, image: Image, side: int) -> bool:
    """Whether a track is as it was on that side of the run, as far as the run has touched it."""
    values = all(held.columns[name] == sides[side] for name, sides in image["values"].items())
    return values and all(
        _same(held.rows.get(source), sides[side]) for source, sides in image["said"].items()
    )


def back_to(held: HeldTrack, image: Image, side: int) -> TrackWrite:
    """What brings a track to that side of the run."""
    values = {name: sides[side] for name, sides in image["values"].items()}
    said = {source: _row(sides[side]) for source, sides in image["said"].items()}
    there = {source: row for source, row in said.items() if row is not None or source in held.rows}
    return TrackWrite(held, values, there)


def _row(plain: list[str] | None) -> SaidRow | None:
    return None if plain is None else SaidRow(*plain)


def _same(row: SaidRow | None, plain: list[str] | None) -> bool:
    """The same words of a source, whenever it said them."""
    if row is None or plain is None:
        return row is None and plain is None
    then = SaidRow(*plain)
    if row[:-1] == then[:-1]:
        return True
    texts = zip(row[1:-1], then[1:-1], strict=True)
    return row.external_id == then.external_id and all(json.loads(a) == json.loads(b) for a, b in texts)
