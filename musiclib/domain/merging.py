"""What becomes of the values a person set, when tracks are merged into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musiclib.domain.ids import TrackId
from musiclib.domain.provenance import Plain

MATCH = "match"
ART = "art"
"""Names of what else a person may have decided, beside the fields of a track."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one track of several: `gone` leave the library, `kept` has what they had."""

    kept: TrackId
    gone: tuple[TrackId, ...]
    choices: Mapping[str, TrackId] = field(default_factory=dict)
    """Field -> whose hand-made value stays, where two of them differ."""

    @property
    def tracks(self) -> tuple[TrackId, ...]:
        return self.kept, *self.gone


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person set a field differently on two of the tracks. Of match and picture the values are None."""

    field: str
    values: Mapping[TrackId, Plain | None]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided of one track. `match` is source -> id where the match is locked, `art` likewise
    the picture's id ("" for none)."""

    id: TrackId
    values: Mapping[str, Plain]
    match: Mapping[str, str] | None = None
    art: str | None = None


def conflicts(tracks: Sequence[Decided]) -> tuple[Conflict, ...]:
    """Where what a person decided of these tracks cannot all be kept."""
    found: list[Conflict] = []
    for name in dict.fromkeys(name for track in tracks for name in track.values):
        said = {track.id: track.values[name] for track in tracks if name in track.values}
        if any(value != next(iter(said.values())) for value in said.values()):
            found.append(Conflict(name, said))
    matches = [track for track in tracks if track.match is not None]
    if any(_is_another(one.match, other.match) for one in matches for other in matches):
        found.append(Conflict(MATCH, dict.fromkeys((each.id for each in matches), None)))
    art = [track for track in tracks if track.art is not None]
    if len({each.art for each in art}) > 1:
        found.append(Conflict(ART, dict.fromkeys((each.id for each in art), None)))
    return tuple(found)


def _is_another(one: Mapping[str, str] | None, other: Mapping[str, str] | None) -> bool:
    """Whether a source knows the two by different ids."""
    ours, theirs = one or {}, other or {}
    return any(theirs.get(source, external_id) != external_id for source, external_id in ours.items())


def merged_values(merge: Merge, tracks: Sequence[Decided]) -> dict[str, TrackId]:
    """Whose hand-made value of each field stays: the chosen one's, else that of the first to have one.

    `tracks` begin with the one that is kept.
    """
    owners: dict[str, TrackId] = {}
    for track in tracks:
        for name in track.values:
            owners.setdefault(name, track.id)
    said = {track.id: track.values for track in tracks}
    chosen = {name: one for name, one in merge.choices.items() if name in said.get(one, {})}
    return owners | chosen
