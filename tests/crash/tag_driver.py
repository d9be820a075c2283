"""The process that is killed while it writes tags: it writes, takes back and does again, without end."""

from __future__ import annotations

import random
from pathlib import Path

from musiclib.bootstrap import Library, open_library
from musiclib.domain.tag_fields import TagField
from musiclib.errors import ChangedSince
from musiclib.services.tag_types import Choice, TagSelection
from musiclib.settings import Settings
from tests.crash.driver import serve_commands

FIELDS = (TagField.BPM, TagField.KEY, TagField.LABEL, TagField.TITLE, TagField.ART)


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder, online=False)


def write_all(library: Library) -> None:
    tracks = [row.id for row in library.library.load_tracks()]
    _, rows = library.tag_writing.preview(TagSelection(tracks), FIELDS)
    library.tag_writing.write([Choice(row, row.changes) for row in rows])


def drive(folder: Path) -> None:
    library = open_library(settings_of(folder))
    rng = random.Random()
    while True:
        standing = [
            each for each in library.library.history(50) if each.kind == "tag_write" and not each.undone_at
        ]
        if standing:
            library.library.undo(standing[0].id)
        elif rng.random() < 0.5 and library.library.taken_back():
            try:
                library.library.redo()
            except ChangedSince:  # some of its files were written by another act meanwhile
                write_all(library)
        else:
            write_all(library)


def serve(folder: str) -> None:
    """What the process started by the harness does."""
    serve_commands(lambda: drive(Path(folder)))
