"""The tracks of a group side by side: a column for each, and a sign where one differs from the kept one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.comparison import Sign
from musiclib.domain.ids import TrackId
from musiclib.domain.merging import Conflict, Merge
from musiclib.gui.context import AppContext
from musiclib.gui.models.comparison_words import SIGNS, sign_name
from musiclib.gui.models.duplicate_words import (
    UNJUDGED,
    choice_words,
    field_words,
    full_name,
    rows_of,
)
from musiclib.gui.widgets.controls import keycap, label
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.services.duplicate_types import Case, Member

_COLUMN = 220
_LABEL = 104


def _tr(text: str) -> str:
    return QCoreApplication.translate("duplicates", text)


class DuplicateCase(QScrollArea):
    """`changed` is sent when a person keeps another track, or chooses between two values."""

    changed = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context, self._theme = context, context.theme
        self.case: Case | None = None
        self._kept: TrackId | None = None
        self._choices: dict[str, TrackId] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_case(self, case: Case | None) -> None:
        """Lay a group out, with the one its rule keeps."""
        self.case, self._choices = case, {}
        self._kept = case.group.tracks[0] if case is not None else None
        self._build()

    def keep(self, place: int) -> None:
        """Keep the track in this column (from 0)."""
        if self.case is not None and 0 <= place < len(self.case.members):
            self._kept = self.case.members[place].row.id
            self._build()
            self.changed.emit()

    def merge(self) -> Merge | None:
        """What was decided; None without a group."""
        if self.case is None or self._kept is None:
            return None
        gone = tuple(each for each in self.case.group.tracks if each != self._kept)
        return Merge(self._kept, gone, dict(self._choices))

    def open_questions(self) -> list[Conflict]:
        """What a person has still to choose."""
        if self.case is None:
            return []
        return [each for each in self.case.conflicts if each.field not in self._choices]

    def cell(self, field: str, column: int) -> str:
        """What a cell says."""
        found = self.findChild(FlowLabel, f"{field}-{column}")
        return found.text() if found is not None else ""

    # -- looks

    def _build(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        if self.case is not None:
            self._fill(grid, self.case)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(page)

    def _fill(self, grid: QGridLayout, case: Case) -> None:
        kept = next(each for each in case.members if each.row.id == self._kept)
        heads = QButtonGroup(grid)
        grid.addWidget(self._framed(label(self._theme, "")), 0, 0)
        for column, member in enumerate(case.members):
            grid.addWidget(self._head(column, member, heads), 0, 1 + column)
            grid.setColumnMinimumWidth(1 + column, _COLUMN)
            grid.setColumnStretch(1 + column, 1)
        row = 1
        for conflict in case.conflicts:
            self._ask(grid, row, case, conflict)
            row += 1
        for field, name, words in rows_of(self._context.preferences.settings.key_notation):
            said = [words(each) for each in case.members]
            if any(said):
                grid.addWidget(self._name(name), row, 0)
                for column, text in enumerate(said):
                    sign = _sign(field, text, words(kept), case.members[column] is kept)
                    grid.addWidget(self._cell(field, column, text, sign), row, 1 + column)
                row += 1

    def _head(self, column: int, member: Member, group: QButtonGroup) -> QWidget:
        theme = self._theme
        keep = QRadioButton(_tr("Keep this one"))
        keep.setFont(theme.font("title_in_row"))
        keep.setChecked(member.row.id == self._kept)
        keep.setAccessibleName(_tr("Keep {track}").format(track=full_name(member.row)))
        keep.clicked.connect(partial(self.keep, column))
        group.addButton(keep)
        line = QHBoxLayout()
        line.addWidget(keep, 1)
        line.addWidget(keycap(theme, str(column + 1)), 0, Qt.AlignmentFlag.AlignVCenter)
        path = member.files[0].path if member.files else _tr("no file")
        where = FlowLabel(theme, path, "small", "tertiary")
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, theme.space(1), 0, theme.space(1))
        inner.setSpacing(theme.space(1))
        inner.addLayout(line)
        inner.addWidget(where)
        framed = self._framed(body, edge=True)
        framed.setProperty("current", "true" if member.row.id == self._kept else "false")
        return framed

    def _ask(self, grid: QGridLayout, row: int, case: Case, conflict: Conflict) -> None:
        """A row in which a person chooses whose value stays."""
        grid.addWidget(
            self._name(_tr("Your {field}").format(field=field_words(conflict.field)), "review"), row, 0
        )
        group = QButtonGroup(grid)
        for column, member in enumerate(case.members):
            track_id = member.row.id
            if track_id not in conflict.values:
                grid.addWidget(self._framed(label(self._theme, ""), edge=True), row, 1 + column)
                continue
            made = QRadioButton(choice_words(conflict.field, conflict.values[track_id]))
            made.setFont(self._theme.font("body"))
            made.setChecked(self._choices.get(conflict.field) == track_id)
            made.clicked.connect(partial(self._choose, conflict.field, track_id))
            group.addButton(made)
            grid.addWidget(self._framed(made, edge=True), row, 1 + column)

    def _choose(self, field: str, track_id: TrackId) -> None:
        self._choices[field] = track_id
        self.changed.emit()

    def _name(self, text: str, tone: str = "secondary") -> QWidget:
        made = label(self._theme, text, "body", tone, wrap=True)
        made.setFixedWidth(_LABEL)
        return self._framed(made)

    def _cell(self, field: str, column: int, text: str, sign: Sign) -> QWidget:
        theme = self._theme
        tone = {Sign.DIFFERS: "review", Sign.SAME: "done"}.get(sign, "tertiary")
        mark = label(theme, SIGNS[sign], "body_strong", tone)
        mark.setFixedWidth(theme.space(5))
        mark.setAccessibleName(sign_name(sign))
        words = FlowLabel(theme, text or _tr("not known"), "body", "" if text else "tertiary")
        words.setObjectName(f"{field}-{column}")
        body = QWidget()
        line = QHBoxLayout(body)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        return self._framed(body, edge=True)

    def _framed(self, body: QWidget, *, edge: bool = False) -> QFrame:
        theme = self._theme
        frame = QFrame()
        frame.setProperty("cell", "true")
        if edge:
            frame.setProperty("edge", "left")
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(theme.space(4), theme.space(2), theme.space(3), theme.space(2))
        inner.addWidget(body)
        return frame


def _sign(field: str, text: str, kept: str, is_kept: bool) -> Sign:
    if is_kept or field in UNJUDGED or not kept:
        return Sign.UNJUDGED
    if not text:
        return Sign.ABSENT
    if text.casefold() == kept.casefold():
        return Sign.SAME
    # In a group lengths differ by no more than two encodings of one recording do.
    return Sign.NEAR if field == "duration_s" else Sign.DIFFERS


def question_words(case: DuplicateCase) -> str:
    """What has to be chosen before the merge, as a sentence; "" if nothing."""
    asked = [field_words(each.field) for each in case.open_questions()]
    if not asked:
        return ""
    return _tr("You have set this in two ways: {fields}. Choose which one stays.").format(
        fields=", ".join(asked)
    )
