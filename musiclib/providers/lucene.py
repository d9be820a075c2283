"""Queries for MusicBrainz' search (https://musicbrainz.org/doc/Indexed_Search_Syntax)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from musiclib.domain.matching import Recording
from musiclib.domain.similarity import without_brackets
from musiclib.domain.text import normalise, split_features, split_version
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


def phrase_key(recording: Recording) -> str:
    """What `any_phrase` and `has_phrases` are told of a recording; "" if too little is known of it.

    Without the version, which catalogues write in many ways.
    """
    named = split_version(split_features(recording.title)[0])[0]
    title = without_brackets(named) or normalise(named)
    artist = normalise(words(recording).first_artist)
    return f"{artist}\t{title}" if escaped(title) and escaped(artist) else ""


def any_phrase(keys: Sequence[str]) -> str:
    """Recordings whose title and credit hold the words of one of the keys side by side."""
    pairs = (key.split("\t") for key in keys)
    clauses = [f'recording:"{escaped(title)}" AND artist:"{escaped(artist)}"' for artist, title in pairs]
    return clauses[0] if len(clauses) == 1 else " OR ".join(f"({clause})" for clause in clauses)


def has_phrases(key: str, title: str, credit: str) -> bool:
    artist, named = key.split("\t")
    return named in normalise(title) and artist in normalise(credit)


def artist_key(recording: Recording) -> str:
    """What `any_artist` is told of a recording: the first artist, normalised; "" if nothing can be asked."""
    artist = normalise(words(recording).first_artist)
    return artist if escaped(artist) else ""


def any_artist(keys: Sequence[str]) -> str:
    """Artists that are called, or also called, one of the names."""
    return " OR ".join(f'artist:"{escaped(key)}" OR alias:"{escaped(key)}"' for key in keys)


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
