"""`musiclib packs`: the best known or least known of the library, by a rule that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musiclib.cli.command import Session, command
from musiclib.cli.exporting import Format, write_tracks
from musiclib.cli.rows import full_title, track_json
from musiclib.cli.searching import asked_for
from musiclib.domain.packs import (
    PRESET_NAMES,
    PRESETS,
    Pack,
    PackRule,
    Preset,
    pack_words,
    parse_rule,
    rule_words,
    search_of,
)
from musiclib.errors import BadInput

if TYPE_CHECKING:
    from musiclib.bootstrap import Library
    from musiclib.domain.rows import TrackRow
    from musiclib.domain.track_query import TrackQuery

app = typer.Typer(
    name="packs",
    help="Make packs by popularity: top hits, deep cuts, easy, medium and hard.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Which = Annotated[Preset, typer.Argument(metavar="|".join(Preset), help="What to begin with.")]
Query = Annotated[list[str] | None, typer.Argument(help="Only of these tracks, as for `musiclib tracks`.")]
RuleText = Annotated[
    str | None,
    typer.Option(
        "--rule",
        metavar="RULE",
        help="What is otherwise: “within:genre percent:0-30 tracks:20 each:2 familiar:25 least:3”.",
    ),
]


@app.command("list")
@command
def list_(session: Session, query: Query = None) -> None:
    """List the packs there are, with their rule and how many tracks each would have now."""
    asked = asked_for(session, " ".join(query or ()))
    with session.library() as library:
        packs = dict(zip(PRESETS, library.packs.make_all(list(PRESETS.values()), asked), strict=True))
    session.out.listing(
        list(packs.items()),
        lambda item: {"pack": item[0].value, "name": PRESET_NAMES[item[0]], **_facts(item[1])},
        ("Pack", "Tracks", "Rule", "In words"),
        lambda item: (item[0].value, len(item[1].tracks), str(item[1].rule), rule_words(item[1].rule)),
        "",
    )


@app.command()
@command
def make(
    session: Session,
    which: Which,
    query: Query = None,
    rule: RuleText = None,
    album: Annotated[str | None, typer.Option(help="Keep it as a new album of this name.")] = None,
    smart: Annotated[
        str | None, typer.Option(help="Keep its percentiles as a smart album of this name.")
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", metavar="m3u8|csv|json", help="Write it like this.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")] = None,
) -> int | None:
    """Make a pack: list it, keep it as an album or a smart album, or write it to a file.

    An album holds the pack as it is now. A smart album goes with the library, and has no size or balance.
    """
    if output is not None and form is None:
        raise typer.BadParameter("-o wants to know what to write: --format m3u8, csv or json.")
    asked, wanted = asked_for(session, " ".join(query or ())), _rule(which, rule)
    with session.library() as library:
        pack = library.packs.make(wanted, asked)
        rows = library.searching.rows([each.id for each in pack.tracks])
        kept = _keep(library, pack, asked, album, smart)
        if form is None:
            _print(session, pack, rows, kept)
            return None
        session.out.note(f"{rule_words(wanted)} {pack_words(pack)}")
        return write_tracks(session, library, form, rows, output)


def _rule(which: Preset, text: str | None) -> PackRule:
    try:
        return parse_rule(text or "", PRESETS[which])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _keep(
    library: Library, pack: Pack, asked: TrackQuery, album: str | None, smart: str | None
) -> dict[str, str]:
    kept: dict[str, str] = {}
    if album is not None:
        if not pack.tracks:
            raise BadInput(f"No track fits, so no album is made. {pack_words(pack)}")
        kept["album"] = library.editor.make_album(album, [each.id for each in pack.tracks]).summary
    if smart is not None:
        row = library.smart_albums.save(smart, f"{asked} {search_of(pack.rule)}")
        kept["smart"] = f"{row.name}: {row.query}"
    return kept


def _print(session: Session, pack: Pack, rows: list[TrackRow], kept: dict[str, str]) -> None:
    places = {each.id: each for each in pack.tracks}
    if session.as_json:
        tracks = [
            track_json(row)
            | {"percentile": round(places[row.id].percentile, 1), "balancing": places[row.id].balancing}
            for row in rows
        ]
        session.out.json({**_facts(pack), "kept": kept, "list": tracks})
        return
    if rows:
        session.out.table(
            ("Artist", "Title", "Pop.", "Percentile", ""),
            [
                (
                    row.artist,
                    full_title(row),
                    row.popularity,
                    round(places[row.id].percentile),
                    "for the balance" if places[row.id].balancing else "",
                )
                for row in rows
            ],
        )
    for each in (rule_words(pack.rule), pack_words(pack), *kept.values()):
        session.out.note(each)


def _facts(pack: Pack) -> dict[str, Any]:
    return {
        "rule": str(pack.rule),
        "rule_words": rule_words(pack.rule),
        "tracks": len(pack.tracks),
        "fitting": pack.fitting,
        "elsewhere": pack.elsewhere,
        "ungrouped": pack.ungrouped,
        "unknown": pack.unknown,
        "familiar": pack.familiar,
        "familiar_wanted": pack.familiar_wanted,
        "balancing": pack.balancing,
        "words": pack_words(pack),
    }
