"""Reads a pasted list of addresses: one a line, bare or with a name, Markdown, or an M3U playlist.

A password in an address is taken out of it: what is stored of an address can be shown to everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from musiclib.domain.audio_candidates import AudioCandidate

SOURCE = "address"
"""The id of the one source that pasted addresses have."""
MOST_ADDRESSES = 2_000
_LONGEST = 4_000
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MARKDOWN = re.compile(r"\[([^\]]*)\]\((https?://[^\s]+)\)", re.IGNORECASE)
_EXTINF = re.compile(r"#EXTINF:\s*(-?\d+(?:\.\d+)?)[^,]*,(.*)", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\(?\d{1,3}[.):]\s+)")
_EDGES = " \t|;,:=>–—-"
_SUFFIX = re.compile(r"[a-z0-9]{2,5}")
_SIGNED = re.compile(
    r"(?i)^(?:x-amz-.*|x-goog-.*|awsaccesskeyid|policy|key-pair-id|sig|signature|se|sv|sp|token|access_?token|auth|"
    r"authorization|api_?key|key|expires?|expiry|hash|hmac|md5|pass(?:word)?|pwd|secret|session|sid|ticket|code|u|t|s|p)$"
)


@dataclass(frozen=True, slots=True)
class GivenAddress:
    """An address as it was given. Only `candidate` is for everybody's eyes."""

    candidate: AudioCandidate
    user: str | None
    password: str | None
    signed: str | None
    """The whole address, where its query lets whoever has it in; `candidate.ref` is without that part."""


@dataclass(frozen=True, slots=True)
class AddressList:
    addresses: tuple[GivenAddress, ...]
    problems: tuple[str, ...]
    """A sentence for each line that is of no use."""


def read_addresses(text: str) -> AddressList:
    """The addresses in their order, each once. Lines that hold none are names or remarks: no problem."""
    found: dict[str, GivenAddress] = {}
    problems: list[str] = []
    about: tuple[str, float | None] = ("", None)
    for number, line in enumerate(text.splitlines(), 1):
        if listed := _EXTINF.match(line.strip()):
            seconds = float(listed.group(1))
            about = listed.group(2).strip(), seconds if seconds > 0 else None
            continue
        read = _split(line)
        if read is None:
            continue
        address, title = read
        try:
            given = _given(address, title or about[0], None if title else about[1])
        except ValueError as error:
            problems.append(f"Line {number}: {error}.")
        else:
            found.setdefault(given.signed or given.candidate.ref, given)
        about = "", None
        if len(found) > MOST_ADDRESSES:
            problems.append(f"There are more than {MOST_ADDRESSES:,} addresses; the rest is left out.")
            found.popitem()
            break
    return AddressList(tuple(found.values()), tuple(problems))


def _split(line: str) -> tuple[str, str] | None:
    """The address of a line and the name beside it."""
    if linked := _MARKDOWN.search(line):
        return linked.group(2), linked.group(1).strip()
    found = _ADDRESS.search(line)
    if found is None:
        return None
    address = found.group().rstrip(".,;")
    if address.endswith(")") and "(" not in address:
        address = address.rstrip(")")
    before = _BULLET.sub("", line[: found.start()]).strip(_EDGES)
    after = line[found.end() :].strip(_EDGES)
    title = before or after
    return address, title.strip("()[] ") if title.count("(") != title.count(")") else title


def _given(address: str, title: str, duration_s: float | None) -> GivenAddress:
    if len(address) > _LONGEST:
        raise ValueError("the address is too long")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("this is no address") from error
    if not host:
        raise ValueError("the address names no server")
    place = f"[{host}]" if ":" in host else host
    bare = parts._replace(netloc=f"{place}:{port}" if port else place, fragment="")
    shown = bare._replace(query=_unsigned(bare.query))
    name = unquote(PurePosixPath(parts.path).name)
    suffix = PurePosixPath(name).suffix.lstrip(".").lower()
    known = suffix if _SUFFIX.fullmatch(suffix) else ""
    return GivenAddress(
        AudioCandidate(
            source=SOURCE,
            ref=shown.geturl(),
            name=name or host,
            title=title or (PurePosixPath(name).stem if known else name) or host,
            duration_s=duration_s,
            suffix=known,
            release=bare._replace(path=str(PurePosixPath(parts.path).parent), query="").geturl(),
            given=True,
        ),
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        bare.geturl() if shown != bare else None,
    )


def _unsigned(query: str) -> str:
    """The query without what lets whoever has it in."""
    return "&".join(each for each in query.split("&") if not _SIGNED.match(unquote(each.partition("=")[0])))
