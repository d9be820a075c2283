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
