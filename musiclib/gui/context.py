"""What every page and dialog is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from musiclib.bootstrap import Library
from musiclib.gui.account import Account
from musiclib.gui.collecting import Collecting
from musiclib.gui.commands import CommandQueue
from musiclib.gui.downloads import Downloads
from musiclib.gui.preferences import Preferences
from musiclib.gui.previews import Previews
from musiclib.gui.pulse import Pulse
from musiclib.gui.reading import Reading
from musiclib.gui.shell import Shell
from musiclib.gui.stores import AlbumStore, TrackStore
from musiclib.gui.theme import Theme
from musiclib.gui.thumbnails import Thumbnails


@dataclass(frozen=True)
class AppContext:
    """Made once in `application.py`. `now` is UTC."""

    library: Library
    commands: CommandQueue
    reading: Reading
    """For what a view asks of the library: beside the commands, and newest first."""
    tracks: TrackStore
    albums: AlbumStore
    theme: Theme
    art: Thumbnails
    previews: Previews
    preferences: Preferences
    shell: Shell
    account: Account
    pulse: Pulse
    downloads: Downloads
    collecting: Collecting
    now: Callable[[], datetime]
