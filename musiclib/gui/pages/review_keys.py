"""The keys of the review page, as they are told: in the row under it, and on the sheet of all keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from musiclib.domain.states import MatchState


def _tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


def hints(state: MatchState) -> Sequence[tuple[Sequence[str], str]]:
    """(keys, what they do), the most used first: the last ones leave where there is no room."""
    walk = (("J", "K"), _tr("next, back"))
    last = [(("L",), _tr("link or ISRC")), (("U",), _tr("undo"))]
    if state is MatchState.NOT_FOUND:
        return [
            (("E",), _tr("other name")),
            (("R",), _tr("right as it is")),
            walk,
            *last,
            (("S",), _tr("later")),
        ]
    return [
        (("1", "2", "3"), _tr("pick")),
        (("0", "X"), _tr("none fits")),
        (("N",), _tr("never this")),
        (("S",), _tr("later")),
        walk,
        *last,
        (("E",), _tr("other name")),
        (("←", "→"), _tr("candidate")),
    ]


def sheet() -> list[tuple[str, str]]:
    """All of them."""
    return [
        ("1–9", _tr("Pick that candidate")),
        ("Enter", _tr("Pick the current one")),
        ("0, X", _tr("None of these fits")),
        ("N", _tr("Never this one")),
        ("S", _tr("Decide later")),
        ("J", _tr("Next track")),
        ("K", _tr("Track before")),
        ("L", _tr("Paste a link, ISRC or MBID")),
        ("E", _tr("Look up another name")),
        ("R", _tr("Right as it is")),
        ("U", _tr("Take back what was settled here last")),
    ]
