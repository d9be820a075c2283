"""What a genre is: tempo, harmony, groove, who plays and in which form; and what several share."""

from __future__ import annotations

from dataclasses import dataclass

Choice = tuple[str, ...]
Programs = tuple[int, ...]

# General MIDI programs, counted from 0.
PIANO: Programs = (0, 1, 2)
EPIANO: Programs = (4, 5)
ORGAN: Programs = (16, 17, 18)
GUITAR: Programs = (24, 25, 26, 27)
DIRTY: Programs = (29, 30)
BASS: Programs = (32, 33, 34)
SYNTH_BASS: Programs = (38, 39, 87)
STRINGS: Programs = (48, 49, 50, 51)
VOICES: Programs = (52, 53, 54)
BRASS: Programs = (61, 62, 63)
REED: Programs = (64, 65, 66, 71, 73)
SAWS: Programs = (80, 81, 84, 90)
PADS: Programs = (88, 89, 91, 92, 94, 95)
PLUCKS: Programs = (11, 12, 45, 46, 98, 108)

# Bars of Roman numerals; a comma divides a bar. The tonic is where the music comes from or goes to, as the
# person who names the key would hear it.
LOOPS_MINOR: Choice = (
    "i VI III VII",
    "i VII VI VII",
    "i VI VII i",
    "i iv v i",
    "i iv VI V",
    "i VI iv V",
    "i v VI VII",
    "i III VII VI",
    "i i VI VII",
    "i VI i VII",
    "i iv i v",
    "i VII i VI",
)
CLUB_MINOR: Choice = (
    *LOOPS_MINOR,
    "i",
    "i i i VII",
    "i i VI VI",
    "i VII",
    "im7 IV7",
    "i iv",
    "im7 vm7",
    "i bII",
)
SOUL_MINOR: Choice = (
    "im7 IV7",
    "im7 ivm7",
    "im9 IV9",
    "im7 VImaj7 ivm7 V7",
    "im7 im7 ivm7 im7",
    "im7 VII VImaj7 V7",
)
JAZZ_MINOR: Choice = (
    "im7 ivm7 iiom7 V7",
    "iiom7 V7 im7 im7",
    "im7 im7 ivm7 im7 VI7 V7 im7 V7",
    "im7 VImaj7 iiom7 V7",
)
SONG_MINOR: Choice = (*LOOPS_MINOR, "i VII VI V", "i iv V i", "i VI III V", "iv i V i", "i IV i IV")
LOOPS_MAJOR: Choice = (
    "I V vi IV",
    "I vi IV V",
    "I IV vi V",
    "I IV I V",
    "I IV V IV",
    "I iii IV V",
    "I V IV V",
    "I IV V I",
    "I V vi iii IV I IV V",
)
SONG_MAJOR: Choice = (
    *LOOPS_MAJOR,
    "I bVII IV I",
    "IV V I I",
    "I iii vi IV",
    "I I IV V",
    "ii V I I",
    "I V ii IV",
)
SOUL_MAJOR: Choice = (
    "Imaj7 vim7 iim7 V7",
    "Imaj7 IVmaj7",
    "Imaj7 iiim7 IVmaj7 V7",
    "iim7 V7 Imaj7 Imaj7",
    "Imaj7 iim7",
)
BLUES: Choice = ("I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7", "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 I7")
JAZZ_MAJOR: Choice = (*SOUL_MAJOR, "Imaj7 VI7 iim7 V7", "Imaj7,vim7 iim7,V7 Imaj7,vim7 iim7,V7", BLUES[0])

