"""Where rounds of chords begin, of rows that stand for chords."""

import numpy as np
import pytest
from numpy.typing import NDArray

from musiclib.analysis.form import changes, find_round
from musiclib.analysis.pitches import COUNT

Array = NDArray[np.float64]


def rounds(*chords: int, frames: int, times: int) -> Array:
    """One of four chords after the other, each for so many frames."""
    return np.tile(np.repeat(np.eye(4)[list(chords)], frames, axis=0), (times, 1))


@pytest.mark.parametrize("late", [0, 7])
def test_a_round_begins_where_sections_do(late: int) -> None:
    chords = np.vstack([np.zeros((late, 4)), rounds(2, 0, 1, 3, frames=9, times=8)])
    change = np.zeros(len(chords))
    change[[late + 36, late + 108, late + 180]] = 1.0
    change[late + 50] = 0.5
    found = find_round(chords, change, late)
    assert found is not None
    assert len(found.starts) == 36
    folded = found.folded(chords, np.ones(len(chords)))
    assert found.around(folded, 1, 5).argmax() == 2
    assert found.around(folded, -6, 5).argmax() == 3


@pytest.mark.parametrize("frames", [1, 8, 60])
def test_what_does_not_repeat_has_no_round(frames: int) -> None:
    assert find_round(np.ones((frames, 4)), np.zeros(frames), 0) is None


def test_a_change_is_told_once_and_where_it_is() -> None:
    notes = np.zeros((200, COUNT))
    notes[:, 30] = 1.0
    notes[80:, 5] = 1.0
    change = changes(notes)
    assert change.argmax() == 80
    assert np.count_nonzero(change > 0.1 * change.max()) == 1
