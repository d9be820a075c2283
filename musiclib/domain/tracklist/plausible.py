"""Whether what was read is music at all: shopping lists, schedules, logs and code have the same forms."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.noise import is_prose, is_sentence
from musiclib.domain.tracklist.reading import Reading
from musiclib.domain.tracklist.talk import is_release_notes, is_steps, is_talk, is_timetable
from musiclib.domain.tracklist.vocabulary import DATE_LINE, LYRICS_HEAD, OTHER_LIST, ROLE, SIGN_OFF

_MACHINE = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,\dZ]*\s.*"
    r"|.*(?-i:\b(?:DEBUG|INFO|WARN|WARNING|ERROR|TRACE|FATAL))\b[\s:\]].*"
    r"|\d{1,3}(?:\.\d{1,3}){3}\b.*|at [\w.$<>]+ ?\(.*|[$%] (?:\w+|\./\S+)(?: .*)?"
    r"|(?=\w*\d)(?=\w*[a-f])[0-9a-f]{7,40} \w.*"
    r"|(?:error|exception|traceback|warning)\b.*[:(].*"
    r"|(?:import|from|def|class|function|const|let|var|return|public|private|static|#include|elif)\b.*[:;{(]$"
    r"|import [\w.]+|from [\w.]+ import .*"
    r"|[^{}]*(?:\{|\);)|\}[\s\w,;()]*|(?:if|for|while) ?\(.*|\w+\(.*\)|(?-i:[a-z_])[\w.\[\]]* = .*",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:.*[\s,(])?(?:\d+(?:[.,/]\d+)?\s?x?\s?(?:kg|g|gr|mg|l|ml|cl|dl|lbs?|oz|tbsp|tsp|cups?|pinch"
    r"|pinches|handful|cloves?|slices?|teaspoons?|tablespoons?|el|tl|prise|pcs?|pieces?|stk|stück"
    r"|packs?|packung(?:en)?|pkg|cans?|dosen?|bottles?|flaschen?|kasten|rollen?|rolls?|bags?|box(?:es)?"
    r"|dozen|eur"
    r"|usd)\b\.?|\d+(?:[.,]\d+)?\s?[€£$%]|[€£$]\s?\d[\d.,]*|\d+[.,]\d\d\s?[€£$])"
    r"(?:[\s(].*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[+(]?(?:\d[\s()/.-]{0,3}){7,}|\S+@\S+\.\w+")
_RATING = re.compile(
    r"\d+(?:[.,]\d)?\s?(?:/\s?(?:5|10)|stars?|sterne?|étoiles?|estrellas?|points?|punkte?)", re.IGNORECASE
)
_HOURS = re.compile(
    r"\(?(?:[01]?\d|2[0-3])[:.h][0-5][05](?:\s?(?:uhr|h|am|pm))?(?:\s?(?:-|to|bis|a|à)\s?.*)?\)?",
    re.IGNORECASE,
)
_SCORE = re.compile(r".*\s\d{1,3}[:-]\d{1,3}(?:\s\(.*\))?")
_MAIL_HEAD = re.compile(
    r"(?:from|to|cc|bcc|date|sent|subject|reply-to|von|an|datum|gesendet|betreff|de|para"
    r"|asunto|fecha|objet|à)\s?: .*",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\d+ ?(?:kbps|kb|mb|gb)\b.*|flac|mp3|wav", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:subject|betreff|asunto|objet)\s?:", re.IGNORECASE)
_LONG_CLOCK = re.compile(r"\W*\d{1,2}:\d\d:\d\d")
_SAMPLE = 300
_LONGEST_TITLE = 14  # words
_MIX_BEGINS = 60.0  # seconds


def is_machine_text(rows: Sequence[Row]) -> bool:
    """Logs, shell sessions and programs: at least three such lines, a third of the text and more."""
    filled = [row.shape.strip() for row in rows[:_SAMPLE] if row.shape.strip()]
    found = sum(len(line) < 1000 and _MACHINE.fullmatch(line) is not None for line in filled)
    return found >= 3 and found >= 0.35 * len(filled)


def mail_head(rows: Sequence[Row]) -> list[Row]:
    """The lines of an e-mail's head; empty when none of them is the subject."""
    head = [row for row in rows[:40] if ":" in row.shape[:12] and _MAIL_HEAD.fullmatch(row.shape.strip())]
    subject = any(_SUBJECT.match(row.shape.strip()) for row in head)
    return head if subject and len(head) > 1 else []


