"""A real Subsonic server over a folder of music, in a process of its own that ends with ours.

`with serving(music, data) as address`: the user is `USER` with `PASSWORD`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

USER, PASSWORD = "ada", "kept secret"


@contextlib.contextmanager
def serving(music: Path, data: Path) -> Iterator[str]:
    """The address of a server that has scanned `music` and keeps its own files in `data`."""
    command = [sys.executable, "-m", "tests.support.supysonic_server", str(music), str(data)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)


def _serve(music: Path, data: Path) -> None:
    from supysonic.config import DefaultConfig
    from supysonic.db import close_connection, init_database, release_database
    from supysonic.managers.folder import FolderManager
    from supysonic.managers.user import UserManager
    from supysonic.scanner import Scanner
    from supysonic.web import create_application
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Config(DefaultConfig):  # type: ignore[misc]  # it comes without types
        BASE = DefaultConfig.BASE | {"database_uri": f"sqlite:///{data / 'supysonic.db'}"}
        WEBAPP = DefaultConfig.WEBAPP | {"cache_dir": str(data), "mount_webui": False}

    class Quiet(WSGIRequestHandler):
        def log(self, *of_request: object) -> None:
            pass

    init_database(Config.BASE["database_uri"])
    UserManager.add(USER, PASSWORD, admin=False)
    FolderManager.add("music", str(music))
    scanner = Scanner()
    scanner.queue_folder("music")
    scanner.run()
    close_connection()
    release_database()
    server = make_server("127.0.0.1", 0, create_application(Config()), threaded=True, request_handler=Quiet)

    def end_with_parent() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), Path(sys.argv[2]))
