"""Which sources a person prefers, where they disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from musiclib.db.engine import Database
from musiclib.db.preferences import SourcePreferenceRepository
from musiclib.domain.field_names import FIELD_NAMES
from musiclib.domain.provenance import ANY_FIELD, EVERYWHERE, MERGED_FIELDS, artist_key
from musiclib.domain.source_names import SOURCE_NAMES
from musiclib.domain.states import Source
from musiclib.errors import BadInput, NotInLibrary
from musiclib.services.act_record import Act
from musiclib.services.acts import Acts
from musiclib.services.changes import Change

_MAY_BE_PREFERRED = tuple(
    each for each in Source if each not in {Source.MANUAL, Source.COVER_ART_ARCHIVE, Source.ARTIST}
)


@dataclass(frozen=True, slots=True)
class Preference:
    """`field` None: all fields; `artist` None: everywhere."""

    source: str
    field: str | None
    artist: str | None


class ProvenanceService:
    """Thread-safe. Each change is one act that can be undone.

    Many tracks may have to be merged anew with a change: that is done in short transactions before the
    call returns, or by whoever opens the library next.
    """

    def __init__(self, db: Database, acts: Acts) -> None:
        self._db = db
        self._acts = acts

    def preferences(self) -> list[Preference]:
        """Those for everywhere first."""
        with self._db.read() as conn:
            repository = SourcePreferenceRepository(conn)
            found = repository.all()
            names = repository.artist_names({each.artist_key for each in found} - {EVERYWHERE})
        return [
            Preference(
                each.source,
                None if each.field == ANY_FIELD else each.field,
                None if each.artist_key == EVERYWHERE else names.get(each.artist_key, each.artist_key),
            )
            for each in found
        ]

    def prefer(self, source: str, field: str | None = None, artist: str | None = None) -> Change:
        """Take this source's word for a field everywhere, or for an artist's tracks (for all fields: None).

        A value of a person's hand still stands before it. Raises `BadInput` for a source or field there is
        not, or where both are left out: that is the order of sources; `NotInLibrary` for an artist.
        """
        if source not in _MAY_BE_PREFERRED:
            named = ", ".join(_MAY_BE_PREFERRED)
            raise BadInput(f"There is no source “{source}” to prefer. There are {named}.")
        name = SOURCE_NAMES.get(source, source)
        return self._change(
            field, artist, lambda act, key, what: act.prefer(key, what, source), f"{name} preferred"
        )

    def forget(self, field: str | None = None, artist: str | None = None) -> Change:
        """Have no preference any more. Raises as `prefer`, and `NotInLibrary` if there was none."""

        def drop(act: Act, key: str, what: str) -> None:
            if SourcePreferenceRepository(act.conn).get(key, what) is None:
                raise NotInLibrary("No source is preferred there. `musiclib prefer --list` shows which are.")
            act.prefer(key, what, None)

        return self._change(field, artist, drop, "No source preferred")

    def _change(
        self, field: str | None, artist: str | None, change: Callable[[Act, str, str], None], what: str
    ) -> Change:
        if field is None and artist is None:
            raise BadInput("Name a field or an artist. The order of all sources is in the settings.")
        if field is not None and field not in MERGED_FIELDS:
            raise BadInput(f"A track has no field “{field}”. There are {', '.join(MERGED_FIELDS)}.")
        key = EVERYWHERE if artist is None else artist_key(artist)
        with self._acts.begin("prefer") as doing:
            act = doing.act
            if artist is not None:
                names = SourcePreferenceRepository(act.conn).artist_names([key])
                if key not in names:
                    raise NotInLibrary(f"No track is by “{artist}”. `musiclib artists` lists the artists.")
                artist = names[key]
            of = f" of {artist}" if artist else ""
            act.summary = f"{what} for {FIELD_NAMES[field] if field else 'all facts'}{of}"
            change(act, key, field or ANY_FIELD)
        done = doing.done
        return Change(done.changeset_id, done.summary, tuple(self._acts.remerge_what_is_due()), ())
