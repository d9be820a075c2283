"""The download centre as a person uses it: what is wanted, paused, chosen, given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.connection import Connection
from musiclib.db.download_rows import download_rows, download_summary, history_rows
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.identities import new_id
from musiclib.db.records import AlbumRecord
from musiclib.db.transfer_records import TransferRecord
from musiclib.db.transfers import TransferRepository
from musiclib.db.wanted import listed_album
from musiclib.domain.address_list import GivenAddress, read_addresses
from musiclib.domain.audio_candidates import AudioCandidate
from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.purchases import KnownAlbum, Purchase, album_of
from musiclib.domain.states import FileState, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary
from musiclib.downloads.addresses import Addresses, address_name, sign_in_name
from musiclib.downloads.purchases import Purchases, read_purchase
from musiclib.errors import BadInput, ChangedSince, NotInLibrary
from musiclib.services.acts import Clock
from musiclib.services.download_types import AlbumAsked, CandidateChoice, GivenAudio
from musiclib.services.given_audio import assign
from musiclib.tags.opening import AUDIO_SUFFIXES

Rows = tuple[DownloadAlbumRow, ...]
_TO_TRY_AGAIN = (
    TransferState.PAUSED,
    TransferState.ERROR,
    TransferState.NO_SOURCE,
    TransferState.CANCELLED,
)
_LIVELY = (TransferState.WANTED, TransferState.QUEUED, TransferState.RUNNING)


class DownloadService:
    """Thread-safe; each method is one transaction. A runner sees within a second what was wished.

    Methods that take `album_ids` and `transfer_ids` take either or both; a transfer belongs to the album it
    was asked for with. They return the rows of all albums that changed.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        sources: Callable[[Connection], Sequence[str]],
        keep_secret: Callable[[str, str], None],
        online: Callable[[], bool],
    ) -> None:
        """`sources` reads the names of those that are switched on, `keep_secret` keeps a text by a name."""
        self._db = db
        self._clock = clock
        self._sources = sources
        self._keep_secret = keep_secret
        self._online = online

    def get_album(self, album_id: AlbumId) -> AlbumAsked:
        """Ask for the audio of every track of an album that has no file.

        What was paused, failed, cancelled or found nowhere before is tried again. An `ID - ID` line waits
        for its name. `NotInLibrary` when the album is gone.
        """
        with self._db.write() as conn:
            return _ask_for(conn, album_id, self._clock())[0]

    def add_addresses(self, album_id: AlbumId, text: str) -> GivenAudio:
        """Fetch an album from addresses: a pasted list, one a line, or a playlist.

        Passwords and signed parts of them are kept with the other secrets. `BadInput` if there is none.
        """
        if not self._online():
            raise BadInput("The network is switched off in the settings: no address is fetched.")
        listed = read_addresses(text)
        if not listed.addresses:
            said = listed.problems[0] if listed.problems else "There is no web address in this text."
            raise BadInput(f"{said} Give one address a line, beginning with https:// or http://.")
        with self._db.read() as conn:
            _known_album(conn, album_id)  # before anything secret is kept for it
        candidates = [self._kept(each) for each in listed.addresses]
        with self._db.write() as conn:
            return _give(conn, album_id, candidates, Addresses.label, self._clock(), listed.problems)

    def _kept(self, given: GivenAddress) -> AudioCandidate:
        """What is stored of an address, its secret parts kept."""
        candidate = given.candidate
        if given.user is not None or given.password is not None:
            self._keep_secret(sign_in_name(candidate.ref), f"{given.user or ''}:{given.password or ''}")
        if given.signed is not None:
            # Several may differ in nothing but what is kept: each has a name of its own.
            candidate = replace(candidate, ref=f"{candidate.ref}#{new_id()}")
            self._keep_secret(address_name(candidate.ref), given.signed)
        return candidate

    def take_zip(self, path: Path, album_id: AlbumId | None = None) -> GivenAudio:
        """Take an album out of a ZIP file that was bought; the file stays, and has to till all is here.

        Without `album_id` the album is known by the names in it: `NotInLibrary` if it is not, `BadInput` if
        the file is of no use.
        """
        purchase = read_purchase(path, AUDIO_SUFFIXES)
        with self._db.write() as conn:
            meant = album_id or _album_of(conn, purchase)
            if meant is None:
                raise NotInLibrary(
                    f"No album of the library is surely the one in {path.name} (“{purchase.title}”). "
                    "Name the album it is for."
                )
            return _give(conn, meant, purchase.candidates, Purchases.label, self._clock(), ())

    def pause(self, album_ids: Iterable[AlbumId] = (), transfer_ids: Iterable[TransferId] = ()) -> Rows:
        """Stop at the byte they are at; outlives restarts."""
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            changed = transfers.pause(_both(transfers, album_ids, transfer_ids), self._clock())
            return _rows_of(conn, changed)

    def resume(self, album_ids: Iterable[AlbumId] = (), transfer_ids: Iterable[TransferId] = ()) -> Rows:
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            changed = transfers.resume(_both(transfers, album_ids, transfer_ids), self._clock())
            return _rows_of(conn, changed)

    def pause_all(self) -> Rows:
        """Stop everything that is in the download centre now."""
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            return _rows_of(conn, transfers.pause(transfers.all_in(_LIVELY), self._clock()))

    def resume_all(self) -> Rows:
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            return _rows_of(conn, transfers.resume(transfers.all_in((TransferState.PAUSED,)), self._clock()))

    def cancel(self, album_ids: Iterable[AlbumId] = (), transfer_ids: Iterable[TransferId] = ()) -> Rows:
        """Give up what is not here yet. `retry` of the same transfers takes that back, from the first byte.

        An album of which nothing had come leaves the download centre at once: its row is not returned.
        """
        with self._db.write() as conn:
            now, transfers = self._clock(), TransferRepository(conn)
            changed = transfers.cancel(_both(transfers, album_ids, transfer_ids), now)
            for album_id in transfers.albums_of(changed):
                left = transfers.of_albums([album_id])
                if left == transfers.of_albums([album_id], (TransferState.CANCELLED,)):
                    transfers.clear(left, now)
            return _rows_of(conn, changed)

    def retry(self, album_ids: Iterable[AlbumId] = (), transfer_ids: Iterable[TransferId] = ()) -> Rows:
        """Try again at once what failed, waits, was found nowhere, needs a person or was cancelled.

        Albums name what is in the download centre; transfers may also be of its history.
        """
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            changed = transfers.retry(_both(transfers, album_ids, transfer_ids), self._clock())
            return _rows_of(conn, changed)

    def raise_priority(self, album_ids: Iterable[AlbumId]) -> Rows:
        """Have these albums come before all others."""
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            ids = transfers.of_albums(album_ids)
            changed = transfers.set_priority(ids, transfers.highest_priority() + 1, self._clock())
            return _rows_of(conn, changed)

    def clear(self, album_ids: Iterable[AlbumId]) -> None:
        """Have what has ended of these albums leave the download centre for its history."""
        with self._db.write() as conn:
            transfers = TransferRepository(conn)
            transfers.clear(transfers.of_albums(album_ids), self._clock())

    def albums(self, album_ids: Iterable[AlbumId] | None = None) -> Rows:
        """The download centre, or these albums of it: the first in line first."""
        with self._db.read() as conn:
            return tuple(download_rows(conn, album_ids))

    def history(self, limit: int = 200) -> Rows:
        """Albums that have left the download centre, the last one first."""
        with self._db.read() as conn:
            return tuple(history_rows(conn, limit))

    def summary(self) -> DownloadSummary:
        """As the table knows it: how fast bytes move only a runner can tell."""
        with self._db.read() as conn:
            return download_summary(conn, self._sources(conn))

    def candidates(self, transfer_id: TransferId) -> tuple[CandidateChoice, ...]:
        """What the sources offered for a track, best first. `NotInLibrary` when the transfer is gone."""
        with self._db.read() as conn:
            record = _record(conn, transfer_id)
        return tuple(
            CandidateChoice(
                index,
                each.ranked,
                each.source_label,
                record.chosen is not None and record.chosen.key == each.key,
                each.key in record.refused,
            )
            for index, each in enumerate(record.candidates)
        )

    def choose(self, transfer_id: TransferId, index: int) -> Rows:
        """Fetch the track from that one of its `candidates`, from the first byte.

        `ChangedSince` when there is no such candidate any more, or the transfer has ended.
        """
        with self._db.write() as conn:
            record = _record(conn, transfer_id)
            if not 0 <= index < len(record.candidates):
                raise ChangedSince("The sources have been searched again since. Look at what they offer now.")
            changed = TransferRepository(conn).choose(transfer_id, record.candidates[index], self._clock())
            if not changed:
                raise ChangedSince("This track is here, or was given up, since. Nothing was changed.")
            return _rows_of(conn, changed)

    def refuse(self, transfer_id: TransferId, index: int | None = None) -> Rows:
        """That candidate is not the track, or the one it came from (None), or, before a choice, none is.

        After one was refused, the sources are searched again without it; after all were, it is in none.
        """
        with self._db.write() as conn:
            record = _record(conn, transfer_id)
            everything = index is None and record.chosen is None
            keys = {each.key for each in record.candidates} if everything else {_meant(record, index)}
            left = [each for each in record.candidates if each.key not in record.refused | keys]
            state = TransferState.NO_SOURCE if everything or not left else TransferState.WANTED
            return _rows_of(conn, TransferRepository(conn).refuse(transfer_id, keys, state, self._clock()))

    def keep_as_is(self, transfer_id: TransferId) -> Rows:
        """Keep what came although it is not as listed: it is put in its place without another check."""
        with self._db.write() as conn:
            return _rows_of(conn, TransferRepository(conn).keep_as_is(transfer_id, self._clock()))


