"""Cover art: what there is to choose from, fetching it, and choosing it by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from musiclib.db.albums import AlbumRepository
from musiclib.db.art import ALBUM_ACT, TRACK_ACT, ArtRepository
from musiclib.db.art_files import ArtFiles
from musiclib.db.engine import Database
from musiclib.db.thumb_files import SIDES
from musiclib.db.tracks import TrackRepository
from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import ArtId, TrackId
from musiclib.domain.states import Source
from musiclib.errors import KnownError, NotInLibrary
from musiclib.providers.base import ArtBytes
from musiclib.services.acts import Acts, Clock
from musiclib.services.art_asking import fetch_all, look, until_stopped
from musiclib.services.art_known import Known, choices_of, further, in_library, read_known
from musiclib.services.art_on_disk import pictures_on_disk, read_picture, read_picture_file
from musiclib.services.art_queries import queries_for
from musiclib.services.art_types import (
    IN_FILE,
    IN_LIBRARY,
    ArtChoice,
    ArtOf,
    FetchPicture,
    FurtherArt,
    OpenArt,
    Picture,
    Seen,
    Stop,
)
from musiclib.services.changes import Change


def _never() -> bool:
    return False


class ArtService:
    """Thread-safe. What uses the network or reads files waits for it: call it from a thread.

    A picture is fetched and kept in the art folder before it is chosen, bounded in bytes and pixels; those
    nobody chooses are dropped when they take too much space.
    """

    def __init__(
        self, db: Database, acts: Acts, clock: Clock, files: ArtFiles, open_art: OpenArt, fetch: FetchPicture
    ) -> None:
        """`fetch` takes a picture from an address a person gave."""
        self._db = db
        self._acts = acts
        self._clock = clock
        self._files = files
        self._open_art = open_art
        self._fetch = fetch

    def path_of(self, art_id: ArtId) -> Path | None:
        """The image file, or None if the library does not know it (any more)."""
        with self._db.read() as conn:
            facts = ArtRepository(conn).get(art_id)
        return self._files.path(facts.sha256, facts.mime) if facts else None

    def picture(self, art_id: ArtId, side: int | None) -> Picture | None:
        """The bytes of an image; those of a small copy of at least `side` pixels if there is one.

        None if the library does not know it (any more) or its file cannot be read.
        """
        with self._db.read() as conn:
            facts = ArtRepository(conn).get(art_id)
        if facts is None:
            return None
        small = small_side(side) if side is not None else None
        if small is not None and (copy := self._files.thumbs.get(facts.sha256, small)) is not None:
            return Picture(copy, facts.sha256, small=True)
        try:
            return Picture(self._files.path(facts.sha256, facts.mime).read_bytes(), facts.sha256)
        except OSError:
            return None

    def keep_small(self, sha256: str, side: int, data: bytes) -> None:
        """Keep a small copy of the image with that hash, whose shorter side is a `small_side`."""
        self._files.thumbs.put(sha256, side, data)

    def choices(self, of: ArtOf) -> list[ArtChoice]:
        """What may be chosen as far as is known without the network, best first; reads the tracks' files.

        Raises `NotInLibrary`.
        """
        return self._choices(self._known(of))

    def look_further(self, of: ArtOf, stop: Stop = _never) -> FurtherArt:
        """Ask the providers for more, at their gates, and with their answers kept.

        Raises `NotInLibrary`, `BadInput` if the network is off.
        """
        known = self._known(of)
        with self._db.read() as conn:
            queries = queries_for(conn, known)
        choices = self._choices(known)

        async def ask() -> FurtherArt:
            async with self._open_art() as sources:
                refs, troubles, asked = await look(sources, queries, known.candidates)
            return FurtherArt(tuple(further(choices, refs)), tuple(troubles.items()), tuple(asked))

        return asyncio.run(until_stopped(ask(), stop)) or FurtherArt(tuple(choices))

    def preview(self, choice: ArtChoice) -> ArtChoice:
        """The choice with its picture in the art folder.

        Raises `NotInLibrary` if the picture is gone, else what kept it from being fetched: `ProviderError`,
        `BadInput`, `DiskFull`.
        """
        seen: list[Seen] = []
        self.previews([choice], seen.append)
        if (trouble := seen[0].trouble) is not None:
            raise trouble
        if seen[0].choice.art_id is None:
            raise NotInLibrary("This picture is not there any more. Choose another.")
        return seen[0].choice

    def previews(
        self, choices: Iterable[ArtChoice], tell: Callable[[Seen], None], stop: Stop = _never
    ) -> None:
        """Fetch the pictures of choices, a few at once, and tell of each as it comes, in this thread."""
        remote: dict[ArtRef, ArtChoice] = {}
        for choice in self._with_ids(choices):
            if stop():
                return
            if choice.art_id is not None and self._is_there(choice.art_id):
                tell(Seen(choice))
            elif choice.ref.provider == IN_FILE:
                tell(self._from_disk(choice))
            elif choice.ref.provider == IN_LIBRARY:
                tell(Seen(replace(choice, art_id=None)))
            else:
                remote[choice.ref] = choice

        def came(ref: ArtRef, what: ArtBytes | KnownError | None) -> None:
            tell(self._came(remote[ref], what))

        async def ask() -> None:
            async with self._open_art() as sources:
                await fetch_all(sources, remote, came)

        if remote:
            asyncio.run(until_stopped(ask(), stop))
            with self._db.write() as conn:
                self._files.drop_previews(conn, self._clock())

    def take_bytes(self, data: bytes) -> ArtChoice:
        """A picture a person pasted or dropped. Raises `BadInput` if it cannot be used, `DiskFull`."""
        return self._kept(data, Source.MANUAL, None)

    def take_file(self, path: Path) -> ArtChoice:
        """A picture in a file a person points at. Raises as `take_bytes`."""
        return self.take_bytes(read_picture_file(path))

    def take_address(self, address: str) -> ArtChoice:
        """A picture at an address a person gave. Raises as `take_bytes`, and `ProviderError`."""

        async def ask() -> ArtBytes:
            return await self._fetch(address)

        art = asyncio.run(ask())
        return self._kept(art.data, art.provider, art.source_url)

    def choose(self, of: ArtOf, choice: ArtChoice | None, *, all_tracks: bool = False) -> Change:
        """Use this picture, or none; no look-up changes that again.

        Tracks of an album follow it unless they have a picture of their own; with `all_tracks` those too.
        Raises as `preview`, and `NotInLibrary` if the album or track is gone.
        """
        art_id = self._having(choice)
        with self._acts.begin(TRACK_ACT if of.album_id is None else ALBUM_ACT) as doing:
            act = doing.act
            known = read_known(act.conn, of)
            if art_id is not None and not ArtRepository(act.conn).use(art_id):
                raise NotInLibrary("This picture is not there any more. Look at the list again.")
            act.summary = f"Art of “{known.name}” {'changed' if art_id else 'taken off'}"
            tracks = TrackRepository(act.conn)
            if known.album is None:
                ids = [known.tracks[0].id]
                act.watch(tracks=ids)
                tracks.set_art(ids, art_id, act.now, locked=True)
            else:
                followers = _followers(known, all_tracks)
                act.watch(tracks=followers, albums=[known.album.id])
                AlbumRepository(act.conn).set_art(known.album.id, art_id, act.now, locked=True)
                tracks.set_art(followers, art_id, act.now)
        return doing.done

    def _known(self, of: ArtOf) -> Known:
        with self._db.read() as conn:
            return read_known(conn, of)

    def _choices(self, known: Known) -> list[ArtChoice]:
        on_disk = pictures_on_disk(known.audio)
        with self._db.read() as conn:
            ids = ArtRepository(conn).by_hash(each.sha256 for each in on_disk)
        return choices_of(known, on_disk, ids)

    def _having(self, choice: ArtChoice | None) -> ArtId | None:
        return self.preview(choice).art_id if choice is not None else None

    def _with_ids(self, choices: Iterable[ArtChoice]) -> list[ArtChoice]:
        """Those that were fetched before have their `art_id`."""
        wanted = list(choices)
        with self._db.read() as conn:
            known = ArtRepository(conn).fetched(each.ref for each in wanted if each.art_id is None)
        return [replace(each, art_id=known.get(each.ref, each.art_id)) for each in wanted]

    def _is_there(self, art_id: ArtId) -> bool:
        path = self.path_of(art_id)
        return path is not None and path.exists()

    def _from_disk(self, choice: ArtChoice) -> Seen:
        try:
            return Seen(self._kept(read_picture(choice.ref), choice.source, None, choice))
        except KnownError as error:
            return Seen(choice, error)

    def _came(self, choice: ArtChoice, what: ArtBytes | KnownError | None) -> Seen:
        if what is None or isinstance(what, KnownError):
            return Seen(replace(choice, art_id=None), what)
        try:
            return Seen(self._kept(what.data, what.provider, what.source_url, choice))
        except KnownError as error:
            return Seen(choice, error)

    def _kept(
        self, data: bytes, source: str, source_url: str | None, choice: ArtChoice | None = None
    ) -> ArtChoice:
        facts = self._files.write(data, source, source_url)
        with self._db.write() as conn:
            art_id = self._files.add(conn, facts, self._clock(), previewed=True)
        if choice is None:
            return in_library(art_id, facts)
        url = choice.source_url or source_url
        return replace(choice, art_id=art_id, width=facts.width, height=facts.height, source_url=url)


def small_side(side: int) -> int | None:
    """The shorter side, in pixels, of the small copy that serves `side`; None if none is large enough."""
    return next((each for each in SIDES if each >= side), None)


def _followers(known: Known, everybody: bool) -> Sequence[TrackId]:
    """The album's tracks that change with it."""
    before = {None, known.in_force}
    return [each.id for each in known.tracks if everybody or (not each.art_locked and each.art_id in before)]
