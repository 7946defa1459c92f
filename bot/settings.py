"""Everything that can be set from outside, read once from the environment (and `.env`) and passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HERE = ("127.0.0.1", "::1", "localhost")
"""Where plain http goes nowhere: this machine."""

SECRET_SHORTEST = 32
"""Characters of a secret that somebody else is to know as well."""


class Settings(BaseSettings):
    """One frozen value; `bot.app` reads it and hands out what each part needs.

    Raises pydantic's ValidationError naming the variable when a value cannot be used.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    feishu_app_id: str = ""
    feishu_app_secret: SecretStr = SecretStr("")
    feishu_encrypt_key: SecretStr = SecretStr("")
    feishu_verification_token: SecretStr = SecretStr("")
    feishu_base_url: str = "https://open.feishu.cn"
    feishu_urgent: Annotated[tuple[Literal["app", "sms", "phone"], ...], NoDecode] = Field(
        ("app",), validation_alias=AliasChoices("GOLDENHOUR_FEISHU_URGENT", "feishu_urgent")
    )
    database_url: str = "sqlite:///var/goldenhour.db"
    host: str = Field("0.0.0.0", validation_alias=AliasChoices("HOST", "host"))  # noqa: S104 - behind a proxy
    port: int = Field(8000, ge=0, le=65535)
    playbook: str = Field("service_network", validation_alias=AliasChoices("GOLDENHOUR_PLAYBOOK", "playbook"))
    roster: Path = Field(Path("roster.yaml"), validation_alias=AliasChoices("GOLDENHOUR_ROSTER", "roster"))
    templates: Path | None = Field(None, validation_alias=AliasChoices("GOLDENHOUR_TEMPLATES", "templates"))
    language: Literal["zh", "en"] = Field(
        "zh", validation_alias=AliasChoices("GOLDENHOUR_LANGUAGE", "language")
    )
    zone: str = Field("Asia/Shanghai", validation_alias=AliasChoices("GOLDENHOUR_ZONE", "zone"))
    journal: Path = Field(
        Path("var/journal.jsonl"), validation_alias=AliasChoices("GOLDENHOUR_JOURNAL", "journal")
    )
    public_url: str = Field("", validation_alias=AliasChoices("GOLDENHOUR_PUBLIC_URL", "public_url"))
    safety_net: bool = Field(True, validation_alias=AliasChoices("GOLDENHOUR_SAFETY_NET", "safety_net"))
    alarm_url: SecretStr = Field(
        SecretStr(""), validation_alias=AliasChoices("GOLDENHOUR_ALARM_URL", "alarm_url")
    )
    heartbeat_url: SecretStr = Field(
        SecretStr(""), validation_alias=AliasChoices("GOLDENHOUR_HEARTBEAT_URL", "heartbeat_url")
    )
    hook_url: SecretStr = Field(
        SecretStr(""), validation_alias=AliasChoices("GOLDENHOUR_HOOK_URL", "hook_url")
    )
    hook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("GOLDENHOUR_HOOK_SECRET", "hook_secret"),
        validate_default=True,
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias=AliasChoices("GOLDENHOUR_ADMINS", "admins")
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias=AliasChoices("GOLDENHOUR_LOG", "log_level")
    )

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @field_validator("database_url")
    @classmethod
    def _names_the_driver(cls, url: str) -> str:
        """Hosts hand out `postgres://`; SQLAlchemy wants the driver named."""
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @field_validator("alarm_url", "heartbeat_url", "hook_url")
    @classmethod
    def _is_private(cls, url: SecretStr) -> SecretStr:
        """Such an address is itself a secret: it must not travel in the open."""
        _check_secure(url.get_secret_value())
        return url

    @field_validator("hook_secret")
    @classmethod
    def _signs_what_goes_to_the_hook(cls, secret: SecretStr, others: ValidationInfo) -> SecretStr:
        """Whoever knows it can write on the company's own site; one that can be guessed is none."""
        url, length = others.data.get("hook_url"), len(secret.get_secret_value())
        if url is not None and bool(url) != bool(length):
            raise ValueError("set both GOLDENHOUR_HOOK_URL and GOLDENHOUR_HOOK_SECRET, or neither")
        if 0 < length < SECRET_SHORTEST:
            raise ValueError(f"use at least {SECRET_SHORTEST} characters, as `openssl rand -hex 32` gives")
        return secret

    @field_validator("public_url")
    @classmethod
    def _shows_a_crisis(cls, url: str) -> str:
        """So is what is below this one."""
        _check_secure(url)
        return url.rstrip("/")

    @field_validator("feishu_base_url")
    @classmethod
    def _ends_without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("templates")
    @classmethod
    def _is_there(cls, folder: Path | None) -> Path | None:
        """A company that has its own texts must not speak in ours because of a typing error."""
        if folder and not folder.is_dir():
            raise ValueError("there is no such folder; docs/statements.md says what belongs into one")
        return folder

    @field_validator("admins", "feishu_urgent", mode="before")
    @classmethod
    def _split(cls, ids: object) -> object:
        """Written as `wang.min, li.lei`; of a single word `off` nothing is left."""
        if ids == "off":
            return ()
        return tuple(filter(None, (one.strip() for one in ids.split(",")))) if isinstance(ids, str) else ids

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone; use a name such as Asia/Shanghai") from error
        return name


def _check_secure(url: str) -> None:
    """Raises ValueError for an address that can be read on its way."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("this is no web address") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    if url and not (parts.hostname and secure):
        raise ValueError("use an address that begins with https://")
