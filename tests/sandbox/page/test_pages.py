"""What every chat page keeps to, whatever its platform: each address answers, and nobody else acts for a person."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.sandbox.feishu import page_makers as feishu
from tests.sandbox.page import makers as slack
from tests.sandbox.page.web import do, visit_to

STATIC = (
    *(f"/page/static/{name}.css" for name in ("base", "chat", "blocks", "forms", "phone")),
    *(
        f"/page/static/{name}.js"
        for name in ("app", "composer", "dialog", "fields", "live", "morph", "net", "phone", "press")
    ),
    "/page/static/icon.svg",
)


@dataclass(frozen=True)
class Side:
    """A platform's page, somebody on it and a room of theirs. more: addresses that only this one has."""

    a_studio: Callable[[], Any]
    person: str
    room: str
    more: tuple[str, ...]


SIDES = {
    "slack": Side(
        slack.a_studio,
        "U04",
        "C001",
        ("/?as=U04&in=D001&tab=home", "/archives/C001/p1796097600000100", "/archives/C001?as=U10"),
    ),
    "feishu": Side(
        feishu.a_studio,
        feishu.WANG,
        feishu.HALL,
        (
            *(f"/page/feishu/{name}.css" for name in ("colours", "chats", "cards", "call", "small")),
            *(f"/page/feishu/{name}.js" for name in ("feishu", "banner", "call", "cards", "say")),
            "/page/feishu/icon.svg",
        ),
    ),
}


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> Side:
    """Each platform in turn."""
    return SIDES[request.param]


def test_every_address_answers(side: Side) -> None:
    here = f"as={side.person}&in={side.room}"
    pages = ("/", f"/?as={side.person}", f"/?{here}", "/?as=nobody&in=nowhere", f"/?{here}&all=1")

    async def visit(_studio: Any, web: aiohttp.ClientSession) -> None:
        for path in (*pages, f"/phone?{here}", f"/page/parts?{here}", *STATIC, *side.more):
            async with web.get(path) as answer:
                assert answer.status == 200, path
                await answer.read()

    visit_to(side.a_studio(), visit)


def test_the_page_lets_nothing_from_elsewhere_in(side: Side) -> None:
    async def visit(_studio: Any, web: aiohttp.ClientSession) -> None:
        async with web.get(f"/?as={side.person}") as answer:
            policy, html = answer.headers["Content-Security-Policy"], await answer.text()
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "style=" not in html
        assert "<script>" not in html
        assert 'lang="zh-CN"' in html

    visit_to(side.a_studio(), visit)


@pytest.mark.parametrize(
    ("deed", "changes", "status"),
    [
        ("fly", {}, 404),
        ("say", {"as": "nobody"}, 400),
        ("say", {"as": None}, 400),
        ("press", {}, 400),
        ("say", {"in": "oc_999"}, 409),
    ],
    ids=["unknown deed", "unknown person", "no person", "half of it", "gone"],
)
def test_what_cannot_be_done_is_refused(side: Side, deed: str, changes: dict[str, Any], status: int) -> None:
    asked = {"as": side.person, "in": side.room, "text": "x"} | changes

    async def visit(_studio: Any, web: aiohttp.ClientSession) -> None:
        assert (await do(web, deed, **asked))[0] == status

    visit_to(side.a_studio(), visit)


@pytest.mark.parametrize(
    ("headers", "broken", "status"),
    [
        ({"Content-Type": "text/plain"}, "", 415),
        ({"Sec-Fetch-Site": "cross-site"}, "", 403),
        ({}, "{", 400),
        ({}, "[1]", 400),
    ],
    ids=["as a form sends it", "from another site", "half of it", "a list"],
)
def test_another_site_cannot_act_for_a_person(
    side: Side, headers: dict[str, str], broken: str, status: int
) -> None:
    body = broken or json.dumps({"as": side.person, "in": side.room, "text": "forged"})

    async def visit(studio: Any, web: aiohttp.ClientSession) -> None:
        before = len(studio.world.messages[side.room])
        sent = {"Content-Type": "application/json"} | headers
        async with web.post("/page/do/say", data=body, headers=sent) as answer:
            assert answer.status == status
        assert len(studio.world.messages[side.room]) == before

    visit_to(side.a_studio(), visit)
