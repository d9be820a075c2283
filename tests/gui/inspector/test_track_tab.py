"""The inspector over a real library: where each value comes from, and deciding it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from musiclib.domain.badges import Badge
from musiclib.domain.states import BadgeState, MatchState, Reason, Source, TaskKind
from musiclib.domain.wording import quota_words
from musiclib.gui import wording
from musiclib.gui.inspector.field_card import AnswerRow
from musiclib.gui.inspector.field_rows import FactRow
from musiclib.gui.inspector.known_at import PageLine
from musiclib.gui.inspector.match_head import MatchHead
from musiclib.gui.pages.review import ReviewPage
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.services.provenance import Preference
from tests.gui.inspector.conftest import Seen, answers
from tests.support.sources import BRAINZ_ID, know_artists, match, say

TONIGHT = datetime.now(UTC) + timedelta(seconds=1)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The pages that would have opened in the browser."""
    addresses: list[str] = []

    class Browser(QWidget):
        @Slot(QUrl)
        def open(self, address: QUrl) -> None:
            addresses.append(address.toString())

    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    yield addresses
    QDesktopServices.unsetUrlHandler("https")


def test_every_field_stands_in_a_row_with_its_value_and_its_source(seen: Seen) -> None:
    names = {name: each.accessibleName() for name, each in seen.tab._field_widgets.items()}
    assert set(names) == {card.name for card in seen.detail().fields}
    assert names["isrc"] == "ISRC: DEX042600417. MusicBrainz stands before Deezer in your order."
    assert names["catalog_number"] == "Cat. no.: NORD 041. Only MusicBrainz knows it."
    assert names["title"] == "Title: Regen. Only the tracklist says it."
    assert names["energy"] == "Energy: –. No source knows it yet. You can type it."
    assert names["genres"].endswith("Known of the artist only: no source says it of this recording.")
    (pasted,) = (each for each in seen.body.findChildren(FactRow) if type(each) is FactRow)
    line = "HANNELORE QUINT feat. Kollektiv am Kanal - Regen (Rooftop Remix)"
    assert pasted.accessibleName() == f"As pasted: {line}. Tracklist"
    pasted.click()
    assert QGuiApplication.clipboard().text() == line


def test_a_card_tells_who_says_what_when_and_how_surely(seen: Seen) -> None:
    card = seen.card("popularity")
    day = seen.field("popularity").values[0].fetched_at.astimezone()
    said = f"{day.day} {day:%b} · 93 %"
    assert answers(card) == [
        f"41 of 100, Spotify, {said}, chosen",
        f"37 of 100, Deezer, {said}, ≠ differs",
    ]
    assert "Spotify stands before Deezer in your order." in seen.words(card)
    assert "a rank of up to 1,000,000" in seen.words(card)
    assert [each.split(", ")[-1] for each in answers(seen.card("duration_s"))] == ["chosen", "≈ 1 s off"]
    assert [each.split(", ")[-1] for each in answers(seen.card("release_date"))] == ["chosen", "≠ differs"]


def test_choosing_locks_and_can_be_undone_from_the_toast(seen: Seen) -> None:
    card = seen.card("label")
    card.setFocus()
    seen.press(card, Qt.Key.Key_3)
    seen.qtbot.waitUntil(lambda: seen.field("label").rule == "locked")
    seen.until_shown()
    card = seen.card("label")
    today = seen.field("label").values[0].fetched_at.astimezone()
    assert f"You chose this on {today.day} {today:%B}. No source can change it." in seen.words(card)
    # What was taken over stands with its source, not twice.
    taken = [each.split(", ")[-1] for each in answers(card)]
    assert taken == ["≠ differs", "≠ differs", "chosen"]
    assert seen.window.toast.isVisible()
    seen.window.toast._action.click()
    seen.qtbot.waitUntil(lambda: seen.field("label").rule == "precedence")


