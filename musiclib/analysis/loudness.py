"""Loudness of a stream of decoded frames by libavfilter's `ebur128`, and its true peak.

Runs in the analysis lanes only.
"""

import math
from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import av
import av.filter

from musiclib.analysis.true_peak import TruePeakMeter

# What `ebur128` reports where no block passes the absolute gate of BS.1770.
_GATE_LUFS = -70.0
# Below the least step of 24 bits: the dither of silence, or rounding.
_SILENT = 1e-7


@dataclass(frozen=True, slots=True)
class Loudness:
    """None: silence, or too short for one gating block (400 ms)."""

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


class LoudnessMeter:
    """Measures the frames given to `feed`, which must all have the format of the first one.

    The filter works in double precision, so samples over full scale are measured, not clipped. Mono is
    measured as dual mono: its one channel will be heard from two loudspeakers.
    """

    def __init__(self, first: av.AudioFrame) -> None:
        self._block = first.sample_rate // 10
        self._samples = 0
        self._blocks = 0
        self._channels = first.layout.nb_channels
        self._true_peak = TruePeakMeter(self._channels)
        self._last: deque[tuple[int, dict[str, str]]] = deque(maxlen=4)
        graph = av.filter.Graph()
        source = graph.add_abuffer(
            sample_rate=first.sample_rate,
            format=first.format,
            layout=first.layout.name,
            time_base=Fraction(1, first.sample_rate),
        )
        # The padding brings the last samples before the eyes of the true peak meter.
        pad = graph.add("apad", "pad_dur=0.01")
        meter = graph.add("ebur128", "metadata=1:framelog=quiet:dualmono=true")
        sink = graph.add("abuffersink")
        source.link_to(pad)
        pad.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        # PyAV's filter contexts do not keep their graph alive; using them after it is freed crashes.
        self._graph, self._source, self._sink = graph, source, sink

    def feed(self, frame: av.AudioFrame) -> None:
        self._samples += frame.samples
        self._source.push(frame)
        self._drain()

    def finish(self) -> Loudness:
        self._source.push(None)
        self._drain()
        # The filter reports after each whole 100 ms; one that ends in the padding would count a quiet end.
        whole = self._samples // self._block if self._block else 0
        real = next((values for number, values in reversed(self._last) if number <= whole), {})
        integrated = float(real.get("lavfi.r128.I", _GATE_LUFS))
        peak = self._true_peak.peak
        heard = math.isfinite(integrated) and integrated > _GATE_LUFS
        return Loudness(
            integrated_lufs=round(integrated, 2) if heard else None,
            range_lu=round(float(real["lavfi.r128.LRA"]), 2) if heard else None,
            true_peak_dbtp=round(20.0 * math.log10(peak), 2) if peak > _SILENT else None,
        )

    def _drain(self) -> None:
        while True:
            try:
                frame = self._sink.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._blocks += 1
            assert isinstance(frame, av.AudioFrame)
            self._true_peak.feed(frame.to_ndarray().reshape(-1, self._channels))
            if values := frame.metadata:
                self._last.append((self._blocks, values))
