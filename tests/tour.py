"""A walk through the whole window: `python -m tests.tour OUT` saves every page and dialog as PNG.

The sample library is made first (or taken from --library), then each page is drawn light and dark,
at 100 and at 200 %, in a process of its own: Qt reads the scale once, at its start. Without a
display the offscreen platform draws. Nothing is asserted; the pictures are there to be looked at.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from musiclib.bootstrap import Library, open_library
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.states import BadgeState, Bucket, MatchState, Source
from musiclib.domain.tracklist.model import ParsedTrack
from musiclib.gui import shell as places
from musiclib.gui.application import GuiApplication, make_application, open_in_background
from musiclib.gui.dialogs.art_dialog import ArtDialog
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.dialogs.paste_import.dialog import PasteImportDialog
from musiclib.gui.models.bucket_cards import card_id
from musiclib.gui.pages.activity_page import ERRORS, HISTORY, NOW
from musiclib.gui.pages.buckets_page import BucketsPage
from musiclib.gui.pages.review import ReviewPage
from musiclib.gui.pages.settings.audio import Sources
from musiclib.gui.pages.settings_page import ACCOUNTS, SOURCES, SettingsPage
from musiclib.gui.snapshot import close, until_quiet
from musiclib.runners.updates import DownloadUpdate
from musiclib.services.art_types import ArtOf
from musiclib.services.demo import resources_folder
from musiclib.services.demo_types import DemoProgress
from musiclib.services.import_types import ImportRequest, NewAlbum
from musiclib.settings import Settings
from tests.support.download_rows import every_state, summary
from tests.support.review_cases import add_review_cases
from tests.support.sources import know_artists, match, say_much
from tests.support.spotify_server import ORIGINAL, serve_spotify
from tests.tour_browse import browse_stations
from tests.tour_bulk import bulk_stations
from tests.tour_collection import collection_stations
from tests.tour_inspector import ALBUM, UNSURE, WELL_KNOWN, Station, inspector_stations
from tests.tour_quality import quality_stations

SCHEMES = ("light", "dark")
SCALES = (1, 2)
_LIMIT_MS = 15_000
_DESIGN_FONT = "Inter"
_DOUBTFUL, _NOW_KNOWN = "Half Past", "湾岸"

TABLE = """Track Name,Artist Name(s),Album Name,Release Date,Tempo,ISRC
Auftakt - Intro Edit,Mira Voss,Hafenklang,2024-03-01,118.0,DEX042400411
Zwischen den Jahren,Kessel & Vroom,Dial East 09,2023-11-24,121.5,DEX042300912
環八ノ雨,久保田リョウ,Shiosai,2022-07-15,119.0,JPX012200301
"""
MIX = """Mira Voss @ Hafenklang 042 (Nordlicht Radio) 2026-06-17

