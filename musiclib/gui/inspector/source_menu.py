"""What to prefer from now on, and what else can be done with a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from musiclib.domain.provenance import ANY_FIELD, EVERYWHERE, SourcePreference, artist_key
from musiclib.domain.rows import FieldCard, TrackDetail
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.inspector import fields
from musiclib.gui.widgets.candidate_menu import plain

_NOT_PREFERRED = {"", Source.MANUAL, Source.ARTIST}
_MOST_ARTISTS = 4


@dataclass(frozen=True)
class SourceActs:
    """What the menu can set off."""

    choose: Callable[[str], None]
    prefer: Callable[[str, str | None, str | None], None]
    """Source, field (None: all) and artist (None: everywhere)."""
    forget: Callable[[str | None, str | None], None]
    """Field and artist, likewise."""
    lock: Callable[[], None]
    edit: Callable[[], None]
    clear: Callable[[], None]


def source_menu(
    parent: QWidget, detail: TrackDetail, card: FieldCard, source: str, text: str, acts: SourceActs
) -> QMenu:
    """The menu of one source's value (`text`) of a field. It deletes itself when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    tr, name = wording.translate, plain(wording.source_name(source))
    _offer_to_prefer(menu, detail, card, source, acts)
    for each in detail.preferences:
        if each.field in (card.name, ANY_FIELD):
            forget = menu.addAction(tr("Forget: {preference}").format(preference=_words(each, detail)))
            artist = _artist(each, detail)
            forget.triggered.connect(partial(acts.forget, _field(each), artist))
    if menu.actions():
        menu.addSeparator()
    said = {each.source for each in card.values}
    if source in said and card.source not in (source, Source.MANUAL):
        menu.addAction(tr("Take what {source} says").format(source=name)).triggered.connect(
            partial(acts.choose, source)
        )
    if card.value is not None:
        locked = card.rule == "locked"
        menu.addAction(tr("Unlock\tL") if locked else tr("Lock\tL")).triggered.connect(acts.lock)
    menu.addAction(tr("Edit by hand\tE")).triggered.connect(acts.edit)
    if Source.MANUAL in said:
        menu.addAction(tr("Clear what you chose")).triggered.connect(acts.clear)
    if card.value is not None:
        menu.addAction(tr("Copy")).triggered.connect(lambda: QGuiApplication.clipboard().setText(text))
    return menu


def _offer_to_prefer(
    menu: QMenu, detail: TrackDetail, card: FieldCard, source: str, acts: SourceActs
) -> None:
    if source in _NOT_PREFERRED:
        return
    tr, name = wording.translate, plain(wording.source_name(source))
    preferred = {(each.artist_key, each.field, each.source) for each in detail.preferences}
    # What is measured here is not given up with the names and dates of an artist's tracks.
    field = card.name if card.name in fields.SOUND else None
    for artist in detail.artists[:_MOST_ARTISTS]:
        if (artist_key(artist.name), field or ANY_FIELD, source) not in preferred:
            words = tr("Prefer {source} for {fields} of {artist}").format(
                source=name,
                fields=fields.many(card.name) if field else tr("all facts"),
                artist=plain(artist.name),
            )
            menu.addAction(words).triggered.connect(partial(acts.prefer, source, field, artist.name))
    if (EVERYWHERE, card.name, source) not in preferred:
        words = tr("Prefer {source} for {fields} everywhere").format(
            source=name, fields=fields.many(card.name)
        )
        menu.addAction(words).triggered.connect(partial(acts.prefer, source, card.name, None))


def _words(preference: SourcePreference, detail: TrackDetail) -> str:
    """ "Deezer for all facts of Mira Voss", "Spotify for labels everywhere"."""
    tr = wording.translate
    named = tr("all facts") if preference.field == ANY_FIELD else fields.many(preference.field)
    everywhere = preference.artist_key == EVERYWHERE
    words = tr("{source} for {fields} everywhere") if everywhere else tr("{source} for {fields} of {artist}")
    name, artist = wording.source_name(preference.source), _artist(preference, detail)
    return plain(words.format(source=name, fields=named, artist=artist))


def _field(preference: SourcePreference) -> str | None:
    return None if preference.field == ANY_FIELD else preference.field


def _artist(preference: SourcePreference, detail: TrackDetail) -> str | None:
    names = (each.name for each in detail.artists if artist_key(each.name) == preference.artist_key)
    return next(names, preference.artist_key or None)
