"""The settings in force while the window is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from musiclib.gui.commands import CommandQueue
from musiclib.settings import Settings


class Preferences(QObject):
    """Holds the frozen settings and replaces them; `changed` carries the new ones."""

    changed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        save: Callable[[Mapping[str, object]], object],
        commands: CommandQueue,
        parent: QObject | None = None,
    ) -> None:
        """`save` writes changes to the settings file; it runs on the command thread."""
        super().__init__(parent)
        self._settings, self._save, self._commands = settings, save, commands

    @property
    def settings(self) -> Settings:
        return self._settings

    def update(self, **values: object) -> None:
        """Change some settings and keep them; pydantic's ValidationError for bad ones."""
        self._settings = Settings.model_validate({**self._settings.model_dump(), **values})
        self._commands.run(partial(self._save, values))
        self.changed.emit(self._settings)
