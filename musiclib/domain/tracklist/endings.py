"""What a cut row has beside its names: who performed it, a label behind a pipe or a quoted title."""

import re
from collections.abc import Sequence

from musiclib.domain.tracklist import separators, tails
from musiclib.domain.tracklist.lines import Row
from musiclib.domain.tracklist.reading import Reading, part
from musiclib.domain.tracklist.vocabulary import LABEL_WORD, NOISE_TAG

_SINGLE_QUOTED = re.compile(r"['‘](?P<title>.*)['’]\s+(?P<rest>[^\s(\[].*)")
_PRESSINGS = frozenset(
    {"dubplate", "dub", "test press", "white label", "unreleased", "forthcoming", "CDR", "cdr"}
)
_SAMPLE = 200
_LABEL_WORDS = 5
_PERFORMED = re.compile(
    r"\s*(?:performed|sung|played|gesungen|interpretiert|gespielt|interprét[ée]e?|chantée?|interpretad[ao]"
    r"|cantad[ao]|eseguit[ao])"
    r" (?:by|von|par|por|da) (?=\S)",
    re.IGNORECASE,
)


def performed(
    cuts: Sequence[tuple[str, separators.Cut | None]], readings: Sequence[Reading]
) -> list[tuple[str, separators.Cut | None]]:
    """'Title - performed by Artist': cuts that end behind these words, when most rows have them."""
    looked_at = list(zip(readings[:_SAMPLE], cuts, strict=False))
    said = sum(
        c is not None and _PERFORMED.match(r.row.shape, c.end()) is not None for r, (_, c) in looked_at
    )
    if said < 0.6 * len(looked_at):
        return []
    found = [
        (kind, (_PERFORMED.match(r.row.shape, cut.end(), r.row.end) or cut) if cut else None)
        for r, (kind, cut) in zip(readings, cuts, strict=True)
    ]
    moved = sum(one[1] is not two[1] for one, two in zip(found, cuts, strict=True))
    return found if moved >= 0.6 * len(found) > 0 else []


def read_rest(reading: Reading) -> None:
    """`'Title' Some Label`: what stands behind a title in single quotes, unless in brackets, is its label."""
    match = _SINGLE_QUOTED.fullmatch(reading.title)
    if match is None or reading.title_at is None:
        return
    reading.title = match["title"]
    row, start, end = reading.title_at
    reading.title_at = row, start, row.shape.rfind("'", start, end) + 1 or end
    if not NOISE_TAG.fullmatch(match["rest"]) and match["rest"] not in _PRESSINGS:
        reading.fields.setdefault("label", match["rest"])


def read_pipe_label(reading: Reading, kind: str) -> None:
    """'Artist - Title | Label': a part behind a pipe names the label."""
    place = reading.title_at
    if kind == "pipe" or place is None or " | " not in reading.title:
        return
    row, start, end = place
    bar = row.shape.find(" | ", start, end)
    if bar < 0:
        return
    label, at = part(row, bar + 3, end)
    if label and "label" not in reading.fields:
        reading.fields["label"] = label
        row.extra += (row.span("label", at[1], at[2]),)
    row.end = bar
    inner = tails.tails_of(row, {})
    row_fields = tails.apply_tails(row, inner, tails.TailRules(False, False, False))
    reading.fields.update({k: v for k, v in row_fields.items() if k not in reading.fields})
    reading.title, reading.title_at = part(row, start, row.end)


def labels_below(readings: Sequence[Reading], rows: Sequence[Row]) -> None:
    """A line below nearly every 'Artist - Title', in capitals or with a label's word, names its label."""
    if len(readings) < 3 or len(rows) < 1.7 * len(readings):
        return
    owners = {reading.row.number: reading for reading in readings}
    below: dict[int, list[Row]] = {}
    owner = 0
    for row in rows:
        if row.number in owners:
            owner = row.number
        elif owner and row.reason != "blank" and row.joined is None:
            below.setdefault(owner, []).append(row)
    found = [
        (owners[n], lines[0]) for n, lines in below.items() if len(lines) == 1 and _may_be_label(lines[0])
    ]
    if len(found) < 3 or len(found) < 0.7 * len(readings):
        return
    capitals = sum(row.body.isupper() for _, row in found)
    worded = sum(LABEL_WORD.search(row.body) is not None for _, row in found)
    if capitals < 0.8 * len(found) and worded < 0.5 * len(found):
        return
    for reading, row in found:
        if "label" not in reading.fields:
            reading.fields["label"], place = part(row, row.start, row.end)
            row.extra += (row.span("label", place[1], place[2]),)
            reading.others = (*reading.others, row)


def _may_be_label(row: Row) -> bool:
    if row.reason or row.anchored or row.start >= row.end or separators.present(row):
        return False
    return len(row.body.split()) <= _LABEL_WORDS
