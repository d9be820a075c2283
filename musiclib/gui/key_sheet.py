"""What the sheet of all shortcuts says."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from musiclib.gui.pages import review_keys

Keys = list[tuple[str, str]]


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeySheet", text)


def groups(commands: Iterable[tuple[str, str, str]]) -> list[tuple[str, Keys]]:
    """All keys there are, by groups: those of `commands` (group, keys, words), then those of the pages."""
    from musiclib.gui.pages import by_ear

    known: dict[str, Keys] = {}
    for group, keys, words in commands:
        if keys:
            known.setdefault(group, []).append((keys, words))
    known[_tr("Lists")] = lists()
    known[_tr("Review")] = review_keys.sheet()
    known[_tr("Inspector")] = inspector()
    known[_tr("By ear")] = by_ear.sheet()
    return list(known.items())


def lists() -> Keys:
    return [
        ("Enter", _tr("Open")),
        ("Space", _tr("Tick an album")),
        ("Ctrl++", _tr("Larger tiles")),
        ("Ctrl+-", _tr("Smaller tiles")),
        ("[", _tr("Previous track")),
        ("]", _tr("Next track")),
        ("Alt+Up", _tr("Move a track or a smart album up")),
        ("Alt+Down", _tr("Move it down")),
        ("Del", _tr("Remove")),
        ("/", _tr("Search tracks")),
        ("Ctrl+Space", _tr("In the search: all that can be asked for")),
        ("A", _tr("Add the selected tracks to an album")),
        ("B", _tr("Change them all at once, by a plan")),
        ("Shift+Space", _tr("In a plan: tick the column")),
        ("G", _tr("Find their neighbours")),
        ("F2", _tr("Rename a smart album")),
    ]


def inspector() -> Keys:
    return [
        ("Enter", _tr("Open a value's card")),
        ("1–9", _tr("Choose that source's value")),
        ("L", _tr("Lock or unlock")),
        ("E", _tr("Edit by hand")),
        ("H", _tr("History")),
        ("T", _tr("Tap the tempo")),
        ("Space", _tr("Play or pause")),
    ]
