"""The two families of errors: those a person can act on, and those that are our fault.

A `KnownError` is told to the person in its own words: what happened and what to do next.
Everything else that reaches a front end is a bug and goes to the crash report.
"""

from __future__ import annotations

import errno
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Codes of an `OSError` that say that the disk, or what a person may use of it, is full."""


class MusiclibError(Exception):
    """Root of all errors this program raises on purpose."""


class BugError(MusiclibError):
    """A broken promise inside the program; never the person's fault."""


class KnownError(MusiclibError):
    """Something in the person's world (input, disk, network, file) that they can act on.

    `str(error)` is one or two sentences: what happened, and what to do next.
    `code` is stable: it is stored as the reason of a task and translated by the front ends.
    """

    code: ClassVar[str] = "error"


class BadInput(KnownError):
    """Input that cannot be read as what it was given for (empty, binary, too large, malformed)."""

    code = "bad_input"


class NotInLibrary(KnownError):
    """An album, track or other thing named by the person does not exist, or its name fits several."""

    code = "not_in_library"


class ChangedSince(KnownError):
    """An act cannot be taken back, or done again, because what it did was changed again afterwards.

    `things` are the tracks and albums that were changed, where they are known. `keepable`: it was not an act
    that changed them, but the rest can be taken back and they be left as they are.
    """

    code = "changed_since"

    def __init__(self, message: str, things: Collection[UUID] = (), *, keepable: bool = False) -> None:
        super().__init__(message)
        self.things = frozenset(things)
        self.keepable = keepable


class DatabaseError(KnownError):
    """The library's database cannot be used as asked."""

    code = "database"


class DatabaseTooNew(DatabaseError):
    """The database was written by a newer version of the program."""

    code = "database_too_new"


class DatabaseReadOnly(DatabaseError):
    """The database or its folder cannot be written."""

    code = "database_read_only"


class Interrupted(DatabaseError):
    """Reading was broken off because nobody waits for it any more."""

    code = "interrupted"


class DatabaseBusy(DatabaseError):
    """Another process held the write lock for longer than we wait."""

    code = "database_busy"


class DatabaseAway(DatabaseBusy):
    """The server of the database cannot be reached at this moment; it may be back in the next."""

    code = "database_away"


class DatabaseCorrupt(DatabaseError):
    """The file is not a database, or its content is damaged."""

    code = "database_corrupt"


class DiskFull(KnownError):
    """No space left where the program has to write."""

    code = "disk_full"


class AnalysisError(KnownError):
    """One audio file could not be analysed; all others are unaffected."""

    code = "analysis"


class UnreadableAudio(AnalysisError):
    """The file cannot be opened or holds no decodable audio."""

    code = "unreadable_audio"


class AnalyserCrashed(AnalysisError):
    """The child process died while it worked on this file."""

    code = "analyser_crashed"


class AnalysisTimedOut(AnalysisError):
    """The child process was stopped because it took longer than its time limit."""

    code = "analysis_timed_out"


class ProviderError(KnownError):
    """A metadata provider gave no answer; not finding something is a result, not an error."""

    code = "provider"

    def __init__(self, provider: str, message: str) -> None:
        super().__init__(message)
        self.provider = provider


class RateLimited(ProviderError):
    """The provider asked us to come back at `until` (UTC)."""

    code = "rate_limited"

    def __init__(self, provider: str, message: str, until: datetime) -> None:
        """`message` names no time: who shows it knows `until`."""
        super().__init__(provider, message)
        self.until = until


class QuotaExceeded(RateLimited):
    """The calls of 24 hours are used up, by the provider's count or by ours."""

    code = "quota"


class StillUnreachable(RateLimited):
    """The provider could not be reached a moment ago and rests until `until`."""

    code = "unreachable"


class SignInNeeded(ProviderError):
    """The provider wants a person to sign in (again)."""

    code = "sign_in_needed"


class CapabilityForbidden(ProviderError):
    """The provider answers, but not this call for this account or app."""

    code = "forbidden"

    def __init__(self, provider: str, message: str, capability: str, until: datetime | None = None) -> None:
        """`until` is when it is worth another try, where that is known (UTC)."""
        super().__init__(provider, message)
        self.capability = capability
        self.until = until


class ProviderUnreachable(ProviderError):
    """No network, a refused connection, a time-out or a server error that outlived its retries."""

    code = "unreachable"


class BadPayload(ProviderError):
    """The answer is not what the provider's documentation says."""

    code = "bad_payload"


class SignInFailed(KnownError):
    """A sign-in came to no end; what was signed in before is as it was."""

    code = "sign_in_failed"


class SignInDenied(SignInFailed):
    """The person said no on the provider's page."""

    code = "sign_in_denied"


class SignInCancelled(SignInFailed):
    """The person gave up waiting."""

    code = "sign_in_cancelled"


class SignInTimedOut(SignInFailed):
    """Nobody came back from the provider's page in time."""

    code = "sign_in_timed_out"


class PortInUse(SignInFailed):
    """Another program listens where the browser is to come back to."""

    code = "port_in_use"


class FolderUnreadable(KnownError):
    """A folder named for scanning does not exist or may not be listed."""

    code = "folder_unreadable"

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
