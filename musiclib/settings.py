"""Settings: a TOML file in the data folder, overridden by `MUSICLIB_*` environment variables.

No secrets live here; tokens are in the keyring.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from musiclib.domain.music_key import KeyNotation
from musiclib.domain.provenance import DEFAULT_PRECEDENCE

SETTINGS_FILE = "settings.toml"


def default_data_dir() -> Path:
    return platformdirs.user_data_path("musiclib", appauthor=False)


class Settings(BaseSettings):
    """Everything a person can set, frozen; `load_settings` reads it, `save_settings` writes the file."""

    model_config = SettingsConfigDict(env_prefix="MUSICLIB_", frozen=True, extra="ignore")

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = None
    """SQLAlchemy address; None is `library.sqlite3` in the data folder."""

    musicbrainz_url: str = "https://musicbrainz.org/ws/2"
    coverart_url: str = "https://coverartarchive.org"
    deezer_url: str = "https://api.deezer.com"
    itunes_url: str = "https://itunes.apple.com"
    spotify_api_url: str = "https://api.spotify.com/v1"
    spotify_accounts_url: str = "https://accounts.spotify.com"
    spotify_client_id: str | None = None
    beatport_url: str = "https://api.beatport.com/v4"
    archive_url: str = "https://archive.org"
    spotify_search_batch_size: int = Field(default=50, ge=1, le=1000)
    spotify_api_error_sleep_s: float = Field(default=30.0, ge=0)

    online: bool = True
    """False keeps every request at home."""
    contact: str = "https://musiclib.example/contact"
    """How a provider can reach us: part of the User-Agent, as MusicBrainz asks."""
    music_folders: tuple[Path, ...] = ()
    analysis_lanes: int = Field(default=0, ge=0, le=16)
    """0: one less than the cores, at most four."""
    analysis_engine: str = Field(default="auto", pattern="^(auto|essentia|librosa)$")
    poll_interval_s: float = Field(default=2.0, gt=0)
    source_precedence: tuple[str, ...] = tuple(DEFAULT_PRECEDENCE)
    accept_score: float = Field(default=85.0, ge=0, le=100)
    """Matches from this score on, and clear of the second best, are taken without asking."""
    review_score: float = Field(default=55.0, ge=0, le=100)
    """Matches from this score on are offered for review; lower ones are not found."""
    key_notation: KeyNotation = KeyNotation.CAMELOT
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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

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
