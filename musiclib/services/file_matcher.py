"""Finds the track a file is, among many, without comparing each with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from musiclib.db.records import TrackRecord
from musiclib.domain.file_matching import from_name, from_tags, score_file_prepared
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import MARGIN, Prepared, Recording, prepare
from musiclib.domain.text import match_key, normalise, split_version

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
    """Tracks by match key and by title; a file is compared only with those that share one with it."""

    def __init__(self, tracks: Iterable[TrackRecord]) -> None:
        self._by_key: dict[str, dict[TrackId, TrackRecord]] = defaultdict(dict)
        self._by_title: dict[str, dict[TrackId, TrackRecord]] = defaultdict(dict)
        self._prepared: dict[TrackId, Prepared] = {}
        for track in tracks:
            self.add(track)

    def add(self, track: TrackRecord) -> None:
        """IDs are left out: no file can be told to be one."""
        if not track.is_id:
            self._by_key[track.match_key][track.id] = track
            self._by_title[normalise(track.title)][track.id] = track

    def remove(self, track: TrackRecord) -> None:
        self._by_key[track.match_key].pop(track.id, None)
        self._by_title[normalise(track.title)].pop(track.id, None)

    def find(self, tags: FileTags, stem: str, refused: Container[TrackId] = ()) -> FileMatch | None:
        """The one track the file surely is; None if there is none, or two that fit as well.

        Tracks of `refused` are none of them.
        """
        candidates: dict[TrackId, TrackRecord] = {}
        for reading in readings(tags, stem):
            key = match_key(reading.artist, reading.title, reading.version)
            candidates |= self._by_key.get(key, {})
            candidates |= self._by_title.get(normalise(split_version(reading.title)[0]), {})
        scored = sorted(
            (
                (score_file_prepared(tags, stem, self._ready(track)).score, track.id)
                for track in [each for each in candidates.values() if each.id not in refused][:_LOOKED_AT]
            ),
            reverse=True,
        )
        if not scored or scored[0][0] < SURE:
            return None
        if len(scored) > 1 and scored[0][0] - scored[1][0] < MARGIN:
            return None
        return FileMatch(scored[0][1], scored[0][0])

    def track(self, track_id: TrackId) -> TrackRecord | None:
        """A track that is still to be found, by its id."""
        prepared = self._prepared.get(track_id)
        if prepared is None:
            return None
        key = normalise(prepared.recording.title)
        return self._by_title.get(key, {}).get(track_id)

    def _ready(self, track: TrackRecord) -> Prepared:
        if track.id not in self._prepared:
            self._prepared[track.id] = prepare(recording_of(track))
        return self._prepared[track.id]


def recording_of(track: TrackRecord) -> Recording:
    return Recording(track.artist, track.title, track.version, track.album, track.duration_s, track.isrc)
