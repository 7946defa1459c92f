"""What stands on the screens of a local platform, read back as the cards that the bot meant."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bot.chat import Button, Card, Part, Plain, Platform, Tone
from bot.slack.blocks import COLOURS
from sandbox.blockkit import elements_of
from sandbox.feishu.cards import nodes
from sandbox.feishu.hands import callback_value
from sandbox.feishu.world import World as FeishuWorld
from sandbox.world import World as SlackWorld
from tests.makers import person

TONES: Mapping[str, Tone] = {colour: tone for tone, colour in COLOURS.items()}  # type: ignore[misc]
MARK = re.compile(r"k[0-9a-f]{19}")


class Screens(Protocol):
    """What people see on one platform. Messages and rooms go by the bot's ids for them, people by the roster's."""

    def has(self, message: str) -> bool:
        """Whether a message is one of this platform's."""
        ...

    def card(self, message: str) -> Card:
        """What a message says now: its headline, all its words in one part, and its buttons in order."""
        ...

    def place(self, message: str) -> str:
        """Where a message stands: a room, or whom it was said to in private."""
        ...

    def members(self, room: str) -> list[str]:
        """Who is in a room besides the bot, in alphabetical order."""
        ...

    def topic(self, room: str) -> str:
        """What stands at the head of a room."""
        ...

    def marks(self) -> list[str]:
        """One for each message that the bot has sent, the same for the same."""
        ...

    def urged(self) -> Counter[str]:
        """How often somebody was called harder than by a message, by the way it was done."""
        ...


class SlackScreens:
    """`Screens` of the local Slack."""

    def __init__(self, world: SlackWorld) -> None:
        self._world = world

    def has(self, message: str) -> bool:
        """Ours are made of channel and time stamp."""
        return ":" in message

    def card(self, message: str) -> Card:
        """The headline is the text; the stripe of an attachment has the tone."""
        said = self._world.find(*message.split(":"))
        assert said is not None, message
        stripe = said.attachments[0] if said.attachments else {"blocks": said.blocks}
        buttons = [element for block in stripe["blocks"] for element in elements_of(block)]
        return _card(
            said.text,
            [text for block in stripe["blocks"] for text in _texts(block)],
            [Button(one["action_id"].partition(":")[0], "", one.get("value", "")) for one in buttons],
            TONES.get(stripe.get("color", ""), "plain"),
        )

    def place(self, message: str) -> str:
        """Direct messages are told by whom they are with."""
        channel = self._world.channels[message.partition(":")[0]]
        return person(channel.im_user) if channel.im_user else channel.id

    def members(self, room: str) -> list[str]:
        """Without the bot."""
        return sorted(map(person, self._world.channels[room].members - {self._world.bot_id}))

    def topic(self, room: str) -> str:
        """The topic."""
        return self._world.channels[room].topic

    def marks(self) -> list[str]:
        """The keys in the metadata."""
        said = [message for messages in self._world.messages.values() for message in messages]
        return [message.metadata["event_payload"]["key"] for message in said if message.metadata]

    def urged(self) -> Counter[str]:
        """Slack knows no such thing."""
        return Counter()


class FeishuScreens:
    """`Screens` of the local Feishu."""

    def __init__(self, world: FeishuWorld) -> None:
        self._world = world

    def has(self, message: str) -> bool:
        """Feishu's begin so."""
        return message.startswith("om_")

    def card(self, message: str) -> Card:
        """The headline is the summary, which a locked phone shows; the header has the tone."""
        said = self._world.find(message)
        assert said is not None, message
        assert said.card is not None, message
        shape, parts = said.card, nodes(said.card["body"])
        values = [value for node in parts if (value := callback_value(node)) is not None]
        return _card(
            shape["config"]["summary"]["content"],
            [html.unescape(node["content"]) for node in parts if node["tag"] == "markdown"],
            [Button(value["name"], "", value["value"]) for value in values if "name" in value],
            shape.get("header", {}).get("template", "plain"),
        )

    def place(self, message: str) -> str:
        """Private chats are told by whom they are with."""
        said = self._world.find(message)
        assert said is not None, message
        chat = self._world.chats[said.chat]
        return _on_roster(chat.partner) if chat.partner else chat.id

    def members(self, room: str) -> list[str]:
        """The bot is none of them."""
        return sorted(map(_on_roster, self._world.chats[room].members))

    def topic(self, room: str) -> str:
        """Groups have a description instead, which is found in their settings."""
        return self._world.chats[room].description

    def marks(self) -> list[str]:
        """The id of the first element, where the bot has hidden the key."""
        said = [message for messages in self._world.messages.values() for message in messages if message.card]
        ids = [message.card["body"]["elements"][0].get("element_id", "") for message in said]
        return [found for found in ids if MARK.fullmatch(found)]

    def urged(self) -> Counter[str]:
        """All urgents there were, by level."""
        said = [message for messages in self._world.messages.values() for message in messages]
        return Counter(urgent.level for message in said for urgent in message.urgents)


SCREENS: Mapping[Platform, Callable[[Any], Screens]] = {"slack": SlackScreens, "feishu": FeishuScreens}


def _card(headline: str, words: Sequence[str], buttons: Sequence[Button], tone: Any) -> Card:
    return Card(
        (Plain(headline),),
        (Part(lines=((Plain("\n".join(words)),),)), Part(buttons=tuple(buttons))),
        tone,
    )


def _texts(block: Mapping[str, Any]) -> list[str]:
    """The words of a section or of small print; other blocks have none of their own."""
    shown = [block["text"]] if block["type"] == "section" else block.get("elements", [])
    return [part["text"] for part in shown if part["type"] == "mrkdwn"]


def _on_roster(open_id: str) -> str:
    return person(open_id.removeprefix("ou_").upper())
