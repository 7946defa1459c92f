"""Several platforms as one: what is in a room goes where the room is, what is for a person where that person is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.chat import Card, Chat, ChatError, Deed, Platform, Room
from bot.crisis.people import Person
from bot.crisis.state import ELSEWHERE

log = structlog.get_logger(__name__)


class Chats:
    """`bot.chat.Chat` on all platforms that the bot is on. The first is where rooms are opened and people met."""

    def __init__(self, chats: Sequence[Chat], address: Callable[[str], Person]) -> None:
        """address: the Person behind an id of the roster, with their ids on the platforms."""
        self._chats = tuple(chats)
        self._address = address

    @property
    def name(self) -> Platform:
        """Where rooms are opened."""
        return self._chats[0].name

    @property
    def leaves(self) -> bool:
        """Whether any of them takes messages for later; see `leaves` of the one that owns a room."""
        return any(chat.leaves for chat in self._chats)

    @property
    def urges(self) -> Sequence[str]:
        """All the ways in which any of them can urge."""
        return tuple(dict.fromkeys(level for chat in self._chats for level in chat.urges))

    def near(self, platform: Platform) -> Chat:
        """The same, with that platform first; as it is where the bot is not on it any more."""
        return Chats(sorted(self._chats, key=lambda chat: chat.name != platform), self._address)

    def owns(self, id: str) -> bool:
        """Whether that is the id of a room or a message on any of them."""
        return any(chat.owns(id) for chat in self._chats)

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        """As on the first platform."""
        return self._chats[0].called(number, title, plain)

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        """On the first platform."""
        return await self._chats[0].open_room(name, fallback, key)

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        """Bring in those who are on the room's platform; the others are refused as being elsewhere."""
        chat = self._owning(room)
        away = [person for person in people if self._is_only_elsewhere(person, chat)]
        here = [person for person in people if person not in away]
        refused = await chat.invite(room, here) if here else {}
        return {**refused, **dict.fromkeys(away, ELSEWHERE)}

    async def topic(self, room: str, text: str) -> None:
        """Where the room is."""
        await self._owning(room).topic(room, text)

    async def bookmark(self, room: str, title: str, message: str) -> None:
        """Where the room is."""
        await self._owning(room).bookmark(room, title, message)

    async def tab(self, room: str, title: str, link: str) -> None:
        """Where the room is."""
        await self._owning(room).tab(room, title, link)

    async def post(self, room: str, card: Card, key: str) -> str:
        """Where the room is."""
        return await self._owning(room).post(room, card, key)

    async def direct(self, person: str, card: Card, key: str) -> str:
        """Where the person is, on the first platform if on several."""
        return await self._reaching(person)[0].direct(person, card, key)

    async def update(self, message: str, card: Card, key: str) -> str:
        """Where the message is."""
        return await self._owning(message).update(message, card, key)

    async def pin(self, message: str) -> None:
        """Where the message is."""
        await self._owning(message).pin(message)

    async def archive(self, room: str) -> None:
        """Where the room is."""
        await self._owning(room).archive(room)

    async def find(self, key: str, since: datetime, *, room: str = "", person: str = "") -> str | None:
        """In the room; or wherever the person is, for an earlier try may have gone to another platform."""
        if room:
            return await self._owning(room).find(key, since, room=room)
        for chat in self._reaching(person):
            if found := await chat.find(key, since, person=person):
                return found
        return None

    async def leave(self, room: str, card: Card, at: datetime, ref: str) -> str:
        """Where the room is."""
        return await self._owning(room).leave(room, card, at, ref)

    async def left(self, room: str) -> Mapping[str, str]:
        """Where the room is; nothing where that platform takes no messages for later."""
        chat = self._owning(room)
        return await chat.left(room) if chat.leaves else {}

    async def take_back(self, room: str, left: str) -> None:
        """Where the room is."""
        await self._owning(room).take_back(room, left)

    async def urge(self, message: str, person: str, level: str) -> None:
        """Where the message is; nothing where that platform has no such way."""
        chat = self._owning(message)
        if level in chat.urges:
            await chat.urge(message, person, level)

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        """What the platform asks for on which it will be done."""
        if deed == "open_room":
            chat = self._chats[0]
        elif deed == "direct":
            chat = self._reaching(place)[0]
        else:
            chat = self._owning(place)
        return chat.pace(deed, place, rank)

    async def check(self) -> str:
        """Who we are on each. Raises the gravest of their ChatErrors; the log says whose it is."""
        said, troubles = [], []
        for chat in self._chats:
            try:
                said.append(await chat.check())
            except ChatError as error:
                log.warning("platform_troubled", platform=chat.name, code=error.code)
                troubles.append(error)
        if troubles:
            raise max(troubles, key=lambda error: error.permanent)
        return "; ".join(said)

    def _owning(self, id: str) -> Chat:
        """The platform of a room or message; the first for what none knows, which will say so itself."""
        return next((chat for chat in self._chats if chat.owns(id)), self._chats[0])

    def _reaching(self, person: str) -> Sequence[Chat]:
        """Where somebody is; for those of whom it is not known, all, for each can look them up by e-mail."""
        known = self._address(person)
        return [chat for chat in self._chats if known.on(chat.name)] or self._chats

    def _is_only_elsewhere(self, person: str, chat: Chat) -> bool:
        known = self._address(person)
        return not known.on(chat.name) and any(known.on(other.name) for other in self._chats)
