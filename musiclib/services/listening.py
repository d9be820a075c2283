"""What was measured of a track's sound, and the sound itself, for the eye and the ear."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from musiclib.analysis.excerpt_reader import ExcerptReader
from musiclib.analysis.features import AudioFeatures
from musiclib.db.engine import Database
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.db.tracks import TrackRepository
from musiclib.domain.clicks import Pcm
from musiclib.domain.ids import TrackId
from musiclib.domain.spectrum import Spectrum, unpack_spectrum
from musiclib.domain.states import FileState
from musiclib.domain.waveform import WaveformPoint, unpack_waveform
from musiclib.errors import NotInLibrary

EXCERPT_S = 8.0
"""How much is played of a track to hear its tempo or key."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The measurements of the file that a track's analysis speaks of."""

    path: Path
    features: AudioFeatures
    waveform: tuple[WaveformPoint, ...]
    """Empty where none was kept."""
    spectrum: Spectrum | None


class ListeningService:
    """Thread-safe; not for the GUI thread: files are read."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._reader = ExcerptReader()

    def heard(self, track_id: TrackId) -> Heard | None:
        """None where no file of the track was analysed yet."""
        with self._db.read() as conn:
            record = AnalysisRepository(conn).of_track(track_id)
        if record is None:
            return None
        return Heard(
            Path(record.path),
            AudioFeatures.from_dict(record.features),
            unpack_waveform(record.waveform),
            unpack_spectrum(record.spectrum),
        )

    def waiting(self) -> list[TrackId]:
        """Tracks with a file whose tempo or key a person should check, by artist and title."""
        with self._db.read() as conn:
            return TrackRepository(conn).to_listen_to()

    def excerpt(self, track_id: TrackId, start_s: float | None = None) -> Pcm:
        """Eight seconds of the track's best file, from its liveliest place on where no other is named.

        Raises `NotInLibrary` where it has no file that can be read, and what `ExcerptReader.read` raises.
        """
        with self._db.read() as conn:
            files = FileRepository(conn).files_of([track_id]).get(track_id, [])
            record = AnalysisRepository(conn).of_track(track_id)
        path = next((Path(each.path) for each in files if each.state is FileState.OK), None)
        if path is None:
            raise NotInLibrary("There is no audio file of this track to play. Link one, or scan its folder.")
        liveliest = AudioFeatures.from_dict(record.features).liveliest_s if record else None
        return self._reader.read(path, start_s if start_s is not None else liveliest or 0.0, EXCERPT_S)

    def close(self) -> None:
        """End the process that reads files. Idempotent."""
        self._reader.close()
