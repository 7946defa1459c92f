"""`goldenhour doctor` says whether the company's own site hears the bot, before a crisis shows it."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from bot.cli import doctor_hook
from bot.cli.doctor_finding import Finding
from bot.settings import Settings
from tests.site import SECRET, Site, signed


def finding(url: str) -> Finding:
    """What is said of the site at that address."""
    settings = Settings(_env_file=None, hook_url=SecretStr(url), hook_secret=SecretStr(SECRET if url else ""))
    return asyncio.run(doctor_hook.look(settings))


def finding_at(site: Site) -> Finding:
    """What is said of that site."""

    async def visit() -> Finding:
        async with TestServer(site.app()) as there:
            return await asyncio.to_thread(finding, str(there.make_url("/statements")))

    return asyncio.run(visit())


def test_a_site_that_hears_us_is_well():
    site = Site()
    assert finding_at(site) == Finding("site", True, "took a signed ping")
    (heard,) = site.heard
    assert signed(heard)
    assert heard.says["event"] == "ping"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "site:http_401: is GOLDENHOUR_HOOK_SECRET the one that the site has?"),
        (404, "site:http_404: is GOLDENHOUR_HOOK_URL right?"),
        (302, "site:http_302: docs/webhooks.md says what the site should answer"),
        (500, "site:http_500: docs/webhooks.md says what the site should answer"),
    ],
)
def test_a_site_that_does_not_is_told_with_what_to_do(status: int, says: str):
    assert finding_at(Site([(status, "")])) == Finding("site", False, says)


def test_a_site_that_is_not_there_is_told_with_what_to_do():
    found = finding(f"http://127.0.0.1:{unused_port()}/")
    assert not found.well
    assert found.says == (
        "site:not_connected: is GOLDENHOUR_HOOK_URL right, and can it be reached from here?"
    )


def test_without_a_site_it_is_a_note():
    found = finding("")
    assert (found.well, found.note) == (True, True)
