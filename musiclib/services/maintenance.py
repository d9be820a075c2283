"""A look at whether everything this program needs is there."""

from __future__ import annotations

import importlib.util
import logging
import os
import platform
from collections.abc import Iterator

from musiclib import disks
from musiclib.credentials import CredentialStore, Place
from musiclib.db import health, migrate, search_index
from musiclib.db.engine import Database
from musiclib.db.library_state import LibraryStateRepository
from musiclib.errors import KnownError
from musiclib.presence import Presence
from musiclib.services.acts import Clock
from musiclib.services.maintenance_types import Check, Health
from musiclib.settings import SettingsInForce

_LITTLE_SPACE = 500 * 1024 * 1024

_log = logging.getLogger(__name__)


class MaintenanceService:
    def __init__(self, db: Database, settings: SettingsInForce, clock: Clock, presence: Presence) -> None:
        """`presence` knows whether the library was closed in good order."""
        self._db = db
        self._settings = settings
        self._clock = clock
        self._presence = presence

    @property
    def place(self) -> str:
        """The file of the library, or the address of its database without the password."""
        return self._db.url

    @property
    def was_left_open(self) -> bool:
        """Whether the program ended without closing the library, and nobody has checked it since."""
        return bool(self._presence.left_open)

    def check(self, *, thorough: bool = False) -> Health:
        """Look whether the library is whole; what holds is changed in nothing. May take seconds.

        `thorough` reads the indexes too. Broken off by `interrupt`, it raises `Interrupted`.
        """
        damage = tuple(health.damage(self._db, thorough=thorough))
        found = Health(damage, () if damage else tuple(health.contradictions(self._db)))
        if found.damage:
            _log.error("the library %s is damaged: %s", self._db.url, "; ".join(found.damage))
        elif found.contradictions:
            _log.error("the library %s contradicts itself: %s", self._db.url, "; ".join(found.contradictions))
        else:
            self._presence.forget()
        return found

    def interrupt(self, thread: int) -> None:
        """Break off what the thread of this identifier reads at this moment."""
        self._db.interrupt(thread)

    def warnings(self) -> list[Check]:
        """What may cost the library: each says what to do."""
        return [each for each in (*self._file_system(), *self._room()) if each.ok is False]

    def new_warnings(self) -> list[Check]:
        """Those that were not told on this machine before; a warning that is over is forgotten."""
        key, now = f"warned {platform.node()}"[:32], self.warnings()
        names = sorted(each.name for each in now)
        with self._db.read() as conn:
            told = (LibraryStateRepository(conn).get(key) or {}).get("told", [])
        if names != told:
            with self._db.write() as conn:
                LibraryStateRepository(conn).put(key, {"told": names}, self._clock())
        return [each for each in now if each.name not in told]

    def doctor(self, *, check: bool = False) -> list[Check]:
        """What works here, without asking the network; with `check` the library is read from end to end."""
        return [*self._checks(), *([self._whole()] if check else [])]

    def _file_system(self) -> Iterator[Check]:
        path = self._db.path
        if path is None:
            return
        kind = disks.network_file_system(path)
        if kind is None:
            yield Check("file system", True, "the library lies on a disk of this computer")
            return
        yield Check(
            "file system",
            False,
            f"The library is on a network file system ({kind}): {path}. Two computers, or a connection that "
            "breaks, can damage it there. Move the data folder to a disk of this computer; a library that "
            "several computers share belongs on a PostgreSQL server.",
        )

    def _room(self) -> Iterator[Check]:
        settings = self._settings.now
        needed = self._db.path.stat().st_size if self._db.path and self._db.path.exists() else 0
        for name, folder, least in (
            ("disk", settings.data_dir, _LITTLE_SPACE),
            ("backup folder", settings.backup_dir, max(_LITTLE_SPACE, needed)),
        ):
            free = disks.free_bytes(folder)
            if free > least:
                yield Check(name, True, f"{free / 1e9:.1f} GB free in {folder}")
            else:
                yield Check(
                    name,
                    False,
                    f"The disk of {folder} is nearly full: {free / 1e6:.0f} MB are free. Free at least "
                    f"{least / 1e6:.0f} MB: a full disk stops every change, and no backup can be made.",
                )

    def _whole(self) -> Check:
        found = self.check(thorough=True)
        if found.whole:
            return Check("integrity", True, "every page, index and reference of the library was checked")
        told = "; ".join(found.damage or found.contradictions)
        cure = (
            "Bring a backup back with `musiclib restore`"
            if found.damage
            else "Please report this with the log"
        )
        return Check("integrity", False, f"{told}. {cure}; nothing was changed")

    def _checks(self) -> Iterator[Check]:
        yield Check("database", True, f"{self._db.url}, revision {migrate.current_revision(self._db)}")
        yield self._words()
        folder = self._settings.now.data_dir
        writable = os.access(folder, os.W_OK)
        yield Check("data folder", writable, f"{folder}{'' if writable else ' cannot be written'}")
        yield from self._file_system()
        yield from self._room()
        yield from (_module(*each) for each in _MODULES)
        yield self._keyring()
        if self._settings.now.online:
            yield Check("network", True, f"MusicBrainz at {self._settings.now.musicbrainz_url}")
            yield _contact(self._settings.now.contact)
        else:
            yield Check("network", None, "switched off in the settings; nothing leaves this computer")

    def _words(self) -> Check:
        with self._db.read() as conn:
            indexed = search_index.has_word_index(conn)
        if indexed:
            return Check("search", True, "words are found by an index of their trigrams")
        return Check(
            "search",
            None,
            "words are found by reading all names, which takes longer in a large library: "
            "the extension pg_trgm was not there when the library was made",
        )

    def _keyring(self) -> Check:
        """Written, read and deleted, as a sign-in would."""
        try:
            found = CredentialStore(self._settings.now.data_dir, self._settings.now.credentials).prepare()
        except KnownError as error:
            return Check("keyring", False, str(error))
        return Check(
            "keyring", True if found.place is Place.KEYRING else None, f"sign-ins are kept {found.detail}"
        )


def _contact(contact: str) -> Check:
    if contact.strip():
        return Check("contact", True, f"providers are told {contact}")
    return Check(
        "contact",
        None,
        "not set: MusicBrainz wishes to know how to reach who asks, and may turn you away. "
        "Set `contact` to a web or mail address of yours",
    )


_MODULES = (
    ("av", "decoding", True),
    ("essentia", "the faster engine for tempo and key", False),
    ("librosa", "the engine for tempo and key that runs everywhere", True),
    ("mutagen", "reading tags", True),
    ("PySide6", "the window", False),
)


def _module(name: str, what_for: str, needed: bool) -> Check:
    found = importlib.util.find_spec(name) is not None
    if found:
        return Check(name, True, what_for)
    return Check(name, False if needed else None, f"not installed: {what_for}")
