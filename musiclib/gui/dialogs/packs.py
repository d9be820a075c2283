"""Make a pack by popularity: the rule, what it gives, and keeping it as an album or a smart album."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from musiclib.domain.packs import (
    PRESET_NAMES,
    PRESETS,
    Pack,
    Preset,
    pack_words,
    rule_words,
    search_of,
)
from musiclib.domain.rows import TrackRow
from musiclib.domain.track_query import TrackQuery, parse_query
from musiclib.errors import KnownError
from musiclib.gui.acts import TrackActs
from musiclib.gui.context import AppContext
from musiclib.gui.dialogs.overlay import Overlay
from musiclib.gui.models.pack_tracks import PACK_LAYOUT, PackTrackModel
from musiclib.gui.reading import Topic
from musiclib.gui.widgets.controls import SegmentedControl, button, icon_button, label, rule
from musiclib.gui.widgets.flow import FlowLabel
from musiclib.gui.widgets.pack_rule import PackRuleForm
from musiclib.gui.widgets.track_table import TrackTable

_SIZE = QSize(1040, 720)

Made = tuple[Pack, list[TrackRow]]


def open_packs(context: AppContext, window: QWidget, query: TrackQuery) -> None:
    """Open the dialog; it goes when it is closed."""
    dialog = PacksDialog(context, window, query)
    dialog.closed.connect(dialog.deleteLater)
    dialog.present()


class PacksDialog(Overlay):
    """The pack is made anew at each change of its rule. Ctrl+Enter saves it as an album."""

    def __init__(self, context: AppContext, window: QWidget, query: TrackQuery) -> None:
        """`query` is what the pack is made of to begin with."""
        super().__init__(context.theme, window, _SIZE)
        self._context = context
        self._acts = TrackActs(context, self)
        self.pack: Pack | None = None
        self.setAccessibleName(self.tr("Packs by popularity"))
        theme = context.theme
        names = [(each.value, QCoreApplication.translate("packs", PRESET_NAMES[each]), "") for each in Preset]
        self.presets = SegmentedControl(theme, names, self.tr("Pack"))
        self.presets.chosen.connect(self._take_preset)
        self.form = PackRuleForm(theme, PRESETS[Preset.TOP_HITS])
        self.form.changed.connect(self._make)
        self.form.show_rule(PRESETS[Preset.TOP_HITS])
        self.search = QLineEdit(str(query))
        self.search.setFont(theme.font("body"))
        self.search.setPlaceholderText(self.tr("All tracks; or a search, as genre:techno year:1990s"))
        self.search.setAccessibleName(self.tr("Only of these tracks"))
        self.search.editingFinished.connect(self._make)
        self.words = FlowLabel(theme, "", "body")
        self.result = FlowLabel(theme, "", "body", "secondary")
        self.model = PackTrackModel(context.tracks, context.now, self)
        self.model.set_notation(context.preferences.settings.key_notation)
        self.table = TrackTable(context, self.model, PACK_LAYOUT)
        self.table.setAccessibleName(self.tr("Tracks of the pack"))
        self.table.installEventFilter(self)
        self._nothing = label(theme, "", "body", "secondary", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing)
        self._named = ""
        self._lay_out()

    def present(self) -> None:
        super().present()
        self._take_preset(Preset.TOP_HITS.value)
        self.presets.setFocus()

    def wanted_key(self, event: QKeyEvent) -> bool:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._save_album()
        else:
            return False
        return True

    # -- looks

    def _lay_out(self) -> None:
        theme = self._context.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        pad = theme.space(5)
        top.setContentsMargins(pad, theme.space(4), pad, theme.space(3))
        top.setSpacing(theme.space(3))
        head = QHBoxLayout()
        head.addWidget(label(theme, self.tr("Packs by popularity"), "section"), 1)
        close = icon_button(theme, "x", self.tr("Close"), "Esc")
        close.clicked.connect(self.dismiss)
        head.addWidget(close)
        top.addLayout(head)
        of = QHBoxLayout()
        of.setSpacing(theme.space(3))
        of.addWidget(self.presets)
        of.addWidget(label(theme, self.tr("of"), "body", "secondary"))
        of.addWidget(self.search, 1)
        top.addLayout(of)
        top.addWidget(self.form)
        top.addWidget(self.words)
        top.addWidget(self.result)
        column.addLayout(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        theme = self._context.theme
        row = QHBoxLayout()
        pad = theme.space(3)
        row.setContentsMargins(theme.space(5), pad, theme.space(5), pad)
        row.setSpacing(theme.space(2))
        self.name = QLineEdit()
        self.name.setFont(theme.font("body"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.textChanged.connect(self._dress)
        row.addWidget(self.name, 1)
        self.keep_search = button(theme, self.tr("Save as smart album"), "funnel")
        self.keep_search.setToolTip(
            self.tr(
                "Keeps the percentiles as a search that goes with the library; it has no size or balance."
            )
        )
        self.keep_search.clicked.connect(self._save_search)
        self.save = button(
            theme, self.tr("Save as album"), "list-plus", kind="primary", shortcut="Ctrl+Return"
        )
        self.save.clicked.connect(self._save_album)
        row.addWidget(self.keep_search)
        row.addWidget(self.save)
        return row

    # -- what is shown

    def _take_preset(self, key: str) -> None:
        preset = Preset(key)
        self.form.show_rule(PRESETS[preset])
        name = QCoreApplication.translate("packs", PRESET_NAMES[preset])
        if self.name.text().strip() in {"", self._named}:
            self.name.setText(name)
        self._named = name
        self._make()

    @Slot()
    def _make(self, _rule: object = None) -> None:
        wanted = self.form.rule
        self.words.setText(rule_words(wanted))
        query = parse_query(self.search.text())
        if query.problems:
            self._refuse_with(query.problems[0].message)
            return
        packs, searching = self._context.library.packs, self._context.library.searching

        def make() -> Made:
            pack = packs.make(wanted, query)
            return pack, searching.rows([each.id for each in pack.tracks])

        self._context.reading.ask(Topic.PACK, make, self._take, self._refuse)

    @Slot(object)
    def _take(self, made: Made) -> None:
        self.pack, rows = made
        self.model.show_pack(self.pack, rows)
        self.result.setText(pack_words(self.pack))
        if rows:
            self._stack.setCurrentWidget(self.table)
        else:
            self._nothing.setText(self.tr("No track fits. Widen the percentiles or the search."))
            self._stack.setCurrentWidget(self._nothing)
        self._dress()

    @Slot(object)
    def _refuse(self, error: KnownError) -> None:
        self._refuse_with(str(error))

    def _refuse_with(self, words: str) -> None:
        self.pack = None
        self.result.setText("")
        self._nothing.setText(words)
        self._stack.setCurrentWidget(self._nothing)
        self._dress()

    def _dress(self) -> None:
        named = bool(self.name.text().strip())
        self.save.setEnabled(named and self.pack is not None and bool(self.pack.tracks))
        self.keep_search.setEnabled(named and self.pack is not None)

    # -- what a person does

    def _save_album(self) -> None:
        if not self.save.isEnabled() or self.pack is None:
            return
        title, ids = self.name.text().strip(), [each.id for each in self.pack.tracks]
        editor = self._context.library.editor
        self.dismiss()
        self._acts.run(partial(editor.make_album, title, ids))

    def _save_search(self) -> None:
        if self.pack is None:
            return
        name = self.name.text().strip()
        query = f"{parse_query(self.search.text())} {search_of(self.pack.rule)}".strip()
        self.dismiss()
        self._context.shell.keep_search(name, query)
