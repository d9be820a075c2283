"""The sources a person prefers, each to be forgotten again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot

from musiclib.gui.acts import Acts
from musiclib.gui.context import AppContext
from musiclib.gui.inspector.fields import field_name
from musiclib.gui.models.lines import Line
from musiclib.gui.widgets.forgettable_list import ForgettableList
from musiclib.gui.wording import source_name
from musiclib.services.changes import Change
from musiclib.services.provenance import Preference


class PreferenceList(ForgettableList):
    """Read anew by `look`, and whenever rows are read again: an undo may have brought one back."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(
            context,
            self.tr("Sources you prefer"),
            self.tr("None yet. In the inspector, a value's sources can be preferred where they disagree."),
            row="row_tall",
        )
        self._acts = Acts(context, self)
        self.forgotten.connect(self._forget_preferences)
        context.shell.refresh_wanted.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Read what is preferred."""
        self._context.commands.run(self._context.library.provenance.preferences, self._show)

    @Slot(object)
    def _show(self, preferences: Sequence[Preference]) -> None:
        self.show_lines([self._line(each) for each in preferences])

    def _line(self, preference: Preference) -> Line:
        field = field_name(preference.field) if preference.field else self.tr("Everything")
        where = preference.artist or self.tr("everywhere")
        what = self.tr("{field}, {where}") if preference.artist is None else self.tr("{field} of {where}")
        icon = "user" if preference.artist else "globe"
        return Line(
            preference, source_name(preference.source), what.format(field=field, where=where), "", None, icon
        )

    @Slot(list)
    def _forget_preferences(self, gone: Sequence[Preference]) -> None:
        provenance = self._context.library.provenance

        def forget() -> list[Change]:
            return [provenance.forget(each.field, each.artist) for each in gone]

        self._acts.run(forget)
