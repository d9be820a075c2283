"""What a collection run has learnt of tracks, said in the provider's own name beside all other sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from musiclib.db.connection import Connection
from musiclib.db.effective import remerge
from musiclib.db.metadata import TrackMetadataRepository
from musiclib.db.records import SourceValues, TrackRecord
from musiclib.db.tracks import TrackRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.matching import Recording
from musiclib.providers.base import Candidate


@dataclass(frozen=True, slots=True)
class Said:
    """A recording that a track is, and how sure that is (0-100)."""

    candidate: Candidate
    score: float


class CollectedValues:
    """Never changes what a person has said: each source has its own row, and the merge lets a person win."""

    def __init__(self, precedence: Sequence[str]) -> None:
        self._precedence = precedence

    def say(
        self,
        conn: Connection,
        source: str,
        tracks: Mapping[TrackId, TrackRecord],
        found: Mapping[TrackId, Said],
        accept: float,
        now: datetime,
    ) -> None:
        """Link tracks to recordings of a source, with what it says of them.

        A recording that is less sure than `accept` only gives its link: labels put one ISRC on two
        recordings. Of a track whose match a person has made only what nobody else says is taken.
        """
        metadata = TrackMetadataRepository(conn)
        locked = [track_id for track_id in found if tracks[track_id].match_locked]
        others = metadata.by_source(locked)
        said = []
        for track_id, each in found.items():
            taken = {
                name
                for other, fields in others.get(track_id, {}).items()
                if other != source
                for name in fields
            }
            fields = {
                name: value
                for name, value in each.candidate.fields.items()
                if each.score >= accept and name not in taken
            }
            said.append(
                SourceValues(
                    track_id,
                    source,
                    fields,
                    each.candidate.external_id or None,
                    dict.fromkeys(fields, round(each.score / 100, 3)),
                    dict(each.candidate.links),
                    each.candidate.art if each.score >= accept else (),
                )
            )
        metadata.put(said, now)
        changed = remerge(conn, found, self._precedence, now)
        TrackRepository(conn).touch(found.keys() - set(changed))  # their link is news, too


def recording_of_track(track: TrackRecord) -> Recording:
    return Recording(track.artist, track.title, track.version, track.album, track.duration_s, track.isrc)
