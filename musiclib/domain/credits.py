"""What is written into a credit or a title besides one name: other names, the composer."""

from __future__ import annotations

import re

_AKA = re.compile(r"(?i)\s*[(\[]?\s*\b(?:aka|a\.k\.a\.?)\s+")
_SORTED = re.compile(r"([^\s,;/&+][^,;/&+]*),\s+([^\s,;/&+][^,;/&+]*)")
_COMPOSER = re.compile(r"[^\W\d_][\w.’' -]{1,40}:\s+(?=\S)")
_WORK = re.compile(
    r"(?i)\b(?:op(?:us)?|no|nr|k|kv|bwv|hob|rv|woo|d)\b\.?\s*\d"
    r"|\bin\s+[a-h](?:[ -](?:flat|sharp))?\s+(?:major|minor)\b"
    r"|\b(?:symphony|sonata|concerto|quartet|quintet|suite|prelude|fugue|nocturne|requiem|cantata)\b"
)
_FLAT = re.compile(r"(?i)\b([a-g])(?:♭|b(?=[ -]+(?:major|minor|dur|moll)\b))")


def names_of(credit: str) -> tuple[str, tuple[str, ...]]:
    """The credit by its first name, and other names for all of it.

    >>> names_of("DJ Marrow aka Pale Horse")
    ('DJ Marrow', ('Pale Horse',))
    >>> names_of("Vale, Tomo")  # two artists, or one as in a card index
    ('Vale, Tomo', ('Tomo Vale',))
    """
    first, *others = (part.strip(" )]") for part in _AKA.split(credit))
    if others and first and all(others):
        return first, tuple(others)
    if as_sorted := _SORTED.fullmatch(credit.strip()):
        return credit, (f"{as_sorted[2]} {as_sorted[1]}",)
    return credit, ()


def work_title(title: str) -> str:
    """The title of a classical work with its key in words, without the composer some write before it.

    >>> work_title("Hask: Symphony No. 3 in Bb major")
    'Symphony No. 3 in B flat major'
    >>> work_title("Halo: Part Two")
    'Halo: Part Two'
    """
    title = _FLAT.sub(r"\1 flat", title)
    composer = _COMPOSER.match(title)
    if composer and not _WORK.search(composer[0]) and _WORK.search(title[composer.end() :]):
        return title[composer.end() :]
    return title
