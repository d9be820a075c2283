"""One pass over an audio file: the decoder feeds all meters and a bounded mono buffer at once.

Runs in the analysis lanes only. Memory does not grow with the length of the file.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

from musiclib.analysis.blocks import BlockBuffer
from musiclib.analysis.completeness import ends_early, present_share
from musiclib.analysis.encoding import PacketSizes, encoder_name
from musiclib.analysis.excerpts import Excerpt, ExcerptBuffer
from musiclib.analysis.flac_checksum import FlacChecksum
from musiclib.analysis.loudness import LOW_CHANNELS, Loudness
from musiclib.analysis.metering import Measured, Meters
from musiclib.errors import UnreadableAudio

Block = NDArray[np.float32]
# So many samples of all channels are decoded before they are measured: going to and fro between the two costs
# caches more than memory does.
_GATHERED_SAMPLES = 1 << 20
_Kind = tuple[int, str, int]
T = TypeVar("T")

# These streams carry no length; FFmpeg guesses one from the bit rate, which says nothing about completeness.
_LENGTH_IS_A_GUESS = frozenset({"mp3", "aac", "ac3", "eac3", "dts", "loas"})


@dataclass(frozen=True, slots=True)
class Checked:
    """Facts of a stream that was decoded to its end; fields as of `AudioFeatures`."""

    duration_s: float
    codec: str
    bitrate: int
    bitrate_mode: str | None
    encoder: str | None
    sample_rate: int
    channels: int
    bit_depth: int | None
    warning: str | None


@dataclass(frozen=True, slots=True)
class Decoded:
    """Facts of the stream, what was measured of it, and mono `excerpts` for tempo and key, in their order."""

    facts: Checked
    measured: Measured
    excerpts: tuple[Excerpt, ...]

    @property
    def loudness(self) -> Loudness:
        return self.measured.loudness

    @property
    def warning(self) -> str | None:
        return self.facts.warning or self.measured.warning


def decode(path: Path) -> Decoded:
    """Decode the first audio stream of a local file; `UnreadableAudio` says in a sentence why it cannot."""
    return _opened(path, lambda container: _Pass(path, container).run())


def check(path: Path) -> Checked:
    """Decode the first audio stream to its end and measure nothing else; `UnreadableAudio` as above."""
    return _opened(path, lambda container: _Pass(path, container).check())


def beginning(path: Path, rate: int, seconds: float) -> Block:
    """The first seconds of a file as mono samples of this rate, less where it is shorter."""

    def read(container: "av.container.InputContainer") -> Block:
        if not container.streams.audio:
            raise UnreadableAudio(f"“{path.name}” holds no audio.")
        adapter = av.AudioResampler(format="flt", layout="mono", rate=rate)
        wanted, pieces = round(seconds * rate), [np.zeros(0, np.float32)]
        for packet in container.demux(container.streams.audio[0]):
            with contextlib.suppress(av.error.InvalidDataError):
                for frame in packet.decode():
                    frame.pts = None
                    heard = (piece.to_ndarray() for piece in adapter.resample(frame))
                    pieces += [each.reshape(-1).astype(np.float32, copy=False) for each in heard]
            if sum(map(len, pieces)) >= wanted:
                break
        return np.nan_to_num(np.concatenate(pieces)[:wanted])

    return _opened(path, read)


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
        self._packets = self._broken = self._samples = 0
        self._sizes = PacketSizes()
        self._adapters: dict[_Kind, av.AudioResampler] = {}
        self._first: av.AudioFrame | None = None

    def run(self) -> Decoded:
        listener: _Listener | None = None
        for frame in self._frames():
            if not frame.samples:
                continue
            if listener is None:
                self._first, listener = frame, _Listener(frame, self._declared_s)
                usual = _kind(frame)
            if _kind(frame) == usual:
                listener.hear(frame)
                continue
            for piece in self._like_first(frame):
                listener.hear(piece)
        self._samples = listener.samples if listener is not None else 0
        facts = self._checked()
        assert listener is not None
        measured, excerpts = listener.finish()
        return Decoded(facts, measured, excerpts)

    def check(self) -> Checked:
        codec = self._stream.codec_context
        if codec.codec.lossless:
            codec.options = {"err_detect": "crccheck+explode"}
        checksum = FlacChecksum.of(codec, _bit_depth(codec))
        for frame in self._frames():
            self._first = self._first or frame
            # A chained stream may change its rate half-way.
            self._samples += round(frame.samples * self._first.sample_rate / frame.sample_rate)
            if checksum is not None:
                checksum.add(frame)
        facts = self._checked()
        damaged = (checksum is not None and checksum.differs) or (codec.codec.lossless and self._broken)
        if damaged and facts.warning is None:
            return replace(facts, warning="The file is damaged: not all of it is what was encoded.")
        return facts

    def _checked(self) -> Checked:
        if self._first is None or not self._samples:
            raise UnreadableAudio(
                f"“{self._path.name}” holds no audio that can be decoded. The file is damaged."
            )
        codec = self._stream.codec_context
        duration = self._samples / self._first.sample_rate
        told = (self._stream.metadata, self._container.metadata)
        return Checked(
            duration_s=round(duration, 3),
            codec=codec.codec.canonical_name,
            bitrate=self._sizes.bitrate(self._packets_s(duration)),
            bitrate_mode=self._sizes.bitrate_mode(codec.codec.canonical_name, duration),
            encoder=encoder_name(self._path, self._container.format.name, told),
            sample_rate=self._first.sample_rate,
            channels=self._first.layout.nb_channels,
            bit_depth=_bit_depth(codec),
            warning=self._judge(duration),
        )

    def _packets_s(self, duration: float) -> float:
        """How long all packets play. Those of an MP3 play longer than what is heard of it, where its header
        tells what its encoder added at both ends."""
        codec = self._stream.codec_context
        if codec.name != "mp3float" or not codec.frame_size:
            return duration
        return len(self._sizes) * codec.frame_size / codec.sample_rate

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
            if packet.size:
                self._sizes.add(packet.size)
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                self._broken += 1

    def _like_first(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        """Chained streams may change format half-way; bring all to the format of the first frame."""
        kind, first = _kind(frame), self._first
        assert first is not None
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


def _kind(frame: av.AudioFrame) -> _Kind:
    return frame.sample_rate, frame.format.name, frame.layout.nb_channels


class _Listener:
    """From frames of one format to measures and excerpts."""

    def __init__(self, first: av.AudioFrame, declared_s: float | None) -> None:
        names = [channel.name for channel in first.layout.channels]
        self.samples = 0
        self._meters = Meters(first.sample_rate, names)
        self._length = self._meters.block_length
        blocks = max(1, _GATHERED_SAMPLES // (self._length * len(names)))
        self._blocks = BlockBuffer(first, self._length * blocks)
        self._excerpts = ExcerptBuffer(declared_s, first.sample_rate)
        heard = np.array([name not in LOW_CHANNELS for name in names], dtype=np.float32)
        self._mix: Block = heard / np.float32(max(1.0, float(heard.sum())))

    def hear(self, frame: av.AudioFrame) -> None:
        self.samples += frame.samples
        for gathered in self._blocks.add(frame):
            self._measure(gathered)

    def finish(self) -> tuple[Measured, tuple[Excerpt, ...]]:
        if (rest := self._blocks.rest()) is not None:
            self._measure(rest)
        return self._meters.finish(), self._excerpts.taken()

    def _measure(self, gathered: Block) -> None:
        for start in range(0, gathered.shape[1], self._length):
            self._hear_block(gathered[:, start : start + self._length])

    def _hear_block(self, block: Block) -> None:
        block = self._meters.feed(block)
        if self._excerpts.wants(block.shape[1]):
            self._excerpts.add(self._mix @ block)
        else:
            self._excerpts.skip(block.shape[1])
