"""The Internet Archive: items a licence, or a collection of live and net-label music, lets everybody have.

`advancedsearch.php` finds items, `metadata/{id}` lists their files with sizes and hashes, and
`download/{id}/{name}` sends one by way of a data node whose name changes, so the archive's own address is
what is stored. All values come as strings, some as lists, and an item that does not exist is `{}` with
status 200. Reads need no account; limits are not published, so calls are few and one after another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2
from rapidfuzz import fuzz

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum
from musiclib.domain.states import TransferReason
from musiclib.domain.text import clean_isrc, normalise
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.calls import SourceCaller, Turns

_LAWFUL = "(licenseurl:*creativecommons* OR collection:(etree OR netlabels OR opensource_audio))"
_FIELDS = ("identifier", "title", "creator", "year", "licenseurl")
_ROWS = 50
_MOST_ITEMS = 6
"""Items whose files are looked at; each is a call."""
_MOST_ARTISTS = 8
"""Artists of a mixed list that are asked for by name; each is a call."""
_LIKE_ENOUGH = 60.0
_ALBUM_ITSELF = 90.0
_SUFFIXES = frozenset({"flac", "mp3", "ogg", "wav", "aif", "aiff", "m4a", "opus"})
_SPECIAL = str.maketrans(dict.fromkeys('+-&|!(){}[]^"~*?:\\/<>=', " "))


class InternetArchive:
    """See `Downloader`. `base_url` is the archive's, without a slash at its end."""

    kind: ClassVar[str] = "archive"

    def __init__(
        self,
        source_id: str,
        label: str,
        client: httpx2.AsyncClient,
        base_url: str,
        clock: Callable[[], datetime],
        turns: Turns | None = None,
    ) -> None:
        self.id = source_id
        self.label = label
        self._base = base_url.rstrip("/")
        self._caller = SourceCaller(label, client, clock, turns or Turns(per_s=3, at_once=2))

    async def find(self, wanted: WantedAlbum) -> list[AudioCandidate]:
        items: dict[str, Mapping[str, Any]] = {}
        for query in _queries(wanted):
            for doc in await self._search(query):
                items.setdefault(_text(doc.get("identifier")), doc)
            if any(_is_album(doc, wanted) for doc in items.values()):
                break  # what the other questions would bring is further off
        items.pop("", None)
        likely = sorted(items, key=lambda each: -_likeness(items[each], wanted))
        near = [each for each in likely if _likeness(items[each], wanted) >= _LIKE_ENOUGH][:_MOST_ITEMS]
        listed = await asyncio.gather(*(self._files(each) for each in near))
        return [candidate for files in listed for candidate in files]

    async def check(self) -> str:
        await self._search("mediatype:audio", rows=0)
        return f"{self.label} answers."

    async def origin(self, candidate: AudioCandidate) -> HttpOrigin:
        if "/" not in candidate.ref:
            raise TransferError(TransferReason.GONE, "This is no file of archive.org. Search for it again.")
        return HttpOrigin(partial(self._address, candidate.ref), per_host=2)

    def _address(self, ref: str) -> str:
        return f"{self._base}/download/{quote(ref)}"

    async def _search(self, query: str, rows: int = _ROWS) -> list[Mapping[str, Any]]:
        params = [
            ("q", query),
            *(("fl[]", field) for field in _FIELDS),
            ("rows", str(rows)),
            ("page", "1"),
            ("output", "json"),
        ]
        answer = await self._caller.get_json(f"{self._base}/advancedsearch.php", params)
        response = answer.get("response") if isinstance(answer, dict) else None
        docs = response.get("docs") if isinstance(response, dict) else None
        return [each for each in docs if isinstance(each, dict)] if isinstance(docs, list) else []

    async def _files(self, identifier: str) -> list[AudioCandidate]:
        try:
            answer = await self._caller.get_json(f"{self._base}/metadata/{quote(identifier, safe='')}")
        except TransferError as error:
            if error.retry:
                raise
            return []  # one item that cannot be read hides no other
        if not isinstance(answer, dict):
            return []
        about, files = answer.get("metadata"), answer.get("files")
        if not isinstance(about, dict) or not isinstance(files, list):
            return []
        if _is_true(about.get("access-restricted-item")):
            return []
        page = f"{self._base}/details/{quote(identifier, safe='')}"
        listed = [each for each in files if isinstance(each, dict)]
        titled = {_text(each.get("name")): each for each in listed}
        found = (_candidate(self.id, identifier, page, about, each, titled) for each in listed)
        return [candidate for candidate in found if candidate is not None]