def _known_album(conn: Connection, album_id: AlbumId) -> AlbumRecord:
    album = AlbumRepository(conn).get(album_id)
    if album is None:
        raise NotInLibrary("This album is no longer in the library. Choose another one.")
    return album


def _ask_for(
    conn: Connection, album_id: AlbumId, now: datetime
) -> tuple[AlbumAsked, dict[TrackId, TransferId]]:
    """Have all that is missing of an album wanted; the open transfers of what is missing."""
    transfers = TransferRepository(conn)
    album = _known_album(conn, album_id)
    track_ids = list(dict.fromkeys(each.track_id for each in AlbumRepository(conn).entries(album_id)))
    files = FileRepository(conn).files_of(track_ids)
    here = {each for each in track_ids if any(f.state is FileState.OK for f in files.get(each, ()))}
    missing = [each for each in track_ids if each not in here]
    ended = transfers.of_albums([album_id], _TO_TRY_AGAIN)
    again = [each for each in ended if _record(conn, each).track_id not in here]
    renewed = {*transfers.resume(again, now), *transfers.retry(again, now)}
    there = transfers.open_of(missing)
    new = transfers.want(album_id, [each for each in missing if each not in there], now)
    rows = download_rows(conn, [album_id])
    asked = len(new) + len(renewed)
    told = AlbumAsked(
        album_id, album.title, asked, len(missing) - asked, len(here), rows[0] if rows else None
    )
    return told, transfers.open_of(missing)