[0:00] Mira Voss - Auftakt (Intro Edit) [NORDLICHT]
[3:12] Kessel & Vroom - Zwischen den Jahren [DIAL EAST]
[9:40] 久保田リョウ - 環八ノ雨 (Aiko Tanabe Remix) [SHIOSAI]
[16:05] w/ Odd Harbour - Paper Lanterns (Acappella)
[17:30] ID - ID
[22:48] Лида Морозова - Тихий час (Extended Mix) [СЕВЕР]
[41:15] Delphine Aumont - The Night Porters - You, Again (Club Version)
[46:00] Парк Горизонт - Электросон [ГОРИЗОНТ]
[55:02] Hannelore Quint feat. Kollektiv am Kanal - Wenn der Regen leiser wird [NORDLICHT]
1:10:09 Half Past Nothing / Ottoline Wray Trio (Live at the Muziekgebouw)
[1:14:30] Tessera - Labyrinth (B2) [TSR]
[1:33:50] Delphine Aumont - Fieberkurve
Follow us: https://example.org/hafenklang
"""


def main() -> int:
    """Make the library, then send a process through it for each scheme and scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--library", type=Path, help="data folder of a library that is there already")
    parser.add_argument("--only", default="*", help="pictures whose names fit this pattern, as review*")
    parser.add_argument("--shoot", choices=SCHEMES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.shoot:
        return _shoot(asked.out, asked.library, asked.shoot, asked.only)
    with tempfile.TemporaryDirectory(prefix="musiclib-tour-") as folder:
        library = asked.library or _make_library(Path(folder) / "sample")
        return max(_send(asked, library, scheme, scale) for scheme in SCHEMES for scale in SCALES)


def _make_library(data_dir: Path) -> Path:
    def tell(progress: DemoProgress) -> None:
        print(f"\r{progress.phase:<14}{progress.done:>4} of {progress.total:<4}", end="", flush=True)

    library = open_library(Settings(data_dir=data_dir, online=False))
    try:
        library.demo.build(tell)
        _add_sources(library)
    finally:
        library.close()
        print()
    return data_dir


def _add_sources(library: Library) -> None:
    """Look-ups at more sources than the sample's own: four for one track, an unsure one for another."""
    mix = library.library.find_album(ALBUM)
    listed = [entry.track_id for entry in library.library.album(mix).entries]
    rows = {row.title: row.id for row in library.library.load_tracks(listed)}
    known = rows[WELL_KNOWN]
    say_much(library, known)
    library.library.choose_value(known, "label", Source.DEEZER)
    library.provenance.prefer(Source.DEEZER, artist="Hannelore Quint")
    library.provenance.prefer(Source.SPOTIFY, "popularity")
    match(
        library,
        rows[UNSURE],
        MatchState.REVIEW,
        71.0,
        68.0,
        reasons=("version_differs", "artist"),
        version="Live",
    )
    know_artists(library, rows[UNSURE])


def _send(asked: argparse.Namespace, library: Path, scheme: str, scale: int) -> int:
    environment = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-m", "tests.tour", str(asked.out), "--library", str(library)]
    command += ["--only", asked.only, "--shoot", scheme]
    return subprocess.run(command, env=environment, check=False).returncode


def _shoot(out: Path, library: Path, scheme: str, only: str) -> int:
    """Draw everything once, over a copy, so that one walk does not change what the next one sees."""
    app = make_application(["musiclib"])
    _use_design_font(app)
    scale = round(app.devicePixelRatio())
    suffix = f"-{scheme}.png" if scale == 1 else f"-{scheme}@{scale}x.png"

    def save(name: str, picture: QWidget) -> None:
        if fnmatch(name, only):
            _save(picture, out / f"{name}{suffix}")

    with tempfile.TemporaryDirectory(prefix="musiclib-tour-") as folder:
        copy = Path(folder) / "Home library"
        shutil.copytree(library, copy)
        _walk(app, Settings(data_dir=copy, theme=scheme, online=False), _stations, save)
        fresh = Settings(data_dir=Path(folder) / "New library", theme=scheme, online=False)
        _walk(app, fresh, _first_stations, save)
    return 0


def _use_design_font(app: QApplication) -> None:
    """The pictures of the design use Inter; with it, both can be laid side by side."""
    if _DESIGN_FONT in QFontDatabase.families():
        font = QFont(app.font())
        font.setFamily(_DESIGN_FONT)
        app.setFont(font)


def _walk(
    app: QApplication,
    settings: Settings,
    stations: Callable[[GuiApplication], Iterator[Station]],
    save: Callable[[str, QWidget], None],
) -> None:
    gui = _open(app, settings)
    try:
        for name, show in stations(gui):
            picture: QWidget = show() or gui.window
            until_quiet(gui)
            save(name, picture)
    finally:
        close(gui)


def _save(picture: QWidget, target: Path) -> None:
    if not picture.grab().save(str(target)):
        raise OSError(f"{target} cannot be written")
    print(target.name, flush=True)


def _first_stations(gui: GuiApplication) -> Iterator[Station]:
    """A library with nothing in it."""
    window = gui.window
    yield "empty", lambda: window.open_page(places.ALBUMS)
    yield "empty-tracks", lambda: window.open_page(places.TRACKS)
    yield "empty-artists", lambda: window.open_page(places.ARTISTS)
    yield "empty-review", lambda: window.open_page(places.REVIEW)
    yield "empty-quality", lambda: window.open_page(places.QUALITY)
    yield "empty-activity", lambda: window.open_page(places.ACTIVITY, NOW)
    window.open_page(places.ALBUMS)
    yield "empty-paste", lambda: _paste(gui, MIX)


def _stations(gui: GuiApplication) -> Iterator[Station]:
    window, rows = gui.window, gui.albums.rows()
    fullest = max(rows, key=lambda row: (row.counts.of(BadgeState.REVIEW), row.counts.total)).id

    def page(name: str, argument: object = None) -> Callable[[], QWidget | None]:
        return lambda: window.open_page(name, argument)

    yield "albums", page(places.ALBUMS)
    yield "album", page(places.ALBUM, fullest)
    yield from inspector_stations(gui)
    window.open_page(places.ALBUMS)
    yield from browse_stations(gui)
    yield from bulk_stations(gui)
    yield "art", lambda: _art(gui, fullest)
    yield "art-further", lambda: _art_further(gui)
    cast("ArtDialog", window.art_dialog).dismiss()
    yield "buckets", page(places.BUCKETS, fullest)
    yield "buckets-drag", lambda: _drag(gui, True)
    _drag(gui, False)
    yield "review", page(places.REVIEW, _add_review_cases(gui))
    yield "review-fourth", lambda: _review(gui).view.comparison.point(3)
    yield "review-accept", lambda: _over(gui, _review(gui).head.accept.click)
    yield "review-link", lambda: _over(gui, _review(gui).paste_reference)
    yield "review-names", lambda: _over(gui, _review(gui).edit_names)
    yield "review-lost", lambda: _over(gui, partial(window.open_page, places.REVIEW, MatchState.NOT_FOUND))
    yield "review-ruled-out", lambda: _review(gui).step(1)
    window.open_page(places.REVIEW, MatchState.REVIEW)
    for tab in (NOW, HISTORY, ERRORS):
        yield f"activity-{tab}", page(places.ACTIVITY, tab)
    yield from collection_stations(gui)
    yield from quality_stations(gui)
    yield from _download_stations(gui, fullest)
    for category in cast("SettingsPage", window.page(places.SETTINGS)).categories():
        yield f"settings-{category}", page(places.SETTINGS, category)
    yield from _account_stations(gui)
    yield "narrow-album", lambda: _narrow(gui, places.ALBUM, fullest)
    yield "narrow-review", lambda: _narrow(gui, places.REVIEW, None)
    yield "narrow-buckets", lambda: _narrow(gui, places.BUCKETS, fullest)
    window.resize(1440, 900)
    window.open_page(places.ALBUMS)
    yield "paste-empty", lambda: _paste(gui, "")
    yield "paste", lambda: _paste(gui, MIX, _DOUBTFUL)
    yield "paste-teach", lambda: _teach(gui)
    yield "paste-existing", lambda: _paste(gui, _sample_list_again(), _NOW_KNOWN)
    yield "paste-table", lambda: _paste(gui, TABLE)
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-paste-table", lambda: None
    yield "narrow-paste", lambda: _paste(gui, _sample_list_again(), _NOW_KNOWN)
    _dialog(gui).cancel()
    for name in (places.ALBUMS, places.TRACKS, places.ACTIVITY):
        yield f"narrow-{name}", page(name)
    yield "narrow-lost", page(places.REVIEW, MatchState.NOT_FOUND)
    yield "narrow-settings", page(places.SETTINGS, "providers")


def _download_stations(gui: GuiApplication, album_id: AlbumId) -> Iterator[Station]:
    """The download centre in every state there is, as if its worker told of it; then its dialogs."""
    window, rows = gui.window, every_state(gui.context.now())
    window.open_page(places.DOWNLOADS)
    yield "empty-downloads", lambda: None
    gui.downloads.worker.updated.emit(DownloadUpdate(tuple(rows), (), summary(rows)))
    yield "downloads-closed", lambda: None
    yield "downloads", lambda: window.open_page(places.DOWNLOADS, rows[0].id)
    window.resize(*gui.theme.tokens.window_min())
    yield "narrow-downloads", lambda: None
    window.resize(1440, 900)
    yield "downloads-bring", lambda: _over(gui, lambda: gui.shell.audio_wanted.emit(album_id))
    _over(gui, lambda: None)
    window.open_page(places.SETTINGS, SOURCES)
    sources = cast("Sources", cast("SettingsPage", window.page(places.SETTINGS)).category(SOURCES))
    until_quiet(gui)
    yield "settings-sources-add", lambda: _over(gui, sources.source_list.add.click)
    _over(gui, lambda: None)
    gui.downloads.load()


def _account_stations(gui: GuiApplication) -> Iterator[Station]:
    """Waiting for the browser, then signed in, at a Spotify of our own."""
    account, wait = gui.context.account, QEventLoop()
    QTimer.singleShot(_LIMIT_MS, wait, wait.quit)
    account.browse = lambda _address: wait.quit()
    with serve_spotify() as spotify:
        gui.preferences.update(online=True, credentials="file", **spotify.settings)
        gui.window.open_page(places.SETTINGS, ACCOUNTS)
        gui.commands.run(lambda: _add_known_track(gui))
        account.sign_in()
        wait.exec()
        yield "settings-accounts-waiting", lambda: None
        account.paste(spotify.callback(account.address))
        account.check_ended.connect(wait.quit)
        wait.exec()
        yield "settings-accounts-signed-in", lambda: None
        gui.window.resize(*gui.theme.tokens.window_min())
        yield "narrow-accounts", lambda: None
        gui.window.resize(1440, 900)


def _add_known_track(gui: GuiApplication) -> None:
    """One the Spotify of our own knows."""
    row = ParsedTrack(artist="Low Tide Committee", title=ORIGINAL.title)
    gui.library.imports.commit(ImportRequest((row,), "pasted text", NewAlbum("Harbour Lights")))


def _drag(gui: GuiApplication, on: bool) -> None:
    """As it looks while a card to review is held over the matched ones."""
    page = gui.window.page(places.BUCKETS)
    if not isinstance(page, BucketsPage):
        return
    review, matched = page.columns[Bucket.REVIEW], page.columns[Bucket.MATCHED]
    held = [card for card in review.model.cards[:1] if on]
    review.list.dragging.emit([card_id(card) for card in held])
    matched.list.drag_over.emit(bool(held))
    matched.model.close_gap()
    for card in held:
        matched.model.open_gap(card.position or 1)


def _add_review_cases(gui: GuiApplication) -> TrackId:
    """More to decide upon than the sample has; returns the one with the most candidates."""
    first, *_ = add_review_cases(gui.library)
    loop = QEventLoop()
    gui.albums.reset.connect(loop.quit)
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    gui.loader.load_all()
    loop.exec()
    gui.albums.reset.disconnect(loop.quit)
    return first


def _review(gui: GuiApplication) -> ReviewPage:
    return cast("ReviewPage", gui.window.page(places.REVIEW))


def _over(gui: GuiApplication, show: Callable[[], object]) -> None:
    """Show it in the place of a dialog that is up."""
    for up in gui.window.findChildren(Overlay):
        up.dismiss()
    show()


def _art(gui: GuiApplication, album_id: AlbumId) -> None:
    gui.window.open_page(places.ALBUM, album_id)
    gui.shell.choose_art(ArtOf(album_id), "Hafenklang 041")
    _until_done(gui)


def _art_further(gui: GuiApplication) -> None:
    """Without the network: what it says then."""
    cast("ArtDialog", gui.window.art_dialog).look_further()
    _until_done(gui)


def _until_done(gui: GuiApplication) -> None:
    work = cast("ArtDialog", gui.window.art_dialog).work
    while work.busy:
        QApplication.processEvents()


def _narrow(gui: GuiApplication, page: str, argument: object) -> None:
    gui.window.resize(*gui.theme.tokens.window_min())
    gui.window.open_page(page, argument)


def _paste(gui: GuiApplication, text: str, chosen: str = "") -> None:
    """`chosen` is a part of the title of the row to stand on."""
    gui.commands.run(lambda: _drop_drafts(gui))
    gui.shell.paste(text)
    if text:
        _until_read(_dialog(gui))
    if chosen:
        _choose_row(_dialog(gui), chosen)


def _choose_row(dialog: PasteImportDialog, title: str) -> None:
    titles = [row.track.title for row in dialog.model.rows()]
    dialog.rows.selectRow(next(place for place, each in enumerate(titles) if title in each))


def _sample_list_again() -> str:
    """The sample's own list as it would be pasted some weeks later: its ID has a name, a row is new."""
    text = (resources_folder() / "tracklist.txt").read_text("utf-8")
    return (
        text.replace("ID - ID", "Sato Kaito - 湾岸ドライブ").rstrip()
        + "\n[17:10] Morrow - Last Ferry (Dub)\n"
    )


def _teach(gui: GuiApplication) -> None:
    dialog = _dialog(gui)
    _paste(gui, MIX)
    _choose_row(dialog, "Night Porters")
    dialog.teach.parts.setFocus()
    for _ in range(3):
        dialog.teach.parts.step(1)
        _until_read(dialog)


def _dialog(gui: GuiApplication) -> PasteImportDialog:
    return cast("PasteImportDialog", gui.window.paste_dialog)


def _until_read(dialog: PasteImportDialog) -> None:
    loop = QEventLoop()
    dialog.session.read.connect(loop.quit)
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    loop.exec()
    dialog.session.read.disconnect(loop.quit)


def _open(app: QApplication, settings: Settings) -> GuiApplication:
    gui = GuiApplication(open_in_background(settings), settings, app)
    gui.window.resize(1440, 900)
    gui.window.open_page(places.ALBUMS)
    gui.window.show()
    loop = QEventLoop()
    gui.loader.loaded.connect(loop.quit)
    QTimer.singleShot(_LIMIT_MS, loop, loop.quit)
    gui.loader.load_all()
    loop.exec()
    _tell_summary(gui)
    return gui


def _tell_summary(gui: GuiApplication) -> None:
    """What the strip says at the start of the real window; the worker itself stays out of the pictures."""
    gui.teller.show_summary(gui.library.enrichment.summary())


def _drop_drafts(gui: GuiApplication) -> None:
    """Each paste of the walk begins without the one before it."""
    for draft in gui.library.imports.drafts():
        gui.library.imports.drop_draft(draft.id)


if __name__ == "__main__":
    raise SystemExit(main())
