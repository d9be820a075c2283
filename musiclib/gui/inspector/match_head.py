"""The top of the track tab: its names, how it stands, what it was matched to and why."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from musiclib.domain.ids import CandidateId, TrackId
from musiclib.domain.match_words import matched_by, why_asked
from musiclib.domain.matching import MatchReason, MatchScore, Recording
from musiclib.domain.reason_words import AGREES, DIFFERS
from musiclib.domain.recordings import recording_of
from musiclib.domain.rows import CandidateRow, TrackDetail
from musiclib.domain.states import BadgeState, MatchState, Source
from musiclib.gui import shell as places
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.widgets.activity_strip import BadgeGlyph
from musiclib.gui.widgets.candidate_menu import candidate_menu
from musiclib.gui.widgets.controls import button
from musiclib.gui.widgets.flow import FlowLabel, FlowRow

_OWN = (Source.MANUAL, Source.FILE_TAGS, Source.TRACKLIST)
_REASONS = {str(reason): reason for reason in MatchReason}


class MatchHead(QWidget):
    """Made anew for each track."""

    def __init__(self, context: AppContext, acts: Acts, detail: TrackDetail) -> None:
        super().__init__()
        self._context, self._acts, self._detail = context, acts, detail
        theme, row = context.theme, detail.row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(FlowLabel(theme, row.title, "section"))
        if row.version:
            column.addWidget(FlowLabel(theme, row.version, "small", "secondary"))
        if row.artist:
            column.addWidget(FlowLabel(theme, row.artist, "small", "secondary"))
        column.addSpacing(theme.space(2))
        column.addLayout(self._badge_line())
        if sentences := [each for each in (match_words(detail), match_reasons(detail)) if each]:
            line = FlowLabel(theme, ". ".join(sentences) + ".", "small", "secondary")
            line.setContentsMargins(round(theme.icon("badge_row")) + theme.space(2), 0, 0, 0)
            column.addWidget(line)
        buttons = self._buttons()
        if buttons:
            column.addSpacing(theme.space(2))
            flow = FlowRow(theme.space(1))
            for each in buttons:
                flow.add(each)
            column.addWidget(flow)

    def _badge_line(self) -> QHBoxLayout:
        theme, badge = self._context.theme, self._detail.row.badge
        sentence = wording.badge_sentence(badge, self._context.now())
        glyph = BadgeGlyph(theme, badge.state)
        glyph.set_state(badge.state, badge.share)
        glyph.setAccessibleName(sentence)
        line = QHBoxLayout()
        line.setSpacing(theme.space(2))
        line.addWidget(glyph, alignment=Qt.AlignmentFlag.AlignTop)
        line.addWidget(FlowLabel(theme, sentence, "small", "secondary"), 1)
        return line

    def _buttons(self) -> list[QPushButton]:
        detail, editor = self._detail, self._context.library.editor
        track_id, match = detail.row.id, detail.match
        if detail.row.is_id:
            return []
        again = self._button(
            self.tr("Look up again"), self.tr("Give up this match, and ask the sources anew")
        )
        again.clicked.connect(lambda: self._acts.run(lambda: editor.look_up_again([track_id])))
        made = [again]
        if match.locked:
            unlock = self._button(
                self.tr("Unlock match"),
                self.tr("You chose what this track is. Unlocked, a look-up may choose again"),
            )
            unlock.clicked.connect(lambda: self._acts.run(lambda: editor.unlock([track_id])))
            made.append(unlock)
        if match.state is MatchState.REVIEW and any(not each.rejected for each in detail.candidates):
            pick = self._button(self.tr("Pick one"), self.tr("See what the sources offer"))
            pick.clicked.connect(lambda: self._pick(pick))
            made.insert(0, pick)
        if match.state in (MatchState.REVIEW, MatchState.NOT_FOUND):
            compare = self._button(
                self.tr("Open in Review"), self.tr("Compare what is offered, or name the recording by a link")
            )
            compare.clicked.connect(self._review)
            made.append(compare)
        if chosen := chosen_candidate(detail):
            wrong = self._button(
                self.tr("Not this one"), self.tr("It is another recording. This one is never offered again")
            )
            wrong.clicked.connect(partial(self._reject, track_id, chosen.id))
            made.append(wrong)
        return made

    def _button(self, words: str, tip: str) -> QPushButton:
        made = button(self._context.theme, words, dense="tiny")
        made.setFont(self._context.theme.font("small"))
        made.setToolTip(tip)
        return made

    def _review(self) -> None:
        shell, detail = self._context.shell, self._detail
        shell.open_page(places.REVIEW, detail.match.state)
        shell.open_page(places.REVIEW, detail.row.id)

    def _pick(self, under: QPushButton) -> None:
        menu = candidate_menu(self, self._detail, self._accept, self._reject)
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))

    def _accept(self, track_id: TrackId, candidate_id: CandidateId) -> None:
        editor = self._context.library.editor
        self._acts.run(lambda: editor.accept(track_id, candidate_id))

    def _reject(self, track_id: TrackId, candidate_id: CandidateId, _on: bool = False) -> None:
        editor = self._context.library.editor
        self._acts.run(lambda: editor.reject(track_id, candidate_id))


def match_words(detail: TrackDetail) -> str:
    """Who decided what the track is; nothing where the badge has just said it."""
    if detail.row.badge.state is BadgeState.LOCKED:
        return ""
    provider = detail.match.provider
    name = wording.source_name(provider) if provider else ""
    return matched_by(detail.match, name, wording.translate)


def match_reasons(detail: TrackDetail) -> str:
    """What speaks for the match, or why a person is asked."""
    match = detail.match
    if match.state is MatchState.REVIEW:
        offered = [each for each in detail.candidates if not each.rejected]
        ahead = round(offered[0].score - offered[1].score, 1) if len(offered) > 1 else None
        best = _scored(offered[0]) if offered else None
        return why_asked(_pasted(detail), best, ahead, len(offered), tr=wording.translate)
    if match.state is not MatchState.MATCHED or not match.reasons:
        return ""
    words = [
        wording.translate(each)
        for code in match.reasons
        if (each := AGREES.get(code) or DIFFERS.get(code) or code.replace("_", " "))
    ]
    sentence = ", ".join(words)
    return sentence[:1].upper() + sentence[1:]


def chosen_candidate(detail: TrackDetail) -> CandidateRow | None:
    """The recording the track was matched to, if it was one that a source offered."""
    return next((each for each in detail.candidates if each.chosen and not each.rejected), None)


def _scored(offered: CandidateRow) -> MatchScore:
    recording = Recording(
        offered.artist, offered.title, offered.version, offered.album, offered.duration_s, offered.isrc
    )
    reasons = tuple(_REASONS[code] for code in offered.reasons if code in _REASONS)
    return MatchScore(offered.score, reasons, recording)


def _pasted(detail: TrackDetail) -> Recording:
    """What candidates are compared with: the words of the list, the file and the person."""
    own = {}
    for card in detail.fields:
        said = {each.source: each.value for each in card.values}
        for source in _OWN:
            if source in said:
                own[card.name] = said[source]
                break
    return recording_of(own)
