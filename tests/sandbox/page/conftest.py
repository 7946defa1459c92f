"""One browser for all tests that need one: starting it costs more than most of them."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from tests.sandbox.page.visitor import CHROMIUM, Run, one_visit

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Tells a story to the browser; every story has a workspace of its own."""
    with asyncio.Runner() as runner:
        playwright, browser = runner.run(_started())
        yield lambda visit: runner.run(one_visit(browser, visit))
        runner.run(_stopped(playwright, browser))


async def _started() -> tuple[Playwright, Browser]:
    playwright = await async_playwright().start()
    return playwright, await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


async def _stopped(playwright: Playwright, browser: Browser) -> None:
    await browser.close()
    await playwright.stop()
