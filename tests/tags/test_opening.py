"""What is opened lazily is what the reader knows."""

from pathlib import Path

from musiclib.tags import opening, reader
from tests.services.audio import write_wav


def test_the_same_files_and_the_same_tags(tmp_path: Path) -> None:
    assert opening.AUDIO_SUFFIXES == reader.AUDIO_SUFFIXES
    path = write_wav(tmp_path / "a.wav", artist="Somebody", title="Else")
    assert opening.read_tags(path) == reader.read_tags(path)
    assert opening.read_art(path) is None