def _queries(wanted: WantedAlbum) -> Iterable[str]:
    """From the album as a whole to its artists; each is one call."""
    title, artist = _phrase(wanted.title), _phrase(wanted.artist)
    start = f"mediatype:audio AND {_LAWFUL} AND "
    if title and artist:
        yield f"{start}creator:({artist}) AND title:({title})"
    if title:
        yield f"{start}title:({title})"
    by_artist: dict[str, list[str]] = {}
    for track in wanted.tracks:
        names = by_artist.setdefault(_phrase(track.artist), [])
        names += [name for name in (_phrase(track.title), _phrase(track.album)) if name and name not in names]
    for artist, titles in list(by_artist.items())[:_MOST_ARTISTS]:
        if artist and titles:
            yield f"{start}creator:({artist}) AND title:({' OR '.join(f'({each})' for each in titles[:20])})"


def _phrase(text: str | None) -> str:
    """The words of a name as Lucene takes them, none of them an operator."""
    words = (text or "").translate(_SPECIAL).split()
    return " ".join(word.lower() if word in ("AND", "OR", "NOT", "TO") else word for word in words)


def _likeness(doc: Mapping[str, Any], wanted: WantedAlbum) -> float:
    """How much an item looks like the album, or like one of its tracks, 0-100."""
    title, creator = normalise(_text(doc.get("title"))), normalise(_text(doc.get("creator")))
    names = [(wanted.title, wanted.artist or ""), *((each.title, each.artist) for each in wanted.tracks)]
    return max(_alike(title, creator, normalise(name), normalise(artist)) for name, artist in names)


def _is_album(doc: Mapping[str, Any], wanted: WantedAlbum) -> bool:
    title, creator = normalise(_text(doc.get("title"))), normalise(_text(doc.get("creator")))
    return _alike(title, creator, normalise(wanted.title), normalise(wanted.artist or "")) >= _ALBUM_ITSELF


def _alike(title: str, creator: str, name: str, artist: str) -> float:
    of_title = fuzz.token_set_ratio(title, name)
    if not creator or not artist:
        return of_title
    return min(of_title, 0.6 * of_title + 0.4 * fuzz.token_set_ratio(creator, artist))


def _candidate(
    source_id: str,
    identifier: str,
    page: str,
    about: Mapping[str, Any],
    file: Mapping[str, Any],
    siblings: Mapping[str, Mapping[str, Any]],
) -> AudioCandidate | None:
    name = _text(file.get("name"))
    suffix = PurePosixPath(name).suffix.lstrip(".").lower()
    parts = PurePosixPath(name).parts
    if suffix not in _SUFFIXES or _is_true(file.get("private")) or ".." in parts:
        return None
    # A derivative often has no tags of its own: its original has.
    original = siblings.get(_text(file.get("original")), {})

    def told(key: str) -> str:
        return _text(file.get(key)) or _text(original.get(key))

    creator = _text(about.get("creator"))
    bitrate = told("bitrate") if file.get("bitrate") else ""
    return AudioCandidate(
        source=source_id,
        ref=f"{identifier}/{name}",
        name=PurePosixPath(name).name,
        title=told("title") or PurePosixPath(name).stem,
        artist=told("artist") or told("creator") or (creator if told("title") else ""),
        album=told("album") or _text(about.get("title")) or None,
        album_artist=creator or None,
        year=_year(_text(about.get("date")) or _text(about.get("year"))),
        isrc=clean_isrc(told("isrc") or None),
        duration_s=_seconds(told("length")),
        track_number=_first_number(told("track")),
        disc=_first_number(told("disc")),
        suffix=suffix,
        bitrate_kbps=_first_number(bitrate) or None,
        size=_first_number(_text(file.get("size"))),
        hashes={each: told_hash for each in ("md5", "sha1") if (told_hash := _hash(file.get(each), each))},
        release=identifier,
        licence=_text(about.get("licenseurl")) or None,
        page=page,
    )


def _text(value: object) -> str:
    """A value that may be a text, a number, a list of them, or missing."""
    if isinstance(value, list):
        value = next((each for each in value if each), "")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _is_true(value: object) -> bool:
    return value is True or _text(value).lower() in ("true", "1", "yes")


def _year(text: str) -> int | None:
    year = text[:4]
    return int(year) if year.isascii() and year.isdigit() and int(year) > 0 else None


def _first_number(text: str) -> int | None:
    """The number before what follows it: "3/12", "192kbps"; None for none, and for zero."""
    digits = ""
    for each in text:
        if not ("0" <= each <= "9"):
            break
        digits += each
    return int(digits[:18]) or None if digits else None


def _seconds(text: str) -> float | None:
    """ "241.37", "4:01" or "1:04:01"."""
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        return None
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds if 0 < seconds < 7 * 86_400 else None


def _hash(value: object, name: str) -> str:
    text = _text(value).lower()
    lengths = {"md5": 32, "sha1": 40}
    return text if len(text) == lengths[name] and not set(text) - set("0123456789abcdef") else ""
