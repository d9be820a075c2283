"""The parent's side of listening: a child process that cuts excerpts out of files.

Standard library only: the window imports it.
"""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from musiclib.analysis.excerpt import serve
from musiclib.domain.clicks import Pcm
from musiclib.errors import AnalyserCrashed, AnalysisTimedOut, UnreadableAudio

_LIMIT_S = 30.0


class ExcerptReader:
    """One excerpt at a time, whoever asks; thread-safe. The child starts with the first one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: tuple[BaseProcess, Connection] | None = None
        self._closed = False

    def read(self, path: Path, start_s: float, seconds: float) -> Pcm:
        """See `excerpt`. Raises `UnreadableAudio`, `AnalyserCrashed` and `AnalysisTimedOut`."""
        with self._lock:
            if self._closed:
                raise AnalyserCrashed("The library is being closed.")
            connection = self._connection()
            try:
                connection.send((path, start_s, seconds))
                if not connection.poll(_LIMIT_S):
                    self._end()
                    raise AnalysisTimedOut(f"“{path.name}” takes too long to be read. Is its drive asleep?")
                answer = connection.recv()
            except (EOFError, OSError) as error:
                self._end()
                raise AnalyserCrashed(f"“{path.name}” cannot be played: it crashes the decoder.") from error
        if isinstance(answer, str):
            raise UnreadableAudio(answer)
        assert isinstance(answer, Pcm)
        return answer

    def close(self) -> None:
        """End the child. Idempotent."""
        self._closed = True
        child = self._child
        if child is not None:
            child[0].kill()  # whoever waits for it is told at once
        with self._lock:
            self._end()

    def _connection(self) -> Connection:
        if self._child is None or not self._child[0].is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), name="musiclib-excerpts", daemon=True)
            process.start()
            theirs.close()
            self._child = process, ours
        return self._child[1]

    def _end(self) -> None:
        if self._child is not None:
            process, connection = self._child
            self._child = None
            process.kill()
            process.join(1.0)
            connection.close()