# Sections as "bars layers": d drums, l light drums, k kick alone, b bass, c chords, p pad, m melody,
# a arpeggio.
CLUB: tuple[Choice, ...] = (
    ("8 d", "8 db", "8 dbc", "4 pm", "16 dbcpma", "8 db"),
    ("4 k", "4 l", "8 db", "8 dbp", "8 pc", "16 dbcpm"),
    ("8 lb", "8 dbc", "8 dbcm", "4 p", "4 pa", "16 dbcma"),
    ("8 d", "16 dbca", "8 ap", "16 dbcmp"),
    ("4 l", "16 dbc", "16 dbcm", "4 p", "8 dbcm"),
)
LOOP: tuple[Choice, ...] = (
    ("4 c", "8 dbc", "8 dbcm", "4 bc", "16 dbcmp"),
    ("2 d", "8 dbc", "8 dbcp", "8 dbcm", "4 lc", "16 dbcm"),
    ("4 pm", "16 dbcm", "4 p", "16 dbcmp"),
)
SONG: tuple[Choice, ...] = (
    ("4 c", "8 dbcm", "8 dbcpm", "8 dbcm", "4 bc", "16 dbcpm"),
    ("4 dbc", "8 dbm", "8 dbcpm", "4 pc", "16 dbcpm"),
    ("2 l", "8 dbc", "8 dbcm", "8 dbcpm", "8 lbcm", "16 dbcpm"),
)
CALM: tuple[Choice, ...] = (
    ("4 pc", "8 lbpc", "8 dbpcm", "4 pm", "16 dbcpm"),
    ("4 c", "8 dbcm", "4 bcp", "8 dbcpm", "4 pm", "16 dbcpm"),
)
MIX: tuple[Choice, ...] = (*SONG, *LOOP)


@dataclass(frozen=True, slots=True)
class Genre:
    """`metre` is beats a bar and steps a beat; `swing` where the second of two steps falls (0.5: straight),
    of sixteenths or, with `swings` 2, of eighths; `loose_ms` how far hands stray from the grid."""

    name: str
    tempo: tuple[float, float]
    grooves: Choice
    bass: Choice
    comps: Choice
    bass_programs: Programs
    comp_programs: Programs
    lead_programs: Programs
    minor: Choice
    major: Choice = ()
    minor_share: float = 0.8
    pads: Programs = PADS
    kits: Programs = (24, 25)
    forms: tuple[Choice, ...] = CLUB
    metre: tuple[int, int] = (4, 4)
    swing: tuple[float, float] = (0.5, 0.5)
    swings: int = 1
    loose_ms: float = 1.0
    bars_per_chord: tuple[int, ...] = (1, 1, 2)
    ducking: bool = False


STABS: Choice = (
    "..x...x...x...x.",
    "x--..x--..x-....",
    "x..x..x...x..x..",
    "..x-..x-..x-..x-",
    "x-....x-....x-..",
)
LONG: Choice = ("x---------------", "x-------x-------", "x-----x---x-----")
STRUM: Choice = ("x-x-x-x-x-x-x-x-", "x---x-x---x-x---", "x-----x-x---x---", "x---x---x---x---")
OFFBEAT: Choice = ("..x...x...x...x.", "....x.......x...", "..xx..xx..xx..xx")
CLUB_BASS: Choice = (
    "..1...1...1...1.",
    "..1-..1-..18..1-",
    "1..1..1...1..8..",
    "1..1..1.1..1..5.",
    ".111.111.111.118",
)
ROLLING: Choice = (".111.111.111.111", "..11..11..11..11", "1.111.111.111.11", "1..1.1..1..1.1..")
SUB: Choice = (
    "1-------........",
    "1-----1-----1---",
    "1-------1---5---",
    "1---------1-5---",
    "1---------------",
)
FUNKY: Choice = ("1..1..8.1.7.5.8.", "1...8.1..7.5..1.", "1.8.1..3.5.5.7.1", "1..81...5..57.1.")
ROOTS: Choice = ("1.1.1.1.1.1.1.1.", "1---..1-1---5---", "1.....1.1...5...", "1---1---1---1---")
POP_MAJOR = (*LOOPS_MAJOR, "I bVII IV I", "IV V I I")
