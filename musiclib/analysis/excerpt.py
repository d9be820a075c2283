"""The child's side of listening: some seconds of a file as sound that can be played at once.

Imported in a child process of its own: a file that crashes the decoder costs an excerpt, not the window.
"""

import contextlib
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from musiclib.analysis.lane import die_with_parent
from musiclib.domain.clicks import CHANNELS, Pcm
from musiclib.errors import UnreadableAudio

if TYPE_CHECKING:
    import av
    import numpy as np
    from numpy.typing import NDArray

RATE = 44_100
_SEEK_FROM_S = 600.0
"""Up to here a file is decoded from its start: a jump into an MP3 without an index lands seconds beside."""
_FADE_S = 0.02


def excerpt(path: Path, start_s: float, seconds: float) -> Pcm:
    """`seconds` of the first audio stream from `start_s` on, less where the file ends before.

    Raises `UnreadableAudio` with a sentence for the user.
    """
    import av
    import numpy as np

    av.logging.set_level(av.logging.PANIC)
    try:
        with av.open(str(path.absolute()), options={"protocol_whitelist": "file"}) as container:
            if not container.streams.audio:
                raise UnreadableAudio(f"“{path.name}” holds no audio.")
            pieces = list(_pieces(container, start_s, start_s + seconds))
    except (av.error.FFmpegError, OSError) as error:
        raise UnreadableAudio(f"“{path.name}” cannot be played: {error.strerror or error}.") from error
    if not pieces:
        raise UnreadableAudio(f"“{path.name}” is shorter than it should be: nothing can be played there.")
    sound = np.concatenate(pieces, axis=1)
    fade = min(round(_FADE_S * RATE), sound.shape[1] // 2)
    if fade:
        slope = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        sound[:, :fade] *= slope
        sound[:, -fade:] *= slope[::-1]
    whole = np.clip(np.nan_to_num(sound), -1.0, 1.0) * 32767
    return Pcm(RATE, whole.astype(np.int16).T.tobytes(), start_s)


def _pieces(
    container: "av.container.InputContainer", start_s: float, end_s: float
) -> "Iterator[NDArray[np.float32]]":
    """Stereo samples within the stretch, in order."""
    import av
    import numpy as np

    stream = container.streams.audio[0]
    at = 0.0
    if start_s > _SEEK_FROM_S:
        container.seek(round(start_s * av.time_base))
        at = -1.0
    adapter = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
    for packet in container.demux(stream):
        with contextlib.suppress(av.error.InvalidDataError):
            for frame in packet.decode():
                if at < 0:
                    at = float(frame.time or 0.0)
                frame.pts = None
                for piece in adapter.resample(frame):
                    samples = piece.to_ndarray().astype(np.float32, copy=False)
                    length = samples.shape[1]
                    low, high = round((start_s - at) * RATE), round((end_s - at) * RATE)
                    if high <= 0:
                        return
                    if low < length:
                        yield samples[:CHANNELS, max(0, low) : high].copy()
                    at += length / RATE


def serve(connection: Connection) -> None:
    """The child's main function: answers (path, start, seconds) with a `Pcm` or a sentence, till the pipe
    ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    while True:
        try:
            path, start_s, seconds = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Pcm | str = excerpt(path, start_s, seconds)
        except UnreadableAudio as error:
            answer = str(error)
        except Exception as error:  # noqa: BLE001  (the parent tells it; this child goes on)
            answer = f"“{path.name}” cannot be played: {error}."
        with contextlib.suppress(OSError):
            connection.send(answer)
