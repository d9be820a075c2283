"""What is heard and seen of a track's sound, over a real file and a real child process."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

import pytest

from musiclib.analysis.features import AudioFeatures
from musiclib.bootstrap import Library
from musiclib.db.files import FileRepository
from musiclib.db.metadata import AnalysisRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.spectrum import POINTS, pack_spectrum
from musiclib.domain.states import Source
from musiclib.domain.waveform import WaveformPoint, pack_waveform
from musiclib.errors import AnalyserCrashed, NotInLibrary, UnreadableAudio
from tests.runners.helpers import give_file, import_tracks
from tests.support.sources import say

RATE = 8000


def write_steps(path: Path, seconds: int) -> bytes:
    """A second of each loudness: the n-th is a square wave of n % of full scale."""
    samples = array("h")
    for second in range(seconds):
        level = round(327.67 * second)
        samples.extend([level, level, -level, -level] * (RATE // 4))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path.read_bytes()


def analysed(library: Library, track_id: TrackId, path: Path, content: bytes, **measured: object) -> None:
    """As the analysis leaves it: unsure of the tempo."""
    give_file(library, track_id, path, content)
    facts = {"duration_s": 20.0, "codec": "pcm_s16le", "sample_rate": RATE, "channels": 1, "engine": "fake"}
    features = AudioFeatures.from_dict({**facts, "bpm": 120.0, **measured})
    shape = pack_waveform([WaveformPoint(0.5, 0.25, 0.1), WaveformPoint(1.0, 0.5, 0.9)])
    with library._db.write() as conn:
        files = FileRepository(conn)
        (file,) = files.files_of([track_id])[track_id]
        files.set_content_hash(file.id, path.name)
        AnalysisRepository(conn).put(
            path.name,
            "1",
            "fake",
            features.as_dict(),
            library._clock(),
            shape,
            pack_spectrum(RATE, [-60.0] * POINTS),
        )
    say(library, Source.ANALYSIS, track_id, {"bpm": 120.0}, external_id=path.name, sure=0.1)


def test_the_liveliest_seconds_of_a_track_that_needs_an_ear(library: Library, tmp_path: Path) -> None:
    track_id, without = import_tracks(library, "B - Two", "A - One").rows
    path = tmp_path / "steps.wav"
    analysed(library, track_id, path, write_steps(path, 20), liveliest_s=9.0, beat_start_s=0.25)
    say(library, "deezer", without, {"bpm": 100.0})
    say(library, "file_tags", without, {"bpm": 130.0})  # doubtful too, but there is nothing to hear
    assert library.listening.waiting() == [track_id]

    heard = library.listening.heard(track_id)
    assert heard is not None
    assert (heard.path, heard.features.beat_start_s) == (path, 0.25)
    assert [round(point.peak, 1) for point in heard.waveform] == [0.5, 1.0]
    assert heard.spectrum is not None
    assert heard.spectrum.sample_rate == RATE
    assert library.listening.heard(without) is None

    sound = library.listening.excerpt(track_id)
    assert (sound.start_s, round(sound.seconds, 1)) == (9.0, 8.0)
    left = array("h", sound.samples)[::2]
    peaks = [max(left[round((n + 0.5) * sound.rate) :][:200]) / 327.67 for n in range(8)]
    assert [round(each) for each in peaks] == [9, 10, 11, 12, 13, 14, 15, 16]

    # Another place, up to the end of the file; the same child goes on.
    assert round(library.listening.excerpt(track_id, 18.0).seconds, 1) == 2.0
    with pytest.raises(UnreadableAudio, match="nothing can be played there"):
        library.listening.excerpt(track_id, 90.0)
    with pytest.raises(NotInLibrary, match="no audio file"):
        library.listening.excerpt(without)


def test_a_reader_that_dies_costs_one_excerpt(library: Library, tmp_path: Path) -> None:
    (track_id,) = import_tracks(library, "A - One").rows
    path = tmp_path / "broken.wav"
    analysed(library, track_id, path, b"RIFF, but no audio")
    with pytest.raises(UnreadableAudio, match="cannot be played"):
        library.listening.excerpt(track_id)
    reader = library.listening._reader
    assert reader._child is not None
    reader._child[1].close()  # as if the child were gone
    with pytest.raises(AnalyserCrashed, match="crashes the decoder"):
        library.listening.excerpt(track_id)
    path.write_bytes(write_steps(path, 3))
    assert round(library.listening.excerpt(track_id).seconds) == 3
    library.listening.close()
    with pytest.raises(AnalyserCrashed, match="being closed"):
        library.listening.excerpt(track_id)
