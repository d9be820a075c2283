"""One pass over an audio file: the decoder feeds the loudness meter and a bounded mono buffer at once.

Runs in the analysis lanes only. Memory does not grow with the length of the file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.completeness import ends_early, present_share
from musiclib.analysis.engines.base import MONO_RATE
from musiclib.analysis.loudness import Loudness, LoudnessMeter
from musiclib.errors import UnreadableAudio

Samples = NDArray[np.float32]
T = TypeVar("T")

_WHOLE_S = 480.0
_CENTRE_UP_TO_S = 1200.0
_EXCERPTS = 6
# These streams carry no length; FFmpeg guesses one from the bit rate, which says nothing about completeness.
_LENGTH_IS_A_GUESS = frozenset({"mp3", "aac", "ac3", "eac3", "dts", "loas"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """Facts of the stream, its loudness, and `excerpts`: mono float samples at `MONO_RATE` for tempo and key.

    A file of up to 8 minutes is one excerpt; of a longer one it is its middle 8 minutes, of one over
    20 minutes (a mix, a broadcast) six pieces of 80 s spread over its length.
    """

    duration_s: float
    codec: str
    bitrate: int
    sample_rate: int
    channels: int
    bit_depth: int | None
    loudness: Loudness
    excerpts: tuple[Samples, ...]
    warning: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Facts of a stream that was decoded to its end, as in `Decoded`."""

    duration_s: float
    codec: str
    bitrate: int
    sample_rate: int
    channels: int
    bit_depth: int | None
    warning: str | None


def decode(path: Path) -> Decoded:
    """Decode the first audio stream of a local file; `UnreadableAudio` says in a sentence why it cannot."""
    return _opened(path, lambda container: _Pass(path, container).run())


def check(path: Path) -> Checked:
    """Decode the first audio stream to its end and measure nothing else; `UnreadableAudio` as above."""
    return _opened(path, lambda container: _Pass(path, container).check())


