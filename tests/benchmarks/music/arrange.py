"""From a piece to its score: form, harmony, parts, and the hands that play them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.music import harmony
from tests.benchmarks.music.grooves import FILLS, GROOVES, KEYS
from tests.benchmarks.music.harmony import Chord
from tests.benchmarks.music.midi import DRUMS, Score
from tests.benchmarks.music.pieces import Piece

_LOUD = {"X": 1.0, "x": 0.82, "o": 0.55, "g": 0.3}
# Of the channels: bass, chords, pad, melody, arpeggio.
_BASS, _COMP, _PAD, _LEAD, _ARP = range(5)
_LIGHT = frozenset({"hat", "shaker", "ride", "rim", "cabasa", "open"})
_SOFT = frozenset({"hat", "shaker", "tamb", "cabasa"})


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar of the form; `into` counts the bars of its section, `last` closes it."""

    number: int
    layers: str
    into: int
    last: bool
    chords: tuple[Chord, ...]


class _Hands:
    """Steps to beats: swing, a push or drag of each part, and what nobody means to do."""

    def __init__(self, piece: Piece) -> None:
        self._random = piece.random("hands")
        self._per_beat = piece.genre.metre[1]
        self._swings = piece.genre.swings
        self._swing = self._random.uniform(*piece.genre.swing)
        self._sigma = piece.genre.loose_ms / 1000.0 * piece.bpm / 60.0
        self._start = piece.first_beat_s * piece.bpm / 60.0
        self._wander: list[float] = [0.0]
        self.steps_per_bar = piece.genre.metre[0] * self._per_beat

    def at(self, bar: int, step: float, lean: float = 0.0, *, exact: bool = False) -> float:
        """The beat at which a step falls; `lean` in multiples of the part's looseness."""
        straight = (bar * self.steps_per_bar + self._swung(step)) / self._per_beat
        if exact:
            return self._start + straight
        stray = self._random.gauss(lean, 0.7) * self._sigma + self._drift(int(straight))
        return self._start + straight + stray

    def loudness(self, level: float) -> float:
        return level * self._random.uniform(0.88, 1.06)

    def _swung(self, step: float) -> float:
        pair = 2 * self._swings
        whole, rest = divmod(step, pair)
        half = rest / pair
        bent = half / 0.5 * self._swing if half <= 0.5 else 1 - (1 - half) / 0.5 * (1 - self._swing)
        return whole * pair + bent * pair

    def _drift(self, beat: int) -> float:
        """A band leans forward and back together and always returns to the beat."""
        while len(self._wander) <= beat:
            self._wander.append(0.9 * self._wander[-1] + self._random.gauss(0, 0.25) * self._sigma)
        return self._wander[beat]


def arrange(piece: Piece) -> bytes:
    """The piece as a MIDI file. It starts at `first_beat_s` and lasts about `seconds`."""
    return scored(piece).as_bytes()


def scored(piece: Piece) -> Score:
    """What `arrange` writes down."""
    return _Arrangement(piece).play()


