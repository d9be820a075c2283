"""The files a desktop reads."""

from __future__ import annotations

import configparser
import xml.etree.ElementTree as ET
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def test_the_desktop_entry_starts_the_window() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(_ROOT / "packaging" / "musiclib.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == "musiclib"
    icon = entry["Desktop Entry"]["Icon"]
    assert ET.parse(_ROOT / "resources" / "icons" / f"{icon}.svg").getroot().tag.endswith("svg")


def test_the_store_page_belongs_to_the_desktop_entry() -> None:
    page = ET.parse(_ROOT / "packaging" / "musiclib.metainfo.xml").getroot()
    assert page.findtext("launchable") == "musiclib.desktop"
    assert page.findtext("project_license") == "AGPL-3.0-or-later"


def test_the_folder_shadows_no_package() -> None:
    # An __init__.py here would hide PyPI's `packaging` from everything that runs in the checkout.
    assert not list((_ROOT / "packaging").glob("*.py"))
