"""The account at Spotify as the window knows it: asked and changed off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from musiclib.errors import KnownError, SignInCancelled
from musiclib.gui.commands import CommandQueue
from musiclib.gui.threads import JobThread
from musiclib.services.account_check import AccountCheck
from musiclib.services.account_types import AccountStatus, Checked, DataKept, DataRemoved
from musiclib.services.accounts import SIGN_IN_LIMIT_S, AccountService

OpenAddress = Callable[[str], object]


def open_in_browser(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))


class Account(QObject):
    """How it stands, and what a person does about it. A keyring may be slow: it has a queue of its own.

    At the end of the program `request_stop` ends a sign-in that waits for the browser.
    """

    changed = Signal()
    """`status`, `kept`, or whether a sign-in waits."""
    access_changed = Signal()
    """Somebody has signed in or out: who asks is to begin anew, and `sources_are_new` to be called then."""
    failed = Signal(str)
    """Why the last act did not succeed; a sentence. A sign-in that was cancelled is none."""
    check_ended = Signal()
    check_failed = Signal(str)
    """Why Spotify was not reached, or serves nothing; a sentence."""
    removed = Signal(object)
    """A `DataRemoved`."""

    def __init__(
        self,
        service: AccountService,
        check: AccountCheck,
        now: Callable[[], datetime],
        open_address: OpenAddress = open_in_browser,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._check, self._now = service, check, now
        self.browse = open_address
        """Opens any address in the person's browser."""
        self.status: AccountStatus | None = None
        """None as long as it was not read."""
        self.kept = DataKept(0, 0, 0, 0)
        self.address = ""
        """Of the page to say yes on, while a sign-in waits; not to be logged."""
        self.waits_until: datetime | None = None
        self.checked: Checked | None = None
        """What the last `check` of this session brought."""
        self._queue = CommandQueue(self)
        self._thread: JobThread | None = None
        self._checking: JobThread | None = None
        self._removing = False

    @property
    def waiting(self) -> bool:
        """Whether a sign-in has begun and not ended."""
        return self._thread is not None

    @Slot()
    def look(self) -> None:
        """Read how it stands."""
        self._queue.run(lambda: (self._service.status(), self._service.data_kept()), self._seen)

    def sign_in(self) -> None:
        """Open Spotify's page in the browser and wait for the person; `changed` when that ends."""
        if self._thread is not None:
            return
        thread = JobThread(self._wait_for_person, "sign-in", self)
        thread.progressed.connect(self._opened)
        thread.done.connect(self._signed_in)
        thread.failed.connect(self._not_signed_in)
        thread.crashed.connect(self._crashed)
        thread.finished.connect(self._ended)
        self._thread = thread
        self.changed.emit()
        thread.start()

    @property
    def checking(self) -> bool:
        return self._checking is not None

    def check(self) -> None:
        """Ask for one track: `changed` with `checked`, or `check_failed`."""
        if self._checking is not None:
            return
        thread = JobThread(lambda _tell, stopped: self._check.run(stopped), "account check", self)
        thread.done.connect(self._has_answered)
        thread.failed.connect(self._has_not_answered)
        thread.crashed.connect(self._crashed)
        thread.finished.connect(self._check_ended)
        self._checking = thread
        self.checked = None
        self.changed.emit()
        thread.start()

    def cancel(self) -> None:
        """End the waiting, if something waits."""
        if self._thread is not None:
            self._thread.request_stop()
            self._service.cancel_sign_in()

    def paste(self, text: str) -> None:
        """The address a browser on another computer ended at. Raises `BadInput` if it is another one."""
        self._service.paste_address(text)

    def sign_out(self) -> None:
        self.cancel()
        self._queue.run(self._service.sign_out, self._signed_out, self._told)

    def remove_data(self) -> None:
        """Sign out, and once nobody asks Spotify any more, take out all that came from it."""
        self.cancel()
        if self._checking is not None:
            self._checking.request_stop()
        self._queue.run(self._service.sign_out, self._leaving, self._told)

    @Slot()
    def sources_are_new(self) -> None:
        """After `access_changed`: who asked with what held before has ended."""
        if self._removing:
            self._removing = False
            checking = self._checking

            def remove() -> DataRemoved:
                if checking is not None:
                    checking.wait()
                return self._service.remove_data()

            self._queue.run(remove, self._taken_out, self._told)

    def request_stop(self) -> None:
        self.cancel()
        if self._checking is not None:
            self._checking.request_stop()
        self._queue.request_stop()

    def wait(self, ms: int) -> bool:
        return all(thread is None or thread.wait(ms) for thread in (self._thread, self._checking)) and (
            self._queue.wait(ms)
        )

    def _wait_for_person(self, tell: Callable[[str], None], stopped: Callable[[], bool]) -> AccountStatus:
        def open_address(address: str) -> None:
            tell(address)
            if stopped():  # before there was something to cancel
                self._service.cancel_sign_in()

        return self._service.sign_in(open_address, SIGN_IN_LIMIT_S)

    @Slot(object)
    def _opened(self, address: str) -> None:
        self.address = address
        self.waits_until = self._now() + timedelta(seconds=SIGN_IN_LIMIT_S)
        self.browse(address)
        self.changed.emit()

    @Slot(object)
    def _signed_in(self, status: AccountStatus) -> None:
        self.status = status
        self.access_changed.emit()
        self.check()

    @Slot(object)
    def _has_answered(self, checked: Checked | None) -> None:
        self.checked = checked

    @Slot(object)
    def _has_not_answered(self, error: KnownError) -> None:
        self.check_failed.emit(str(error))

    @Slot()
    def _check_ended(self) -> None:
        if self._checking is not None:
            self._checking.let_go()
        self._checking = None
        self.changed.emit()
        self.check_ended.emit()
        self.look()

    @Slot(object)
    def _not_signed_in(self, error: KnownError) -> None:
        if not isinstance(error, SignInCancelled):
            self.failed.emit(str(error))

    @Slot(object)
    def _crashed(self, error: Exception) -> None:
        self.failed.emit(
            self.tr("This did not work because of a fault in musiclib. The log has the details.")
        )
        raise error

    @Slot()
    def _ended(self) -> None:
        if self._thread is not None:
            self._thread.let_go()
        self._thread, self.waits_until, self.address = None, None, ""
        self.changed.emit()
        self.look()

    @Slot(object)
    def _seen(self, read: tuple[AccountStatus, DataKept]) -> None:
        self.status, self.kept = read
        self.changed.emit()

    @Slot(object)
    def _signed_out(self, status: AccountStatus) -> None:
        self.status = status
        self.access_changed.emit()
        self.changed.emit()

    @Slot(object)
    def _leaving(self, status: AccountStatus) -> None:
        self._removing = True
        self._signed_out(status)

    @Slot(object)
    def _taken_out(self, removed: DataRemoved) -> None:
        self.removed.emit(removed)
        self.look()

    @Slot(object)
    def _told(self, error: KnownError) -> None:
        self.failed.emit(str(error))
        self.look()
