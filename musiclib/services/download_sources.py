"""The sources of audio: set up, put in order, tried out, and made ready for whoever downloads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from musiclib.credentials import CredentialStore, Secret
from musiclib.db.download_sources import DownloadSourceRepository, SourceRecord
from musiclib.db.engine import Database
from musiclib.domain.audio_sources import (
    NAME_LENGTH,
    FieldKind,
    KindInfo,
    SourceRow,
    checked_values,
)
from musiclib.domain.file_tags import FileTags
from musiclib.domain.ids import SourceId
from musiclib.downloads.base import Downloader
from musiclib.downloads.registry import SourceConfig, Tools, connect, kinds, open_client
from musiclib.errors import BadInput, KnownError, NotInLibrary
from musiclib.services.acts import Clock
from musiclib.settings import SettingsInForce
from musiclib.tags.opening import AUDIO_SUFFIXES, read_tags


@dataclass(frozen=True, slots=True)
class Connected:
    """The sources that are switched on and can be used, in their order."""

    sources: tuple[Downloader, ...]
    troubles: tuple[str, ...]
    """A sentence for each that is switched on but cannot be used."""


class SourcesService:
    """Thread-safe. Methods that take secrets may wait for the keyring, `test` for the network."""

    def __init__(
        self,
        db: Database,
        settings: SettingsInForce,
        clock: Clock,
        store: CredentialStore,
        user_agent: Callable[[], str],
    ) -> None:
        """`user_agent` says who we are, as the settings have it."""
        self._db = db
        self._settings = settings
        self._clock = clock
        self._store = store
        self._user_agent = user_agent

    def kinds(self) -> tuple[KindInfo, ...]:
        """The kinds of which a source can be added."""
        return tuple(each.about for each in kinds().values() if not each.about.built_in)

    def sources(self) -> tuple[SourceRow, ...]:
        """All that are set up, the preferred ones first."""
        return tuple(self._row(each) for each in self._records())

    def add(self, kind: str, name: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> SourceRow:
        """Set up a source, as the last one. Raises `BadInput`; errors of the keyring leave nothing behind."""
        about = self._about(kind)
        if about.built_in:
            raise BadInput(f"{about.label} is there already; switch it on.")
        checked = _checked(about, values)
        _check_secrets(about, secrets, all_of_them=True)
        with self._db.write() as conn:
            repository = DownloadSourceRepository(conn)
            source_id = repository.add(kind, _free_name(repository.all(), name), checked, self._clock())
            self._keep(source_id, secrets)
        return self._row(self._record(source_id))

    def change(
        self, source_id: SourceId, name: str, values: Mapping[str, str], secrets: Mapping[str, str]
    ) -> SourceRow:
        """Set a source up anew; secrets that are not given stay, but none goes to another server."""
        record = self._record(source_id)
        about = self._about(record.kind)
        checked = _checked(about, values)
        moved = _servers(about, record.config) != _servers(about, checked)
        _check_secrets(about, secrets, all_of_them=moved)
        with self._db.write() as conn:
            repository = DownloadSourceRepository(conn)
            others = [each for each in repository.all() if each.id != source_id]
            repository.change(source_id, _free_name(others, name), checked, self._clock())
            self._keep(source_id, secrets)
        return self._row(self._record(source_id))

    def enable(self, source_id: SourceId, enabled: bool) -> None:
        self._record(source_id)
        with self._db.write() as conn:
            DownloadSourceRepository(conn).enable(source_id, enabled, self._clock())

    def remove(self, source_id: SourceId) -> None:
        """Forget a source and its secrets. What was fetched from it stays."""
        record = self._record(source_id)
        about = self._known(record.kind)
        if about is not None and about.built_in:
            raise BadInput(f"{record.name} belongs to musiclib. Switch it off instead.")
        for each in about.fields if about else ():
            if each.kind is FieldKind.SECRET:
                self._store.delete(_secret_name(source_id, each.name))
        with self._db.write() as conn:
            DownloadSourceRepository(conn).remove(source_id)

    def move(self, source_id: SourceId, place: int) -> None:
        """Put a source at this place (0 is the most preferred)."""
        self._record(source_id)
        with self._db.write() as conn:
            repository = DownloadSourceRepository(conn)
            ids = [each.id for each in repository.all() if each.id != source_id]
            ids.insert(max(0, place), source_id)
            repository.reorder(ids, self._clock())

    def test(self, source_id: SourceId) -> str:
        """Use a source once: a sentence of what it has. Raises a `KnownError` that says what is wrong."""
        record = self._record(source_id)
        if not self._settings.now.online and (about := self._known(record.kind)) and about.network:
            raise BadInput("The library stays offline, so no server is asked. See Network in Settings.")
        return asyncio.run(self._test(record))

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Connected]:
        """What is switched on, ready in this loop for as long as the context lasts.

        Servers are left out while the library stays offline.
        """
        online = self._settings.now.online
        records = [each for each in self._records() if each.enabled and (online or not self._asks(each))]
        async with self._connected(records) as connected:
            yield connected

    async def _test(self, record: SourceRecord) -> str:
        async with self._connected([record]) as connected:
            if connected.troubles:
                raise BadInput(connected.troubles[0])
            return await connected.sources[0].check()

    @asynccontextmanager
    async def _connected(self, records: Sequence[SourceRecord]) -> AsyncIterator[Connected]:
        async with open_client(self._user_agent()) as client:
            made, troubles = connect([_config(each) for each in records], self._tools(client))
            yield Connected(tuple(made), tuple(troubles))

    def _tools(self, client: Any) -> Tools:
        return Tools(client, self._clock, _tags_of, AUDIO_SUFFIXES, self._settings.now, self._secret)

    def _secret(self, config: SourceConfig, name: str) -> str:
        secret = self._store.read(_secret_name(config.id, name))
        return secret.reveal() if secret else ""

    def _keep(self, source_id: SourceId, secrets: Mapping[str, str]) -> None:
        for name, text in secrets.items():
            if text:
                self._store.write(_secret_name(source_id, name), Secret(text))

    def _records(self) -> list[SourceRecord]:
        with self._db.read() as conn:
            return DownloadSourceRepository(conn).all()

    def _record(self, source_id: SourceId) -> SourceRecord:
        found = next((each for each in self._records() if each.id == source_id), None)
        if found is None:
            raise NotInLibrary("This source was removed. Look at the list of sources again.")
        return found

    def _row(self, record: SourceRecord) -> SourceRow:
        about = self._known(record.kind)
        trouble = None
        if about is None:
            trouble = f"This kind of source (“{record.kind}”) is not installed here."
        elif about.network and not self._settings.now.online:
            trouble = "Not asked: the library stays offline."
        elif record.kind == "music_folders" and not self._settings.now.music_folders:
            trouble = "No music folder is set yet."
        return SourceRow(
            record.id,
            record.kind,
            record.name,
            record.enabled,
            about is not None and about.built_in,
            self._place(record),
            record.config,
            trouble,
        )

    def _place(self, record: SourceRecord) -> str:
        now = self._settings.now
        if record.kind == "music_folders":
            return ", ".join(str(each) for each in now.music_folders)
        address = now.archive_url if record.kind == "archive" else str(record.config.get("url") or "")
        return urlsplit(address).netloc or str(record.config.get("folder") or "")

    def _asks(self, record: SourceRecord) -> bool:
        about = self._known(record.kind)
        return about is not None and about.network

    def _known(self, kind: str) -> KindInfo | None:
        found = kinds().get(kind)
        return found.about if found else None

    def _about(self, kind: str) -> KindInfo:
        about = self._known(kind)
        if about is None:
            known = ", ".join(each.name for each in self.kinds())
            raise BadInput(f"There is no kind of source called “{kind}”. There are {known}.")
        return about


def _config(record: SourceRecord) -> SourceConfig:
    return SourceConfig(str(record.id), record.kind, record.name, record.config)


def _secret_name(source_id: SourceId | str, field: str) -> str:
    return f"source:{source_id}:{field}"


def _tags_of(path: Path) -> FileTags | None:
    try:
        return read_tags(path)
    except (KnownError, OSError):
        return None


def _servers(about: KindInfo, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Whom the secrets of a source go to."""
    addresses = (str(values.get(each.name, "")) for each in about.fields if each.kind is FieldKind.ADDRESS)
    return [(parts.scheme, parts.netloc) for parts in map(urlsplit, addresses)]


def _checked(about: KindInfo, values: Mapping[str, str]) -> dict[str, str]:
    try:
        return checked_values(about, values)
    except ValueError as error:
        raise BadInput(str(error)) from error


def _check_secrets(about: KindInfo, secrets: Mapping[str, str], *, all_of_them: bool) -> None:
    asked = {each.name: each for each in about.fields if each.kind is FieldKind.SECRET}
    if unknown := sorted(secrets.keys() - asked.keys()):
        raise BadInput(f"{about.label} has no “{unknown[0]}”.")
    for name, each in asked.items():
        if all_of_them and each.required and not secrets.get(name):
            raise BadInput(f"{each.label} is missing.")


def _free_name(others: Sequence[SourceRecord], name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(f"Give the source a name of at most {NAME_LENGTH} characters.")
    if any(each.name.casefold() == name.casefold() for each in others):
        raise BadInput(f"There is a source called “{name}” already. Give this one another name.")
    return name
