"""Playlist files: M3U and M3U8 with or without #EXTINF, PLS, and bare lists of paths."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from musiclib.domain.tracklist.build import make_track
from musiclib.domain.tracklist.lines import tidy
from musiclib.domain.tracklist.model import ParseContext, ParsedLine, ParsedTrack, Span, Tracklist, Verdict
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.vocabulary import AUDIO_EXTENSION, SPACED_DASH, VERSION_TAIL

_EXTINF = re.compile(
    r"\ufeff?\s*#EXTINF\s*:\s*(?P<length>-?\d+(?:\.\d+)?)?(?P<attrs>[^,]*),(?P<name>.*)", re.IGNORECASE
)
_EXT = re.compile(r"\s*#(?P<key>EXT[A-Z-]*|PLAYLIST)\s*:\s*(?P<value>.*)", re.IGNORECASE)
_PLS = re.compile(r"\s*(?P<key>File|Title|Length)(?P<n>\d{1,6})\s*=(?P<value>.*)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<n>[A-Da-d]?\d{1,3}(?:-\d{2})?)(?:\s*[.)_-]\s*|\s+)(?=\S)")
_TRACK_FILE = re.compile(r"\d{2,3}(?:\s*[.)_]\s*|\s+-\s+)(?:(?!\s+[-–—]\s+).)+")
_PATH = re.compile(r"\ufeff?(?:.*[/\\])(?P<name>[^/\\]+)$")


@dataclass(slots=True)
class _Entry:
    """One track; `name_at` is (line, start) of its display name."""

    name: str = ""
    name_at: tuple[int, int] | None = None
    path: str = ""
    length: float | None = None
    artist: str = ""
    album: str = ""
    lines: list[int] = field(default_factory=list)


def read_playlist(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the text as a playlist file; None when it is none. Lengths are seconds."""
    head = text[:4000].upper()
    notes: dict[int, str] = {}
    title = None
    if "#EXTINF" in head or "#EXTM3U" in head:
        entries, title = _m3u(lines, notes)
        name = "m3u"
    elif "[PLAYLIST]" in head and "FILE1" in head:
        entries = _pls(lines, notes)
        name = "pls"
    elif _only_paths(lines):
        entries, title = _m3u(lines, notes)
        name = "paths"
    else:
        return None
    return _assemble(lines, [e for e in entries if e.name or e.path], notes, name, title, context)


def _only_paths(lines: Sequence[str]) -> bool:
    filled = [line.strip() for line in lines[:500] if line.strip() and not line.startswith("#")]
    paths = sum(
        1
        for line in filled
        if len(line) < 1000
        and "\t" not in line
        and ("/" in line or "\\" in line)
        and _is_path(line.rstrip('"'))
    )
    return bool(filled) and paths >= 0.8 * len(filled)


def _is_path(line: str) -> bool:
    return AUDIO_EXTENSION.search(line) is not None and not SPACED_DASH.search(
        line.split("/")[0].split("\\")[0][:40]
    )


def _m3u(lines: Sequence[str], notes: dict[int, str]) -> tuple[list[_Entry], str | None]:
    entries: list[_Entry] = []
    waiting: _Entry | None = None
    title = None
    artist = ""  # of the files below '#EXTART'
    for n, line in enumerate(lines):
        match = _EXTINF.fullmatch(line) if "#" in line[:3] else None
        if match:
            waiting = _Entry(match["name"], (n, match.start("name")), artist=artist, lines=[n])
            length = float(match["length"] or 0)
            waiting.length = length if length > 0 else None
            entries.append(waiting)
        elif line.lstrip("\ufeff \t").startswith("#"):
            other = _EXT.fullmatch(line)
            if other and other["key"].upper() == "PLAYLIST":
                title = tidy(other["value"]) or None
            elif other and other["key"].upper() == "EXTART":
                artist = other["value"].strip()
            notes[n] = "playlist_tag"
        elif line.strip():
            if waiting is None:
                entries.append(_Entry(lines=[n], artist=artist, path=line.strip('\ufeff "\t')))
            else:
                waiting.path = line.strip()
                waiting.lines.append(n)
            waiting = None
    return entries, title


def _pls(lines: Sequence[str], notes: dict[int, str]) -> list[_Entry]:
    entries: dict[int, _Entry] = {}
    for n, line in enumerate(lines):
        match = _PLS.fullmatch(line)
        if not match:
            notes[n] = "playlist_tag"
            continue
        entry = entries.setdefault(int(match["n"]), _Entry())
        entry.lines.append(n)
        key, value = match["key"].lower(), match["value"].strip()
        if key == "file":
            entry.path = value
        elif key == "title":
            entry.name, entry.name_at = value, (n, match.start("value"))
        elif re.fullmatch(r"\d+", value) and int(value) > 0:
            entry.length = float(value)
    return [entries[key] for key in sorted(entries)]


