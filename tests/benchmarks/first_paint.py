"""Starts musiclib as its command does and says on stdout when the window can be used.

Run by `bench_scale`, in a process of its own: `python -m tests.benchmarks.first_paint DATA_DIR`.
"""

import gc
import sys

import musiclib.__main__ as entry
from musiclib.settings import Settings

_open_window = entry._open_window


def _open_watched(settings: Settings) -> int:
    gc.disable()
    import musiclib.bootstrap  # noqa: F401 - both as the command does it, for here Qt is imported first
    from tests.benchmarks import paint_probe

    paint_probe.watch()
    return _open_window(settings)


if __name__ == "__main__":
    sys.argv = ["musiclib", "--data-dir", sys.argv[1]]
    entry._open_window = _open_watched
    sys.exit(entry.main())
