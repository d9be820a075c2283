"""What the answer to a request for a file, or for the rest of one, means (RFC 9110). No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from musiclib.domain.retry_after import retry_after
from musiclib.domain.states import TransferReason
from musiclib.downloads.base import TransferError

_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')
_CONTENT_RANGE = re.compile(r"bytes[ \t]+(\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.IGNORECASE)
_UNSATISFIED = re.compile(r"bytes[ \t]+\*/(\d{1,18})", re.IGNORECASE)
_PAGES = ("text/html", "application/json", "application/xml", "text/xml")
_LONGEST_WAIT = timedelta(days=1)
_LENGTH = re.compile(r"\d{1,18}")


class StartOver(Exception):
    """What is here cannot be continued with this answer; the file has to be asked for from 0."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the bytes from `offset`, of a file begun with this validator and total."""

    offset: int = 0
    validator: str | None = None
    total: int | None = None

    def headers(self) -> dict[str, str]:
        """Only what is surely unchanged is asked for in part (13.1.5)."""
        if not self.offset or self.validator is None:
            return {}
        return {"Range": f"bytes={self.offset}-", "If-Range": self.validator}


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes of the file that come, from `start` on."""

    start: int
    length: int | None
    """How many come, if that was said; encoded as they come."""
    total: int | None
    """Of the whole file."""
    validator: str | None
    encoding: str = ""
    framed: bool = False
    """Content-Length says where they end: on the connection is nothing but them."""


@dataclass(frozen=True, slots=True)
class Complete:
    """There are no more bytes than those asked from."""


def understand(status: int, headers: Mapping[str, str], asked: Asked, now: datetime) -> Body | Complete:
    """The body to take. Raises `StartOver`, or `TransferError` for an answer without one."""
    ranged = bool(asked.headers())
    if status == 200:
        return _whole(headers)
    if status == 206 and ranged:
        return _rest(headers, asked)
    if status == 416 and ranged:
        return _nothing_more(headers, asked)
    raise refused(status, headers, now)


def strong_validator(headers: Mapping[str, str]) -> str | None:
    """What says for certain that a file is unchanged: a strong ETag, else a strong Last-Modified.

    A date is strong if the answer was made a second or more after it (8.8.2.2): a change in the same
    second would go unseen.
    """
    etag = headers.get("ETag", "")
    if _STRONG_ETAG.fullmatch(etag):
        return etag
    modified, date = headers.get("Last-Modified", ""), headers.get("Date", "")
    try:
        strong = (parsedate_to_datetime(date) - parsedate_to_datetime(modified)).total_seconds() >= 1
    except (ValueError, TypeError, OverflowError):
        return None
    return modified if strong else None


def refused(status: int, headers: Mapping[str, str], now: datetime) -> TransferError:
    """The error of an answer that holds no file."""
    reason, said, retry = _meaning(status)
    until = retry_after(headers.get("Retry-After"), now) if status in (429, 503) else None
    if until is not None:
        until = min(until, now + _LONGEST_WAIT)
        reason, said, retry = _meaning(429)
    return TransferError(reason, said, retry=retry, until=until)


def _meaning(status: int) -> tuple[TransferReason, str, bool]:
    """Reason, sentence, and whether it may work later by itself."""
    if status == 206:
        said = "The server sent a part where the whole file was asked for."
        return TransferReason.WRONG_RANGE, said, True
    if status in (401, 407):
        said = "The server asks for a name and password. Look at the settings of its source."
        return TransferReason.SIGN_IN_NEEDED, said, False
    if status in (404, 410):
        return TransferReason.GONE, "The server has this file no more.", False
    if status == 429:
        return TransferReason.RATE_LIMITED, "The server asked us to slow down.", True
    if status in (408, 425) or status >= 500:
        return TransferReason.SERVER_ERROR, f"The server is in trouble (status {status}).", True
    if 400 <= status < 500 and status != 416:
        return TransferReason.FORBIDDEN, f"The server refused to send this file (status {status}).", False
    return TransferReason.SERVER_ERROR, f"The server gave an answer without a file (status {status}).", True


def _whole(headers: Mapping[str, str]) -> Body:
    length, encoding = _length(headers), _encoding(headers)
    if encoding:  # the length and the validator are those of the packed bytes
        return Body(0, length, None, None, encoding)
    return Body(0, length, length, strong_validator(headers), framed=length is not None)


def _rest(headers: Mapping[str, str], asked: Asked) -> Body:
    found = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if found is None or _encoding(headers) or _is_page(headers):  # multipart/byteranges has no Content-Range
        raise StartOver("The server did not say which part it sent.")
    first, last = int(found[1]), int(found[2])
    total = asked.total if found[3] == "*" else int(found[3])
    length = last - first + 1
    if first != asked.offset or length <= 0 or _length(headers) not in (None, length):
        raise StartOver("The server sent another part than the one asked for.")
    if (total is not None and last >= total) or (asked.total is not None and total != asked.total):
        raise StartOver("The file has another size now.")
    if _changed(headers, asked.validator):
        raise StartOver("The file was changed meanwhile.")
    return Body(first, length, total, asked.validator, framed=_length(headers) is not None)


def _nothing_more(headers: Mapping[str, str], asked: Asked) -> Complete:
    found = _UNSATISFIED.fullmatch(headers.get("Content-Range", "").strip())
    known = asked.total in (None, asked.offset)
    if (
        found is not None
        and int(found[1]) == asked.offset
        and known
        and not _changed(headers, asked.validator, sent=False)
    ):
        return Complete()
    raise StartOver("The file is shorter now.")


def _changed(headers: Mapping[str, str], validator: str | None, *, sent: bool = True) -> bool:
    """Whether an answer speaks of another version. An ETag has to be sent again with a part (15.3.7)."""
    if validator is not None and validator.startswith('"'):
        return headers.get("ETag", "" if sent else validator) != validator
    return headers.get("Last-Modified", validator) != validator


def _is_page(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Type", "").lower().startswith(_PAGES)


def _encoding(headers: Mapping[str, str]) -> str:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    return "" if encoding == "identity" else encoding


def _length(headers: Mapping[str, str]) -> int | None:
    told = headers.get("Content-Length", "").strip()
    return int(told) if _LENGTH.fullmatch(told) and not headers.get("Transfer-Encoding") else None
