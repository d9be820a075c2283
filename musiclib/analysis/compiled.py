"""Machine code that librosa's compiler (numba) makes at its first use and keeps for the next.

In a folder of our own: the one beside librosa may not be writable, and is shared with other programs.
Two processes that compile at the same moment can leave code there under each other's name.
"""

import os
import shutil
from pathlib import Path

_VARIABLE = "NUMBA_CACHE_DIR"


def keep_compiled_code() -> None:
    """Say where it is kept, before numba is imported. A person's own choice stays."""
    os.environ.setdefault(_VARIABLE, str(_folder()))


def forget_compiled_code() -> None:
    """Have everything compiled anew; of a folder that a person chose, nothing is touched."""
    if _VARIABLE not in os.environ:
        shutil.rmtree(_folder(), ignore_errors=True)


def _folder() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("musiclib", appauthor=False) / "compiled"
