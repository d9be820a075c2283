from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from musiclib.domain.audio_candidates import AudioCandidate, WantedAlbum, WantedTrack
from musiclib.domain.audio_choice import Choice, Rules, Verdict, choose, is_lossless
from musiclib.domain.ids import AlbumId, TrackId

RULES = Rules(("flac", "alac", "wav", "mp3", "ogg"), min_kbps=190)


def track(
    number: int, title: str, artist: str = "Ada Quist", duration_s: float | None = 240.0
) -> WantedTrack:
    return WantedTrack(TrackId(UUID(int=number)), artist, title, "Two Rooms", duration_s, None, number)


def wanted(*tracks: WantedTrack, artist: str | None = "Ada Quist") -> WantedAlbum:
    return WantedAlbum(AlbumId(UUID(int=99)), "Two Rooms", artist, 2024, len(tracks), tracks)


def offer(title: str, ref: str = "1", suffix: str = "flac", **more: object) -> AudioCandidate:
    base = AudioCandidate("home", ref, f"{ref}.{suffix}", title, "Ada Quist", "Two Rooms", suffix=suffix)
    return replace(base, duration_s=240.0, **more)  # type: ignore[arg-type]


def choice_of(found: dict[TrackId, Choice], number: int = 1) -> Choice:
    return found[TrackId(UUID(int=number))]


def refs(choice: Choice) -> list[str]:
    return [each.candidate.ref for each in choice.ranked]


ONE = wanted(track(1, "First Light"))


def test_the_recording_is_taken_and_another_version_never() -> None:
    found = choice_of(
        choose(ONE, [offer("First Light (Murk Remix)", "remix"), offer("First Light", "it")], RULES)
    )
    assert (found.verdict, refs(found)[0]) == (Verdict.SURE, "it")
    only_remix = choice_of(choose(ONE, [offer("First Light (Murk Remix)")], RULES))
    assert only_remix.verdict is not Verdict.SURE
    nothing = choice_of(choose(ONE, [offer("Quite Another", artist="Somebody Else")], RULES))
    assert nothing == Choice(Verdict.NONE, ())


def test_another_length_is_asked_about() -> None:
    found = choice_of(choose(ONE, [replace(offer("First Light"), duration_s=215.0)], RULES))
    assert found.verdict is Verdict.ASK


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"suffix": "flac"}, {"suffix": "mp3", "bitrate_kbps": 320}),
        ({"suffix": "flac"}, {"suffix": "wav"}),
        ({"suffix": "m4a", "bitrate_kbps": 900}, {"suffix": "mp3", "bitrate_kbps": 320}),
        ({"suffix": "mp3", "bitrate_kbps": 320}, {"suffix": "mp3", "bitrate_kbps": 192}),
        ({"suffix": "mp3", "bitrate_kbps": 192}, {"suffix": "ogg", "bitrate_kbps": 320}),
        ({"suffix": "mp3", "bitrate_kbps": 200}, {"suffix": "mp3", "bitrate_kbps": 128}),
        ({"suffix": "mp3", "bitrate_kbps": 320}, {"suffix": "ape"}),
    ],
)
def test_of_files_of_one_recording_the_better_liked_is_taken(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    one, other = offer("First Light", "better", **better), offer("First Light", "worse", **worse)  # type: ignore[arg-type]
    for order in ([one, other], [other, one]):
        found = choice_of(choose(ONE, order, RULES))
        assert (found.verdict, refs(found)) == (Verdict.SURE, ["better", "worse"])


@pytest.mark.parametrize(
    ("unliked", "reason"),
    [({"suffix": "ape"}, "format_not_taken"), ({"suffix": "mp3", "bitrate_kbps": 128}, "low_bitrate")],
)
def test_files_against_the_rules_are_asked_about(unliked: dict[str, object], reason: str) -> None:
    found = choice_of(choose(ONE, [offer("First Light", **unliked)], RULES))  # type: ignore[arg-type]
    assert found.verdict is Verdict.ASK
    assert reason in found.ranked[0].reasons


def test_a_release_that_has_all_wins_over_single_files_of_as_good_a_kind() -> None:
    album = wanted(track(1, "First Light"), track(2, "Second Wind"))
    loose = offer("First Light", "loose", release="singles", bitrate_kbps=1400)
    whole = [offer("First Light", "w1", release="two-rooms"), offer("Second Wind", "w2", release="two-rooms")]
    found = choose(album, [loose, *whole], RULES)
    assert [refs(choice_of(found, n))[0] for n in (1, 2)] == ["w1", "w2"]
    assert "whole_release" in choice_of(found).ranked[0].reasons
    assert choice_of(found).ranked[0].release_share == 1
    lossy = [replace(each, suffix="mp3", bitrate_kbps=320) for each in whole]
    found = choose(album, [loose, *lossy], RULES)
    assert refs(choice_of(found, 1))[0] == "loose", "lossless was asked for first"


def test_what_was_refused_is_not_offered_again() -> None:
    refused = {TrackId(UUID(int=1)): {("home", "bad")}}
    found = choice_of(
        choose(ONE, [offer("First Light", "bad"), offer("First Light", "good")], RULES, refused)
    )
    assert refs(found) == ["good"]


def test_two_tracks_of_one_name_do_not_get_one_file() -> None:
    album = wanted(track(1, "Interlude", duration_s=60.0), track(2, "Interlude", duration_s=95.0))
    long = replace(offer("Interlude", "long"), duration_s=95.0)
    found = choose(album, [long], RULES)
    assert (choice_of(found, 2).verdict, refs(choice_of(found, 2))) == (Verdict.SURE, ["long"])
    assert choice_of(found, 1).verdict is not Verdict.SURE
    unknown = choose(
        wanted(track(1, "Interlude", duration_s=None), track(2, "Interlude", duration_s=None)), [long], RULES
    )
    assert sorted(choice_of(unknown, n).verdict for n in (1, 2)) == [Verdict.ASK, Verdict.SURE]


def test_a_file_that_names_nobody_counts_only_where_a_person_named_it_for_the_album() -> None:
    nameless = replace(offer("03 - First Light"), artist="", album=None, duration_s=None)
    assert choice_of(choose(ONE, [nameless], RULES)).verdict is not Verdict.SURE
    assert choice_of(choose(ONE, [replace(nameless, given=True)], RULES)).verdict is Verdict.SURE
    other = replace(nameless, title="04 - Something Else", given=True)
    assert choice_of(choose(ONE, [other], RULES)).verdict is Verdict.NONE
    by_name = replace(nameless, title="Ada Quist - First Light")
    assert choice_of(choose(ONE, [by_name], RULES)).verdict is Verdict.SURE


def test_lossless_is_known_by_the_kind_of_file() -> None:
    assert [is_lossless(offer("T", suffix=each)) for each in ("FLAC", "aif", "mp3", "m4a")] == [
        True,
        True,
        False,
        False,
    ]


def test_many_candidates_are_cut_for_the_person() -> None:
    many = [replace(offer("First Light", str(n)), duration_s=215.0) for n in range(40)]
    assert len(choice_of(choose(ONE, many, RULES)).ranked) == 20
