"""Telling the administrators of the bot's own troubles: by the spare way always, in chat where chat works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.chat import Card, Chat, ChatError
from bot.crisis.people import Person
from bot.diary import News
from bot.voice import Voice
from statements.marks import as_text

log = structlog.get_logger(__name__)


class Admins:
    """Whoever looks after the bot. ring: the spare way. ids: of the roster. host: which machine speaks."""

    def __init__(
        self,
        voice: Voice,
        chat: Chat,
        ring: Callable[[str, Mapping[str, str]], Awaitable[bool]],
        ids: Sequence[str],
        host: str,
    ) -> None:
        self._voice = voice
        self._chat = chat
        self._ring = ring
        self._ids = ids
        self._host = host

    async def tell(self, news: News, now: datetime) -> None:
        """Tell all of them, each in their language; the webhook is told in the company's. now: aware."""
        about = {
            "product": "goldenhour",
            "kind": news.kind,
            "part": news.part,
            "code": news.says,
            "since": news.since.isoformat(),
            "host": self._host,
        }
        reachable = self._ids if news.part != "chat" or news.kind == "over" else ()
        await asyncio.gather(
            self._ring(_text(self._card(news, now, None)), about),
            *(self._direct(self._voice.person(one), news, now) for one in reachable),
        )

    async def _direct(self, admin: Person, news: News, now: datetime) -> None:
        """By the platform's own call: the outbox lives in the database, which may be what is away."""
        key = f"trouble/{self._host}/{news.part}/{news.kind}/{now:%Y%m%d%H%M%S}/{admin.id}"
        try:
            await self._chat.direct(admin.id, self._card(news, now, admin), key)
        except ChatError as error:
            log.warning("admin_not_told", person=admin.id, part=news.part, code=error.code)

    def _card(self, news: News, now: datetime, reader: Person | None) -> Card:
        about = {"kind": news.kind, "part": news.part, "says": news.says, "since": news.since}
        return self._voice.card("trouble", None, now, reader, host=self._host, **about)


def _text(card: Card) -> str:
    """A card as bare text, for webhooks that know no formatting of ours."""
    lines = [card.headline, *(line for part in card.parts for line in part.lines)]
    return "\n".join(as_text(line, {}) for line in lines)
