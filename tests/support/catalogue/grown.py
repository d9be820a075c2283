"""A catalogue of any size, with invented names, the same each time."""

from __future__ import annotations

import random

from tests.support.catalogue.model import Catalogue, Recording, Release, credit_of

_FIRST = "Ada Bela Caro Dima Enno Fia Gus Hana Ivo Juna Kaj Lio Mira Nils Ona Pia Rafa Sven Tove Ulla"
_LAST = "Abend Brisk Corvo Dahl Elmer Falk Grove Hollen Ister Jarn Kvist Lund Morn Nardo Orel Pavo"
_WORDS = """amber basin canyon delta ember fathom glacier harbor indigo juniper kettle lantern meadow needle
    orchard paper quarry ribbon saddle timber umbra velvet willow yonder zephyr anchor bridge copper
    drift engine feather gravel hollow island jacket kernel ladder marble nickel"""
_GENRES = ("house", "techno", "ambient", "electro", "downtempo")


def grown(albums: int = 8, tracks: int = 10, singles: int = 0, seed: int = 1) -> Catalogue:
    """Albums of so many tracks, and singles of one; every recording has an ISRC of its own."""
    chance = random.Random(seed)
    first, last, words = _FIRST.split(), _LAST.split(), _WORDS.split()
    titles: set[str] = set()

    def title() -> str:
        while True:
            made = " ".join(chance.sample(words, 3)).title()
            if made not in titles:
                titles.add(made)
                return made

    def release(nth: int, size: int) -> Release:
        artist = f"{first[nth % len(first)]} {last[nth // len(first) % len(last)]}"
        key = f"grown/{seed}/{nth}"
        recordings = tuple(
            Recording(
                key=f"{key}/{place}",
                title=title(),
                credit=credit_of(artist),
                duration_s=chance.randint(150, 480),
                isrcs=(f"ZZGRW26{nth:03d}{place:02d}",),
                genres=(chance.choice(_GENRES),),
                rank=chance.randint(0, 900_000),
            )
            for place in range(1, size + 1)
        )
        return Release(
            key=key,
            title=title() if size > 1 else recordings[0].title,
            credit=credit_of(artist),
            date=f"{chance.randint(1990, 2026)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            recordings=recordings,
            label=f"{chance.choice(words).title()} Records",
            catalog_number=f"GRW{nth:03d}",
            kind="Album" if size > 1 else "Single",
            genres=(chance.choice(_GENRES),),
        )

    made = [release(nth, tracks) for nth in range(albums)]
    made += [release(albums + nth, 1) for nth in range(singles)]
    return Catalogue(tuple(made))
