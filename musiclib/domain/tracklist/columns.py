"""What the columns of a table hold: by their headers in many languages, and by their content."""

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence

from musiclib.domain.tracklist.build import clock_seconds
from musiclib.domain.tracklist.lines import shape_of
from musiclib.domain.tracklist.numbering import rises
from musiclib.domain.tracklist.order import decide_order
from musiclib.domain.tracklist.vocabulary import (
    BPM,
    CAMELOT,
    DATE_LINE,
    ISRC,
    LABEL_WORD,
    MIX_NAME,
    MUSICAL_KEY,
    SPACED_DASH,
    URL,
    VERSION_TAIL,
)

SAMPLE_ROWS = 200
TYPED: frozenset[str | None] = frozenset({"position", "year", "bpm", "isrc", "start", "duration"})
"""Fields whose values are never mere words."""
_MOST_SECONDS = 20000
_NEAR_NOUGHT = 120.0  # seconds within which a list of starts begins
_SHORT_SONG = 120.0
_LONG_SONG = 900.0
_BY_CHANCE = 5  # lengths of so few tracks may well go up

YEAR_AND_LABEL = re.compile(r"(?P<year>(?:19|20)\d\d) [-–—•|/] (?P<label>\S.*)")
"""What pages of radio stations write below a track: '1983 - Some Label'."""

_HEADERS = {
    "title": (
        "title tracktitle track trackname name song songname songtitle titel titre titulo título"
        " canción cancion tema nombre titolo brano faixa música musica recording название трек"
        " песня композиция наименование 曲名 タイトル トラック名 标题 歌名 歌曲 歌曲名 曲目"
        " 歌曲名称 제목 곡명 노래 عنوان الأغنية songs tracks songtitles trackorsong"
        " utwór tytuł piosenka skladba píseň cím dal şarkı parça låt låttitel sang kappale cântec piesă titlu"
        " τραγούδι τίτλος שיר назва пісня песен lied liedtitel"
    ),
    "artist": (
        "artist artists artistname artistnames trackartist trackartists performer performers band"
        " interpret interpreten interpretin künstler kuenstler artiste artistes artista artistas исполнитель"
        " артист アーティスト アーティスト名 歌手 艺术家 艺人 表演者 아티스트 가수 الفنان creator"
        " singer dj act musician trackartistnames"
        " wykonawca artysta zespół umělec zpěvák skupina előadó sanatçı şarkıcı uitvoerder kunstner esittäjä"
        " interpreta izvođač καλλιτέχνης ερμηνευτής אמן מבצע виконавець изпълнител gruppe"
    ),
    "album_artist": "albumartist albumartistnames albumartists albuminterpret",
    "version": "mix mixname version remix mixversion remixversion subtitle",
    "album": (
        "album albumname albumtitle release releasetitle releasename álbum disco альбом アルバム"
        " アルバム名 专辑 专辑名 앨범 ألبوم cd albumtitel nomdelalbum"
    ),
    "label": ("label labels recordlabel labelname publisher лейбл レーベル 厂牌 레이블 verlag discográfica"),
    "catalog_number": (
        "catalog catalogue catalognumber cataloguenumber catno catalogno catalog# cat cat# катномер"
    ),
    "year": (
        "year date released releasedate releaseyear albumreleasedate originalreleasedate jahr"
        " année annee año ano anno год 年 发行年份 발매일 erscheinungsjahr originalyear"
        " datereleased yearreleased 発売日 リリース日 releasedon"
        " rok rokwydania yıl év år vuosi jaar έτος שנה рік година erscheinung"
    ),
    "bpm": "bpm tempo beatsperminute темп",
    "key": (
        "key initialkey musicalkey tonart tonality camelot tonalité tonalidad тональность キー 调"
        " keysignature"
    ),
    "isrc": "isrc isrccode isrcs",
    "number": (
        "# no nr n° № nº num number pos position rank order index platz rang 番号 序号 번호 номер"
        " n posn playorder thisweek chartposition chartno diesewoche cettesemaine estasemana"
        " lfd lfdnr poř pořadí sıra miejsce plats sija plaats"
    ),
    "track_number": "tracknumber track# trackno tracknr trackno# tracknum titelnummer numerodepista",
    "start": (
        "start starttime startsec starttimes timestamp timestamps cue cuein cuetime cuepoint"
        " offset timeseconds startseconds begin timecode startsat from 開始 开始时间"
    ),
    "duration": (
        "duration length trackduration durationms trackdurationms totaltime runtime dauer"
        " laufzeit länge durée duree duración duracion durata duração длительность"
        " продолжительность 時間 再生時間 时长 길이 durationsec durationseconds tracklength"
        " songlength mmss tracktime lengthms lengthseconds spielzeit spieldauer czas czastrwania"
        " délka hossz süre längd varighed varighet kesto speelduur lengte διάρκεια משך тривалість"
        " min mins minutes"
    ),
    "time": "time zeit temps tiempo tempoh 时间 시간 times время",
}
_IDS = frozenset(
    {
        *("id", "uid", "uuid", "uri", "url", "mbid", "spotifyid", "discnumber", "disc", "disk", "cdnr"),
        *("songid", "trackid", "artistid", "albumid", "songuri", "trackuri", "artisturi", "albumuri"),
    }
)
_BY_HEADER = {name: field for field, names in _HEADERS.items() for name in names.split()}
_NAMED_VALUES = re.compile(r"\s*([^\W\d]{2,20}):\s.*?[;,|/\t]\s*[^\W\d]{2,20}:\s")
_NOT_LETTERS = re.compile(r"[\W_]+")
_PATH = re.compile(r"(?:[A-Za-z]:\\|/|file:|spotify:|https?:)\S.*|[0-9A-Fa-f-]{16,}")
_FLAG = re.compile(r"(?:true|false|yes|no|0|1|★*☆*)", re.IGNORECASE)
_AMOUNT = re.compile(r"[£$€]\s?\d.*|\d.*[£$€%]|\d+(?:\.\d+)? ?[KMG]B|\d{2,4} ?kbps", re.IGNORECASE)


