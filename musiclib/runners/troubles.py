"""What an error that kept a task from its result means for the task."""

from __future__ import annotations

from datetime import datetime, timedelta

from musiclib.domain.states import Reason
from musiclib.errors import (
    BadPayload,
    CapabilityForbidden,
    DatabaseBusy,
    DiskFull,
    KnownError,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
    SignInNeeded,
)
from musiclib.runners.outcome import Ending, Outcome, failed

_FIRST_WAIT_S = 30.0
_LONGEST_WAIT_S = 3600.0


def backoff(attempts: int) -> timedelta:
    """How long to stay away after the n-th attempt: 30 s, a minute, two ... an hour."""
    return timedelta(seconds=min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** max(0, attempts - 1)))


def of_provider(error: ProviderError, attempts: int, now: datetime) -> Outcome:
    if isinstance(error, RateLimited):
        return _later(Reason(error.code), error, error.until)
    if isinstance(error, ProviderUnreachable):
        return again(error, attempts, now)
    if isinstance(error, SignInNeeded):
        return Outcome(
            Ending.LATER, Reason.SIGN_IN_NEEDED, str(error), blocked_on=error.provider, keep_attempt=False
        )
    if isinstance(error, CapabilityForbidden):
        return failed(Reason.FORBIDDEN, str(error))
    if isinstance(error, BadPayload):
        return failed(Reason.BAD_PAYLOAD, str(error))
    return failed(Reason.BUG, str(error))


def again(error: ProviderError, attempts: int, now: datetime) -> Outcome:
    """Try once more after a while."""
    reason = Reason.BAD_PAYLOAD if isinstance(error, BadPayload) else Reason.UNREACHABLE
    return Outcome(Ending.LATER, reason, str(error), not_before=now + backoff(attempts))


def network_off() -> Outcome:
    return Outcome(
        Ending.LATER,
        Reason.UNREACHABLE,
        "The network is switched off in the settings. Switch it on to look this track up.",
        blocked_on="network",
        keep_attempt=False,
    )


def storage_reason(error: DiskFull | DatabaseBusy) -> Reason:
    return Reason.DISK_FULL if isinstance(error, DiskFull) else Reason.RETRY


def bug(error: Exception) -> Outcome:
    return failed(Reason.BUG, in_a_line(error))


def in_a_line(error: Exception) -> str:
    """What is kept of a bug beside what the log has."""
    said = str(error).strip().splitlines()
    return (f"{type(error).__name__}: {said[-1]}" if said else type(error).__name__)[:300]


def _later(reason: Reason, error: KnownError, until: datetime) -> Outcome:
    return Outcome(Ending.LATER, reason, str(error), not_before=until, keep_attempt=False)