def is_no_music(readings: Sequence[Reading], around: Sequence[Row]) -> bool:
    """Whether rows of a list's form hold something else.

    Amounts and hours of the day behind the dash, talk, notes of releases, or a few dashed sentences among
    prose.
    """
    sample = readings[:_SAMPLE]
    values = [reading.title for reading in sample if reading.title]
    if len(values) >= 3:
        if sum(_SCORE.fullmatch(value) is not None for value in values) >= 0.8 * len(values):
            return True
        amounts = sum(any(map(_AMOUNT.fullmatch, (r.artist, r.title))) for r in sample)
        rated = sum(_RATING.fullmatch(name) is not None for r in sample for name in (r.artist, r.title))
        phones = sum(_PHONE.fullmatch(value) is not None for value in values)
        first = sample[0].row.start_s
        in_mix = first is not None and first < _MIX_BEGINS
        hours = sum(
            _HOURS.fullmatch(value) is not None or (not in_mix and _is_hour(r))
            for r, value in _with_values(sample)
        )
        if (
            max(amounts, phones, rated) >= 0.5 * len(values)
            or hours >= 0.6 * len(values)
            or _is_schedule(sample)
        ):
            return True
    if _is_headed_otherwise(sample, around):
        return True
    if (
        _is_glossary(sample)
        or _are_quotations(sample)
        or _is_crew(sample)
        or _is_diary(sample)
        or _is_song_text(sample, around)
    ):
        return True
    if is_talk(sample) or is_timetable(sample) or is_steps(sample) or is_release_notes(sample, around):
        return True
    if values and sum(_is_sentence_row(reading) for reading in sample) >= 0.5 * len(sample):
        return True
    return len(readings) < 3 and _is_among_prose(readings, around)


def _is_headed_otherwise(readings: Sequence[Reading], around: Sequence[Row]) -> bool:
    """The line above an untimed list says that it lists dates, gear, links or the like."""
    if not readings or any(_is_timed(r.row) for r in readings):
        return False
    first = readings[0].row.number
    above = [row for row in around if row.number < first and row.reason != "blank"]
    return bool(above) and len(above[-1].shape) < 60 and OTHER_LIST.fullmatch(above[-1].shape) is not None


def _is_timed(row: Row) -> bool:
    """Whether a clock figure, not a date ('03.02.'), stands in the row."""
    return (row.start_s is not None or row.duration_s is not None) and ":" in row.shape


def _is_glossary(readings: Sequence[Reading]) -> bool:
    """Abbreviations and what they mean, in lower case."""
    found = sum(
        r.artist.isupper() and " " not in r.artist and len(r.artist) < 6 and r.title[:1].islower()
        for r in readings
    )
    return len(readings) > 2 and found >= 0.8 * len(readings)


def _are_quotations(readings: Sequence[Reading]) -> bool:
    """Sentences in quotes and who said them."""
    said = 0
    for reading in readings:
        words = max(reading.title, reading.artist, key=len).split()
        quoted = '"' in reading.row.shape[: reading.row.head + 4]
        said += quoted and len(words) > 6 and sum(word[:1].islower() for word in words) >= 0.7 * len(words)
    return said > 1 and said >= 0.6 * len(readings)


def _is_crew(readings: Sequence[Reading]) -> bool:
    """Persons and what they do: 'Somebody - camera'."""
    roles = sum(any(map(ROLE.fullmatch, (r.artist, r.title))) for r in readings)
    return len(readings) > 2 and roles >= 0.7 * len(readings)


def _is_diary(readings: Sequence[Reading]) -> bool:
    """Dates and what happened then; a log of plays has artist and title behind its dates."""
    dated = [r for r in readings if len(r.artist) > 4 and DATE_LINE.fullmatch(r.artist)]
    joined = sum(" - " in reading.title for reading in dated)
    return len(dated) > 2 and len(dated) >= 0.6 * len(readings) and joined < 0.5 * len(dated)


