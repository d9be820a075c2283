"""What the cells of a comparison say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from musiclib.domain.comparison import FieldComparison, Sign, counts
from musiclib.domain.provenance import Plain
from musiclib.domain.states import Source
from musiclib.gui import wording
from musiclib.services.review_types import ReviewCandidate

SIGNS = {Sign.SAME: "=", Sign.NEAR: "≈", Sign.DIFFERS: "≠", Sign.ABSENT: "–", Sign.UNJUDGED: ""}


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


def compared_name(field: str) -> str:
    """A compared field's name."""
    return {
        "title": _tr("Title"),
        "version": _tr("Version"),
        "artist": _tr("Artist"),
        "duration_s": _tr("Length"),
        "isrc": _tr("ISRC"),
        "album": _tr("Album"),
        "label": _tr("Label"),
        "original_year": _tr("Year"),
    }[field]


def sign_name(sign: Sign) -> str:
    """What a sign says to those who do not see it; empty for none."""
    return {
        Sign.SAME: _tr("same"),
        Sign.NEAR: _tr("nearly the same"),
        Sign.DIFFERS: _tr("differs"),
        Sign.ABSENT: "",
        Sign.UNJUDGED: "",
    }[sign]


def value_words(field: str, value: Plain | None) -> str:
    """A value of a compared field; empty for none."""
    if value is None:
        return ""
    if field == "duration_s" and isinstance(value, int | float):
        return wording.duration(value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def cell_words(compared: FieldComparison) -> tuple[str, str]:
    """A candidate's value, and how much it differs where that can be said."""
    if compared.theirs is None:
        return _tr("no version") if compared.sign is Sign.DIFFERS else _tr("not given"), ""
    words = value_words(compared.field, compared.theirs)
    if compared.by is None or compared.sign is Sign.SAME:
        return words, ""
    apart, more = round(abs(compared.by)), compared.by > 0
    if compared.field == "duration_s":
        return words, (_tr("{n} s longer") if more else _tr("{n} s shorter")).format(n=apart)
    if apart == 1:
        return words, _tr("1 year later") if more else _tr("1 year earlier")
    return words, (_tr("{n} years later") if more else _tr("{n} years earlier")).format(n=apart)


def sum_words(compared: tuple[FieldComparison, ...]) -> str:
    """How many fields agree, are close, and differ."""
    same, near, differ = counts(compared)
    none = {0: _tr("none agrees"), 1: _tr("1 agrees")}
    parts = [none.get(same, _tr("{n} agree")).format(n=same)]
    if near:
        parts.append(_tr("{n} close").format(n=near))
    none = {0: _tr("none differs"), 1: _tr("1 differs")}
    parts.append(none.get(differ, _tr("{n} differ")).format(n=differ))
    return ", ".join(parts)


def candidate_name(candidate: ReviewCandidate) -> str:
    """Artist – title (version)."""
    artist, title, version = (value_words(name, candidate.fields.get(name)) for name in _NAMES)
    return f"{artist} – {title} ({version})" if version else f"{artist} – {title}"


_NAMES = ("artist", "title", "version")


def candidate_facts(candidate: ReviewCandidate) -> str:
    """What release it is on, as far as the source says, in a line."""
    genres = candidate.fields.get("genres")
    facts = [
        value_words("catalog_number", candidate.fields.get("catalog_number")),
        *(genres[:1] if isinstance(genres, list) else []),
    ]
    return ", ".join(filter(None, facts))


def own_words(sources: tuple[str, ...], position: int | None, has_file: bool) -> str:
    """Where the track's own values come from."""
    parts = []
    if Source.MANUAL in sources:
        parts.append(_tr("your own words"))
    if Source.TRACKLIST in sources:
        line = _tr("list line {n}").format(n=position) if position is not None else _tr("your list")
        parts.append(line)
    if has_file or Source.FILE_TAGS in sources:
        parts.append(_tr("your file"))
    if len(parts) > 1:
        return _tr("{some} and {last}").format(some=", ".join(parts[:-1]), last=parts[-1])
    return parts[0] if parts else _tr("what is known so far")
