"""What an audio file says of itself: its tags and the facts of its stream."""

from __future__ import annotations

from dataclasses import dataclass

LOSSLESS_CODECS = frozenset({"flac", "alac", "pcm", "wavpack", "ape"})
"""As the stream facts of a file name them."""


@dataclass(frozen=True, slots=True)
class FileTags:
    """The tags and stream facts of one file; None or empty where the file does not say."""

    artist: str | None = None
    """Several artists are joined by "; "."""
    title: str | None = None
    album: str | None = None
    albumartist: str | None = None
    track: int | None = None
    disc: int | None = None
    date: str | None = None
    """ "YYYY", "YYYY-MM" or "YYYY-MM-DD"."""
    isrc: str | None = None
    """Twelve characters, upper case, without hyphens."""
    bpm: float | None = None
    key: str | None = None
    """As written; `MusicalKey.parse` reads it."""
    label: str | None = None
    catalog_number: str | None = None
    genres: tuple[str, ...] = ()
    track_total: int | None = None
    disc_total: int | None = None
    original_date: str | None = None
    """As `date`, of the first release."""
    compilation: bool = False
    recording_mbid: str | None = None
    release_mbid: str | None = None
    """Identities at MusicBrainz, in lower case."""
    track_gain_db: float | None = None
    album_gain_db: float | None = None
    """ReplayGain 2: what brings it to -18 LUFS."""
    track_peak: float | None = None
    """1 is full scale."""
    duration_s: float | None = None
    codec: str | None = None
    """A lower-case name: mp3, aac, alac, flac, vorbis, opus, pcm, wma, wavpack, musepack."""
    bitrate: int | None = None
    """Bits per second."""
    sample_rate: int | None = None
    channels: int | None = None
    bit_depth: int | None = None
    has_art: bool = False

    @property
    def year(self) -> int | None:
        return int(self.date[:4]) if self.date else None
