"""Which pieces a set holds: everything about one follows from the set's seed and the piece's number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from musiclib.domain.music_key import MusicalKey
from tests.benchmarks.music.genre import Genre
from tests.benchmarks.music.genres_of_bands import BANDS
from tests.benchmarks.music.genres_of_machines import MACHINES

GENRES = (*MACHINES, *BANDS)
SOUND_FONTS = ("FluidR3_GM.sf2", "TimGM6mb.sf2", "MuseScore_General_Lite.sf3")

# Names of codecs as `render.encode` knows them, the commonest in people's folders most often.
CODECS = ("mp3-128", "mp3-320", "mp3-192", "aac-128", "opus-96", "vorbis", "flac", "wav")
_WEIGHTS = (3, 3, 2, 3, 2, 2, 3, 2)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece to be played, with the true answers: `bpm` as a DJ of the genre would name it, `key`, and
    `first_beat_s`, the first beat of the grid in the file."""

    number: int
    genre: Genre
    bpm: float
    key: MusicalKey
    first_beat_s: float
    cents: float
    codec: str
    sound_font: str
    seconds: float
    seed: str

    def random(self, what: str) -> Random:
        """A source of chance of its own for each part, so that a change to one leaves the others."""
        return Random(f"{self.seed}/{what}")


def pieces(seed: int, count: int) -> list[Piece]:
    """`count` pieces, the genres in turn."""
    return [_piece(seed, number) for number in range(count)]


def _piece(seed: int, number: int) -> Piece:
    genre = GENRES[number % len(GENRES)]
    name = f"{seed}/{number}"
    random = Random(name)
    minor = not genre.major or random.random() < genre.minor_share
    return Piece(
        number=number,
        genre=genre,
        bpm=_tempo(genre, random),
        key=MusicalKey(random.randrange(12), minor),
        first_beat_s=random.choice((0.0, 0.0, random.uniform(0.0, 0.4), random.uniform(0.4, 2.0))),
        cents=random.choice((0.0, 0.0, random.uniform(-25, 25), random.uniform(-25, 25))),
        codec=random.choices(CODECS, _WEIGHTS)[0],
        sound_font=random.choice(SOUND_FONTS),
        seconds=random.uniform(62.0, 88.0),
        seed=name,
    )


def _tempo(genre: Genre, random: Random) -> float:
    """Mostly whole numbers as machines are set to, else any (live, vinyl, other programs)."""
    bpm = random.uniform(*genre.tempo)
    return float(round(bpm)) if random.random() < 0.45 else round(bpm, 2)
