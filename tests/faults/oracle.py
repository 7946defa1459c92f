"""What the receiving end and the history say, in a form in which two runs can be compared."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, select

from bot.crisis.incident import Incident
from bot.store.tables import sends
from tests.memory_chat import MemoryChat
from tests.scene import Scene, text

OVER = {"sent", "cancelled"}
TIMES = {"time_zero", "answer_by"}


@dataclass(frozen=True)
class Account:
    """Times and places in the history differ between two runs, so all figures are left out."""

    said: Counter[tuple[str, str, str]]
    rooms: Counter[str]
    members: frozenset[tuple[str, str]]
    topics: frozenset[tuple[str, str]]
    pinned: frozenset[str]
    bookmarks: frozenset[tuple[str, str]]
    archived: frozenset[str]
    left: Counter[tuple[str, str]]
    history: Counter[tuple[str, str, str]]


def account(chat: MemoryChat, incidents: Iterable[Incident]) -> Account:
    """What came of it all."""
    key_of = {message: said.key for message, said in chat.said.items()}
    return Account(
        said=Counter(
            (said.place, figureless(said.key), figureless(text(said.card))) for said in chat.said.values()
        ),
        rooms=Counter(room.id for room in chat.rooms.values()),
        members=frozenset((room, person) for room, people in chat.members.items() for person in people),
        topics=frozenset((room, figureless(topic)) for room, topic in chat.topics.items()),
        pinned=frozenset(figureless(key_of[message]) for message in chat.pinned),
        bookmarks=frozenset((room, figureless(key_of[message])) for room, message in chat.bookmarks.items()),
        archived=frozenset(chat.archived),
        left=Counter((each.room, figureless(each.ref)) for each in chat.waiting.values()),
        history=Counter(
            (entry.by, type(entry.event).__name__, figureless(_timeless(asdict(entry.event))))
            for incident in incidents
            for entry in incident.history
        ),
    )


def account_of(scene: Scene) -> Account:
    """The same, of a scene with one incident."""
    return account(scene.chat, [scene.incident()])


def figureless(words: str) -> str:
    """Without figures: two runs differ in seconds and in places of the history."""
    return re.sub(r"\d+", "#", words)


def _timeless(fields: dict[str, Any]) -> str:
    """Databases keep the names of a document in an order of their own."""
    told = {name: value for name, value in fields.items() if name not in TIMES}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)


def difference(expected: Account, found: Account, *, overtaken: Counter[str] | None = None) -> list[str]:
    """What is missing, and what is too much; nothing when both tell the same.

    overtaken: keys of what was no longer true when its turn came, where much went wrong; these are not missing, and
    words are not compared, as they are of the moment in which they went out.
    """
    told = []
    for name, value in vars(expected).items():
        other = getattr(found, name)
        if name == "said" and overtaken is not None:
            value, other = _keys(value), _keys(other)
            other += overtaken & (value - other)
        told += [f"{name} missing: {one}" for one in value - other]
        told += [f"{name} too much: {one}" for one in other - value]
    return told


def _keys(said: Counter[tuple[str, str, str]]) -> Counter[str]:
    return Counter(key for _, key, _ in said.elements())


def overtaken(engine: Engine) -> Counter[str]:
    """Keys of what was no longer true when its turn came."""
    no_longer = select(sends.c.key).where(sends.c.error == "no_longer_true")
    with engine.connect() as connection:
        return Counter(figureless(key) for key in connection.execute(no_longer).scalars())


def said_twice(chat: MemoryChat) -> list[str]:
    """Keys under which more than one message arrived."""
    return [key for key, times in Counter(said.key for said in chat.said.values()).items() if times > 1]


def out_of_order(chat: MemoryChat, engine: Engine) -> list[str]:
    """Messages that arrived before an earlier one of their lane."""
    place = {said.key: number for number, said in enumerate(chat.said.values())}
    lanes: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for row in connection.execute(select(sends.c.lane, sends.c.key).order_by(sends.c.id)):
            lanes.setdefault(row.lane, []).extend([row.key] if row.key in place else [])
    return [later for keys in lanes.values() for one, later in pairwise(keys) if place[later] < place[one]]


def stuck(engine: Engine) -> list[tuple[str, str, str]]:
    """Sends that are neither done nor no longer wanted."""
    with engine.connect() as connection:
        rows = connection.execute(select(sends.c.key, sends.c.state, sends.c.error))
        return [tuple(row) for row in rows if row.state not in OVER]
