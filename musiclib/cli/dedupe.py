"""`musiclib dedupe`: tracks that are one recording, and making one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musiclib.cli.command import FAILED, Session, command
from musiclib.cli.output import clock, plain
from musiclib.cli.rows import full_title, track_json
from musiclib.domain.duplicates import DOUBT_WORDS, KEPT_WORDS, By
from musiclib.domain.field_names import FIELD_NAMES, value_in_words
from musiclib.domain.ids import TrackId
from musiclib.domain.merging import Merge
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.domain.rows import FileRow
    from musiclib.services.duplicate_types import Case, Discarded, Member

_BY_WORDS = {By.ISRC: "ISRC", By.FINGERPRINT: "sound", By.TAGS: "names"}


Kinds = Annotated[
    list[By] | None,
    typer.Option("--by", metavar="isrc|tags|fingerprint", help="Look only by this; may be repeated."),
]
Plan = Annotated[bool, typer.Option("--plan", help="Only list what there is. This is the default.")]
Apply = Annotated[bool, typer.Option("--apply", help="Merge the groups that are sure.")]
Unsure = Annotated[bool, typer.Option("--unsure", help="With --apply: also those with a doubt.")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="TRACK", help="Only the group of this track; may be repeated."),
]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="TRACK", help="Keep this one of its group, and look at no other group."),
]
Choose = Annotated[
    list[str] | None,
    typer.Option(
        "--choose",
        metavar="FIELD=TRACK",
        help="Whose value stays where you have set a field in two ways; may be repeated.",
    ),
]
Trash = Annotated[
    bool, typer.Option("--trash", help="With --apply: move the files that are left over to the trash.")
]
Apart = Annotated[
    list[str] | None,
    typer.Option("--apart", metavar="TRACK", help="Say, of two or more, that they are no duplicates."),
]


@dataclass(frozen=True)
class _Said:
    """What was asked for, besides what to look by."""

    unsure: bool
    trash: bool
    kept: frozenset[TrackId]
    choices: tuple[tuple[str, TrackId], ...]


@command
def dedupe(
    session: Session,
    by: Kinds = None,
    plan: Plan = False,
    apply: Apply = False,
    unsure: Unsure = False,
    only: Only = None,
    keep: Keep = None,
    choose: Choose = None,
    trash: Trash = False,
    apart: Apart = None,
) -> int | None:
    """List tracks that are one recording, and merge them.

    The tracks that are merged lose nothing: the one that is kept takes their places on albums, their files
    and what you have set. `musiclib undo` takes it back. Files are never deleted.
    """
    if plan and apply:
        raise typer.BadParameter("Say --plan or --apply, not both.")
    if (unsure or trash or choose) and not apply:
        raise typer.BadParameter("--unsure, --trash and --choose go with --apply.")
    with session.library() as library:
        if apart:
            _tell_apart(session, library, apart)
            return None
        kinds = frozenset(by or (By.ISRC, By.TAGS))
        unheard = _listen(session, library) if By.FINGERPRINT in kinds else False
        track = library.library.find_track
        kept = frozenset(track(each) for each in keep or ())
        wanted = kept.union(track(each) for each in only or ())
        found = library.duplicates.find(kinds)
        cases = library.duplicates.cases(
            [each for each in found.groups if not wanted or wanted.intersection(each.tracks)]
        )
        for note in found.notes:
            session.out.note(note)
        if not apply:
            _print(session, cases, kept)
            return FAILED if unheard else None
        said = _Said(unsure, trash, kept, tuple(_choices(library, choose or ())))
        code = _merge(session, library, [each for each in cases if unsure or each.group.sure], said)
        return FAILED if unheard else code


def _listen(session: Session, library: Library) -> bool:
    """Make the fingerprints that are lacking; whether some could not be made, each of which is named."""
    from musiclib.cli.interrupt import told_to_stop

    with session.out.progress("Listening") as step, told_to_stop() as stop:
        outcome = library.fingerprints.make(
            lambda told: step(told.done, told.total, told.current), stop.is_set
        )
    for path, why in outcome.failed:
        session.out.problem(f"{path}: {why}")
    return bool(outcome.failed)


def _tell_apart(session: Session, library: Library, names: Sequence[str]) -> None:
    change = library.duplicates.tell_apart([library.library.find_track(each) for each in names])
    if session.as_json:
        session.out.json(change)
    session.out.data(change.summary)


def _choices(library: Library, said: Sequence[str]) -> list[tuple[str, TrackId]]:
    found: list[tuple[str, TrackId]] = []
    for each in said:
        field, equals, name = each.partition("=")
        if not equals:
            raise typer.BadParameter(f"“{each}” is no choice. Write FIELD=TRACK, as bpm=ID.")
        found.append((field.strip(), library.library.find_track(name)))
    return found


def _merge(
    session: Session,
    library: Library,
    cases: Sequence[Case],
    said: _Said,
) -> int | None:
    planned = [(case, _merge_of(case, said.kept, said.choices)) for case in cases]
    asking = [(case, merge) for case, merge in planned if _open(case, merge)]
    ready = [(case, merge) for case, merge in planned if not _open(case, merge)]
    change = library.duplicates.merge([merge for _, merge in ready]) if ready else None
    left = [file.id for case, _ in ready for file in case.superfluous] if said.trash else []
    discarded = library.duplicates.discard(left)
    if session.as_json:
        session.out.json(
            {
                "merged": [_json(case, merge.kept) for case, merge in ready],
                "asking": [_json(case, merge.kept) for case, merge in asking],
                "change": None if change is None else plain(change.changeset_id),
                "trashed": list(discarded.paths),
                "failed": [{"path": path, "why": why} for path, why in discarded.failed],
            }
        )
    elif change is None:
        session.out.note("There is nothing to merge.")
    else:
        session.out.data(change.summary)
        session.out.note("`musiclib undo` takes it back.")
    for case, merge in asking:
        for field in _open(case, merge):
            session.out.problem(f"{_asks(case, field)} It was not merged; --choose {field}=TRACK decides.")
    _tell_discarded(session, discarded)
    return FAILED if asking or discarded.failed else None


def _merge_of(case: Case, kept: Collection[TrackId], choices: Sequence[tuple[str, TrackId]]) -> Merge:
    """The merge of a group with what was said about it."""
    tracks = case.group.tracks
    wanted = [each for each in tracks if each in kept]
    if len(wanted) > 1:
        raise BadInput("Of one group only one track can be kept.")
    first = (wanted or tracks)[0]
    mine = {field: track_id for field, track_id in choices if track_id in tracks}
    return Merge(first, tuple(each for each in tracks if each != first), mine)


def _open(case: Case, merge: Merge) -> list[str]:
    return [each.field for each in case.conflicts if merge.choices.get(each.field) not in each.values]


def _asks(case: Case, field: str) -> str:
    row = case.members[0].row
    return f"{row.artist} - {full_title(row)}: you have set the {FIELD_NAMES.get(field, field)} in two ways."


def _tell_discarded(session: Session, discarded: Discarded) -> None:
    if discarded.paths and not session.as_json:
        session.out.data(f"{len(discarded.paths)} moved to the trash.")
    for path, why in discarded.failed:
        session.out.problem(f"{path} stays: {why}.")


def _print(session: Session, cases: Sequence[Case], kept: Collection[TrackId]) -> None:
    if session.as_json:
        merges = [_merge_of(case, kept, ()) for case in cases]
        groups = [_json(case, merge.kept) for case, merge in zip(cases, merges, strict=True)]
        session.out.json({"rule": KEPT_WORDS, "groups": groups})
        return
    for case in cases:
        first = _merge_of(case, kept, ()).kept
        session.out.data(_head(case))
        for member in case.members:
            session.out.data(f"  {'keep' if member.row.id == first else '    '}  {_line(member)}")
        for conflict in case.conflicts:
            values = (
                "" if value is None else f" {value_in_words(conflict.field, value)}"
                for value in conflict.values.values()
            )
            told = " and".join(values).strip()
            session.out.data(f"        {_asks(case, conflict.field)}{f' {told}.' if told else ''}")
    if not cases:
        session.out.note("No duplicates were found.")
        return
    sure = sum(case.group.sure for case in cases)
    session.out.note(f"{len(cases)} groups = {sure} sure + {len(cases) - sure} to look at. {KEPT_WORDS}")


def _head(case: Case) -> str:
    by = " and ".join(_BY_WORDS[each] for each in case.group.by)
    doubts = "; ".join(DOUBT_WORDS[each] for each in case.group.doubts)
    row = case.members[0].row
    return f"{row.artist} - {full_title(row)}: by {by}{f', but {doubts}' if doubts else ''}"


def _line(member: Member) -> str:
    row = member.row
    facts = [
        f"{row.artist} - {full_title(row)}",
        clock(row.duration_s),
        row.isrc or "",
        _file(member.files[0]) if member.files else "no file",
        f"on {', '.join(title for _, title in member.albums)}" if member.albums else "on no album",
        f"{len(member.by_hand)} set by you" if member.by_hand else "",
    ]
    return f"{', '.join(filter(None, facts))}\n        {row.id}"


def _file(file: FileRow) -> str:
    rate = f" {round(file.bitrate / 1000)}" if file.bitrate else ""
    return f"{(file.codec or 'file').upper()}{rate}"


def _json(case: Case, kept: TrackId) -> dict[str, Any]:
    return {
        "by": [each.value for each in case.group.by],
        "sure": case.group.sure,
        "doubts": [each.value for each in case.group.doubts],
        "conflicts": [_conflict_json(each.field, each.values) for each in case.conflicts],
        "superfluous": [file.path for file in case.superfluous],
        "tracks": [_member_json(each, kept) for each in case.members],
    }


def _conflict_json(field: str, values: Mapping[TrackId, Any]) -> dict[str, Any]:
    return {"field": field, "values": {str(track_id): value for track_id, value in values.items()}}


def _member_json(member: Member, kept: TrackId) -> dict[str, Any]:
    return track_json(member.row) | {
        "keep": member.row.id == kept,
        "files": [
            {"path": each.path, "codec": each.codec, "bitrate": each.bitrate, "state": plain(each.state)}
            for each in member.files
        ],
        "albums": [title for _, title in member.albums],
        "by_hand": dict(member.by_hand),
        "match_locked": member.match_locked,
    }