class _Arrangement:
    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._genre = piece.genre
        self._score = Score(piece.bpm)
        self._hands = _Hands(piece)
        self._random = piece.random("arrangement")
        self._kick: list[tuple[float, float]] = []
        self._bars = list(self._form())

    def play(self) -> Score:
        self._seat_players()
        self._drums()
        self._bass()
        self._comp()
        self._pad()
        self._melody()
        self._arpeggio()
        if self._genre.ducking and self._random.random() < 0.7:
            self._duck()
        return self._score

    def _form(self) -> Iterator[_Bar]:
        """Sections after the genre's form, repeated without its introduction until the time is up."""
        piece, genre, random = self._piece, self._genre, self._random
        beats = (piece.seconds - piece.first_beat_s) * piece.bpm / 60.0
        total = max(8, round(beats / genre.metre[0]))
        sections = [(int(count), layers) for count, layers in map(str.split, random.choice(genre.forms))]
        if total < 36:
            sections = [(max(2, count // 2), layers) for count, layers in sections]
        minor = piece.key.minor
        loops = [
            harmony.progression(text, minor=minor)
            for text in random.sample(genre.minor if minor else genre.major, 1)
        ]
        if len(options := genre.minor if minor else genre.major) > 3 and random.random() < 0.35:
            loops.append(harmony.progression(random.choice(options), minor=minor))
        wide = random.choice(genre.bars_per_chord)
        if wide * max(map(len, loops)) > min(bars for bars, layers in sections if "d" in layers):
            wide = 1
        ends_at_home = genre.loose_ms >= 3 and piece.random("ending").random() < 0.6
        number = turn = at = 0
        loop = loops[0]
        while number < total:
            bars, layers = (
                sections[turn] if turn < len(sections) else sections[1 + turn % (len(sections) - 1)]
            )
            following = loops[turn % len(loops)] if "p" in layers else loops[0]
            # A section that holds whole rounds begins one; others go on where the one before left off.
            whole = bars % (len(following) * wide) == 0
            at = 0 if whole or following is not loop else at % (len(loop) * wide)
            loop = following
            for into in range(min(bars, total - number)):
                last = into == min(bars, total - number) - 1
                chords = loop[at // wide % len(loop)]
                if ends_at_home and number == total - 1:
                    chords = (harmony.chord("i" if minor else "I", minor=minor),)
                yield _Bar(number, layers, into, last, chords)
                number += 1
                at += 1
            turn += 1

    def _seat_players(self) -> None:
        genre, random, score = self._genre, self._random, self._score
        programs = (
            genre.bass_programs,
            genre.comp_programs,
            genre.pads,
            genre.lead_programs,
            (98, 81, 46, 6, 12, 24, 90),
        )
        levels = ((96, 116), (64, 92), (48, 78), (66, 96), (44, 70))
        room = random.randrange(20, 80)
        for channel, (choice, level) in enumerate(zip(programs, levels, strict=True)):
            score.program(channel, random.choice(choice))
            score.control(channel, 7, random.randrange(*level))
            score.control(channel, 10, 64 if channel == _BASS else random.randrange(34, 95))
            score.control(channel, 91, 5 if channel == _BASS else room)
            score.tune(channel, self._piece.cents)
        score.program(DRUMS, random.choice(genre.kits))
        score.control(DRUMS, 7, random.randrange(88, 122))
        score.control(DRUMS, 91, random.randrange(0, 45))

    # Drums.

    def _drums(self) -> None:
        grooves = self._random.sample(self._genre.grooves, min(2, len(self._genre.grooves)))
        fills = self._random.sample(FILLS, 2)
        for bar in self._bars:
            groove = GROOVES[
                grooves[bar.number // 16 % len(grooves)] if bar.layers.startswith("d") else grooves[0]
            ]
            fill = bar.last and bar.into > 2 and "d" in bar.layers and self._random.random() < 0.75
            for sound, marks in groove.items():
                if self._plays(sound, bar.layers):
                    self._strike(bar, sound, marks, until=0.5 if fill and sound not in _SOFT else 1.0)
            if fill and self._genre.metre[0] == 4:
                for sound, marks in fills[bar.number // 8 % 2].items():
                    self._fill(bar, sound, marks)
            if bar.into == 0 and "d" in bar.layers and bar.number and self._random.random() < 0.7:
                self._hit("crash", self._hands.at(bar.number, 0), 0.85)

    @staticmethod
    def _plays(sound: str, layers: str) -> bool:
        if "d" in layers:
            return True
        return ("l" in layers and (sound in _LIGHT or sound == "kick")) or ("k" in layers and sound == "kick")

    def _strike(self, bar: _Bar, sound: str, marks: str, until: float) -> None:
        steps = self._hands.steps_per_bar
        marks = marks[bar.number * steps % len(marks) :][:steps]
        lean = {"snare": 0.8, "clap": 0.5, "hat": -0.2}.get(sound, 0.0)
        for step, mark in enumerate(marks[: round(steps * until)]):
            if mark == "." or (mark == "g" and self._random.random() < 0.3):
                continue
            at = self._hands.at(bar.number, step, lean)
            if sound == "kick":
                self._kick.append((at, _LOUD[mark]))
            self._hit(sound, at, _LOUD[mark] * (0.75 if sound in _SOFT else 1.0))

    def _fill(self, bar: _Bar, sound: str, marks: str) -> None:
        half = self._hands.steps_per_bar // 2
        for step, mark in enumerate(marks):
            if mark != ".":
                place = half + step * half / len(marks)
                self._hit(sound, self._hands.at(bar.number, place), 0.6 + 0.05 * step)

    def _hit(self, sound: str, at: float, loud: float) -> None:
        self._score.note(DRUMS, at, 0.2, KEYS[sound], self._hands.loudness(min(1.0, loud)))

    def _duck(self) -> None:
        """Side-chain compression, as far as expression (controller 11) can play it."""
        depth = self._random.uniform(0.35, 0.8)
        for at, _ in self._kick:
            for part in range(6):
                level = 127 * (1 - depth * (1 - part / 5) ** 1.5)
                for channel in (_COMP, _PAD, _ARP):
                    self._score.control(channel, 11, level, at + part * 0.1)

    # Pitches.

    def _bass(self) -> None:
        patterns = self._random.sample(self._genre.bass, min(2, len(self._genre.bass)))
        walking = "walking" in patterns
        low = 28 + (self._piece.key.tonic + 8 - 28) % 12
        for bar in self._bars:
            if "b" not in bar.layers:
                continue
            if walking:
                self._walk(bar, low)
                continue
            pattern = patterns[1] if len(patterns) > 1 and bar.into % 8 == 7 else patterns[0]
            for step, length, mark in _notes(pattern):
                sounding = bar.chords[step * len(bar.chords) // len(pattern)]
                self._bass_note(bar, low, sounding, mark, step, length)

    def _bass_note(self, bar: _Bar, low: int, chord: Chord, mark: str, step: float, length: float) -> None:
        root = low + (self._piece.key.tonic + chord.root - low) % 12
        up = {"1": 0, "8": 12, "5": chord.fifth, "3": chord.third, "7": 10, "6": 9}[mark]
        if mark in "67":
            scale = harmony.scale_over(chord, minor=self._piece.key.minor)
            up = harmony.nearest(root + up, scale, self._piece.key.tonic) - root
        beats = length * 0.92 / self._genre.metre[1]
        at = self._hands.at(bar.number, step, 0.2)
        self._score.note(_BASS, at, beats, root + up, self._hands.loudness(0.85))

    def _walk(self, bar: _Bar, low: int) -> None:
        """Quarters: root on the first, tones of chord or scale between, and a step that leads on."""
        beats, per_beat = self._genre.metre
        following = self._bars[(bar.number + 1) % len(self._bars)].chords[0]
        tonic = self._piece.key.tonic
        at = low + (tonic + bar.chords[0].root - low) % 12
        for beat in range(beats):
            sounding = bar.chords[beat * len(bar.chords) // beats]
            if beat and beat == beats - 1:
                goal = low + (tonic + following.root - low) % 12
                at = goal + self._random.choice((-1, 1, 2, -2))
            elif beat:
                scale = harmony.scale_over(sounding, minor=self._piece.key.minor)
                at = harmony.nearest(at + self._random.choice((-4, -3, 3, 4, 5)), scale, tonic)
            at = at + 12 if at < 28 else at - 12 if at > 52 else at
            self._score.note(
                _BASS, self._hands.at(bar.number, beat * per_beat), 0.9, at, self._hands.loudness(0.8)
            )

    def _comp(self) -> None:
        rhythm = self._random.sample(self._genre.comps, min(2, len(self._genre.comps)))
        for bar in self._bars:
            if "c" in bar.layers:
                pattern = rhythm[1] if len(rhythm) > 1 and "p" in bar.layers else rhythm[0]
                for step, length, _ in _notes(pattern):
                    sounding = bar.chords[step * len(bar.chords) // len(pattern)]
                    self._chord(_COMP, bar, sounding, step, length * 0.95, 57, 0.72)

    def _pad(self) -> None:
        steps = self._hands.steps_per_bar
        for bar in self._bars:
            if "p" in bar.layers:
                each = steps / len(bar.chords)
                for place, sounding in enumerate(bar.chords):
                    self._chord(_PAD, bar, sounding, place * each, each * 1.02, 62, 0.6)

    def _chord(
        self, channel: int, bar: _Bar, chord: Chord, step: float, length: float, middle: int, loud: float
    ) -> None:
        """Voiced closely around `middle`, the hands a little apart."""
        at = self._hands.at(bar.number, step)
        for place, tone in enumerate(chord.tones):
            pitch = middle - 6 + (self._piece.key.tonic + chord.root + tone - middle + 6) % 12
            late = 0.004 * place * self._genre.loose_ms / 4
            self._score.note(
                channel, at + late, length / self._genre.metre[1], pitch, self._hands.loudness(loud)
            )

    def _melody(self) -> None:
        """A tune of as many bars as its harmony goes round in, repeated with small changes."""
        random, tonic = self._random, self._piece.key.tonic
        playing = [bar for bar in self._bars if "m" in bar.layers]
        rhythm = _tune_rhythm(self._piece, self._hands.steps_per_bar)
        strokes = [(step, length) for step, length, _ in _notes(rhythm)]
        known: dict[tuple[tuple[Chord, ...], ...], list[int]] = {}
        for start in range(0, len(playing), 4):
            phrase = playing[start : start + 4]
            chords = [bar.chords for bar in phrase]
            name = tuple(chords)
            if name not in known or random.random() < 0.2:
                known[name] = harmony.tune(
                    chords, rhythm.replace("-", "."), tonic, random, minor=self._piece.key.minor
                )
            pitches = iter(known[name])
            for bar in phrase:
                for step, length in strokes:
                    at = self._hands.at(bar.number, step, 0.3)
                    beats = length * 0.9 / self._genre.metre[1]
                    self._score.note(_LEAD, at, beats, next(pitches), self._hands.loudness(0.78))

    def _arpeggio(self) -> None:
        order = self._random.choice(((0, 1, 2, 3), (0, 2, 1, 2), (3, 2, 1, 0), (0, 1, 2, 1)))
        every = self._random.choice((1, 1, 2))
        for bar in self._bars:
            if "a" not in bar.layers:
                continue
            for step in range(0, self._hands.steps_per_bar, every):
                sounding = bar.chords[step * len(bar.chords) // self._hands.steps_per_bar]
                tones = (*sounding.tones[:3], 12)
                pitch = (
                    60
                    + (self._piece.key.tonic + sounding.root) % 12
                    + tones[order[step // every % 4] % len(tones)]
                )
                beats = every * 0.8 / self._genre.metre[1]
                self._score.note(
                    _ARP, self._hands.at(bar.number, step), beats, pitch, self._hands.loudness(0.6)
                )


def _notes(pattern: str) -> list[tuple[int, int, str]]:
    """(step, length in steps, mark) of each note; `-` holds it on."""
    found = []
    for step, mark in enumerate(pattern):
        if mark not in ".-":
            rest = pattern[step + 1 :]
            found.append((step, 1 + len(rest) - len(rest.lstrip("-")), mark))
    return found


def _tune_rhythm(piece: Piece, steps: int) -> str:
    """A bar's rhythm: strokes where singers put them, each held on for a while."""
    random = piece.random("tune")
    per_beat = piece.genre.metre[1]
    marks = []
    for step in range(steps):
        on_beat = step % per_beat == 0
        likely = 0.65 if on_beat else 0.4 if per_beat == 4 and step % 2 == 0 else 0.12
        marks.append("x" if random.random() < likely else random.choice("--."))
    if "x" not in marks:
        marks[0] = "x"
    return "".join(marks)
