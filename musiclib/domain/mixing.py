"""Which key a set of tracks has in common, as far as they mix."""

from __future__ import annotations

from collections.abc import Collection

from musiclib.domain.music_key import MusicalKey


def common_key(codes: Collection[int]) -> MusicalKey | None:
    """The key among these that all the others mix with; None if there is none.

    Of several, the first one on the wheel, minor before major. `codes` are `MusicalKey.code`s.
    """
    keys = sorted(
        {MusicalKey.from_code(code) for code in codes}, key=lambda key: (key.wheel_number, -key.minor)
    )
    for key in keys:
        if set(keys) <= set(key.mixes_with):
            return key
    return None
