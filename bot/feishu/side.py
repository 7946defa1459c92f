"""Feishu as one side of the bot: its client, its Chat and its door, made from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.chat import Card, Dispatch, Platform
from bot.crisis.people import Person
from bot.feishu import door
from bot.feishu.answers import Answers
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.feishu.crypt import Keys
from bot.feishu.errors import REMEDIES
from bot.feishu.limits import Limiter
from bot.meter import Meter
from bot.settings import Settings
from bot.side import Endpoint
from bot.tasks import Tasks
from bot.voice import Voice


class FeishuSide:
    """What the application needs of Feishu. To be made inside a running loop; `close` it."""

    name: Platform = "feishu"
    path = "/feishu/events"
    remedies = REMEDIES

    def __init__(
        self,
        settings: Settings,
        address: Callable[[str], Person],
        *,
        timeout: float,
        times: float = 1.0,
        rest: str = "…",
    ) -> None:
        """address: the Person behind an id of the roster. timeout: seconds for a whole call.

        times: how many times as fast as Feishu allows. rest: says in a card too long for Feishu where the rest is.
        """
        self._settings = settings
        self._calls = Calls(
            settings.feishu_app_id,
            settings.feishu_app_secret.get_secret_value(),
            settings.feishu_base_url,
            timeout=timeout,
            limiter=Limiter(times=times),
        )
        rooms = _links(settings.feishu_base_url)
        self.chat = FeishuChat(self._calls, address, settings.feishu_urgent, rooms, rest)

    def count_in(self, meter: Meter) -> None:
        """Tell this meter of every call."""
        self._calls.meter = meter

    async def members(self, people: list[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Who of these is on Feishu, as open_id to person; and who is not, as person to reason."""
        await self.chat.identity()
        return await self.chat.members(people)

    @asynccontextmanager
    async def door(
        self, dispatch: Dispatch, voice: Voice, left: Callable[[], float]
    ) -> AsyncIterator[Endpoint | None]:
        """Where Feishu comes in. left: how many seconds a stop may still take."""
        tasks, settings = Tasks(), self._settings
        keys = Keys(
            settings.feishu_verification_token.get_secret_value(),
            settings.feishu_encrypt_key.get_secret_value(),
        )

        def words(user: str, code: str, **named: object) -> Card:
            reader = voice.behind(self.name, user)
            return voice.refused(code, datetime.now(UTC), reader, person=reader.id, **named)

        answers = Answers(self.chat.messages, self.chat.where, words, voice.zone)
        us = (await self.chat.identity()).open_id
        try:
            yield door.build(
                dispatch, keys=keys, us=us, answers=answers, tasks=tasks, now=lambda: datetime.now(UTC)
            )
        finally:
            await tasks.drain(left())

    async def drain(self, seconds: float) -> None:
        """Nothing goes on behind the Chat's back."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._calls.close()


def _links(base_url: str) -> str:
    """What a link to a chat begins with: Feishu's own, or Lark's."""
    lark = (urlsplit(base_url).hostname or "").endswith("larksuite.com")
    host = "applink.larksuite.com" if lark else "applink.feishu.cn"
    return f"https://{host}/client/chat/open?openChatId="
