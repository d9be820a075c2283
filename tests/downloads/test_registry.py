from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx2
import pytest

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.audio_sources import KindInfo
from musiclib.downloads import registry
from musiclib.downloads.base import Downloader, FileOrigin
from musiclib.downloads.registry import SourceConfig, SourceKind, Tools, connect, kinds
from musiclib.errors import BadInput
from musiclib.settings import Settings

SETTINGS = Settings(music_folders=(Path("/music"),))


class Attic:
    """What another package may add."""

    kind = "attic"

    def __init__(self, config: SourceConfig, tools: Tools) -> None:
        self.id = config.id
        self.label = config.name
        if "dust" in config.values:
            raise ZeroDivisionError

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        return []

    async def check(self) -> str:
        return "Boxes."

    async def origin(self, candidate: AudioCandidate) -> FileOrigin:
        return FileOrigin(Path(candidate.ref))


ATTIC = SourceKind(KindInfo("attic", "Attic", "Boxes."), Attic)


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entries = [
        EntryPoint("attic", f"{__name__}:ATTIC", registry.GROUP),
        EntryPoint("broken", "no_such_package_at_all:KIND", registry.GROUP),
        EntryPoint("misnamed", f"{__name__}:ATTIC", registry.GROUP),
        EntryPoint("folder", f"{__name__}:ATTIC", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries if group == registry.GROUP else [])
    kinds.cache_clear()
    yield
    kinds.cache_clear()


def _connect(*configs: SourceConfig) -> tuple[list[Downloader], list[str]]:
    async def run() -> tuple[list[Downloader], list[str]]:
        async with httpx2.AsyncClient() as client:
            now = datetime(2026, 11, 21, tzinfo=UTC)
            secret = {"f": "secret"}
            tools = Tools(
                client,
                lambda: now,
                lambda path: None,
                frozenset({".mp3"}),
                SETTINGS,
                lambda config, name: secret.get(config.id, ""),
            )
            return connect(configs, tools)

    return asyncio.run(run())


@pytest.mark.usefixtures("_installed")
def test_kinds_of_other_packages_stand_beside_ours_and_a_broken_one_costs_only_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.CRITICAL + 1, "musiclib.downloads.registry"):
        assert [*kinds()][-1] == "attic"
        assert not {"broken", "misnamed"} & set(kinds())
        assert kinds()["folder"].make is not Attic
        made, troubles = _connect(
            SourceConfig("1", "attic", "Upstairs"),
            SourceConfig("2", "attic", "Dusty", {"dust": True}),
            SourceConfig("3", "cellar", "Downstairs"),
        )
    assert [each.label for each in made] == ["Upstairs"]
    assert "Dusty cannot be used" in troubles[0]
    assert "“cellar”, which is not installed" in troubles[1]


def test_sources_are_made_in_their_order_and_wrong_ones_say_why(tmp_path: Path) -> None:
    made, troubles = _connect(
        SourceConfig("a", "archive", "archive.org"),
        SourceConfig("b", "folder", "NAS", {"folder": str(tmp_path)}),
        SourceConfig("c", "music_folders", "Music"),
        SourceConfig("f", "subsonic", "Server", {"url": "https://m.example", "user": "ada"}),
        SourceConfig("d", "folder", "Nowhere", {}),
        SourceConfig("e", "folder", "Here", {"folder": "music"}),
        SourceConfig("g", "subsonic", "Keyless", {"url": "https://m.example"}),
        SourceConfig("h", "subsonic", "Placeless", {"url": "m.example"}),
    )
    assert [(each.kind, each.label) for each in made] == [
        ("archive", "archive.org"),
        ("folder", "NAS"),
        ("folder", "Music"),
        ("subsonic", "Server"),
    ]
    assert [trouble.split()[0] for trouble in troubles] == ["Nowhere", "Here", "Keyless", "Placeless"]


def test_a_folder_must_be_named_whole() -> None:
    with pytest.raises(BadInput, match="whole path"):
        kinds()["folder"].make(SourceConfig("e", "folder", "Here", {"folder": "x"}), None)  # type: ignore[arg-type]
