"""What the README and the guides promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from musiclib import system_libraries
from musiclib.cli.main import run
from musiclib.domain.query_fields import FIELDS
from musiclib.domain.track_order import SORT_COLUMNS
from musiclib.domain.track_query import parse_query
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


def test_the_guide_to_searching_tells_of_every_field_and_what_it_says_can_be_read() -> None:
    text = (_ROOT / "docs" / "guides" / "searching.md").read_text("utf-8")
    table = text[text.index("| Field |") : text.index("### Numbers")]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| `")]
    told = {row[1].strip(" `"): (row[2], row[4].strip(" `")) for row in rows}
    assert list(told) == list(FIELDS)
    for name, (aliases, example) in told.items():
        assert tuple(re.findall(r"`(\w+)`", aliases)) == FIELDS[name].aliases
        assert example == FIELDS[name].example
    for code in (code for field in FIELDS.values() for code in field.codes):
        assert f"`{code}`" in text
    assert all(f"`{column}`" in text for column in SORT_COLUMNS)
    unreadable = {"energie:6", "mood:dark", "energy:"}
    pieces = set(re.findall(r"`(-?[a-z]+:[^`]*)`", text))
    queries = [piece for piece in pieces if piece not in unreadable and not piece.endswith(":")]
    assert len(queries) > 40
    for query in queries:
        assert parse_query(query).problems == (), query


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
