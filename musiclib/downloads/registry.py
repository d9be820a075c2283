"""The kinds of sources there are, and the sources a person has set up.

A kind is a `SourceKind`. Others add theirs by an entry point of the group `musiclib.downloaders` that names
one; its key in the group must be the kind's name. What a kind works with is imported when one is made: the
list of kinds is wanted at every start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from importlib.metadata import entry_points
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from musiclib.domain.audio_sources import ConfigField, FieldKind, KindInfo
from musiclib.downloads.base import Downloader
from musiclib.errors import BadInput
from musiclib.settings import Settings

if TYPE_CHECKING:
    import httpx2

    from musiclib.downloads.folders import ReadTags

GROUP = "musiclib.downloaders"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A source as it is set up. `values` holds what its fields were given, without secrets."""

    id: str
    kind: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every source is made with. `secret` reads a secret field of the source, "" if there is none."""

    client: httpx2.AsyncClient
    clock: Callable[[], datetime]
    read_tags: ReadTags
    audio_suffixes: Container[str]
    settings: Settings
    secret: Callable[[SourceConfig, str], str]


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source: how it is set up, and how one is made. `make` raises `BadInput`."""

    about: KindInfo
    make: Callable[[SourceConfig, Tools], Downloader]

    @property
    def name(self) -> str:
        return self.about.name


def _folder(config: SourceConfig, tools: Tools) -> Downloader:
    from musiclib.downloads.folders import Folders

    folder = Path(str(config.values.get("folder") or "")).expanduser()
    if not folder.is_absolute():
        raise BadInput(f"{config.name} names no folder. Give it the whole path of one.")
    return Folders(config.id, config.name, [folder], tools.read_tags, tools.audio_suffixes)


def _music_folders(config: SourceConfig, tools: Tools) -> Downloader:
    from musiclib.downloads.folders import Folders

    folders = tools.settings.music_folders
    return Folders(config.id, config.name, folders, tools.read_tags, tools.audio_suffixes, in_place=True)


def _archive(config: SourceConfig, tools: Tools) -> Downloader:
    from musiclib.downloads.archive import InternetArchive

    return InternetArchive(config.id, config.name, tools.client, tools.settings.archive_url, tools.clock)


def _subsonic(config: SourceConfig, tools: Tools) -> Downloader:
    from musiclib.downloads.subsonic import SignIn, SignInKind, Subsonic

    address, user = str(config.values.get("url") or ""), str(config.values.get("user") or "")
    if not address.startswith(("http://", "https://")):
        raise BadInput(f"{config.name} needs the address of its server, beginning with https:// or http://.")
    secret = tools.secret(config, "secret")
    if not secret:
        raise BadInput(f"{config.name} has no password and no API key. Set it up again.")
    sign_in = SignIn(
        user, secret, SignInKind(config.values.get("sign_in") or "auto") if user else SignInKind.KEY
    )
    make_salt = partial(token_hex, 8)
    return Subsonic(config.id, config.name, tools.client, address, sign_in, tools.clock, make_salt)


OUR_KINDS = (
    SourceKind(
        KindInfo(
            "music_folders",
            "Music folders",
            "The folders of the library, also what was put there since the last scan.",
            built_in=True,
        ),
        _music_folders,
    ),
    SourceKind(
        KindInfo(
            "folder",
            "Folder or drive",
            "Music on a disk of this machine, or on a drive that is connected now and then.",
            (ConfigField("folder", "Folder", FieldKind.FOLDER),),
        ),
        _folder,
    ),
    SourceKind(
        KindInfo(
            "subsonic",
            "Music server",
            "Navidrome, gonic, LMS, Ampache, supysonic and all others that speak OpenSubsonic.",
            (
                ConfigField("url", "Address", FieldKind.ADDRESS, hint="https://music.example.org"),
                ConfigField("user", "User name", required=False, hint="Leave it empty to use an API key"),
                ConfigField("secret", "Password or API key", FieldKind.SECRET),
                ConfigField(
                    "sign_in",
                    "Kind of sign-in",
                    FieldKind.CHOICE,
                    required=False,
                    default="auto",
                    choices=("auto", "password"),
                    hint="“password” sends it as it is: for old servers in your own network",
                ),
            ),
            network=True,
        ),
        _subsonic,
    ),
    SourceKind(
        KindInfo(
            "archive",
            "Internet Archive",
            "Live recordings, net labels and music under open licences, free for everybody.",
            network=True,
            built_in=True,
        ),
        _archive,
    ),
)


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, SourceKind]:
    """All kinds by name, those of other packages after our own. One that cannot be loaded is left out."""
    found = {each.name: each for each in OUR_KINDS}
    for entry in entry_points(group=GROUP):
        try:
            kind = entry.load()
        except Exception:  # noqa: BLE001 (another package's fault must not stop ours)
            _log.exception("the source kind %s could not be loaded", entry.name)
            continue
        if isinstance(kind, SourceKind) and kind.name == entry.name:
            found.setdefault(kind.name, kind)
        else:
            _log.error("the entry point %s of %s names no SourceKind of its name", entry.name, GROUP)
    return found


def open_client(user_agent: str) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
    """The client all sources share for their questions."""
    from musiclib.downloads.calls import make_client

    return make_client(user_agent)


def connect(configs: Sequence[SourceConfig], tools: Tools) -> tuple[list[Downloader], list[str]]:
    """The sources that can be made, in their order, and a sentence for each that cannot."""
    made: list[Downloader] = []
    troubles: list[str] = []
    for config in configs:
        kind = kinds().get(config.kind)
        if kind is None:
            troubles.append(
                f"{config.name} is a source of the kind “{config.kind}”, which is not installed here."
            )
            continue
        try:
            made.append(kind.make(config, tools))
        except BadInput as error:
            troubles.append(str(error))
        except Exception:  # noqa: BLE001 (as above)
            _log.exception("the source %s could not be made", config.name)
            troubles.append(
                f"{config.name} cannot be used: its part of the program failed. The log says more."
            )
    return made, troubles
