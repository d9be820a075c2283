"""The fields of a track as the inspector names, writes and compares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontMetrics

from musiclib.domain.hearing import HEARD_FIELDS, doubtful_cards
from musiclib.domain.music_key import KeyNotation, MusicalKey
from musiclib.domain.provenance import Agreement, Plain
from musiclib.domain.rows import FieldCard, FieldValue, Guess
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.gui.inspector import standing
from musiclib.gui.theme import Theme

_NAMES = {
    "title": "Title",
    "version": "Version",
    "artist": "Artist",
    "album": "Album",
    "isrc": "ISRC",
    "label": "Label",
    "catalog_number": "Cat. no.",
    "release_date": "Released",
    "original_year": "First out",
    "genres": "Genre",
    "popularity": "Popularity",
    "bpm": "BPM",
    "key_code": "Key",
    "energy": "Energy",
    "loudness_lufs": "Loudness",
    "loudness_range_lu": "Range",
    "true_peak_dbtp": "True peak",
    "duration_s": "Time",
}
PASTED, ART = "As pasted", "Art"
"""Rows that are no fields of their own."""

IDENTITY = (
    "title",
    "version",
    "artist",
    "album",
    "isrc",
    "label",
    "catalog_number",
    "release_date",
    "original_year",
    "genres",
    "popularity",
)
SOUND = ("bpm", "key_code", "energy", "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "duration_s")

_ONE_ANSWER = frozenset({"isrc", "duration_s"})
_SHORT_SOURCES: dict[str, str] = {
    Source.ANALYSIS: "Analysis",
    Source.COVER_ART_ARCHIVE: "Cover Art",
    Source.SAMPLE: "Sample",
    Source.ARTIST: "Artist's",
}
_ONLY: dict[str, str] = {
    Source.ANALYSIS: "Only measured here; no other source says it.",
    Source.FILE_TAGS: "Only the file's tags say it.",
    Source.TRACKLIST: "Only the tracklist says it.",
}
_MANY = {
    "title": "titles",
    "version": "versions",
    "artist": "artists' names",
    "album": "albums",
    "isrc": "ISRCs",
    "label": "labels",
    "catalog_number": "catalogue numbers",
    "release_date": "release dates",
    "original_year": "original years",
    "genres": "genres",
    "popularity": "popularity",
    "bpm": "BPM",
    "key_code": "keys",
    "energy": "energy",
    "loudness_lufs": "loudness",
    "loudness_range_lu": "loudness ranges",
    "true_peak_dbtp": "true peaks",
    "duration_s": "lengths",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fields", text)


def field_name(field: str) -> str:
    return _tr(_NAMES.get(field, field))


def label_width(theme: Theme) -> int:
    """Room for the longest name of a field."""
    return _widest_name(theme.font("small").toString())


@cache
def _widest_name(font: str) -> int:
    # Every row of the inspector asks, whenever it is painted.
    made = QFont()
    made.fromString(font)
    metrics = QFontMetrics(made)
    return max(metrics.horizontalAdvance(_tr(words)) for words in (*_NAMES.values(), PASTED, ART))


def row_source(card: FieldCard) -> str:
    """Who said the value in force, in a few letters, and how many others say something."""
    if card.source is None:
        return ""
    said, source = _each_once(card), chosen_source(card)
    if card.name == "popularity" and source == Source.DEEZER:
        name = _tr("Deezer rank")
    else:
        name = short_source_name(source)
    return f"{name} +{len(said) - 1}" if len(said) > 1 else name


def short_source_name(source: str) -> str:
    """What a source is called where there is little room."""
    return _tr(_SHORT_SOURCES[source]) if source in _SHORT_SOURCES else wording.source_name(source)


def value_text(field: str, value: Plain | None, notation: KeyNotation) -> str:
    """A value with its unit, or an en dash."""
    if value is None or value == "":
        return wording.MISSING
    if field == "key_code" and isinstance(value, int):
        return MusicalKey.from_code(value).shown(notation)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    return _number_text(field, value)


def _number_text(field: str, value: float) -> str:
    if field == "duration_s":
        return wording.duration(value)
    unit = {"loudness_lufs": " LUFS", "loudness_range_lu": " LU", "true_peak_dbtp": " dBTP"}.get(field)
    if unit:
        return wording.loudness(value) + unit
    if field == "bpm":
        return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.1f}"
    if field == "popularity":
        return _tr("{n} of 100").format(n=round(value))
    return f"{value:g}"


def edit_text(field: str, value: Plain | None) -> str:
    """What stands in the field when one begins to edit."""
    if value is None:
        return ""
    if field == "key_code" and isinstance(value, int):
        return MusicalKey.from_code(value).name
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """A source's value as one may choose it."""

    source: str
    value: Plain
    name: str
    told: str
    """When it was said, and how surely."""
    sign: str
    """How it stands to the value in force: a sign and a word."""
    tone: str
    chosen: bool
    guess: bool = False
    """A further guess of the analysis, which is no source's answer: choosing it is typing it."""


def answers(card: FieldCard, now: datetime) -> list[Answer]:
    """Every source's value once: one that was taken over by hand stands with the source that said it."""
    found = []
    for each, chosen in _each_once(card):
        sign, tone = (_tr("chosen"), "accent") if chosen else _agreement(card, each)
        name, told = wording.source_name(each.source), told_by(each, now)
        found.append(Answer(each.source, each.value, name, told, sign, tone, chosen))
    return found + [_guessed(card, place) for place in range(len(card.guesses))]


