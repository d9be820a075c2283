from __future__ import annotations

import asyncio

import pytest

from musiclib.domain.address_list import read_addresses
from musiclib.domain.audio_candidates import AudioCandidate
from musiclib.downloads.addresses import Addresses, address_name, sign_in_name
from musiclib.downloads.base import HttpOrigin, TransferError


def origin(ref: str, secrets: dict[str, str]) -> HttpOrigin:
    return asyncio.run(Addresses(secrets.get).origin(AudioCandidate("address", ref, "x", "x")))


def test_a_password_goes_to_its_own_server_and_no_other() -> None:
    secrets = {sign_in_name("https://a.example:8443/1.flac"): "ada:pä"}
    assert origin("https://a.example:8443/2.flac", secrets).headers == {"Authorization": "Basic YWRhOnDDpA=="}
    assert origin("https://a.example/2.flac", secrets).headers == {}
    assert origin("https://b.example:8443/2.flac", secrets).headers == {}
    assert origin("http://a.example:8443/2.flac", secrets).headers == {}
    assert "YWRh" not in repr(origin("https://a.example:8443/2.flac", secrets))


def test_a_signed_address_is_whole_only_when_it_is_asked_for() -> None:
    (given,) = read_addresses("https://a.example/1.flac?token=abc").addresses
    assert given.signed is not None
    found = origin(given.candidate.ref, {address_name(given.candidate.ref): given.signed})
    assert found.address() == "https://a.example/1.flac?token=abc"
    assert "abc" not in repr(found)


def test_only_web_addresses_are_fetched() -> None:
    with pytest.raises(TransferError):
        origin("file:///etc/passwd", {})
