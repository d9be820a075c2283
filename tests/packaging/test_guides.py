"""What the README and the guides promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from musiclib import system_libraries
from musiclib.cli.main import run
from musiclib.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_GUIDES = [_ROOT / "README.md", *sorted((_ROOT / "docs" / "guides").glob("*.md"))]
_LINK = re.compile(r"(?<!!)\[[^]]*\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", _GUIDES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text("utf-8")):
        linked = (page.parent / target) if target else page
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), f"{target}#{anchor}"


def test_the_packages_named_are_those_of_the_list() -> None:
    text = (_ROOT / "docs" / "guides" / "troubleshooting.md").read_text("utf-8")
    everything = system_libraries.everything()
    for family in ("debian", "fedora", "arch"):
        assert f" {' '.join(system_libraries.packages(everything, family))}\n" in text


def test_every_command_is_told_of_and_exists(capsys: pytest.CaptureFixture[str]) -> None:
    text = (_ROOT / "docs" / "guides" / "command-line.md").read_text("utf-8")
    table = text[: text.index("Everywhere")]
    told = set(re.findall(r"`musiclib (\w+)", table)) - {"COMMAND"}
    assert run(["--help"]) == 0
    there = set(re.findall(r"^│ (\w+)  +\S", capsys.readouterr().out, re.MULTILINE))
    assert told == there


def test_every_setting_that_is_told_of_exists() -> None:
    text = (_ROOT / "docs" / "guides" / "your-data.md").read_text("utf-8")
    table = text[text.index("| Key |") :]
    told = {
        key
        for line in table.splitlines()
        if line.startswith("| `")
        for key in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert told
    assert told <= set(Settings.model_fields)


def test_the_readme_has_the_command_that_ci_runs() -> None:
    readme = (_ROOT / "README.md").read_text("utf-8")
    assert len(re.findall(r"-m tests$", readme, re.MULTILINE)) == 1
    assert "grep -m1 -- '-m tests$' README.md" in (_ROOT / ".ci" / "run").read_text("utf-8")
