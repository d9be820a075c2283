"""Is this file on disk that track? Judged by its tags, else by its name, and by its duration."""

from __future__ import annotations

import re

from musiclib.domain.file_tags import FileTags
from musiclib.domain.matching import MatchReason, MatchScore, Prepared, Recording, prepare, score_prepared

_NAME_COST = 3.0
_CONTRADICTED_CAP = 80.0
_JUNK_TITLE = re.compile(
    r"(?i)\s*(?:(?:audio\s*)?(?:track|titel|piste|pista|untitled)\s*[-_#]?\s*\d*|unknown|\d+)\s*"
)
_JUNK_ARTIST = re.compile(r"(?i)\s*(?:unknown(?: artist)?|various(?: artists)?|va|artist|n/?a|-+)\s*")
_NUMBER = re.compile(
    r"(?:\d{1,2}[-.])?\d{1,3}(?:\s*[.)\-]\s*|\s+)(?=\D|\d+\D)|[A-H]\d{1,2}[.\s\-]+(?=\S)|\[\d+\]\s*"
)
_SHOP_ID = re.compile(r"^\d{5,}[\s_-]+")
_DJ_MARK = re.compile(r"^(?:(?:0?[1-9]|1[0-2])[ABdm]|\d{2,3}(?:\.\d+)?\s*bpm)\s*-\s*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*--\s*")
_RUBBISH = re.compile(
    r"(?i)\s*[\[(](?:www\..*?|\d{2,4}\s?k(?:bps)?|flac|mp3|hq|hd|official (?:music )?video|audio)[\])]"
)


def from_tags(tags: FileTags) -> Recording | None:
    """What the tags say the file is; None unless they name both artist and title."""
    artist = tags.artist or tags.albumartist
    if not artist or not tags.title or _JUNK_ARTIST.fullmatch(artist) or _JUNK_TITLE.fullmatch(tags.title):
        return None
    return Recording(artist, tags.title, None, tags.album, tags.duration_s, tags.isrc)


def from_name(stem: str, duration_s: float | None = None, tags: FileTags | None = None) -> list[Recording]:
    """What a file's name (without its suffix) may say, likeliest first.

    Reads "Artist - Title", "07 Artist - Title", "Artist - Album - 07 - Title", "Artist_-_Title" and,
    where the tags know the artist, a title alone.
    """
    text = stem.replace("_", " ") if " " not in stem else stem
    text = _RUBBISH.sub("", " ".join(text.split())).strip()
    text = _DJ_MARK.sub("", _SHOP_ID.sub("", text))
    numbered = _NUMBER.match(text)
    readings = [text[numbered.end() :], text] if numbered else [text]
    artist = next((each for each in (tags.artist, tags.albumartist) if each), None) if tags else None
    found: list[Recording] = []
    for reading in readings:
        parts = [part for part in _SEPARATOR.split(reading) if part]
        if len(parts) >= 2:
            found.append(Recording(parts[0], " - ".join(parts[1:]), duration_s=duration_s))
        if len(parts) > 2:
            found.append(Recording(parts[0], parts[-1], album=parts[1], duration_s=duration_s))
            found.append(Recording(" - ".join(parts[:-1]), parts[-1], duration_s=duration_s))
        if artist and parts:
            found.append(Recording(artist, parts[-1], duration_s=duration_s))
    return list(dict.fromkeys(found))


def score_file(tags: FileTags, stem: str, track: Recording) -> MatchScore:
    """How well the file with these tags and this name (without suffix) is the track, 0-100.

    Good tags decide; where they do not fit but the name does, the score stays below what is taken
    without asking. A name alone pays a little.
    """
    return score_file_prepared(tags, stem, prepare(track))


def score_file_prepared(tags: FileTags, stem: str, track: Prepared) -> MatchScore:
    """As `score_file`, for one track against many files."""
    tagged = from_tags(tags)
    by_tags = score_prepared(prepare(tagged), track) if tagged else None
    if by_tags is not None and by_tags.score > _CONTRADICTED_CAP:
        return by_tags
    named = [score_prepared(prepare(each), track) for each in from_name(stem, tags.duration_s, tags)]
    best = max(named, key=lambda each: each.score, default=None)
    if best is not None:
        most = _CONTRADICTED_CAP if by_tags is not None else 100.0
        worth = round(max(0.0, min(best.score - _NAME_COST, most)), 1)
        best = MatchScore(worth, (*best.reasons, MatchReason.FILE_NAME), track.recording)
    if by_tags is not None and (best is None or best.score <= by_tags.score):
        return by_tags
    return best or MatchScore(0.0, (MatchReason.TITLE_DIFFERS,), track.recording)
