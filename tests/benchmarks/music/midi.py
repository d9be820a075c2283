"""A small writer of Standard MIDI Files (format 0), as far as arrangements need it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

TICKS = 960
DRUMS = 9


class Score:
    """Notes and controllers at times in beats; a beat is what the tempo counts, whatever the metre."""

    def __init__(self, bpm: float) -> None:
        self._bpm = bpm
        self._events: list[tuple[int, int, bytes]] = []

    def note(self, channel: int, start: float, length: float, pitch: int, velocity: float) -> None:
        """`velocity` 0-1. Notes outside MIDI's range are left out, those before the start begin with it."""
        if not 0 <= pitch < 128:
            return
        loud = max(1, min(127, round(velocity * 127)))
        begin = _ticks(start)
        end = max(begin + 10, _ticks(start + length) - 2)
        self._events.append((begin, 2, bytes((0x90 | channel, pitch, loud))))
        self._events.append((end, 0, bytes((0x80 | channel, pitch, 0))))

    def program(self, channel: int, number: int) -> None:
        self._events.append((0, 1, bytes((0xC0 | channel, number))))

    def control(self, channel: int, controller: int, value: float, at: float = 0.0) -> None:
        """`value` 0-127."""
        level = max(0, min(127, round(value)))
        self._events.append((_ticks(at), 1, bytes((0xB0 | channel, controller, level))))

    def tune(self, channel: int, cents: float) -> None:
        """Registered parameter 1, channel fine tuning: 14 bits over a semitone either way."""
        value = max(0, min(16383, round(8192 + cents / 100.0 * 8192)))
        for controller, level in ((101, 0), (100, 1), (6, value >> 7), (38, value & 127)):
            self.control(channel, controller, level)

    def messages(self) -> Iterator[tuple[float, bytes]]:
        """What is sent when (seconds), in order."""
        for at, _, message in self._ordered():
            yield at / TICKS * 60.0 / self._bpm, message

    def as_bytes(self) -> bytes:
        track = bytearray(b"\x00\xff\x51\x03" + round(60e6 / self._bpm).to_bytes(3, "big"))
        now = 0
        for at, _, message in self._ordered():
            track += _length(at - now) + message
            now = at
        # A beat more, so that reverberation ends in the file.
        track += _length(TICKS) + b"\xff\x2f\x00"
        header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS)
        return header + b"MTrk" + struct.pack(">I", len(track)) + bytes(track)

    def _ordered(self) -> list[tuple[int, int, bytes]]:
        return sorted(self._events, key=lambda event: event[:2])


def _ticks(beats: float) -> int:
    return max(0, round(beats * TICKS))


def _length(number: int) -> bytes:
    """A variable-length quantity: seven bits a byte, all but the last with the top bit set."""
    parts = [number & 127]
    while number := number >> 7:
        parts.append(number & 127 | 128)
    return bytes(reversed(parts))
