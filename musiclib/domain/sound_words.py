"""What was measured of a file's sound, in careful sentences."""

from __future__ import annotations

from musiclib.domain.wording import Translate, no_translation

_TYPICAL = ((16_500, 128), (17_800, 160), (19_200, 192), (20_600, 256))
"""(hertz, kbit/s): up to there MP3 encoders of that rate commonly keep the sound."""
_ROOM = 1.35
"""How much more than the typical rate a lossy file may have before its cutoff is worth a word."""


def cutoff_sentence(
    cutoff_hz: float | None,
    *,
    lossless: bool,
    bitrate: int | None,
    tr: Translate = no_translation,
) -> str:
    """What the upper end of the spectrum hints at. A hint is no proof, and none of these sentences says so.

    `bitrate` in bit/s, of a lossy file.
    """
    if cutoff_hz is None:
        return tr("Nothing is cut off at the top of the spectrum: nothing hints at a loss.")
    khz = f"{cutoff_hz / 1000:.1f}"
    typical = next((rate for hertz, rate in _TYPICAL if cutoff_hz <= hertz), None)
    if typical is None:
        return tr("The sound ends at {khz} kHz, as that of many releases does.").format(khz=khz)
    if lossless:
        return tr(
            "The sound ends at {khz} kHz as if cut off, as in an MP3 of about {rate} kbit/s. This file may "
            "have been made from one; some recordings end there by themselves."
        ).format(khz=khz, rate=typical)
    if bitrate is not None and bitrate / 1000 > typical * _ROOM:
        return tr(
            "The sound ends at {khz} kHz, as in a file of about {rate} kbit/s. It may have been encoded "
            "twice; some recordings end there by themselves."
        ).format(khz=khz, rate=typical)
    return tr("The sound ends at {khz} kHz, which is usual for this bitrate.").format(khz=khz)


def silence_words(start_s: float | None, end_s: float | None, tr: Translate = no_translation) -> str:
    """The silence at both ends, as far as anybody hears it; nothing where it was not measured."""
    if start_s is None or end_s is None:
        return ""
    parts = []
    if start_s >= 0.1:
        parts.append(tr("{s} s at the start").format(s=f"{start_s:.1f}"))
    if end_s >= 0.1:
        parts.append(tr("{s} s at the end").format(s=f"{end_s:.1f}"))
    return ", ".join(parts) or tr("None at the ends")
