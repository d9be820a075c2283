"""A real nginx that serves a folder on the loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.system_packages import SEARCHED

_START_S = 10.0
_CONFIG = """\
daemon off;
{user}
worker_processes 1;
pid {run}/nginx.pid;
error_log stderr error;
events {{}}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    types {{ audio/flac flac; audio/mpeg mp3; text/html html; }}
    default_type application/octet-stream;
    client_body_temp_path {run}/body;
    proxy_temp_path {run}/proxy;
    fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi;
    scgi_temp_path {run}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {files};
        {more}
    }}
}}
"""


@contextlib.contextmanager
def nginx(files: Path, run: Path, more: str = "") -> Iterator[str]:
    """The address of an nginx that serves `files`; it keeps what it writes in `run`.

    `more`: what else is to stand in its `server` block.
    """
    program = shutil.which("nginx", path=SEARCHED)
    if program is None:
        raise RuntimeError("nginx is not here; `python -m tests` installs it or says how")
    run.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    # Its workers are of another user otherwise, who may not read a folder of ours.
    user = "user root;" if os.geteuid() == 0 else ""
    config = run / "nginx.conf"
    config.write_text(_CONFIG.format(user=user, run=run, port=port, files=files, more=more))
    with (run / "stderr").open("wb") as errors:
        process = subprocess.Popen([program, "-e", "stderr", "-c", str(config)], stderr=errors)
    try:
        _wait_for(port, process, run / "stderr")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_START_S)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError(f"nginx did not start: {errors.read_text(errors='replace')}")
