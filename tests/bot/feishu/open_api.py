"""A stand-in for Feishu's Open API: it writes down what it is asked, and answers literally what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.crisis.people import Person, Roster
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.feishu.limits import Limiter
from sandbox.server import SandboxServer

WANG, EMMA, LIU, US = "ou_wang", "ou_emma", "ou_liu", "ou_bot"
ROOM, ALONE = "oc_room", "oc_alone"

ROSTER = Roster(
    people={
        "wang": Person("wang", "王敏", "zh", feishu=WANG, email="wang.min@example.com"),
        "emma": Person("emma", "Emma Clarke", "en", feishu=EMMA),
        "liu": Person("liu", "刘洋", "zh", email="liu.yang@example.com"),
        "gone": Person("gone", "Gone", "en", email="gone@example.com"),
        "nameless": Person("nameless", "Nameless", "en"),
    }
)

ABOUT_US = {"code": 0, "msg": "ok", "bot": {"activate_status": 2, "app_name": "黄金一小时", "open_id": US}}


def fine(**data: Any) -> Response:
    """What Feishu says when it has done it."""
    return JSONResponse({"code": 0, "msg": "success", "data": data}, headers={"X-Tt-Logid": "log1"})


def no(code: int, msg: str = "no", status: int = 400, **headers: str) -> Response:
    """What Feishu says when it has not."""
    return JSONResponse(
        {"code": code, "msg": msg, "error": {"log_id": "log2"}},
        status_code=status,
        headers={"X-Tt-Logid": "log2"} | headers,
    )


def a_token(value: str = "t-1", expire: int = 7200) -> Response:
    """A token, which stands beside the code."""
    return JSONResponse({"code": 0, "msg": "ok", "tenant_access_token": value, "expire": expire})


class Hang(Response):
    """No answer for longer than anybody waits."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()


class Cut(Response):
    """The connection breaks."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["sandbox.cut"]()


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class OpenApi:
    """Feishu, as far as a test lets it be one. planned: by "VERB /path", answered in order; then as on a good day."""

    asked: list[Asked] = field(default_factory=list)
    planned: dict[str, list[Response]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    def plan(self, method: str, *answers: Response) -> None:
        """The next answers to one method."""
        self.planned[method] += answers

    def calls(self, method: str) -> list[Asked]:
        """Each request of one method."""
        return [asked for asked in self.asked if asked.method == method]

    def bodies(self, method: str) -> list[Any]:
        """What each request of one method said."""
        return [asked.body for asked in self.calls(method)]

    async def answer(self, request: Request) -> Response:
        """Whatever is asked."""
        method = f"{request.method} {request.path_params['path']}"
        content = await request.body()
        body = json.loads(content) if content else None
        self.asked.append(Asked(method, dict(request.query_params), body, dict(request.headers)))
        self.entered.set()
        await self._take_part_in(method)
        if self.planned[method]:
            return self.planned[method].pop(0)
        return self._good_day(method, body)

    async def _take_part_in(self, method: str) -> None:
        """Others who come before this one has gone are here together with it."""
        self.under_way[method] += 1
        self.most_at_once[method] = max(self.most_at_once[method], self.under_way[method])
        for _ in range(50):
            await asyncio.sleep(0)
        self.under_way[method] -= 1

    def _good_day(self, method: str, body: Any) -> Response:
        self.numbers[method] += 1
        match method.split("/")[1:]:
            case ["auth", *_]:
                return a_token(f"t-{self.numbers[method]}")
            case ["bot", *_]:
                return JSONResponse(ABOUT_US)
            case ["im", "v1", "chats"]:
                return fine(chat_id=ROOM, name=body["name"])
            case ["im", "v1", "messages"] if body:
                chat = body["receive_id"] if body["receive_id"].startswith("oc_") else ALONE
                return fine(message_id=f"om_{self.numbers[method]}", chat_id=chat)
            case ["im", "v1", "pins"] if body:
                return fine(pin={"message_id": body["message_id"], "chat_id": ROOM})
        return fine()


@dataclass
class Here:
    """Everything a test may touch. ahead: seconds by which the clocks of token and limiter are ahead."""

    api: OpenApi
    calls: Calls
    chat: FeishuChat
    ahead: float = 0.0


@contextlib.asynccontextmanager
async def a_feishu(
    *, call_seconds: float = 2.0, urges: tuple[str, ...] = ("app", "sms", "phone")
) -> AsyncIterator[Here]:
    """The stand-in and our client, both in this loop."""
    api = OpenApi()
    routes = [Route("/open-apis{path:path}", api.answer, methods=["GET", "POST", "PUT", "PATCH"])]

    def clock() -> float:
        return time.monotonic() + here.ahead

    async with SandboxServer(Starlette(routes=routes)) as server:
        calls = Calls(
            "cli_1", "shh", server.url, timeout=call_seconds, limiter=Limiter(clock, times=100), clock=clock
        )
        here = Here(api, calls, FeishuChat(calls, ROSTER.person, urges))
        try:
            yield here
        finally:
            await calls.close()


def run(story: Callable[[Here], Coroutine[Any, Any, None]], **options: Any) -> None:
    """One story against a fresh stand-in."""

    async def whole() -> None:
        async with a_feishu(**options) as here:
            await story(here)

    asyncio.run(whole())
