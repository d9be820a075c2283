"""Addresses of databases and the passwords in them; none of these functions tells one by accident."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from musiclib.errors import DatabaseError

_SECRET_PARTS = ("password", "sslpassword", "passfile")
"""What an address may have behind its `?` besides the password in its usual place."""


def checked(address: str) -> URL:
    """The parsed address; the message of a wrong one never repeats it, as it may hold a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "The database address cannot be read. Write sqlite:///path or postgresql://user@host/name."
        ) from None
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return url
    raise DatabaseError(
        f"Databases of the kind {url.drivername} are not supported. "
        "Write sqlite:///path or postgresql://user@host/name."
    )


def bare(url: URL) -> URL:
    """Without any secret."""
    kept = {name: value for name, value in url.query.items() if name not in _SECRET_PARTS}
    return url._replace(password=None, query=url.query.__class__(kept))


def has_password(address: str) -> bool:
    return password_of(address) is not None


def password_of(address: str) -> str | None:
    return checked(address).password or None


def with_password(address: str, password: str) -> str:
    return checked(address).set(password=password).render_as_string(hide_password=False)


def without_password(address: str) -> str:
    return bare(checked(address)).render_as_string()