def header_field(name: str) -> str | None:
    """The field a header names: one of `FIELDS`, or "number", "track_number", "time", "album_artist"."""
    plain = re.sub(r"\((?:ms|s|sec|secs|seconds|mm:ss|m:ss)\)", "", shape_of(name).casefold())
    plain = plain.replace("(s)", "s").strip()
    if plain in _BY_HEADER:
        return _BY_HEADER[plain]
    key = _NOT_LETTERS.sub("", plain) + ("#" if "#" in plain and len(plain) > 1 else "")
    if not key:
        return "number" if "#" in plain or "№" in plain else None
    if key in _BY_HEADER:
        return _BY_HEADER[key]
    if key.rstrip("#") in _BY_HEADER and len(key) > 2:
        return _BY_HEADER[key.rstrip("#")]
    if len(key) >= 5 and "artist" not in key:
        near = difflib.get_close_matches(key, ("title", "album", "label", "duration", "position"), 1, 0.86)
        return _BY_HEADER[near[0]] if near else None
    return "artist" if difflib.SequenceMatcher(None, key, "artist").ratio() > 0.9 else None


def names_values(line: str) -> bool:
    """'Artist: ...; Title: ...': names stand before the values."""
    match = _NAMED_VALUES.match(line)
    return match is not None and header_field(match[1]) is not None


def holds_artist(artist: str, title: str) -> bool:
    """Whether a title cell has its artist again, before a dash."""
    parts = SPACED_DASH.split(title, 1)
    return len(parts) == 2 and bool(parts[1]) and artist.casefold() in parts[0].casefold()


