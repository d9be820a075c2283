"""Logging: a rotating file in the data folder, from which nothing secret can be read."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import logging.handlers
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_MAX_BYTES = 2_000_000
_FILES_KEPT = 4
_HIDDEN = "***"
_SECRETS = (
    # user:password@ of an address
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s:@]*:[^/\s@]+@", re.IGNORECASE), rf"\1{_HIDDEN}@"),
    # Authorization: Bearer x, Basic x
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    # token=x, "refresh_token": "x", password: x
    (
        re.compile(
            r"""(?P<name>[\w-]*(?:token|password|passwd|secret|api[_-]?key|code_verifier)["']?\s*[=:]\s*["']?)"""
            r"""(?P<value>[^\s"'&,;)}\]]+)""",
            re.IGNORECASE,
        ),
        rf"\g<name>{_HIDDEN}",
    ),
)

_log = logging.getLogger(__name__)


def redact(text: str) -> str:
    """The text without tokens, passwords and the credentials of addresses."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _LogFile(logging.handlers.RotatingFileHandler):
    """A line that the disk has no room for is left out; the person is told of the disk by the work itself."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (a name of logging)
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


@contextlib.contextmanager
def logging_to(file: Path, *, verbose: bool = False) -> Iterator[None]:
    """Log to `file` (INFO and above; all with `verbose`, then to stderr too), and catch stray exceptions.

    A folder that cannot be written costs the log, not the program: lines of warning and above go to stderr.
    Everything is put back at the end.
    """
    root = logging.getLogger()
    level = root.level
    handlers = _handlers(file, verbose)
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(_FORMAT))
        root.addHandler(handler)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    _calm_others()
    try:
        with _hooks():
            yield
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
            with contextlib.suppress(OSError):  # the last lines may find no room either
                handler.close()


def log_loop_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For `loop.set_exception_handler`: what a task raised and nobody awaited."""
    error = context.get("exception")
    _log.error(
        "unhandled in the event loop: %s",
        context.get("message"),
        exc_info=(type(error), error, error.__traceback__) if isinstance(error, BaseException) else None,
    )


def _handlers(file: Path, verbose: bool) -> list[logging.Handler]:
    to_stderr = logging.StreamHandler()
    handlers: list[logging.Handler] = [to_stderr] if verbose else []
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            _LogFile(
                file,
                maxBytes=_MAX_BYTES,
                backupCount=_FILES_KEPT,
                encoding="utf-8",
                errors="backslashreplace",
            )
        )
    except OSError:
        if not verbose:
            to_stderr.setLevel(logging.WARNING)
            handlers.append(to_stderr)
    return handlers


def _calm_others() -> None:
    # These tell every request or every step at INFO and DEBUG.
    for name in ("httpx2", "httpcore2", "alembic", "numba", "asyncio", "watchfiles", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)


@contextlib.contextmanager
def _hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = _then(before[0])

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread else "?"
            _log.error("unhandled in thread %s", name, exc_info=args.exc_value)

    threading.excepthook = in_thread
    sys.unraisablehook = lambda args: _log.error(
        "ignored in %r", args.object, exc_info=args.exc_value if args.exc_value is not None else None
    )
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


def _then(previous: _Hook) -> _Hook:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("unhandled", exc_info=(kind, error, trace))
        previous(kind, error, trace)

    return hook
