"""Where sign-ins are kept: the keyring of the computer, or a file only its owner can read.

The keyring is used where writing, reading and deleting in it works. Elsewhere (no keyring, one that is
locked, one that forgets) a file with mode 0600 in the library's folder takes its place; `status` says so,
and the choice is remembered in that same file. The file lies beside the database and is part of no backup
and no export. A locked keyring may wait for a person for ever, so every call to it has a time limit.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Never, Protocol, TypeVar

from musiclib.errors import NO_SPACE, DiskFull, KnownError

_log = logging.getLogger(__name__)

SERVICE = "musiclib"
CREDENTIALS_FILE = "credentials.json"
_PROBE = "probe"
_TIMEOUT_S = 5.0
_NO_KEYRINGS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it in a way that is no better than our own file."""

T = TypeVar("T")


class Secret:
    """A text that shows itself only to who asks by `reveal()`: not in logs, tracebacks or reprs."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # no place in sets and keys of dictionaries

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not written into a pickle")


class CredentialsUnavailable(KnownError):
    """The keyring cannot be asked now: it is locked, or did not answer in time."""

    code = "credentials_unavailable"


class CredentialsNotSaved(KnownError):
    """The credentials file cannot be written."""

    code = "credentials_not_saved"


class Place(StrEnum):
    """Where sign-ins are kept."""

    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """Where sign-ins are kept. `detail` says it to a person, and why where it is the file."""

    place: Place
    detail: str


class Backend(Protocol):
    """The part of `keyring.backend.KeyringBackend` that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class CredentialStore:
    """Keeps secrets by name. Thread-safe; methods may take up to the time limit of the keyring."""

    def __init__(
        self,
        folder: Path,
        choice: str = "auto",
        backend: Backend | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> None:
        """`choice` is "keyring" or "file" to have no other, "auto" to find out what works.

        `backend` is the keyring to use; None: the one of this computer.
        """
        self._file = folder / CREDENTIALS_FILE
        self._choice = choice
        self._keyring = _Keyring(backend, timeout_s)
        self._lock = threading.RLock()
        self._next: tuple[Place, str | None] | None = None
        """Where the next secret goes, and why, once `prepare` has found out."""

    def read(self, name: str) -> Secret | None:
        """The secret, or None if there is none. Raises `CredentialsUnavailable`."""
        with self._lock:
            place = self._place()
            if place is Place.KEYRING:
                text = self._keyring.get(name)
            elif place is Place.FILE:
                text = self._kept()["entries"].get(name)
            else:
                text = None
        return Secret(text) if isinstance(text, str) else None

    def write(self, name: str, secret: Secret) -> None:
        """Keep a secret. If the keyring fails it goes into the file, unless the file was ruled out.

        Raises `CredentialsUnavailable`, `CredentialsNotSaved`, `DiskFull`.
        """
        with self._lock:
            used = self._place()
            place, why = self._next or ((used, self._kept()["why"]) if used else self._tried())
            if place is Place.KEYRING:
                try:
                    self._keyring.set(name, secret.reveal())
                except CredentialsUnavailable as error:
                    if self._choice == Place.KEYRING:
                        raise
                    place, why = Place.FILE, str(error)
            self._write_entry(name, secret.reveal() if place is Place.FILE else None)
            self._remember(place, why)
            self._next = None

    def delete(self, name: str) -> None:
        """Forget a secret, wherever it is kept. Raises as `write`."""
        with self._lock:
            self._write_entry(name, None)
            if self._place() is Place.KEYRING:
                self._keyring.delete(name)

    def prepare(self) -> StoreStatus:
        """Find out by trying whether the keyring works: do this before a sign-in.

        The next `write` goes to the place returned; until then the place that is in use stays in use.
        Raises `CredentialsUnavailable` if only the keyring is allowed and does not work.
        """
        with self._lock:
            self._next = self._tried()
            return self._told(*self._next)

    def status(self) -> StoreStatus | None:
        """Where sign-ins are kept; None as long as none ever was. Does not ask the keyring."""
        with self._lock:
            place = self._place()
            return self._told(place, self._kept()["why"]) if place else None

    def _told(self, place: Place, why: str | None) -> StoreStatus:
        if place is Place.KEYRING:
            return StoreStatus(place, f"in the keyring of this computer ({self._keyring.name})")
        reason = "as asked for in the settings" if self._choice == Place.FILE else why
        return StoreStatus(place, f"in the file {self._file}, which only you can read: {reason}")

    def _tried(self) -> tuple[Place, str | None]:
        if self._choice == Place.FILE:
            return Place.FILE, None
        try:
            self._keyring.probe()
        except CredentialsUnavailable as error:
            if self._choice == Place.KEYRING:
                raise
            return Place.FILE, str(error)
        return Place.KEYRING, None

    def _place(self) -> Place | None:
        """Where they are; None as long as that was not found out, as nothing was to be kept yet."""
        if self._choice != "auto":
            return Place(self._choice)
        remembered = self._kept()["place"]
        return Place(remembered) if remembered else None

    def _remember(self, place: Place, why: str | None) -> None:
        kept = self._kept()
        if self._choice == "auto" and (kept["place"], kept["why"]) != (place.value, why):
            self._save({**kept, "place": place.value, "why": why})
            if place is Place.FILE:
                _log.info("sign-ins are kept in %s: %s", self._file, why)

    def _write_entry(self, name: str, text: str | None) -> None:
        kept = self._kept()
        entries = {key: value for key, value in kept["entries"].items() if key != name}
        if text is not None:
            entries[name] = text
        if entries != kept["entries"]:
            self._save({**kept, "entries": entries})

    def _kept(self) -> dict[str, Any]:
        """What the file holds; a file that cannot be read holds nothing."""
        try:
            _close_to_others(self._file)
            kept = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            kept = {}
        except (OSError, ValueError):
            _log.info("the file %s cannot be read; sign in again", self._file)
            kept = {}
        kept = kept if isinstance(kept, dict) else {}
        entries = kept.get("entries")
        place = kept.get("place")
        return {
            "place": place if place in set(Place) else None,
            "why": kept.get("why"),
            "entries": entries if isinstance(entries, dict) else {},
        }

    def _save(self, kept: dict[str, Any]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes the file readable for its owner alone from its first moment.
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".credentials-")
            part = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(kept, stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(self._file)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        except OSError as error:
            if error.errno in NO_SPACE:
                raise DiskFull(f"No space is left for {self._file}. Make room, then try again.") from error
            raise CredentialsNotSaved(
                f"The sign-in was not saved: {self._file} cannot be written ({error.strerror})."
            ) from error


class _Keyring:
    """The keyring, asked in a thread of its own: it may wait for a password that nobody types."""

    def __init__(self, backend: Backend | None, timeout_s: float) -> None:
        self._given = backend
        self._timeout_s = timeout_s
        self._stuck: threading.Thread | None = None

    @property
    def name(self) -> str:
        return type(self._backend()).__module__.removeprefix("keyring.backends.")

    def get(self, name: str) -> str | None:
        return self._asked(lambda: self._backend().get_password(SERVICE, name))

    def set(self, name: str, text: str) -> None:
        self._asked(lambda: self._backend().set_password(SERVICE, name, text))

    def delete(self, name: str) -> None:
        def delete() -> None:
            backend = self._backend()
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

        self._asked(delete)

    def probe(self) -> None:
        """Write, read and delete something. Raises `CredentialsUnavailable` if any of it fails."""
        module = type(self._backend()).__module__
        if module.startswith(_NO_KEYRINGS):
            raise CredentialsUnavailable("This computer has no keyring.")
        written = os.urandom(8).hex()

        def try_out() -> str | None:
            backend = self._backend()
            backend.set_password(SERVICE, _PROBE, written)
            read = backend.get_password(SERVICE, _PROBE)
            backend.delete_password(SERVICE, _PROBE)
            return read

        if self._asked(try_out) != written:
            raise CredentialsUnavailable("The keyring of this computer forgets what it is given.")

    def _backend(self) -> Backend:
        if self._given is not None:
            return self._given
        import keyring

        return keyring.get_keyring()

    def _asked(self, ask: Callable[[], T]) -> T:
        if self._stuck is not None and self._stuck.is_alive():
            raise CredentialsUnavailable(_LOCKED)
        outcome: list[T] = []
        failure: list[BaseException] = []

        def run() -> None:
            try:
                outcome.append(ask())
            except Exception as error:  # noqa: BLE001 - every desktop's keyring fails in its own way
                failure.append(error)

        thread = threading.Thread(target=run, name="keyring", daemon=True)
        thread.start()
        thread.join(self._timeout_s)
        if thread.is_alive():
            self._stuck = thread
            raise CredentialsUnavailable(_LOCKED)
        if failure:
            # The message of a foreign error may hold what was to be written; its name cannot.
            raise CredentialsUnavailable(
                f"The keyring of this computer cannot be used ({type(failure[0]).__name__})."
            )
        return outcome[0]


_LOCKED = "The keyring of this computer did not answer; it may be locked. Unlock it, then try again."


def _close_to_others(file: Path) -> None:
    """Take rights that others were given since (a copy, a restored home) away again."""
    if sys.platform == "win32":
        return
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        with contextlib.suppress(OSError):
            file.chmod(0o600)