def header_fields(cells: Sequence[str]) -> list[str | None]:
    """The fields of a header row; of two columns with the same field the first keeps it."""
    found: list[str | None] = []
    for cell in cells:
        field = header_field(cell) if cell and len(cell) <= 40 else None
        found.append(field if field not in found else None)
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells names columns: at least two known, one of them artist or title."""
    if not 2 <= len(cells) <= 80 or any(len(cell) > 60 or len(cell.split()) > 5 for cell in cells):
        return False
    fields = header_fields(cells)
    known = [field for field in fields if field]
    if not {"artist", "title", "album_artist"} & set(known):
        return False
    filled = sum(bool(cell.strip()) for cell in cells)
    if len(known) == 1 and "title" in known:
        return all(
            field or _NOT_LETTERS.sub("", cell.casefold()) in _IDS
            for field, cell in zip(fields, cells, strict=True)
        )
    return len(known) >= 2 and (len(known) >= 0.5 * filled or len(known) >= 3 or _names_both(fields))


def _names_both(fields: Sequence[str | None]) -> bool:
    """Artist and title side by side, among columns nobody knows."""
    return any({a, b} == {"artist", "title"} for a, b in itertools.pairwise(fields))


def may_be_name(cell: str) -> bool:
    """Whether a cell may name a column of another language: a word or two, and no figure."""
    return 0 < len(cell) <= 30 and len(cell.split()) <= 3 and not any(map(str.isdigit, cell))


def unnamed_number(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column of numbers, which the header leaves out, stands before the others."""
    wider = [row for row in rows[:SAMPLE_ROWS] if len(row) == len(header) + 1]
    return len(wider) >= max(2, 0.8 * min(len(rows), SAMPLE_ROWS)) and (
        _content_field([row[0].strip() for row in wider]) == "number"
    )


def settle_columns(fields: Sequence[str | None], rows: Sequence[Sequence[str]]) -> list[str | None]:
    """Give every column its final field: decide the headers that need a look at the values."""
    sample = rows[:SAMPLE_ROWS]
    columns = [[row[c].strip() if c < len(row) else "" for row in sample] for c in range(len(fields))]
    out = list(fields)
    for c, field in enumerate(out):
        if field == "title" and _share(columns[c], str.isdigit) > 0.8 and out.count("title") >= 1:
            out[c] = "number"
    if "title" not in out:
        _find_names(out, columns)
    has_artist = "artist" in out
    _guess_unnamed(out, columns)
    for c, field in enumerate(out):
        if field == "album_artist":
            out[c] = None if has_artist else "artist"
        elif field in ("number", "track_number"):
            out[c] = _number_field(field, columns[c], out)
        elif field in ("time", "start"):
            out[c] = _time_field(field, columns[c], out)
        elif field == "key" and _share(columns[c], str.isdigit) > 0.8:
            out[c] = None  # a pitch class (0 to 11) without its mode is no key
        elif field == "year" and _share(columns[c], lambda v: ":" in v) > 0.5:
            out[c] = None
    return out


def _guess_unnamed(fields: list[str | None], columns: Sequence[Sequence[str]]) -> None:
    """Name the columns whose headers nobody knows by values that cannot be anything else."""
    for c, values in enumerate(columns):
        if fields[c] is not None or len(values) < 2:
            continue
        kind = _content_field(values)
        lengths = [t for v in values if (t := clock_seconds(v)) is not None] if kind == "time" else []
        if kind == "number" and c == 0 and not {"number", "track_number", "position"} & set(fields):
            fields[c] = "number"
        elif kind == "isrc" and kind not in fields:
            fields[c] = kind
        elif lengths and not {"duration", "time"} & set(fields) and _are_lengths(lengths):
            fields[c] = "duration"


