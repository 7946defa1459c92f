"""Addresses that are secrets never travel in the open, and lists are written as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.cli.trouble import describe
from bot.settings import Settings


@pytest.mark.parametrize(
    "url", ["", "https://hooks.slack.com/services/T/B/x", "http://127.0.0.1:9/a", "http://localhost/a"]
)
def test_an_alarm_goes_by_https_or_stays_on_this_machine(url: str):
    assert Settings(alarm_url=url, _env_file=None).alarm_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "http://alerts.example.com/a",
        "http://169.254.169.254/latest",
        "http://localhost.example.com/",
        "file:///etc/passwd",
        "//hooks.slack.com/a",
        "https:///nowhere",
        "https://[::1",
    ],
)
@pytest.mark.parametrize("name", ["alarm_url", "heartbeat_url", "public_url", "hook_url"])
def test_any_other_address_is_refused_without_repeating_it(url: str, name: str):
    with pytest.raises(ValidationError) as refused:
        Settings(**{name: url}, _env_file=None)
    assert url not in str(refused.value)


def test_administrators_are_a_list_of_ids(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDENHOUR_ADMINS", " wang.min, li.lei ,")
    assert Settings(_env_file=None).admins == ("wang.min", "li.lei")


SECRET = "0123456789abcdef0123456789abcdef"
SITE = "https://www.example.com/statements"


@pytest.mark.parametrize(("url", "secret"), [("", ""), (SITE, SECRET), ("http://127.0.0.1:9/a", SECRET)])
def test_a_site_is_told_with_an_address_and_a_secret(url: str, secret: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDENHOUR_HOOK_URL", url)
    monkeypatch.setenv("GOLDENHOUR_HOOK_SECRET", secret)
    settings = Settings(_env_file=None)
    assert settings.hook_url.get_secret_value() == url
    assert settings.hook_secret.get_secret_value() == secret
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("url", "secret", "says"),
    [
        (SITE, "", "set both GOLDENHOUR_HOOK_URL and GOLDENHOUR_HOOK_SECRET, or neither"),
        ("", SECRET, "set both GOLDENHOUR_HOOK_URL and GOLDENHOUR_HOOK_SECRET, or neither"),
        (SITE, SECRET[1:], "use at least 32 characters, as `openssl rand -hex 32` gives"),
    ],
    ids=["no secret", "no address", "a secret that is too short"],
)
def test_half_a_site_is_refused_by_name_without_repeating_it(
    url: str, secret: str, says: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GOLDENHOUR_HOOK_URL", url)
    monkeypatch.setenv("GOLDENHOUR_HOOK_SECRET", secret)
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None)
    assert describe(refused.value).endswith(f"HOOK_SECRET: Value error, {says}")
    assert not secret or secret not in str(refused.value)


def test_a_folder_of_texts_must_be_there(tmp_path: Path):
    assert Settings(templates=tmp_path, _env_file=None).templates == tmp_path
    with pytest.raises(ValidationError, match="there is no such folder"):
        Settings(templates=tmp_path / "texts", _env_file=None)
