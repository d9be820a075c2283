from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiclib.domain.address_list import MOST_ADDRESSES, GivenAddress, read_addresses


def one(line: str) -> GivenAddress:
    (address,) = read_addresses(line).addresses
    return address


@pytest.mark.parametrize(
    ("line", "ref", "title"),
    [
        (
            "https://a.example/m/01%20First%20Light.flac",
            "https://a.example/m/01%20First%20Light.flac",
            "01 First Light",
        ),
        ("First Light\thttps://a.example/1.mp3", "https://a.example/1.mp3", "First Light"),
        ("2. Ada Quist - Dusk | http://a.example/2.mp3", "http://a.example/2.mp3", "Ada Quist - Dusk"),
        ("http://a.example/2.mp3 - Dusk", "http://a.example/2.mp3", "Dusk"),
        ("- [Dusk (Dub)](https://a.example/x(1).ogg)", "https://a.example/x(1).ogg", "Dusk (Dub)"),
        ("(see https://a.example/3.mp3).", "https://a.example/3.mp3", "see"),
        ("https://a.example:8443/get?id=17#now", "https://a.example:8443/get?id=17", "get"),
        ("https://[::1]:80/a.wav", "https://[::1]:80/a.wav", "a"),
        ("https://a.example", "https://a.example", "a.example"),
    ],
)
def test_a_line_with_an_address(line: str, ref: str, title: str) -> None:
    found = one(line).candidate
    assert (found.ref, found.title, found.given, found.source) == (ref, title, True, "address")


def test_passwords_and_signatures_are_taken_out_of_what_is_stored() -> None:
    with_password = one("https://ada:p%40ss@a.example/1.flac")
    assert (with_password.user, with_password.password) == ("ada", "p@ss")
    assert with_password.candidate.ref == "https://a.example/1.flac"
    signed = one("https://a.example/1.flac?X-Amz-Signature=abc&part=2")
    assert signed.signed == "https://a.example/1.flac?X-Amz-Signature=abc&part=2"
    assert signed.candidate.ref == "https://a.example/1.flac?part=2"
    for each in (with_password, signed):
        assert not any(secret in str(each.candidate) for secret in ("p%40ss", "p@ss", "ada", "abc"))


def test_a_playlist_names_what_follows() -> None:
    text = "#EXTM3U\n#EXTINF:241,Ada Quist - First Light\nhttp://a.example/17\n\n#EXTINF:-1,Radio\nhttp://a.example/18\n"
    first, second = (each.candidate for each in read_addresses(text).addresses)
    assert (first.title, first.duration_s) == ("Ada Quist - First Light", 241.0)
    assert (second.title, second.duration_s) == ("Radio", None)


def test_each_address_counts_once_and_wrong_ones_are_named_by_their_line() -> None:
    found = read_addresses("some words\nhttp://a.example/1\nhttp://a.example/1\nhttp://:80/x\nhttp://[zz/x\n")
    assert len(found.addresses) == 1
    assert found.problems == (
        "Line 4: the address names no server.",
        "Line 5: this is no address.",
    )
    many = read_addresses("\n".join(f"http://a.example/{n}.mp3" for n in range(MOST_ADDRESSES + 5)))
    assert len(many.addresses) == MOST_ADDRESSES
    assert len(many.problems) == 1


@given(st.one_of(st.text(max_size=300), st.text("https:/[]()@:?#%.a1 \n|-", max_size=200)))
def test_no_text_is_too_odd(text: str) -> None:
    for each in read_addresses(text).addresses:
        assert each.candidate.ref.lower().startswith("http")
        assert each.candidate.title
