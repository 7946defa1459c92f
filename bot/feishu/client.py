"""Feishu as the Chat the rest of the bot speaks to: one method a deed, every failure a ChatError."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chat import Card, Chat, ChatError, Deed, Platform, Room
from bot.crisis.people import Person
from bot.feishu.calls import Calls
from bot.feishu.cards import message as as_message
from bot.feishu.errors import TOKEN_REFUSED
from bot.feishu.messages import TOO_OLD, Messages
from bot.feishu.methods import URGE
from bot.feishu.people import Directory, Identity
from bot.feishu.rooms import Rooms
from bot.feishu.text import ROOMS, Whereabouts

CLOCKS_DIFFER = timedelta(hours=2)
URGENT_FOR_NOBODY = "urgent_not_received"
# What Feishu says where our app may not read what stands in a chat.
UNREADABLE = {"missing_scope", "restricted_action", "not_in_channel"}

log = structlog.get_logger(__name__)


class FeishuChat:
    """`bot.chat.Chat` on Feishu, or on Lark. Message ids are Feishu's own.

    messages, where: how cards are sent and people shown, for whoever answers a person at once.
    """

    name: Platform = "feishu"
    leaves = False

    def __init__(
        self,
        calls: Calls,
        address: Callable[[str], Person],
        urges: Sequence[str] = (),
        rooms: str = ROOMS,
        rest: str = "…",
    ) -> None:
        """address: the Person behind an id of the roster. urges: the levels that are allowed and paid for.

        rooms: what a link to a chat begins with. rest: says in a card that is cut where the rest is.
        """
        self.urges = tuple(urges)
        self._calls = calls
        self._people = Directory(calls, address)
        self._rooms = Rooms(calls, self._people)
        self.where = Whereabouts(self._people.shown, rooms, rest)
        self.messages = Messages(calls)

    def near(self, platform: Platform) -> Chat:
        """There is only this one."""
        return self

    def owns(self, id: str) -> bool:
        """Feishu's chats and messages begin with these letters."""
        return id.startswith(("oc_", "om_"))

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        """The number first, for a phone shows only how a name begins."""
        return f"{plain} · {title}" if title else plain, plain

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        """Make a private group, or get the one made for this key before."""
        return await self._rooms.open(name, fallback, key)

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        """Bring people in; returns who was refused, and our word for why."""
        return await self._rooms.invite(room, people)

    async def topic(self, room: str, text: str) -> None:
        """Describe the group; cut at Feishu's 100 characters."""
        await self._rooms.describe(room, text)

    async def bookmark(self, room: str, title: str, message: str) -> None:
        """Nothing: a message that is pinned stands over the conversation."""

    async def tab(self, room: str, title: str, link: str) -> None:
        """A tab of the group that opens the page."""
        await self._rooms.add_tab(room, title, link)

    async def post(self, room: str, card: Card, key: str) -> str:
        """Say something in a room; the key goes along unseen, for `find`."""
        return (await self.messages.to_chat(room, as_message(card, self.where, key), key)).message

    async def direct(self, person: str, card: Card, key: str) -> str:
        """Say something to one person."""
        user = await self._people.member(person)
        return (await self.messages.to_person(user, as_message(card, self.where, key), key)).message

    async def update(self, message: str, card: Card, key: str) -> str:
        """Replace what a message says. Returns the id of the one that says it now: another after fourteen days.

        Feishu lets nobody change what is older; then it is said afresh, and pinned where the old one was.
        """
        shape = as_message(card, self.where, key)
        try:
            await self.messages.replace(message, shape)
            return message
        except ChatError as error:
            if error.code != TOO_OLD:
                raise
        sent = await self.messages.afresh(message, shape)
        if await self.messages.is_pinned(message, sent.chat):
            await self._rooms.keep_at_hand(sent.message)
        return sent.message

    async def pin(self, message: str) -> None:
        """Keep a message at hand in its room, and over the conversation."""
        await self._rooms.keep_at_hand(message)

    async def archive(self, room: str) -> None:
        """Let nobody write there any more: Feishu archives no groups, and dissolving one takes it from everybody."""
        await self._rooms.close(room)

    async def find(self, key: str, since: datetime, *, room: str = "", person: str = "") -> str | None:
        """The message that carries this key, for a send whose answer was lost; None if it is not to be seen.

        Where we may not read what was said, or do not know the chat with a person, the uuid stands in: sent again
        within an hour, Feishu answers with the message that it has. room, person: where it went, one of them.
        """
        chat = room or self.messages.alone_with(await self._people.member(person))
        if not chat:
            return None
        try:
            return await self.messages.find(key, chat, since - CLOCKS_DIFFER)
        except ChatError as error:
            if error.code not in UNREADABLE:
                raise
            log.warning("feishu.history_closed", code=error.code)
        return None

    async def leave(self, room: str, card: Card, at: datetime, ref: str) -> str:
        """Feishu posts nothing later by itself."""
        raise ChatError("nothing_left_on_feishu", permanent=True)

    async def left(self, room: str) -> Mapping[str, str]:
        """Nothing, ever."""
        return {}

    async def take_back(self, room: str, left: str) -> None:
        """What never was there is gone already."""

    async def urge(self, message: str, person: str, level: str) -> None:
        """Urge (加急) this person to look at our message: in the app, by SMS, or by a call, which Feishu both bills.

        Raises a permanent ChatError also where an administrator could mend it: nobody is called by an urge of then.
        """
        if level not in self.urges:
            raise ChatError(f"urgent_{level}_not_set", permanent=True)
        user = await self._people.member(person)
        query, body = {"user_id_type": "open_id"}, {"user_id_list": [user]}
        try:
            answer = await self._calls.ask(
                URGE[level], message_id=message, query=query, body=body, place=user
            )
        except ChatError as error:
            if error.code in TOKEN_REFUSED:
                raise ChatError(error.code, permanent=True) from None
            if error.code != "bad_request":
                raise
            # So Feishu says it where nobody of the list could be reached, and ours has one.
            answer = {"invalid_user_id_list": [user]}
        if user in (answer.get("invalid_user_id_list") or []):
            raise ChatError(URGENT_FOR_NOBODY, permanent=True)

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        """Seconds until this may be done; 0 takes the turn. place: a room, a message, or for `direct` a person."""
        where = self._people.shown(place).feishu or place if deed == "direct" else place
        return self._calls.limiter.pace(deed, where, rank)

    async def check(self) -> str:
        """Ask Feishu each time whether it takes us, and once who we are."""
        us = await self._people.us(anew=True)
        return f"{us.name} ({us.open_id})"

    async def identity(self) -> Identity:
        """Who we are; Feishu is asked once. Our own mentions are known by the open_id."""
        return await self._people.us()

    async def members(self, people: Sequence[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Who of these people is on Feishu, as open_id to person; and who is not, as person to reason."""
        return await self._people.members(people)
