"""How a provider can reach whoever asks it."""

from __future__ import annotations

NOT_SET = "contact-not-set"
"""Told in the place of an address: one we made up might be somebody's."""


def is_contact(text: str) -> bool:
    """Whether it can stand in the comment of a User-Agent."""
    return bool(text.strip()) and text.isascii() and text.isprintable() and not set(text) & set("()")
