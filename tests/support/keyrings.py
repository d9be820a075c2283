"""Keyrings as computers have them: good, missing, locked, waiting for a person, forgetful."""

from __future__ import annotations

import threading

from keyring.errors import KeyringLocked, NoKeyringError


class GoodKeyring:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class FailingKeyring(GoodKeyring):
    """Refuses while `locked`; its error tells what it was given, as some do."""

    def __init__(self, locked: bool = True) -> None:
        super().__init__()
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse("")
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse(password)
        super().set_password(service, username, password)

    def _refuse(self, what: str) -> None:
        if self.locked:
            raise KeyringLocked(f"cannot unlock the collection for {what!r}")


class MissingKeyring(FailingKeyring):
    def _refuse(self, what: str) -> None:
        raise NoKeyringError("No recommended backend was available")


class ForgetfulKeyring(GoodKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        return None

    def delete_password(self, service: str, username: str) -> None:
        return None


class WaitingKeyring(GoodKeyring):
    """Shows a prompt nobody answers, until `answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._wait()
        super().set_password(service, username, password)

    def _wait(self) -> None:
        self.asked += 1
        self.answer.wait()
