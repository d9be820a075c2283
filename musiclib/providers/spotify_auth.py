"""Signing in to Spotify: authorization code with PKCE, and what becomes of its tokens.

https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow. No scope is needed for the
catalogue. Spotify matches a registered `http://127.0.0.1/callback` with any port. Answers of the token
endpoint never stand in an error or a log line: they hold tokens.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client, OAuthError

from musiclib.credentials import CredentialStore, CredentialsUnavailable, Secret
from musiclib.domain.retry_after import retry_after
from musiclib.errors import (
    BadInput,
    KnownError,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
    SignInDenied,
    SignInFailed,
    SignInNeeded,
)
from musiclib.providers.base import Gate
from musiclib.providers.http import app_version, user_agent
from musiclib.providers.loopback import PATH, Loopback, Visit
from musiclib.providers.payload import number, text
from musiclib.providers.spotify_account import (
    NAME,
    Capabilities,
    Grant,
    load_grant,
    save_grant,
    sign_in_needed,
)

_log = logging.getLogger(__name__)

_VERIFIER_LENGTH = 64
_LIFE_S = 3600.0
_LEEWAY = timedelta(seconds=60)
_TIMEOUT_S = 10.0
_REST_S = 30.0
_ENDED = "Spotify has ended your sign-in. Sign in again in the settings."
_NO_APP = "Spotify does not know the client id in the settings. Copy it again from your app's page there."


class GrantEnded(SignInNeeded):
    """The token endpoint says that the refresh token is good no more."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gives."""

    access: Secret
    expires_at: datetime
    refresh: Secret | None
    """None where the one that was used stays good."""


