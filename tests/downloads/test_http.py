"""Every way a server may answer, over real sockets: a file ends whole, or in its right error."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from musiclib.domain.states import TransferReason as Reason
from musiclib.downloads.base import HttpOrigin, TransferError
from musiclib.downloads.engine import Options
from musiclib.downloads.expected import Expected
from musiclib.downloads.redirects import is_same_place
from tests.support.fault_server import (
    LAST_MODIFIED,
    Behaviour,
    FaultServer,
    Resource,
    always_in_part,
    broken_after,
    changing_to,
    chunked,
    chunked_cut,
    chunked_rest,
    cut_without_length,
    hang,
    hang_up,
    ignores_if_range,
    in_parts_of,
    length_said,
    multipart,
    packed,
    page,
    range_said,
    raw,
    redirect,
    serve,
    slow_header,
    stalled_after,
    status,
    tls_context,
    trickle,
    without_length,
    without_ranges,
)
from tests.support.fetching import ID, NOW, PATIENT, QUICK, audio, expected, fetch, open_engine, parts

SIZE = 2_500_000
DATA = audio(SIZE)
OTHER = audio(SIZE, seed=1)
HALF = 1_200_000
REST = f"bytes={HALF}-"
ONE = Resource(DATA)
DATED = Resource(DATA, etag=None, last_modified=LAST_MODIFIED)
PATH = "/a.flac"


def _whole(folder: Path, address: str, data: bytes = DATA) -> None:
    fetched = fetch(folder, address, Expected("one", suffix="flac"))
    assert fetched.path.read_bytes() == data
    assert fetched.suffix == "flac"


def _fails(
    folder: Path, address: str, wanted: Expected | None = None, options: Options = PATIENT
) -> TransferError:
    with pytest.raises(TransferError) as caught:
        fetch(folder, address, wanted, options)
    assert "127.0.0.1" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "behave",
    [serve, without_ranges, chunked, without_length, packed("gzip"), packed("x-gzip"), packed("deflate")],
)
@pytest.mark.parametrize("size", [700, SIZE])
def test_a_file_comes_whole(tmp_path: Path, behave: Behaviour, size: int) -> None:
    with FaultServer() as server:
        fetched = fetch(tmp_path, server.add(PATH, Resource(DATA[:size]), behave), expected(DATA[:size]))
    assert fetched.path.read_bytes() == DATA[:size]
    assert server.asked[0].headers["accept-encoding"] == "identity"
    assert "cookie" not in server.asked[0].headers


@pytest.mark.parametrize("resource", [ONE, DATED])
@pytest.mark.parametrize("cut", [broken_after(HALF), broken_after(HALF, reset=True), stalled_after(HALF)])
def test_what_broke_off_is_continued(tmp_path: Path, resource: Resource, cut: Behaviour) -> None:
    with FaultServer() as server:
        address = server.add(PATH, resource, cut, serve)
        error = _fails(tmp_path, address, options=QUICK)
        assert (error.reason, error.retry, error.restart) == (Reason.BROKEN_OFF, True, False)
        stored = parts(tmp_path)[f"{ID}.part"]
        assert 0 < stored <= HALF
        _whole(tmp_path, address)
    assert server.ranges() == [None, f"bytes={stored}-"]
    assert server.asked[1].headers["if-range"] == (resource.etag or LAST_MODIFIED)


@pytest.mark.parametrize(
    "resource",
    [
        Resource(DATA, etag=None),
        Resource(DATA, etag='W/"one"'),
        Resource(DATA, etag="one"),
        Resource(DATA, etag=None, last_modified="Fri, 31 Dec 2100 10:00:00 GMT"),
        Resource(DATA, etag=None, last_modified="some day"),
    ],
)
def test_without_a_strong_validator_it_begins_anew(tmp_path: Path, resource: Resource) -> None:
    with FaultServer() as server:
        address = server.add(PATH, resource, broken_after(HALF), serve)
        _fails(tmp_path, address)
        _whole(tmp_path, address)
    assert server.ranges() == [None, None]


@pytest.mark.parametrize(
    ("then", "requests"),
    [
        (serve, 1),  # If-Range makes it 200
        (without_ranges, 1),
        (ignores_if_range, 2),  # another ETag in 206
        (chunked, 1),
    ],
)
def test_a_changed_file_is_never_mixed(tmp_path: Path, then: Behaviour, requests: int) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, broken_after(HALF), then)
        _fails(tmp_path, address)
        server.change(PATH, Resource(OTHER, etag='"two"'))
        _whole(tmp_path, address, OTHER)
    assert server.ranges()[1] == REST
    assert len(server.asked) == 1 + requests


@pytest.mark.parametrize(
    "then",
    [
        range_said("bytes {first}-{last}/{total}", shift=-1),
        range_said("bytes 0-{last}/{total}"),
        range_said("bytes {first}-{last}/9999999"),
        range_said("bytes {first}-{last}/1000"),
        range_said("bytes {last}-{first}/{total}"),
        range_said("lines {first}-{last}/{total}"),
        range_said(None),
        range_said("bytes {first}-{last}/{total}", content_type="text/html"),
        multipart,
        status(416),
        status(416, content_range="bytes */17"),
    ],
)
def test_a_wrong_part_is_not_taken(tmp_path: Path, then: Behaviour) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, broken_after(HALF), then, serve)
        _fails(tmp_path, address)
        _whole(tmp_path, address)
    assert server.ranges() == [None, REST, None]


def test_a_server_that_sends_shorter_parts_is_asked_again(tmp_path: Path) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, in_parts_of(HALF))
        _fails(tmp_path, address)
        _whole(tmp_path, address)
        assert server.ranges() == [None, REST, f"bytes={2 * HALF}-"]
        crumbs = server.add("/b.flac", ONE, broken_after(HALF), in_parts_of(10))
        _fails(tmp_path, crumbs, Expected("two"))
        assert _fails(tmp_path, crumbs, Expected("two")).reason is Reason.WRONG_RANGE


@pytest.mark.parametrize("then", [chunked_rest, range_said("bytes {first}-{last}/{total}")])
def test_a_part_may_be_framed_by_its_chunks(tmp_path: Path, then: Behaviour) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, broken_after(HALF), then)
        _fails(tmp_path, address)
        _whole(tmp_path, address)
    assert server.ranges() == [None, REST]


def test_a_part_of_an_unknown_whole_need_not_be_the_last(tmp_path: Path) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, chunked_cut(HALF), range_said("bytes {first}-{last}/*"), serve)
        _fails(tmp_path, address)
        _whole(tmp_path, address)
    assert server.ranges() == [None, REST, f"bytes={SIZE}-"]


@pytest.mark.parametrize("then", [page(b"<html>Sign in</html>"), page(b""), status(404), hang_up])
def test_what_is_here_outlives_what_others_say_in_between(tmp_path: Path, then: Behaviour) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, broken_after(HALF), then, serve)
        _fails(tmp_path, address)
        assert not _fails(tmp_path, address).restart
        _whole(tmp_path, address)
    assert server.ranges() == [None, REST, REST]


def test_the_end_that_was_missed_is_found_by_416(tmp_path: Path) -> None:
    """All bytes came, but not the end of the chunks: there is nothing after them."""
    with FaultServer() as server:
        address = server.add(PATH, ONE, chunked_cut(), serve)
        assert _fails(tmp_path, address).reason is Reason.BROKEN_OFF
        _whole(tmp_path, address)
    assert server.ranges() == [None, f"bytes={SIZE}-"]


def test_a_part_for_the_whole_is_no_answer(tmp_path: Path) -> None:
    with FaultServer() as server:
        assert _fails(tmp_path, server.add(PATH, ONE, always_in_part)).reason is Reason.WRONG_RANGE


@pytest.mark.parametrize(
    ("behave", "reason", "retry"),
    [
        (status(401), Reason.SIGN_IN_NEEDED, False),
        (status(403), Reason.FORBIDDEN, False),
        (status(404), Reason.GONE, False),
        (status(410), Reason.GONE, False),
        (status(418), Reason.FORBIDDEN, False),
        (status(408), Reason.SERVER_ERROR, True),
        (status(500), Reason.SERVER_ERROR, True),
        (status(503), Reason.SERVER_ERROR, True),
        (status(204), Reason.SERVER_ERROR, True),
        (status(304), Reason.SERVER_ERROR, True),
        (status(429), Reason.RATE_LIMITED, True),
        (hang_up, Reason.SERVER_ERROR, True),
        (raw(b"SSH-2.0-dropbear\r\n"), Reason.SERVER_ERROR, True),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: %s\r\n" % (b"a" * 300_000)), Reason.SERVER_ERROR, True),
        (raw(b"HTTP/1.1 200 O\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"), Reason.SERVER_ERROR, True),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nfLaC  "), Reason.SERVER_ERROR, True),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfLaC"), Reason.BROKEN_OFF, True),
        (page(b"<!DOCTYPE html><html>Please sign in</html>"), Reason.NOT_AUDIO, False),
        (page(b" \n<?xml version='1.0'?><error/>", "audio/mpeg"), Reason.NOT_AUDIO, False),
        (page(b'{"error": "no"}' * 100, None), Reason.NOT_AUDIO, False),
        (page(b"This file is not here any more. " * 1000, "audio/flac"), Reason.NOT_AUDIO, False),
        (page(b"%PDF-1.7 ...", "audio/flac"), Reason.NOT_AUDIO, False),
        (page(b"\x01\x02\x03\x04" * 1000, "audio/flac"), Reason.NOT_AUDIO, False),
        (page(b""), Reason.NOT_AUDIO, False),
        (packed("br"), Reason.SERVER_ERROR, False),
        (packed("gzip", b"no gzip at all"), Reason.BROKEN_OFF, True),
        (packed("gzip", cut=1000), Reason.BROKEN_OFF, True),
        (packed("gzip", gzip.compress(DATA, 1)[:-1000]), Reason.BROKEN_OFF, True),
        (packed("gzip", gzip.compress(b"fLaC" + bytes(50_000_000), 6)), Reason.TOO_LARGE, False),
        (length_said(+1), Reason.BROKEN_OFF, True),
        (redirect("//u:p@127.0.0.1/b"), Reason.BAD_REDIRECT, False),
        (redirect("ftp://127.0.0.1/b"), Reason.BAD_REDIRECT, False),
        (redirect("http://[::bad/"), Reason.BAD_REDIRECT, False),
        (redirect(PATH), Reason.BAD_REDIRECT, False),
    ],
)  # fmt: skip
def test_what_is_no_file_is_its_error(tmp_path: Path, behave: Behaviour, reason: Reason, retry: bool) -> None:
    with FaultServer() as server:
        error = _fails(tmp_path, server.add(PATH, ONE, behave))
    assert (error.reason, error.retry) == (reason, retry)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (hang, Reason.UNREACHABLE),
        (slow_header, Reason.UNREACHABLE),
        (trickle(), Reason.BROKEN_OFF),
    ],
)
def test_a_server_that_keeps_us_waiting_is_given_up(
    tmp_path: Path, behave: Behaviour, reason: Reason
) -> None:
    with FaultServer() as server:
        error = _fails(tmp_path, server.add(PATH, ONE, behave), options=QUICK)
    assert (error.reason, error.retry) == (reason, True)


def test_nobody_listens_there(tmp_path: Path) -> None:
    with FaultServer() as server:
        address = server.url(PATH)
    assert _fails(tmp_path, address).reason is Reason.UNREACHABLE
    assert _fails(tmp_path, "file:///etc/passwd").reason is Reason.UNREACHABLE
    assert _fails(tmp_path, "no address").reason is Reason.UNREACHABLE


@pytest.mark.parametrize("behave", [serve, chunked, without_length])
def test_size_and_hash_are_checked(tmp_path: Path, behave: Behaviour) -> None:
    with FaultServer() as server:
        address = server.add(PATH, ONE, behave)
        error = _fails(tmp_path, address, expected(OTHER))
        assert (error.reason, error.retry, error.restart) == (Reason.WRONG_HASH, False, True)
        for size in (SIZE + 5, SIZE - 5):
            assert _fails(tmp_path, address, Expected("one", size)).reason is Reason.WRONG_SIZE
        assert parts(tmp_path) == {}


def test_a_body_that_is_too_long_ends_where_it_was_said_to(tmp_path: Path) -> None:
    with FaultServer() as server:
        fetched = fetch(tmp_path, server.add(PATH, ONE, length_said(-100)))
    assert fetched.path.read_bytes() == DATA[:-100]


@pytest.mark.parametrize("behave", [serve, chunked, packed("gzip")])
def test_files_are_bounded(tmp_path: Path, behave: Behaviour) -> None:
    with FaultServer() as server, pytest.raises(TransferError) as caught:
        fetch(tmp_path, server.add(PATH, ONE, behave), options=replace(PATIENT, max_file_bytes=HALF))
    assert caught.value.reason is Reason.TOO_LARGE
    assert parts(tmp_path) == {}


def test_a_file_that_is_said_to_be_huge_is_not_begun(tmp_path: Path) -> None:
    with FaultServer() as server:
        error = _fails(tmp_path, server.add(PATH, ONE, length_said(8_000_000_000)))
    assert error.reason is Reason.TOO_LARGE


def test_what_was_asked_for_in_secret_is_not_asked_for_openly(tmp_path: Path) -> None:
    with FaultServer(tls_context()) as server, FaultServer() as open_server:
        assert _fails(tmp_path, server.add(PATH, ONE, redirect(open_server.add(PATH, ONE)))).reason is (
            Reason.BAD_REDIRECT
        )
        broken = server.add("/b.flac", ONE, broken_after(HALF), serve)
        assert _fails(tmp_path, open_server.add("/up", ONE, redirect(broken))).reason is Reason.BROKEN_OFF
        _whole(tmp_path, broken)
    assert server.ranges("/b.flac") == [None, REST]
    assert open_server.ranges(PATH) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a/x", "http://a/y", True),
        ("http://a/x", "http://a:80/y", True),
        ("http://a/x", "https://a/y", True),
        ("https://a/x", "https://a:443/y", True),
        ("https://a/x", "https://a:8443/y", False),
        ("http://a:8080/x", "https://a/y", False),
        ("http://a/x", "http://b/x", False),
        ("https://a/x", "https://a.b/x", False),
    ],
)
def test_secrets_go_to_the_same_server_or_its_secure_door(one: str, other: str, same: bool) -> None:
    assert is_same_place(httpx2.URL(one), httpx2.URL(other)) is same


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_came_packed_is_not_continued(tmp_path: Path, coding: str) -> None:
    """Its validator is that of the packed bytes, and so would be the range."""
    with FaultServer() as server:
        address = server.add(PATH, ONE, packed(coding, cut=1000), serve)
        assert _fails(tmp_path, address).reason is Reason.BROKEN_OFF
        _whole(tmp_path, address)
    assert server.ranges() == [None, None]


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with FaultServer(tls_context()) as server:
        address = server.add(PATH, ONE)
        with pytest.raises(TransferError, match="certificate") as caught:
            fetch(tmp_path, address, verify=True)
    assert (caught.value.reason, server.asked) == (Reason.UNREACHABLE, [])


def test_over_tls_a_file_without_length_ends_with_the_word_of_the_server(tmp_path: Path) -> None:
    with FaultServer(tls_context()) as server:
        address = server.add(PATH, ONE, cut_without_length, without_length)
        assert _fails(tmp_path, address).reason is Reason.BROKEN_OFF
        _whole(tmp_path, address)


def test_redirects_are_followed_but_secrets_stay_at_home(tmp_path: Path) -> None:
    headers = {"Authorization": "Basic c2VjcmV0", "X-Key": "secret"}
    with FaultServer() as server, FaultServer() as elsewhere:
        target = elsewhere.add("/b.flac", ONE, broken_after(HALF), serve)
        server.add("/hop", ONE, redirect(target, 307))
        address = server.add(PATH, ONE, redirect("/hop", 301))
        origin = HttpOrigin(lambda: address, headers)
        with pytest.raises(TransferError):
            fetch(tmp_path, origin)
        fetched = fetch(tmp_path, origin)
    assert fetched.path.read_bytes() == DATA
    # the way is found anew each time: where it led to may be signed for a while only
    assert [each.path for each in server.asked] == [PATH, "/hop"] * 2
    assert all("authorization" in each.headers and "x-key" in each.headers for each in server.asked)
    assert not any("authorization" in each.headers or "x-key" in each.headers for each in elsewhere.asked)
    assert elsewhere.ranges() == [None, REST]


def test_retry_after_holds_for_all_of_a_host(tmp_path: Path) -> None:
    with FaultServer() as server:
        busy = server.add("/busy", ONE, status(503, retry_after="90"))
        free = server.add(PATH, ONE)

        async def run() -> None:
            async with open_engine(tmp_path) as engine:
                for address in (busy, free):
                    with pytest.raises(TransferError) as caught:
                        await engine.fetch(ID, HttpOrigin(lambda address=address: address), Expected("one"))
                    assert caught.value.reason is Reason.RATE_LIMITED
                    assert caught.value.until == NOW + timedelta(seconds=90)

        asyncio.run(run())
    assert [each.path for each in server.asked] == ["/busy"]


def test_a_source_reads_its_own_errors(tmp_path: Path) -> None:
    refusal = b'{"subsonic-response": {"status": "failed", "error": {"code": 40}}}'
    seen: list[tuple[str, bytes]] = []

    def read(content_type: str, body: bytes) -> TransferError | None:
        seen.append((content_type, body))
        return TransferError(Reason.SIGN_IN_NEEDED, "The password is wrong.")

    with FaultServer() as server:
        for behave in (page(refusal, "application/json"), status(500, refusal)):
            address = server.add(PATH, ONE, behave)
            with pytest.raises(TransferError, match="password"):
                fetch(tmp_path, HttpOrigin(lambda address=address: address, refusal=read))
    assert seen == [("application/json", refusal), ("text/html", refusal)]


def test_a_changed_file_behind_an_old_journal(tmp_path: Path) -> None:
    """The server's file changes while it is read: what comes is one of them, or nothing."""
    with FaultServer() as server:
        two = Resource(OTHER, etag='"two"')
        address = server.add(PATH, ONE, broken_after(HALF), changing_to(two, broken_after(HALF)), serve)
        _fails(tmp_path, address)
        assert _fails(tmp_path, address).reason is Reason.BROKEN_OFF
        _whole(tmp_path, address)
    assert server.ranges() == [None, REST, REST]
    assert server.asked[2].headers["if-range"] == '"two"'


def test_a_validator_beyond_ascii_goes_back_as_it_came(tmp_path: Path) -> None:
    with FaultServer() as server:
        address = server.add(PATH, Resource(DATA, etag='"d\xe9j\xe0"'), broken_after(HALF), serve)
        _fails(tmp_path, address)
        _whole(tmp_path, address)
    assert server.asked[1].headers["if-range"] == '"d\xe9j\xe0"'


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_host_that_cannot_have_that_name_is_none(tmp_path: Path, host: str) -> None:
    assert _fails(tmp_path, f"http://{host}/a.flac").reason is Reason.UNREACHABLE
    with FaultServer() as server:
        error = _fails(tmp_path, server.add(PATH, ONE, redirect(f"http://{host}/a.flac")))
    assert (error.reason, error.retry) == (Reason.BAD_REDIRECT, False)
