from __future__ import annotations

from pathlib import Path

import pytest

from musiclib.system_libraries import everything
from tests.support import system_packages
from tests.support.system_packages import missing_programs, packages


def test_a_server_that_is_lacking_is_installed_with_the_libraries(tmp_path: Path) -> None:
    assert missing_programs("linux", str(tmp_path)) == ("nginx",)
    assert missing_programs("darwin", str(tmp_path)) == ()
    names = packages(everything(), ("nginx",))
    assert {"nginx", "libegl1", "fonts-dejavu-core"} <= set(names)
    program = tmp_path / "nginx"
    program.touch(mode=0o755)
    assert missing_programs("linux", str(tmp_path)) == ()


@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 0\n"])
def test_nothing_is_started_while_it_is_installed(tmp_path: Path, before: str | None) -> None:
    policy = tmp_path / "policy-rc.d"
    if before is not None:
        policy.write_text(before)
    with system_packages._starting_nothing(policy):
        assert policy.read_text() == (before or "#!/bin/sh\nexit 101\n")
        assert before or policy.stat().st_mode & 0o111
    assert policy.exists() == (before is not None)