def _folders(path: str) -> tuple[str, str, str]:
    """(grandparent, parent, file name without extension) of a path or file URL."""
    if "%" in path and path.lower().startswith(("file:", "http:", "https:")):
        path = unquote(path)
    parts = [part for part in re.split(r"[/\\]+", path) if part.strip(".")]
    name = AUDIO_EXTENSION.sub("", parts[-1]) if parts else ""
    return (parts[-3] if len(parts) > 2 else "", parts[-2] if len(parts) > 1 else "", name)


def _assemble(
    lines: Sequence[str],
    entries: list[_Entry],
    notes: dict[int, str],
    name: str,
    title: str | None,
    context: ParseContext,
) -> Tracklist:
    numbered = _numbers(entries)
    splits = [_split(entry, number) for entry, number in zip(entries, numbered, strict=True)]
    pairs = [(a, b) for a, b, _ in splits if a and b]
    title_first = bool(pairs) and decide_order(pairs, context.album_artist, 3.0).title_first
    if context.order:
        title_first = context.order == "title_artist"
    tracks: list[ParsedTrack] = []
    owners: dict[int, int] = {}
    spans: dict[int, tuple[Span, ...]] = {}
    for entry, (left, right, cut), number in zip(entries, splits, numbered, strict=True):
        names = (("title", left), ("artist", right)) if title_first else (("artist", left), ("title", right))
        artist, song = (right, left) if title_first and left and cut else (left, right)
        if not tidy(song):
            notes.update(dict.fromkeys(entry.lines, "empty"))
            continue
        fields = {"position": number} if number and not entry.name else {}
        if entry.album:
            fields["album"] = tidy(entry.album)
        owners.update(dict.fromkeys(entry.lines, len(tracks)))
        spans.update(_spans(entry, lines, names))
        tracks.append(
            make_track(
                tidy(artist) or entry.artist or context.album_artist or "",
                tidy(song),
                fields,
                None,
                entry.length,
            )
        )
    out = []
    for n, line in enumerate(lines):
        if n in owners:
            out.append(ParsedLine(n + 1, line, Verdict.TRACK, "playlist_entry", owners[n], spans.get(n, ())))
        else:
            reason = "blank" if not line.strip() else notes.get(n, "playlist_tag")
            out.append(ParsedLine(n + 1, line, Verdict.NOISE, reason))
    order = context.order or ("title_artist" if title_first else "artist_title")
    return Tracklist(tuple(out), tuple(tracks), name, title, context.album_artist, None, order)


def _numbers(entries: Sequence[_Entry]) -> list[str | None]:
    """Leading numbers of file names, when most names have one."""
    found = []
    for entry in entries:
        match = _NUMBERED.match(entry.name or _folders(entry.path)[2])
        found.append(match["n"] if match else None)
    if sum(n is not None for n in found) >= 0.6 * len(found):
        return found
    return [n if n and _is_album_file(entry) else None for n, entry in zip(found, entries, strict=True)]


def _is_album_file(entry: _Entry) -> bool:
    """Whether a file is named 'Artist/Album/01 - Title': its folders are those of an album."""
    grandparent, parent, name = _folders(entry.path)
    return bool(grandparent and parent and not entry.name and _TRACK_FILE.fullmatch(name))


def _split(entry: _Entry, number: str | None) -> tuple[str, str, bool]:
    """(left, right, cut at a separator) of a name; folders tell the artist when the name does not."""
    grandparent, parent, file_name = _folders(entry.path)
    name = entry.name.strip() or file_name.replace("_", " ").strip()
    if number:
        name = name[name.index(number) + len(number) :].lstrip(" .)_-")
    for folder in (grandparent, parent):
        rest = name[len(folder) :]
        if (
            folder
            and name.casefold().startswith(folder.casefold())
            and rest[:1] in (" ", "-", "–")
            and rest.strip(" -–—")
        ):
            return name[: len(folder)], rest.strip(" -–—"), True
    parts = SPACED_DASH.split(name, maxsplit=1)
    if len(parts) == 2 and all(parts) and not (grandparent and VERSION_TAIL.match(parts[1])):
        return parts[0], parts[1], True
    if (
        grandparent
        and (not entry.name or name.casefold() in file_name.casefold())
        and not re.fullmatch(r"[A-Za-z]:|music|musik|downloads", grandparent, re.IGNORECASE)
    ):
        entry.album = "" if entry.name else parent
        return grandparent, name, False
    return "", name, False


def _spans(
    entry: _Entry, lines: Sequence[str], values: Sequence[tuple[str, str]]
) -> dict[int, tuple[Span, ...]]:
    n, at = entry.name_at or (entry.lines[-1], 0)
    found = []
    for name, value in values:
        start = lines[n].find(value, at) if value else -1
        if start >= 0:
            at = start + len(value)
            found.append(Span(name, start, at))
    return {n: tuple(found)}