def _opened(path: Path, read: "Callable[[av.container.InputContainer], T]") -> T:
    _check_readable(path)
    av.logging.set_level(av.logging.PANIC)
    try:
        # A playlist in audio's clothing must not reach the network, nor tags in a wrong encoding matter.
        with av.open(
            str(path.absolute()), options={"protocol_whitelist": "file"}, metadata_errors="replace"
        ) as container:
            return read(container)
    except (av.error.InvalidDataError, av.error.EOFError) as error:
        raise UnreadableAudio(
            f"“{path.name}” cannot be read as audio: it is incomplete, damaged or something else. "
            "Copy or download it again."
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        raise UnreadableAudio(f"“{path.name}” cannot be read as audio: {_reason(error)}.") from error


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise UnreadableAudio(
            f"“{path.name}” is not there. Check the path; if it was moved, scan its new folder."
        )
    if not path.is_file():
        raise UnreadableAudio(f"“{path.name}” is not a file.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise UnreadableAudio(f"“{path.name}” cannot be opened: {_reason(error)}.") from error
    if empty:
        raise UnreadableAudio(f"“{path.name}” is empty (0 bytes). Copy or download it again.")


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError | av.error.FFmpegError) else str(error)
    return (text or type(error).__name__).rstrip(".").lower()


def _bit_depth(codec: "av.AudioCodecContext") -> int | None:
    """Bits a sample was stored with; None for lossy audio. A decoder's own format may be wider than that."""
    if not codec.codec.lossless:
        return None
    if (pcm := re.fullmatch(r"pcm_[sfu](\d+)\w*", codec.name)) is not None:
        return int(pcm[1])
    header = codec.extradata or b""
    if codec.name == "flac" and len(header) >= 14:
        # STREAMINFO: five bits, bits per sample less one, across bytes 12 and 13 (RFC 9639, 8.2).
        return ((header[12] & 1) << 4 | header[13] >> 4) + 1
    return codec.format.bits


class _Pass:
    """The state of one decoding pass."""

    def __init__(self, path: Path, container: "av.container.InputContainer") -> None:
        if not container.streams.audio:
            raise UnreadableAudio(f"“{path.name}” holds no audio.")
        self._path = path
        self._container = container
        self._stream = container.streams.audio[0]
        self._stream.codec_context.thread_count = 1
        self._declared_s = self._declared_duration()
        self._packets = self._broken = self._bytes = self._samples = 0
        self._adapters: dict[tuple[int, str, str], av.AudioResampler] = {}
        self._first: av.AudioFrame | None = None
        self._meter: LoudnessMeter | None = None
        self._mono = av.AudioResampler(format="flt", layout="mono", rate=MONO_RATE, frame_size=1 << 14)
        self._excerpts = ExcerptBuffer(self._declared_s)

    def run(self) -> Decoded:
        for frame in self._frames():
            self._feed(frame)
        found = self._checked()
        assert self._meter is not None
        for piece in self._mono.resample(None):
            self._excerpts.add(piece.to_ndarray()[0])
        return Decoded(
            duration_s=found.duration_s,
            codec=found.codec,
            bitrate=found.bitrate,
            sample_rate=found.sample_rate,
            channels=found.channels,
            bit_depth=found.bit_depth,
            loudness=self._meter.finish(),
            excerpts=self._excerpts.taken(),
            warning=found.warning,
        )

    def check(self) -> Checked:
        for frame in self._frames():
            self._first = self._first or frame
            # A chained stream may change its rate half-way.
            self._samples += round(frame.samples * self._first.sample_rate / frame.sample_rate)
        return self._checked()

    def _checked(self) -> Checked:
        if self._first is None or not self._samples:
            raise UnreadableAudio(
                f"“{self._path.name}” holds no audio that can be decoded. The file is damaged."
            )
        codec = self._stream.codec_context
        duration = self._samples / self._first.sample_rate
        return Checked(
            duration_s=round(duration, 3),
            codec=codec.codec.canonical_name,
            bitrate=round(self._bytes * 8 / duration),
            sample_rate=self._first.sample_rate,
            channels=self._first.layout.nb_channels,
            bit_depth=_bit_depth(codec),
            warning=self._judge(duration),
        )

    def _declared_duration(self) -> float | None:
        stream, container = self._stream, self._container
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return None if container.duration is None else container.duration / 1_000_000

    def _frames(self) -> Iterator[av.AudioFrame]:
        """Decoded frames; a broken packet is counted and passed over, a broken container ends the file."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError:
                self._broken += 1
                return
            self._packets += 1
            self._bytes += packet.size
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                self._broken += 1

    def _feed(self, frame: av.AudioFrame) -> None:
        if not frame.samples:
            return
        if self._first is None or self._meter is None:
            self._first, self._meter = frame, LoudnessMeter(frame)
        for piece in self._as_first(frame, self._first):
            # Own time stamps: those of damaged files jump, and filters would drop or repeat samples for it.
            piece.time_base = Fraction(1, piece.sample_rate)
            piece.pts = self._samples
            self._samples += piece.samples
            self._meter.feed(piece)
            for mono in self._mono.resample(piece):
                self._excerpts.add(mono.to_ndarray()[0])

    def _as_first(self, frame: av.AudioFrame, first: av.AudioFrame) -> list[av.AudioFrame]:
        """Chained streams may change format half-way; bring all to the format of the first frame."""
        kind = _kind(frame)
        if kind == _kind(first):
            return [frame]
        if kind not in self._adapters:
            self._adapters[kind] = av.AudioResampler(
                format=first.format, layout=first.layout, rate=first.sample_rate
            )
        return self._adapters[kind].resample(frame)

    def _judge(self, duration: float) -> str | None:
        """A warning where a part is missing; `UnreadableAudio` where less than half is left."""
        promised = self._promised_s(duration)
        if duration < promised - max(1.0, promised / 50):
            if duration < promised / 2:
                raise UnreadableAudio(
                    f"“{self._path.name}” is damaged: only {duration:.0f} of {promised:.0f} seconds "
                    "can be decoded. Copy or download it again."
                )
            return f"The file is cut short: {duration:.0f} of {promised:.0f} seconds could be read."
        if self._broken > max(1, self._packets // 2):
            raise UnreadableAudio(f"“{self._path.name}” is damaged: most of it cannot be decoded.")
        if self._broken > 1:
            return f"The file is damaged: {self._broken} of {self._packets} packets could not be decoded."
        return "The file breaks off: its end may be missing." if ends_early(self._path) else None

    def _promised_s(self, duration: float) -> float:
        """The length that the file's header promises, as far as it can be believed; else what was decoded."""
        share = present_share(self._path)
        if share < 1.0:
            return duration / max(share, 1e-3)
        if self._declared_s is None:
            return duration
        guessed = self._container.format.name in _LENGTH_IS_A_GUESS
        return duration if guessed and not self._broken else self._declared_s


def _kind(frame: av.AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name


class ExcerptBuffer:
    """Keeps the stretches of a mono stream that `Decoded.excerpts` promises, and drops the rest."""

    def __init__(self, declared_s: float | None) -> None:
        self._windows = [
            (round(start * MONO_RATE), round(end * MONO_RATE)) for start, end in _plan(declared_s)
        ]
        # Pages are taken by the system only once they are written to.
        self._kept = [np.empty(end - start, dtype=np.float32) for start, end in self._windows]
        self._filled = [0] * len(self._windows)
        self._at = 0

    def add(self, samples: Samples) -> None:
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
        for index, (start, end) in enumerate(self._windows):
            low, high = max(start, self._at), min(end, self._at + samples.size)
            if low < high:
                self._kept[index][low - start : high - start] = samples[low - self._at : high - self._at]
                self._filled[index] = high - start
        self._at += samples.size

    def taken(self) -> tuple[Samples, ...]:
        return tuple(kept[:filled] for kept, filled in zip(self._kept, self._filled, strict=True) if filled)


def _plan(declared_s: float | None) -> list[tuple[float, float]]:
    if declared_s is None or declared_s <= _WHOLE_S:
        return [(0.0, _WHOLE_S)]
    if declared_s <= _CENTRE_UP_TO_S:
        start = (declared_s - _WHOLE_S) / 2
        return [(start, start + _WHOLE_S)]
    length, stride = _WHOLE_S / _EXCERPTS, declared_s / _EXCERPTS
    starts = [stride * (index + 0.5) - length / 2 for index in range(_EXCERPTS)]
    return [(start, start + length) for start in starts]
