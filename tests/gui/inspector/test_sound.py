"""The inspected track as a waveform that plays, and what was measured of its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from musiclib.domain.spectrum import POINTS, Spectrum
from musiclib.domain.waveform import WaveformPoint
from musiclib.gui.inspector.field_rows import FactRow
from musiclib.gui.painting.waveform import columns
from musiclib.gui.sound import NoSound
from musiclib.gui.theme import Theme
from musiclib.gui.tokens import Tokens
from musiclib.gui.widgets.waveform import SpectrumView
from tests.gui.inspector.conftest import Seen
from tests.services.test_listening import analysed, write_steps


class Deck:
    """Plays no sound, but keeps the time."""

    def __init__(self) -> None:
        self.began: list[tuple[str, float]] = []
        self.at_s = 0.0
        self.at_end = False

    def __call__(self, _parent: QObject) -> Deck:
        return self

    def play(self, path: str, at_s: float) -> None:
        self.began.append((path, at_s))
        self.at_s = at_s

    def stop(self) -> None: ...

    def position_s(self) -> float:
        return self.at_s

    def ended(self) -> bool:
        return self.at_end

    def problem(self) -> str:
        return ""


@pytest.fixture
def deck(seen: Seen, tmp_path: Path) -> Deck:
    """A track with a file of 20 s is shown."""
    path = tmp_path / "steps.wav"
    measured = {
        "bit_depth": 16,
        "bitrate": 128_000,
        "bitrate_mode": "cbr",
        "encoder": "LAME3.100",
        "loudness_lufs": -8.9,
        "loudness_range_lu": 6.2,
        "max_momentary_lufs": -5.1,
        "max_short_term_lufs": -6.0,
        "true_peak_dbtp": -0.3,
        "silence_start_s": 0.4,
        "silence_end_s": 0.0,
        "clipped_samples": 1204,
        "cutoff_hz": 16_050.0,
    }
    analysed(seen.library, seen.ids[0], path, write_steps(path, 20), **measured)
    made = Deck()
    seen.window.inspector.strip.player.open_track = made
    seen.show()
    seen.qtbot.waitUntil(seen.window.inspector.strip.isVisible)
    return made


def test_space_plays_and_a_click_on_the_waveform_goes_there(seen: Seen, deck: Deck) -> None:
    strip = seen.window.inspector.strip
    seen.row("isrc").setFocus()
    seen.press(seen.row("isrc"), Qt.Key.Key_Space)
    assert [at for _, at in deck.began] == [0.0]
    assert strip.play.accessibleName() == "Pause"
    deck.at_s = 7.0
    seen.qtbot.waitUntil(lambda: strip.waveform.accessibleName() == "Waveform, 0:07 of 0:20")
    QTest.mouseClick(strip.waveform, Qt.MouseButton.LeftButton, pos=strip.waveform.rect().center())
    assert abs(deck.began[-1][1] - 10.0) < 0.2
    QTest.keyClick(strip.waveform, Qt.Key.Key_Space)
    assert strip.play.accessibleName() == "Play"
    QTest.keyClick(strip.waveform, Qt.Key.Key_Right)  # at rest it goes there and stays at rest
    assert len(deck.began) == 2
    assert "0:15" in strip.waveform.accessibleName()
    strip.play.click()
    deck.at_end = True
    seen.qtbot.waitUntil(lambda: strip.play.accessibleName() == "Play")
    assert "0:00 of" in strip.waveform.accessibleName()

    # Another track has another file, or none: what plays falls silent.
    deck.at_end = False
    strip.play.click()
    seen.show(1)
    seen.qtbot.waitUntil(strip.isHidden)
    assert not strip.player.playing


def test_without_a_loudspeaker_the_strip_says_so(seen: Seen, deck: Deck) -> None:
    strip = seen.window.inspector.strip

    def no_sound(_parent: QObject) -> Deck:
        raise NoSound("Nothing can be played: this computer has no sound output.")

    strip.player.open_track = no_sound
    strip.play.click()
    assert strip._silent.text() == "Nothing can be played: this computer has no sound output."
    assert strip._silent.isVisible()


def test_the_file_tab_tells_what_was_measured_and_what_the_spectrum_hints_at(seen: Seen, deck: Deck) -> None:
    seen.window.inspector._open_tab("file")
    tab = seen.window.inspector.file_tab
    told = [each.accessibleName().rstrip(". ") for each in tab.findChildren(FactRow)]
    assert told == [
        "Codec: PCM S16LE, 16 bit, 8 kHz",
        "Bitrate: 128 kbit/s, constant",
        "Encoder: LAME3.100",
        "Loudness: −8.9 LUFS",
        "Range: 6.2 LU",
        "Max 0.4 s: −5.1 LUFS, momentary",
        "Max 3 s: −6.0 LUFS, short-term",
        "True peak: −0.3 dBTP",
        "Silence: 0.4 s at the start",
        "Clipping: 1204 samples at full scale",
    ]
    sentence = "as in an MP3 of about 128 kbit/s. This file may have been made from one"
    assert any(sentence in each.text() for each in tab.findChildren(QLabel))
    (picture,) = tab.findChildren(SpectrumView)
    assert sentence in picture.accessibleName()


def test_a_waveform_is_summed_up_to_the_room_there_is() -> None:
    points = [WaveformPoint(n / 100, n / 200, 0.5) for n in range(100)]
    summed = columns(points, 10)
    assert [round(each.peak, 2) for each in summed] == [round(0.09 + n / 10, 2) for n in range(10)]
    assert len(columns(points, 300)) == 300
    assert columns([], 10) == columns(points, 0) == []


def test_the_cutoff_is_marked_in_the_spectrum(qapp: QApplication) -> None:
    theme = Theme(Tokens.load(), "light")

    def picture(cutoff_hz: float | None) -> QImage:
        view = SpectrumView(theme, Spectrum(44_100, (-60.0,) * POINTS), cutoff_hz, "")
        view.resize(280, 96)
        return view.grab().toImage()

    plain, marked = picture(None), picture(16_000.0)
    differs = {x for x in range(280) for y in range(96) if plain.pixel(x, y) != marked.pixel(x, y)}
    assert differs
    assert all(abs(x - 280 * 16_000 / 22_050) < 3 for x in differs)
