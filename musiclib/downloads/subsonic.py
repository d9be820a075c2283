"""A music server of the person's that speaks OpenSubsonic: Navidrome, gonic, LMS, Ampache, supysonic ...

`{base}/rest/{method}` with the parameters of who asks: md5(password + salt) with a new salt each time, or an
API key in place of user and token. Some servers know neither (supysonic; accounts of a company): those get
the password itself, hex-coded, where nobody can listen, or where the person has said so. Errors come with
status 200 (opensubsonic.netlify.app, "Error handling"). `download` gives the file as it is on the server,
without a hash; the size a song was listed with is checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import PurePosixPath
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx2
from rapidfuzz import fuzz

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.states import TransferReason
from musiclib.domain.text import clean_isrc, normalise, split_version
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.calls import Params, SourceCaller, Turns

_VERSION = "1.16.1"
_CLIENT = "musiclib"
_MOST_ALBUMS = 4
"""Albums whose songs are listed; each is a call."""
_MOST_SONGS = 40
"""Single songs that are searched for in one album's search; each is a call."""
_FULL = 50
"""Songs of one title that are taken; a server that has as many may have more."""
_LIKE_ENOUGH = 70.0
_LACKING, _TOKENLESS = 10, 41
"""A parameter is missing: servers without tokens miss the password."""
_REASONS = {
    10: TransferReason.SIGN_IN_NEEDED,
    40: TransferReason.SIGN_IN_NEEDED,
    41: TransferReason.SIGN_IN_NEEDED,
    42: TransferReason.SIGN_IN_NEEDED,
    43: TransferReason.SIGN_IN_NEEDED,
    44: TransferReason.SIGN_IN_NEEDED,
    50: TransferReason.FORBIDDEN,
    60: TransferReason.FORBIDDEN,
    70: TransferReason.GONE,
}
_SIGN_IN = "does not take the user name and password, or the key, that are set up for it"
_WORDS = {
    **dict.fromkeys((40, 43, 44), _SIGN_IN),
    10: "misses something in our question, most often the password itself: see the kind of sign-in",
    41: "does not take passwords as tokens (accounts of a company often do not). Give it an API key, or "
    "choose to send the password itself",
    42: "does not take this kind of sign-in. Try an API key, or a password, instead",
    50: "does not allow this account to download",
    60: "says that its trial is over",
    70: "does not have this song any more",
}
_XML_CODE = re.compile(rb"<error\b[^>]*\bcode=\"(\d{1,4})\"")


