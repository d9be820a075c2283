"""The clock of what turns: it beats while any album has a track at work."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from musiclib.gui.pulse import Pulse
from musiclib.gui.stores import AlbumStore
from musiclib.gui.theme import Theme
from musiclib.gui.tokens import Tokens
from tests.gui.rows import album, counts


def test_it_beats_while_any_track_is_at_work(qtbot: QtBot) -> None:
    store = AlbumStore()
    pulse = Pulse(Theme(Tokens.load()), store)
    store.replace([album(1, counts(running=1)), album(2, counts(running=1)), album(3)])
    with qtbot.waitSignal(pulse.beat):
        pass
    store.apply([replace(album(1), revision=2, counts=counts(done=1))])
    with qtbot.waitSignal(pulse.beat):  # the second album goes on
        pass
    store.remove([album(2).id])
    with qtbot.assertNotEmitted(pulse.beat, wait=250):
        pass
    store.apply([album(4, counts(running=1))])
    with qtbot.waitSignal(pulse.beat):
        pass
