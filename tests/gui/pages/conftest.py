"""The pages are tested in the same surroundings as the dialogs."""

from tests.gui.dialogs.conftest import context, library, window

__all__ = ["context", "library", "window"]
