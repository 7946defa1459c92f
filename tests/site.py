"""A company's own site, as a small local web server; and statements for it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.crisis import approval, drafting
from bot.crisis.drafting import Wording
from bot.crisis.incident import Incident
from tests.makers import a_graded, a_playbook, a_roster, at

SECRET = "a secret that the site knows as well"
TEXT = "## 已经开始做的\n\n- **成立**专项小组"


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def says(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Site:
    """Keeps what it hears. answers: of the next requests, a status with a body, "slow" or "lost"; then 200.

    let_go: ends what is slow. told: it has heard something.
    """

    def __init__(
        self,
        answers: Sequence[tuple[int, str] | str] = (),
        *,
        location: str = "",
        retry_after: str = "",
    ) -> None:
        self.heard: list[Heard] = []
        self.answers = list(answers)
        self.let_go, self.told = asyncio.Event(), asyncio.Event()
        told = {"Location": location, "Retry-After": retry_after}
        self._headers = {name: value for name, value in told.items() if value}

    def app(self) -> web.Application:
        """Any path, any method."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        heard = Heard(request.method, request.path, request.headers.copy(), await request.read())
        self.heard.append(heard)
        self.told.set()
        answer = self.answers.pop(0) if self.answers else (200, "")
        if answer == "slow":
            await self.let_go.wait()
        if isinstance(answer, str):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        status, body = answer
        return web.Response(status=status, text=body, headers=self._headers)


def signed(heard: Heard) -> bool:
    """Whether it is the bot's, by the recipe of the documentation."""
    moment = heard.headers["Golden-Hour-Timestamp"].encode()
    expected = hmac.new(SECRET.encode(), moment + b"." + heard.body, hashlib.sha256).hexdigest()
    return heard.headers["Golden-Hour-Signature"] == f"v1={expected}"


def write(incident: Incident, text: str, now: datetime, cites: Sequence[int] = ()) -> None:
    """The first statement, or its next version, by 吴 of PR."""
    wording = Wording("关于制动异常的情况说明", text, cites)
    if incident.statements:
        drafting.change(incident, 1, wording, incident.statements[1].latest.number, "wu", now)
    else:
        drafting.draft(incident, "first_statement", "zh", wording, "wu", now)


def sign(incident: Incident, now: datetime) -> None:
    """All signatures that a yellow crisis asks for: the head of PR's."""
    approval.ask(incident, 1, (), a_playbook(), a_roster(), "wu", now)
    approval.sign(incident, 1, incident.statements[1].latest.seal, a_playbook(), a_roster(), "wang", now)


def a_statement() -> Incident:
    """A yellow crisis with a signed first statement."""
    incident = a_graded("yellow")
    write(incident, TEXT, at("+8 min"))
    sign(incident, at("+10 min"))
    return incident
