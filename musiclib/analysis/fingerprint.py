"""What a file sounds like, by Chromaprint: the child's side, as `worker` is for measuring.

Essentia's wheel carries Chromaprint; where there is none, the program fpcalc is asked, if it is installed.
(The FFmpeg of `av` has been built without its chromaprint muxer.)
"""

import importlib.util
import json
import shutil
import subprocess
from array import array
from pathlib import Path

from musiclib.analysis.features import Analysis, AudioFeatures
from musiclib.domain.fingerprints import LISTENED_S, words_of
from musiclib.errors import UnreadableAudio

_RATE = 11_025
"""What Chromaprint works at."""
_LIMIT_S = 60
_NOT_MEASURED = AudioFeatures(duration_s=0.0, codec="", sample_rate=0, channels=0, engine="")


def can_fingerprint() -> bool:
    """Whether there is anything here to make fingerprints with; imports nothing heavy."""
    return importlib.util.find_spec("essentia") is not None or shutil.which("fpcalc") is not None


def fingerprint_audio(path: Path, engine: str | None = None) -> Analysis:
    """`Analysis.fingerprint` of the first two minutes; `UnreadableAudio` says why there is none."""
    carried = importlib.util.find_spec("essentia") is not None
    return Analysis(_NOT_MEASURED, fingerprint=_by_essentia(path) if carried else _by_fpcalc(path))


def _by_essentia(path: Path) -> bytes:
    from musiclib.analysis import decode
    from musiclib.analysis.engines.essentia import chromaprint

    samples = decode.beginning(path, _RATE, LISTENED_S)
    try:
        return words_of(chromaprint(samples, _RATE))
    except (RuntimeError, ValueError) as error:
        raise UnreadableAudio(f"“{path.name}” is too short for a fingerprint.") from error


def _by_fpcalc(path: Path) -> bytes:
    command = ["fpcalc", "-raw", "-json", "-length", str(LISTENED_S), str(path.absolute())]
    try:
        told = subprocess.run(command, capture_output=True, timeout=_LIMIT_S, check=True)
        words = json.loads(told.stdout)["fingerprint"]
        return array("I", (int(each) & 0xFFFFFFFF for each in words)).tobytes()
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise UnreadableAudio(f"fpcalc makes no fingerprint of “{path.name}”.") from error
