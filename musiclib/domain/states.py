"""Every state that is stored, as codes. Labels for people are made in the front ends."""

from __future__ import annotations

from enum import StrEnum


class TaskKind(StrEnum):
    METADATA = "metadata"
    AUDIO = "audio"


class TaskStatus(StrEnum):
    """Exactly four; everything finer is in `Reason`, `not_before` and `blocked_on`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    ERROR = "error"


class Reason(StrEnum):
    """Why a task stands where it stands. Stored in `enrichment_tasks.reason`."""

    FOUND = "found"
    REVIEW = "review"
    NOT_FOUND = "not_found"
    ID_WAITS = "id_waits"
    NO_FILE = "no_file"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    UNREACHABLE = "unreachable"
    RETRY = "retry"
    BAD_PAYLOAD = "bad_payload"
    SIGN_IN_NEEDED = "sign_in_needed"
    FORBIDDEN = "forbidden"
    UNREADABLE_AUDIO = "unreadable_audio"
    ANALYSER_CRASHED = "analyser_crashed"
    ANALYSIS_TIMED_OUT = "analysis_timed_out"
    QUARANTINED = "quarantined"
    FILE_MISSING = "file_missing"
    DISK_FULL = "disk_full"
    BUG = "bug"


class MatchState(StrEnum):
    """Where a track stands between the list it came from and the recording it is."""

    PENDING = "pending"
    MATCHED = "matched"
    REVIEW = "review"
    NOT_FOUND = "not_found"


class FileState(StrEnum):
    OK = "ok"
    BROKEN = "broken"
    MISSING = "missing"


class Source(StrEnum):
    """Who said a value. `MANUAL` is a person and always wins.

    `ARTIST` says of a recording what is known of its artists: shown where nobody speaks of the recording
    itself, never stored with it nor taken for its own.
    """

    MANUAL = "manual"
    ANALYSIS = "analysis"
    MUSICBRAINZ = "musicbrainz"
    COVER_ART_ARCHIVE = "coverart"
    DEEZER = "deezer"
    SPOTIFY = "spotify"
    ITUNES = "itunes"
    BEATPORT = "beatport"
    SAMPLE = "sample"
    FILE_TAGS = "file_tags"
    TRACKLIST = "tracklist"
    ARTIST = "artist"


class BadgeState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    WAITING = "waiting"
    NOT_FOUND = "not_found"
    LOCKED = "locked"
    REVIEW = "review"
    ERROR = "error"


class Bucket(StrEnum):
    """The four columns of the album editor."""

    MATCHED = "matched"
    REVIEW = "review"
    NOT_FOUND = "not_found"
    EXTRA = "extra"


class MergeMode(StrEnum):
    """What an import does to an album that exists."""

    MERGE = "merge"
    APPEND = "append"
    REPLACE_ORDER = "replace_order"


class TransferState(StrEnum):
    """Where the audio of a track stands on its way into the library. The table holds what is wanted."""

    WANTED = "wanted"
    """No candidate was chosen yet: the sources are searched."""
    QUEUED = "queued"
    """A candidate was chosen; it waits for its turn, or till `not_before`."""
    RUNNING = "running"
    """Searched for, moving or being checked, by the worker that holds the lease."""
    PAUSED = "paused"
    """Stopped by a person, or by us for a reason that only a person can lift. Outlives restarts."""
    REVIEW = "review"
    """A person has to choose: which candidate, or whether what came is right."""
    NO_SOURCE = "no_source"
    """None of the sources has it."""
    DONE = "done"
    ERROR = "error"
    """Given up; a person can have it tried again."""
    CANCELLED = "cancelled"


OPEN_TRANSFERS = frozenset(TransferState) - {TransferState.DONE, TransferState.CANCELLED}
"""Those that still stand for something wanted; a track has one of these at most."""


class TransferReason(StrEnum):
    """Why a transfer stands where it stands. Stored in `transfers.reason`."""

    BY_PERSON = "by_person"
    UNSURE = "unsure"
    """Several candidates, or none good enough to be taken without asking."""
    NOT_AS_LISTED = "not_as_listed"
    """What came is sound, but its length or its tags are not those of the track."""
    NO_SOURCE = "no_source"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    SIGN_IN_NEEDED = "sign_in_needed"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    """The source has it no more."""
    NOT_AUDIO = "not_audio"
    """A web page or an error text came in place of audio."""
    BROKEN_OFF = "broken_off"
    """The connection ended before the last byte."""
    WRONG_SIZE = "wrong_size"
    WRONG_HASH = "wrong_hash"
    WRONG_RANGE = "wrong_range"
    """The server sent another part than the one asked for."""
    BAD_REDIRECT = "bad_redirect"
    UNREADABLE_AUDIO = "unreadable_audio"
    TOO_LARGE = "too_large"
    DISK_FULL = "disk_full"
    FOLDER_MISSING = "folder_missing"
    """The download folder, or the drive it is on, is not there."""
    NOT_WRITABLE = "not_writable"
    SOURCE_MISSING = "source_missing"
    """The source it came from was removed or switched off."""
    BUG = "bug"


class TagWriteState(StrEnum):
    """How the tags of a file stand that were written. Stored in `tag_writes.state`."""

    WRITING = "writing"
    WRITTEN = "written"
    UNDOING = "undoing"
    UNDONE = "undone"
    REDOING = "redoing"