def _give(
    conn: Connection,
    album_id: AlbumId,
    candidates: Sequence[AudioCandidate],
    label: str,
    now: datetime,
    problems: tuple[str, ...],
) -> GivenAudio:
    asked, open_transfers = _ask_for(conn, album_id, now)
    album = listed_album(conn, album_id)
    assert album is not None
    done = assign(conn, album, open_transfers, candidates, label, now)
    rows = download_rows(conn, [album_id])
    return GivenAudio(
        replace(asked, row=rows[0] if rows else None),
        done.by_name,
        done.in_order,
        done.unsure,
        tuple(each.name for each in done.left_over),
        problems,
    )


def _album_of(conn: Connection, purchase: Purchase) -> AlbumId | None:
    albums = AlbumRepository(conn).all()
    return album_of(purchase, (KnownAlbum(each.id, each.title, each.artist) for each in albums))


def _both(
    transfers: TransferRepository, album_ids: Iterable[AlbumId], transfer_ids: Iterable[TransferId]
) -> list[TransferId]:
    return list(dict.fromkeys([*transfers.of_albums(album_ids), *transfer_ids]))


def _rows_of(conn: Connection, changed: Sequence[TransferId]) -> Rows:
    return tuple(download_rows(conn, TransferRepository(conn).albums_of(changed))) if changed else ()


def _record(conn: Connection, transfer_id: TransferId) -> TransferRecord:
    record = TransferRepository(conn).get(transfer_id)
    if record is None:
        raise NotInLibrary("This download is no longer in the library.")
    return record


def _meant(record: TransferRecord, index: int | None) -> tuple[str, str]:
    if index is None:
        assert record.chosen is not None
        return record.chosen.key
    if not 0 <= index < len(record.candidates):
        raise ChangedSince("The sources have been searched again since. Look at what they offer now.")
    return record.candidates[index].key
