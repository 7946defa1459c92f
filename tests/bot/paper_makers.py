"""A visit to a statement's page: a statement to look at, and what a browser gets of it from a real server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp

from bot.brief import key
from bot.crisis.drafting import Wording, draft
from bot.crisis.facts import check, note
from bot.crisis.public_events import Approved
from bot.paper import Paper
from bot.paper_links import PaperLinks
from bot.web import make_web
from sandbox.server import SandboxServer
from statements.channels import load_channels
from tests.makers import person

URL = "https://crisis.example.com"
TITLE, TEXT = "关于刹车失灵的说明", "我们正在核查。\n- 已停用同批车辆\n\n示例汽车有限公司"
EVIL = "<script>alert(1)</script>{{ 7 * 7 }}</textarea>"
LI, WANG = person("U15"), person("U04")

Visit = Callable[[aiohttp.ClientSession], Awaitable[Any]]


def a_paper(scene, **more):
    """The pages of this scene."""
    voice = replace(scene.voice, paper=PaperLinks(URL, key("", "a secret")))
    return Paper(scene.store, voice, load_channels(), **more)


def drafted(scene, title=TITLE, text=TEXT, kind="first_statement", cites=(), **opening):
    """A crisis with its first statement, written by customer service."""
    scene.opens(**opening)

    def unit(work):
        incident = work.incidents.get(1)
        if cites:
            fact = note(incident, "同批车辆已停用", "技术部", LI, work.now)
            check(incident, fact, "confirmed", "技术部", LI, work.now)
        draft(incident, kind, "zh", Wording(title, text, cites), LI, work.now)

    scene.run(unit)
    return scene.incident()


def approved(scene, **more):
    """All have signed its last version."""
    seal = scene.incident().statements[1].latest.seal
    number = scene.incident().statements[1].latest.number
    scene.run(lambda work: work.incidents.get(1).record(Approved(1, number, seal, **more), WANG, work.now))


def visited(paper, visit: Visit):
    """What a browser gets, from a real server."""

    async def live():
        async def well() -> dict[str, str]:
            return {}

        async def figures() -> bytes:
            return b""

        web = make_web(paper.posts, paper.pages, well, figures)
        async with (
            SandboxServer(web) as server,
            aiohttp.ClientSession(server.url, trust_env=False) as browser,
        ):
            return await visit(browser)

    return asyncio.run(live())


def got(paper, address):
    """Status, words and headers of a page."""

    async def visit(browser):
        async with browser.get(address.removeprefix(URL)) as answer:
            return answer.status, await answer.text(), answer.headers

    return visited(paper, visit)


def sent(paper, address, file=None, **fields):
    """What comes of a form: status and words, after it led back to the page."""

    async def visit(browser):
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        if file:
            form.add_field("file", file[1], filename=file[0])
        async with browser.post(address.removeprefix(URL), data=form, allow_redirects=False) as answer:
            if answer.status != 303:
                return answer.status, await answer.text()
        async with browser.get(answer.headers["location"].removeprefix(URL)) as page:
            return answer.status, await page.text()

    return visited(paper, visit)


def link(scene, paper, who=LI):
    """That person's address, now."""
    return paper.voice.paper.address(scene.incident(), 1, who, scene.now)


def typed(page):
    """What stands in the form for changing it."""
    return re.search(r'name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)[1]
