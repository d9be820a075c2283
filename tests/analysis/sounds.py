"""Test tones whose measurements are known by definition."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def sine(
    frequency: float, dbfs: float, seconds: float, rate: int = 48_000, phase: float = 0.0
) -> NDArray[np.float32]:
    """A sine whose peak is at `dbfs`, with 10 ms fades so that its edges make no peaks of their own."""
    t = np.arange(round(seconds * rate)) / rate
    edge = np.minimum(1.0, np.minimum(t, seconds - t) / 0.01)
    return (10 ** (dbfs / 20) * edge * np.sin(2 * np.pi * frequency * t + phase)).astype(np.float32)


def write_float_wav(path: Path, audio: NDArray[np.float32], layout: str, rate: int = 48_000) -> Path:
    """Samples of shape (channels, n) as 32-bit float WAV, which keeps what is over full scale."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        packed = np.ascontiguousarray(audio.T.reshape(1, -1), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(packed, "flt", layout)
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
