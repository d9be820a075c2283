"""From a chroma vector (energy of the twelve pitch classes from C) to key candidates. Imports numpy."""

import numpy as np
from numpy.typing import NDArray

from musiclib.domain.music_key import MusicalKey

Chroma = NDArray[np.floating]

# The "bgate" profiles of Angel Faraldo, "Tonality Estimation in Electronic Dance Music" (2018): means over
# annotated tracks, the weakest degrees set to zero; Essentia's own default.
_MAJOR = np.array([1.00, 0.00, 0.42, 0.00, 0.53, 0.37, 0.00, 0.77, 0.00, 0.38, 0.21, 0.30])
_MINOR = np.array([1.00, 0.00, 0.36, 0.39, 0.00, 0.38, 0.00, 0.74, 0.27, 0.00, 0.42, 0.23])

# Deviation of the twelve classes over their mean: 0.07-0.22 for white noise, by engine; 0.5-0.9 for music.
_NOISE_CONTRAST = 0.25


def rank_keys(chroma: Chroma) -> tuple[tuple[MusicalKey, float], ...]:
    """Up to three (key, confidence), best first; empty for silence or noise.

    The correlation of the chroma with each key's profile, turned into shares of one by a softmax whose
    steepness makes a lead of 0.05 in correlation mean about 2 : 1, and scaled down where even the best
    correlates poorly or the pitch classes hardly differ (percussion, noise).
    """
    chroma = np.asarray(chroma, dtype=np.float64)
    total = float(chroma.sum())
    if not np.isfinite(total) or total <= 0.0:
        return ()
    contrast = float(chroma.std() / chroma.mean())
    if contrast <= _NOISE_CONTRAST:
        return ()
    keys = [MusicalKey.from_code(code) for code in range(24)]
    fits = np.array(
        [np.corrcoef(chroma, np.roll(_MINOR if key.minor else _MAJOR, key.tonic))[0, 1] for key in keys]
    )
    shares = np.exp((fits - fits.max()) * 14.0)
    shares /= shares.sum()
    tonal = min(1.0, max(0.0, float(fits.max()) / 0.7)) * min(1.0, (contrast - _NOISE_CONTRAST) / 0.2)
    best = np.argsort(-fits)[:3]
    return tuple((keys[index], round(float(shares[index]) * tonal, 3)) for index in best)
