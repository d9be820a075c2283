"""What an audio engine does. Engines are imported in the child processes only."""

import importlib.util
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

# The rate at which engines are given samples.
MONO_RATE = 44_100
ENGINES = ("essentia", "librosa")


# Frames that an engine holds at a time.
SPECTRA_AT_ONCE = 64


class AudioEngine(Protocol):
    """Transforms mono float samples; judging what is in the spectra is common to all engines,
    so that they say the same of a file."""

    name: str

    def spectra(
        self, samples: "NDArray[np.float32]", frame: int, hop: int
    ) -> "Iterator[NDArray[np.float32]]":
        """Magnitudes of all whole frames of `frame` samples, `hop` apart, under a Hann window that is not
        normalised; in blocks of up to `SPECTRA_AT_ONCE` rows of frame/2 + 1 bins."""
        ...


def installed_engines() -> tuple[str, ...]:
    """The engines that can be used here, the preferred one first; imports none of them."""
    return tuple(name for name in ENGINES if importlib.util.find_spec(name) is not None)


def default_engine() -> str:
    """Essentia where its wheel is installed (Linux x86_64, macOS arm64), else librosa."""
    return next(iter(installed_engines()), "librosa")


def load_engine(name: str | None = None) -> AudioEngine:
    """The engine of that name, or the default one. ValueError for a name that is none."""
    name = name or default_engine()
    if name == "essentia":
        from musiclib.analysis.engines.essentia import EssentiaEngine

        return EssentiaEngine()
    if name == "librosa":
        from musiclib.analysis.engines.librosa import LibrosaEngine

        return LibrosaEngine()
    raise ValueError(f"unknown audio engine {name!r}; there are {', '.join(ENGINES)}")
