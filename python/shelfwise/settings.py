"""All configuration, read from the environment (prefix ``SHELFWISE_``) in one typed place."""

from __future__ import annotations

import os
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHIPPED_SOURCES = ("sample_shop", "online_retail", "web", "shop", "rees46", "ga4")
SHORTEST_KEY = 16
MEMORY_AMOUNT = re.compile(r"(?=.*[1-9])\d+(\.\d+)?\s*([KMGT]i?B|%)", re.IGNORECASE)

DISK_AMOUNT = re.compile(r"(?=.*[1-9])\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)


def find_project_dir() -> Path:
    """Return the checkout: the nearest folder with a ``dbt_project.yml``, from here or from this file upwards.

    Raises FileNotFoundError when there is none, which means the command runs outside a checkout.
    """
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "dbt_project.yml").is_file():
                return folder
    raise FileNotFoundError(
        "no dbt_project.yml here or above: run this in a Shelfwise checkout, or set SHELFWISE_PROJECT_DIR to one"
    )


def known_sources(project_dir: Path) -> tuple[str, ...]:
    """Return the sources that come with the project, then those added since: folders that declare tables."""
    declarations = sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml"))
    added = [path.parent.name for path in declarations if path.name == f"_{path.parent.name}__sources.yml"]
    return (*SHIPPED_SOURCES, *(name for name in added if name not in SHIPPED_SOURCES))


