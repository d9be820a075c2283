"""By ear: one track after the other whose tempo or key nobody is sure of, decided by listening.

Eight seconds sound round and round, with a click on each beat of the candidate that is pointed at, or the
chord of its key. A key chooses another candidate, Enter keeps it and goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.clicks import Pcm, with_chord, with_clicks
from musiclib.domain.hearing import HEARD_FIELDS
from musiclib.domain.ids import TrackId
from musiclib.domain.music_key import MusicalKey
from musiclib.domain.rows import TrackDetail
from musiclib.errors import KnownError
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.commands import CommandQueue
from musiclib.gui.context import AppContext
from musiclib.gui.models.ear_case import EarCandidate, EarCase
from musiclib.gui.pages.base import Page
from musiclib.gui.pages.empty import NothingHere
from musiclib.gui.sound import ClipPlayer
from musiclib.gui.widgets.controls import ElidedLabel, label
from musiclib.gui.widgets.ear_card import EarCard
from musiclib.gui.widgets.key_hints import KeyHints
from musiclib.services.listening import EXCERPT_S, Heard

_DIGITS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)
_NUDGE_S = 0.01
_AHEAD = 3
"""Excerpts that are kept: the one before and the one after are a key away."""

_KEYS = (
    (("1", "2", "3"), "hear"),
    (("Enter",), "keep and go on"),
    (("J", "K"), "next, back"),
    (("X", "/"), "×2, ÷2"),
    (("T",), "tap"),
    (("Tab",), "tempo or key"),
    (("←", "→"), "move the clicks"),
    (("Space",), "pause"),
)


def sheet() -> list[tuple[str, str]]:
    """All keys of the page, for the sheet of all keys."""
    found = ((", ".join(keys), wording.translate(words)) for keys, words in _KEYS)
    return [(keys, words[:1].upper() + words[1:]) for keys, words in found]


@dataclass(frozen=True, slots=True)
class _Reading:
    track_id: TrackId
    detail: TrackDetail
    heard: Heard | None


class ByEarPage(Page):
    """`open` takes the id of a track to begin with; without one it begins with the first that waits."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._acts = Acts(context, self)
        self._waiting: list[TrackId] = []
        self._track: TrackId | None = None
        self._case: EarCase | None = None
        self._sound: Pcm | None = None
        self._read_ahead: dict[TrackId, Pcm] = {}
        self._nudge_s = 0.0
        self._sounds: CommandQueue | None = None
        """Files are read beside what the window asks of the database, so that neither waits for the other."""
        context.shell.closing.connect(self._close)
        context.shell.taken_back.connect(self._on_taken_back)
        self.player = ClipPlayer(context.shell, self)
        self.card = EarCard(context)
        self._stack = QStackedWidget()
        self._lay_out()
        self.player.failed.connect(self.card.say_silent)
        self.player.moved.connect(self._on_moved)
        self.card.pointed.connect(self.point)
        self.card.confirm_wanted.connect(self.confirm)
        self.card.factor_wanted.connect(self._count_otherwise)
        self.card.field_wanted.connect(self._choose_field)
        self.card.play_wanted.connect(self._toggle)
        self.card.tapped.connect(self._take_tapped)

    def open(self, argument: object = None) -> None:
        if isinstance(argument, UUID):
            self._track = TrackId(argument)
        listening = self.context.library.listening
        self.context.commands.run(listening.waiting, self._show_waiting)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """To the track that many places further on; round at the ends."""
        if self._waiting and self._track is not None:
            place = self._waiting.index(self._track) if self._track in self._waiting else -1
            self._read(self._waiting[(place + by) % len(self._waiting)])

    def wait(self, ms: int) -> bool:
        return self._sounds is None or self._sounds.wait(ms)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_J: lambda: self.step(1),
            Qt.Key.Key_K: lambda: self.step(-1),
            Qt.Key.Key_Return: self.confirm,
            Qt.Key.Key_Enter: self.confirm,
            Qt.Key.Key_Space: self._toggle,
            Qt.Key.Key_X: lambda: self._count_otherwise(2.0),
            Qt.Key.Key_Slash: lambda: self._count_otherwise(0.5),
            Qt.Key.Key_T: self.card.tap,
            Qt.Key.Key_Tab: self._other_field,
            Qt.Key.Key_Left: lambda: self._nudge(-_NUDGE_S),
            Qt.Key.Key_Right: lambda: self._nudge(_NUDGE_S),
        }
        act = acts.get(event.key())
        if event.key() in _DIGITS:
            self.point(event.key() - Qt.Key.Key_1)
        elif act is not None:
            act()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab changes between tempo and key while the page itself has the focus."""
        return False if self.hasFocus() else super().focusNextPrevChild(forward)

    # -- what is in hand

    def point(self, place: int) -> None:
        """Hear that candidate."""
        if self._case is not None and place < len(self._case.candidates):
            self._show_case(self._case.pointing(place))

    def confirm(self) -> None:
        """Keep what is pointed at, whatever anybody says later, and go on."""
        case = self._case
        if case is None or case.pointed is None:
            return
        library, track_id, field, chosen = (
            self.context.library.library,
            case.track_id,
            case.field,
            case.pointed,
        )
        if chosen.in_force:
            self._acts.run(lambda: library.lock(track_id, field))
        elif chosen.source is not None:
            source = chosen.source
            self._acts.run(lambda: library.choose_value(track_id, field, source))
        else:
            self._acts.run(lambda: library.set_value(track_id, field, chosen.value))
        if case.doubtful_after(field):
            self._show_case(case.turned())
        else:
            self._leave(track_id)

    def _leave(self, track_id: TrackId) -> None:
        """It is decided: it leaves the line, and the next one comes."""
        place = self._waiting.index(track_id) if track_id in self._waiting else 0
        self._waiting = [each for each in self._waiting if each != track_id]
        if self._waiting:
            self._read(self._waiting[min(place, len(self._waiting) - 1)])
        else:
            self._track, self._case = None, None
            self.player.stop()
            self._stack.setCurrentIndex(1)
        self._say_count()

    def _count_otherwise(self, factor: float) -> None:
        if self._case is not None and self._case.field == "bpm":
            self._show_case(self._case.counted(factor))

    def _take_tapped(self, bpm: float) -> None:
        if self._case is not None and self._case.field == "bpm":
            self._show_case(self._case.with_tempo(bpm))

    def _other_field(self) -> None:
        if self._case is not None:
            self._show_case(self._case.turned())

    def _choose_field(self, field: str) -> None:
        if self._case is not None and field != self._case.field and field in HEARD_FIELDS:
            self._show_case(self._case.turned())

    def _nudge(self, by_s: float) -> None:
        """Move the clicks a little: where no grid was found they begin anywhere."""
        self._nudge_s += by_s
        self._play()

    # -- reading

    @Slot(object)
    def _show_waiting(self, waiting: list[TrackId]) -> None:
        self._waiting = waiting
        if self._track is not None and self._track not in waiting:
            self._waiting = [self._track, *waiting]
        wanted = self._track or (self._waiting[0] if self._waiting else None)
        self._stack.setCurrentIndex(0 if wanted is not None else 1)
        if wanted is not None:
            self._read(wanted)
        self._say_count()

    def _on_taken_back(self, _changes: object) -> None:
        """What was decided here may wait again."""
        if self.isVisible():
            self.context.commands.run(self.context.library.listening.waiting, self._renew)

    @Slot(object)
    def _renew(self, waiting: list[TrackId]) -> None:
        """Other tracks wait now; the one in hand stays in hand."""
        if self._track is None:
            self._show_waiting(waiting)
            return
        place = self._waiting.index(self._track) if self._track in self._waiting else 0
        others = [each for each in waiting if each != self._track]
        self._waiting = [*others[:place], self._track, *others[place:]]
        self._say_count()

    def _read(self, track_id: TrackId) -> None:
        library = self.context.library
        if track_id != self._track or self._case is None:
            self.player.stop()
            self._sound, self._case, self._nudge_s = None, None, 0.0
        self._track = track_id

        def read() -> _Reading:
            return _Reading(track_id, library.library.track(track_id), library.listening.heard(track_id))

        self.context.commands.run(read, self._show, self._gone)
        self._say_count()

    @Slot(object)
    def _show(self, found: _Reading) -> None:
        if found.track_id != self._track:
            return
        self.card.show_track(found.detail, found.heard)
        self._mark()
        self._show_case(EarCase.of(found.detail, found.heard))
        self._fetch(found.track_id)

    @Slot(object)
    def _gone(self, error: KnownError) -> None:
        self.card.say_silent(str(error))

    def _fetch(self, track_id: TrackId) -> None:
        """Have its seconds read, unless they are there."""
        if track_id in self._read_ahead:
            self._heard((track_id, self._read_ahead[track_id]))
            return
        listening = self.context.library.listening

        def read() -> tuple[TrackId, Pcm | KnownError]:
            try:
                return track_id, listening.excerpt(track_id)
            except KnownError as error:
                return track_id, error

        self._beside().run(read, self._heard)

    @Slot(object)
    def _heard(self, found: tuple[TrackId, Pcm | KnownError]) -> None:
        track_id, sound = found
        if isinstance(sound, Pcm):
            self._read_ahead = {**dict(list(self._read_ahead.items())[-_AHEAD:]), track_id: sound}
        if track_id != self._track or self._sound is not None:
            return
        if not isinstance(sound, Pcm):
            self.card.say_silent(str(sound))
            return
        self._sound = sound
        self._mark()
        self._play(anew=True)
        following = self._following()
        if following is not None and following not in self._read_ahead:
            self._fetch(following)

    def _following(self) -> TrackId | None:
        """The track that comes next, so that it sounds at once."""
        if self._track not in self._waiting or len(self._waiting) < 2:
            return None
        return self._waiting[(self._waiting.index(self._track) + 1) % len(self._waiting)]

    def _mark(self) -> None:
        """Show which seconds are heard."""
        if self._sound is not None:
            self.card.waveform.mark(self._sound.start_s, self._sound.start_s + self._sound.seconds)

    def _beside(self) -> CommandQueue:
        if self._sounds is None:
            self._sounds = CommandQueue(self)
        return self._sounds

    @Slot()
    def _close(self) -> None:
        self.player.stop()
        if self._sounds is not None:
            self._sounds.request_stop()
            self.context.library.listening.close()  # whoever waits for a file is told at once

    # -- hearing

    def _show_case(self, case: EarCase) -> None:
        self._case = case
        self.card.show_case(case)
        self._play()

    def _toggle(self) -> None:
        if self.player.playing:
            self.player.stop()
            self.card.set_playing(False)
        else:
            self._play(anew=True)

    def _play(self, *, anew: bool = False) -> None:
        case, sound, nudge_s = self._case, self._sound, self._nudge_s
        if case is None or sound is None or not self.isVisible():
            return
        chosen, track_id = case.pointed, case.track_id

        def mix() -> tuple[TrackId, EarCandidate | None, Pcm, bool]:
            if chosen is None:
                return track_id, None, sound, anew
            if case.field == "bpm":
                mixed = with_clicks(sound, chosen.value, case.beat_s + nudge_s)
            else:
                mixed = with_chord(sound, MusicalKey.from_code(round(chosen.value)))
            return track_id, chosen, mixed, anew

        self._beside().run(mix, self._sounds_like)

    @Slot(object)
    def _sounds_like(self, found: tuple[TrackId, EarCandidate | None, Pcm, bool]) -> None:
        track_id, chosen, mixed, anew = found
        case = self._case
        if case is None or (track_id, chosen) != (case.track_id, case.pointed) or not self.isVisible():
            return  # another one is pointed at by now
        self.player.play(mixed, anew=anew)
        self.card.set_playing(self.player.playing)

    @Slot(float)
    def _on_moved(self, at_s: float) -> None:
        if self._sound is not None:
            self.card.waveform.set_position(self._sound.start_s + at_s)

    # -- putting it together

    def _say_count(self) -> None:
        place = self._waiting.index(self._track) + 1 if self._track in self._waiting else 0
        words = self.tr("{n} of {all}").format(n=place, all=len(self._waiting)) if place else ""
        self._count.setText(words)

    def _lay_out(self) -> None:
        theme = self.context.theme
        margin = theme.size("page_margin")
        top = QWidget()
        top.setFixedHeight(theme.size("topbar"))
        row = QHBoxLayout(top)
        row.setContentsMargins(margin, 0, margin, 0)
        row.setSpacing(theme.space(3))
        row.addWidget(label(theme, self.tr("By ear"), "page"))
        self._count = label(theme, "", "body", "secondary")
        row.addWidget(self._count)
        words = self.tr("Tracks whose tempo or key the machine is not sure of, or whose sources disagree")
        row.addWidget(ElidedLabel(theme, words, "body", "tertiary"), 1)
        nothing = NothingHere(
            theme,
            self.tr("Nothing needs an ear"),
            self.tr("Every tempo and key is sure, agreed upon, or decided by you."),
            self.tr("Go to tracks"),
        )
        nothing.acted.connect(lambda: self.context.shell.open_page(places.TRACKS))
        inner = QWidget()
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(margin, theme.space(2), margin, theme.space(4))
        middle.addWidget(self.card)
        middle.addStretch(1)
        self._stack.addWidget(inner)
        self._stack.addWidget(nothing)
        hints = [(keys, wording.translate(words)) for keys, words in _KEYS]
        seconds = self.tr("{n} seconds, round and round").format(n=round(EXCERPT_S))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._stack, 1)
        column.addWidget(KeyHints(theme, hints, seconds))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
