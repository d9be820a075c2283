"""`musiclib spotify`: signing in and out, and how it stands with the account."""

from __future__ import annotations

import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from musiclib.cli.command import DONE, Session, command
from musiclib.cli.interrupt import told_to_stop
from musiclib.errors import KnownError

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.services.account_types import AccountStatus, DataRemoved

app = typer.Typer(
    name="spotify",
    help="Use Spotify as a source, with an app of your own.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ClientId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Client id of your app at developer.spotify.com/dashboard; it is remembered in the settings.",
    ),
]


@app.command("sign-in")
@command
def sign_in(
    session: Session,
    client_id: ClientId = None,
    no_browser: Annotated[
        bool,
        typer.Option(
            "--no-browser",
            help="Print the address to open, also on another computer, and read the one it ends at.",
        ),
    ] = False,
) -> int:
    """Sign in to Spotify in your browser; waits five minutes for it."""
    from musiclib.services.account_types import is_client_id

    if client_id is not None and not is_client_id(client_id.strip()):
        raise typer.BadParameter("not a client id: that is a row of 32 letters and digits on your app's page")
    with session.library() as library:
        if client_id is not None:
            library.accounts.use_client_id(client_id)
        status = _by_hand(session, library) if no_browser else _in_browser(session, library)
        _print(session, status)
    return DONE


@app.command("status")
@command
def status(session: Session) -> int:
    """Tell how it stands with Spotify, and where the sign-in is kept."""
    with session.library() as library:
        _print(session, library.accounts.status())
    return DONE


@app.command("sign-out")
@command
def sign_out(
    session: Session,
    remove_data: Annotated[
        bool,
        typer.Option(
            "--remove-data",
            help="Also take out all that came from Spotify: values, candidates, answers, art. Not undone.",
        ),
    ] = False,
) -> int:
    """Forget the sign-in."""
    with session.library() as library:
        was_signed_in = library.accounts.status().signed_in_at is not None
        status = library.accounts.sign_out()
        removed = library.accounts.remove_data() if remove_data else None
    if session.as_json:
        session.out.json({"status": status, "removed": removed and _counts(removed)})
    else:
        session.out.data(
            "Signed out of Spotify." if was_signed_in else "Nobody was signed in to Spotify here."
        )
        if removed is not None:
            session.out.data(
                f"Removed Spotify's data of {removed.tracks} tracks: {removed.values} sets of values, "
                f"{removed.candidates} candidates, {removed.answers} answers, {removed.pictures} pictures."
            )
            session.out.note("Backups made before still hold it.")
    return DONE


def _in_browser(session: Session, library: Library) -> AccountStatus:
    def show(address: str) -> None:
        session.out.note(f"Sign in on this page:\n{address}")
        if not webbrowser.open(address):
            session.out.note("No browser was found here. Open the address yourself.")
        session.out.note("Waiting for your browser. Ctrl+C gives up.")

    with told_to_stop(library.accounts.cancel_sign_in):
        return library.accounts.sign_in(show)


def _by_hand(session: Session, library: Library) -> AccountStatus:
    """The sign-in waits in a thread, while this one reads what the person pastes."""
    accounts = library.accounts
    outcome: list[AccountStatus] = []
    problem: list[KnownError] = []
    shown = threading.Event()

    def show(address: str) -> None:
        session.out.note(f"Open this page in any browser and agree:\n{address}")
        session.out.note("It ends at an address that begins with http://127.0.0.1. Paste that here:")
        shown.set()

    def wait() -> None:
        try:
            outcome.append(accounts.sign_in(show))
        except KnownError as error:
            problem.append(error)
        finally:
            shown.set()

    thread = threading.Thread(target=wait, name="sign-in")
    thread.start()
    shown.wait()
    with told_to_stop(accounts.cancel_sign_in):
        while thread.is_alive() and (line := sys.stdin.readline()):
            if not line.strip():
                continue
            try:
                accounts.paste_address(line)
            except KnownError as error:
                session.out.problem(str(error))
            else:
                break
        else:
            accounts.cancel_sign_in()
    thread.join()
    if problem:
        raise problem[0]
    return outcome[0]


def _print(session: Session, status: AccountStatus) -> None:
    if session.as_json:
        session.out.json(status)
        return
    session.out.data(status.detail)
    if status.kept is not None and status.signed_in_at is not None:
        session.out.note(f"The sign-in is kept {status.kept}")


def _counts(removed: DataRemoved) -> dict[str, int]:
    return {
        name: getattr(removed, name) for name in ("tracks", "values", "candidates", "answers", "pictures")
    }
