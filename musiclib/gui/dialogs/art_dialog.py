"""Choose the picture of an album or a track among all there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from musiclib.errors import RateLimited
from musiclib.gui import wording
from musiclib.gui.acts import Acts
from musiclib.gui.art_work import ArtWork, Shown, Take, picture_in
from musiclib.gui.context import AppContext
from musiclib.gui.delegates.art_choice import ArtChoiceDelegate
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.art_choices import ArtChoiceModel
from musiclib.gui.widgets.choosers import choose_file
from musiclib.gui.widgets.controls import ElidedLabel, button, icon_button, label
from musiclib.gui.widgets.key_hints import KeyHints
from musiclib.services.art_types import ArtChoice, ArtOf, FurtherArt

_SIZE = QSize(900, 660)
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class ArtDialog(Overlay):
    """A grid of pictures; choosing one is an act that can be undone."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(context.theme, window, _SIZE)
        self._context = context
        self._art = context.library.art
        self._acts = Acts(context, self)
        self._of = ArtOf()
        self._wanted: ArtChoice | None = None
        """What is to be the current one as soon as it is there."""
        self.setAccessibleName(self.tr("Choose a picture"))
        self.setAcceptDrops(True)
        self.model = ArtChoiceModel(self)
        self.view = self._make_view()
        self.work = ArtWork(self._art, self)
        for signal, slot in (
            (self.work.listed, self._on_listed),
            (self.work.shown, self._on_shown),
            (self.work.further, self._on_further),
            (self.work.taken, self._on_taken),
            (self.work.failed, self._say),
            (self.work.looking, self._on_looking),
        ):
            signal.connect(slot)
        self._make_parts()
        self._lay_out()
        self.closed.connect(self.work.request_stop)

    # -- what others ask of it

    def ask(self, of: ArtOf, name: str, take: Take | None = None) -> None:
        """Come up for an album or a track called `name`, with a picture a person gave."""
        self._of, self._wanted = of, None
        self._name.setText(name)
        self.all_tracks.setChecked(False)
        self.all_tracks.setVisible(of.album_id is not None)
        self.model.show([])
        self._say("")
        self._empty.setText(self.tr("Looking at what is there."))
        self._fit()
        self.work.open(of, round(self._tiles.side * self.devicePixelRatioF()))
        if take is not None:
            self.work.take(take)
        self.present()
        self.view.setFocus()

    def wanted_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in _ENTER and self.view.hasFocus():
            self.choose()
        elif not event.modifiers() and (act := self._letters().get(event.key())) is not None:
            act()
        else:
            return False
        return True

    # -- what a person does

    def choose(self) -> None:
        """Use the current picture."""
        tile = self.model.tile(self.view.currentIndex().row())
        if tile is None:
            self._say(self.tr("Choose a picture first."))
        elif not tile.usable:
            self._say(tile.why_not or self.tr("This picture is still being fetched."))
        else:
            self._use(tile.choice)

    def use_none(self) -> None:
        """Show no picture from now on."""
        self._use(None)

    def look_further(self) -> None:
        self._say(self.tr("Asking the sources for more."))
        self.work.look_further(self.model.choices())

    def paste(self) -> None:
        """Take the picture, or the address of one, from the clipboard."""
        take = picture_in(QGuiApplication.clipboard().mimeData())
        if take is None:
            self._say(self.tr("There is no picture, and no address of one, on the clipboard."))
        else:
            self._take(take)

    def choose_file(self) -> None:
        pictures = [self.tr("Pictures (*.jpg *.jpeg *.png *.webp *.gif)")]
        choose_file(self, self.tr("Choose a picture"), pictures, self.take_file)

    def take_file(self, path: str) -> None:
        """Offer the picture in this file."""
        self._take(lambda art: art.take_file(Path(path)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (take := picture_in(event.mimeData())) is not None:
            event.acceptProposedAction()
            self._take(take)

    def _take(self, take: Take) -> None:
        self._say(self.tr("Reading the picture."))
        self.work.take(take)

    def _use(self, choice: ArtChoice | None) -> None:
        of, everywhere = self._of, self.all_tracks.isChecked()
        self.dismiss()
        self._acts.run(lambda: self._art.choose(of, choice, all_tracks=everywhere))

    # -- what comes back

    @Slot(object)
    def _on_listed(self, choices: list[ArtChoice]) -> None:
        given = self._wanted
        self.model.show(choices)
        self._empty.setText(
            self.tr(
                "There is no picture yet. Look further asks the sources; or paste one, drop one here, "
                "or choose a file."
            )
        )
        if given is not None:
            self._on_taken(given)
        self._choose_place(self.model.place_in_force() or 0)

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        self.model.see(shown)
        self._fit()

    @Slot(object)
    def _on_further(self, found: FurtherArt) -> None:
        before = self.model.rowCount()
        self.model.add(found.choices)
        if before == 0:
            self._choose_place(0)
        self._fit()
        self._say(self._told(found, self.model.rowCount() - before))

    @Slot(object)
    def _on_taken(self, choice: ArtChoice) -> None:
        self._wanted = choice
        self._choose_place(self.model.put_first(choice))
        self._say(self.tr("Enter uses this picture."))

    @Slot(bool)
    def _on_looking(self, looking: bool) -> None:
        self.further.setEnabled(not looking)
        self.further.setText(self.tr("Asking the sources") if looking else self.tr("Look further"))

    def _told(self, found: FurtherArt, new: int) -> str:
        """What the sources brought, and which of them gave no answer and why."""
        names = ", ".join(wording.source_name(each) for each in found.asked)
        said = [
            self.tr("{n} more found.").format(n=wording.number(new))
            if new
            else self.tr("Nothing more was found. Asked: {names}.").format(names=names or self.tr("nobody"))
        ]
        clock = wording.clock(self._context.now())
        for source, error in found.troubles:
            words = f"{wording.source_name(source)}: {error}"
            if isinstance(error, RateLimited):
                words += " " + self.tr("Again from {time}.").format(time=clock(error.until))
            said.append(words)
        return "\n".join(said)

    # -- parts

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setProperty("bare", "true")
        view.setAccessibleName(self.tr("Pictures to choose from"))
        self._tiles = ArtChoiceDelegate(self._theme, view)
        view.setItemDelegate(self._tiles)
        view.setGridSize(self._tiles.cell_size())
        view.doubleClicked.connect(self.choose)
        view.installEventFilter(self)
        return view

    def _make_parts(self) -> None:
        theme = self._theme
        self._name = ElidedLabel(theme, "", "section", "secondary")
        self._name.setFont(theme.regular("section"))
        self._empty = label(theme, "", "body", "secondary", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said = label(theme, "", "small", "secondary", wrap=True)
        self.further = button(theme, self.tr("Look further"), "magnifying-glass", shortcut="L")
        self.further.clicked.connect(self.look_further)
        self.all_tracks = QCheckBox(self.tr("Use for all tracks"))
        self.all_tracks.setToolTip(self.tr("Also for tracks that have a picture of their own (A)"))
        self.use = button(theme, self.tr("Use this picture"), kind="primary", shortcut="Return")
        self.use.clicked.connect(self.choose)

    def _lay_out(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        pad = theme.space(5)
        column.setContentsMargins(0, theme.space(4), 0, 0)
        column.setSpacing(theme.space(3))
        column.addLayout(_row(theme.space(2), pad, *self._head()))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        empty = QWidget()
        inner = QHBoxLayout(empty)
        inner.setContentsMargins(4 * pad, 0, 4 * pad, 0)
        inner.addWidget(self._empty)
        self._pages.addWidget(empty)
        column.addLayout(_row(0, theme.space(3), self._pages), 1)
        column.addLayout(_row(0, pad, self._said))
        column.addLayout(_row(theme.space(2), pad, *self._foot()))
        hints = KeyHints(
            theme,
            (
                (("Enter",), self.tr("use")),
                (("L",), self.tr("look further")),
                (("Ctrl+V",), self.tr("paste")),
                (("O",), self.tr("file")),
                (("Esc",), self.tr("close")),
            ),
            self.tr("A picture, a file or an address can be dropped here"),
        )
        hints.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)  # the corners are the dialog's
        column.addWidget(hints)

    def _head(self) -> list[QWidget | None]:
        theme = self._theme
        close = icon_button(theme, "x", self.tr("Close"), "Esc")
        close.clicked.connect(self.dismiss)
        title = label(theme, self.tr("Picture"), "page")
        title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return [title, self._name, close]

    def _foot(self) -> list[QWidget | None]:
        theme = self._theme
        file = button(theme, self.tr("Choose a file"), "folder-open", shortcut="O")
        file.clicked.connect(self.choose_file)
        paste = button(theme, self.tr("Paste"), "clipboard-text", shortcut="Ctrl+V")
        paste.clicked.connect(self.paste)
        none = button(theme, self.tr("No picture"), kind="flat")
        none.clicked.connect(self.use_none)
        return [self.further, file, paste, none, None, self.all_tracks, self.use]

    def _letters(self) -> dict[int, Callable[[], None]]:
        letters: dict[int, Callable[[], None]] = {
            Qt.Key.Key_L: self.look_further,
            Qt.Key.Key_O: self.choose_file,
        }
        if not self.all_tracks.isHidden():
            letters[Qt.Key.Key_A] = self.all_tracks.toggle
        return letters

    def _choose_place(self, row: int) -> None:
        index = self.model.index(row)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().setCurrentIndex(index, flags)
        self.view.scrollTo(index)
        self._fit()

    def _fit(self) -> None:
        self._pages.setCurrentIndex(0 if self.model.rowCount() else 1)

    @Slot(str)
    def _say(self, words: str) -> None:
        self._said.setText(words)
        self._said.setVisible(bool(words))


def _row(gap: int, margin: int, *parts: QWidget | None) -> QHBoxLayout:
    """Parts side by side; None takes up the slack."""
    row = QHBoxLayout()
    row.setContentsMargins(margin, 0, margin, 0)
    row.setSpacing(gap)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
