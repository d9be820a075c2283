"""Where a server may send us, and what may be told there of what was meant for the first one."""

from __future__ import annotations

import httpx2

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class BadRedirect(Exception):
    """Words that go on from "The server ..."."""


def next_hop(url: httpx2.URL, location: str) -> httpx2.URL:
    """The address that `location` sends us to from `url`. Raises `BadRedirect`."""
    try:
        target = url.join(location)
    except httpx2.InvalidURL as error:
        raise BadRedirect("sent us to an address that is none") from error
    if not leads_to_the_web(target) or target.userinfo:
        raise BadRedirect("sent us to an address that is none")
    if url.scheme == "https" and target.scheme == "http":
        raise BadRedirect("sent us to an address that is not secure")
    return target


def leads_to_the_web(url: httpx2.URL) -> bool:
    """Whether it is HTTP(S), and its host a name that can be asked for at all."""
    if url.scheme not in ("http", "https") or not url.host:
        return False
    try:
        url.raw_host.decode("ascii").encode(
            "idna"
        )  # as the resolver does, whose error is none of the network
    except UnicodeError:
        return False
    return True


def is_same_place(url: httpx2.URL, target: httpx2.URL) -> bool:
    """Whether one address may be told what was meant for the other: the same server, or its secure door."""
    if url.host != target.host:
        return False
    made_secure = (url.scheme, port_of(url), target.scheme, port_of(target)) == ("http", 80, "https", 443)
    return made_secure or (url.scheme, port_of(url)) == (target.scheme, port_of(target))


def port_of(url: httpx2.URL) -> int:
    """Its own, or that of its scheme."""
    return url.port or (443 if url.scheme == "https" else 80)
