"""A local Feishu and a tiny bot beside it, both real servers in one loop."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.feishu import make_app, make_world
from sandbox.feishu.crypt import decrypted
from sandbox.feishu.driver import Driver
from sandbox.feishu.installation import Installation
from sandbox.feishu.limits import Limits
from sandbox.feishu.world import World
from sandbox.server import SandboxServer

SECRET, KEY, TOKEN = "a secret", "test key", "a token"
WANG, ZHAO, LIU, EMMA = "ou_u04", "ou_u05", "ou_u06", "ou_u10"


class Clock:
    """Both times of a world, moved by hand. seconds: what networks count by."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.start = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """What messages are dated by."""
        return self.start + timedelta(seconds=self.seconds - 1000)

    def clock(self) -> float:
        """What windows are counted by."""
        return self.seconds

    def on(self, **by: float) -> None:
        """Lets time pass, e.g. on(hours=1)."""
        self.seconds += timedelta(**by).total_seconds()


@dataclass
class Answered:
    """An Open API answer, taken apart."""

    status: int
    code: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def data(self) -> dict[str, Any]:
        """What a good answer brings."""
        assert self.code == 0, self.body
        return self.body["data"]


@dataclass
class Here:
    """Everything a test may touch: the world, its time, an app's hands, the people's hands."""

    world: World
    time: Clock
    driver: Driver
    url: str
    installation: Installation
    session: aiohttp.ClientSession
    token: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)

    async def call(self, verb: str, path: str, body: Any = None, **query: str) -> Answered:
        """One call of the Open API, with a token once `sign_in` was called."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = self.session.request(
            verb, f"{self.url}/open-apis{path}", json=body, params=query, headers=headers
        )
        async with request as response:
            told = json.loads(await response.text())
            lower = {name.lower(): value for name, value in response.headers.items()}
            return Answered(response.status, told["code"], told, lower)

    async def sign_in(self) -> None:
        """Fetches the tenant token."""
        body = {"app_id": "cli_sandbox", "app_secret": SECRET}
        answer = await self.call("POST", "/auth/v3/tenant_access_token/internal", body)
        self.token = answer.body["tenant_access_token"]

    async def send(self, to: str, content: Any, *, uuid: str = "", kind: str = "") -> Answered:
        """Sends a text (a string) or a card (a dict) to a chat or person."""
        words = isinstance(content, str)
        body = {"receive_id": to, "msg_type": kind or ("text" if words else "interactive")}
        body["content"] = json.dumps({"text": content} if words else content, ensure_ascii=False)
        body |= {"uuid": uuid} if uuid else {}
        by = "chat_id" if to.startswith("oc_") else "open_id"
        return await self.call("POST", "/im/v1/messages", body, receive_id_type=by)

    async def group(self, *people: str, uuid: str = "", **body: Any) -> str:
        """A private group of the bot and these people."""
        query = {"uuid": uuid} if uuid else {}
        body = {"name": "危机 1", "user_id_list": list(people)} | body
        return (await self.call("POST", "/im/v1/chats", body, **query)).data["chat_id"]


@contextlib.asynccontextmanager
async def a_feishu(
    *,
    encrypt_key: str = KEY,
    faults: Faults | None = None,
    limits: Limits | None = None,
    scopes: frozenset[str] | None = None,
) -> AsyncIterator[Here]:
    """Starts both servers; the bot says what the test has put into `replies`, else {}."""
    clock = Clock()
    world = make_world(clock.now, clock=clock.clock)
    notes: list[Here] = []

    async def events(request: Request) -> Response:
        here, raw = notes[0], await request.body()
        here.headers.append(dict(request.headers))
        body = json.loads(raw)
        told = json.loads(decrypted(body["encrypt"], encrypt_key)) if "encrypt" in body else body
        here.heard.append(told)
        reply = here.replies.pop(0) if here.replies else {}
        if isinstance(reply, Response):
            return reply
        return JSONResponse(await reply(told) if callable(reply) else reply)

    bot = Starlette(routes=[Route("/feishu/events", events, methods=["POST"])])
    async with SandboxServer(bot) as bot_server, aiohttp.ClientSession() as session:
        app = make_app(
            world,
            app_secret=SECRET,
            verification_token=TOKEN,
            encrypt_key=encrypt_key,
            bot_url=bot_server.url,
            faults=faults,
            limits=limits,
            scopes=scopes,
        )
        async with SandboxServer(app) as server:
            here = Here(world, clock, app.state.driver, server.url, app.state.installation, session)
            notes.append(here)
            await here.sign_in()
            yield here


def run(story: Callable[[Here], Any], **options: Any) -> None:
    """Runs one async test body against a fresh local Feishu."""

    async def whole() -> None:
        async with a_feishu(**options) as here:
            await story(here)

    asyncio.run(whole())


def button(label: str = "好", **changes: Any) -> dict[str, Any]:
    """A button that calls the bot."""
    behaviours = [{"type": "callback", "value": {"name": "on_it", "value": "7"}}]
    return {"tag": "button", "text": plain(label), "behaviors": behaviours} | changes


def plain(words: str = "x") -> dict[str, Any]:
    """A plain_text object."""
    return {"tag": "plain_text", "content": words}


def card(*elements: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A card of schema 2.0."""
    shown = list(elements) or [{"tag": "markdown", "content": "**Red**"}]
    whole = {
        "schema": "2.0",
        "config": {"update_multi": True, "summary": {"content": "Red"}},
        "header": {"title": plain("Red"), "template": "red"},
        "body": {"elements": shown},
    }
    return whole | changes


def form(*fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A form with a button that sends it."""
    send = {"tag": "button", "name": "send", "text": plain("提交"), "form_action_type": "submit"}
    value = {"form": "declare", "about": {"case": "7"}}
    send |= {"behaviors": [{"type": "callback", "value": value}]}
    return {"tag": "form", "name": "declare", "elements": [*fields, send]} | changes


async def a_card(here: Here, shown: dict[str, Any], to: str = WANG) -> str:
    """The id of a card that the bot has sent to somebody."""
    return (await here.send(to, shown)).data["message_id"]


WHAT = {"tag": "input", "name": "what", "required": True, "max_length": 10}
GREEN = card({"tag": "markdown", "content": "green"})
