"""The track in hand on the page By ear: who it is, why it waits, what can be heard."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from musiclib.domain.hearing import SURE_BPM, SURE_KEY, standing
from musiclib.domain.rows import TrackDetail
from musiclib.domain.states import Source
from musiclib.domain.tapping import Taps
from musiclib.gui import wording
from musiclib.gui.context import AppContext
from musiclib.gui.inspector import fields
from musiclib.gui.inspector.field_card import AnswerRow
from musiclib.gui.inspector.standing import sign_words
from musiclib.gui.models.ear_case import EarCandidate, EarCase
from musiclib.gui.widgets.art import ArtLabel
from musiclib.gui.widgets.controls import ElidedLabel, SegmentedControl, button, label, rule
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.gui.widgets.waveform import WaveformView
from musiclib.services.listening import Heard

_WIDEST = 960
_SURE = {"bpm": SURE_BPM, "key_code": SURE_KEY}


class EarCard(QFrame):
    """Tells what a person wants; the page does it."""

    pointed = Signal(int)
    confirm_wanted = Signal()
    factor_wanted = Signal(float)
    field_wanted = Signal(str)
    play_wanted = Signal()
    tapped = Signal(float)

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setMaximumWidth(_WIDEST)
        self._context = context
        theme = context.theme
        self._taps = Taps()
        self.clock = time.perf_counter
        self._art = ArtLabel(context, theme.size("art_candidate"))
        self._title = ElidedLabel(theme, "", "section")
        self._artist = ElidedLabel(theme, "", "body", "secondary")
        self._why = FlowLabel(theme, "", "body", "secondary")
        self._silent = FlowLabel(theme, "", "small", "review")
        self._silent.hide()
        self.waveform = WaveformView(theme)
        self.waveform.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.waveform.toggle_wanted.connect(self.play_wanted)
        self.play = button(theme, self.tr("Play"), "play", dense="true")
        self.play.clicked.connect(self.play_wanted)
        self.field = SegmentedControl(
            theme,
            (("bpm", self.tr("Tempo"), ""), ("key_code", self.tr("Key"), "")),
            self.tr("What to decide"),
        )
        self.field.chosen.connect(self.field_wanted)
        self._answers: QWidget | None = None
        self._case: EarCase | None = None
        self._keep = button(theme, self.tr("Keep"), "check", kind="primary", shortcut="Enter")
        self._keep.clicked.connect(self.confirm_wanted)
        self._lay_out()
        for each in (self.play, self._keep, *self._factors):
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_track(self, detail: TrackDetail, heard: Heard | None) -> None:
        """Another track, from its beginning."""
        row = detail.row
        version = f" ({row.version})" if row.version else ""
        self._art.show_art(row.art_id, row.album or row.title)
        self._title.setText(f"{row.title}{version}")
        self._artist.setText(row.artist)
        self._taps.forget()
        self._silent.hide()
        self._case = None
        points = heard.waveform if heard is not None else ()
        length = heard.features.duration_s if heard is not None else row.duration_s or 0.0
        self.waveform.show_track(points, length)
        self.waveform.setVisible(bool(points))

    def show_case(self, case: EarCase) -> None:
        """What can be heard, and what is pointed at."""
        self._case = case
        self.field.choose(case.field)
        self._why.setText(self._reason(case))
        for each in self._factors:
            each.setVisible(case.field == "bpm")
        self._tap_words.setVisible(case.field == "bpm")
        self._show_taps()
        self._fill(case)
        chosen = case.pointed
        notation = self._context.preferences.settings.key_notation
        shown = fields.value_text(case.field, chosen.value, notation) if chosen else ""
        self._keep.setText(self.tr("Keep {value}").format(value=shown) if chosen else self.tr("Keep"))
        self._keep.setVisible(chosen is not None)

    def say_silent(self, why: str) -> None:
        """Nothing sounds, and why; everything else can be done."""
        self._silent.setText(why)
        self._silent.setAccessibleName(why)
        self._silent.show()
        self.set_playing(False)
        if self._case is not None:
            self._fill(self._case)

    @property
    def silent(self) -> bool:
        """Whether it says that nothing can be heard."""
        return self._silent.isVisibleTo(self)

    def set_playing(self, playing: bool) -> None:
        self.play.setText(self.tr("Pause") if playing else self.tr("Play"))

    def tap(self) -> None:
        """One beat; from the second one on it is heard as a candidate."""
        said = self._taps.tap(self.clock())
        self._show_taps()
        if said.bpm is not None and said.count >= 4:
            self.tapped.emit(said.bpm)

    def _show_taps(self) -> None:
        said = self._taps.said
        words = ""
        if said.bpm is not None:
            steady = self.tr(", steady") if said.steady else ""
            words = self.tr("{bpm} by {n} taps{steady}").format(
                bpm=f"{said.bpm:.1f}", n=said.count, steady=steady
            )
        self._tap_words.setText(words)

    def _reason(self, case: EarCase) -> str:
        """Why this track waits, as far as the field in hand goes."""
        if case.field not in case.doubtful:
            return self.tr("Nothing is doubtful here. What you keep is locked.")
        said = [each for each in case.candidates if any(each.said_by) and each.source is not None]
        measured = next((each for each in said if Source.ANALYSIS in each.said_by), None)
        grid = (
            ""
            if case.grid or case.field != "bpm"
            else " " + self.tr("No steady grid was found: move the clicks with the arrow keys.")
        )
        sure = measured.confidence if measured is not None else None
        if len(said) > 1:
            names = [wording.source_name(each.said_by[0]) for each in said]
            return self.tr("{one} and {two} disagree.").format(one=names[0], two=names[1]) + grid
        if sure is not None and sure < _SURE[case.field]:
            percent = round(sure * 100)
            return self.tr("The analysis is {n} % sure, and nobody confirms it.").format(n=percent) + grid
        return self.tr("Its sources disagree.") + grid

    def _fill(self, case: EarCase) -> None:
        theme = self._context.theme
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for place, each in enumerate(case.candidates):
            row = AnswerRow(theme, self._answer(case, each, place), self._value(case, each))
            row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.clicked.connect(partial(self._point, place))
            column.addWidget(row)
        if not case.candidates:
            words = self.tr("Nobody says anything yet. Tap it, or type it in the inspector.")
            column.addWidget(label(theme, words, "body", "secondary"))
        old, self._answers = self._answers, made
        if old is not None:
            self._place.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._place.addWidget(made)

    def _point(self, place: int) -> None:
        self.pointed.emit(place)

    def _value(self, case: EarCase, candidate: EarCandidate) -> str:
        notation = self._context.preferences.settings.key_notation
        return fields.value_text(case.field, candidate.value, notation)

    def _answer(self, case: EarCase, candidate: EarCandidate, place: int) -> fields.Answer:
        chosen = place == case.place
        if chosen:
            sign, tone = (self.tr("chosen") if self.silent else self.tr("you hear this")), "accent"
        elif case.pointed is not None:
            how = standing(case.field, candidate.value, case.pointed.value)
            sign, tone = sign_words(how, candidate.value, case.pointed.value)
        else:
            sign, tone = "", ""
        names = ", ".join(wording.source_name(each) for each in candidate.said_by) or self.tr("By you")
        told = [self.tr("key {n}").format(n=place + 1)]
        if candidate.source is None and candidate.said_by:
            told.append(self.tr("a further guess"))
        if candidate.confidence is not None:
            told.append(f"{round(candidate.confidence * 100)} %")
        if candidate.in_force:
            told.append(self.tr("in force"))
        return fields.Answer(
            candidate.source or "", candidate.value, names, " · ".join(told), sign, tone, chosen
        )

    def _lay_out(self) -> None:
        theme = self._context.theme
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
        pad = theme.space(4)
        column.setContentsMargins(1, pad, 1, pad)
        column.setSpacing(theme.space(3))
        head = QHBoxLayout()
        head.setContentsMargins(pad, 0, pad, 0)
        head.setSpacing(theme.space(4))
        head.addWidget(self._art, alignment=Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1))
        for each in (self._title, self._artist, self._why, self._silent):
            words.addWidget(each)
        words.addStretch(1)
        head.addLayout(words, 1)
        head.addWidget(self.field, alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        sound = QHBoxLayout()
        sound.setContentsMargins(pad, 0, pad, 0)
        sound.setSpacing(theme.space(3))
        sound.addWidget(self.play)
        sound.addWidget(self.waveform, 1)
        column.addLayout(sound)
        column.addWidget(rule())
        self._place = QVBoxLayout()
        column.addLayout(self._place)
        column.addWidget(rule())
        column.addLayout(self._actions(pad))

    def _actions(self, pad: int) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        row.setContentsMargins(pad, 0, pad, 0)
        row.setSpacing(theme.space(2))
        self._factors = []
        for words, factor, key in (("÷2", 0.5, "/"), ("×2", 2.0, "X"), ("3:2", 1.5, ""), ("2:3", 2 / 3, "")):
            by = button(theme, words, dense="true", shortcut=key)
            by.setAccessibleName(self.tr("Tempo {words}").format(words=words))
            by.clicked.connect(partial(self._factor, factor))
            self._factors.append(by)
            row.addWidget(by)
        tap = button(theme, self.tr("Tap"), "hand-pointing", dense="true", shortcut="T")
        tap.pressed.connect(self.tap)
        self._factors.append(tap)
        row.addWidget(tap)
        self._tap_words = label(theme, "", "small", "secondary")
        row.addWidget(self._tap_words)
        row.addStretch(1)
        row.addWidget(self._keep)
        return row

    def _factor(self, factor: float) -> None:
        self.factor_wanted.emit(factor)
