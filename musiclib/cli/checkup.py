"""`musiclib doctor`: what works here, and what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from musiclib import system_libraries
from musiclib.cli.command import DONE, FAILED, Session, command
from musiclib.cli.queue_text import provider_checks
from musiclib.domain.source_names import PROPER_NAMES
from musiclib.domain.states import Source
from musiclib.errors import KnownError
from musiclib.services.maintenance_types import Check
from musiclib.version import program_version

if TYPE_CHECKING:
    from musiclib.domain.audio_sources import SourceRow
    from musiclib.services.account_types import AccountStatus
    from musiclib.settings import Settings

_TIMEOUT_S = 3.0
_MARKS = {True: "ok", None: "-", False: "MISSING"}


@command
def doctor(session: Session) -> int:
    """Look at what works here: database, engines, keyring, providers, disk, display, fonts."""
    settings = session.settings
    checks = [*_program(), *_settings_file(settings), *_library(session), *_window(), *_providers(settings)]
    if session.as_json:
        session.out.json(checks)
    else:
        session.out.table(
            ("Check", "", "Detail"), [(each.name, _MARKS[each.ok], each.detail) for each in checks]
        )
        lacking = system_libraries.missing()
        if lacking:
            session.out.note("Install what the system lacks with\n" + system_libraries.advice(lacking))
    return FAILED if any(each.ok is False for each in checks) else DONE


def _program() -> Iterator[Check]:
    yield Check(
        "musiclib", True, f"{program_version()} on Python {platform.python_version()}, {sys.platform}"
    )


def _settings_file(settings: Settings) -> Iterator[Check]:
    from musiclib.settings import unknown_keys

    if not settings.settings_file.exists():
        yield Check("settings", True, f"{settings.settings_file} is not there: defaults")
        return
    unknown = unknown_keys(settings.settings_file)
    known = f"{settings.settings_file}"
    yield Check(
        "settings", not unknown, f"{known} has unknown keys: {', '.join(unknown)}" if unknown else known
    )


def _library(session: Session) -> Iterator[Check]:
    try:
        with session.library() as library:
            yield from library.maintenance.doctor(check=True)
            yield _spotify(library.accounts.status())
            yield from provider_checks(library.enrichment.summary())
            yield _download_folder(library.settings.download_dir)
            yield from _sources(library.sources.sources())
    except KnownError as error:
        yield Check("database", False, str(error))


def _spotify(status: AccountStatus) -> Check:
    works = {"signed_in": True, "signed_out": None, "no_client_id": None}
    return Check("Spotify", works.get(status.state, False), status.detail)


def _download_folder(folder: Path) -> Check:
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Check("download folder", False, f"{folder} cannot be written. Choose another one.")
    free = shutil.disk_usage(there).free / 1e9
    made = "" if there == folder else ", made with the first download"
    return Check("download folder", True, f"{folder}: {free:.1f} GB free{made}")


def _sources(sources: Sequence[SourceRow]) -> Iterator[Check]:
    for each in sources:
        if not each.enabled:
            yield Check(f"source {each.name}", None, "switched off")
        else:
            yield Check(f"source {each.name}", None if each.trouble else True, each.trouble or each.place)


def _window() -> Iterator[Check]:
    lacking = system_libraries.missing_for_window()
    told = (
        f"missing: {', '.join(each.soname for each in lacking.libraries)}" if lacking.libraries else "found"
    )
    yield Check("window libraries", None if lacking.libraries else True, told)
    problem = system_libraries.display_problem()
    yield Check("display", None if problem else True, problem or "found")
    yield Check("fonts", None if lacking.fonts else True, "none found" if lacking.fonts else "found")


def _providers(settings: Settings) -> Iterator[Check]:
    addresses = {
        PROPER_NAMES[Source.MUSICBRAINZ]: settings.musicbrainz_url,
        PROPER_NAMES[Source.COVER_ART_ARCHIVE]: settings.coverart_url,
        PROPER_NAMES[Source.DEEZER]: settings.deezer_url,
        PROPER_NAMES[Source.ITUNES]: settings.itunes_url,
    }
    if not settings.online:
        yield from (Check(name, None, "off: online = false in the settings") for name in addresses)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(addresses)) as pool:
        answers = pool.map(_answers, addresses.values())
    for (name, url), problem in zip(addresses.items(), answers, strict=True):
        yield Check(name, None if problem else True, f"{url}: {problem or 'reachable'}")


def _answers(url: str) -> str | None:
    """Why the host cannot be reached, or None. Opens a connection and sends nothing."""
    parts = urlsplit(url)
    try:
        port = parts.port or (80 if parts.scheme == "http" else 443)
        with socket.create_connection((parts.hostname or "", port), timeout=_TIMEOUT_S):
            return None
    except (OSError, ValueError) as error:
        return f"no answer ({getattr(error, 'strerror', None) or error})"