@lru_cache
def half_of_free(folder: Path) -> str:
    """Return half of what is free on a folder's disk, as it was when this process first asked.

    Rounded down to one digit, so that it is the same most nights: dbt reads all of the project anew when it changes.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    megabytes = max(1, shutil.disk_usage(existing).free // 2_000_000)
    step = 10 ** (len(str(megabytes)) - 1)
    return f"{megabytes // step * step}MB"


class Settings(BaseSettings):
    """Where things are, how much they may use, and what is switched on."""

    model_config = SettingsConfigDict(env_prefix="SHELFWISE_", frozen=True)

    project_dir: Path = Field(default_factory=find_project_dir)
    data_dir: Path = Field(default=Path("data"), description="relative to the project unless absolute")
    sources: Annotated[tuple[str, ...], NoDecode] = Field(default=(), description="comma-separated; empty: all known")
    target: str = "duckdb"
    memory_limit: str = Field(default="4GB", description="of each process, in DuckDB's words: 4GB, 512MiB or 50%")
    threads: int = Field(default=2, ge=1)
    temp_dir: Path | None = Field(default=None, description="where DuckDB spills; default <data_dir>/tmp")
    temp_limit: str | None = Field(
        default=None,
        description="of a process's temporary files: 20GB, 512MiB; default half of what is free on their disk",
    )
    gate_accept: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="comma-separated names of what is unlike the nights before and nevertheless true"
    )
    retry_seconds: float = Field(
        default=5, ge=0, description="before a step of a run is tried again; three times as long each further time"
    )
    keep_versions: int = Field(default=5, ge=1, description="published versions kept for rollback")
    keep_runs: int = Field(default=14, ge=1, description="whole folders of runs kept: logs, dbt's artifacts, models")
    keep_history_days: int = Field(default=400, ge=1, description="for which a run's record and gate results are kept")
    keep_landing_days: int = Field(default=0, ge=0, description="for which landed facts are kept; 0: for ever")
    keep_dead_letter_days: int = Field(default=90, ge=0, description="for which rejected events are kept; 0: for ever")
    seed: int = 7
    host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=1, le=65535)
    dashboard_port: int = Field(default=8501, ge=1, le=65535)
    api_workers: int = Field(default=1, ge=1, le=64, description="processes that answer; each holds its own copy")
    server_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="comma-separated; for the shop's servers, which may ask about any customer"
    )
    browser_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="comma-separated; for pages, which may not name a customer without a token"
    )
    token_secret: SecretStr | None = Field(default=None, description="signs customer tokens")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="comma-separated origins whose pages may ask, like https://shop.example"
    )
    proxies: int = Field(default=0, ge=0, description="reverse proxies before the servers, which name the caller")
    write_keys: SecretStr = Field(default=SecretStr(""), description="comma-separated, `key` or `key:namespace`")
    demo_shop: str = Field(default="sample_shop", description="source whose products the demo shop shows")
    collector_port: int = Field(default=8001, ge=1, le=65535)
    collector_workers: int = Field(default=1, ge=1, le=64, description="processes that collect")
    collector_body_bytes: int = Field(default=512 * 1024, ge=1024, description="of a request, after decompression")
    collector_event_bytes: int = Field(default=32 * 1024, ge=1024)
    collector_batch_events: int = Field(default=2500, ge=1, description="of a request")
    collector_key_rate: int = Field(default=5000, ge=0, description="events a second of a write key; 0: any number")
    collector_address_rate: int = Field(default=500, ge=0, description="events a second of an address; 0: any number")
    collector_pending_bytes: int = Field(default=64 * 2**20, ge=2**20, description="in memory, not yet on disk")
    collector_segment_bytes: int = Field(default=64 * 2**20, ge=1024, description="from which a segment is closed")
    collector_segment_seconds: float = Field(default=3600, gt=0, description="after which a segment is closed")
    collector_dead_letter_bytes: int = Field(default=256 * 2**20, ge=2**20, description="kept of rejected events")
    pseudonym_key: SecretStr | None = Field(default=None, description="makes pseudonyms; who has it can test guesses")
    pseudonymise: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="comma-separated sources whose customers land under pseudonyms"
    )
    login_provider: str = Field(
        default="", description="address of the OpenID configuration; empty: nobody has to sign in to the dashboards"
    )
    login_client_id: str = ""
    login_client_secret: SecretStr | None = None
    login_cookie_secret: SecretStr | None = Field(default=None, description="signs the cookie of who is signed in")
    login_address: str = Field(default="", description="of the dashboards as browsers see it, https://…")
    login_allowed: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="comma-separated addresses, or domains as @example.com; empty: all of the provider's"
    )
    alert_webhook: SecretStr | None = Field(default=None, description="address that takes Slack's JSON by POST")
    alert_mail_to: Annotated[tuple[str, ...], NoDecode] = Field(default=(), description="comma-separated addresses")
    alert_mail_from: str = "shelfwise@localhost"
    alert_smtp_host: str = "localhost"
    alert_smtp_port: int = Field(default=587, ge=1, le=65535)
    alert_smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    alert_smtp_user: str = ""
    alert_smtp_password: SecretStr | None = Field(default=None, description="sent over TLS only")
    alert_smtp_ca_file: Path | None = Field(default=None, description="PEM of who signed the mail server's certificate")
    alert_file: Path | None = Field(default=None, description="takes a line of JSON a message; relative to the data")
    alert_warnings: bool = Field(default=False, description="tell of the gate's warnings too")
    alert_repeat_hours: float = Field(default=24, gt=0, description="before a cause that lasts is told again")
    alert_stale_hours: float = Field(default=26, gt=0, description="without a published run before `alert check` tells")
    alert_data_hours: float = Field(default=48, gt=0, description="age of the newest rows before `alert check` tells")
    alert_timeout_seconds: float = Field(default=10, gt=0, description="of an attempt to send")
    alert_owner: str = Field(default="data_engineering", description="of what no table's owner answers for")

    @field_validator(
        *(
            "sources",
            "gate_accept",
            "server_keys",
            "browser_keys",
            "cors_origins",
            "alert_mail_to",
            "pseudonymise",
            "login_allowed",
        ),
        mode="before",
    )
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        """Accept ``a,b`` as the environment gives it."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("sources")
    @classmethod
    def know_sources(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Refuse a source that has no staging models."""
        known = known_sources(info.data["project_dir"])
        if unknown := [name for name in value if name not in known]:
            raise ValueError(f"unknown source {', '.join(unknown)}; known: {', '.join(known)}")
        return value

    @field_validator("server_keys", "browser_keys", "token_secret", "pseudonym_key", "login_cookie_secret")
    @classmethod
    def be_hard_to_guess(
        cls, value: tuple[SecretStr, ...] | SecretStr | None
    ) -> tuple[SecretStr, ...] | SecretStr | None:
        """Refuse a key that can be tried out; the message does not repeat it."""
        keys = value if isinstance(value, tuple) else (value,)
        if any(key is not None and len(key.get_secret_value()) < SHORTEST_KEY for key in keys):
            raise ValueError(
                f"a key is shorter than {SHORTEST_KEY} characters; `openssl rand -hex 32` makes a good one"
            )
        return value

    @field_validator("pseudonymise")
    @classmethod
    def have_a_key_for_pseudonyms(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Refuse pseudonyms without their key, and of a source whose models want numbers for ids."""
        if unknown := [source for source in value if source not in known_sources(info.data["project_dir"])]:
            raise ValueError(f"unknown source {', '.join(unknown)}")
        if "online_retail" in value:
            raise ValueError("online_retail knows its customers by number; land such files as `shop`")
        if value and info.data.get("pseudonym_key") is None:
            raise ValueError("pseudonyms need SHELFWISE_PSEUDONYM_KEY; `openssl rand -hex 32` makes a good one")
        return value

    @field_validator("alert_webhook")
    @classmethod
    def be_a_web_address(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a file or a typing mistake; the message does not repeat it, for who knows the address may post."""
        if value is not None and not re.match(r"https?://[^/\s]+", value.get_secret_value()):
            raise ValueError("it is no address that begins with https:// or http://")
        return value

    @field_validator("memory_limit")
    @classmethod
    def be_an_amount(cls, value: str) -> str:
        """Refuse what DuckDB would refuse, at the first connection of a run, in words of its own."""
        if not MEMORY_AMOUNT.fullmatch(value.strip()):
            raise ValueError(f"{value!r} is not an amount of memory: write it like 4GB, 512MiB or 50%")
        return value.strip()

    @field_validator("temp_limit")
    @classmethod
    def be_an_amount_of_disk(cls, value: str | None) -> str | None:
        """Refuse what DuckDB would refuse."""
        if value is not None and not DISK_AMOUNT.fullmatch(value.strip()):
            raise ValueError(f"{value!r} is not an amount of disk: write it like 20GB or 512MiB")
        return value and value.strip()

    @property
    def known_sources(self) -> tuple[str, ...]:
        """Sources that may be switched on."""
        return known_sources(self.project_dir)

    @property
    def data_path(self) -> Path:
        """``data_dir`` made absolute."""
        return (self.project_dir / self.data_dir).resolve()

    @property
    def landing_path(self) -> Path:
        """Rows as they came: ``<source>/<table>/dt=YYYY-MM-DD/*.parquet``."""
        return self.data_path / "landing"

    @property
    def collector_path(self) -> Path:
        """Events that were taken and have not landed yet, and those that were rejected."""
        return self.data_path / "collector"

    @property
    def build_database(self) -> Path:
        """The database that dbt writes; readers other than training and the gate keep away."""
        return self.data_path / "build.duckdb"

    @property
    def model_output_path(self) -> Path:
        """What training writes: one Parquet file a table."""
        return self.data_path / "model_output"

    @property
    def runs_path(self) -> Path:
        """One folder a run: its state, logs, gate results and model card."""
        return self.data_path / "runs"

    @property
    def published_path(self) -> Path:
        """Published versions, ``current``, and ``operations.duckdb``."""
        return self.data_path / "published"

    @property
    def serving_path(self) -> Path:
        """What the API writes: hourly figures of its answers."""
        return self.data_path / "serving"

    @property
    def alerts_path(self) -> Path:
        """What was told to whom, and what could not be told."""
        return self.data_path / "alerts"

    @property
    def spill_path(self) -> Path:
        """Where DuckDB may spill."""
        return (self.project_dir / self.temp_dir).resolve() if self.temp_dir else self.data_path / "tmp"

    @property
    def spill_limit(self) -> str:
        """The most that a process may spill: what spills more ends with an error before the disk is full."""
        return self.temp_limit or half_of_free(self.spill_path)

    def environment(self) -> dict[str, str]:
        """Return the process environment for a child (dbt, gate, training) that sees these same settings."""
        return {
            **os.environ,
            "SHELFWISE_PROJECT_DIR": str(self.project_dir),
            "SHELFWISE_DATA_DIR": str(self.data_path),
            "SHELFWISE_SOURCES": ",".join(self.sources),
            "SHELFWISE_GATE_ACCEPT": ",".join(self.gate_accept),
            "SHELFWISE_TARGET": self.target,
            "SHELFWISE_MEMORY_LIMIT": self.memory_limit,
            "SHELFWISE_THREADS": str(self.threads),
            "SHELFWISE_TEMP_DIR": str(self.spill_path),
            "SHELFWISE_TEMP_LIMIT": self.spill_limit,
            "SHELFWISE_SEED": str(self.seed),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read from the environment once."""
    return Settings()
