"""A look at whether everything this program needs is there."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator

from musiclib.credentials import CredentialStore, Place
from musiclib.db import migrate, search_index
from musiclib.db.engine import Database
from musiclib.errors import KnownError
from musiclib.services.acts import Clock
from musiclib.services.maintenance_types import Check
from musiclib.settings import SettingsInForce

_LITTLE_SPACE = 500 * 1024 * 1024


class MaintenanceService:
    def __init__(self, db: Database, settings: SettingsInForce, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock

    @property
    def place(self) -> str:
        """The file of the library, or the address of its database without the password."""
        return self._db.url

    def doctor(self) -> list[Check]:
        """What works here, without asking the network."""
        return list(self._checks())

    def _checks(self) -> Iterator[Check]:
        yield Check("database", True, f"{self._db.url}, revision {migrate.current_revision(self._db)}")
        yield self._words()
        folder = self._settings.now.data_dir
        writable = os.access(folder, os.W_OK)
        yield Check("data folder", writable, f"{folder}{'' if writable else ' cannot be written'}")
        free = shutil.disk_usage(folder).free
        yield Check("disk", free > _LITTLE_SPACE, f"{free / 1e9:.1f} GB free")
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
