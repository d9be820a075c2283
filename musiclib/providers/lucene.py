"""Queries for MusicBrainz' search (https://musicbrainz.org/doc/Indexed_Search_Syntax)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from musiclib.domain.matching import Recording
from musiclib.providers.shortlist import Words, words

_MOST_TERM = 200
_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/])')
_WORD = re.compile(r"\w")


def recording_queries(recording: Recording) -> list[str]:
    """Queries to try in turn, the surest first; none if nothing can be asked."""
    asked = words(recording)
    terms = [
        _all_of(recording=asked.title, artist=asked.artist),
        # Once more with less: the first artist alone, and the title without what stands in brackets.
        _all_of(recording=asked.bare_title, artist=asked.first_artist),
        _in_other_words(asked),
    ]
    return [term for term in dict.fromkeys(terms) if term]


def _in_other_words(asked: Words) -> str:
    """By the title alone, for an artist who is listed under another name, or with the two swapped."""
    title = escaped(asked.bare_title)
    swapped = _all_of(recording=asked.artist, artist=asked.bare_title)
    return f'recording:"{title}" OR ({swapped})' if title and swapped else ""


def release_queries(title: str, artist: str, tracks: int | None) -> list[str]:
    """As `recording_queries`, for an album; with its number of tracks first."""
    named = _all_of(release=title, artist=artist)
    if not named:
        return []
    return [f"{named} AND tracks:{tracks}", named] if tracks else [named]


def any_of(field: str, values: Sequence[str]) -> str:
    """Whatever has one of these values, which need no escaping."""
    return f"{field}:{values[0]}" if len(values) == 1 else f"{field}:({' OR '.join(values)})"


def _all_of(**fields: str) -> str:
    """Whatever has all of these; "" if the first, the title, is empty: an artist alone finds everything."""
    terms = {name: escaped(term) for name, term in fields.items()}
    if not next(iter(terms.values())):
        return ""
    return " AND ".join(f"{name}:({term})" for name, term in terms.items() if term)


def escaped(term: str) -> str:
    """A term for the inside of `field:(...)`: special signs escaped, operators made plain words.

    Empty if nothing searchable is in it.
    """
    plain = " ".join(term[:_MOST_TERM].lower().split())
    return _SPECIAL.sub(r"\\\1", plain) if _WORD.search(plain) else ""
