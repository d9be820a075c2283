"""What a page may ask of the window around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.track_query import TrackQuery
from musiclib.domain.transfers import TransferRow
from musiclib.services.art import ArtService
from musiclib.services.art_types import ArtChoice, ArtOf
from musiclib.services.tag_types import TagSelection

ALBUMS = "albums"
ALBUM = "album"
TRACKS = "tracks"
ARTISTS = "artists"
GENRES = "genres"
REVIEW = "review"
DOWNLOADS = "downloads"
BUCKETS = "buckets"
ACTIVITY = "activity"
SETTINGS = "settings"
BY_EAR = "by_ear"
QUALITY = "quality"

COLLECTION = "collection"
"""The tab of the activity page, and the category of the settings."""
BULK = "bulk"
"""Its argument: the ids of the tracks, or `EVERYTHING`; without, the page goes on where it was."""
EVERYTHING = "everything"
DUPLICATES = "duplicates"

NEEDS_YOU = "state:review,error"
"""What the tracks page is asked for to show those that need a person."""


class Shell(QObject):
    """Wishes of pages and dialogs; the main window fulfils them."""

    page_wanted = Signal(str, object)
    paste_wanted = Signal(str)
    files_wanted = Signal(list)
    choice_wanted = Signal(bool)
    """To choose a folder of audio, or else a list file."""
    toast_wanted = Signal(str, str, object)
    track_chosen = Signal(object)
    undo_wanted = Signal()
    redo_wanted = Signal()
    inspector_wanted = Signal()
    inspector_shown = Signal(bool)
    taken_back = Signal(list)
    """The ids of the changes that were undone just now."""
    done_again = Signal(list)
    """The `Change`s that were undone before and are done again now."""
    refresh_wanted = Signal(object, object)
    demo_wanted = Signal()
    sync_wanted = Signal(str, str)
    sync_ended = Signal()
    """Changes were exchanged with a shared library, or that failed."""
    work_there = Signal()
    work_changed = Signal()
    album_of_wanted = Signal(object)
    restore_wanted = Signal(object)
    check_wanted = Signal()
    checked = Signal(object)
    """The `Health` of the library, after it was checked."""
    source_wanted = Signal(object)
    audio_wanted = Signal(object)
    zip_wanted = Signal(str)
    art_wanted = Signal(object, str, object)
    neighbours_wanted = Signal(object)
    tags_wanted = Signal(object, str)
    save_wanted = Signal(object)
    keep_wanted = Signal(str, str)
    packs_wanted = Signal(object)
    listen_wanted = Signal()
    listened = Signal()
    """Fingerprints of files were made."""
    searched = Signal(object)
    """The `TrackQuery` that is shown on the tracks page."""
    sound_begun = Signal(object)
    """Who plays now; all others fall silent."""
    closing = Signal()
    """The window is about to close: threads that pages have of their own are to end."""

    def open_page(self, name: str, argument: object = None) -> None:
        """Show one of the pages named above; `argument` is what that page shows (an album's id)."""
        self.page_wanted.emit(name, argument)

    def open_album(self, album_id: AlbumId) -> None:
        self.page_wanted.emit(ALBUM, album_id)

    def open_album_of(self, track_id: TrackId) -> None:
        """Open the album this track stands on, with the track chosen."""
        self.album_of_wanted.emit(track_id)

    def edit_album(self, album_id: AlbumId) -> None:
        """Open the album's buckets."""
        self.page_wanted.emit(BUCKETS, album_id)

    def find_neighbours(self, track_id: TrackId) -> None:
        """Show what goes with this track."""
        self.neighbours_wanted.emit(track_id)

    def save_search(self, query: TrackQuery) -> None:
        """Let a person keep a search as a smart album."""
        self.save_wanted.emit(query)

    def keep_search(self, name: str, query: str) -> None:
        """Keep a search as a smart album of this name."""
        self.keep_wanted.emit(name, query)

    def make_pack(self, query: TrackQuery | None = None) -> None:
        """Let a person make a pack by popularity of what a search finds."""
        self.packs_wanted.emit(query or TrackQuery())

    def listen_to_files(self) -> None:
        """Make fingerprints of the files that have none."""
        self.listen_wanted.emit()

    def choose_art(self, of: ArtOf, name: str, take: Callable[[ArtService], ArtChoice] | None = None) -> None:
        """Let a person choose the picture of an album or track called `name`; `take` brings one they gave."""
        self.art_wanted.emit(of, name, take)

    def write_tags(self, selection: TagSelection, name: str = "") -> None:
        """Show what would be written into the files of these tracks, which people know by `name`."""
        self.tags_wanted.emit(selection, name)

    def choose_source(self, transfer: TransferRow) -> None:
        """Let a person choose which file a track is fetched from."""
        self.source_wanted.emit(transfer)

    def bring_audio(self, album_id: AlbumId) -> None:
        """Let a person give addresses, or a ZIP file, for an album."""
        self.audio_wanted.emit(album_id)

    def take_zip(self, path: str) -> None:
        """Take an album out of a ZIP file that was bought."""
        self.zip_wanted.emit(path)

    def choose_track(self, track_id: TrackId | None) -> None:
        """Show this track in the inspector; None empties it."""
        self.track_chosen.emit(track_id)

    def paste(self, text: str = "") -> None:
        """Open the paste dialog with this text; with none it takes the clipboard's."""
        self.paste_wanted.emit(text)

    def open_files(self, paths: list[str]) -> None:
        """Take files: lists go to the paste dialog, folders and audio are scanned."""
        self.files_wanted.emit(paths)

    def choose_list(self) -> None:
        """Ask for a list file and open it."""
        self.choice_wanted.emit(False)

    def choose_folder(self) -> None:
        """Ask for a folder of audio and add it."""
        self.choice_wanted.emit(True)

    def toast(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Tell something quietly, with at most one thing to do about it."""
        self.toast_wanted.emit(text, action, on_action)

    def work_arrived(self) -> None:
        """There is something new in the queue: wake the worker."""
        self.work_there.emit()

    def restart_work(self) -> None:
        """Let the worker begin again: its sources have changed."""
        self.work_changed.emit()

    def restore(self, backup: Path) -> None:
        """Close, put this backup in the place of the library, and open again."""
        self.restore_wanted.emit(backup)

    def check_library(self) -> None:
        """Read the library from end to end, and tell whether it is whole."""
        self.check_wanted.emit()

    def make_demo(self) -> None:
        """Fill the library with the sample albums."""
        self.demo_wanted.emit()

    def sync(self, address: str, password: str = "") -> None:
        """Exchange changes with the shared library at this address; a password is kept with the sign-ins."""
        self.sync_wanted.emit(address, password)

    def undo(self) -> None:
        """Take the last change back."""
        self.undo_wanted.emit()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.redo_wanted.emit()

    def toggle_inspector(self) -> None:
        """Show or hide what stands beside the page."""
        self.inspector_wanted.emit()

    def refresh(self, track_ids: list[TrackId] | None = None, album_ids: list[AlbumId] | None = None) -> None:
        """Read these rows again after a change; without ids, all rows."""
        self.refresh_wanted.emit(track_ids, album_ids)
