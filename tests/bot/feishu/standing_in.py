"""A Feishu that takes every message, over HTTP, and our door before it: what tests of the way in need."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.chat import Card, Command, Part, Plain, Reply
from bot.crisis.people import Person
from bot.feishu import door
from bot.feishu.answers import Answers
from bot.feishu.calls import Calls
from bot.feishu.crypt import Keys
from bot.feishu.messages import Messages
from bot.feishu.text import Whereabouts
from bot.tasks import Tasks
from sandbox.server import SandboxServer

TOKEN, KEY = "v-token", "test key"
KEYS = Keys(TOKEN, KEY)
NOW = datetime(2026, 11, 21, 6, 5, 6, tzinfo=UTC)
SECONDS = "1795241106"
TENANT = "736588c9260f175e"


def sealed(payload: Any, key: str = KEY) -> bytes:
    """As Feishu encrypts it."""
    padder = PKCS7(128).padder()
    text = padder.update(json.dumps(payload).encode()) + padder.finalize()
    cipher = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(b"i" * 16)).encryptor()
    return json.dumps({"encrypt": base64.b64encode(b"i" * 16 + cipher.update(text)).decode()}).encode()


def signed(body: bytes, timestamp: str = SECONDS, key: str = KEY) -> dict[str, str]:
    """As Feishu signs it."""
    text = f"{timestamp}n1{key}".encode() + body
    return {
        "x-lark-request-timestamp": timestamp,
        "x-lark-request-nonce": "n1",
        "x-lark-signature": hashlib.sha256(text).hexdigest(),
    }


@dataclass
class StandIn:
    """Takes messages, once for each uuid, and card updates; answers with a code of `refuses` first, by receiver."""

    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuses: dict[str, list[int]] = field(default_factory=dict)
    uuids: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        """What answers under /open-apis."""
        api = "/open-apis"
        return Starlette(
            routes=[
                Route(f"{api}/auth/v3/tenant_access_token/internal", self._token, methods=["POST"]),
                Route(f"{api}/im/v1/messages", self._send, methods=["POST"]),
                Route(f"{api}/im/v1/messages/{{message}}", self._update, methods=["PATCH"]),
            ]
        )

    async def _token(self, _request: Request) -> Response:
        return JSONResponse({"code": 0, "msg": "ok", "tenant_access_token": "t-1", "expire": 7200})

    async def _send(self, request: Request) -> Response:
        asked = await request.json()
        if refusal := self._refusal(asked["receive_id"]):
            return refusal
        if asked["uuid"] not in self.uuids:
            self.uuids.add(asked["uuid"])
            self.said.append((asked["receive_id"], json.loads(asked["content"])))
        return JSONResponse({"code": 0, "msg": "ok", "data": {"message_id": "om_1", "chat_id": "oc_1"}})

    async def _update(self, request: Request) -> Response:
        message = request.path_params["message"]
        if refusal := self._refusal(message):
            return refusal
        self.changed.append((message, json.loads((await request.json())["content"])))
        return JSONResponse({"code": 0, "msg": "ok", "data": {}})

    def _refusal(self, receiver: str) -> Response | None:
        codes = self.refuses.get(receiver)
        if not codes:
            return None
        reset = {"x-ogw-ratelimit-reset": "0"}
        return JSONResponse({"code": codes.pop(0), "msg": "refused"}, status_code=400, headers=reset)


@dataclass
class Here:
    """Everything a test may touch: the stand-in, our door, and what was asked of us.

    answer: what the handlers would. ahead: how far our clock is ahead.
    """

    feishu: StandIn
    tasks: Tasks
    answers: Answers
    keys: Keys = KEYS
    patience: float = 2.5
    ahead: timedelta = timedelta()
    asked: list[Command] = field(default_factory=list)
    answer: Callable[[Command], Reply] = lambda command: Reply()
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()
        self.door = door.build(
            self.dispatch,
            keys=self.keys,
            us="ou_bot",
            answers=self.answers,
            tasks=self.tasks,
            now=lambda: NOW + self.ahead,
            patience=self.patience,
        )

    async def dispatch(self, command: Command) -> Reply:
        """Stands where the handlers will; waits while a test has shut the gate."""
        self.asked.append(command)
        await self.gate.wait()
        return self.answer(command)

    async def knock(self, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        """One request at our door."""
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/feishu/events",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        parts = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return parts.pop()

        response = await self.door(Request(scope, receive))
        return response.status_code, json.loads(response.body or "null")

    async def hears(self, payload: dict[str, Any]) -> Any:
        """Feishu reports this, encrypted and signed; what we answered, once all that follows is done."""
        body = sealed(payload)
        status, answer = await self.knock(body, signed(body))
        assert status == 200
        if self.gate.is_set():
            await self.tasks.drain(5)
        return answer


def told(person: str, code: str, **named: Any) -> Card:
    """The words of a test: the code itself, and what is named with it."""
    said = [*code.split("_"), *map(str, named.values()), person.removeprefix("ou_")]
    parts = (Part(((Plain("more"),),)),) if code == "sorry" else ()
    return Card((Plain(" ".join(said)),), parts)


@contextlib.asynccontextmanager
async def standing_in(**options: Any) -> AsyncIterator[Here]:
    """The stand-in on a port of its own, and a door before it. options: of `Here`."""
    feishu = StandIn()
    async with SandboxServer(feishu.app()) as server:
        calls = Calls("cli_ours", "secret", server.url)
        where = Whereabouts(lambda person: Person(person, person, "en", known=False))
        answers = Answers(Messages(calls), where, told, ZoneInfo("Asia/Shanghai"), pause=0)
        here = Here(feishu, Tasks(), answers, **options)
        try:
            yield here
        finally:
            await here.tasks.drain(2)
            await calls.close()


def played(story: Callable[[Here], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Runs one async story."""

    async def whole() -> None:
        async with standing_in(**options) as here:
            await story(here)

    asyncio.run(whole())


def event(kind: str, body: dict[str, Any], **header: Any) -> dict[str, Any]:
    """An event in its wrapping."""
    usual = {"event_id": "e1", "event_type": kind, "token": TOKEN, "app_id": "cli_ours", "tenant_key": TENANT}
    return {"schema": "2.0", "header": usual | header, "event": body}


def line(text: str, chat: str = "p2p", message: str = "om_line", **header: Any) -> dict[str, Any]:
    """Wang writes to the bot; in a group, with its name."""
    sender = {"sender_id": {"open_id": "ou_wang"}, "sender_type": "user", "tenant_key": TENANT}
    said = {
        "message_id": message,
        "chat_id": "oc_room",
        "chat_type": chat,
        "message_type": "text",
        "content": json.dumps({"text": text if chat == "p2p" else f"@_user_1 {text}"}),
        "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "bot"}],
    }
    return event("im.message.receive_v1", {"sender": sender, "message": said}, **header)


def press(value: dict[str, Any], form_value: dict[str, Any] | None = None, **header: Any) -> dict[str, Any]:
    """Wang presses a button, or sends a form."""
    body = {
        "operator": {"open_id": "ou_wang", "tenant_key": TENANT},
        "token": "c-1",
        "action": {"tag": "button", "value": value}
        | ({"form_value": form_value} if form_value is not None else {}),
        "context": {"open_message_id": "om_card", "open_chat_id": "oc_room"},
    }
    return event("card.action.trigger", body, **header)