def test_a_row_is_locked_edited_and_decided_by_keys_without_opening_it(seen: Seen) -> None:
    row = seen.row("album")
    row.setFocus()
    seen.press(row, Qt.Key.Key_L)
    seen.qtbot.waitUntil(lambda: seen.field("album").rule == "locked")
    seen.until_shown()
    assert seen.row("album").hasFocus()
    seen.press(seen.row("album"), Qt.Key.Key_2)
    seen.qtbot.waitUntil(lambda: seen.field("album").value == "Nordlicht Sessions Vol. 4")
    seen.until_shown()
    seen.press(seen.row("album"), Qt.Key.Key_L)
    seen.qtbot.waitUntil(lambda: seen.field("album").rule == "precedence")
    seen.until_shown()

    seen.press(seen.row("album"), Qt.Key.Key_E)
    card = seen.card("album")
    assert card._edit.hasFocus()
    card._edit.setText("Mine")
    seen.press(card._edit, Qt.Key.Key_Return)
    seen.qtbot.waitUntil(lambda: seen.field("album").value == "Mine")
    seen.until_shown()
    assert answers(seen.card("album"))[0].startswith("Mine, By hand")
    seen.button("Clear").click()
    seen.qtbot.waitUntil(lambda: seen.field("album").rule == "precedence")


def test_history_and_the_next_track_are_a_key_away(seen: Seen) -> None:
    seen.row("isrc").setFocus()
    seen.press(seen.row("isrc"), Qt.Key.Key_BracketRight)
    seen.until_shown(1)
    assert seen.page.table.currentIndex().row() == 1
    assert seen.row("isrc").hasFocus()
    seen.press(seen.row("isrc"), Qt.Key.Key_BracketLeft)
    seen.until_shown(0)
    seen.press(seen.row("isrc"), Qt.Key.Key_H)
    assert seen.window.inspector._tabs.current() == "history"


def menu_words(menu: QMenu) -> list[str]:
    return [each.text().split("\t")[0] for each in menu.actions() if each.text()]


def trigger(menu: QMenu, words: str) -> None:
    next(each for each in menu.actions() if each.text() == words).trigger()


def test_a_source_is_preferred_for_an_artist_or_a_field_and_forgotten_again(seen: Seen) -> None:
    menu = seen.tab.menu_of(seen.field("label"), Source.DEEZER)
    assert menu_words(menu) == [
        "Prefer Deezer for all facts of HANNELORE QUINT",
        "Prefer Deezer for all facts of Kollektiv am Kanal",
        "Prefer Deezer for labels everywhere",
        "Take what Deezer says",
        "Lock",
        "Edit by hand",
        "Copy",
    ]
    trigger(menu, "Prefer Deezer for all facts of HANNELORE QUINT")
    seen.qtbot.waitUntil(lambda: seen.field("label").rule == "artist")
    seen.until_shown()
    assert "You prefer Deezer for this artist." in seen.words(seen.card("label"))
    trigger(
        seen.tab.menu_of(seen.field("label"), Source.DEEZER),
        "Forget: Deezer for all facts of HANNELORE QUINT",
    )
    seen.qtbot.waitUntil(lambda: seen.library.provenance.preferences() == [])
    seen.until_shown()

    trigger(seen.tab.menu_of(seen.field("label"), Source.SPOTIFY), "Prefer Spotify for labels everywhere")
    seen.qtbot.waitUntil(
        lambda: seen.library.provenance.preferences() == [Preference(Source.SPOTIFY, "label", None)]
    )
    seen.until_shown()
    assert "You prefer Spotify for labels." in seen.words(seen.card("label"))
    assert "Data from Spotify: Label, BPM, Key, Popularity." in seen.words()
    # What is known of the artist only, or was typed, is no source to prefer.
    of_tempo = menu_words(seen.tab.menu_of(seen.field("bpm"), Source.DEEZER))
    assert of_tempo[0] == "Prefer Deezer for BPM of HANNELORE QUINT"
    of_artist = menu_words(seen.tab.menu_of(seen.field("genres"), Source.ARTIST))
    assert not any(each.startswith("Prefer") for each in of_artist)


