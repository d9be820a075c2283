from __future__ import annotations

import json
import logging
import pickle
import sys
import traceback
from pathlib import Path

import pytest

from musiclib.credentials import (
    CREDENTIALS_FILE,
    SERVICE,
    Backend,
    CredentialsNotSaved,
    CredentialStore,
    CredentialsUnavailable,
    Place,
    Secret,
)
from tests.support.keyrings import (
    FailingKeyring,
    ForgetfulKeyring,
    GoodKeyring,
    MissingKeyring,
    WaitingKeyring,
)

TOKEN = Secret("refresh-1234567890")


def place_of(store: CredentialStore) -> Place | None:
    status = store.status()
    return status.place if status else None


def test_a_secret_shows_itself_only_when_asked() -> None:
    shown = [repr(TOKEN), str(TOKEN), f"{TOKEN}", f"{[TOKEN]} {TOKEN!r}", "%s" % TOKEN]  # noqa: UP031
    assert not any("1234567890" in each for each in shown)
    assert TOKEN.reveal() == "refresh-1234567890"
    assert Secret("a") == Secret("a") != Secret("b")
    assert TOKEN != "refresh-1234567890"
    with pytest.raises(TypeError):
        pickle.dumps(TOKEN)


def test_the_keyring_is_used_where_it_works(tmp_path: Path) -> None:
    keyring = GoodKeyring()
    store = CredentialStore(tmp_path, backend=keyring)
    assert (store.status(), store.read("spotify")) == (None, None)
    store.delete("spotify")
    assert not list(tmp_path.iterdir()), "nothing is tried before there is something to keep"
    store.write("spotify", TOKEN)
    assert keyring.entries == {(SERVICE, "spotify"): TOKEN.reveal()}
    assert CredentialStore(tmp_path, backend=keyring).read("spotify") == TOKEN
    assert place_of(store) is Place.KEYRING
    assert "1234567890" not in (tmp_path / CREDENTIALS_FILE).read_text()
    store.delete("spotify")
    store.delete("spotify")
    assert store.read("spotify") is None
    assert not keyring.entries


@pytest.mark.parametrize(
    ("keyring", "why"),
    [
        (MissingKeyring(), "NoKeyringError"),
        (FailingKeyring(), "KeyringLocked"),
        (ForgetfulKeyring(), "forgets"),
    ],
)
def test_a_file_takes_its_place_and_says_so(
    tmp_path: Path, keyring: Backend, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = CredentialStore(tmp_path, backend=keyring)
    store.write("spotify", TOKEN)
    status = store.status()
    assert status is not None
    assert status.place is Place.FILE
    assert why in status.detail
    assert str(tmp_path / CREDENTIALS_FILE) in status.detail
    assert str(tmp_path / CREDENTIALS_FILE) in caplog.text
    assert "1234567890" not in caplog.text
    again = CredentialStore(tmp_path, backend=GoodKeyring())
    assert again.read("spotify") == TOKEN, "the choice is remembered"
    again.delete("spotify")
    assert again.read("spotify") is None
    assert "1234567890" not in (tmp_path / CREDENTIALS_FILE).read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_the_file_is_only_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / CREDENTIALS_FILE
    store = CredentialStore(tmp_path, "file")
    store.write("spotify", TOKEN)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    assert store.read("spotify") == TOKEN
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [CREDENTIALS_FILE]


def test_a_keyring_that_waits_for_a_person_is_not_waited_for(tmp_path: Path) -> None:
    keyring = WaitingKeyring()
    store = CredentialStore(tmp_path, backend=keyring, timeout_s=0.05)
    try:
        store.write("spotify", TOKEN)
        assert place_of(store) is Place.FILE
        only = CredentialStore(tmp_path, "keyring", keyring, timeout_s=0.05)
        for _ in range(2):  # the second time at once: one thread waits, not one for each call
            with pytest.raises(CredentialsUnavailable, match="Unlock"):
                only.read("spotify")
        assert keyring.asked == 2
    finally:
        keyring.answer.set()


def test_a_keyring_locked_later_loses_no_sign_in(tmp_path: Path) -> None:
    keyring = FailingKeyring(locked=False)
    store = CredentialStore(tmp_path, backend=keyring)
    store.write("spotify", TOKEN)
    keyring.locked = True
    with pytest.raises(CredentialsUnavailable) as caught:
        store.read("spotify")
    assert "1234567890" not in "".join(traceback.format_exception(caught.value))
    store.write("spotify", Secret("fresh"))
    assert store.read("spotify") == Secret("fresh")
    assert place_of(store) is Place.FILE
    keyring.locked = False
    assert store.prepare().place is Place.KEYRING
    assert store.read("spotify") == Secret("fresh"), "until it is written anew"
    store.write("spotify", Secret("freshest"))
    assert json.loads((tmp_path / CREDENTIALS_FILE).read_text())["entries"] == {}
    assert store.read("spotify") == Secret("freshest")


def test_what_was_asked_for_is_kept_to(tmp_path: Path) -> None:
    keyring = FailingKeyring()
    with pytest.raises(CredentialsUnavailable):
        CredentialStore(tmp_path, "keyring", keyring).write("spotify", TOKEN)
    with pytest.raises(CredentialsUnavailable):
        CredentialStore(tmp_path, "keyring", keyring).prepare()
    good = GoodKeyring()
    CredentialStore(tmp_path, "file", good).write("spotify", TOKEN)
    assert not good.entries
    assert CredentialStore(tmp_path, "file", good).prepare().place is Place.FILE


@pytest.mark.parametrize("content", ["", "[]", "{", '{"place": "moon", "entries": 3}', "\udcff"])
def test_a_broken_file_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / CREDENTIALS_FILE).write_text(content, "utf-8", errors="surrogateescape")
    store = CredentialStore(tmp_path, "file")
    assert store.read("spotify") is None
    store.write("spotify", TOKEN)
    assert store.read("spotify") == TOKEN


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    with pytest.raises(CredentialsNotSaved, match="cannot be written"):
        CredentialStore(blocked, "file").write("spotify", TOKEN)
