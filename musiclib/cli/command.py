"""How a function becomes a command: global options, settings, logging, and what errors are told as.

Global options may stand before or after the name of the command.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from musiclib.cli.output import Output, hush
from musiclib.errors import NO_SPACE, BugError, KnownError

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.settings import Settings

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

_log = logging.getLogger(__name__)

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the library, its settings and its log (environment: MUSICLIB_DATA_DIR).",
        rich_help_panel="Everywhere",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Another database: sqlite:///PATH or postgresql+psycopg://... (MUSICLIB_DATABASE_URL).",
        rich_help_panel="Everywhere",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.", rich_help_panel="Everywhere")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell on stderr what happens.", rich_help_panel="Everywhere")
]


def _no_window(*_: object) -> NoReturn:
    raise BugError("this program was started without a window")


@dataclass(frozen=True, slots=True)
class Windows:
    """What the window does for the command line. It is handed in: neither of the two imports the other."""

    open: Callable[[Settings], int] = _no_window
    save_picture: Callable[[Settings, Path], None] = _no_window


@dataclass
class Session:
    """One run of the program: what was asked for globally, and what is made of it when needed."""

    data_dir: Path | None = None
    database: str | None = None
    as_json: bool = False
    verbose: bool = False
    windows: Windows = field(default_factory=Windows)
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def merged(self, data_dir: Path | None, database: str | None, as_json: bool, verbose: bool) -> Session:
        """This session with the options that stood after the command's name."""
        return replace(
            self,
            data_dir=data_dir or self.data_dir,
            database=database or self.database,
            as_json=as_json or self.as_json,
            verbose=verbose or self.verbose,
        )

    @functools.cached_property
    def out(self) -> Output:
        return Output(self.as_json)

    @functools.cached_property
    def settings(self) -> Settings:
        """The settings in force. From here on the log is written."""
        from musiclib.logs import logging_to
        from musiclib.settings import load_settings

        settings = load_settings({"data_dir": self.data_dir, "database_url": self.database})
        self.stack.enter_context(logging_to(settings.log_file, verbose=self.verbose))
        return settings

    @contextlib.contextmanager
    def library(self) -> Iterator[Library]:
        """The library, open; it is brought to the newest schema before."""
        from musiclib.bootstrap import open_library

        library = open_library(self.settings)
        try:
            yield library
        finally:
            library.close()


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Make a Typer command of `function(session, ...)`, which returns an exit code or None for 0.

    A `KnownError` is told in its own words (exit 1); a bug in one line, with its traceback in the log.
    """

    @functools.wraps(function)
    def run(
        ctx: typer.Context,
        *,
        data_dir: Path | None,
        database: str | None,
        as_json: bool,
        verbose: bool,
        **arguments: Any,
    ) -> None:
        session = ctx.ensure_object(Session).merged(data_dir, database, as_json, verbose)
        raise typer.Exit(guarded(session, lambda: function(session, **arguments)))

    signature = inspect.signature(function, eval_str=True)
    own = [p for name, p in signature.parameters.items() if name != "session"]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what inspect.signature looks for
        parameters=[_parameter("ctx", typer.Context, inspect.Parameter.empty), *own, *_GLOBAL]
    )
    run.__annotations__ = {}
    return run


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY if name != "ctx" else inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


_GLOBAL = (
    _parameter("data_dir", DataDir, None),
    _parameter("database", Database, None),
    _parameter("as_json", Json, False),
    _parameter("verbose", Verbose, False),
)


def guarded(session: Session, run: Callable[[], int | None]) -> int:
    """Run it; errors are told, and the exit code says what became of it."""
    with session.stack:
        try:
            code = run() or DONE
            sys.stdout.flush()
            return code
        except KnownError as error:
            session.out.problem(str(error))
            return FAILED
        except KeyboardInterrupt:
            session.out.problem("stopped.")
            return INTERRUPTED
        except BrokenPipeError:
            hush()
            return DONE
        except (typer.Exit, typer.BadParameter):
            raise
        except OSError as error:
            if error.errno not in NO_SPACE:
                return _bug(session)
            hush()
            session.out.problem("no space is left for what this writes. Make room, then try again.")
            return FAILED
        except Exception:  # noqa: BLE001 - a bug, told in one line; its traceback goes to the log
            return _bug(session)


def _bug(session: Session) -> int:
    _log.exception("the command failed")
    place = "Run it again with -v to see where."
    if "settings" in session.__dict__:
        place = f"What happened is in {session.settings.log_file}."
    session.out.problem(
        f"something went wrong inside the program; the library is as it was before that step. {place}"
    )
    return FAILED
