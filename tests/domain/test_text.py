from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.text import (
    artist_key,
    clean_isrc,
    is_version,
    match_key,
    normalise,
    split_artists,
    split_features,
    split_version,
    without_shop_marks,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Beyoncé", "beyonce"),
        ("  Two\t words \n", "two words"),
        ("The Beatles", "beatles"),
        ("Beatles, The", "beatles"),
        ("The The", "the"),
        ("The", "the"),
        ("Theme", "theme"),
        ("Don’t", "dont"),
        ("Don't", "dont"),
        ("Rock ’n’ Roll", "rock and roll"),
        ("Guns N' Roses", "guns and roses"),
        ("Jay‐Z", "jay z"),
        ("Björk & Røyksopp", "bjork and royksopp"),
        ("Kruder und Dorfmeister", "kruder and dorfmeister"),
        ("Florence + The Machine", "florence and the machine"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Æther", "aether"),
        ("İstanbul", "istanbul"),
        ("R.E.M.", "rem"),
        ("M.A.N.D.Y.", "mandy"),
        ("Mr. Brightside", "mr brightside"),
        ("A$AP Rocky", "asap rocky"),
        ("Ke$ha", "kesha"),
        ("P!nk", "pink"),
        ("Help!", "help"),
        ("!!!", "!!!"),
        ("", ""),
        ("ＡＢＣ　１２", "abc 12"),
        ("ﬁne", "fine"),
        ("“Heroes”", "heroes"),
        ("Pt. 2", "part 2"),
        ("Vol. 3", "volume 3"),
        ("Prelude in F# minor", "prelude in f sharp minor"),
        ("#1 in C♯", "1 in c sharp"),
        ("Sunny ☀️ Days", "sunny days"),
        ("Мой ёж", "мои еж"),
        ("Σίσυφος", "σισυφοσ"),
        ("ガラス", "ガラス"),
        ("カラス", "カラス"),
        ("हिन्दी", "हिन्दी"),
        ("방탄소년단", "방탄소년단"),
        ("夜明けの環状線", "夜明けの環状線"),
    ],
)
def test_normalise(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text())
def test_normalise_once_is_enough(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters(categories=["L"])))
def test_letters_are_never_all_lost(text: str) -> None:
    assert bool(normalise(text)) is bool(text)


@pytest.mark.parametrize(
    ("written", "title", "version"),
    [
        ("Kinetic Sand (Juno Ferreira 4 a.m. Remix)", "Kinetic Sand", "Juno Ferreira 4 a.m. Remix"),
        ("Slow Burn [Murk Remix]", "Slow Burn", "Murk Remix"),
        ("Slow Burn - Extended Mix", "Slow Burn", "Extended Mix"),
        ("Slow Burn – Remastered 2011", "Slow Burn", "Remastered 2011"),
        ("Slow Burn (2011 Remaster)", "Slow Burn", "2011 Remaster"),
        ("Slow Burn - Live at Wembley, 1986", "Slow Burn", "Live at Wembley, 1986"),
        ("Slow Burn (Live im Heizkraftwerk)", "Slow Burn", "Live im Heizkraftwerk"),
        ("Slow Burn (Live)", "Slow Burn", "Live"),
        ("Slow Burn (Acoustic Live)", "Slow Burn", "Acoustic Live"),
        ("Slow Burn (Sped Up)", "Slow Burn", "Sped Up"),
        ("Slow Burn (Slowed + Reverb)", "Slow Burn", "Slowed + Reverb"),
        ("Slow Burn (8D Audio)", "Slow Burn", "8D Audio"),
        ("Slow Burn (A Cappella)", "Slow Burn", "A Cappella"),
        ("Slow Burn (Interlude)", "Slow Burn", "Interlude"),
        ("Slow Burn (Mix 2)", "Slow Burn", "Mix 2"),
        ("Slow Burn (Remixed by Murk)", "Slow Burn", "Remixed by Murk"),
        ("Slow Burn (Murk Remix feat. Bo)", "Slow Burn", "Murk Remix feat. Bo"),
        ("Slow Burn (Jacques' Thin (White) Mix)", "Slow Burn", "Jacques' Thin (White) Mix"),
        ("Slow Burn (Radio Edit) [2011 Remaster]", "Slow Burn", "Radio Edit, 2011 Remaster"),
        ("Slow Burn (Murk Remix) feat. Bo", "Slow Burn feat. Bo", "Murk Remix"),
        ("Slow Burn feat. Bo (Murk Remix)", "Slow Burn feat. Bo", "Murk Remix"),
        ("Slow Burn (feat. Bo) [Murk Remix]", "Slow Burn (feat. Bo)", "Murk Remix"),
        ("Slow Burn (Murk Remix) [Drumcode]", "Slow Burn [Drumcode]", "Murk Remix"),
        ("Slow Burn Original Mix", "Slow Burn", "Original Mix"),
        ("夜（Aiko Tanabe Remix）", "夜", "Aiko Tanabe Remix"),
        ("夜 (リミックス)", "夜", "リミックス"),
        ("Вечер (Ремикс)", "Вечер", "Ремикс"),
        ("Levels (Psi)", "Levels (Psi)", None),
        ("(I Can't Get No) Satisfaction", "(I Can't Get No) Satisfaction", None),
        ("Satisfaction (I Can't Get No)", "Satisfaction (I Can't Get No)", None),
        ("Slow Burn (Live and Let Die)", "Slow Burn (Live and Let Die)", None),
        ("Slow Burn (We Want to Live)", "Slow Burn (We Want to Live)", None),
        ("Slow Burn (In the Mix)", "Slow Burn (In the Mix)", None),
        ("Slow Burn (Part 2)", "Slow Burn (Part 2)", None),
        ("Slow Burn (feat. Remix)", "Slow Burn (feat. Remix)", None),
        ("Slow Burn [Drumcode]", "Slow Burn [Drumcode]", None),
        ("Slow Burn - Fast Water", "Slow Burn - Fast Water", None),
        ("Extended Mix", "Extended Mix", None),
        ("(Remix)", "(Remix)", None),
        ("Remix (Remix)", "Remix", "Remix"),
        ("Slow (Burn", "Slow (Burn", None),
        ("Slow) Burn (Mix", "Slow) Burn (Mix", None),
        ("", "", None),
    ],
)
def test_split_version(written: str, title: str, version: str | None) -> None:
    assert split_version(written) == (title, version)


