"""Sound out of the window. QtMultimedia is loaded with the first sound that is asked for.

Where this computer cannot play, a sentence says so, and everything else works.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, QUrl, Signal

from musiclib.domain.clicks import CHANNELS, Pcm
from musiclib.errors import KnownError
from musiclib.gui.shell import Shell
from musiclib.system_libraries import SOUND, advice, missing

_LOOK_MS = 100


class NoSound(KnownError):
    """This computer cannot play; the sentence says why."""

    code = "no_sound"


class Output(Protocol):
    """Plays one thing at a time."""

    def play(self, sound: Pcm, at_s: float) -> None:
        """Begin there, and go round for ever. Raises `NoSound`."""

    def stop(self) -> None: ...

    def position_s(self) -> float:
        """Since the beginning of the sound."""


class Track(Protocol):
    """Plays a whole file."""

    def play(self, path: str, at_s: float) -> None: ...
    def stop(self) -> None: ...
    def position_s(self) -> float: ...
    def ended(self) -> bool: ...
    def problem(self) -> str: ...


def multimedia() -> Any:
    """QtMultimedia, where there is something to play on. Raises `NoSound`."""
    try:
        from PySide6 import QtMultimedia
    except ImportError as error:
        lacking = missing((SOUND,), fonts=lambda: True)
        how = f" Install it:\n{advice(lacking)}" if lacking else ""
        names = ", ".join(lacking.names) or str(error)
        raise NoSound(f"Nothing can be played: this computer lacks {names}.{how}") from error
    if QtMultimedia.QMediaDevices.defaultAudioOutput().isNull():
        raise NoSound("Nothing can be played: this computer has no sound output. Connect one and try again.")
    return QtMultimedia


class SinkOutput:
    """PCM on the system's default output, in a loop."""

    def __init__(self, parent: QObject) -> None:
        """Raises `NoSound`."""
        self._qt = multimedia()
        self._parent = parent
        self._sink: Any = None
        self._buffer: QBuffer | None = None
        self._bytes_per_s = 1
        self._begun_at = 0

    def play(self, sound: Pcm, at_s: float) -> None:
        self.stop()
        audio = self._qt.QAudioFormat()
        audio.setSampleRate(sound.rate)
        audio.setChannelCount(CHANNELS)
        audio.setSampleFormat(self._qt.QAudioFormat.SampleFormat.Int16)
        frame = 2 * CHANNELS
        self._bytes_per_s = sound.rate * frame
        self._buffer = QBuffer(self._parent)
        self._buffer.setData(QByteArray(sound.samples))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._begun_at = int(at_s * sound.rate) * frame % max(frame, len(sound.samples))
        self._buffer.seek(self._begun_at)
        self._sink = self._qt.QAudioSink(audio, self._parent)
        self._sink.start(self._buffer)
        if self._sink.error() != self._qt.QAudio.Error.NoError:
            self._sink.deleteLater()
            self._sink = None
            raise NoSound(
                "Nothing can be played: the sound output cannot be opened. Another program may hold it."
            )
        self._sink.stateChanged.connect(self._go_round)

    def stop(self) -> None:
        if self._sink is not None:
            self._sink.stateChanged.disconnect(self._go_round)
            self._sink.stop()
            self._sink.deleteLater()
            self._sink = None
        if self._buffer is not None:
            self._buffer.deleteLater()
            self._buffer = None

    def position_s(self) -> float:
        if self._sink is None or self._buffer is None:
            return 0.0
        played = self._begun_at + self._sink.processedUSecs() / 1e6 * self._bytes_per_s
        return float(played % max(1, self._buffer.size()) / self._bytes_per_s)

    def _go_round(self, state: object) -> None:
        if state == self._qt.QAudio.State.IdleState and self._buffer is not None:
            self._begun_at = 0
            self._buffer.seek(0)
            self._sink.stop()
            self._sink.start(self._buffer)


