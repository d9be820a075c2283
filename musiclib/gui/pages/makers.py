"""How each page is made; a page is imported only when it is, as most are not seen at a start."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from musiclib.gui import shell as places
from musiclib.gui.context import AppContext
from musiclib.gui.pages.base import Page

PageFactory = Callable[[AppContext], Page]


def _albums(context: AppContext) -> Page:
    from musiclib.gui.pages.albums import AlbumsPage

    return AlbumsPage(context)


def _album(context: AppContext) -> Page:
    from musiclib.gui.pages.album import AlbumPage

    return AlbumPage(context)


def _tracks(context: AppContext) -> Page:
    from musiclib.gui.pages.tracks import TracksPage

    return TracksPage(context)


def _review(context: AppContext) -> Page:
    from musiclib.gui.pages.review import ReviewPage

    return ReviewPage(context)


def _downloads(context: AppContext) -> Page:
    from musiclib.gui.pages.downloads_page import DownloadsPage

    return DownloadsPage(context)


def _buckets(context: AppContext) -> Page:
    from musiclib.gui.pages.buckets_page import BucketsPage

    return BucketsPage(context)


def _activity(context: AppContext) -> Page:
    from musiclib.gui.pages.activity_page import ActivityPage

    return ActivityPage(context)


def _settings(context: AppContext) -> Page:
    from musiclib.gui.pages.settings_page import SettingsPage

    return SettingsPage(context)


def _artists(context: AppContext) -> Page:
    from musiclib.gui.pages.groups import ArtistsPage

    return ArtistsPage(context)


def _genres(context: AppContext) -> Page:
    from musiclib.gui.pages.groups import GenresPage

    return GenresPage(context)


def _by_ear(context: AppContext) -> Page:
    from musiclib.gui.pages.by_ear import ByEarPage

    return ByEarPage(context)


PAGES: Mapping[str, PageFactory] = {
    places.ALBUMS: _albums,
    places.ALBUM: _album,
    places.TRACKS: _tracks,
    places.ARTISTS: _artists,
    places.GENRES: _genres,
    places.REVIEW: _review,
    places.DOWNLOADS: _downloads,
    places.BUCKETS: _buckets,
    places.ACTIVITY: _activity,
    places.SETTINGS: _settings,
    places.BY_EAR: _by_ear,
}

IMPORTED_EARLY = (
    "musiclib.gui.pages.album",
    "musiclib.gui.pages.tracks",
    "musiclib.gui.dialogs.paste_import.dialog",
    "musiclib.gui.dialogs.art_dialog",
    "musiclib.gui.pages.downloads_page",
    "musiclib.gui.pages.review",
    "musiclib.gui.pages.by_ear",
    "musiclib.gui.pages.groups",
    "musiclib.gui.pages.buckets_page",
    "musiclib.gui.pages.activity_page",
    "musiclib.gui.pages.settings_page",
)
"""What is imported in the background once the window stands, the likeliest to be opened first."""
