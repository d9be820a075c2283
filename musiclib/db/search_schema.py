"""The index that tracks are searched and sorted by: derived from the other tables, and never asked for facts.

Triggers note in `search_due` which tracks changed, whoever changes them; `search_index.refresh` makes their
rows anew before the transaction ends: for thousands at once that takes a fraction of what triggers would. The
numbers stand in a narrow table that is scanned faster than wide indexes are kept, the texts beside it; words
are found by their trigrams (FTS5, or pg_trgm).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import CHAR, DDL, BigInteger, Boolean, Float, Index, Integer, Text, Uuid, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from musiclib.db.schema_base import Base, index_of_some, index_where

RAW_ID = CHAR(32).with_variant(Uuid(), "postgresql")
"""An id as the driver has it: made for tens of thousands at once, its conversion is what takes the time."""
SORTED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorts by code point on both databases."""

NAMES = ("artist", "title", "version", "album", "label", "isrc")
"""The texts that a word of no field is looked for in."""

SORTED_NUMBERS = (
    *("bpm", "wheel_place", "energy", "loudness_lufs", "true_peak_dbtp", "duration_s", "popularity", "year"),
)
"""Columns that have an index for the first screen in their order."""


class TrackFacts(Base):
    """The numbers of one track."""

    __tablename__ = "track_facts"
    __table_args__ = (
        Index("ix_track_facts_added", "added"),
        Index("ix_track_facts_state", "state", "waits_until"),
        *(index_of_some("track_facts", column) for column in SORTED_NUMBERS),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Counts up as tracks come: the last word in every order."""
    track_id: Mapped[Any] = mapped_column(RAW_ID, unique=True)
    """No foreign key: the row of a track that is gone is needed to take its words out of the index."""
    added: Mapped[int] = mapped_column(BigInteger)
    """When the track came, in microseconds since 1970."""
    bpm: Mapped[float | None] = mapped_column(Float)
    key_code: Mapped[int | None] = mapped_column(Integer)
    wheel_place: Mapped[int | None] = mapped_column(Integer)
    """Of the key, round the Camelot wheel: 1A, 1B, 2A ..."""
    energy: Mapped[int | None] = mapped_column(Integer)
    loudness_lufs: Mapped[float | None] = mapped_column(Float)
    true_peak_dbtp: Mapped[float | None] = mapped_column(Float)
    duration_s: Mapped[float | None] = mapped_column(Float)
    popularity: Mapped[int | None] = mapped_column(Integer)
    year: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[int] = mapped_column(Integer)
    """The badge's, as its place in `BadgeState`."""
    waits_until: Mapped[int | None] = mapped_column(BigInteger)
    """When the state is no longer waiting but queued, in microseconds since 1970."""
    has: Mapped[int] = mapped_column(Integer)
    """Bits of `search_index.HAS_BITS`."""
    sources: Mapped[int] = mapped_column(Integer)
    """Bits of `search_index.SOURCE_BITS`: who says something of the track."""
    needs_ear: Mapped[bool] = mapped_column(Boolean)


class TrackNames(Base):
    """The folded texts of one track; "" where there is none."""

    __tablename__ = "track_names"
    __table_args__ = tuple(
        index_where(f"{column} != ''", f"ix_track_names_{column}", column) for column in (*NAMES, "genres")
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    artist: Mapped[str] = mapped_column(SORTED_TEXT)
    title: Mapped[str] = mapped_column(SORTED_TEXT)
    version: Mapped[str] = mapped_column(SORTED_TEXT)
    album: Mapped[str] = mapped_column(SORTED_TEXT)
    label: Mapped[str] = mapped_column(SORTED_TEXT)
    isrc: Mapped[str] = mapped_column(SORTED_TEXT)
    genres: Mapped[str] = mapped_column(SORTED_TEXT)
    """Each between bars: `|techno|tech house|`."""


class SearchDue(Base):
    """Tracks whose rows of the index have to be made anew. Empty after every transaction."""

    __tablename__ = "search_due"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it from the class)

    track_id: Mapped[Any] = mapped_column(RAW_ID, primary_key=True)


_CHANGES = {
    "tracks": (
        *("artist", "title", "version", "album", "isrc", "duration_s", "release_date", "original_year"),
        *("label", "genres", "bpm", "key_code", "energy", "loudness_lufs", "true_peak_dbtp", "popularity"),
        *("art_id", "is_id", "match_state", "match_locked", "needs_ear", "created_at"),
    ),
    "enrichment_tasks": ("status", "not_before", "blocked_on"),
    "track_metadata": (),
    "track_files": (),
}
"""Tables a row of the index is made from, and the columns of them that count (besides being there)."""

NOTED_TABLES = frozenset(_CHANGES)
"""Tables of which a trigger notes the changes."""

WORDS_TABLE = """
CREATE VIRTUAL TABLE track_words USING fts5(
    names, genres, content='', columnsize=0, tokenize='trigram case_sensitive 1'
)"""
"""The trigrams of a track's names, each way of SQLite; PostgreSQL has an index of the same expression."""
PARTS_TABLE = "CREATE VIRTUAL TABLE track_word_parts USING fts5vocab('track_words', 'row')"
"""Every trigram there is: what a word of one or two letters may begin."""


def joined_names(newline: str = "char(10)") -> str:
    """SQL of the names one under the other; empty lines end them, so that the last letters begin trigrams."""
    return f" || {newline} || ".join(NAMES) + f" || {newline} || {newline}"


def _trigger(table: str, name: str, when: str, track_id: str) -> str:
    """Notes one track, unless it is noted already: most changes of a transaction are to the same tracks.

    Not OR IGNORE: the statement that fires a trigger decides what becomes of a conflict in it.
    """
    noted = f"SELECT 1 FROM search_due WHERE track_id = {track_id}"
    note = f"INSERT INTO search_due (track_id) VALUES ({track_id})"
    return f"CREATE TRIGGER {name} AFTER {when} ON {table} WHEN NOT EXISTS ({noted}) BEGIN {note}; END"


def _sqlite_triggers() -> Iterator[str]:
    for table, columns in _CHANGES.items():
        column = "id" if table == "tracks" else "track_id"
        yield _trigger(table, f"due_{table}_added", "INSERT", f"new.{column}")
        if columns:
            yield _trigger(table, f"due_{table}_changed", f"UPDATE OF {', '.join(columns)}", f"new.{column}")
        yield _trigger(table, f"due_{table}_removed", "DELETE", f"old.{column}")
    yield _FILE_CHANGED


_FILE_CHANGED = """
CREATE TRIGGER due_files_changed AFTER UPDATE OF state ON files BEGIN
    INSERT INTO search_due (track_id) SELECT DISTINCT track_files.track_id FROM track_files
    WHERE file_id = new.id AND NOT EXISTS (SELECT 1 FROM search_due WHERE track_id = track_files.track_id);
END"""


for _statement in (WORDS_TABLE, PARTS_TABLE, *_sqlite_triggers()):
    # SQLAlchemy leaves this one without types.
    _made: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(Base.metadata, "after_create", _made.execute_if(dialect="sqlite"))
