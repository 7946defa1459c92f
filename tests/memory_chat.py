"""A Chat that keeps everything in memory: what the contract suite and the stories in virtual time look at."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat import Card, Chat, ChatError, Deed, Platform, Room
from bot.lease import must_hold
from tests.makers import a_roster


@dataclass
class Said:
    """One message: where, what it says now, and all it ever said."""

    place: str
    key: str
    card: Card
    versions: list[Card] = field(default_factory=list)


@dataclass(frozen=True)
class Waiting:
    """What will be posted in a room at a time, unless it is taken back."""

    room: str
    ref: str
    card: Card
    at: datetime


class MemoryChat:
    """Rooms, members and messages of the example roster's people, and of strangers whose id begins with U.

    failures: errors that the next calls of a method raise, in order. lost: the same, after the call was done.
    waiting: what was left, by its id. wait: how many seconds a deed must wait in a place, by its rank.
    titled: whether rooms are called after what happened.
    """

    name: Platform = "slack"
    leaves = True
    urges: Sequence[str] = ()

    def __init__(self) -> None:
        self.urged: list[tuple[str, str, str]] = []
        self.rooms: dict[str, Room] = {}
        self.members: dict[str, list[str]] = {}
        self.said: dict[str, Said] = {}
        self.pinned: list[str] = []
        self.topics: dict[str, str] = {}
        self.bookmarks: dict[str, str] = {}
        self.tabs: dict[str, str] = {}
        self.archived: list[str] = []
        self.failures: dict[str, list[BaseException]] = {}
        self.lost: dict[str, list[BaseException]] = {}
        self.waiting: dict[str, Waiting] = {}
        self.wait: Callable[[Deed, str, int], float] = lambda deed, place, rank: 0.0
        self.titled = False
        self._numbers = itertools.count(1)

    def _fail(self, method: str) -> None:
        must_hold()
        if self.failures.get(method):
            raise self.failures[method].pop(0)

    def near(self, platform: Platform) -> Chat:
        return self

    def owns(self, id: str) -> bool:
        return True

    async def urge(self, message: str, person: str, level: str) -> None:
        self._fail("urge")
        self.urged.append((message, person, level))
        self._lose("urge")

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        return f"crisis-{number}-{title}" if self.titled else f"crisis-{number}", "x"

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        self._fail("open_room")
        room = self.rooms.setdefault(key, Room(f"C{len(self.rooms) + 1}", name))
        self.members.setdefault(room.id, [])
        return room

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        self._fail("invite")
        known = [person for person in people if _is_there(person)]
        self.members[room] += [person for person in known if person not in self.members[room]]
        return {person: "users_not_found" for person in people if person not in known}

    async def topic(self, room: str, text: str) -> None:
        self.topics[room] = text

    async def bookmark(self, room: str, title: str, message: str) -> None:
        self.bookmarks[room] = message

    async def tab(self, room: str, title: str, link: str) -> None:
        self.tabs[room] = link

    async def post(self, room: str, card: Card, key: str) -> str:
        self._fail("post")
        return self._keep("post", room, card, key)

    async def direct(self, person: str, card: Card, key: str) -> str:
        self._fail("direct")
        if not _is_there(person):
            raise ChatError("users_not_found", permanent=True)
        return self._keep("direct", person, card, key)

    def _keep(self, method: str, place: str, card: Card, key: str) -> str:
        message = self._say(place, key, card)
        self._lose(method)
        return message

    def _say(self, place: str, key: str, card: Card) -> str:
        message = f"{place}:{len(self.said) + 1}"
        self.said[message] = Said(place, key.partition(" ")[0], card, [card])
        return message

    def _lose(self, method: str) -> None:
        if self.lost.get(method):
            raise self.lost[method].pop(0)

    async def update(self, message: str, card: Card, key: str) -> str:
        self._fail("update")
        self.said[message].card = card
        self.said[message].versions.append(card)
        return message

    async def pin(self, message: str) -> None:
        self.pinned.append(message)

    async def archive(self, room: str) -> None:
        self.archived.append(room)

    async def find(self, key: str, since: datetime, *, room: str = "", person: str = "") -> str | None:
        self._fail("find")
        places, name = {room, person}, key.partition(" ")[0]
        return next((m for m, said in self.said.items() if said.key == name and said.place in places), None)

    async def leave(self, room: str, card: Card, at: datetime, ref: str) -> str:
        self._fail("leave")
        left = f"Q{next(self._numbers)}"
        self.waiting[left] = Waiting(room, ref, card, at)
        self._lose("leave")
        return left

    async def left(self, room: str) -> Mapping[str, str]:
        self._fail("left")
        return {each.ref: left for left, each in self.waiting.items() if each.room == room}

    async def take_back(self, room: str, left: str) -> None:
        self._fail("take_back")
        self.waiting.pop(left, None)
        self._lose("take_back")

    def fall_due(self, now: datetime) -> None:
        """Let time pass: what was left for `now` or sooner is said, in order, under the key "left:<ref>"."""
        for left, each in sorted(self.waiting.items(), key=lambda item: item[1].at):
            if each.at <= now:
                del self.waiting[left]
                self._say(each.room, f"left:{each.ref}", each.card)

    def pace(self, deed: Deed, place: str, rank: int) -> float:
        return self.wait(deed, place, rank)

    async def check(self) -> str:
        return "memory"


def _is_there(person: str) -> bool:
    return person in a_roster().people or person.startswith("U")
