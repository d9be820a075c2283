"""Under which names each kind of tag keeps what, and how its values are read as text."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

MAX_ART_BYTES = 16 * 1024 * 1024
_MAX_TEXT = 2000
_FRONT = 3

FIELDS = (
    "artist", "title", "album", "albumartist", "track", "disc", "date",
    "isrc", "bpm", "key", "label", "catalog_number", "genres", "track_total", "disc_total", "original_date",
    "compilation", "recording_mbid", "release_mbid", "track_gain", "track_peak", "album_gain", "r128_gain",
    "bpm_exact", "key_shown", "energy", "comment", "album_peak", "r128_album_gain",
)  # fmt: skip

Names = dict[str, tuple[str, ...]]
"""Field -> names of tags in lower case, the first that is there counts."""

# mutagen turns older frames (TYER, TDAT) into TDRC when it loads.
ID3_NAMES: Names = {
    "artist": ("tpe1",),
    "title": ("tit2",),
    "album": ("talb",),
    "albumartist": ("tpe2", "txxx:albumartist", "txxx:album artist"),
    "track": ("trck",),
    "disc": ("tpos",),
    "date": ("tdrc", "tdrl"),
    "isrc": ("tsrc", "txxx:isrc"),
    "bpm": ("tbpm",),
    "key": ("tkey", "txxx:initialkey", "txxx:initial_key", "txxx:key"),
    "label": ("tpub", "txxx:label"),
    "catalog_number": ("txxx:catalognumber", "txxx:catalog", "txxx:catalog #"),
    "genres": ("tcon",),
    "track_total": (),
    "disc_total": (),
    "original_date": ("tdor", "txxx:originaldate", "txxx:originalyear"),
    "compilation": ("tcmp",),
    "recording_mbid": ("ufid:http://musicbrainz.org",),
    "release_mbid": ("txxx:musicbrainz album id",),
    "track_gain": ("txxx:replaygain_track_gain",),
    "track_peak": ("txxx:replaygain_track_peak",),
    "album_gain": ("txxx:replaygain_album_gain",),
    "r128_gain": (),
    "bpm_exact": ("txxx:bpm",),
    "key_shown": ("txxx:key",),
    "energy": ("txxx:energylevel",),
    "comment": ("comm:",),
    "album_peak": ("txxx:replaygain_album_peak",),
    "r128_album_gain": (),
}
VORBIS_NAMES: Names = {
    "artist": ("artist",),
    "title": ("title",),
    "album": ("album",),
    "albumartist": ("albumartist", "album artist", "album_artist"),
    "track": ("tracknumber", "track"),
    "disc": ("discnumber", "disc"),
    "date": ("date", "year", "releasedate"),
    "isrc": ("isrc",),
    "bpm": ("bpm", "tempo"),
    "key": ("initialkey", "initial_key", "key"),
    "label": ("label", "organization", "publisher"),
    "catalog_number": ("catalognumber", "catalog", "labelno"),
    "genres": ("genre",),
    "track_total": ("tracktotal", "totaltracks"),
    "disc_total": ("disctotal", "totaldiscs"),
    "original_date": ("originaldate", "originalyear"),
    "compilation": ("compilation",),
    "recording_mbid": ("musicbrainz_trackid",),
    "release_mbid": ("musicbrainz_albumid",),
    "track_gain": ("replaygain_track_gain",),
    "track_peak": ("replaygain_track_peak",),
    "album_gain": ("replaygain_album_gain",),
    "r128_gain": ("r128_track_gain",),
    "bpm_exact": (),
    "key_shown": ("key",),
    "energy": ("energylevel",),
    "comment": ("comment", "description"),
    "album_peak": ("replaygain_album_peak",),
    "r128_album_gain": ("r128_album_gain",),
}
FREEFORM = "----:com.apple.itunes:"
MP4_NAMES: Names = {
    "artist": ("\xa9art",),
    "title": ("\xa9nam",),
    "album": ("\xa9alb",),
    "albumartist": ("aart",),
    "track": ("trkn",),
    "disc": ("disk",),
    "date": ("\xa9day",),
    "isrc": (FREEFORM + "isrc",),
    "bpm": ("tmpo",),
    "key": (FREEFORM + "initialkey", FREEFORM + "initial_key", FREEFORM + "key"),
    "label": (FREEFORM + "label", FREEFORM + "publisher"),
    "catalog_number": (FREEFORM + "catalognumber",),
    "genres": ("\xa9gen",),
    "track_total": (),
    "disc_total": (),
    "original_date": (FREEFORM + "originaldate", FREEFORM + "originalyear"),
    "compilation": ("cpil",),
    "recording_mbid": (FREEFORM + "musicbrainz track id",),
    "release_mbid": (FREEFORM + "musicbrainz album id",),
    "track_gain": (FREEFORM + "replaygain_track_gain",),
    "track_peak": (FREEFORM + "replaygain_track_peak",),
    "album_gain": (FREEFORM + "replaygain_album_gain",),
    "r128_gain": (),
    "bpm_exact": (FREEFORM + "bpm",),
    "key_shown": (FREEFORM + "key",),
    "energy": (FREEFORM + "energylevel",),
    "comment": ("\xa9cmt",),
    "album_peak": (FREEFORM + "replaygain_album_peak",),
    "r128_album_gain": (),
}
ASF_NAMES: Names = {
    "artist": ("author",),
    "title": ("title",),
    "album": ("wm/albumtitle",),
    "albumartist": ("wm/albumartist",),
    "track": ("wm/tracknumber",),
    "disc": ("wm/partofset",),
    "date": ("wm/year",),
    "isrc": ("wm/isrc",),
    "bpm": ("wm/beatsperminute",),
    "key": ("wm/initialkey",),
    "label": ("wm/publisher",),
    "catalog_number": ("wm/catalogno",),
    "genres": ("wm/genre",),
    "track_total": (),
    "disc_total": (),
    "original_date": ("wm/originalreleasetime", "wm/originalreleaseyear"),
    "compilation": ("wm/iscompilation",),
    "recording_mbid": ("musicbrainz/track id",),
    "release_mbid": ("musicbrainz/album id",),
    "track_gain": ("replaygain_track_gain",),
    "track_peak": ("replaygain_track_peak",),
    "album_gain": ("replaygain_album_gain",),
    "r128_gain": (),
    "bpm_exact": (),
    "key_shown": ("key",),
    "energy": ("energylevel",),
    "comment": ("description",),
    "album_peak": ("replaygain_album_peak",),
    "r128_album_gain": (),
}
APE_NAMES: Names = {
    "artist": ("artist",),
    "title": ("title",),
    "album": ("album",),
    "albumartist": ("album artist", "albumartist"),
    "track": ("track",),
    "disc": ("disc",),
    "date": ("year", "date"),
    "isrc": ("isrc",),
    "bpm": ("bpm",),
    "key": ("initialkey", "initial_key", "key"),
    "label": ("label", "publisher"),
    "catalog_number": ("catalognumber",),
    "genres": ("genre",),
    "track_total": (),
    "disc_total": (),
    "original_date": ("originaldate", "originalyear"),
    "compilation": ("compilation",),
    "recording_mbid": ("musicbrainz_trackid",),
    "release_mbid": ("musicbrainz_albumid",),
    "track_gain": ("replaygain_track_gain",),
    "track_peak": ("replaygain_track_peak",),
    "album_gain": ("replaygain_album_gain",),
    "r128_gain": (),
    "bpm_exact": (),
    "key_shown": ("key",),
    "energy": ("energylevel",),
    "comment": ("comment",),
    "album_peak": ("replaygain_album_peak",),
    "r128_album_gain": (),
}


def read(audio: Any) -> dict[str, list[str]]:
    """Every field of `FIELDS` with its values as clean text; an empty list where there is none."""
    tags = audio.tags
    if tags is None:
        return {field: [] for field in FIELDS}
    names, texts = _family(tags)
    # Programs do not agree on the case of names they made up ("initialkey", "InitialKey").
    by_name: dict[str, Any] = {}
    if names is VORBIS_NAMES:
        for name, value in tags:  # the mapping interface of these tags searches the list every time
            by_name.setdefault(name.lower(), []).append(value)
    else:
        by_name = {name.lower(): value for name, value in tags.items()}
        if names is ID3_NAMES:  # a comment without a description, in whatever language
            by_name["comm:"] = next((by_name[name] for name in by_name if name.startswith("comm::")), None)
    return {field: _first(by_name, names[field], texts) for field in FIELDS}


def of_id3(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """As `read`, of the texts of ID3 frames by the names mutagen gives these."""
    by_name = {name.lower(): texts for name, texts in values.items()}
    return {field: _first(by_name, names, _as_they_are) for field, names in ID3_NAMES.items()}


def _family(tags: Any) -> tuple[Names, Callable[[Any], Iterable[str]]]:
    if isinstance(tags, ID3):
        return ID3_NAMES, _id3_texts
    if isinstance(tags, MP4Tags):
        return MP4_NAMES, _mp4_texts
    if isinstance(tags, ASFTags):
        return ASF_NAMES, _listed_texts
    if isinstance(tags, APEv2):
        return APE_NAMES, _ape_texts
    return VORBIS_NAMES, _listed_texts


def _first(
    by_name: dict[str, Any], names: tuple[str, ...], texts: Callable[[Any], Iterable[str]]
) -> list[str]:
    for name in names:
        if by_name.get(name) is not None and (
            found := [text for raw in texts(by_name[name]) if (text := _clean(raw))]
        ):
            return found
    return []


def _clean(text: str) -> str:
    text = text.replace("\0", " ").strip()[:_MAX_TEXT]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _as_they_are(texts: Iterable[str]) -> Iterable[str]:
    return texts


def _id3_texts(frame: Any) -> Iterable[str]:
    if frame.FrameID == "TCON":
        return list(frame.genres)
    if frame.FrameID == "UFID":
        return [frame.data.decode("ascii", "replace")]
    return [str(text) for text in frame.text]


def _mp4_texts(values: Any) -> Iterator[str]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, tuple):  # (number, of how many)
            yield f"{value[0] or ''}/{value[1]}" if value[1] else str(value[0] or "")
        elif isinstance(value, bytes):
            yield value.decode("utf-8", "replace")
        else:
            yield str(value)


def _ape_texts(value: Any) -> Iterable[str]:
    return str(value).split("\0") if value.kind == 0 else ()


def _listed_texts(values: Any) -> Iterable[str]:
    return (str(value) for value in values)


# --- art ----------------------------------------------------------------------------------------


def has_art(audio: Any) -> bool:
    """Whether any picture is embedded; it is not looked at."""
    tags = audio.tags
    if isinstance(audio, FLAC) and audio.pictures:
        return True
    if tags is None:
        return False
    if isinstance(tags, ID3):
        return any(key.startswith("APIC") for key in tags)
    names = ("covr", "WM/Picture", "metadata_block_picture", "coverart", "Cover Art (Front)")
    return any(name in tags for name in names)


def front_cover(audio: Any, max_bytes: int) -> bytes | None:
    """The picture marked as front cover, else the first; None if there is none of that size or less."""
    pictures = [(kind, data) for kind, data in _pictures(audio) if 0 < len(data) <= max_bytes]
    pictures.sort(key=lambda picture: picture[0] != _FRONT)
    return pictures[0][1] if pictures else None


def _pictures(audio: Any) -> Iterator[tuple[int, bytes]]:
    """(picture type as in ID3, bytes) of each embedded picture."""
    if isinstance(audio, FLAC):
        yield from ((picture.type, picture.data) for picture in audio.pictures)
    if audio.tags is not None:
        yield from next(read for kind, read in _PICTURES if isinstance(audio.tags, kind))(audio.tags)


def _id3_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    return ((int(frame.type), frame.data) for frame in tags.getall("APIC"))


def _mp4_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    return ((_FRONT, bytes(cover)) for cover in tags.get("covr", []))


def _asf_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    return (_asf_picture(value.value) for value in tags.get("WM/Picture", []))


def _ape_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    if (cover := tags.get("Cover Art (Front)")) is not None:
        # A file name, a zero byte, then the picture.
        yield _FRONT, bytes(cover.value).partition(b"\0")[2]


def _vorbis_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    for block in tags.get("metadata_block_picture", []):
        picture: Any = Picture(base64.b64decode(block))  # type: ignore[no-untyped-call]  # mutagen's own
        yield picture.type, picture.data
    yield from ((_FRONT, base64.b64decode(block)) for block in tags.get("coverart", []))


_PICTURES: tuple[tuple[Any, Callable[[Any], Iterator[tuple[int, bytes]]]], ...] = (
    (ID3, _id3_pictures),
    (MP4Tags, _mp4_pictures),
    (ASFTags, _asf_pictures),
    (APEv2, _ape_pictures),
    (object, _vorbis_pictures),
)


def _asf_picture(value: bytes) -> tuple[int, bytes]:
    """WM_PICTURE: type, 32-bit length, then two UTF-16 texts that end in a double zero, then the picture."""
    position = 5
    for _ in range(2):
        while value[position : position + 2] not in (b"\0\0", b""):
            position += 2
        position += 2
    return value[0], value[position:]