def test_the_catalogues_that_know_it_are_opened_and_their_ids_copied(seen: Seen, opened: list[str]) -> None:
    lines = {each._name: each for each in seen.body.findChildren(PageLine)[:4]}
    assert list(lines) == ["MusicBrainz", "Deezer", "Spotify", "Apple Music"]
    lines["MusicBrainz"].click()
    seen.press(lines["Spotify"], Qt.Key.Key_Return)
    assert opened == [
        f"https://musicbrainz.org/recording/{BRAINZ_ID}",
        "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6",
    ]
    lines["Apple Music"].click()  # it gave no address
    assert QGuiApplication.clipboard().text() == "1440857781"
    QTest.keySequence(lines["Deezer"], "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "2718281828"
    say(seen.library, "deezer", seen.ids[0], {"bpm": 99.0}, external_id="1", links={"deezer": "file:///etc"})
    seen.show()
    bad = next(each for each in seen.body.findChildren(PageLine) if each._name == "Deezer")
    assert bad.address == ""


def test_artists_stand_with_genres_and_pages_and_say_when_they_stand_in(
    seen: Seen, opened: list[str]
) -> None:
    assert "Artists\nHANNELORE QUINT\nDeep house, Dub techno, Downtempo – shown as the genre" in seen.words()
    artist_lines = seen.body.findChildren(PageLine)[4:]
    assert len(artist_lines) == 4
    artist_lines[0].click()
    assert opened == [f"https://musicbrainz.org/artist/{BRAINZ_ID}"]
    say(seen.library, "itunes", seen.ids[0], {"genres": ["Ambient"]}, external_id="1440857781")
    seen.show()
    assert "shown as the genre" not in seen.words()
    know_artists(seen.library, seen.ids[1], ())
    seen.show(1)
    assert "Artist\n久保田リョウ\nNo source names a genre." in seen.words()


def head(seen: Seen) -> str:
    (found,) = seen.body.findChildren(MatchHead)
    return seen.words(found).replace("\n", " ")


def test_the_head_says_who_matched_it_and_why(seen: Seen) -> None:
    words = "Matched by machine at MusicBrainz, 97 of 100, 12 ahead of the next. Same ISRC, same artist"
    assert words in head(seen)
    seen.button("Not this one").click()
    seen.qtbot.waitUntil(lambda: seen.detail().match.state is MatchState.REVIEW)
    seen.until_shown()
    assert any(each.rejected for each in seen.detail().candidates)

    seen.library.library.undo()
    match(seen.library, seen.ids[0], MatchState.MATCHED, 96.0)
    seen.show()
    assert "96 of 100, no other came near." in head(seen)
    chosen = next(each for each in seen.detail().candidates if each.chosen)
    seen.library.editor.accept(seen.ids[0], chosen.id)
    seen.show()
    assert "by hand" in head(seen).lower()
    seen.button("Unlock match").click()
    seen.qtbot.waitUntil(lambda: not seen.detail().match.locked)
    seen.until_shown()
    seen.button("Look up again").click()
    seen.qtbot.waitUntil(lambda: seen.detail().match.state is MatchState.PENDING)
    seen.until_shown()
    assert seen.window.toast._action.text() == "Undo"


@pytest.mark.qt_log_ignore("This plugin does not support")  # a menu on the offscreen platform
def test_an_unsure_match_says_why_and_is_picked_here(seen: Seen) -> None:
    reasons = ("version_differs", "artist")
    match(seen.library, seen.ids[1], MatchState.REVIEW, 71.0, 68.0, reasons=reasons, version="Live")
    seen.show(1)
    assert "The best so far is at MusicBrainz, 71 of 100. Only a live version found." in head(seen)
    seen.button("Pick one").click()
    menu = next(each for each in seen.tab.findChildren(QMenu) if each.accessibleName() == "Candidates")
    picks = [each for each in menu.actions() if each.isCheckable()]
    assert "夜明けの環状線 (Live)" in picks[0].text()
    picks[0].trigger()
    seen.qtbot.waitUntil(lambda: seen.detail(1).match.locked)
    menu.close()


def test_a_track_nobody_knows_is_taken_to_the_review_page(seen: Seen) -> None:
    match(seen.library, seen.ids[1], MatchState.NOT_FOUND)
    seen.show(1)
    seen.button("Open in Review").click()
    page = seen.window.current_page
    assert isinstance(page, ReviewPage)

    def stands_there() -> bool:
        return page._case is not None and page._case.item.track_id == seen.ids[1]

    seen.qtbot.waitUntil(stands_there)


BADGES = (
    (Badge(BadgeState.QUEUED, TaskKind.AUDIO), "In line for analysis. Starts by itself."),
    (Badge(BadgeState.RUNNING, TaskKind.METADATA), "Being looked up now."),
    (Badge(BadgeState.DONE), "Done. Every source has answered."),
    (Badge(BadgeState.PARTIAL, share=(6, 8)), "Partly done: 6 of 8 facts are known."),
    (Badge(BadgeState.REVIEW, reason=Reason.REVIEW), "Needs you: the sources are not sure"),
    (Badge(BadgeState.NOT_FOUND, reason=Reason.NOT_FOUND), "Not found by any source."),
    (Badge(BadgeState.ERROR, reason=Reason.UNREADABLE_AUDIO), "Error. The file cannot be read as audio."),
    (Badge(BadgeState.LOCKED), "Matched by hand. Stays as it is."),
    (Badge(BadgeState.WAITING, reason=Reason.NO_FILE), "Waits. There is no audio file for it yet."),
    (Badge(BadgeState.WAITING, reason=Reason.SIGN_IN_NEEDED), "Waits. The source wants you to sign in"),
    (
        Badge(BadgeState.WAITING, reason=Reason.QUOTA, detail=quota_words("spotify"), until=TONIGHT),
        "Waits till {time}. The calls Spotify may get in 24 hours are used up. It tries again by itself.",
    ),
    (
        Badge(BadgeState.WAITING, reason=Reason.UNREACHABLE, until=TONIGHT),
        "Waits till {time}. The source could not be reached. It tries again by itself.",
    ),
)


def test_the_badge_says_state_reason_and_time_to_eyes_and_screen_readers(seen: Seen) -> None:
    detail = seen.detail()
    assert {badge.state for badge, _ in BADGES} == set(BadgeState)
    for badge, sentence in BADGES:
        with seen.qtbot.waitSignal(seen.tab.filled):
            seen.tab.show_detail(replace(detail, row=replace(detail.row, badge=badge)))
        said = sentence.format(time=wording.clock(datetime.now(UTC))(TONIGHT))
        (glyph,) = seen.body.findChildren(BadgeGlyph)
        shown = [each.text() for each in seen.body.findChildren(QLabel) if each.text().startswith(said)]
        assert shown == [glyph.accessibleName()], badge


def test_long_names_and_large_type_are_never_wider_than_the_pane(seen: Seen) -> None:
    unbroken = "Donau" * 30
    for field in ("title", "artist", "label", "isrc"):
        value = "DEX042600417" if field == "isrc" else unbroken
        seen.library.library.set_value(seen.ids[0], field, value)
    for source in (Source.MUSICBRAINZ, Source.DEEZER, Source.SPOTIFY):
        say(seen.library, source, seen.ids[0], {"label": f"{source} {unbroken}", "genres": ["夜明け" * 40]})
    seen.window.resize(1100, 700)  # as a drawer
    seen.window._toggle_inspector()
    seen.show()
    for field in ("label", "genres", "title"):
        card = seen.card(field)
        seen.qtbot.waitUntil(lambda card=card: card.width() > 200)
        area = seen.window.inspector._stack.currentWidget()
        assert area.widget().width() <= area.viewport().width()
        for each in card.findChildren(AnswerRow):
            assert each.height() >= each.heightForWidth(each.width())
        for each in seen.body.findChildren(QLabel):
            if each.isVisible() and each.hasHeightForWidth():
                assert each.height() >= each.heightForWidth(each.width()), each.text()
    assert unbroken in seen.row("label").toolTip()