@given(st.text() | st.lists(st.sampled_from([*"()[]-", " ", "Mix", "Live", "x", "feat. "])).map("".join))
def test_split_version_loses_nothing(written: str) -> None:
    title, version = split_version(written)
    assert bool(title) is bool(written.strip())
    kept = f"{title}{version or ''}"
    assert all(kept.count(letter) == written.count(letter) for letter in set(written) if letter.isalnum())


@pytest.mark.parametrize("phrase", ["and", "up", "", " ", "Live Your Life", "Under Cover", "with Remix"])
def test_phrases_that_are_no_versions(phrase: str) -> None:
    assert not is_version(phrase)


@pytest.mark.parametrize(
    ("credit", "parts"),
    [
        ("Nia Okafor", [("Nia Okafor", "")]),
        ("A & B feat. C", [("A", " & "), ("B", " feat. "), ("C", "")]),
        ("A, B & C", [("A", ", "), ("B", " & "), ("C", "")]),
        ("A ft B", [("A", " ft "), ("B", "")]),
        ("A (feat. B & C)", [("A", " (feat. "), ("B", " & "), ("C", ")")]),
        ("A vs. B", [("A", " vs. "), ("B", "")]),
        ("A x B × C", [("A", " x "), ("B", " × "), ("C", "")]),
        ("A b2b B", [("A", " b2b "), ("B", "")]),
        ("A presents B", [("A", " presents "), ("B", "")]),
        ("A; B / C", [("A", "; "), ("B", " / "), ("C", "")]),
        ("久保田リョウ、みなと電信", [("久保田リョウ", "、"), ("みなと電信", "")]),
        ("AC/DC", [("AC/DC", "")]),
        ("Malcolm X", [("Malcolm X", "")]),
        ("Bob Marley & The Wailers", [("Bob Marley & The Wailers", "")]),
        ("Tyler, The Creator", [("Tyler, The Creator", "")]),
        ("Florence and the Machine", [("Florence and the Machine", "")]),
        ("Nirvana (UK)", [("Nirvana (UK)", "")]),
        ("feat. X", [("feat. X", "")]),
        ("", []),
        ("  ", []),
    ],
)
def test_split_artists(credit: str, parts: list[tuple[str, str]]) -> None:
    assert [tuple(part) for part in split_artists(credit)] == parts


