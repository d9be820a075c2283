"""Which tracks are one recording, which one is kept, and what a person decided of several."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.duplicates import (
    MOST_ALIKE,
    Audio,
    By,
    Clue,
    Copy,
    Doubt,
    Group,
    groups,
    pair_of,
    together,
)
from musiclib.domain.ids import AlbumId, TrackId
from musiclib.domain.matching import Recording
from musiclib.domain.merging import ART, MATCH, Decided, Merge, conflicts, merged_values
from musiclib.domain.text import match_key


def _id(number: int) -> TrackId:
    return TrackId(UUID(int=number))


def _copy(
    number: int,
    name: str = "Mira Voss - Auftakt",
    version: str | None = None,
    duration_s: float | None = 300.0,
    isrc: str | None = None,
    decided: int = 0,
    audio: Audio | None = None,
    known: int = 5,
    albums: tuple[int, ...] = (),
) -> Copy:
    artist, _, title = name.partition(" - ")
    recording = Recording(artist, title, version, None, duration_s, isrc)
    on = frozenset(AlbumId(UUID(int=each)) for each in albums)
    return Copy(_id(number), recording, decided, audio, known, on)


def _found(
    *copies: Copy, by: tuple[By, ...] = (By.ISRC, By.TAGS), apart: tuple[int, int] | None = None
) -> list[Group]:
    clues = [
        Clue(
            each.id,
            each.recording.isrc,
            match_key(each.recording.artist, each.recording.title, each.recording.version),
        )
        for each in copies
    ]
    told = {pair_of(_id(apart[0]), _id(apart[1]))} if apart else set()
    return groups({each.id: each for each in copies}, together(clues, (By.ISRC, By.TAGS)), told)


def _ids(group: Group) -> list[int]:
    return [each.int for each in group.tracks]


def test_names_and_length_or_isrc_make_a_duplicate() -> None:
    one, same = _copy(1), _copy(2, "mira voss feat. Kessel - AUFTAKT", duration_s=302)
    (group,) = _found(one, same)
    assert (_ids(group), group.by, group.sure) == ([1, 2], (By.TAGS,), True)
    (group,) = _found(_copy(1, isrc="ZZAAA2600001"), _copy(2, isrc="ZZAAA2600001"))
    assert group.by == (By.ISRC, By.TAGS)
    assert _found(one, _copy(2, "Mira Voss - Abgesang")) == []
    assert _found(one, _copy(2, duration_s=330)) == []


def test_another_version_is_never_a_duplicate_whatever_else_is_equal() -> None:
    isrc = "ZZAAA2600001"
    versions = (None, "Murk Remix", "Tessera Remix", "Live", "Extended Mix", "Radio Edit", "Dub", "Remaster")
    copies = [_copy(nth, version=each, isrc=isrc) for nth, each in enumerate(versions, 1)]
    assert _found(*copies) == []
    (group,) = _found(*copies, _copy(20, version="murk remix", isrc=isrc))
    assert sorted(_ids(group)) == [2, 20]


def test_what_speaks_against_a_pair_is_a_doubt() -> None:
    for copies, doubt in (
        ((_copy(1), _copy(2, duration_s=None)), Doubt.LENGTH),
        ((_copy(1, isrc="ZZAAA2600001"), _copy(2, isrc="ZZAAA2600002")), Doubt.ISRC),
        ((_copy(1, albums=(7,)), _copy(2, albums=(7, 8))), Doubt.ALBUM),
        ((_copy(1, isrc="ZZAAA2600001"), _copy(2, "Kessel - Langsam", isrc="ZZAAA2600001")), Doubt.NAMES),
    ):
        (group,) = _found(*copies)
        assert (group.doubts, group.sure) == ((doubt,), False)
    # Nobody knows how long they are and only a shop says that they are one: that is not enough.
    alike = {"isrc": "ZZAAA2600001", "duration_s": None}
    assert _found(_copy(1, **alike), _copy(2, "Kessel - Langsam", **alike)) == []  # type: ignore[arg-type]


def test_everybody_in_a_group_fits_everybody_and_what_is_told_apart_stays_apart() -> None:
    # 297 is one with 300, and 300 with 303; but 297 is not one with 303.
    found = _found(_copy(1, duration_s=297), _copy(2, duration_s=300), _copy(3, duration_s=303))
    assert [_ids(each) for each in found] == [[1, 2]]
    assert _found(_copy(1), _copy(2), apart=(2, 1)) == []
    assert len(_found(_copy(1), _copy(2), _copy(3), apart=(1, 2))[0].tracks) == 2


def test_a_placeholder_is_no_sign() -> None:
    many = [_copy(nth, f"Artist {nth} - Title {nth}", isrc="ZZZZZ0000000") for nth in range(MOST_ALIKE + 1)]
    assert _found(*many) == []
    assert _found(_copy(1, " - Track 1"), _copy(2, " - Track 1")) == [], "nobody is named"


def test_what_is_decided_comes_first_then_the_sound_then_what_is_known() -> None:
    mp3, better = Audio(True, "mp3", 128_000), Audio(True, "mp3", 320_000)
    flac, gone = Audio(True, "flac", 900_000, 16, 44_100), Audio(False, "flac", 900_000, 24, 96_000)
    worst_first = [
        _copy(9, known=4),
        _copy(8, known=5),
        _copy(7, known=5, albums=(1,)),
        _copy(6, audio=gone),
        _copy(5, audio=mp3, known=9),
        _copy(4, audio=better),
        _copy(3, audio=flac, known=1),
        _copy(2, audio=mp3, decided=1, known=1),
    ]
    (group,) = _found(*worst_first)
    assert _ids(group) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert _ids(_found(_copy(2), _copy(1))[0]) == [1, 2], "the oldest, where all is equal"


@given(
    st.lists(st.tuples(st.sampled_from([None, 200.0, 202.0, 204.0]), st.sampled_from([None, "Dub", "Live"])))
)
def test_any_grouping_names_each_track_once_and_keeps_versions_apart(
    rows: list[tuple[float | None, str | None]],
) -> None:
    copies = [_copy(nth, version=version, duration_s=length) for nth, (length, version) in enumerate(rows)]
    found = _found(*copies)
    named = [each for group in found for each in _ids(group)]
    assert len(named) == len(set(named))
    for group in found:
        assert len({rows[each][1] for each in _ids(group)}) == 1
        lengths = [length for each in _ids(group) if (length := rows[each][0]) is not None]
        assert not lengths or max(lengths) - min(lengths) <= 3


def test_two_hand_made_values_ask_and_everything_else_comes_along() -> None:
    kept = Decided(_id(1), {"bpm": 124.0, "label": "Warft"}, {"deezer": "1"}, "art")
    gone = Decided(_id(2), {"bpm": 62.0, "title": "Auftakt", "label": "Warft"}, {"deezer": "2"}, "")
    assert [each.field for each in conflicts([kept, gone])] == ["bpm", MATCH, ART]
    other = Decided(_id(3), {"energy": 3}, {"musicbrainz": "x"})
    assert conflicts([kept, other]) == ()
    merge = Merge(_id(1), (_id(2), _id(3)), {"bpm": _id(2), "title": _id(3)})
    owners = merged_values(merge, [kept, gone, other])
    assert owners == {"bpm": _id(2), "label": _id(1), "title": _id(2), "energy": _id(3)}
