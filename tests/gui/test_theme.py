"""Colours come from the tokens alone and can be read by everybody."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from musiclib.gui.stylesheet import build_style_sheet
from musiclib.gui.theme import Theme, parse_color
from musiclib.gui.tokens import Tokens

GUI = Path(__file__).resolve().parents[2] / "musiclib" / "gui"
GROUNDS = (
    "bg.window",
    "bg.content",
    "bg.raised",
    "bg.sunken",
    "bg.hover",
    "bg.selected",
    "bg.selected.inactive",
)
TEXTS = (
    "text.primary",
    "text.secondary",
    "accent.text",
    "review.text",
    "error.text",
    "waiting.text",
    "done.text",
)
GLYPHS = ("done.glyph", "review.glyph", "error.glyph", "waiting.glyph", "neutral.glyph", "accent.text")
STATES = ("queued", "running", "done", "partial", "waiting", "not_found", "locked", "review", "error")


def _luminance(text: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    color = parse_color(text)
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance and contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_no_colour_is_written_outside_the_tokens() -> None:
    literal = re.compile(r"[\"']#[0-9A-Fa-f]{3,8}[\"']|QColor\(\s*\d|Qt\.GlobalColor\.(?!transparent)")
    found = [
        f"{path.relative_to(GUI)}:{number}"
        for path in sorted(GUI.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if literal.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_glyphs_stand_out_from_every_ground(scheme: str) -> None:
    colors = Tokens.load().colors(scheme)
    for ground in GROUNDS:
        for text in TEXTS:
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
        for glyph in GLYPHS:
            assert contrast(colors[glyph], colors[ground]) >= 3.0, (glyph, ground)
    for name in ("review", "error", "waiting", "done", "neutral"):
        assert contrast(colors[f"{name}.text"], colors[f"{name}.tint"]) >= 4.5, name
    assert contrast(colors["text.on_accent"], colors["accent.solid"]) >= 4.5
    for ground in ("accent.solid", "accent.hover", "accent.press"):
        assert contrast(colors["accent.focus"], colors[ground]) >= 3.0, "the focus on the button that asks"
    for ground in ("bg.content", "bg.raised", "bg.window"):
        assert contrast(colors["line.control"], colors[ground]) >= 3.0
        assert contrast(colors["line.focus"], colors[ground]) >= 3.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_key_chips_and_tiles_can_be_read(scheme: str) -> None:
    tokens = Tokens.load()
    ground = tokens.colors(scheme)["bg.content"]
    for number in range(1, 13):
        key = tokens.key_colors(number, scheme)
        assert contrast(key.text, key.fill) >= 4.5
        assert contrast(key.line, ground) >= 3.0
        tile = tokens.tile_colors(number - 1)
        assert contrast(tile.ink, tile.ground) >= 4.5
        assert contrast(tile.ink, tile.shape) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_style_sheet_has_every_name_and_no_reversed_alpha(scheme: str) -> None:
    tokens = Tokens.load()
    sheet = build_style_sheet(tokens, scheme)
    assert "$" not in sheet
    assert re.search(r"#[0-9A-Fa-f]{8}\b", sheet) is None
    for state in STATES:
        look = tokens.state(state)
        assert look.glyph in tokens.colors(scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawn_parts_of_controls_are_there_in_the_tokens_colours(scheme: str) -> None:
    sheet = build_style_sheet(Tokens.load(), scheme)
    pictures = [Path(path) for path in re.findall(r'url\("([^"]+)"\)', sheet)]
    assert len(pictures) >= 4
    colors = {each.lower() for each in Tokens.load().colors(scheme).values()}
    for picture in pictures:
        used = re.findall(r"#[0-9A-Fa-f]{6}", picture.read_text(encoding="utf-8"))
        assert used
        assert {each.lower() for each in used} <= colors, picture.name


def test_a_chosen_theme_wins_over_the_system(qapp: QApplication) -> None:
    theme = Theme(Tokens.load(), "dark")
    light_changes: list[bool] = []
    theme.changed.connect(lambda: light_changes.append(theme.dark))
    assert theme.dark
    dark_ground = theme.color("bg.content").name()
    theme.set_preference("light")
    assert light_changes == [False]
    assert theme.color("bg.content").name() != dark_ground
    theme.set_preference("system")


def test_nothing_is_smaller_than_the_smallest_size_allowed(qapp: QApplication) -> None:
    theme = Theme(Tokens.load())
    for role in ("hero", "figure", "page", "section", "body", "small", "micro"):
        assert theme.font(role).pixelSize() >= 11


def test_a_dressed_window_follows_light_and_dark(qtbot: QtBot) -> None:
    theme = Theme(Tokens.load(), "light")
    window, gone = QWidget(), QWidget()
    qtbot.addWidget(window)
    theme.dress(window)
    theme.dress(gone)
    light = window.styleSheet()
    gone.deleteLater()
    QApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
    try:
        theme.set_preference("dark")
        assert window.styleSheet() == build_style_sheet(theme.tokens, "dark") != light
    finally:
        theme.set_preference("light")
    assert window.styleSheet() == light
