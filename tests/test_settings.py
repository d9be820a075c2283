from __future__ import annotations

import os
from pathlib import Path

import pytest

from musiclib.domain.music_key import KeyNotation
from musiclib.errors import BadInput
from musiclib.settings import Settings, SettingsNotSaved, load_settings, save_settings, unknown_keys


def _write(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_file_overrides_the_default(tmp_path: Path) -> None:
    _write(tmp_path, 'theme = "dark"\nmusic_folders = ["/music", "~/more"]\n')
    settings = load_settings({"data_dir": tmp_path})
    assert settings.theme == "dark"
    assert settings.music_folders == (Path("/music").absolute(), Path.home() / "more")
    assert settings.settings_file == tmp_path / "settings.toml"


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, 'theme = "dark"\nanalysis_lanes = 3\n')
    monkeypatch.setenv("MUSICLIB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MUSICLIB_THEME", "light")
    monkeypatch.setenv("MUSICLIB_ANALYSIS_LANES", "")
    monkeypatch.setenv("MUSICLIB_MUSIC_FOLDERS", os.pathsep.join(["/a", "/b"]))
    monkeypatch.setenv("MUSICLIB_SOURCE_PRECEDENCE", "manual,musicbrainz")
    settings = load_settings()
    assert (settings.theme, settings.analysis_lanes) == ("light", 3)
    assert settings.music_folders == (Path("/a").absolute(), Path("/b").absolute())
    assert settings.source_precedence == ("manual", "musicbrainz")


def test_the_command_line_overrides_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICLIB_DATABASE_URL", "sqlite:////elsewhere.sqlite3")
    chosen = load_settings({"data_dir": tmp_path, "database_url": "sqlite:////here.sqlite3"})
    left_alone = load_settings({"data_dir": tmp_path, "database_url": None})
    assert chosen.database_url == "sqlite:////here.sqlite3"
    assert left_alone.database_url == "sqlite:////elsewhere.sqlite3"


def test_the_data_folder_is_absolute_wherever_the_program_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"data_dir": Path("here")}).data_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme =\ntheme = 1", "line 1"),
        ('theme = "blue"', "system, light, dark"),
        ("accept_score = 200", "less than or equal to 100"),
        ('key_notation = "x"', "'camelot', 'open_key' or 'musical'"),
        ("poll_interval_s = 'soon'", "poll_interval_s"),
    ],
)
def test_a_broken_file_is_named_and_left_alone(tmp_path: Path, text: str, said: str) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(BadInput) as told:
        load_settings({"data_dir": tmp_path})
    assert str(file) in str(told.value)
    assert said in str(told.value)
    assert file.read_text() == text


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes('contact = "Zoë"'.encode("latin-1"))
    with pytest.raises(BadInput, match="UTF-8"):
        load_settings({"data_dir": tmp_path})


def test_a_bad_environment_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSICLIB_ANALYSIS_LANES", "many")
    with pytest.raises(BadInput, match="variable MUSICLIB_ANALYSIS_LANES is 'many'"):
        load_settings({"data_dir": tmp_path})


def test_saving_keeps_comments_order_and_keys_of_newer_versions(tmp_path: Path) -> None:
    file = _write(tmp_path, '# mine\nfuture = 1\ntheme = "dark" # at night\nonline = false\n')
    save_settings(file, {"theme": "light", "key_notation": KeyNotation.MUSICAL, "music_folders": (tmp_path,)})
    assert file.read_text().startswith('# mine\nfuture = 1\ntheme = "light" # at night\nonline = false\n')
    settings = load_settings({"data_dir": tmp_path})
    assert settings.key_notation is KeyNotation.MUSICAL
    assert settings.music_folders == (tmp_path,)
    assert unknown_keys(file) == ("future",)


def test_none_brings_the_default_back(tmp_path: Path) -> None:
    file = _write(tmp_path, 'theme = "dark"\n')
    save_settings(file, {"theme": None, "online": None})
    assert load_settings({"data_dir": tmp_path}) == Settings(data_dir=tmp_path)


def test_saving_over_a_broken_file_leaves_it(tmp_path: Path) -> None:
    file = _write(tmp_path, "theme = ")
    with pytest.raises(BadInput, match="left as it is"):
        save_settings(file, {"theme": "dark"})
    assert file.read_text() == "theme = "


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsNotSaved, match="were not saved"):
        save_settings(tmp_path / "file" / "settings.toml", {"theme": "dark"})


def test_settings_that_cannot_be_read_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(SettingsNotSaved, match="cannot be read"):
        save_settings(tmp_path / "settings.toml", {"theme": "dark"})