class FileOutput:
    """A whole file on the system's default output."""

    def __init__(self, parent: QObject) -> None:
        """Raises `NoSound`."""
        qt = multimedia()
        self._player = qt.QMediaPlayer(parent)
        self._player.setAudioOutput(qt.QAudioOutput(self._player))
        self._at_end = qt.QMediaPlayer.MediaStatus.EndOfMedia
        self._path = ""

    def play(self, path: str, at_s: float) -> None:
        if path != self._path:
            self._path = path
            self._player.setSource(QUrl.fromLocalFile(path))
        self._player.setPosition(round(at_s * 1000))
        self._player.play()

    def stop(self) -> None:
        self._player.pause()

    def position_s(self) -> float:
        return float(self._player.position() / 1000)

    def ended(self) -> bool:
        return bool(self._player.mediaStatus() == self._at_end)

    def problem(self) -> str:
        return str(self._player.errorString())


class ClipPlayer(QObject):
    """Eight seconds round and round; another candidate goes on where the last one was."""

    moved = Signal(float)
    """Seconds into what is played."""
    failed = Signal(str)
    """Why nothing sounds; a sentence."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self.open_output: Callable[[QObject], Output] = SinkOutput
        """How to get at the sound output; raises `NoSound`."""
        self._shell = shell
        self._output: Output | None = None
        self.playing = False
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(lambda: self.moved.emit(self.position_s()))
        shell.sound_begun.connect(self._make_room)

    def play(self, sound: Pcm, *, anew: bool = False) -> None:
        """Let it sound, from its beginning if it is another track's."""
        try:
            if self._output is None:
                self._output = self.open_output(self)
            at = 0.0 if anew or not self.playing else self._output.position_s()
            self._output.play(sound, at)
        except NoSound as error:
            self.failed.emit(str(error))
            return
        self.playing = True
        self._look.start()
        self._shell.sound_begun.emit(self)

    def stop(self) -> None:
        self._look.stop()
        if self.playing and self._output is not None:
            self._output.stop()
        self.playing = False

    def position_s(self) -> float:
        return self._output.position_s() if self.playing and self._output is not None else 0.0

    def _make_room(self, other: object) -> None:
        if other is not self:
            self.stop()


class FilePlayer(QObject):
    """A track's file from any place on."""

    moved = Signal(float)
    changed = Signal(bool)
    """Whether it plays now."""
    failed = Signal(str)

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self.open_track: Callable[[QObject], Track] = FileOutput
        self._shell = shell
        self._track: Track | None = None
        self.path = ""
        self.playing = False
        self._at_s = 0.0
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._tell)
        shell.sound_begun.connect(self._make_room)

    @property
    def position_s(self) -> float:
        return self._at_s

    def load(self, path: str) -> None:
        """This file from now on; another one that plays is stopped."""
        if path != self.path:
            self.stop()
            self.path, self._at_s = path, 0.0
            self.moved.emit(0.0)

    def toggle(self) -> None:
        """Play, or pause."""
        self.stop() if self.playing else self.play_from(self._at_s)

    def seek(self, at_s: float) -> None:
        """Go there; what plays goes on playing, what rests stays at rest."""
        self._at_s = max(0.0, at_s)
        self.moved.emit(self._at_s)
        if self.playing:
            self.play_from(self._at_s)

    def play_from(self, at_s: float) -> None:
        if not self.path:
            return
        try:
            if self._track is None:
                self._track = self.open_track(self)
            self._track.play(self.path, at_s)
        except NoSound as error:
            self.failed.emit(str(error))
            return
        self.playing = True
        self._look.start()
        self.changed.emit(True)
        self._shell.sound_begun.emit(self)

    def stop(self) -> None:
        self._look.stop()
        if self.playing and self._track is not None:
            self._track.stop()
            self.playing = False
            self.changed.emit(False)

    def _tell(self) -> None:
        if self._track is None:
            return
        if problem := self._track.problem():
            self.stop()
            self.failed.emit(self.tr("This file cannot be played here: {why}").format(why=problem))
        elif self._track.ended():
            self.stop()
            self._at_s = 0.0
            self.moved.emit(0.0)
        else:
            self._at_s = self._track.position_s()
            self.moved.emit(self._at_s)

    def _make_room(self, other: object) -> None:
        if other is not self:
            self.stop()
