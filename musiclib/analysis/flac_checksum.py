"""The checksum a FLAC file carries of its own audio: MD5 of all samples (RFC 9639, 8.2)."""

import hashlib

import av
import numpy as np
from numpy.typing import NDArray

_MD5_AT = 18
_STREAMINFO_BYTES = 34
_NOT_TOLD = bytes(16)


class FlacChecksum:
    """Fed with all frames of a stream in their order, it knows whether they are those that were encoded."""

    def __init__(self, promised: bytes, bits: int) -> None:
        self._promised = promised
        self._bits = bits
        self._digest = hashlib.md5(usedforsecurity=False)

    @classmethod
    def of(cls, codec: "av.AudioCodecContext", bits: int | None) -> "FlacChecksum | None":
        """None for what is no FLAC, or was made by an encoder that told no checksum."""
        header = codec.extradata or b""
        promised = header[_MD5_AT:_STREAMINFO_BYTES]
        if codec.name != "flac" or bits is None or len(promised) < len(_NOT_TOLD) or promised == _NOT_TOLD:
            return None
        return cls(promised, bits)

    def add(self, frame: av.AudioFrame) -> None:
        samples = frame.to_ndarray()
        channels = frame.layout.nb_channels
        samples = samples.T if frame.format.is_planar else samples.reshape(-1, channels)
        self._digest.update(_stored(np.ascontiguousarray(samples), self._bits))

    @property
    def differs(self) -> bool:
        return self._digest.digest() != self._promised


def _stored(samples: NDArray[np.integer], bits: int) -> bytes:
    """As the encoder read them: signed, little-endian, in whole bytes. The decoder fills from above."""
    whole = samples.dtype.itemsize
    needed = (bits + 7) // 8
    shifted = (samples >> (whole * 8 - bits)).astype(samples.dtype.newbyteorder("<"), copy=False)
    if needed == whole:
        return shifted.tobytes()
    return shifted.view(np.uint8).reshape(-1, whole)[:, :needed].tobytes()