class SpotifyAccounts:
    """The accounts service. Its methods wait for the network; thread-safe."""

    def __init__(
        self,
        client_id: str,
        contact: str,
        clock: Callable[[], datetime],
        base_url: str = "https://accounts.spotify.com",
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.client_id = client_id
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._headers = {"User-Agent": user_agent(contact, app_version())}

    def authorization(self, redirect_uri: str, state: str, verifier: str) -> str:
        """The address of the page where the person says yes."""
        with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                f"{self._base_url}/authorize", state=state, code_verifier=verifier
            )
        return str(address)

    def exchange(self, redirect_uri: str, callback: str, state: str, verifier: str) -> Tokens:
        """Tokens for the address the browser came back to. Raises errors of the `ProviderError` family."""
        with self._client(redirect_uri) as client, _told():
            answer = client.fetch_token(
                authorization_response=callback,
                grant_type="authorization_code",
                state=state,
                code_verifier=verifier,
            )
        return self._tokens(answer)

    def refresh(self, refresh_token: Secret) -> Tokens:
        """Raises `GrantEnded` if the token is good no more, else errors of the `ProviderError` family."""
        with self._client(None) as client, _told():
            client.token = {"refresh_token": refresh_token.reveal()}
            answer = dict(client.refresh_token(refresh_token=refresh_token.reveal()))
        tokens = self._tokens(answer)
        # authlib hands back the old one where the answer has none.
        return replace(tokens, refresh=None) if tokens.refresh == refresh_token else tokens

    def _client(self, redirect_uri: str | None) -> Any:
        client = OAuth2Client(
            client_id=self.client_id,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint=f"{self._base_url}/api/token",
            timeout=_TIMEOUT_S,
            headers=self._headers,
            transport=self._transport,
        )
        for hook in ("access_token_response", "refresh_token_response"):
            client.register_compliance_hook(hook, self._checked)
        return client

    def _checked(self, response: httpx2.Response) -> httpx2.Response:
        """Only an answer of the documented shape may say anything about the sign-in."""
        if response.status_code == 429:
            now = self._clock()
            until = retry_after(response.headers.get("Retry-After"), now) or now + timedelta(seconds=_REST_S)
            raise RateLimited(NAME, "Spotify asked us to slow down.", until)
        try:
            documented = isinstance(response.json(), dict)
        except ValueError:
            documented = False
        if not documented or not 200 <= response.status_code < 500:
            raise _unreachable(f"its sign-in service answered with status {response.status_code}")
        return response

    def _tokens(self, answer: dict[str, Any]) -> Tokens:
        access, refresh = text(answer.get("access_token")), text(answer.get("refresh_token"))
        if access is None:
            raise _unreachable("its sign-in service sent no token")
        life = number(answer.get("expires_in")) or _LIFE_S
        expires_at = self._clock() + timedelta(seconds=min(max(life, 0.0), 24 * _LIFE_S))
        return Tokens(Secret(access), expires_at, Secret(refresh) if refresh else None)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Errors of the libraries as ours, without what they quote of the answer."""
    problem: ProviderError
    try:
        yield
        return
    except OAuthError as error:
        problem = _refusal(error.error)
    except httpx2.TimeoutException:
        problem = _unreachable("it took too long to answer")
    except (httpx2.HTTPError, httpx2.InvalidURL):
        problem = _unreachable("no connection to its sign-in service")
    except (AuthlibBaseError, ValueError, TypeError):
        problem = _unreachable("its sign-in service answered with something else than documented")
    raise problem from None


def _refusal(code: object) -> ProviderError:
    if code == "invalid_grant":
        return GrantEnded(NAME, _ENDED)
    if code in ("invalid_client", "unauthorized_client"):
        return sign_in_needed(_NO_APP)
    known = (
        code if isinstance(code, str) and code.replace("_", "").isalpha() and len(code) < 40 else "unknown"
    )
    return _unreachable(f"its sign-in service refused with {known}")


def _unreachable(why: str) -> ProviderUnreachable:
    return ProviderUnreachable(NAME, f"Spotify cannot be reached ({why}). It will be tried again later.")


class SignIn:
    """One sign-in of a person in a browser. `wait` is for one thread, the rest for any."""

    def __init__(self, accounts: SpotifyAccounts, clock: Callable[[], datetime], port: int = 0) -> None:
        """Listens on 127.0.0.1 from now on. Raises `PortInUse`."""
        self._accounts = accounts
        self._clock = clock
        self._loopback = Loopback(port)
        self._state = generate_token(32)
        self._verifier = generate_token(_VERIFIER_LENGTH)
        self.address = accounts.authorization(self._loopback.address, self._state, self._verifier)
        """To be opened in the person's browser; not to be logged."""

    def wait(self, timeout_s: float) -> Grant:
        """The grant, once the person has said yes.

        Raises errors of the `SignInFailed` family, or why Spotify gave no token for it.
        """
        callback = self._loopback.wait(self._judge, timeout_s)
        now = self._clock()
        try:
            tokens = self._accounts.exchange(self._loopback.address, callback, self._state, self._verifier)
        except GrantEnded:
            _fail("Spotify did not accept the sign-in, perhaps because it took too long. Try again.")
        except ProviderError as error:
            _fail(str(error))
        if tokens.refresh is None:
            _fail("Spotify gave no lasting permission. Try again.")
        return Grant(self._accounts.client_id, tokens.refresh, now)

    def paste(self, address: str) -> None:
        """The address a browser on another computer ended at, which could not be shown there.

        Raises `BadInput` if it is not the one of this sign-in; the waiting goes on.
        """
        parts = urlsplit("".join(address.split()))
        visit = self._judge(parts.query) if parts.path == PATH else Visit(404, "")
        if visit.outcome is None:
            raise BadInput(
                "This is not the address this sign-in ends at. It begins with "
                f"{self._loopback.address}?code= and is the one your browser shows after you have agreed."
            )
        self._loopback.settle(visit.outcome)

    def cancel(self) -> None:
        """End the waiting with `SignInCancelled`."""
        self._loopback.cancel()

    def close(self) -> None:
        """Give the port back, if nobody waits."""
        self._loopback.close()

    def _judge(self, query: str) -> Visit:
        """A wrong state ends nothing: any page in the browser can call this address."""
        given = parse_qs(query, keep_blank_values=True)
        states, codes, errors = (given.get(name, []) for name in ("state", "code", "error"))
        if len(states) != 1 or not hmac.compare_digest(states[0].encode(), self._state.encode()):
            return Visit(400, "This is not the sign-in musiclib waits for. Go back and begin again there.")
        if errors:
            return Visit(200, "You did not sign in. You can close this page.", _denied(errors[0]))
        if len(codes) != 1 or not codes[0]:
            return Visit(400, "Spotify sent no permission. Go back to musiclib and begin again there.")
        # Only these two: authlib would look for tokens in other parts.
        callback = str(httpx2.URL(self._loopback.address, params={"code": codes[0], "state": states[0]}))
        return Visit(200, "You can close this page and go back to musiclib.", callback)


