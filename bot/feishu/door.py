"""The door through which Feishu comes in: events and presses become Commands, the Reply what the person sees.

What is answered with 200 has been committed: an event waits for `dispatch` however long that takes, as Feishu
delivers it again; a press does not, so it is answered in time and the rest comes later.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.chat import Command, Dispatch, Form, Reply
from bot.feishu.answers import Answer, Answers
from bot.feishu.crypt import Keys, Payload, Refusal, Seen, challenge_of, opened
from bot.feishu.reading import OUTSIDE, Heard, event_of, read
from bot.tasks import Tasks

BODY_MOST = 1_000_000
PATIENCE_SECONDS = 2.5
"""Feishu gives three seconds to a press and shows an error afterwards."""

TWICE_WITHIN = timedelta(seconds=2)
"""A second press of the same thing by the same person within this time is the same press."""

PRESS = "card.action.trigger"

log = structlog.get_logger(__name__)


def build(
    dispatch: Dispatch,
    *,
    keys: Keys,
    us: str,
    answers: Answers,
    tasks: Tasks,
    now: Callable[[], datetime],
    patience: float = PATIENCE_SECONDS,
) -> Callable[[Request], Awaitable[Response]]:
    """The Starlette handler for `POST /feishu/events`, for events and for what is pressed in cards.

    us: the bot's own open_id. tasks: takes what goes on after an answer; drain it on a stop. now: the real time, aware.
    patience: seconds until an answer to a press is given up for now.
    """
    desk, seen = _Desk(dispatch, us, answers, tasks, now, patience), Seen()

    async def receive(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        payload = opened(keys, request.headers, body, now())
        if isinstance(payload, Refusal):
            log.warning("feishu.refused_request", why=payload.value)
            return Response(status_code=401)
        if (challenge := challenge_of(payload)) is not None:
            return JSONResponse({"challenge": challenge})
        sign = request.headers.get("x-lark-signature", "")
        if seen.knows(sign, now()):
            return JSONResponse({})
        answer = await desk.receive(payload)
        if sign:
            seen.note(sign, now())
        return JSONResponse(answer)

    return receive


class _Desk:
    """Where what comes in is dealt with, and the one place where a failure of ours becomes a sentence."""

    def __init__(
        self,
        dispatch: Dispatch,
        us: str,
        answers: Answers,
        tasks: Tasks,
        now: Callable[[], datetime],
        patience: float,
    ) -> None:
        self._dispatch, self._us, self._answers = dispatch, us, answers
        self._tasks, self._now, self._patience = tasks, now, patience
        self._presses: dict[str, tuple[datetime, str]] = {}

    async def receive(self, payload: Payload) -> dict[str, Any]:
        """What Feishu gets for an answer; `{}` for all that is no business of ours."""
        event = event_of(payload)
        heard = read(event, self._us)
        if heard is None:
            log.debug("feishu.ignored", kind=event.kind, id=event.id)
            return {}
        heard = self._once(heard)
        if event.kind == PRESS:
            return (await self._on_press(heard)).body()
        await self._on_event(heard)
        return {}

    async def _on_event(self, heard: Heard) -> None:
        """Delivered again until it is answered, so nothing is given up here."""
        reply = await self._safely(heard)
        self._give(heard, self._answers.later(heard, reply))

    async def _on_press(self, heard: Heard) -> Answer:
        work = self._tasks.start(self._replied(heard))
        done, _ = await asyncio.wait({work}, timeout=self._patience)
        if not done:
            log.warning(
                "feishu.slow", key=heard.command.key, user=heard.command.user, name=heard.command.name
            )
            self._tasks.start(self._later(work, heard))
            return self._answers.under_way(heard)
        answer = self._answers.at_once(heard, *work.result())
        self._give(heard, replace(answer, instead=None))
        return answer

    async def _later(self, work: asyncio.Task[tuple[Reply, Form | None]], heard: Heard) -> None:
        await self._answers.give(heard, self._answers.later(heard, *await work))

    def _give(self, heard: Heard, answer: Answer) -> None:
        if answer.private or answer.instead:
            self._tasks.start(self._answers.give(heard, answer))

    async def _replied(self, heard: Heard) -> tuple[Reply, Form | None]:
        """The reply, and the form that was sent where it has to be mended: what was asked for is answered the same."""
        reply = await self._safely(heard)
        if not (reply.errors and heard.asked):
            return reply, None
        command = heard.command
        once_more = Command("typed", OUTSIDE, heard.asked, command.user, platform=command.platform)
        return reply, (await self._safely(replace(heard, command=once_more))).form

    async def _safely(self, heard: Heard) -> Reply:
        """Whatever goes wrong inside, the person gets a sentence and the log gets no word of theirs."""
        command = heard.command
        try:
            return await self._dispatch(command)
        except Exception as error:  # noqa: BLE001 - the outermost frame of every request
            frames = traceback.extract_tb(error.__traceback__)[-3:]
            where = [f"{frame.name}:{frame.lineno}" for frame in frames]
            ids = {"key": command.key, "user": command.user, "command": command.name}
            log.error("feishu.command_failed", error=type(error).__name__, where=where, **ids)
            return self._answers.sorry(heard)

    def _once(self, heard: Heard) -> Heard:
        """A second press comes under a key of its own; under that of the first it gets the first answer."""
        now = self._now()
        self._presses = {what: one for what, one in self._presses.items() if now - one[0] <= TWICE_WITHIN}
        if not heard.twice:
            return heard
        _, key = self._presses.setdefault(heard.twice, (now, heard.command.key))
        return replace(heard, command=replace(heard.command, key=key))


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MOST:
            return None
    return bytes(body)
