"""What an audio engine does. Engines are imported in the child processes only."""

import importlib.util
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The rate at which engines are given samples.
MONO_RATE = 44_100
ENGINES = ("essentia", "librosa")


class AudioEngine(Protocol):
    """Hears pitch in mono float samples at `MONO_RATE`; judging what was heard, and the tempo, is common."""

    name: str

    def estimate_chroma(self, samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """Energy of the twelve pitch classes from C upwards, tuning corrected; zeros for silence."""
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
