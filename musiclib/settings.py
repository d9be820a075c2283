"""Settings: a TOML file in the data folder, overridden by `MUSICLIB_*` environment variables.

Precedence: command line, environment, file, default. No secrets live here; tokens are in the keyring.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, overload

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from musiclib.domain.file_names import check_template
from musiclib.domain.music_key import KeyNotation
from musiclib.domain.provenance import DEFAULT_PRECEDENCE
from musiclib.domain.tag_fields import DEFAULT_TAG_FIELDS, Id3Version, KeyPlace, TagField
from musiclib.errors import NO_SPACE, BadInput, DiskFull, KnownError

SETTINGS_FILE = "settings.toml"
_PREFIX = "MUSICLIB_"
_NOT_IN_FILE = frozenset({"data_dir"})


class SettingsNotSaved(KnownError):
    """The settings file cannot be written."""

    code = "settings_not_saved"


def default_data_dir() -> Path:
    return platformdirs.user_data_path("musiclib", appauthor=False)


def default_download_dir() -> Path:
    return platformdirs.user_music_path() / "musiclib"


def _home(path: Path) -> Path:
    return path.expanduser().absolute()


def _split(separator: str) -> BeforeValidator:
    # An environment variable holds a list as one string.
    return BeforeValidator(
        lambda value: (
            tuple(part for part in value.split(separator) if part) if isinstance(value, str) else value
        )
    )


Folder = Annotated[Path, AfterValidator(_home)]


class Settings(BaseSettings):
    """Everything a person can set, frozen; `load_settings` reads it, `save_settings` writes the file.

    In an environment variable the folders of `music_folders` are separated as in PATH, the names of
    `source_precedence` and `disabled_providers` by commas.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", validate_default=True
    )

    data_dir: Folder = Field(default_factory=default_data_dir)
    database_url: str | None = None
    """SQLAlchemy address; None is `library.sqlite3` in the data folder."""

    musicbrainz_url: str = "https://musicbrainz.org/ws/2"
    coverart_url: str = "https://coverartarchive.org"
    deezer_url: str = "https://api.deezer.com"
    itunes_url: str = "https://itunes.apple.com"
    spotify_api_url: str = "https://api.spotify.com/v1"
    spotify_accounts_url: str = "https://accounts.spotify.com"
    spotify_client_id: str | None = None
    """Of the app a person has registered with Spotify; there is no account without one."""
    spotify_redirect_port: int = Field(default=0, ge=0, le=65535)
    """Where the browser comes back to after a sign-in; 0: any free port."""
    credentials: str = Field(default="auto", pattern="^(auto|keyring|file)$")
    """Where sign-ins are kept; auto: in the keyring, if there is one that works."""
    beatport: bool = False
    """Whether Beatport may be asked, with a token of the person's own."""
    beatport_url: str = "https://api.beatport.com/v4"
    archive_url: str = "https://archive.org"
    spotify_daily_calls: int = Field(default=600, ge=1)
    """Calls in any 24 hours; a twentieth of them is kept for a person's own clicks."""
    spotify_search_batch_size: int = Field(default=50, ge=1, le=1000)
    """Tracks that a collection run looks up before it writes them down together."""
    spotify_api_error_sleep_s: float = Field(default=30.0, ge=0, le=3600)
    """How long a collection run waits after an error of the network or of the provider."""
    not_found_retry_days: float = Field(default=30.0, ge=0)
    """What a collection run did not find under an ISRC it looks for again after so many days."""

    backup_daily: bool = True
    """The library is copied once a day, when it was changed."""
    backups_kept: int = Field(default=10, ge=1, le=1000)
    """So many copies that were made by themselves; those a person asked for always stay."""
    backup_days: int = Field(default=90, ge=0)
    """Copies made by themselves go after so many days, but for the newest; 0: never for their age."""

    online: bool = True
    """False keeps every request at home."""
    disabled_providers: Annotated[tuple[str, ...], NoDecode, _split(",")] = ()
    """Providers that are not asked, by the names of `providers.base.RATES`; others are of no effect."""
    contact: str = ""
    """How a provider can reach the person: part of the User-Agent, as MusicBrainz asks."""
    music_folders: Annotated[tuple[Folder, ...], NoDecode, _split(os.pathsep)] = ()
    watch_folders: bool = True
    """What changes in the music folders is scanned by itself."""
    unwatched_folders: Annotated[tuple[Folder, ...], NoDecode, _split(os.pathsep)] = ()
    """Music folders that are scanned only when a person says so."""
    analysis_lanes: int = Field(default=0, ge=0, le=16)
    """0: one less than the cores, at most four."""
    analysis_engine: str = Field(default="auto", pattern="^(auto|essentia|librosa)$")
    analysis_on_battery: str = Field(default="one_lane", pattern="^(go_on|one_lane|pause)$")
    """What becomes of the analysis of audio while the computer runs on its battery."""
    poll_interval_s: float = Field(default=2.0, gt=0)
    source_precedence: Annotated[tuple[str, ...], NoDecode, _split(",")] = tuple(DEFAULT_PRECEDENCE)
    accept_score: float = Field(default=85.0, ge=0, le=100)
    """Matches from this score on, and clear of the second best, are taken without asking."""
    review_score: float = Field(default=55.0, ge=0, le=100)
    """Matches from this score on are offered for review; lower ones are not found."""
    review_go_on: bool = True
    """After a decision the next track to review comes by itself."""
    download_dir: Folder = Field(default_factory=default_download_dir)
    """Where the audio that is fetched has its place."""
    file_template: Annotated[str, AfterValidator(check_template)] = (
        "{albumartist}/{year} - {album}/{track:02} {title}"
    )
    """How it is named there, without the suffix; see `domain.file_names`."""
    downloads_at_once: int = Field(default=4, ge=1, le=16)
    downloads_per_host: int = Field(default=2, ge=1, le=8)
    download_limit_kbps: int = Field(default=0, ge=0)
    """Kilobytes (1,000 bytes) a second of all downloads together; 0: no limit."""
    download_formats: Annotated[tuple[str, ...], NoDecode, _split(",")] = (
        "flac", "alac", "wav", "aiff", "mp3", "m4a", "ogg", "opus",
    )  # fmt: skip
    """Kinds of files that are taken, the best liked first."""
    download_min_kbps: int = Field(default=0, ge=0)
    """Lossy files of fewer kilobits a second are not taken without asking."""
    notify_when_complete: bool = True
    """Tell the desktop of an album that is complete, while somebody looks at another window."""
    local_files: str = Field(default="copy", pattern="^(copy|hardlink|leave)$")
    """What becomes of a file found in one of the person's folders: left, it is used where it is."""
    key_notation: KeyNotation = KeyNotation.CAMELOT
    tag_fields: Annotated[tuple[TagField, ...], NoDecode, _split(",")] = DEFAULT_TAG_FIELDS
    """What was chosen last to be written into the tags of files; none is without a person's act."""
    tag_key_notation: KeyNotation = KeyNotation.CAMELOT
    """Beside the musical one in its own frame, which all programs read."""
    tag_key_place: KeyPlace = KeyPlace.FIELD
    tag_keep_times: bool = True
    """A file that is written keeps the time of its last change."""
    id3_version: Id3Version = Id3Version.V23
    """Of the tag a file gets that has none; one that is there keeps its own."""
    theme: str = Field(default="system", pattern="^(system|light|dark)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = init_settings().get("data_dir") or env_settings().get("data_dir") or default_data_dir()
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, _home(Path(folder)) / SETTINGS_FILE),
        )

    @property
    def watched_folders(self) -> tuple[Path, ...]:
        """The music folders in which what changes is scanned by itself."""
        if not self.watch_folders:
            return ()
        return tuple(each for each in self.music_folders if each not in self.unwatched_folders)

    @property
    def art_dir(self) -> Path:
        return self.data_dir / "art"

    @property
    def backup_dir(self) -> Path:
        return self.data_dir / "backups"

    @property
    def log_file(self) -> Path:
        return self.data_dir / "logs" / "musiclib.log"

    @property
    def settings_file(self) -> Path:
        return self.data_dir / SETTINGS_FILE


