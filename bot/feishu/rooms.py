"""Crisis rooms on Feishu: private groups that belong to our bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import ChatError, Room
from bot.feishu.calls import Calls
from bot.feishu.locks import Locks
from bot.feishu.messages import uuid_of
from bot.feishu.methods import (
    ADD_MEMBERS,
    ADD_TAB,
    CHANGE_CHAT,
    CREATE_CHAT,
    LIST_TABS,
    MODERATE,
    PIN,
    TOP_NOTICE,
)
from bot.feishu.people import Directory
from bot.feishu.text import cut

NAME_MOST = 60
DESCRIPTION_MOST = 100
TAB_MOST = 10
INVITED_AT_ONCE = 50
# Feishu, or the company's own rules, may refuse a name for its words.
REFUSED_NAMES = {"bad_request", "content_refused"}
# Refusals of one person, not of the call.
PERSONAL = {"outside_availability", "user_not_found", "user_of_another_app", "user_resigned"}
NOT_LET_IN = {
    "not_existed_id_list": "user_not_found",
    "invalid_id_list": "cant_invite",
    "pending_approval_id_list": "waits_for_approval",
}
"""Where Feishu lists whom it did not let in, and our word for why."""


class Rooms:
    """Makes groups, fills them, and puts things at their head."""

    def __init__(self, calls: Calls, directory: Directory) -> None:
        self._calls, self._directory = calls, directory
        self._locks = Locks()

    async def open(self, name: str, fallback: str, key: str) -> Room:
        """The private group for this key, named `fallback` where the name is refused. Raises ChatError.

        Feishu knows a key for ten hours and makes no second group for it.
        """
        try:
            return await self._made(name, key)
        except ChatError as error:
            if error.code not in REFUSED_NAMES or name == fallback:
                raise
        return await self._made(fallback, key)

    async def invite(self, room: str, people: Sequence[str]) -> dict[str, str]:
        """Bring people in, fifty at a time; returns who was refused, and why. Those there already are fine."""
        members, refused = await self._directory.members(people)
        users = list(members)
        for start in range(0, len(users), INVITED_AT_ONCE):
            failed = await self._invite(room, users[start : start + INVITED_AT_ONCE])
            refused |= {members[user]: why for user, why in failed.items() if user in members}
        return refused

    async def describe(self, room: str, text: str) -> None:
        """What the group says of itself in its settings and where it is found; the pinned card says it at its head."""
        body = {"description": cut(text, DESCRIPTION_MOST)}
        await self._calls.ask(CHANGE_CHAT, chat_id=room, body=body, place=room)

    async def add_tab(self, room: str, title: str, url: str) -> None:
        """A tab that opens a page. Feishu would add it twice, so look first."""
        name = cut(title, TAB_MOST)
        there = await self._calls.ask(LIST_TABS, chat_id=room, place=room)
        if all(tab.get("tab_name") != name for tab in there.get("chat_tabs") or []):
            tab = {"tab_name": name, "tab_type": "url", "tab_content": {"url": url}}
            await self._calls.ask(ADD_TAB, chat_id=room, body={"chat_tabs": [tab]}, place=room)

    async def keep_at_hand(self, message: str) -> None:
        """Among the pins of its group, and over the conversation, where phones show it too."""
        pinned = (await self._calls.ask(PIN, body={"message_id": message}))["pin"]
        notice = {"action_type": "1", "message_id": message}
        await self._calls.ask(TOP_NOTICE, chat_id=pinned["chat_id"], body={"chat_top_notice": [notice]})

    async def close(self, room: str) -> None:
        """Nobody but our bot may write there any more; everybody can still read. A group that is gone is fine."""
        try:
            await self._calls.ask(
                MODERATE, chat_id=room, body={"moderation_setting": "only_owner"}, place=room
            )
        except ChatError as error:
            if error.code != "channel_not_found":
                raise

    async def _made(self, name: str, key: str) -> Room:
        group = {"name": cut(name, NAME_MOST), "chat_mode": "group", "chat_type": "private"}
        query = {"user_id_type": "open_id", "set_bot_manager": "true", "uuid": uuid_of(key)}
        made = await self._calls.ask(CREATE_CHAT, query=query, body=group)
        return Room(made["chat_id"], made.get("name") or group["name"])

    async def _invite(self, room: str, users: Sequence[str]) -> dict[str, str]:
        """Who was refused, by open_id. One bad id may keep everybody out, and then each is asked for alone."""
        try:
            async with self._locks.of(room):
                return _not_let_in(await self._add(room, users))
        except ChatError as error:
            if error.code not in PERSONAL:
                raise
            if len(users) == 1:
                return {users[0]: error.code}
        refused: dict[str, str] = {}
        for user in users:
            refused |= await self._invite(room, [user])
        return refused

    async def _add(self, room: str, users: Sequence[str]) -> Mapping[str, Any]:
        query = {"member_id_type": "open_id", "succeed_type": "1"}
        return await self._calls.ask(
            ADD_MEMBERS, chat_id=room, query=query, body={"id_list": list(users)}, place=room
        )


def _not_let_in(answer: Mapping[str, Any]) -> dict[str, str]:
    return {user: why for name, why in NOT_LET_IN.items() for user in answer.get(name) or []}
