"""Cards on Feishu: sent once under a key, replaced, and found again by that key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.feishu.calls import Calls, listed
from bot.feishu.cards import Shape, content, mark
from bot.feishu.locks import Locks
from bot.feishu.methods import HISTORY, LIST_PINS, REPLY, SEND, UPDATE

PAGE = "50"
TOO_OLD = "edit_window_closed"


@dataclass(frozen=True)
class Sent:
    """A message that Feishu has taken, and the chat it stands in."""

    message: str
    chat: str


class Messages:
    """Each is sent with a uuid made of its key: Feishu takes the same only once within an hour."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._locks = Locks()
        self._alone_with: dict[str, str] = {}

    async def to_chat(self, chat: str, card: Shape, key: str) -> Sent:
        """Say something in a chat. Raises ChatError."""
        return await self._send("chat_id", chat, card, key)

    async def to_person(self, open_id: str, card: Shape, key: str) -> Sent:
        """Say something to one person. Raises ChatError. The chat we have with them is remembered, to look there."""
        sent = await self._send("open_id", open_id, card, key)
        self._alone_with[open_id] = sent.chat
        return sent

    def alone_with(self, open_id: str) -> str:
        """The chat that we have with a person; "" where nothing was said to them yet since we began."""
        return self._alone_with.get(open_id, "")

    async def replace(self, message: str, card: Shape) -> None:
        """Let a message say this from now on; one at a time, for the last one wins. Raises ChatError.

        The error's code is TOO_OLD where the message is older than fourteen days: it can only be sent afresh.
        """
        async with self._locks.of(message):
            await self._calls.ask(UPDATE, message_id=message, body={"content": content(card)}, place=message)

    async def afresh(self, message: str, card: Shape) -> Sent:
        """Say in answer to a message what it cannot say itself any more; within an hour only once."""
        body = _card(card) | {"uuid": uuid_of("afresh", message)}
        return _sent(await self._calls.ask(REPLY, message_id=message, body=body, place=message))

    async def is_pinned(self, message: str, chat: str) -> bool:
        """Whether a message is kept at hand in its chat."""
        async for pinned in listed(self._calls, LIST_PINS, {"chat_id": chat, "page_size": PAGE}):
            if pinned.get("message_id") == message:
                return True
        return False

    async def find(self, key: str, chat: str, since: datetime) -> str | None:
        """The message in that chat which carries this key, sent since then (aware); None if there is none."""
        query = {
            "container_id_type": "chat",
            "container_id": chat,
            "start_time": str(int(since.timestamp())),
            "sort_type": "ByCreateTimeDesc",
            "page_size": PAGE,
            # Else Feishu shows of a card only that the reader should get a newer app.
            "card_msg_content_type": "user_card_content",
        }
        async for said in listed(self._calls, HISTORY, query):
            if self._is_ours(said) and _is_marked(said, mark(key)):
                return str(said["message_id"])
        return None

    def _is_ours(self, said: Mapping[str, Any]) -> bool:
        """People and other apps can write what they like, a mark of ours as well."""
        return (said.get("sender") or {}).get("id") == self._calls.app_id and not said.get("deleted")

    async def _send(self, kind: str, to: str, card: Shape, key: str) -> Sent:
        body = {"receive_id": to, "uuid": uuid_of(to, key)} | _card(card)
        return _sent(await self._calls.ask(SEND, query={"receive_id_type": kind}, body=body, place=to))


def uuid_of(*parts: str) -> str:
    """By which Feishu knows that it has done something before: a short hash, as it takes 50 characters."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def _card(card: Shape) -> dict[str, Any]:
    return {"msg_type": "interactive", "content": content(card)}


def _sent(answer: Mapping[str, Any]) -> Sent:
    return Sent(answer["message_id"], answer["chat_id"])


def _is_marked(said: Mapping[str, Any], wanted: str) -> bool:
    """Whether a card carries this mark; not all that we say is a card, nor is each shown as it was sent."""
    try:
        card = json.loads((said.get("body") or {}).get("content") or "null")
        return bool(card["body"]["elements"][0]["element_id"] == wanted)
    except (ValueError, TypeError, LookupError):
        return False