class SignInKind(StrEnum):
    AUTO = "auto"
    """By token, and by password where the server knows no tokens and nobody can listen."""
    PASSWORD = "password"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who asks: a user with a password, or an API key alone (`user` is not sent)."""

    user: str
    secret: str
    kind: SignInKind = SignInKind.AUTO

    def params(self, salt: str) -> list[tuple[str, str]]:
        about = [("v", _VERSION), ("c", _CLIENT), ("f", "json")]
        if self.kind is SignInKind.KEY:
            return [*about, ("apiKey", self.secret)]
        if self.kind is SignInKind.PASSWORD:
            return [*about, ("u", self.user), ("p", f"enc:{self.secret.encode().hex()}")]
        # The protocol asks for MD5; the salt is new with each call.
        token = hashlib.md5((self.secret + salt).encode(), usedforsecurity=False).hexdigest()
        return [*about, ("u", self.user), ("s", salt), ("t", token)]

    def __repr__(self) -> str:
        return f"SignIn({self.user!r}, ...)"


class _NoTokens(TransferError):
    """The server knows only passwords."""


class _NoSubsonicAnswer(TransferError):
    """JSON, but not of the protocol: no Subsonic server, or a method that it does not have."""


class Subsonic:
    """See `Downloader`. `base_url` is the server's address as one opens it in a browser."""

    kind: ClassVar[str] = "subsonic"

    def __init__(
        self,
        source_id: str,
        label: str,
        client: httpx2.AsyncClient,
        base_url: str,
        sign_in: SignIn,
        clock: Callable[[], datetime],
        make_salt: Callable[[], str],
    ) -> None:
        self.id = source_id
        self.label = label
        self._rest = f"{base_url.rstrip('/').removesuffix('/rest')}/rest"
        self._sign_in = sign_in
        self._make_salt = make_salt
        self._caller = SourceCaller(label, client, clock, Turns(per_s=20, at_once=4))
        self._method: str | None = None
        url = httpx2.URL(base_url)
        self._is_private = url.scheme == "https" or url.host in ("localhost", "127.0.0.1", "::1")

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        # By title alone: some servers look for the whole query within one name.
        albums, songs = await self._search(wanted.title, albums=20, songs=0)
        near = sorted(albums, key=lambda each: -_likeness(each, wanted))
        ids = [_text(each.get("id")) for each in near if _likeness(each, wanted) >= _LIKE_ENOUGH]
        for listed in await asyncio.gather(*(self._songs_of(each) for each in ids[:_MOST_ALBUMS] if each)):
            songs += listed
        lacking = _lacking(wanted, songs)[:_MOST_SONGS]
        for single in await asyncio.gather(*(self._songs_like(each) for each in lacking)):
            songs += single
        by_id = {_text(each.get("id")): each for each in songs}
        return [self._candidate(song_id, song) for song_id, song in by_id.items() if song_id]

    async def origin(self, candidate: AudioCandidate) -> HttpOrigin:
        return HttpOrigin(
            partial(self._address, await self._download_method(), candidate.ref), refusal=self._refusal
        )

    async def check(self) -> str:
        """Ask the server something that only a right sign-in is answered; a sentence that says what it is.

        `ping` is answered by some servers whoever asks. Raises `TransferError`.
        """
        try:
            answer = await self._call("getArtists")
        except TransferError as error:
            if error.reason is not TransferReason.SERVER_ERROR or not error.retry:
                raise
            told = f"{error} Some servers answer so to a wrong user name or password."
            raise TransferError(error.reason, told, retry=True) from error
        server = _text(answer.get("type")) or "Subsonic"
        version = _text(answer.get("serverVersion"))
        return f"{self.label} answers: {server} {version}".strip() + "."

    async def _download_method(self) -> str:
        """Bandcamp has no `download`; its `stream` is the only way there is. Asked once."""
        if self._method is None:
            self._method = "download" if await self._has_download() else "stream"
        return self._method

    async def _has_download(self) -> bool:
        try:
            await self._call("download", [("id", "none")])
        except _NoSubsonicAnswer:
            return False
        except TransferError as error:
            if error.retry:
                raise
        return True  # it asks for an id, or for a right

    def _address(self, method: str, song_id: str) -> str:
        asked = [*self._sign_in.params(self._make_salt()), ("id", song_id), ("format", "raw")]
        return f"{self._rest}/{method}?{urlencode(asked)}"

    async def _search(
        self, query: str, *, albums: int, songs: int
    ) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        if not query.strip():
            return [], []
        asked = [
            ("query", query),
            ("artistCount", "0"),
            ("albumCount", str(albums)),
            ("songCount", str(songs)),
        ]
        found = (await self._call("search3", asked)).get("searchResult3")
        result = found if isinstance(found, dict) else {}
        return _objects(result.get("album")), _objects(result.get("song"))

    async def _songs_like(self, track: WantedTrack) -> list[Mapping[str, Any]]:
        title, _ = split_version(track.title)
        _, songs = await self._search(title, albums=0, songs=_FULL)
        if len(songs) == _FULL:  # "Intro": the server is asked more closely
            songs += (await self._search(f"{track.artist} {title}", albums=0, songs=_FULL))[1]
        return songs

    async def _songs_of(self, album_id: str) -> list[Mapping[str, Any]]:
        try:
            album = (await self._call("getAlbum", [("id", album_id)])).get("album")
        except TransferError as error:
            if error.reason is TransferReason.GONE:
                return []
            raise
        return _objects(album.get("song")) if isinstance(album, dict) else []

    async def _call(self, method: str, params: Params = ()) -> Mapping[str, Any]:
        try:
            return await self._call_once(method, params)
        except _NoTokens:
            if self._sign_in.kind is not SignInKind.AUTO or not self._is_private:
                raise
        self._sign_in = replace(self._sign_in, kind=SignInKind.PASSWORD)
        return await self._call_once(method, params)

    async def _call_once(self, method: str, params: Params) -> Mapping[str, Any]:
        def asked() -> Params:
            return [*self._sign_in.params(self._make_salt()), *params]

        sent = self._sign_in.kind
        answer = await self._caller.get_json(f"{self._rest}/{method}", asked)
        response = answer.get("subsonic-response") if isinstance(answer, dict) else None
        if not isinstance(response, dict):
            raise _NoSubsonicAnswer(
                TransferReason.SERVER_ERROR,
                f"{self.label} does not answer as a Subsonic server does. Check its address.",
            )
        if response.get("status") == "ok":
            return response
        told = response.get("error")
        error = self._error(told if isinstance(told, dict) else {})
        if sent is SignInKind.AUTO and isinstance(told, dict) and told.get("code") in (_LACKING, _TOKENLESS):
            raise _NoTokens(error.reason, str(error))
        raise error

    def _refusal(self, content_type: str, body: bytes) -> TransferError | None:
        """The error in an answer that should have been audio: JSON, or XML where the server ignores `f`."""
        if found := _XML_CODE.search(body):
            return self._error({"code": int(found.group(1))}, of_song=True)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return None
        response = answer.get("subsonic-response") if isinstance(answer, dict) else None
        error = response.get("error") if isinstance(response, dict) else None
        return self._error(error, of_song=True) if isinstance(error, dict) else None

    def _error(self, error: Mapping[str, Any], *, of_song: bool = False) -> TransferError:
        """`of_song`: it came in place of a song that was found, so that a fault without a name may pass."""
        code = error.get("code")
        number = code if isinstance(code, int) else -1
        message = "".join(each if each.isprintable() else " " for each in _text(error.get("message")))
        said = " ".join(message.split())[:200]
        words = _WORDS.get(number) or (f"refuses: {said}" if said else "refuses without a reason")
        reason = _REASONS.get(number, TransferReason.SERVER_ERROR)
        passing = of_song and reason is TransferReason.SERVER_ERROR
        return TransferError(reason, f"{self.label} {words.rstrip('.')}.", retry=passing)

    def _candidate(self, song_id: str, song: Mapping[str, Any]) -> AudioCandidate:
        path, suffix = _text(song.get("path")), _text(song.get("suffix")).lower()
        title = _text(song.get("title"))
        return AudioCandidate(
            source=self.id,
            ref=song_id,
            name=PurePosixPath(path.replace("\\", "/")).name or f"{title}.{suffix}",
            title=title,
            artist=_text(song.get("displayArtist")) or _text(song.get("artist")),
            album=_text(song.get("album")) or None,
            album_artist=_text(song.get("displayAlbumArtist")) or _text(song.get("albumArtist")) or None,
            year=_number(song.get("year")),
            isrc=clean_isrc(_first_text(song.get("isrc")) or None),
            duration_s=float(_number(song.get("duration")) or 0) or None,
            track_number=_number(song.get("track")),
            disc=_number(song.get("discNumber")),
            suffix=suffix or PurePosixPath(path).suffix.lstrip(".").lower(),
            bitrate_kbps=_number(song.get("bitRate")),
            sample_rate=_number(song.get("samplingRate")),
            size=_number(song.get("size")),
            release=_text(song.get("albumId")) or _text(song.get("parent")) or None,
        )


def _lacking(wanted: WantedAlbum, songs: Sequence[Mapping[str, Any]]) -> list[WantedTrack]:
    """The tracks whose title is not among the songs that were found with the album."""
    titles = [normalise(_text(each.get("title"))) for each in songs]
    return [
        each
        for each in wanted.tracks
        if not any(fuzz.ratio(title, normalise(each.title)) >= 90 for title in titles)
    ]


def _likeness(album: Mapping[str, Any], wanted: WantedAlbum) -> float:
    name = normalise(_text(album.get("name")) or _text(album.get("title")))
    return fuzz.token_set_ratio(name, normalise(wanted.title))


def _objects(value: object) -> list[Mapping[str, Any]]:
    """A list of objects; some servers give a single one without its list."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict)]


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _first_text(value: object) -> str:
    return _text(value[0] if isinstance(value, list) and value else value)


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text[:18]) or None if text.isascii() and text.isdigit() else None
