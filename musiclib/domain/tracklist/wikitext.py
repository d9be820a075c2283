"""Track lists of wiki pages in their source: templates with `| title1 = ...` lines."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.build import clock_seconds, make_track
from musiclib.domain.tracklist.lines import tidy
from musiclib.domain.tracklist.model import ParseContext, ParsedLine, ParsedTrack, Span, Tracklist, Verdict
from musiclib.domain.tracklist.noise import line_outside

_PARAMETER = re.compile(
    r"\|\s*(?P<key>title|artist|extra|note|length|titel|interpret|länge|titre|durée|título|duración)"
    r"(?P<n>\d{1,3})\s*=\s*(?P<value>(?:\[\[[^\]]*\]\]|\{\{[^{}]*\}\}|[^|\[{]|\[(?!\[)|\{(?!\{))*)",
    re.IGNORECASE,
)
_EXTRA_IS_ARTIST = re.compile(
    r"\|\s*extra_column\s*=\s*(?:artists?|performers?|band|singers?)\b", re.IGNORECASE
)
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_REFERENCE = re.compile(
    r"<ref[^<>]*/>|<ref[^<>]*>[^<>]*</ref>|<[^<>]*>|'{2,}|\{\{[^{}|]*\|?([^{}|]*)[^{}]*\}\}"
)
_FIELDS = {
    **dict.fromkeys(("title", "titel", "titre", "título"), "title"),
    **dict.fromkeys(("artist", "interpret"), "artist"),
    **dict.fromkeys(("length", "länge", "durée", "duración"), "duration"),
}


def read_wikitext(lines: list[str], text: str, context: ParseContext) -> Tracklist | None:
    """Read the numbered parameters of a template; None when there are none. Lengths are seconds.

    A note is a part of the title in brackets; numbers begin anew with each template.
    """
    if "=" not in text or "|" not in text or context.columns is not None:
        return None
    items = _items(lines, bool(_EXTRA_IS_ARTIST.search(text)))
    if not items:
        return None
    owners: dict[int, int] = {}
    spans: dict[int, list[Span]] = {}
    tracks: list[ParsedTrack] = []
    for values, places in items:
        owners.update(dict.fromkeys((n for n, _ in places), len(tracks)))
        for n, span in places:
            spans.setdefault(n, []).append(span)
        note = values.get("note", "").strip("()")
        title = f"{values['title']} ({note})" if note else values["title"]
        tracks.append(
            make_track(
                values.get("artist") or context.album_artist or "",
                title,
                {"position": values["position"]},
                None,
                clock_seconds(values.get("duration", "")),
            )
        )
    out = []
    for n, line in enumerate(lines):
        if n in owners:
            found = tuple(sorted(spans[n], key=lambda span: span.start))
            out.append(ParsedLine(n + 1, line, Verdict.TRACK, "named_value", owners[n], found))
        else:
            out.append(line_outside(n + 1, line, "markup"))
    return Tracklist(tuple(out), tuple(tracks), "text", None, context.album_artist)


def _items(
    lines: Sequence[str], extra_is_artist: bool
) -> list[tuple[dict[str, str], list[tuple[int, Span]]]]:
    """The values of each track and the places of those that are kept."""
    items: list[tuple[dict[str, str], list[tuple[int, Span]]]] = []
    for n, line in enumerate(lines):
        for match in _PARAMETER.finditer(line) if "=" in line else ():
            key, value = match["key"].lower(), _plain(match["value"])
            name = _FIELDS.get(key, key)
            if name == "extra":
                name = "artist" if extra_is_artist else ""
            if name == "title" and value:
                items.append(({"position": match["n"]}, []))
            if not items or not name or not value or items[-1][0]["position"] != match["n"]:
                continue
            values, places = items[-1]
            values.setdefault(name, value)
            raw = match["value"].strip()
            at = match.start("value") + match["value"].find(raw)
            places.append((n, Span("title" if name == "note" else name, at, at + len(raw))))
    return items


def _plain(value: str) -> str:
    return tidy(_REFERENCE.sub(r"\1", _LINK.sub(r"\1", value))).strip('"')
