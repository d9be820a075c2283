"""Light and dark: the only place where a colour, a font or a length comes from.

Follows the system unless a person chose; in a high-contrast system theme the system's palette
stays and only shapes are ours.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from musiclib.domain.states import BadgeState
from musiclib.gui.painting.lettering import Lines, Stamps
from musiclib.gui.stylesheet import build_style_sheet
from musiclib.gui.tokens import KeyColors, StateLook, TileColors, Tokens

_BASE_PX = 13
_TABULAR = QFont.Tag("tnum")

_PALETTE = {
    QPalette.ColorRole.Window: "bg.window",
    QPalette.ColorRole.WindowText: "text.primary",
    QPalette.ColorRole.Base: "bg.content",
    QPalette.ColorRole.AlternateBase: "bg.sunken",
    QPalette.ColorRole.Text: "text.primary",
    QPalette.ColorRole.Button: "bg.raised",
    QPalette.ColorRole.ButtonText: "text.primary",
    QPalette.ColorRole.BrightText: "text.on_accent",
    QPalette.ColorRole.ToolTipBase: "bg.raised",
    QPalette.ColorRole.ToolTipText: "text.primary",
    QPalette.ColorRole.PlaceholderText: "text.tertiary",
    QPalette.ColorRole.Highlight: "bg.selected",
    QPalette.ColorRole.HighlightedText: "text.primary",
    QPalette.ColorRole.Accent: "accent.solid",
    QPalette.ColorRole.Link: "accent.text",
    QPalette.ColorRole.LinkVisited: "accent.text",
    QPalette.ColorRole.Light: "bg.raised",
    QPalette.ColorRole.Midlight: "line.subtle",
    QPalette.ColorRole.Mid: "line.strong",
    QPalette.ColorRole.Dark: "line.control",
    QPalette.ColorRole.Shadow: "line.strong",
}


def parse_color(text: str) -> QColor:
    """A colour from #RRGGBB or #RRGGBBAA (Qt's own reader takes the alpha first)."""
    color = QColor(text[:7])
    if len(text) == 9:
        color.setAlpha(int(text[7:], 16))
    return color


class Theme(QObject):
    """Colours, fonts and lengths by name. `changed` is sent after light and dark swapped."""

    changed = Signal()

    def __init__(self, tokens: Tokens, preference: str = "system", parent: QObject | None = None) -> None:
        """`preference` is "system", "light" or "dark"."""
        super().__init__(parent)
        self.tokens = tokens
        self._preference = preference
        self._base_font = QApplication.font()
        self._scale = max(1.0, QFontInfo(self._base_font).pixelSize() / _BASE_PX)
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._colors: dict[str, QColor] = {}
        self.lines, self.stamps = Lines(self.font), Stamps()
        """For what is painted many times on a screen."""
        self._dressed: list[QWidget] = []
        self._scheme = self._wanted_scheme()
        self._load_colors()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def dark(self) -> bool:
        return self._scheme == "dark"

    @property
    def scheme(self) -> str:
        return self._scheme

    @property
    def preference(self) -> str:
        return self._preference

    def set_preference(self, preference: str) -> None:
        """ "system", "light" or "dark"; redraws at once when that changes what is seen."""
        self._preference = preference
        hints = QGuiApplication.styleHints()
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints.setColorScheme(wanted.get(preference, Qt.ColorScheme.Unknown))
        self._follow()

    def color(self, name: str) -> QColor:
        return self._colors[name]

    def font(self, role: str, tabular: bool = False) -> QFont:
        """The font of a step of the type scale; `tabular` for columns of numbers."""
        key = (role, tabular)
        if key not in self._fonts:
            style = self.tokens.type_style(role)
            font = QFont(self._base_font)
            font.setPixelSize(max(self.tokens.smallest_px, round(style.px * self._scale)))
            font.setWeight(QFont.Weight(style.weight))
            if tabular:
                font.setFeature(_TABULAR, 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def regular(self, role: str) -> QFont:
        """That step's size in the weight of running text."""
        font = self.font(role)
        font.setWeight(self.font("body").weight())
        return font

    def line(self, role: str) -> int:
        """Height of one line in that role, in pixels; the same for every script."""
        return round(self.tokens.type_style(role).line * self._scale)

    def size(self, name: str) -> int:
        return self.tokens.size(name)

    def space(self, step: int) -> int:
        return self.tokens.space(step)

    def radius(self, name: str) -> int:
        return self.tokens.radius(name)

    def icon(self, name: str) -> float:
        return self.tokens.icon(name)

    def duration_ms(self, name: str) -> int:
        return self.tokens.duration_ms(name)

    def state(self, state: BadgeState) -> StateLook:
        return self.tokens.state(state)

    def key_colors(self, wheel_number: int) -> KeyColors:
        return self.tokens.key_colors(wheel_number, self._scheme)

    def tile_colors(self, hue: int) -> TileColors:
        return self.tokens.tile_colors(hue)

    def hero_ground(self, art: QColor) -> QColor:
        """The flat colour an album's head takes from its art."""
        mix = self.tokens.hero_mix(self._scheme)
        ground = self.color("bg.content")
        return QColor.fromRgbF(
            ground.redF() + (art.redF() - ground.redF()) * mix,
            ground.greenF() + (art.greenF() - ground.greenF()) * mix,
            ground.blueF() + (art.blueF() - ground.blueF()) * mix,
        )

    def palette(self) -> QPalette:
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self.color(name))
        disabled = QPalette.ColorGroup.Disabled
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(disabled, role, self.color("text.disabled"))
        return palette

    def apply(self, app: QApplication) -> None:
        """Give the whole application its font and palette; called once at the start, then by every change."""
        app.setFont(self.font("body"))
        if not _high_contrast():
            app.setPalette(self.palette())

    def dress(self, window: QWidget) -> None:
        """Give a window and all in it the style sheet, now and after every change.

        It is not the application's: with that, Qt styles every widget anew, and all below it, each time it
        is put into another, which makes building a page four times as long.
        """
        self._dressed.append(window)
        window.destroyed.connect(partial(self._dressed.remove, window))
        self._put_on(window)

    def _put_on(self, window: QWidget) -> None:
        if not _high_contrast():
            window.setStyleSheet(build_style_sheet(self.tokens, self._scheme))

    def _wanted_scheme(self) -> str:
        if self._preference in {"light", "dark"}:
            return self._preference
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _load_colors(self) -> None:
        self._colors = {name: parse_color(text) for name, text in self.tokens.colors(self._scheme).items()}

    def _follow(self) -> None:
        wanted = self._wanted_scheme()
        if wanted == self._scheme:
            return
        self._scheme = wanted
        self._load_colors()
        self.stamps.clear()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.apply(app)
        for window in self._dressed:
            self._put_on(window)
        self.changed.emit()


def _high_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)  # since Qt 6.10
    if accessibility is None:
        return False
    return bool(accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)
