"""The column for what is kept of acts: JSON, and compressed where it is much."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

from sqlalchemy import JSON, Dialect, TypeDecorator

LARGEST = 64 * 1024
"""So many characters are kept as they are."""
_PACKED, _NAMED = "packed", "named"
_ART = re.compile(r'"art_id":"([0-9a-f-]{36})"')
_ALBUM = re.compile(r'"table":"albums","key":\["([0-9a-f-]{36})"\]')
_SOURCE = re.compile(r'"table":"track_metadata","key":\["[0-9a-f-]{36}","([^"]+)"\]')
_PROVIDER = re.compile(r'"provider":"([^"]+)"')


class PackedJson(TypeDecorator[dict[str, Any]]):
    """A JSON object. Of a large one that is compressed, what rows are looked for by stays readable: ids of
    albums and pictures, and names of sources."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        if not value:
            return value
        text = json.dumps(value, separators=(",", ":"))
        if len(text) <= LARGEST:
            return value
        named: dict[str, Any] = {
            "art": [{"art_id": each} for each in sorted({*_ART.findall(text)})],
            "albums": sorted({*_ALBUM.findall(text), *value.get("lists", ()), *_made(value)}),
            "sources": sorted({*_SOURCE.findall(text), *_PROVIDER.findall(text)}),
        }
        return {_PACKED: base64.b64encode(zlib.compress(text.encode())).decode(), _NAMED: named}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        if not value or _PACKED not in value:
            return value
        unpacked: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(value[_PACKED])))
        return unpacked


def _made(value: dict[str, Any]) -> set[str]:
    return {each["id"] for each in value.get("made_albums", ())}