def _is_song_text(readings: Sequence[Reading], around: Sequence[Row]) -> bool:
    """Dashes in the words of a song, whose parts are named."""
    heads = sum(len(row.shape) < 40 and LYRICS_HEAD.fullmatch(row.shape) is not None for row in around)
    return heads > 1 and not any(reading.row.anchored for reading in readings)


def _with_values(readings: Sequence[Reading]) -> list[tuple[Reading, str]]:
    return [(reading, reading.title) for reading in readings if reading.title]


def _is_hour(reading: Reading) -> bool:
    """A figure read as a time that is a round hour of the evening: '21:00' of a schedule, not a length."""
    row = reading.row
    figure = row.duration_s if row.duration_s is not None else row.start_s
    return figure is not None and not reading.artist and figure >= 480 and figure % 60 % 15 == 0


def _is_schedule(readings: Sequence[Reading]) -> bool:
    """Times at the full, half and quarter hours that do not begin near nought are those of a day."""
    rows = [reading.row for reading in readings]
    times = [
        row.start_s for row in rows if row.start_s is not None and not _LONG_CLOCK.match(row.shape, row.head)
    ]
    round_ones = sum(time % 60 % 15 == 0 for time in times)
    return len(times) >= 4 and times[0] >= 360 and round_ones >= 0.8 * len(times)


def _is_sentence_row(reading: Reading) -> bool:
    """'See you soon - maybe Friday.': a sentence with a dash in it."""
    artist, title = reading.artist, reading.title
    if reading.row.anchored or not artist or not artist[0].isupper():
        return False
    if len(title.split()) > _LONGEST_TITLE and is_prose(title):
        return True
    if not title[:1].islower() or len(title.split()) < 2:
        return False
    return is_sentence(title) or (title[-1] == "." and title[-3:] != "...")


def _is_among_prose(readings: Sequence[Reading], around: Sequence[Row]) -> bool:
    held = sum(len(reading.row.shape) for reading in readings)
    prose = sum(len(row.shape) for row in around if row.reason == "prose" and is_prose(row.shape.strip()))
    wordy = all(reading.title[:1].islower() and len(reading.title.split()) >= 5 for reading in readings)
    return prose > (1 if wordy else 4) * held > 0


def strangers(readings: Sequence[Reading]) -> list[Reading]:
    """Lines at the edges of a list, or apart from it, that have a dash but not the look of its rows.

    A heading with its date, greetings, remarks: 'March chart - February 2021', 'Big love to Anna - you know'.
    """
    rows = [reading.row for reading in readings]
    if len(rows) < 4:
        return []
    found = [reading for reading in (readings[0], readings[-1]) if _is_remark(reading)]
    low = sum(reading.title[:1].islower() for reading in readings[1:-1])
    if low > 0.25 * len(readings):
        return found
    for n, reading in enumerate(readings):
        first = n == 0
        near = (n > 0 and rows[n].number - rows[n - 1].number == 1) + (
            n + 1 < len(rows) and rows[n + 1].number - rows[n].number == 1
        )
        signed = n + 1 == len(rows) and SIGN_OFF.fullmatch(reading.artist) is not None
        if near < 2 and (signed or (not reading.row.anchored and _is_strange(reading, first, near))):
            found.append(reading)
    return found if len(found) < 0.5 * len(readings) else []


def _is_remark(reading: Reading) -> bool:
    """'1/ some songs I loved this week': a sentence in lower case that has only the number of a row."""
    words = reading.title.split()
    small = sum(word[:1].islower() for word in words)
    return (
        reading.reason == "no_separator"
        and len(words) > 3
        and words[0][:1].islower()
        and small >= 0.7 * len(words)
    )


def _is_strange(reading: Reading, first: bool, near: int) -> bool:
    artist, title = reading.artist, reading.title
    if not artist or not title:
        return False
    if first and DATE_LINE.fullmatch(title) and any(map(str.isalpha, title)):
        return True
    if is_sentence(title) or _SIZE.fullmatch(title) or (_AMOUNT.fullmatch(title) and ":" in artist):
        return True
    words = len(title.split()) + len(artist.split())
    low = title[:1].islower() and (not near or not artist[:1].islower())
    return low and words >= 6
