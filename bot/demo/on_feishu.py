"""The people of a play at the local Feishu: they type to the bot in private, and there their forms come to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from bot.feishu.forms import WRONG
from sandbox.feishu.cards import nodes
from sandbox.feishu.company import open_id
from sandbox.feishu.driver import Driver
from sandbox.feishu.hands import callback_value, fields_of, forms_of
from sandbox.feishu.world import Chat, Message, World

GRADES = ("green", "yellow", "orange", "red")
"""The colours of a graded crisis."""


class OnFeishu:
    """`bot.demo.hands.Hands` on Feishu."""

    opening = "危机 上报"

    def __init__(self, world: World, driver: Driver) -> None:
        self._world, self._driver = world, driver

    @property
    def people(self) -> Collection[str]:
        """Who is there."""
        return [person.removeprefix(open_id("")).upper() for person in self._world.people]

    def name(self, person: str) -> str:
        """What to call somebody."""
        return self._world.name_of(open_id(person))

    def changes(self) -> AsyncIterator[int]:
        """Rings at once, and again whenever something has changed."""
        return self._world.changes()

    async def say(self, person: str, text: str) -> None:
        """Types it to the bot in private."""
        await self._driver.say(open_id(person), text)

    def form(self, person: str) -> Message | None:
        """The latest card in private that is a form; one that was sent has become another card."""
        messages = reversed(self._world.messages[self.private(person).id])
        return next((message for message in messages if message.card and forms_of(message.card)), None)

    def options(self, form: Message, field: str) -> list[str]:
        """All that a field of the form offers."""
        assert form.card is not None
        return [option["value"] for option in fields_of(forms_of(form.card)[0])[field]["options"]]

    async def send(self, person: str, form: Message, values: Mapping[str, Any]) -> Sequence[str]:
        """Sends it; returns what there is to mend, and then the card is a form still."""
        seen = await self._driver.submit(open_id(person), form.id, dict(values))
        shown = nodes(seen.card) if seen.card else ()
        wrong = [node["content"] for node in shown if str(node.get("element_id", "")).startswith(WRONG)]
        return [seen.why] if seen.code else wrong

    def rooms(self, person: str) -> Sequence[Chat]:
        """Groups that somebody is in together with the bot, the oldest first."""
        chats = self._world.visible_chats(open_id(person))
        return [chat for chat in chats if chat.kind == "group" and chat.has_bot]

    def private(self, person: str) -> Chat:
        """The private chat with the bot."""
        return self._world.p2p_of(open_id(person))

    def button(self, room: Chat, name: str, reader: str, value: str = "") -> Message | None:
        """The latest message that somebody sees in a room with a button of this name (and value)."""
        messages = reversed(self._world.visible_messages(room.id, open_id(reader)))
        return next((message for message in messages if _has(message, _meaning(name, value))), None)

    async def press(self, person: str, message: Message, name: str, value: str = "") -> None:
        """Presses that button. Raises PersonCannot when it has gone meanwhile."""
        await self._driver.press(open_id(person), message.id, _meaning(name, value))

    def graded(self, room: Chat) -> bool:
        """Whether the card over the conversation has a grade's colour."""
        notice = self._world.find((room.top_notice or {}).get("message_id", ""))
        header = (notice.card or {}).get("header", {}) if notice else {}
        return header.get("template") in GRADES


def _meaning(name: str, value: str) -> dict[str, str]:
    return {"name": name} | ({"value": value} if value else {})


def _has(message: Message, meaning: dict[str, str]) -> bool:
    if message.card is None or message.recalled:
        return False
    return any(meaning.items() <= (callback_value(node) or {}).items() for node in nodes(message.card))
