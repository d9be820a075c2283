"""Where the list goes: a new album, or one that exists, with what would change there."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from musiclib.domain.ids import AlbumId
from musiclib.domain.states import MergeMode
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.paste_import.album_box import AlbumBox
from musiclib.gui.dialogs.paste_import.rows_view import VERDICT_LOOKS, paint_verdict_glyph
from musiclib.gui.dialogs.paste_import.session import Reading
from musiclib.gui.theme import Theme
from musiclib.gui.widgets.art import ArtLabel
from musiclib.gui.widgets.controls import (
    ElidedLabel,
    Painted,
    SegmentedControl,
    label,
    restyle,
)
from musiclib.gui.wording import date, number
from musiclib.services.import_types import AlbumGuess, GuessReason, ImportPreview, RowVerdict

_NARROW_BELOW = 1100
_WIDE, _NARROW = (3, 9), (3, 5)
"""How the two cards share the width."""
ORDER = (
    RowVerdict.SAME,
    RowVerdict.NOW_KNOWN,
    RowVerdict.CHANGED,
    RowVerdict.STILL_ID,
    RowVerdict.LINKED,
    RowVerdict.NEW,
)


class _VerdictGlyph(Painted):
    def __init__(self, theme: Theme, verdict: RowVerdict) -> None:
        super().__init__(theme)
        self._verdict = verdict
        side = round(theme.icon("badge_row"))
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_verdict_glyph(
            QPainter(self), QRect(0, 0, self.width(), self.height()), self._verdict, self.theme
        )


class _Card(QFrame):
    """A card with a radio button; a click anywhere in it chooses it."""

    chosen = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.radio = QRadioButton()
        self.radio.setAccessibleName(name)
        self.radio.setAutoExclusive(False)
        self.radio.clicked.connect(self.chosen)
        self.row = QHBoxLayout(self)
        pad = theme.space(3)
        self.row.setContentsMargins(pad, pad, pad, pad)
        self.row.setSpacing(theme.space(3))
        self.row.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)

    def set_chosen(self, on: bool) -> None:
        self.radio.setChecked(on)
        wanted = "chosen" if on else "true"
        if self.property("card") != wanted:
            self.setProperty("card", wanted)
            restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.chosen.emit()


class TargetPanel(QWidget):
    """Tells only what a person chose; what holds is told to it by `show_reading`."""

    new_chosen = Signal()
    existing_chosen = Signal(object)
    """The id of the album to compare with, or None for the one shown."""
    mode_chosen = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._theme = theme = context.theme
        self._shown: AlbumId | None = None
        self._title_typed = self._artist_typed = False
        self.new_card = _Card(theme, self.tr("New album"))
        self.new_card.chosen.connect(self.new_chosen)
        self.old_card = _Card(theme, self.tr("Existing album"))
        self.old_card.chosen.connect(self._choose_shown)
        self.title = self._field(self.tr("Title of the album"))
        self.title.textEdited.connect(self._typed_title)
        self.artist = self._field(self.tr("Artist or DJ, may stay empty"))
        self.artist.textEdited.connect(self._typed_artist)
        self._new_note = ElidedLabel(theme, "", "small", "secondary")
        self.album_box = AlbumBox(context)
        self.album_box.album_picked.connect(self.existing_chosen)
        self._facts = label(theme, "", "small", "secondary")
        self._why = ElidedLabel(theme, "", "small", "secondary")
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._count_labels: dict[RowVerdict, tuple[_VerdictGlyph, QLabel]] = {}
        self._no_counts = label(theme, "", "small", "secondary")
        self.mode = SegmentedControl(
            theme,
            [
                (MergeMode.MERGE, self.tr("Merge"), ""),
                (MergeMode.APPEND, self.tr("Append at the end"), ""),
                (MergeMode.REPLACE_ORDER, self.tr("Replace order"), ""),
            ],
            self.tr("How to join"),
        )
        self.mode.chosen.connect(self._mode_changed)
        self._effect = ElidedLabel(theme, "", "small", "secondary")
        self._art = ArtLabel(context, theme.size("art_dialog"))
        self._lay_out()
        self.show_reading(None, wants_new=True)

    # -- what holds

    def show_reading(self, reading: Reading | None, wants_new: bool) -> None:
        """Take the newest comparison. Names typed by hand are kept."""
        preview = reading.preview if reading is not None else None
        if preview is not None:
            if not self._title_typed:
                self.title.setText(preview.suggested_title)
                self.title.setCursorPosition(0)
            if not self._artist_typed:
                self.artist.setText(preview.suggested_artist or "")
        self.new_card.set_chosen(wants_new)
        self.old_card.set_chosen(not wants_new)
        self._show_existing(preview)
        self._show_counts(reading if self._shown is not None else None)
        self._show_new_note(reading)

    def forget_names(self) -> None:
        """Another list: its own suggestions count again."""
        self._title_typed = self._artist_typed = False

    def merge_mode(self) -> MergeMode:
        return MergeMode(self.mode.current())

    # -- parts

    def _show_existing(self, preview: ImportPreview | None) -> None:
        target = preview.target if preview else None
        self._shown = target
        row = self._context.albums.get(target) if target else None
        guess = preview.guess if preview and preview.guess and preview.guess.album_id == target else None
        self.album_box.show_album(target)
        self._offer_existing(bool(len(self._context.albums)))
        self.mode.setVisible(target is not None)
        self._art.setVisible(target is not None)
        if row is not None:
            self._art.show_art(row.art_id, row.title)
            facts = self.tr("{n} rows, added {day}").format(
                n=number(row.counts.total), day=date(row.added_at)
            )
            self._facts.setText(facts)
        else:
            self._facts.setText("")
        self._why.setText(self._reason(guess) if guess else "")
        self._mode_changed_words()

    def _offer_existing(self, any_there: bool) -> None:
        """While there is no album it says so, and cannot be chosen."""
        for part in (self.old_card.radio, self.album_box):
            part.setEnabled(any_there)
        self.old_card.setEnabled(any_there)
        self._no_counts.setText(
            self.tr("Choose an album to see what would change there.")
            if any_there
            else self.tr("There is no album in your library yet; this list makes the first one.")
        )

    def _show_counts(self, reading: Reading | None) -> None:
        counts = reading.with_target.counts if reading else Counter[RowVerdict]()
        for verdict, (glyph, words) in self._count_labels.items():
            words.setText(self.count_words(verdict, counts[verdict]))
            glyph.setVisible(counts[verdict] > 0)
            words.setVisible(counts[verdict] > 0)
        self._no_counts.setVisible(reading is None)

    def _make_counts(self) -> QHBoxLayout:
        theme = self._theme
        row = QHBoxLayout()
        row.setSpacing(theme.space(1))
        for verdict in ORDER:
            strong = VERDICT_LOOKS[verdict].strong
            glyph = _VerdictGlyph(theme, verdict)
            words = label(theme, "", "body_strong" if strong else "body", _TONES.get(verdict, "secondary"))
            words.setContentsMargins(0, 0, theme.space(3), 0)
            row.addWidget(glyph)
            row.addWidget(words)
            self._count_labels[verdict] = (glyph, words)
        row.addWidget(self._no_counts)
        row.addWidget(self._why, 1)
        return row

    def count_words(self, verdict: RowVerdict, count: int) -> str:
        """One part of the difference, with its number."""
        return self.count_template(verdict).format(n=number(count))

    def count_template(self, verdict: RowVerdict) -> str:
        """The same with {n} still in it."""
        return {
            RowVerdict.SAME: self.tr("{n} same"),
            RowVerdict.NOW_KNOWN: self.tr("{n} now known"),
            RowVerdict.CHANGED: self.tr("{n} changed"),
            RowVerdict.STILL_ID: self.tr("{n} still an ID"),
            RowVerdict.NEW: self.tr("{n} new"),
            RowVerdict.LINKED: self.tr("{n} linked"),
        }[verdict]

    def _show_new_note(self, reading: Reading | None) -> None:
        title = self.title.text().strip().casefold()
        twin = any(row.title.casefold() == title for row in self._context.albums.rows()) if title else False
        linked = reading.as_new.counts[RowVerdict.LINKED] if reading else 0
        if twin:
            words = self.tr("A second one of the same name")
        elif linked:
            words = self.tr("{n} tracks are in your library already").format(n=number(linked))
        else:
            words = self.tr("All rows become its tracks")
        self._new_note.setText(words)

    def _reason(self, guess: AlbumGuess) -> str:
        why = {
            GuessReason.SAME_LIST: self.tr("Picked for you: this very list, {n} rows agree"),
            GuessReason.SAME_TRACKS: self.tr("Picked for you: {n} rows agree"),
            GuessReason.SAME_TITLE: self.tr("Picked for you: same title, {n} rows agree"),
        }[guess.reason]
        return why.format(n=number(guess.agreeing))

    def _mode_changed(self, _key: str) -> None:
        self._mode_changed_words()
        self.mode_chosen.emit()

    def _mode_changed_words(self) -> None:
        words = {
            MergeMode.MERGE: self.tr("Fills IDs, adds new rows at their place, keeps what you edited."),
            MergeMode.APPEND: self.tr("Adds the new rows after the last one and leaves the rest alone."),
            MergeMode.REPLACE_ORDER: self.tr("Puts the album in the order of this list; nothing is removed."),
        }[self.merge_mode()]
        self._effect.setText(words if self._shown is not None else "")

    def _choose_shown(self) -> None:
        self.existing_chosen.emit(None)

    def _typed_title(self) -> None:
        self._title_typed = True
        self.new_chosen.emit()

    def _typed_artist(self) -> None:
        self._artist_typed = True
        self.new_chosen.emit()

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setFont(self._theme.font("body"))
        made.setProperty("dense", "true")
        made.setPlaceholderText(name)
        made.setAccessibleName(name)
        return made

    def _lay_out(self) -> None:
        theme = self._theme
        new = QVBoxLayout()
        new.setSpacing(theme.space(1))
        new.addWidget(label(theme, self.tr("New album"), "body_strong"))
        new.addWidget(self._new_note)
        new.addWidget(self.title)
        new.addWidget(self.artist)
        new.addStretch(1)
        self.new_card.row.addLayout(new, 1)
        first = QHBoxLayout()
        first.setSpacing(theme.space(2))
        first.addWidget(label(theme, self.tr("Existing album:"), "body_strong"))
        first.addWidget(self.album_box)
        first.addWidget(self._facts)
        first.addStretch(1)
        last = self._joining = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        last.setSpacing(theme.space(2))
        last.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignLeft)
        last.addWidget(self._effect, 1)
        old = QVBoxLayout()
        old.setSpacing(theme.space(1))
        old.addLayout(first)
        old.addLayout(self._make_counts())
        old.addLayout(last)
        old.addStretch(1)
        self.old_card.row.addWidget(self._art, 0, Qt.AlignmentFlag.AlignTop)
        self.old_card.row.addLayout(old, 1)
        row = self._cards = QHBoxLayout(self)
        row.setContentsMargins(theme.space(5), theme.space(3), theme.space(5), theme.space(3))
        row.setSpacing(theme.space(3))
        row.addWidget(self.new_card, _WIDE[0])
        row.addWidget(self.old_card, _WIDE[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _NARROW_BELOW
        for place, share in enumerate(_WIDE if wide else _NARROW):
            self._cards.setStretch(place, share)
        self._facts.setVisible(wide)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._joining.setDirection(direction)
        self._joining.setSpacing(self._theme.space(2 if wide else 1))


_TONES = {
    RowVerdict.NOW_KNOWN: "accent",
    RowVerdict.CHANGED: "review",
    RowVerdict.NEW: "done",
    RowVerdict.LINKED: "done",
}
