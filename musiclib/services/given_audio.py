"""Audio a person hands over for an album, as addresses or a bought ZIP file: which is which track?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from musiclib.db.connection import Connection
from musiclib.db.transfer_records import ListedAlbum, ListedTrack, OfferedCandidate
from musiclib.db.transfers import TransferRepository
from musiclib.domain.audio_candidates import AudioCandidate, RankedCandidate
from musiclib.domain.audio_choice import Choice, Rules, Verdict, choose
from musiclib.domain.ids import TrackId, TransferId


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many tracks got their file by its name, how many by its place, and what was left over."""

    by_name: int
    in_order: int
    unsure: int
    """Tracks for which a person has to choose."""
    left_over: tuple[AudioCandidate, ...]


def assign(
    conn: Connection,
    album: ListedAlbum,
    open_transfers: dict[TrackId, TransferId],
    given: Sequence[AudioCandidate],
    label: str,
    now: datetime,
) -> Assigned:
    """Have every wanted track fetched from what was given for it.

    What is surely a track by its name is taken. If then as many files are left as tracks, they are taken in
    their order: the check of length and tags tells of a wrong one. Otherwise a person chooses.
    """
    tracks = [each for each in album.tracks if each.track_id in open_transfers]
    choices = choose(album.wanting(open_transfers.keys()), given, _any_kind(given))
    transfers = TransferRepository(conn)
    taken: set[tuple[str, str]] = set()
    left: list[ListedTrack] = []
    for track in tracks:
        choice = choices[track.track_id]
        if choice.verdict is not Verdict.SURE:
            left.append(track)
            continue
        transfers.offer(open_transfers[track.track_id], _offers(choice, label), now)
        transfers.choose(open_transfers[track.track_id], OfferedCandidate(choice.ranked[0], label), now)
        taken.add(choice.ranked[0].candidate.key)
    over = [each for each in given if each.key not in taken]
    by_name = len(tracks) - len(left)
    if left and len(left) == len(over):
        for track, candidate in zip(left, over, strict=True):
            offer = OfferedCandidate(RankedCandidate(candidate, 0.0, ()), label)
            transfers.offer(open_transfers[track.track_id], [offer], now)
            transfers.choose(open_transfers[track.track_id], offer, now)
        return Assigned(by_name, len(left), 0, ())
    unsure = [each for each in left if choices[each.track_id].verdict is Verdict.ASK]
    for track in unsure:
        offers = _offers(choices[track.track_id], label)
        transfers.ask(open_transfers[track.track_id], offers, now)
    return Assigned(by_name, 0, len(unsure), tuple(over))


def _any_kind(given: Sequence[AudioCandidate]) -> Rules:
    """Who hands a file over wants it, whatever kind it is of."""
    return Rules(tuple(dict.fromkeys(each.suffix for each in given)))


def _offers(choice: Choice, label: str) -> list[OfferedCandidate]:
    return [OfferedCandidate(each, label) for each in choice.ranked]
