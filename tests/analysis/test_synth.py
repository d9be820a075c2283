from pathlib import Path

import numpy as np
import pytest

from musiclib.analysis.synth import STYLES, SynthSpec, render, samples
from musiclib.domain.music_key import MusicalKey

KEY = MusicalKey(4, minor=True)


@pytest.mark.parametrize("style", STYLES)
def test_a_spec_always_gives_the_same_piece(style: str) -> None:
    spec = SynthSpec(120.0, KEY, style, 4.0, seed=3)
    piece = samples(spec)
    assert piece.shape == (2, 4 * 44_100)
    assert np.array_equal(piece, samples(spec))
    assert 0.3 < float(np.abs(piece).max()) < 0.9


def test_another_seed_is_another_piece() -> None:
    one, other = (samples(SynthSpec(120.0, KEY, "pop", 8.0, seed=seed)) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_tags_are_written(tmp_path: Path) -> None:
    import mutagen

    for suffix in ("flac", "mp3", "m4a", "ogg"):
        path = tmp_path / f"a.{suffix}"
        render(path, SynthSpec(120.0, KEY, "pop", 1.0), {"title": "Naïve", "artist": "Ünal & Søn"})
        tags = mutagen.File(path, easy=True).tags
        assert tags["title"] == ["Naïve"]
        assert tags["artist"] == ["Ünal & Søn"]


def test_what_it_cannot_do_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no encoder"):
        render(tmp_path / "a.xyz", SynthSpec(120.0, KEY))
    with pytest.raises(ValueError, match="unknown style"):
        samples(SynthSpec(120.0, KEY, "polka"))
