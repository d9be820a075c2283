"""Where a recording and its artists are known: the sources' own pages and ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QRect, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from musiclib.domain.references import artist_page, parse_reference
from musiclib.domain.rows import ArtistRow, TrackDetail
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.icons import paint_icon
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.field_rows import Line
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.controls import icon_button
from musiclib.gui.widgets.flow import FlowLabel

_ORDER: tuple[str, ...] = (Source.MUSICBRAINZ, Source.DEEZER, Source.SPOTIFY, Source.BEATPORT, Source.ITUNES)


class PageLine(Line):
    """A source's name and id; a click or Enter opens its page, Ctrl+C copies the id."""

    def __init__(self, context: AppContext, provider: str, ident: str, address: str) -> None:
        super().__init__(context.theme)
        self._context, self.ident, self.address = context, ident, address
        self._name = _place_name(provider)
        opens = self.tr("Opens in the browser") if address else ""
        self.setAccessibleName(f"{self._name}: {ident}. {opens}".strip())
        self.setToolTip("\n".join(filter(None, (ident, address))))
        self.clicked.connect(self._open if address else self.copy)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.ident)
        self._context.shell.toast(self.tr("Copied {id}").format(id=self.ident))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        side, left, height = round(theme.icon("inline")), theme.space(1), self.height()
        end = self.width() - theme.space(1)
        if self.address:
            end -= side
            paint_icon(
                painter,
                QRect(end, (height - side) // 2, side, side),
                "arrow-square-out",
                theme,
                "accent.text",
            )
            end -= theme.space(1)
        metrics = QFontMetrics(theme.font("small"))
        column = max(metrics.horizontalAdvance(_place_name(each)) for each in _ORDER) + theme.space(2)
        tone = "accent.text" if self.address else "text.secondary"
        self.paint_part(painter, QRect(left, 0, column, height), self._name, "small", tone)
        left += column
        self.paint_part(painter, QRect(left, 0, end - left, height), self.ident, "small", "text.secondary")

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.address))


def add_known_at(column: QVBoxLayout, context: AppContext, detail: TrackDetail) -> None:
    """The pages of the recording, and whose data stand above where that must be said."""
    theme = context.theme
    column.addWidget(_text(theme, wording.translate("Known at"), "small", "tertiary"))
    places = _places(dict(detail.match.ids), dict(detail.links))
    if not places:
        words = wording.translate("No catalogue knows it yet.")
        column.addWidget(_text(theme, words, "small", "secondary"))
    for provider, ident, address in places:
        column.addWidget(_page_row(context, provider, ident, address))
    if from_spotify := _from_spotify(detail):
        words = wording.translate("Data from Spotify: {fields}.").format(fields=", ".join(from_spotify))
        column.addWidget(_text(theme, words, "small", "secondary"))


def add_artists(column: QVBoxLayout, context: AppContext, detail: TrackDetail) -> None:
    """The artists of the credit with their genres and pages."""
    theme, tr = context.theme, wording.translate
    stands_in = any(card.name == "genres" and card.source == Source.ARTIST for card in detail.fields)
    head = tr("Artist") if len(detail.artists) == 1 else tr("Artists")
    column.addWidget(_text(theme, head, "small", "tertiary"))
    for artist in detail.artists:
        column.addWidget(_text(theme, artist.name, "title_in_row"))
        column.addWidget(_text(theme, _genre_words(artist, stands_in), "small", "secondary"))
        pages = {provider: artist_page(provider, ident) or "" for provider, ident in artist.ids}
        for provider, ident, address in _places(dict(artist.ids), pages):
            column.addWidget(_page_row(context, provider, ident, address))
        column.addSpacing(theme.space(1))


def _text(theme: Theme, words: str, role: str, tone: str = "") -> FlowLabel:
    """On one line with the words of the rows."""
    made = FlowLabel(theme, words, role, tone)
    made.setContentsMargins(theme.space(1), 0, theme.space(1), 0)
    return made


def _genre_words(artist: ArtistRow, stands_in: bool) -> str:
    tr = wording.translate
    if artist.genres:
        words = ", ".join(artist.genres)
        if stands_in:
            return tr("{genres} – shown as the genre, as no source names one of the recording").format(
                genres=words
            )
        return words
    return tr("Not looked up yet.") if artist.fetched_at is None else tr("No source names a genre.")


def _place_name(provider: str) -> str:
    """iTunes is the name of the interface; people know the shop behind it."""
    return "Apple Music" if provider == Source.ITUNES else wording.source_name(provider)


def _places(ids: Mapping[str, str], links: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(provider, id, address) in the order in which people look; what cannot be opened has no address."""
    known = [*_ORDER, *sorted({*ids, *links} - set(_ORDER))]
    return [
        (each, ident, _safe(links.get(each, "")))
        for each in known
        if (ident := ids.get(each) or _named_by(links.get(each, "")))
    ]


def _named_by(address: str) -> str:
    reference = parse_reference(address)
    return reference.external_id if reference else address


def _safe(address: str) -> str:
    """Addresses come from the sources: only pages are opened."""
    return address if QUrl(address).scheme() in {"https", "http"} else ""


def _from_spotify(detail: TrackDetail) -> Sequence[str]:
    """The fields whose value in force is Spotify's, or was taken over from there."""
    named = [
        fields.field_name(card.name)
        for card in detail.fields
        if card.source == Source.SPOTIFY
        or any(each.locked and each.origin == Source.SPOTIFY for each in card.values)
    ]
    if detail.art is not None and detail.art.source == Source.SPOTIFY:
        named.append(wording.translate(fields.ART))
    return named


def _page_row(context: AppContext, provider: str, ident: str, address: str) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    line = PageLine(context, provider, ident, address)
    row.addWidget(line, 1)
    name = wording.translate("Copy the id at {source}").format(source=_place_name(provider))
    copy = icon_button(context.theme, "copy", name, dense="tiny")
    copy.clicked.connect(partial(PageLine.copy, line))
    row.addWidget(copy)
    return box
