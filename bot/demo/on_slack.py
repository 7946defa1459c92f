"""The people of a play at the local Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from typing import Any

from sandbox.blockkit import elements_of
from sandbox.driver import Driver
from sandbox.world import Channel, Message, OpenView, World

WHERE = "service-network"
"""The channel in which commands are typed; any would do."""


class OnSlack:
    """`bot.demo.hands.Hands` on Slack."""

    opening = "/crisis open"

    def __init__(self, world: World, driver: Driver) -> None:
        self._world, self._driver = world, driver

    @property
    def people(self) -> Collection[str]:
        """Who is there."""
        return self._world.people

    def name(self, person: str) -> str:
        """What to call somebody."""
        return self._world.name_of(person)

    def changes(self) -> AsyncIterator[int]:
        """Rings at once, and again whenever something has changed."""
        return self._world.changes()

    async def say(self, person: str, text: str) -> None:
        """Types it into a channel in which the bot is no member."""
        place = self._world.channel_named(WHERE)
        assert place is not None
        await self._driver.say(person, place.id, text)

    def form(self, person: str) -> OpenView | None:
        """The form on top."""
        return next(reversed(self._world.views_of(person)), None)

    def options(self, form: OpenView, field: str) -> list[str]:
        """All that a field of the form offers."""
        blocks = [block for block in form.view["blocks"] if block.get("block_id") == field]
        return [option["value"] for block in blocks for option in block["element"]["options"]]

    async def send(self, person: str, form: OpenView, values: Mapping[str, Any]) -> Sequence[str]:
        """Sends it and closes what comes after it; returns what there is to mend, and then it stays."""
        errors = await self._driver.submit(person, form.id, dict(values))
        if not errors and form in self._world.views_of(person):
            await self._driver.dismiss(person, form.id, everything=True)
        return list(errors.values())

    def rooms(self, person: str) -> Sequence[Channel]:
        """Private channels that somebody is in, the oldest first."""
        rooms = self._world.channels.values()
        return [room for room in rooms if room.is_private and not room.is_im and person in room.members]

    def private(self, person: str) -> Channel:
        """The direct message with the bot."""
        return self._world.im_of(person)

    def button(self, room: Channel, name: str, reader: str, value: str = "") -> Message | None:
        """The latest message that somebody sees in a room with a button of this name (and value)."""
        messages = reversed(self._world.visible_messages(room.id, reader))
        return next((message for message in messages if _meant(message, name, value)), None)

    async def press(self, person: str, message: Message, name: str, value: str = "") -> None:
        """Presses that button. Raises PersonCannot when it has gone meanwhile."""
        meant = _meant(message, name, value) or {"action_id": name}
        await self._driver.press(person, message.channel, message.ts, meant["action_id"])

    def graded(self, room: Channel) -> bool:
        """Whether the card of a grade stands in the room."""
        return any("/grade/" in _key(message) for message in self._world.messages[room.id])


def _key(message: Message) -> str:
    """Under which the bot sent it."""
    return str((message.metadata or {}).get("event_payload", {}).get("key", ""))


def _meant(message: Message, name: str, value: str) -> dict[str, Any] | None:
    """The button; those that share a name in one message are numbered, as in "done:2"."""
    return next(
        (
            button
            for button in _buttons(message)
            if button["action_id"].partition(":")[0] == name and value in ("", button.get("value"))
        ),
        None,
    )


def _buttons(message: Message) -> Iterator[dict[str, Any]]:
    blocks = [*message.blocks, *(block for part in message.attachments for block in part.get("blocks", []))]
    return (element for block in blocks for element in elements_of(block))
