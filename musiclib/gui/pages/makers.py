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


def _quality(context: AppContext) -> Page:
    from musiclib.gui.pages.report_page import ReportPage

    return ReportPage(context)


def _bulk(context: AppContext) -> Page:
    from musiclib.gui.pages.bulk import BulkPage

    return BulkPage(context)


def _duplicates(context: AppContext) -> Page:
    from musiclib.gui.pages.duplicates import DuplicatesPage

    return DuplicatesPage(context)


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
    places.QUALITY: _quality,
    places.BULK: _bulk,
    places.DUPLICATES: _duplicates,
}

IMPORTED_EARLY = tuple(
    f"musiclib.gui.{package}"
    for package in (
        "models",
        "painting",
        "delegates",
        "widgets",
        "inspector",
        "dialogs.paste_import",
        "dialogs",
        "pages.settings",
        "pages",
    )
)
"""Packages that are imported once the window stands, each after those it builds on."""
IMPORTED_BEFORE = ("musiclib.domain.tracklist.parser", "charset_normalizer")
"""What takes longest of all that these import, and has nothing to do with Qt."""
