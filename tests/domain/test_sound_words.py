from __future__ import annotations

import pytest

from musiclib.domain.sound_words import cutoff_sentence, silence_words


@pytest.mark.parametrize(
    ("cutoff_hz", "lossless", "bitrate", "said"),
    [
        (None, True, None, "nothing hints at a loss"),
        (16_050.0, True, None, "as in an MP3 of about 128 kbit/s. This file may have been made from one"),
        (19_000.0, False, 320_000, "as in a file of about 192 kbit/s. It may have been encoded twice"),
        (16_000.0, False, 128_000, "usual for this bitrate"),
        (16_000.0, False, None, "usual for this bitrate"),
        (21_500.0, True, None, "as that of many releases does"),
    ],
)
def test_the_end_of_the_spectrum_is_told_with_care(
    cutoff_hz: float | None, lossless: bool, bitrate: int | None, said: str
) -> None:
    assert said in cutoff_sentence(cutoff_hz, lossless=lossless, bitrate=bitrate)


def test_silence_is_told_where_anybody_hears_it() -> None:
    assert silence_words(0.42, 2.0) == "0.4 s at the start, 2.0 s at the end"
    assert silence_words(0.01, 0.0) == "None at the ends"
    assert silence_words(None, 1.0) == ""
