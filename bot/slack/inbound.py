"""The door through which Slack comes in: a payload becomes a Command, the Reply to it what the person sees.

What is answered with 200 has been committed: Bolt waits for the listener, the listener for `dispatch`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from bot.chat import Card, Command, Dispatch, Reply
from bot.slack.answers import Answers
from bot.slack.reading import COMMAND, Place, place_of, pressed, sent, typed, written
from bot.slack.text import People, plain
from bot.tasks import Tasks

Sorry = Callable[[str], Card]
"""The card that tells a Slack user, in their language, that something did not work."""

BODY_MOST = 1_000_000
# Slack gives three seconds; what is not ready by now is delivered afterwards.
PATIENCE_SECONDS = 2.5
ANYTHING = re.compile("")

log = structlog.get_logger(__name__)


def build(
    dispatch: Dispatch,
    *,
    signing_secret: str,
    client: AsyncWebClient,
    team_id: str,
    people: People,
    sorry: Sorry,
    tasks: Tasks,
    patience: float = PATIENCE_SECONDS,
) -> AsyncApp:
    """The Bolt app that hears commands, buttons, forms and direct messages.

    team_id: the only workspace whose people are heard; others become the command "outside". tasks: takes
    what goes on after an answer; drain it on a stop. patience: seconds until an answer is given up for now.
    """
    app = AsyncApp(
        name="goldenhour",
        signing_secret=signing_secret,
        client=_bare(client),
        authorize=_authorize(client, team_id),
        process_before_response=True,
        logger=_quiet_logger(),
    )
    desk = _Desk(dispatch, Answers(client, people), people, sorry, tasks, team_id, patience)
    app.command(COMMAND)(desk.on_command)
    app.block_action(ANYTHING)(desk.on_action)
    app.view_submission(ANYTHING)(desk.on_view)
    app.event("message")(desk.on_message)
    return app


def endpoint(app: AsyncApp, signing_secret: str) -> Callable[[Request], Awaitable[Response]]:
    """The Starlette handler for POST /slack/events.

    The signature is checked before anything is parsed; Bolt alone fails on a timestamp that is no number.
    """
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not genuine(verifier, body, request.headers):
            return Response(status_code=401)
        return to_starlette_response(await app.async_dispatch(to_async_bolt_request(request, body)))

    return receive


def genuine(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack signed this within the last five minutes; nonsense in a header is a no."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    try:
        return verifier.is_valid(body, timestamp, signature)
    except (ValueError, TypeError, OverflowError):
        return False


async def listen(app: AsyncApp, app_token: str) -> AsyncSocketModeHandler:
    """Connect by Socket Mode instead of HTTP; the caller ends it with `close_async`."""
    handler = AsyncSocketModeHandler(app, app_token)
    # The SDK takes a proxy from the environment unless told otherwise afterwards.
    handler.client.proxy = app.client.proxy
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return handler


class _Desk:
    """The four listeners, and the one place where a failure of ours becomes a sentence."""

    def __init__(
        self,
        dispatch: Dispatch,
        answers: Answers,
        people: People,
        sorry: Sorry,
        tasks: Tasks,
        team: str,
        patience: float,
    ) -> None:
        self._dispatch, self._answers, self._people = dispatch, answers, people
        self._sorry, self._tasks, self._team, self._patience = sorry, tasks, team, patience

    async def on_command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """/crisis ..."""
        command, place = typed(body, self._team), place_of(body)
        reply = await self._reply(command, place)
        if reply and reply.card and not reply.form:
            await ack(self._answers.passing(reply.card))
        else:
            self._give(place, command, reply)
            await ack()

    async def on_action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """A button."""
        command, place = pressed(body, self._team), place_of(body)
        self._give(place, command, await self._reply(command, place))
        await ack()

    async def on_view(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """A form was sent. Sent again it has the same key, so "try again" is safe advice."""
        command = sent(body, self._team)
        reply = await self._reply(command) or self._apology(command)
        await ack(self._answers.page(place_of(body), reply))

    async def on_message(self, body: dict[str, Any], request: AsyncBoltRequest) -> None:
        """A line in the direct message with the bot. Events are redelivered, so nothing is given up here."""
        command = written(body, self._team)
        if command:
            place = replace(place_of(body), again="x-slack-retry-num" in request.headers)
            self._give(place, command, await self._safely(command))

    async def _reply(self, command: Command, place: Place | None = None) -> Reply | None:
        """The reply, or None when it takes too long; then it is delivered later, if there is a place."""
        work = self._tasks.start(self._safely(command))
        done, _ = await asyncio.wait({work}, timeout=self._patience)
        if done:
            return work.result()
        log.warning("slack.slow", key=command.key, user=command.user, name=command.name)
        if place:
            self._tasks.start(self._later(work, place, command))
        return None

    async def _later(self, work: asyncio.Task[Reply], place: Place, command: Command) -> None:
        await self._answers.give(place, command, await work, self._sorry(command.user))

    def _give(self, place: Place, command: Command, reply: Reply | None) -> None:
        if reply:
            self._tasks.start(self._answers.give(place, command, reply, self._sorry(command.user)))

    async def _safely(self, command: Command) -> Reply:
        """Whatever goes wrong inside, the person gets a sentence and the log gets no word of theirs."""
        try:
            return await self._dispatch(command)
        except Exception as error:  # noqa: BLE001 - the outermost frame of every request
            where = [
                f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:]
            ]
            ids = {"key": command.key, "user": command.user, "command": command.name}
            log.error("slack.command_failed", error=type(error).__name__, where=where, **ids)
            return self._apology(command)

    def _apology(self, command: Command) -> Reply:
        card = self._sorry(command.user)
        if command.kind == "sent" and command.fields:
            return Reply(errors={next(iter(command.fields)): plain(card.headline, self._people)})
        return Reply(card=card)


def _authorize(client: AsyncWebClient, team_id: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's own would call auth.test inside somebody's three seconds."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=client.token)

    return authorize


def _bare(client: AsyncWebClient) -> AsyncWebClient:
    """A client without a token for Bolt to copy: it would warn about one at every start."""
    bare = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[])
    bare.proxy = client.proxy
    return bare


def _quiet_logger() -> logging.Logger:
    """Bolt and the SDK write whole payloads when they debug."""
    logger = logging.getLogger("bot.slack.bolt")
    logger.setLevel(logging.ERROR)
    return logger


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MOST:
            return None
    return bytes(body)
