"""Puts the window together and takes it apart again."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QThread, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from musiclib.bootstrap import Library, open_library
from musiclib.db_clock import utc_now
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui.commands import CommandQueue
from musiclib.gui.context import AppContext
from musiclib.gui.crash import CrashReporter, StartFailed
from musiclib.gui.loader import Loader
from musiclib.gui.main_window import MainWindow, PageFactory, PasteDialog
from musiclib.gui.pages.album import AlbumPage
from musiclib.gui.pages.albums import AlbumsPage
from musiclib.gui.pages.tracks import TracksPage
from musiclib.gui.preferences import Preferences
from musiclib.gui.pulse import Pulse
from musiclib.gui.shell import Shell
from musiclib.gui.shutdown import Part, ShutdownSequence, SignalNotifier
from musiclib.gui.stores import AlbumStore, TrackStore
from musiclib.gui.theme import Theme
from musiclib.gui.threads import EnrichmentThread
from musiclib.gui.thumbnails import Thumbnails
from musiclib.gui.tokens import Tokens
from musiclib.gui.work import Jobs, StripTeller
from musiclib.settings import Settings, save_settings

_log = logging.getLogger(__name__)
_DEADLINE_MS = 2500
