"""The part of the tour that shows collection runs: to be started, going on, waiting, and ended early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from musiclib.domain.collecting import CollectionOutcome, CollectionPhase, CollectionProgress, Ending
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication
from musiclib.gui.collecting import Ended, Run
from tests.tour_inspector import Station


def collection_stations(gui: GuiApplication) -> Iterator[Station]:
    """As if a run told of itself: nobody is asked."""
    window, collecting, now = gui.window, gui.context.collecting, gui.context.now()

    def show(run: Run | None, progress: CollectionProgress | None = None, last: Ended | None = None) -> None:
        collecting.run, collecting.progress, collecting.last = run, progress, last
        collecting.changed.emit()

    window.open_page(places.ACTIVITY, places.COLLECTION)
    yield "collection", lambda: None
    asking = CollectionProgress(
        CollectionPhase.ASKING,
        *(4_312, 11_860, 3_907, 403, 2),
        current="Hannelore Quint feat. Kollektiv am Kanal – Wenn der Regen leiser wird",
        per_second=0.9,
        seconds_left=13 * 86_400.0,
    )
    yield "collection-asking", lambda: show(Run.SPOTIFY, asking)
    waiting = CollectionProgress(
        CollectionPhase.WAITING,
        *(4_312, 11_860, 3_907, 403, 2),
        waits_until=now + timedelta(seconds=50),
        why="Spotify asked us to slow down.",
    )
    yield "collection-waiting", lambda: show(Run.SPOTIFY, waiting)
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-collection", lambda: None
    window.resize(1440, 900)
    parked = CollectionOutcome(
        Ending.PARKED,
        *(570, 512, 56, 2, 11_290, 640.0),
        parked_until=now + timedelta(hours=14),
        message="The calls Spotify may get in 24 hours are used up.",
        problems=("Tessera – Labyrinth (B2): Spotify answered with something else than documented.",) * 2,
    )
    yield "collection-parked", lambda: show(None, last=Ended(Run.SPOTIFY, (parked,)))
    files = CollectionOutcome(
        Ending.DONE,
        *(1_204, 1_203, 0, 1),
        problems=("collection.csv: row 88 names no artist and title",),
    )
    processed = CollectionOutcome(Ending.DONE, 1_203, 871, 332)
    yield "collection-files", lambda: show(None, last=Ended(Run.FILES, (files, processed)))
    show(None)