def _denied(code: str) -> SignInFailed:
    if code == "access_denied":
        return SignInDenied("You did not let musiclib use your Spotify account. Nothing was changed.")
    return SignInFailed("Spotify could not sign you in. Try again later.")


def _fail(sentence: str) -> NoReturn:
    raise SignInFailed(sentence) from None


class SpotifyTokens:
    """Gives access tokens, and renews them when they end. Belongs to one asyncio loop.

    The refresh token is read anew each time: another process may have replaced it, or signed out.
    """

    def __init__(
        self,
        accounts: SpotifyAccounts,
        store: CredentialStore,
        capabilities: Capabilities,
        gate: Gate,
        clock: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._capabilities = capabilities
        self._gate = gate
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tokens: Tokens | None = None
        self._grant: Grant | None = None
        """By which they were given."""
        self._unsaved: Grant | None = None
        self._refused: tuple[Grant, str] | None = None
        """A grant the token endpoint wants nothing to do with, and why: it is not asked again."""

    async def token(self) -> Secret:
        """A token that is good now.

        Raises `SignInNeeded` if a person has to sign in, `RateLimited` and `ProviderUnreachable`; the last
        two say nothing about the sign-in.
        """
        async with self._lock:
            if self._tokens is None or self._is_over(self._tokens):
                self._tokens = None
                self._tokens = await self._renewed()
            return self._tokens.access

    async def after(self, refused: Secret) -> Secret:
        """Another token than one that was refused. Raises as `token`."""
        async with self._lock:
            if self._tokens is None or self._tokens.access == refused:
                self._tokens = None
                self._tokens = await self._renewed()
            return self._tokens.access

    async def give_up(self) -> SignInNeeded:
        """Even a fresh token is refused: only a new sign-in can help."""
        async with self._lock:
            self._tokens = None
            with contextlib.suppress(CredentialsUnavailable):
                grant = await asyncio.to_thread(self._load)
                if grant is not None:
                    self._capabilities.end(grant)
        return sign_in_needed(_ENDED)

    def _is_over(self, tokens: Tokens) -> bool:
        """Whether they have ended, or the person has signed out in any program since."""
        if self._grant is not None and self._capabilities.has_ended(self._grant):
            return True
        return tokens.expires_at - _LEEWAY <= self._clock()

    async def _renewed(self) -> Tokens:
        async with self._gate.slot(NAME):
            # In one go in its thread: a new refresh token is kept even if the loop ends meanwhile.
            return await asyncio.to_thread(self._renew)

    def _renew(self) -> Tokens:
        try:
            grant = self._load()
            if grant is None:
                raise sign_in_needed()
            if self._capabilities.has_ended(grant):
                raise sign_in_needed(_ENDED)
            if self._refused is not None and self._refused[0] == grant:
                raise sign_in_needed(self._refused[1])
            try:
                return self._renew_with(grant)
            except GrantEnded:
                newer = self._load()
                if newer is None or newer == grant:
                    self._capabilities.end(grant)
                    raise
                return self._renew_with(newer)
            except SignInNeeded as error:
                self._refused = grant, str(error)
                raise
        except CredentialsUnavailable as error:
            raise ProviderUnreachable(NAME, str(error)) from error

    def _renew_with(self, grant: Grant) -> Tokens:
        tokens = self._accounts.refresh(grant.refresh_token)
        self._grant = grant
        if tokens.refresh is not None and self._load() == grant:
            renewed = replace(grant, refresh_token=tokens.refresh)
            try:
                save_grant(self._store, renewed)
                self._unsaved = None
            except KnownError as error:
                # Spotify has taken the old one back: this one must live at least as long as we do.
                self._unsaved = renewed
                _log.warning("the renewed sign-in could not be saved: %s", error)
        return tokens

    def _load(self) -> Grant | None:
        kept, unsaved = load_grant(self._store, self._accounts.client_id), self._unsaved
        if kept and unsaved and kept.authorized_at == unsaved.authorized_at:
            return unsaved
        return kept
