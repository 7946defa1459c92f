"""Slack as one side of the bot: its client, its Chat and its door, made from the settings and taken down in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.chat import Card, Dispatch, Platform
from bot.crisis.people import Person
from bot.meter import Meter
from bot.settings import Settings
from bot.side import Endpoint
from bot.slack import inbound
from bot.slack.client import SlackChat, web_client
from bot.slack.errors import TOKEN_REFUSED
from bot.slack.limiter import Limiter
from bot.tasks import Tasks
from bot.voice import Voice

REMEDY = (
    "Set SLACK_BOT_TOKEN to the token that begins with xoxb- on your app's page under 'OAuth & Permissions'."
)


class SlackSide:
    """What the application needs of Slack. To be made inside a running loop; `close` it."""

    name: Platform = "slack"
    path = "/slack/events"
    remedies = dict.fromkeys(TOKEN_REFUSED, REMEDY)

    def __init__(
        self,
        settings: Settings,
        address: Callable[[str], Person],
        *,
        timeout: float,
        times: float = 1.0,
    ) -> None:
        """address: the Person behind an id of the roster. timeout: seconds for a whole call.

        times: how many times as fast as Slack allows.
        """
        self._settings = settings
        token = settings.slack_bot_token.get_secret_value()
        self._client = web_client(
            token, settings.slack_api_url, timeout=timeout, limiter=Limiter(times=times)
        )
        self.chat = SlackChat(self._client, address)

    def count_in(self, meter: Meter) -> None:
        """Tell this meter of every call."""
        self._client.meter = meter

    async def members(self, people: list[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Who of these is on Slack, as Slack id to person; and who is not, as person to reason."""
        await self.chat.identity()
        return await self.chat.members(people)

    @asynccontextmanager
    async def door(
        self, dispatch: Dispatch, voice: Voice, left: Callable[[], float]
    ) -> AsyncIterator[Endpoint | None]:
        """Where Slack comes in: an HTTP endpoint, or Socket Mode where an app token is set, and then None.

        left: how many seconds a stop may still take.
        """
        secret, tasks = self._settings.slack_signing_secret.get_secret_value(), Tasks()

        def sorry(user: str) -> Card:
            return voice.refused("sorry", datetime.now(UTC), voice.behind(self.name, user))

        app = inbound.build(
            dispatch,
            signing_secret=secret,
            client=self._client,
            team_id=(await self.chat.identity()).team_id,
            people=voice.person,
            sorry=sorry,
            tasks=tasks,
        )
        app_token = self._settings.slack_app_token.get_secret_value()
        socket = await inbound.listen(app, app_token) if app_token else None
        try:
            yield None if socket else inbound.endpoint(app, secret)
        finally:
            if socket:
                await socket.close_async()  # type: ignore[no-untyped-call]
            await tasks.drain(left())

    async def drain(self, seconds: float) -> None:
        """Wait at most so long for calls nobody waits for."""
        await self.chat.drain(seconds)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.session.close()