def _guessed(card: FieldCard, place: int) -> Answer:
    guess = card.guesses[place]
    chosen = _taken_guess(card) == guess
    sign, tone = (_tr("chosen"), "accent") if chosen else standing.sign_of(card, guess.value)
    ratio = standing.ratio_of(card, guess.value)
    name = _tr("Local, {ratio}").format(ratio=ratio) if ratio else wording.source_name(Source.ANALYSIS)
    nth = _tr("2nd guess") if place == 0 else _tr("3rd guess")
    told = f"{nth} · {round(guess.confidence * 100)} %"
    return Answer(Source.ANALYSIS, guess.value, name, told, sign, tone, chosen, guess=True)


def _taken_guess(card: FieldCard) -> Guess | None:
    """The guess a person has taken: typed values have no source, but may be one of these."""
    by_hand = next((each for each in card.values if each.locked and each.origin is None), None)
    same = (each for each in card.guesses if by_hand is not None and each.value == by_hand.value)
    return next(same, None)


def chosen_source(card: FieldCard) -> str:
    """Whose value is in force: also where a person took it over; "" if there is none."""
    return next((each.source for each, chosen in _each_once(card) if chosen), card.source or "")


def as_pasted(cards: Mapping[str, FieldCard]) -> str:
    """Artist and title as the list has them; "" for a track that came without a list."""

    def pasted(name: str) -> str:
        said = (each.value for each in cards[name].values if each.source == Source.TRACKLIST)
        return str(next(said, ""))

    title, version, artist = pasted("title"), pasted("version"), pasted("artist")
    whole = f"{title} ({version})" if version else title
    return f"{artist} - {whole}" if artist and whole else whole


def said(card: FieldCard) -> list[FieldValue]:
    """The values one may choose, each once."""
    return [each for each, _ in _each_once(card)]


def _each_once(card: FieldCard) -> list[tuple[FieldValue, bool]]:
    """The values one may choose, and whether it is the one in force."""
    by_hand = next((each for each in card.values if each.locked), None)
    origin = _still_said(card, by_hand)
    if _taken_guess(card) is not None:
        return [(each, False) for each in card.values if each is not by_hand]
    if origin is None:
        return [(each, each.source == card.source) for each in card.values]
    return [(each, each is origin) for each in card.values if each is not by_hand]


def _still_said(card: FieldCard, by_hand: FieldValue | None) -> FieldValue | None:
    """The source a value was taken over from, if it says the same today."""
    if by_hand is None or by_hand.origin is None:
        return None
    same = (each for each in card.values if each.source == by_hand.origin and each.value == by_hand.value)
    return next(same, None)


def why(card: FieldCard, now: datetime) -> str:
    """One sentence: the rule that made the value what it is."""
    if card.rule == "locked" or any(each.locked for each in card.values):
        chosen = next((each for each in card.values if each.locked), None)
        if chosen is None:
            return _tr("You chose this. No source can change it.")
        day = wording.day(chosen.fetched_at, now)
        return _tr("You chose this on {date}. No source can change it.").format(date=day)
    if card.source is None:
        return _tr("No source knows it yet. You can type it.")
    name = wording.source_name(card.source)
    if card.source == Source.ARTIST:
        return _tr("Known of the artist only: no source says it of this recording.")
    if card.rule == "artist":
        return _tr("You prefer {source} for this artist.").format(source=name)
    if card.rule == "field":
        return _tr("You prefer {source} for {fields}.").format(source=name, fields=many(card.name))
    others = [each for each in card.values if each.source not in (card.source, Source.ARTIST)]
    if card.rule == "only" or not others:
        return _tr(_ONLY.get(card.source, "Only {source} knows it.")).format(source=name)
    second = wording.source_name(others[0].source)
    return _tr("{source} stands before {other} in your order.").format(source=name, other=second)


def scale(card: FieldCard) -> str:
    """What the numbers of a field mean, where a source counts in its own way; else nothing."""
    if card.name != "popularity" or all(each.source != Source.DEEZER for each in card.values):
        return ""
    return _tr("Deezer gives a rank of up to 1,000,000. It is shown here as 0 to 100.")


def many(field: str) -> str:
    """The field in the plural, within a sentence."""
    return _tr(_MANY.get(field, field))


def told_by(value: FieldValue, now: datetime) -> str:
    """When, from where, and how sure the source was."""
    parts = [wording.day(value.fetched_at, now, short=True)]
    if value.origin is not None:
        parts.insert(0, _tr("from {source}").format(source=wording.source_name(value.origin)))
    if value.confidence is not None:
        parts.append(f"{round(value.confidence * 100)} %")
    return " · ".join(parts)


def _agreement(card: FieldCard, value: FieldValue) -> tuple[str, str]:
    """(sign with words, tone) of a source's value against the one in force."""
    if value.agreement is None:
        return "", ""
    if standing.heard(card) and isinstance(value.value, int | float):
        return standing.sign_of(card, value.value)
    if value.agreement is Agreement.NEAR:
        return "≈ " + _apart(card, value), "secondary"
    return (_tr("= agrees"), "done") if value.agreement is Agreement.SAME else (_tr("≠ differs"), "review")


def _apart(card: FieldCard, value: FieldValue) -> str:
    """By how much two near values differ."""
    one, two = card.value, value.value
    if not isinstance(one, int | float) or not isinstance(two, int | float) or not one:
        return _tr("near")
    if card.name == "duration_s":
        return _tr("{n} s off").format(n=f"{abs(two - one):.1f}".removesuffix(".0"))
    return _tr("near")


def doubtful(card: FieldCard) -> bool:
    """Whether sources contradict each other in what has one right answer, and nobody has decided."""
    if card.name in HEARD_FIELDS:
        return bool(doubtful_cards([card]))
    return (
        card.rule != "locked"
        and card.name in _ONE_ANSWER
        and any(each.agreement is Agreement.DIFFERS for each in card.values)
    )


def file_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"