class SettingsInForce:
    """The settings that hold now. They are replaced as a whole; thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.now = settings

    def use(self, settings: Settings) -> None:
        """From now on these hold. Work that has begun goes on with those it has begun with."""
        self.now = settings


class SourceOrder(Sequence[str]):
    """The order of sources that is in force whenever it is read."""

    def __init__(self, settings: SettingsInForce) -> None:
        self._settings = settings

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        return self._settings.now.source_precedence[place]

    def __len__(self) -> int:
        return len(self._settings.now.source_precedence)

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings.now.source_precedence)


def load_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings in force; `overrides` (the command line) stand before everything else.

    None in `overrides` says nothing. Raises `BadInput` that names the place, the key and what is
    allowed. A broken file is left as it is.
    """
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    file = _file_of(given)
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what mypy cannot see here
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            f"The settings file {file} is not valid TOML: {error}. Mend that place, then try again."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The settings file {file} is not UTF-8 text. Save it as UTF-8, then try again."
        ) from error
    except OSError as error:
        raise BadInput(
            f"The settings file {file} cannot be read: {error.strerror}. Check its permissions."
        ) from error
    except ValidationError as error:
        raise BadInput(_told(error, given, file)) from error


def save_settings(file: Path, changes: Mapping[str, object]) -> None:
    """Write some settings into `file`; None takes a key out, so that its default is in force again.

    Keys of newer versions, comments and order stay. The file is replaced in one step: a crash leaves the
    old one or the new one. Raises `BadInput` for a broken file (it is left as it is), `SettingsNotSaved`
    and `DiskFull`.
    """
    import tomlkit
    import tomlkit.exceptions

    try:
        document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The settings file {file} is broken and left as it is: {error}. Mend it first."
        ) from error
    except OSError as error:
        raise SettingsNotSaved(
            f"The settings were not saved: {file} cannot be read ({error.strerror}). Check its permissions."
        ) from error
    for key, value in changes.items():
        if value is None:
            document.pop(key, None)
        else:
            document[key] = _toml_value(value)
    _replace(file, tomlkit.dumps(document))


