"""What drummers and their machines play: one line a sound, one mark a step, bars one after the other.

`x` is a stroke, `X` an accent, `o` a soft one, `g` a ghost note. Sounds are those of General MIDI.
"""

from __future__ import annotations

KEYS = {
    "kick": 36,
    "snare": 38,
    "rim": 37,
    "clap": 39,
    "snare2": 40,
    "hat": 42,
    "pedal": 44,
    "open": 46,
    "ride": 51,
    "bell": 53,
    "crash": 49,
    "tom1": 50,
    "tom2": 47,
    "tom3": 43,
    "tamb": 54,
    "cow": 56,
    "conga": 63,
    "conga2": 64,
    "bongo": 60,
    "shaker": 70,
    "cabasa": 69,
    "clave": 75,
    "agogo": 67,
    "low": 41,
}

Groove = dict[str, str]

FOUR = "x...x...x...x..."
BACKBEAT = "....x.......x..."

GROOVES: dict[str, Groove] = {
    # Four on the floor, sixteen steps a bar.
    "house": {"kick": FOUR, "clap": BACKBEAT, "open": "..x...x...x...x.", "hat": "o.o.o.o.o.o.o.oo"},
    "house2": {
        "kick": FOUR,
        "clap": BACKBEAT,
        "hat": "..x...x...x...x.",
        "shaker": "oxoooxoooxoooxoo",
        "rim": "...x..x....x..x.",
    },
    "deep": {
        "kick": FOUR,
        "rim": "....x..g....x.g.",
        "open": "..x...x...x...x.",
        "shaker": "ooxoooxoooxoooxo",
        "conga": "..g..x....g..xg.",
    },
    "techno": {
        "kick": FOUR,
        "open": "..x...x...x...x.",
        "hat": "xoxoxoxoxoxoxoxo",
        "clap": "............x...",
    },
    "techno2": {
        "kick": FOUR,
        "ride": "..x...x...x...x.",
        "hat": "ooooooooooooooox",
        "rim": "...x..x...x..x..",
        "tom3": "......g...x...g.",
    },
    "minimal": {
        "kick": FOUR,
        "rim": "......x......x..................x....x..".ljust(64, ".")[:32],
        "hat": "..x...x...x...x.",
        "clave": "...g.....g......",
        "clap": "....g.......g...",
    },
    "trance": {"kick": FOUR, "clap": BACKBEAT, "open": "..X...X...X...X.", "hat": "xoooxoooxoooxooo"},
    "disco": {
        "kick": FOUR,
        "snare": "....X.......X..g",
        "open": "..x...x...x...x.",
        "hat": "xo..xo..xo..xo..",
        "tamb": "x.x.x.x.x.x.x.x.",
    },
    "synthwave": {
        "kick": FOUR,
        "snare": "....X.......X...",
        "hat": "x.x.x.x.x.x.x.x.",
        "tom2": "..............g.",
    },
    "synthwave2": {"kick": "x.....x.x.......", "snare": "....X.......X...", "hat": "xxxxxxxxxxxxxxxx"},
    # Broken beats.
    "two-step": {
        "kick": "x.....x...x....." + "x..x......x.....",
        "snare": "....x.......x..g",
        "hat": "x.xxx.xxx.xxx.xx",
        "rim": ".......g.g......",
    },
    "garage": {"kick": FOUR, "snare": BACKBEAT, "hat": "..x...x...x...x.", "shaker": "o.xoo.xoo.xoo.xo"},
    "amen": {
        "kick": "x.x.......xx...." + "x.x.......xx....",
        "snare": "....x..g.g..x..g" + "....x..g.g....x.",
        "ride": "x.x.x.x.x.x.x.x.",
    },
    "dnb": {
        "kick": "x.........x.....",
        "snare": BACKBEAT,
        "hat": "x.xox.xox.xox.xo",
        "shaker": "oooooooooooooooo",
    },
    "dnb2": {
        "kick": "x..x......x....." + "x.....x...x.....",
        "snare": "....X..g.g..X..g",
        "hat": "x.x.x.x.x.x.x.x.",
        "ride": "..x...x...x...x.",
    },
    "breaks": {
        "kick": "x..x......x..x..",
        "snare": "....x..g....x.g.",
        "hat": "x.x.x.x.x.x.x.x.",
        "open": "..............x.",
    },
    "breaks2": {
        "kick": "x.....x.....x..." + "x..x......x.....",
        "snare": "....X..g.g..X...",
        "hat": "xxxoxxxoxxxoxxxo",
        "tamb": "....x.......x...",
    },
    "dubstep": {
        "kick": "x...............x.....x...x.....".ljust(32, "."),
        "snare": "........X.......",
        "hat": "x..x..x.x..x..x.",
        "rim": "..............g.",
    },
    "trap": {
        "kick": "x.....x...x....." + "x..x......x...x.",
        "clap": "........X.......",
        "hat": "x.x.x.x.x.xxx.x." + "x.x.x.x.xxxxx.x.",
        "open": "................" + "..............x.",
    },
    "boom bap": {
        "kick": "x......x..x....." + "x..x......xx....",
        "snare": "....X..g....X..g",
        "hat": "x.x.x.x.x.x.x.x.",
    },
    "hip hop": {
        "kick": "x.x....x..x.....",
        "snare": "....X.......X...",
        "hat": "x.xox.xox.xox.xx",
        "shaker": "..o...o...o...o.",
    },
    "downtempo": {
        "kick": "x.....o...x.....",
        "snare": "....x..g....x...",
        "hat": "x.x.x.x.x.x.xox.",
        "rim": "..........g..g..",
    },
    "funk": {
        "kick": "x.x.......x..x..",
        "snare": "....X..g.g.gX..g",
        "hat": "x.x.x.x.x.x.x.x.",
        "open": "..............x.",
        "conga": "..g..g....g..gg.",
    },
    "funk2": {"kick": "x..x..x...x.....", "snare": ".g..X..g.g..X.g.", "hat": "xoxoxoxoxoxoxoxo"},
    # The Caribbean and its neighbours.
    "reggaeton": {
        "kick": FOUR,
        "snare": "...x..x....x..x.",
        "hat": "x.x.x.x.x.x.x.x.",
        "rim": "...g..g....g..g.",
    },
    "dancehall": {
        "kick": "x.....x.x.....x.",
        "snare": "...x..x....x..x.",
        "hat": "x.x.x.x.x.x.x.x.",
        "rim": "......x.......x.",
    },
    "reggae": {"kick": "........x.......", "rim": "........X.......", "hat": "x.xox.xox.xox.xo"},
    "steppers": {"kick": FOUR, "rim": "........x.......", "hat": "x.oox.oox.oox.oo"},
    "bossa": {
        "kick": "x..xx..xx..xx..x",
        "rim": "x..x..x...x..x..",
        "hat": "xoxoxoxoxoxoxoxo",
        "shaker": "oooooooooooooooo",
    },
    "afrobeat": {
        "kick": "x.....x.x...x...",
        "snare": "....x..g.g..x..g",
        "hat": "x.xxx.xxx.xxx.xx",
        "conga": "..x..xx...x..xx.",
        "agogo": "x..x..x...x.x...",
        "shaker": "xoxoxoxoxoxoxoxo",
    },
    # Rock and pop.
    "rock": {"kick": "x.......x.x.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "rock2": {
        "kick": "x.....x.x.......",
        "snare": "....X.......X...",
        "ride": "x.x.x.x.x.x.x.x.",
        "tamb": "....x.......x...",
    },
    "pop": {
        "kick": "x.....o.x.......",
        "snare": "....x.......x...",
        "hat": "x.o.x.o.x.o.x.o.",
        "tamb": "..o...o...o...o.",
    },
    "pop2": {
        "kick": "x...x...x...x...",
        "clap": BACKBEAT,
        "hat": "x.x.x.x.x.x.x.x.",
        "shaker": "oooooooooooooooo",
    },
    "punk": {
        "kick": "x.x...x.x.x...x.",
        "snare": "..x...x...x...x.".replace("..x.", "....", 0),
        "hat": "x.x.x.x.x.x.x.x.",
    },
    "punk2": {"kick": "x.....x.x.x.....", "snare": "....X.......X...", "open": "x...x...x...x..."},
    "ballad": {"kick": "x.........x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
    "ballad2": {"kick": "x.........x.....", "rim": "....x.......x...", "ride": "x...x.x.x...x.x."},
    "ambient": {"kick": "x.........o.....", "rim": "........x.......", "shaker": "..o...o...o...o."},
    "ambient2": {
        "kick": "x.......x.......",
        "hat": "....o.......o...",
        "clave": "...........g....".ljust(16, "."),
    },
    # Twelve steps a bar: triplets of four beats.
    "swing": {
        "ride": "x..x.xx..x.x",
        "pedal": "...x.....x..",
        "kick": "o..o..o..o..",
        "snare": "........g..g" + "..g.....o...",
    },
    "swing2": {"hat": "x..x.ox..x.o", "snare": "...o.....o..", "kick": "o.....o....."},
    "shuffle": {"kick": "x.....x.x...", "snare": "...X.....X..", "hat": "x.xx.xx.xx.x"},
    "slow blues": {"kick": "x.....x....x", "snare": "...x.....x..", "hat": "xooxooxooxoo"},
    # Three beats of four steps, and of three; two beats of three.
    "waltz": {"kick": "x...........", "snare": "....o...o...", "hat": "x...x.o.x..."},
    "waltz2": {"kick": "x.........o.", "rim": "....x...x...", "ride": "x...x...x..."},
    "jazz waltz": {"ride": "x..x.xx..", "pedal": "...x.....", "kick": "o........", "snare": ".....g..g"},
    "six": {"kick": "x....o", "snare": "...x..", "hat": "xxxxxx"},
    "six2": {"kick": "x.....x.o...", "rim": "...x.....x..", "ride": "x.xx.xx.xx.x"},
}

FILLS: tuple[Groove, ...] = (
    {"snare": "x.xxx.xx", "tom1": "....x...", "tom3": "......xx"},
    {"snare": "xxxx....", "tom1": "....xx..", "tom3": "......xx"},
    {"snare": "..x.x.xx", "kick": "x...x..."},
    {"snare": "xxxxxxxx"},
    {"tom1": "x.x.....", "tom2": "...xx...", "tom3": "......x.", "kick": "x......."},
)
