from __future__ import annotations

from array import array

from musiclib.domain.clicks import CHANNELS, Pcm, with_chord, with_clicks
from musiclib.domain.music_key import MusicalKey

RATE = 8000


def silence(seconds: float, start_s: float = 0.0, value: int = 0) -> Pcm:
    return Pcm(RATE, array("h", [value] * round(RATE * seconds) * CHANNELS).tobytes(), start_s)


def onsets(sound: Pcm) -> list[float]:
    """Where something begins to sound after it was quiet, in seconds."""
    left = array("h", sound.samples)[::CHANNELS]
    loud = [place for place, value in enumerate(left) if abs(value) > 200]
    return [
        round(b / sound.rate, 2) for a, b in zip([-RATE, *loud], loud, strict=False) if b - a > RATE // 10
    ]


def test_a_click_stands_on_each_beat_of_the_grid_counted_in_the_file() -> None:
    assert onsets(with_clicks(silence(2.0), 120, 0.25)) == [0.25, 0.75, 1.25, 1.75]
    later = with_clicks(silence(2.0, start_s=60.1), 60, 0.25)
    assert onsets(later) == [0.15, 1.15]
    assert (later.seconds, later.start_s) == (2.0, 60.1)


def test_loud_music_is_ducked_and_never_runs_over() -> None:
    clicked = array("h", with_clicks(silence(1.0, value=32767), 240, 0.0).samples)
    assert max(clicked) <= 32767
    assert clicked[-1] < 32767


def test_the_chord_of_a_key_comes_every_two_seconds() -> None:
    minor, major = (with_chord(silence(4.0), MusicalKey(9, is_minor)) for is_minor in (True, False))
    assert onsets(minor)[0] < 0.1
    assert any(2.0 <= each <= 2.1 for each in onsets(minor))
    assert minor.samples != major.samples
