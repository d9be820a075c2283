import itertools

import numpy as np
import pytest

from musiclib.analysis.k_weighting import KWeighting

# Table of ITU-R BS.1770: both stages at 48 kHz.
SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585))
HIGH_PASS = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))


def by_the_table(samples: np.ndarray) -> np.ndarray:
    """Sample by sample, as the recommendation draws it."""
    for (b0, b1, b2), (a1, a2) in (SHELF, HIGH_PASS):
        out = np.zeros_like(samples)
        one = two = 0.0
        for index, x in enumerate(samples):
            y = b0 * x + one
            one, two = b1 * x - a1 * y + two, b2 * x - a2 * y
            out[index] = y
        samples = out
    return samples


@pytest.mark.parametrize("lengths", [(6_400,), (64, 128, 6_208), (3_200, 3_137)])
def test_is_the_filter_of_the_table_however_it_is_cut(lengths: tuple[int, ...]) -> None:
    random = np.random.default_rng(4)
    audio = random.normal(0, 0.2, (2, sum(lengths))) + 0.5
    meter = KWeighting(48_000, 2)
    starts = np.cumsum((0, *lengths))
    blocks = [audio[:, start:end].astype(np.float32) for start, end in itertools.pairwise(starts)]
    filtered = np.concatenate([meter.filtered(block) for block in blocks], axis=1)
    assert filtered == pytest.approx(np.stack([by_the_table(channel) for channel in audio]), abs=2e-6)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000, 384_000])
def test_gains_at_every_rate(rate: int) -> None:
    """0 dB at 997 Hz but for BS.1770's 0.691, and next to nothing of direct current."""
    t = np.arange(rate // 100 * 64) / rate
    meter = KWeighting(rate, 2)
    tone = np.stack([np.sin(2 * np.pi * 997 * t), np.ones(t.size)]).astype(np.float32)
    heard = meter.filtered(tone)[:, t.size // 2 :]
    assert 20 * np.log10(np.sqrt(2 * np.mean(heard[0] ** 2))) == pytest.approx(0.691, abs=0.05)
    assert np.abs(heard[1]).max() < 1e-4