@given(
    st.text()
    | st.lists(st.sampled_from(["A", "Bo", " & ", ", ", " feat. ", "(", ")", " x ", " ", "/"])).map("".join)
)
def test_credit_can_be_put_together_again(credit: str) -> None:
    parts = split_artists(credit)
    assert "".join(part.name + part.join_phrase for part in parts) == credit.strip()


@pytest.mark.parametrize(
    ("text", "rest", "names"),
    [
        ("Slow Burn (feat. Bo & Ann)", "Slow Burn", ["Bo", "Ann"]),
        ("Slow Burn feat. Bo (Murk Remix)", "Slow Burn (Murk Remix)", ["Bo"]),
        ("Slow Burn ft. Bo - Murk Remix", "Slow Burn - Murk Remix", ["Bo"]),
        ("Nia featuring Bo, Ann", "Nia", ["Bo", "Ann"]),
        ("feat. Bo", "feat. Bo", []),
        ("Defeated", "Defeated", []),
        ("Soft", "Soft", []),
    ],
)
def test_split_features(text: str, rest: str, names: list[str]) -> None:
    assert split_features(text) == (rest, names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A & B feat. C", "T"), ("B, A", "T (feat. C)")),
        (("A and B", "T"), ("A & B", "T")),
        (("A vs. B", "T"), ("B x A", "T")),
        (("A ft. B", "T"), ("A", "T")),
        (("The Beatles", "Help!"), ("Beatles, The", "help")),
        (("A", "T (Original Mix)"), ("A", "T")),
        (("A", "T - 2011 Remaster"), ("A", "T (Album Version)")),
        (("A", "T (X Remix)"), ("A", "T", "X rmx")),
        (("A", "T (X Remix feat. Y)"), ("A", "T [X Remix]")),
        (("A", "T (Radio Edit) [Live]"), ("A", "T (Live)", "Radio Edit")),
        (("Beyoncé", "Déjà Vu"), ("BEYONCE", "Deja-Vu")),
    ],
)
def test_same_track_has_the_same_key(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert match_key(*one) == match_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A", "T"), ("A", "T (X Remix)")),
        (("A", "T (X Remix)"), ("A", "T (Y Remix)")),
        (("A", "T"), ("A", "T (Live)")),
        (("A", "T"), ("A", "T (Extended Mix)")),
        (("A", "T"), ("B", "T")),
        (("A", "T (Psi)"), ("A", "T")),
        (("A", "Part 1"), ("A", "Part 2")),
        (("!!!", "T"), ("???", "T")),
        (("ガ", "T"), ("カ", "T")),
    ],
)
def test_other_tracks_have_other_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert match_key(*one) != match_key(*other)


@given(st.text(), st.text(), st.none() | st.text())
def test_any_track_has_a_key(artist: str, title: str, version: str | None) -> None:
    key = match_key(artist, title, version)
    assert key == match_key(artist, title, version)
    assert key.startswith(artist_key(artist) + "|")


@pytest.mark.parametrize(
    ("text", "isrc"),
    [
        ("GBAYE0601498", "GBAYE0601498"),
        ("gb-aye-06-01498", "GBAYE0601498"),
        (" ISRC GBAYE0601498 ", "GBAYE0601498"),
        ("GBAYE060149", None),
        ("1BAYE0601498", None),
        ("", None),
        (None, None),
    ],
)
def test_clean_isrc(text: str | None, isrc: str | None) -> None:
    assert clean_isrc(text) == isrc


@pytest.mark.parametrize(
    "piece", [" ", "(", "(a", "feat. ", " - ", ", ", " & ", " x ", "a.", "[(", "\t", " 'n' "]
)
def test_time_grows_with_length_only(piece: str) -> None:
    text = f"a{piece * 20_000}b ft"
    started = time.process_time()
    match_key(text, text, text)
    split_artists(text)
    assert time.process_time() - started < 2.0, "a pattern goes over the text again and again"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Attic Window (Extended Mix) [NINE014] 124bpm", "Attic Window (Extended Mix)"),
        ("Attic Window [LT 009]", "Attic Window"),
        ("Attic Window (Official Music Video) [HD]", "Attic Window"),
        ("Attic Window [Free Download]", "Attic Window"),
        ("Attic Window (Part 2)", "Attic Window (Part 2)"),
        ("Attic Window (Psi)", "Attic Window (Psi)"),
        ("[NINE014]", "[NINE014]"),
        ("124 bpm", "124 bpm"),
        ("1999", "1999"),
    ],
)
def test_marks_of_shops_are_no_part_of_a_title(written: str, title: str) -> None:
    assert without_shop_marks(written) == title
