"""Finds the track a file is, among many, without comparing each with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from musiclib.db.identities import RawId, track_id
from musiclib.db.records import TrackRecord
from musiclib.domain.file_matching import from_name, from_tags, score_file_prepared
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import MARGIN, Prepared, Recording, prepare
from musiclib.domain.text import match_key

SURE = 88.0
"""From this score on a file is linked without asking."""
_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class FileMatch:
    track_id: TrackId
    score: float


def readings(tags: FileTags, stem: str) -> list[Recording]:
    """What a file may be, by its tags and by its name, likeliest first."""
    tagged = from_tags(tags)
    named = from_name(stem, tags.duration_s, tags)
    return ([tagged] if tagged else []) + named


def file_key(tags: FileTags, stem: str) -> str:
    """The match key of the likeliest reading; "" if there is none."""
    first = next(iter(readings(tags, stem)), None)
    return match_key(first.artist, first.title, first.version) if first else ""


class FileMatcher:
    """Finds tracks by the words of their titles; a file is compared only with those that share them.

    Made of the match keys of all tracks that may be found; only those are loaded that a file may be.
    """

    def __init__(
        self,
        keys: Iterable[tuple[RawId, str]],
        load: Callable[[Collection[TrackId]], Mapping[TrackId, TrackRecord]],
    ) -> None:
        self._load = load
        self._by_title: dict[str, list[tuple[RawId, str]]] = defaultdict(list)
        for each in keys:
            self._by_title[_title_of(each[1])].append(each)
        self._found: set[TrackId] = set()
        self._prepared: dict[TrackId, Prepared] = {}

    def __bool__(self) -> bool:
        return bool(self._by_title)

    def remove(self, found: TrackId) -> None:
        """Find a track no longer: its file is found."""
        self._found.add(found)
        self._prepared.pop(found, None)

    def find(self, tags: FileTags, stem: str, refused: Container[TrackId] = ()) -> FileMatch | None:
        """The one track the file surely is; None if there is none, or two that fit as well.

        Tracks of `refused` are none of them.
        """
        candidates = self._candidates(tags, stem, refused)
        scored = sorted(
            (
                (score_file_prepared(tags, stem, prepared).score, each)
                for each, prepared in self._ready(candidates).items()
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < SURE:
            return None
        if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN:
            return None
        return FileMatch(scored[0][1], scored[0][0])

    def _candidates(self, tags: FileTags, stem: str, refused: Container[TrackId]) -> list[TrackId]:
        """Those with the whole key of a reading first, then those with its title."""
        same: dict[TrackId, None] = {}
        alike: dict[TrackId, None] = {}
        for reading in readings(tags, stem):
            key = match_key(reading.artist, reading.title, reading.version)
            for raw, other in self._by_title.get(_title_of(key), ()):
                each = track_id(raw)
                if each not in refused and each not in self._found:
                    (same if other == key else alike)[each] = None
        return list(dict.fromkeys((*same, *alike)))[:_LOOKED_AT]

    def _ready(self, track_ids: Sequence[TrackId]) -> dict[TrackId, Prepared]:
        if missing := [each for each in track_ids if each not in self._prepared]:
            for each, track in self._load(missing).items():
                self._prepared[each] = prepare(recording_of(track))
        return {each: self._prepared[each] for each in track_ids if each in self._prepared}


def _title_of(key: str) -> str:
    """The title's part of a match key."""
    parts = key.split("|", 2)
    return parts[1] if len(parts) == 3 else key


def recording_of(track: TrackRecord) -> Recording:
    return Recording(track.artist, track.title, track.version, track.album, track.duration_s, track.isrc)
