"""The keys of an album in the inspector."""

from __future__ import annotations

from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import MusicalKey
from musiclib.gui import shell as places
from musiclib.gui.inspector.album_keys import AlbumWheel, ClashLine
from tests.gui.conftest import add_album
from tests.gui.inspector.conftest import Seen

NAMES = [("Ada Quist", f"Part {n}") for n in range(1, 6)]


def test_the_wheel_counts_the_keys_and_leads_to_moves_that_clash(seen: Seen) -> None:
    album = add_album(seen.library, "Parts", NAMES)
    ids = [entry.track_id for entry in seen.library.library.album(album).entries]
    for track_id, sign in zip(ids, ("8A", "9A", "9B", "3A", "3A"), strict=True):
        key = MusicalKey.parse(sign)
        assert key is not None
        seen.library.library.set_value(track_id, "key_code", key.code)
    chosen: list[TrackId] = []
    seen.window._context.shell.album_of_wanted.connect(chosen.append)
    seen.window._context.shell.refresh()
    seen.window.open_page(places.ALBUM, album)
    seen.qtbot.waitUntil(lambda: seen.tab.shown == ids[0])
    seen.window.inspector._open_tab("album")
    tab = seen.window.inspector._sides["album"]
    seen.qtbot.waitUntil(lambda: bool(tab.findChildren(AlbumWheel)))
    (wheel,) = tab.findChildren(AlbumWheel)
    assert wheel.accessibleName() == "4 keys. 3 of 4 moves mix, 1 clash."
    assert not wheel.grab().isNull()
    (clash,) = tab.findChildren(ClashLine)
    assert clash.accessibleName() == "3 → 4, 9B → 3A, Part 4"
    clash.click()
    assert chosen == [ids[3]]
