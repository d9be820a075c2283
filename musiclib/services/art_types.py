"""What the art service takes and gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from musiclib.domain.art_ref import ArtRef
from musiclib.domain.ids import AlbumId, ArtId, TrackId
from musiclib.errors import KnownError
from musiclib.providers.base import ArtBytes, ArtProvider, MetadataProvider

IN_LIBRARY = "library"
"""`ArtRef.provider` of a picture in the art folder; `ref` is its id."""
IN_FILE = "file"
"""`ArtRef.provider` of a picture on disk: `ref` is the path, `kind` "picture", or "audio" it is inside of."""


@dataclass(frozen=True, slots=True)
class ArtOf:
    """Whose picture: an album's or a single track's; exactly one of the two is set."""

    album_id: AlbumId | None = None
    track_id: TrackId | None = None


@dataclass(frozen=True, slots=True)
class ArtChoice:
    """A picture one may choose."""

    source: str
    """Who it is from: a `states.Source`, or `art_ref.FOLDER`."""
    ref: ArtRef
    width: int | None = None
    """Pixels, where they are known before it is fetched."""
    height: int | None = None
    art_id: ArtId | None = None
    """Once it is in the art folder."""
    source_url: str | None = None
    in_force: bool = False
    by_hand: bool = False
    """It is in force because a person chose it."""
    named_by: int = 0
    """How many of the tracks name it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the art folder as it is read."""

    data: bytes
    sha256: str
    """Of the original."""
    small: bool = False
    """It is a small copy."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of fetching a choice: the choice with its `art_id`, or why it has none."""

    choice: ArtChoice
    trouble: KnownError | None = None
    """None with no `art_id` either: the picture is not there any more."""


@dataclass(frozen=True, slots=True)
class FurtherArt:
    """All choices there are after the sources were asked, and which of these gave no answer."""

    choices: tuple[ArtChoice, ...]
    troubles: tuple[tuple[str, KnownError], ...] = ()
    """(source, why)."""
    asked: tuple[str, ...] = ()
    """The sources that answered."""


@dataclass(frozen=True, slots=True)
class ArtSources:
    """Whom to ask while a person waits; opened in the loop that asks."""

    online: bool = True
    search: Sequence[MetadataProvider] = ()
    art: Mapping[str, ArtProvider] = field(default_factory=dict)
    """By the names pictures are referred to (`ArtRef.provider`)."""


OpenArt = Callable[[], AbstractAsyncContextManager[ArtSources]]
FetchPicture = Callable[[str], Awaitable[ArtBytes]]
"""The picture at an address a person gave. Raises `BadInput`, `ProviderError`."""
Stop = Callable[[], bool]
"""Whether the person has lost patience; asked now and then."""
