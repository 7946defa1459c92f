"""The spare way speaks each platform's language, follows nobody elsewhere, and says when it was not heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from structlog.testing import capture_logs

from bot.alarm import BODIES, Alarm

ABOUT = {"part": "database", "kind": "begun"}


class Elsewhere:
    """A web server that keeps what it was told, and answers as planned."""

    def __init__(self, status: int = 200, body: str = "ok", **headers: str) -> None:
        self.heard: list[tuple[str, str, Any]] = []
        self._answer = lambda: web.Response(status=status, text=body, headers=headers)

    async def answer(self, request: web.Request) -> web.Response:
        """Any path, any method."""
        body = await request.json() if request.can_read_body else None
        self.heard.append((request.method, request.path, body))
        return self._answer()


@asynccontextmanager
async def an_alarm(server: Elsewhere) -> AsyncIterator[Alarm]:
    """An alarm whose addresses both lead there."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    async with TestServer(app) as there, aiohttp.ClientSession() as session:
        yield Alarm(session, str(there.make_url("/alarm")), str(there.make_url("/beat")))


def told(server: Elsewhere, deed: Callable[[Alarm], Any]) -> bool:
    """Whether the alarm says that it was heard."""

    async def story() -> bool:
        async with an_alarm(server) as alarm:
            return await deed(alarm)

    return asyncio.run(story())


def ring(alarm: Alarm) -> Any:
    """Something is wrong."""
    return alarm.ring("trouble", ABOUT)


def test_any_address_gets_text_and_facts():
    server = Elsewhere()
    assert told(server, ring)
    assert server.heard == [("POST", "/alarm", {"text": "trouble", "part": "database", "kind": "begun"})]


@pytest.mark.parametrize(
    ("host", "body"),
    [
        ("hooks.slack.com", {"text": "trouble"}),
        ("open.feishu.cn", {"msg_type": "text", "content": {"text": "trouble"}}),
        ("open.larksuite.com", {"msg_type": "text", "content": {"text": "trouble"}}),
        ("oapi.dingtalk.com", {"msgtype": "text", "text": {"content": "trouble"}}),
        ("qyapi.weixin.qq.com", {"msgtype": "text", "text": {"content": "trouble"}}),
    ],
)
def test_known_hosts_get_what_they_understand(host: str, body: dict[str, Any]):
    assert BODIES[host]("trouble", ABOUT) == body


def test_all_is_well_is_a_plain_get():
    server = Elsewhere()
    assert told(server, Alarm.beat)
    assert server.heard == [("GET", "/beat", None)]


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (Elsewhere(500, "<html>"), "http_500"),
        (Elsewhere(404), "http_404"),
        (Elsewhere(200, '{"code": 19024, "msg": "Key Words Not Found"}'), "code_19024"),
        (Elsewhere(200, '{"errcode": 310000, "errmsg": "x"}'), "code_310000"),
    ],
    ids=["broken", "gone", "feishu says no", "dingtalk says no"],
)
def test_who_does_not_take_it_is_named_by_a_code_alone(server: Elsewhere, code: str):
    with capture_logs() as logs:
        assert not told(server, ring)
    assert [(line["event"], line["code"]) for line in logs] == [("alarm_not_heard", code)]
    assert all("127.0.0.1" not in str(line) for line in logs), "the address is a secret"


@pytest.mark.parametrize("body", ['{"code": 0}', '{"errcode": 0}', "[]", "", '{"ok": true}'])
def test_a_yes_is_a_yes_in_any_shape(body: str):
    assert told(Elsewhere(200, body), ring)


def test_a_redirect_is_not_followed():
    inside = Elsewhere()

    async def story() -> bool:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", inside.answer)
        async with (
            TestServer(app) as there,
            an_alarm(Elsewhere(302, Location=str(there.make_url("/metadata")))) as alarm,
        ):
            return await alarm.ring("trouble", ABOUT)

    assert not asyncio.run(story())
    assert inside.heard == []


def test_a_closed_door_is_told_and_breaks_nothing():
    async def story() -> bool:
        async with aiohttp.ClientSession() as session:
            return await Alarm(session, f"http://127.0.0.1:{unused_port()}/", "").ring("trouble", ABOUT)

    assert not asyncio.run(story())


def test_without_addresses_nobody_is_asked():
    async def story() -> list[bool]:
        async with aiohttp.ClientSession() as session:
            alarm = Alarm(session, "", "")
            return [await alarm.ring("trouble", ABOUT), await alarm.beat()]

    assert asyncio.run(story()) == [False, False]