def _are_lengths(times: Sequence[float]) -> bool:
    """Whether times are those of songs, and not the hours at which they were played."""
    middle = sorted(times)[len(times) // 2]
    return _SHORT_SONG / 2 <= middle <= _LONG_SONG and not (len(times) > 2 and rises(list(times)))


def _number_field(field: str, values: Sequence[str], fields: Sequence[str | None]) -> str | None:
    """A number on the album is no position in this list, unless the numbers run on through it."""
    if "position" in fields:
        return None
    if field == "number" or "album" not in fields:
        return "position"
    figures = [int(v) for v in values if v.isdigit() and v.isascii()]
    runs = sum(b == a + 1 for a, b in itertools.pairwise(figures))
    return "position" if len(figures) > 2 and runs >= 0.9 * (len(figures) - 1) else None


def _time_field(field: str, values: Sequence[str], fields: Sequence[str | None]) -> str | None:
    times = [t for v in values if (t := figure_seconds(v)) is not None]
    if not times or len(times) < 0.5 * sum(bool(v) for v in values):
        return None
    if field == "start":
        return None if times[0] > 4 * 3600 else "start"
    if "duration" in fields or (rises(times) and _are_starts(times)):
        return "start" if "start" not in fields and times[0] <= 4 * 3600 else None
    return "duration"


def _are_starts(times: Sequence[float]) -> bool:
    """Whether rising times leave room for the songs between them, and are not lengths that rise by chance."""
    if len(times) > _BY_CHANCE:
        return True
    return times[0] < _NEAR_NOUGHT and times[-1] > _SHORT_SONG * len(times)


def figure_seconds(value: str) -> float | None:
    """Seconds of 'M:SS' or of a bare number of seconds."""
    if re.fullmatch(r"\d{1,8}(?:\.\d+)?", value):
        return float(value)
    return clock_seconds(value)


def units_per_second(values: Sequence[float]) -> float:
    """How many units of bare lengths make a second: exports write seconds, or milliseconds."""
    return 1000.0 if values and sorted(values)[len(values) // 2] > _MOST_SECONDS else 1.0


def without_writers(fields: Sequence[str | None], quoted: int) -> list[str | None]:
    """The fields of a headless table whose titles are quoted; names behind them are their writers'.

    Pages of encyclopedias are written so: number, title, writers, length.
    """
    if "duration" not in fields or {"artist", "title"} & set(fields[:quoted]):
        return list(fields)
    out = [None if field in ("artist", "title") else field for field in fields]
    out[quoted] = "title"
    return out


def exchanged(fields: Sequence[str | None]) -> list[str | None]:
    """The fields with artist and title in each other's place."""
    other: dict[str | None, str | None] = {"artist": "title", "title": "artist"}
    return [other.get(field, field) for field in fields]


def _share(values: Sequence[str], test: Callable[[str], object]) -> float:
    filled = [value for value in values if value]
    return sum(bool(test(value)) for value in filled) / len(filled) if filled else 0.0


def infer_columns(rows: Sequence[Sequence[str]], width: int, bias: float = 1.0) -> list[str | None]:
    """The fields of a table without headers, by what its columns hold.

    `bias` is the lead of "artist before title" over the other order.
    """
    sample = rows[:SAMPLE_ROWS]
    columns = [[row[c].strip() if c < len(row) else "" for row in sample] for c in range(width)]
    fields: list[str | None] = [_content_field(values) for values in columns]
    for c, field in enumerate(fields):
        if field in fields[:c]:
            fields[c] = None
    if "number" in fields:
        fields[fields.index("number")] = "position"
    if "time" in fields:
        c = fields.index("time")
        fields[c] = _time_field("time", columns[c], fields)
    if is_scrobbles(sample, width):
        return ["artist", "album", "title", None]
    _find_names(fields, columns, bias)
    return [None if field in ("other", "text") else field for field in fields]


def is_scrobbles(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether rows are the plays of a Last.fm export: artist, album, title, date with the hour."""
    if width != 4 or len(rows) < 2:
        return False
    dates = [row[3].strip() for row in rows if len(row) == 4]
    return len(dates) >= 0.8 * len(rows) and _share(dates, _is_moment) >= 0.8


def _is_moment(value: str) -> bool:
    return ":" in value and DATE_LINE.fullmatch(value) is not None


def _content_field(values: Sequence[str]) -> str:
    """ "text" when the values are words, "other" when they are nothing a track has."""
    filled = [value for value in values if any(map(str.isalnum, value))]
    if not filled:
        return "other"
    figures = [int(v.rstrip(".)")) for v in filled if v.rstrip(".)").isdecimal() and len(v) < 5]
    if len(figures) >= 0.9 * len(filled):
        runs = sum(b - a == 1 for a, b in itertools.pairwise(figures))
        if runs >= 0.6 * max(len(figures) - 1, 1):
            return "number"
        if all(1900 <= f <= 2100 for f in figures):
            return "year"
        return "bpm" if all(50 <= f <= 220 for f in figures) else "other"
    tests = (
        ("number", lambda v: re.fullmatch(r"[A-Z]{1,2}\d{1,2}|[A-D]{1,2}|\d{1,2}-\d{1,2}", v)),
        ("time", lambda v: clock_seconds(v) is not None),
        ("bpm", lambda v: re.fullmatch(r"\d{2,3}\.\d{1,2}", v) or BPM.fullmatch(v)),
        ("key", lambda v: CAMELOT.fullmatch(v) or MUSICAL_KEY.fullmatch(v)),
        ("isrc", ISRC.fullmatch),
        ("label", YEAR_AND_LABEL.fullmatch),
        ("version", lambda v: "(" not in v and len(v) < 60 and VERSION_TAIL.match(v.rpartition(" ")[2])),
        (
            "other",
            lambda v: DATE_LINE.fullmatch(v) or _AMOUNT.fullmatch(v) or re.fullmatch(r"[\d.,:/ -]+", v),
        ),
        ("other", lambda v: URL.search(v) or _PATH.fullmatch(v) or _FLAG.fullmatch(v)),
    )
    return next((field for field, test in tests if _share(filled, test) >= 0.8), "text")


def _find_names(fields: list[str | None], columns: Sequence[Sequence[str]], bias: float = 1.0) -> None:
    """Set artist and title (and album, label) among the text columns that have no field yet."""
    free = [
        c
        for c, field in enumerate(fields)
        if field in (None, "text") and _content_field(columns[c]) == "text" and "title" not in fields
    ]
    if not free:
        return
    if "artist" in fields:
        title = max(free, key=lambda c: _title_score(columns[c]))
        fields[title] = "title"
        return
    if "version" in fields and (title := fields.index("version") - 1) in free and len(free) > 1:
        artist = next(
            c for c in (title - 1, *(c for c in free if c > title), *free) if c in free and c != title
        )
        fields[artist], fields[title] = "artist", "title"
        behind = [c for c in free if c > max(artist, title)]
        if behind:
            fields[behind[0]] = "label"  # shops list the label next, then the genre
        return
    joined = [
        c
        for c in free
        if _share(columns[c], _joins) >= 0.7 and 2 * sum(map(bool, columns[c])) >= len(columns[c])
    ]
    if len(free) == 1 or (joined and len(joined) < len(free)):
        fields[(joined or free)[0]] = "title"
        _name_others(fields, columns, [c for c in free if c != (joined or free)[0]])
        return
    title = max(free, key=lambda c: _title_score(columns[c]))
    if _title_score(columns[title]) >= 0.15:
        artist = max(
            (c for c in free if c != title), key=lambda c: (-abs(c - title), _artist_score(columns[c]))
        )
    else:
        first, second = free[:2]
        pairs = [(a, b) for a, b in zip(columns[first], columns[second], strict=True) if a and b]
        artist, title = (second, first) if decide_order(pairs, None, bias).title_first else (first, second)
        if len(free) > 2 and is_album_between(*(columns[c] for c in free[:3])):
            artist, title = first, free[2]
    fields[artist], fields[title] = "artist", "title"
    _name_others(fields, columns, [c for c in free if c not in (artist, title)])


def is_album_between(artists: Sequence[str], albums: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether the second of three columns comes back with the first, and the third hardly ever does."""
    rows = len(artists) or 1
    artist, album, title = (1 - len(set(values)) / rows for values in (artists, albums, titles))
    return artist >= album >= 0.2 and title < 0.5 * album


def _joins(value: str) -> bool:
    """Whether a cell holds both names: 'Artist - Title'."""
    _, dash, tail = shape_of(value).partition(" - ")
    return bool(dash) and not VERSION_TAIL.match(tail)


def _name_others(fields: list[str | None], columns: Sequence[Sequence[str]], free: Sequence[int]) -> None:
    for c in free:
        shared = "artist" in fields and _shared_by_artists(columns[c], columns[fields.index("artist")])
        name = "label" if shared or _share(columns[c], LABEL_WORD.search) >= 0.4 else "album"
        if name not in fields and (name == "label" or "artist" in fields):
            fields[c] = name


def _shared_by_artists(values: Sequence[str], artists: Sequence[str]) -> bool:
    """Whether values come back with other artists, as labels do; an album comes back with its artist."""
    owners: dict[str, set[str]] = {}
    rows = Counter(value.casefold() for value in values if value)
    for value, artist in zip(values, artists, strict=True):
        owners.setdefault(value.casefold(), set()).add(artist.casefold())
    again = [value for value, count in rows.items() if count > 1]
    return len(again) > 1 and all(len(owners[value]) == rows[value] for value in again)


def _title_score(values: Sequence[str]) -> float:
    return _share(values, lambda v: ("(" in v or "[" in v or " - " in v) and MIX_NAME.search(v))


def _artist_score(values: Sequence[str]) -> float:
    return _share(values, lambda v: ", " in v or " & " in v or " feat" in v.lower())
