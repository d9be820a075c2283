"""Albums in the download centre in every state there is, as the design shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from musiclib.domain.ids import AlbumId, TrackId, TransferId
from musiclib.domain.states import TransferReason, TransferState
from musiclib.domain.transfers import DownloadAlbumRow, DownloadSummary, TransferRow

MB = 1_000_000


def transfer(
    number: int,
    title: str,
    state: TransferState,
    now: datetime,
    *,
    size: float | None = None,
    share: float = 0.0,
    reason: TransferReason | None = None,
    detail: str | None = None,
    wait: timedelta | None = None,
    speed: float | None = None,
    attempts: int = 1,
    seconds: float = 245.0,
    version: str | None = None,
    album: int = 1,
) -> TransferRow:
    """`size` in megabytes; `share` of it is here."""
    total = round(size * MB) if size else None
    done = total if state is TransferState.DONE else round((total or 0) * share)
    return TransferRow(
        id=TransferId(UUID(int=album * 1000 + number)),
        track_id=TrackId(UUID(int=album * 1000 + number)),
        position=number,
        artist="Tiefbau",
        title=title,
        version=version,
        duration_s=seconds,
        state=state,
        reason=reason,
        detail=detail,
        source_label=None if state is TransferState.WANTED else "Home NAS",
        bytes_done=done or 0,
        bytes_total=total,
        speed_bps=speed,
        checking=False,
        attempts=attempts,
        not_before=now + wait if wait else None,
        state_at=now - timedelta(minutes=5),
        is_id=False,
    )


def album(
    number: int,
    title: str,
    artist: str,
    transfers: Sequence[TransferRow],
    now: datetime,
    *,
    ended: bool = False,
) -> DownloadAlbumRow:
    return DownloadAlbumRow(
        AlbumId(UUID(int=number)),
        number,
        title,
        artist,
        None,
        0,
        now - timedelta(hours=1, minutes=-number),
        now - timedelta(minutes=29) if ended else None,
        tuple(transfers),
    )


def every_state(now: datetime) -> list[DownloadAlbumRow]:
    done, wait = TransferState.DONE, timedelta(minutes=25)
    busy = {"reason": TransferReason.SERVER_ERROR, "wait": wait}
    first = [
        transfer(1, "Vorlauf", done, now, size=31),
        transfer(2, "Grüße aus dem Maschinenraum", TransferState.RUNNING, now, size=74, share=0.61,
                 speed=300_000, version="Live im Heizkraftwerk", seconds=400),
        transfer(3, "Druckausgleich", done, now, size=66),
        transfer(4, "Ventil 7", TransferState.QUEUED, now, size=81, attempts=3, **busy),
        transfer(5, "Schaltschrank", done, now, size=60),
        transfer(6, "Kurbelwelle", TransferState.REVIEW, now, size=73, share=1,
                 reason=TransferReason.NOT_AS_LISTED, detail="Came 41 s shorter than the list says"),
        transfer(7, "Leerlauf", TransferState.QUEUED, now, size=24, attempts=2, **busy),
        *(transfer(n, f"Kessel {n}", done, now, size=90) for n in (8, 9, 10)),
    ]  # fmt: skip
    second = [
        *(transfer(n, f"Kran {n}", done, now, size=60, album=2) for n in range(1, 5)),
        transfer(5, "Pegel", TransferState.RUNNING, now, size=70, share=0.8, speed=500_000, album=2),
        transfer(6, "Barkasse", TransferState.NO_SOURCE, now, reason=TransferReason.NO_SOURCE, album=2),
        transfer(7, "Schlick", TransferState.WANTED, now, album=2),
        transfer(8, "Deich", TransferState.ERROR, now, size=40, reason=TransferReason.WRONG_HASH, album=2),
    ]
    third = [
        *(transfer(n, f"湾岸 {n}", done, now, size=60, album=3) for n in range(1, 4)),
        transfer(4, "夜明け", TransferState.PAUSED, now, size=50, share=0.4,
                 reason=TransferReason.BY_PERSON, album=3),
        transfer(5, "高速", TransferState.PAUSED, now, size=50, reason=TransferReason.BY_PERSON, album=3),
    ]  # fmt: skip
    fourth = [transfer(n, f"Mile {n}", done, now, size=73, album=4) for n in range(1, 12)]
    return [
        album(1, "Grüße aus dem Maschinenraum", "Tiefbau", first, now),
        album(2, "Hafenklang 041", "Mira Voss", second, now),
        album(3, "湾岸ドライブ", "Sato Kaito", third, now),
        album(4, "Ninety Miles of Nothing", "The Dry County Line", fourth, now, ended=True),
    ]


def summary(rows: Sequence[DownloadAlbumRow]) -> DownloadSummary:
    each = [transfer for row in rows for transfer in row.transfers]
    states = {one.state for one in each}
    return DownloadSummary(
        sum(one.bytes_done for one in each),
        sum(one.bytes_total or 0 for one in each),
        800_000.0,
        240.0,
        tuple((state, sum(one.state is state for one in each)) for state in sorted(states)),
        ("Home NAS", "Navidrome at home", "archive.org"),
        paused=False,
    )
