"""People talking and notes of releases: lines of a name, a divider and a sentence, as tracks have them."""

import re
from collections import Counter
from collections.abc import Sequence

from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.reading import Reading
from musiclib.domain.tracklist.vocabulary import STOP_WORD

_CHAT_WORD = re.compile(
    r"(?<!\w)(?:lol|lmao|haha+|hehe+|yes|yeah|yep|nope|ok(?:ay)?|hey|hi|hello|thanks|thx|btw|omg|pls"
    r"|please|same"
    r"|sorry|idk|imo|tbh|ja|nein|danke|bitte|hallo|oui|merci|salut|si|sí|gracias|hola)(?!\w)",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"\W*(?:version |release |v)?(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){1,3}"
    r"(?:[-.]?(?:a|b|rc|alpha|beta|dev)\.?\d*)?\W*"
    r"(?:\W*(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|unreleased|[a-z]{3,9}\.? \d{1,2},? \d{4}"
    r"|\d{1,2}\.? [a-z]{3,9}\.?,? \d{4})\W*)?",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"\W*(?:(?:full )?change[\s-]?log|release notes?|what'?s (?:new|changed)(?: in .*)?|neuerungen|änderungen"
    r"|(?:added|changed|fixed|removed|deprecated|security|bug ?fixes|fixes|features|new features|improvements"
    r"|breaking changes|known issues|unreleased)(?: \([^()]*\))?)\W*",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?|s)?|(?:mo|di|mi|do|fr|sa|so)"
    r"|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?|feiertage?|public holidays?|holidays?"
    r"|lun(?:di|es)?|mar(?:di|tes)?|mer(?:credi)?|miércoles|jeu(?:di)?|jueves|ven(?:dredi)?|viernes"
    r"|sam(?:edi)?"
    r"|sábado|dim(?:anche)?|domingo|closed|geschlossen|fermé|cerrado|open|daily|weekdays|weekends)\.?:?",
    re.IGNORECASE,
)
_FEWEST = 4


def is_talk(readings: Sequence[Reading]) -> bool:
    """A quiz, or a chat, an interview, a play: few speakers, who come back, and sentences they say."""
    named = [reading for reading in readings if reading.artist and reading.title]
    sent = [r for r in named if r.row.head]  # behind a message's sender
    if len(sent) > 1 and sum(_is_message(r) for r in sent) >= 0.6 * len(sent):
        return True
    asked = sum(_is_spoken(reading.title) and reading.title[-1] == "?" for reading in named)
    if len(named) > 2 and asked >= 0.6 * len(named):
        return True
    if len(named) < _FEWEST or len(named) < 0.7 * len(readings):
        return False
    speakers = Counter(reading.artist.casefold() for reading in named)
    if len(speakers) < 2 or sum(count > 1 for count in speakers.values()) < 2:
        return False
    if len(speakers) > 0.6 * len(named):
        return False
    spoken = sum(_is_spoken(reading.title) for reading in named)
    if all(len(speaker.split()) == 1 for speaker in speakers) and any(_chats(r.title) for r in named):
        spoken = sum(_is_spoken(reading.title) or _is_chatted(reading.title) for reading in named)
    return spoken >= 0.5 * len(named)


def _is_message(reading: Reading) -> bool:
    """A remark of a chat: no capital, or a question, with a chat's or many small words."""
    text = f"{reading.artist} {reading.title}"
    return reading.artist[:1].islower() and (_chats(text) or _is_chatted(text))


def _is_spoken(text: str) -> bool:
    """Punctuated, and without a title's capitals."""
    words = text.split()
    return (
        len(words) >= 3 and text[-1] in ".!?" and 2 * sum(word[:1].islower() for word in words) >= len(words)
    )


def _chats(text: str) -> bool:
    return text[-1] == "?" or _CHAT_WORD.search(text) is not None


def _is_chatted(text: str) -> bool:
    """In lower case, with the words of a chat or many small words."""
    words = text.split()
    if len(words) < 2 or not all(word[0].islower() or not word[0].isalpha() for word in words):
        return False
    return _CHAT_WORD.search(text) is not None or len(STOP_WORD.findall(text)) >= 0.25 * len(words)


def is_release_notes(readings: Sequence[Reading], around: Sequence[Row]) -> bool:
    """What has changed in a program: versions with their dates, or the heads of such notes, above phrases."""
    phrases = [r for r in readings if not _RELEASE.fullmatch(r.row.shape.strip())]
    if sum(_is_phrase(reading) for reading in phrases) < 0.5 * len(phrases):
        return False
    heads = [row.shape.strip() for row in around if len(row.shape) < 60]
    signs = sum(_NOTES.fullmatch(head) is not None for head in heads)
    signs += sum(any(map(str.isdigit, head)) and _RELEASE.fullmatch(head) is not None for head in heads)
    return signs >= 2 or (signs > 0 and len(phrases) <= 3)


def _is_phrase(reading: Reading) -> bool:
    """'CLI - add a flag', 'Fix a crash': not the capitals of a title."""
    words = reading.title.split()
    lower = sum(word[:1].islower() for word in words)
    if len(words) < 2 or lower < 0.5 * len(words) or reading.artist[:1].islower():
        return False
    return words[0][:1].islower() or not reading.artist


def is_timetable(readings: Sequence[Reading]) -> bool:
    """Hours of a shop: most rows are days of the week."""
    days = sum(
        any(_WEEKDAY.fullmatch(name) for name in (reading.artist, reading.title)) for reading in readings
    )
    return len(readings) > 1 and days >= 0.6 * len(readings)


def is_steps(readings: Sequence[Reading]) -> bool:
    """Numbered sentences, as a recipe has them: most are punctuated and in lower case."""
    titled = [reading.title for reading in readings if not reading.artist]
    if len(titled) < 3 or len(titled) < len(readings):
        return False
    return sum(_is_step(title) for title in titled) >= 0.5 * len(titled)


def _is_step(title: str) -> bool:
    words = title.split()
    lower = sum(word[:1].islower() for word in words)
    return len(words) >= 3 and title[-1] == "." and title[-2:-1].islower() and lower >= 0.6 * len(words)
