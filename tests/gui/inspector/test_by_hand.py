"""Tempo and key decided by a person: candidates, agreement, factors, taps, locks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from musiclib.analysis.features import AudioFeatures, KeyCandidate, TempoCandidate
from musiclib.db.metadata import AnalysisRepository
from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.states import Source
from musiclib.gui.inspector.key_wheel import KeyChip, Wheel
from tests.gui.inspector.conftest import Seen, answers
from tests.support.sources import say

FEATURES = AudioFeatures(
    duration_s=361.5,
    codec="flac",
    sample_rate=44100,
    channels=2,
    engine="essentia",
    bpm=121.5,
    bpm_confidence=0.94,
    bpm_candidates=(TempoCandidate(121.5, 0.6), TempoCandidate(81.0, 0.31), TempoCandidate(60.75, 0.09)),
    key="A minor",
    key_confidence=0.9,
    key_candidates=(KeyCandidate("A minor", 0.7), KeyCandidate("E minor", 0.2)),
)


def analyse(seen: Seen, place: int = 0) -> TrackId:
    """As the analysis leaves a track whose file tag and providers speak too."""
    track_id, library = seen.ids[place], seen.library
    with library._db.write() as conn:
        AnalysisRepository(conn).put("ab" * 20, "1", "essentia", FEATURES.as_dict(), library._clock())
    tempo_and_key = {"bpm": 121.5, "key_code": 21}
    say(library, Source.ANALYSIS, track_id, tempo_and_key, external_id="ab" * 20, sure=0.94)
    say(library, Source.FILE_TAGS, track_id, {"bpm": 121.49, "key_code": 21})
    say(library, Source.DEEZER, track_id, {"bpm": 122.0, "key_code": 16})
    say(library, Source.SPOTIFY, track_id, {"bpm": 243.0, "key_code": 0})
    return seen.show(place)


def signs(seen: Seen, field: str) -> list[tuple[str, str, str]]:
    said = (each.split(", ") for each in answers(seen.card(field)))
    return [(parts[0], parts[1], parts[-1]) for parts in said]


def test_every_tempo_says_how_it_stands_to_the_one_in_force(seen: Seen) -> None:
    analyse(seen)
    assert signs(seen, "bpm") == [
        ("121.5", "Local analysis", "chosen"),
        ("243.0", "Spotify", "×2"),
        ("122.0", "Deezer", "≈ 0.4 % off"),
        ("121.49", "File tags", "= agrees"),
        ("81.0", "Local", "≠ 2 : 3"),
        ("60.75", "Local", "÷2"),
    ]
    assert "2nd guess · 31 %" in answers(seen.card("bpm"))[4]
    assert signs(seen, "key_code") == [
        ("8A", "Local analysis", "chosen"),
        ("8B", "Spotify", "≈ relative"),
        ("9A", "Deezer", "≈ neighbour"),
        ("8A", "File tags", "= agrees"),
        ("9A", "Local analysis", "≈ neighbour"),
    ]
    assert "Two agree, two are neighbours" in seen.words()
    (wheel,) = seen.body.findChildren(Wheel)
    assert wheel.accessibleName() == "8A, A minor. Mixes with 7A, 8B, 9A"
    assert len({mark.shape for mark in wheel._marks}) == 4


def test_a_guess_is_taken_and_locked_with_a_key_and_taken_back(seen: Seen) -> None:
    analyse(seen)
    card = seen.card("bpm")
    card.setFocus()
    seen.press(card, Qt.Key.Key_5)
    seen.qtbot.waitUntil(lambda: seen.field("bpm").value == 81.0)
    seen.until_shown()
    assert seen.field("bpm").rule == "locked"
    taken = [sign for *_, sign in signs(seen, "bpm")]
    assert taken == ["≠ 3 : 2", "≠ differs", "≠ 3 : 2", "≠ 3 : 2", "chosen", "≠ differs"]
    seen.window.toast._action.click()
    seen.qtbot.waitUntil(lambda: seen.field("bpm").rule == "precedence")


def test_a_tempo_is_counted_otherwise_or_tapped(seen: Seen) -> None:
    analyse(seen)
    for words, value in (("×2", 243.0), ("÷2", 121.5), ("3:2", 182.25), ("2:3", 121.5)):
        row = seen.card("bpm").tempo
        assert row is not None
        next(each for each in row.findChildren(QPushButton) if each.text() == words).click()
        seen.qtbot.waitUntil(lambda value=value: seen.field("bpm").value == value)
        seen.until_shown()
    seen.tab.open_card(None)
    row = seen.row("bpm")
    seen.press(row, Qt.Key.Key_T)  # opens the card, and counts
    card = seen.card("bpm")
    assert card.hasFocus()
    assert "1 tap. Go on." in seen.words(card)
    seen.tab._taps.forget()
    assert card.tempo is not None
    times = iter([0.0, 0.5, 1.0, 1.5])
    card.tempo._clock = lambda: next(times)
    card.setFocus()
    for _ in range(4):
        seen.press(card, Qt.Key.Key_T)
    assert "120.0\n4 taps" in seen.words(card)
    seen.tab._fill()  # read anew meanwhile: the taps are not lost
    assert "120.0\n4 taps" in seen.words(seen.card("bpm"))
    seen.button("Take it").click()
    seen.qtbot.waitUntil(lambda: seen.field("bpm").value == 120.0)
    assert seen.field("bpm").rule == "locked"
    seen.until_shown()
    seen.show(1)
    assert seen.tab._taps.said.count == 0


def test_the_wheel_is_written_in_the_notation_a_person_chose(seen: Seen) -> None:
    analyse(seen)
    seen.window._context.preferences.update(key_notation=KeyNotation.OPEN_KEY)
    (wheel,) = seen.body.findChildren(Wheel)
    assert wheel.accessibleName() == "1m, A minor. Mixes with 12m, 1d, 2m"
    assert [each.accessibleName() for each in seen.body.findChildren(KeyChip)] == ["1m", "1d", "2m", "1m"]
    seen.window._context.preferences.update(key_notation=KeyNotation.MUSICAL)
    (wheel,) = seen.body.findChildren(Wheel)
    assert wheel.accessibleName() == "Am, A minor. Mixes with Dm, C, Em"
