"""Sources of audio as a person sets them up: what a kind asks for, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from musiclib.domain.ids import SourceId

NAME_LENGTH = 60


class FieldKind(StrEnum):
    TEXT = "text"
    ADDRESS = "address"
    FOLDER = "folder"
    SECRET = "secret"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class ConfigField:
    """One thing a person tells of a source. Secrets are kept in the keyring, never with the rest."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class KindInfo:
    """What a person is told of a kind of source, and asked."""

    name: str
    label: str
    description: str
    fields: tuple[ConfigField, ...] = ()
    network: bool = False
    """It is left alone while the library stays offline."""
    built_in: bool = False
    """There is one from the start; it can be switched off, but not removed, and no second one is made."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source, as lists show it."""

    id: SourceId
    kind: str
    name: str
    enabled: bool
    built_in: bool
    place: str
    """Where it is, for people: a folder, a server."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Without secrets."""
    trouble: str | None = None
    """Why it cannot be used, as a sentence."""


def checked_values(about: KindInfo, values: Mapping[str, str]) -> dict[str, str]:
    """What was told of a source, secrets aside. ValueError with a sentence for the first that is wrong."""
    found: dict[str, str] = {}
    for each in about.fields:
        if each.kind is FieldKind.SECRET:
            continue
        value = values.get(each.name, each.default).strip()
        if not value and each.required:
            raise ValueError(f"{each.label} is missing.")
        if value:
            found[each.name] = _checked(each, value)
    if unknown := sorted(values.keys() - {each.name for each in about.fields}):
        raise ValueError(f"{about.label} has no “{unknown[0]}”.")
    return found


def _checked(each: ConfigField, value: str) -> str:
    if each.kind is FieldKind.CHOICE and value not in each.choices:
        raise ValueError(f"{each.label} is one of {', '.join(each.choices)}.")
    if each.kind is FieldKind.FOLDER and not value.startswith("~") and not PurePath(value).is_absolute():
        raise ValueError(f"{each.label} must be the whole path of a folder.")
    if each.kind is FieldKind.ADDRESS:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{each.label} must be a whole address, such as https://music.example.org.")
        if parts.username or parts.password or parts.query:
            raise ValueError(f"{each.label} must hold no user name, no password and nothing behind a “?”.")
    return value