def unknown_keys(file: Path) -> tuple[str, ...]:
    """Keys of a settings file that no setting has: most often a slip of the pen."""
    if not file.exists():
        return ()
    known = Settings.model_fields.keys() - _NOT_IN_FILE
    return tuple(key for key in tomllib.loads(file.read_text("utf-8")) if key not in known)


def _file_of(given: Mapping[str, object]) -> Path:
    folder = given.get("data_dir") or os.environ.get(_PREFIX + "DATA_DIR") or default_data_dir()
    return _home(Path(str(folder))) / SETTINGS_FILE


def _told(error: ValidationError, given: Mapping[str, object], file: Path) -> str:
    told = []
    for problem in error.errors():
        key = str(problem["loc"][0])
        if key in given:
            place = f"The option --{'database' if key == 'database_url' else key.replace('_', '-')}"
        elif _from_environment(key):
            place = f"The environment variable {_PREFIX}{key.upper()}"
        else:
            place = f"{key} in {file}"
        told.append(f"{place} is {problem['input']!r}: {_allowed(key, problem['msg'])}.")
    return " ".join(told)


def _from_environment(key: str) -> bool:
    name = (_PREFIX + key).upper()
    return any(each.upper() == name and value for each, value in os.environ.items())


def _allowed(key: str, message: str) -> str:
    for constraint in Settings.model_fields[key].metadata:
        if pattern := getattr(constraint, "pattern", None):
            return "allowed are " + ", ".join(str(pattern).strip("^$()").split("|"))
    return message[:1].lower() + message[1:]


def _toml_value(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple | list):
        return [_toml_value(each) for each in value]
    return value


def _replace(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        if error.errno in NO_SPACE:
            raise DiskFull(
                f"No space is left for {file}. The settings were not saved; make room first."
            ) from error
        raise SettingsNotSaved(
            f"The settings were not saved: {file} cannot be written ({error.strerror})."
        ) from error
