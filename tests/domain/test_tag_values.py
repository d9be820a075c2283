from __future__ import annotations

import math

import pytest

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.replaygain import album_loudness, gain_text, peak_text, r128_text
from musiclib.domain.tag_fields import TAG_FIELD_NAMES, TAGS_OF, KeyPlace, TagField
from musiclib.domain.tag_values import (
    AlbumFacts,
    KeyRules,
    TrackFacts,
    in_words,
    says_already,
    wanted_tags,
)

ALBUM = AlbumFacts("Embers", "Nia Okafor", 3, 2, 2, -7.5, 0.2)
FACTS = TrackFacts(
    {
        "artist": "Nia Okafor, Ryo", "title": "Slow Burn", "version": "Murk Remix", "album": "Other",
        "bpm": 124.0, "key_code": 18, "genres": ["House", "Deep house"], "release_date": "2024-05-17",
        "original_year": 1999, "energy": 7, "loudness_lufs": -8.25, "true_peak_dbtp": -0.5,
        "label": None, "isrc": "ZZMLB2400001",
    },
    ALBUM,
    "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",
)  # fmt: skip
CAMELOT = KeyRules()


def test_every_field_has_its_tags_and_its_name() -> None:
    assert set(TAGS_OF) == set(TAG_FIELD_NAMES) == set(TagField)


@pytest.mark.parametrize(
    ("field", "now", "wanted"),
    [
        (TagField.TITLE, {}, {"title": ("Slow Burn (Murk Remix)",)}),
        (TagField.ALBUM, {}, {"album": ("Embers",)}),
        (TagField.ALBUM_ARTIST, {}, {"albumartist": ("Nia Okafor",)}),
        (TagField.TRACK, {}, {"track": ("3",)}),
        (TagField.TRACK, {"track": ("7/12",)}, {"track": ("3/12",)}),
        (TagField.TRACK, {"track": ("03/ 12",)}, {"track": ("03/ 12",)}),
        (TagField.TRACK, {"track": ("1/2",)}, {"track": ("3",)}),
        (TagField.DISC, {}, {"disc": ("2",)}),
        (TagField.BPM, {}, {"bpm": ("124",)}),
        (TagField.KEY, {}, {"key": ("F#m",), "key_shown": ("11A",)}),
        (TagField.LABEL, {}, {}),
        (TagField.ORIGINAL_YEAR, {}, {"original_date": ("1999",)}),
        (TagField.GENRES, {}, {"genres": ("House", "Deep house")}),
        (TagField.IDS, {}, {"recording_mbid": ("0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",)}),
        (
            TagField.REPLAYGAIN,
            {},
            {
                "track_gain": ("-9.75 dB",), "track_peak": ("0.944061",),
                "album_gain": ("-10.50 dB",), "album_peak": ("1.023293",),
            },
        ),
    ],
)  # fmt: skip
def test_what_is_known_in_the_words_of_tags(
    field: TagField, now: dict[str, tuple[str, ...]], wanted: dict[str, tuple[str, ...]]
) -> None:
    assert wanted_tags(field, FACTS, now, CAMELOT) == wanted


def test_without_an_album_the_sources_name_it_and_nothing_is_numbered() -> None:
    alone = TrackFacts(FACTS.values)
    assert wanted_tags(TagField.ALBUM, alone, {}, CAMELOT) == {"album": ("Other",)}
    assert wanted_tags(TagField.TRACK, alone, {"track": ("3",)}, CAMELOT) == {}
    assert wanted_tags(TagField.ALBUM_ARTIST, alone, {}, CAMELOT) == {}
    assert wanted_tags(TagField.KEY, TrackFacts({}), {}, CAMELOT) == {}


def test_opus_has_gains_of_its_own() -> None:
    found = wanted_tags(TagField.REPLAYGAIN, FACTS, {}, CAMELOT, opus=True)
    assert found == {"r128_gain": ("-3776",), "r128_album_gain": ("-3968",)}
    assert in_words(TagField.REPLAYGAIN, found) == "−14.75 dB (R128), album −15.50 dB (R128)"
    assert (r128_text(-400), r128_text(400), gain_text(-18), peak_text(0)) == (
        "32767", "-32768", "0.00 dB", "1.000000",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("", "11A"),
        ("mine", "11A - mine"),
        ("4B - mine", "11A - mine"),
        ("1m - 12 inch", "11A - 12 inch"),
        ("A minor - x", "11A - x"),
        ("8A", "11A"),
        ("4 to the floor", "11A - 4 to the floor"),
        ("Amazing", "11A - Amazing"),
    ],
)
def test_a_key_stands_in_front_of_a_comment_once(comment: str, written: str) -> None:
    rules = KeyRules(KeyNotation.CAMELOT, KeyPlace.COMMENT)
    now = {"comment": (comment,)} if comment else {}
    assert wanted_tags(TagField.KEY, FACTS, now, rules)["comment"] == (written,)
    again = {"comment": (written,)}
    assert wanted_tags(TagField.KEY, FACTS, again, rules)["comment"] == (written,)


@pytest.mark.parametrize(
    ("name", "now", "wanted", "same"),
    [
        ("bpm", ("124.00",), ("124",), True),
        ("bpm", ("124",), ("124.5",), False),
        ("track_gain", ("-9.750 dB",), ("-9.75 dB",), True),
        ("track_gain", ("loud",), ("-9.75 dB",), False),
        ("date", ("2024-05-17T10:00",), ("2024-05-17",), True),
        ("date", ("2024",), ("2024-05-17",), False),
        ("artist", ("Nia Okafor", "Ryo"), ("Nia Okafor, Ryo",), True),
        ("isrc", ("zz-mlb-24-00001",), ("ZZMLB2400001",), True),
        ("genres", ("House; Deep house",), ("House", "Deep house"), True),
        ("genres", ("Deep house", "House"), ("House", "Deep house"), False),
        ("key", ("8A",), ("Am",), False),
        ("title", (), ("x",), False),
    ],
)
def test_a_file_may_say_it_in_other_words(
    name: str, now: tuple[str, ...], wanted: tuple[str, ...], same: bool
) -> None:
    assert says_already(name, now, wanted) is same


def test_an_album_is_as_loud_as_its_tracks_one_after_the_other() -> None:
    assert album_loudness([]) is None
    assert album_loudness([(-9.0, 100), (-9.0, 300)]) == pytest.approx(-9)
    both = album_loudness([(-9.0, 300), (-12.0, 100)])
    assert both == pytest.approx(10 * math.log10((10**-0.9 * 300 + 10**-1.2 * 100) / 400))
    # An interlude far below the others does not count.
    assert album_loudness([(-9.0, 300), (-40.0, 200)]) == pytest.approx(-9)
