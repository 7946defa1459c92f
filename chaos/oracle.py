"""What came of it, judged by what people can see in Slack, and by what the bot's memory says when all is quiet."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, create_engine, func, select

from bot.store.tables import history, incidents, sends
from chaos.people import Story
from chaos.town import Town, key_of
from sandbox.world import Channel, Message

UNDER_WAY = ("pending", "claimed")
VARY = ("Invited", "RoomLent")
"""Events that are fewer where the one who opened the crisis is called as well, or more where the database was away."""

Shapes = Counter[str]
"""How often what is said in a crisis and to its people, without the numbers that differ from crisis to crisis."""


@dataclass
class Verdict:
    """What was found. Each list names what went wrong, one entry for each."""

    deliveries: int = 0
    longest: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.doubled or self.disordered or self.stuck)

    def add(self, other: Verdict) -> None:
        """Count another in."""
        self.deliveries += other.deliveries
        self.longest = max(self.longest, other.longest)
        for name in ("lost", "doubled", "disordered", "stuck"):
            getattr(self, name).extend(getattr(other, name))


@dataclass(frozen=True)
class Memory:
    """What the database holds. rooms, events, how often each kind happened, answered, by whom: by crisis."""

    rooms: Mapping[int, str]
    rows: Sequence[Row[Any]]
    events: Mapping[int, Counter[str]]
    answered: Mapping[int, Counter[str]]


def under_way(database: str) -> int:
    """How many sends have not come to an end."""
    engine = create_engine(database)
    with engine.connect() as connection:
        query = select(func.count()).select_from(sends).where(sends.c.state.in_(UNDER_WAY))
        count = connection.execute(query).scalar_one()
    engine.dispose()
    return int(count)


def remembered(database: str) -> Memory:
    """All that the database holds of crises."""
    engine = create_engine(database)
    events: dict[int, Counter[str]] = defaultdict(Counter)
    answered: dict[int, Counter[str]] = defaultdict(Counter)
    with engine.connect() as connection:
        rooms = {row.id: row.room for row in connection.execute(select(incidents))}
        rows = connection.execute(select(sends).order_by(sends.c.id)).all()
        for row in connection.execute(select(history)):
            events[row.incident_id][row.kind] += 1
            if row.kind == "PageAnswered":
                answered[row.incident_id][row.data["person"]] += 1
    engine.dispose()
    return Memory(rooms, rows, events, answered)


def shapes(here: Town, memory: Memory, crisis: int) -> Shapes:
    """What was said about a crisis, what Slack keeps for it and what is remembered, as far as it is always the same."""
    said = Counter(_shape(key_of(m)) for m in _messages(here) if key_of(m).startswith(f"{crisis}/"))
    for room in _rooms_of(here, memory, crisis):
        said["(room)"] += 1
        said["(pin)"] += len(room.pins)
        said["(bookmark)"] += len(room.bookmarks)
        said["(topic)"] += bool(room.topic)
        said["(left with Slack)"] += sum(
            item.message["channel"] == room.id for item in here.world.scheduled.values()
        )
    for kind, count in memory.events[crisis].items():
        said[f"(event {kind})"] += count if kind not in VARY else 0
    return +said


def judge_crises(here: Town, database: str, crises: int, expected: Shapes) -> Verdict:
    """Compare the crises with an undisturbed one, whoever has lived through them."""
    memory, verdict = remembered(database), Verdict()
    verdict.stuck += [f"{row.key} is {row.state} ({row.error})" for row in memory.rows if _is_stuck(row)]
    _judge_messages(here, memory, verdict)
    for crisis in range(1, crises + 1):
        _judge_shapes(here, memory, crisis, expected, verdict)
    return verdict


def judge(here: Town, database: str, stories: Iterable[Story], expected: Shapes) -> Verdict:
    """Compare every crisis with an undisturbed one, and Slack with the memory."""
    memory, verdict = remembered(database), Verdict()
    ended = [row for row in memory.rows if row.state == "sent"]
    verdict.deliveries = len(ended)
    verdict.longest = max(((row.ended_at - row.created_at).total_seconds() for row in ended), default=0.0)
    verdict.stuck += [f"{row.key} is {row.state} ({row.error})" for row in memory.rows if _is_stuck(row)]
    stories = list(stories)
    verdict.stuck += [
        f"crisis {story.crisis}: {story.doing}, {len(story.answered)} answers"
        for story in stories
        if not story.done
    ]
    _judge_messages(here, memory, verdict)
    for story in stories:
        unheard = story.answered - set(memory.answered[story.crisis])
        verdict.lost += [
            f"crisis {story.crisis}: {person} was answered 200 and not heard" for person in unheard
        ]
        if story.done:
            _judge_crisis(here, memory, story, expected, verdict)
    extra = len(memory.rooms) - len(stories)
    verdict.doubled += [f"{extra} crises that nobody opened"] if extra > 0 else []
    return verdict


def _is_stuck(row: Row[Any]) -> bool:
    return row.state in (*UNDER_WAY, "dead")


def _judge_messages(here: Town, memory: Memory, verdict: Verdict) -> None:
    """Every key was said once, what was sent is there, and the room heard it in the order in which it was caused."""
    said = Counter(key_of(message) for message in _messages(here) if key_of(message))
    verdict.doubled += [f"{key} said {count} times" for key, count in said.items() if count > 1]
    for row in memory.rows:
        if row.state == "sent" and row.deed in ("post", "direct") and row.key not in said:
            verdict.lost.append(f"{row.key} recorded as sent, but not there")
    numbers = {row.key: row.id for row in memory.rows}
    for room in here.rooms():
        keys = [key_of(message) for message in here.world.messages[room.id] if key_of(message)]
        order = [numbers[key] for key in keys if key in numbers]
        verdict.disordered += [
            f"{later} said before {earlier} in {room.name}"
            for earlier, later in itertools.pairwise(order)
            if later < earlier
        ]


def _judge_crisis(here: Town, memory: Memory, story: Story, expected: Shapes, verdict: Verdict) -> None:
    name = f"crisis {story.crisis}"
    _judge_shapes(here, memory, story.crisis, expected, verdict)
    members = {user for room in _rooms_of(here, memory, story.crisis) for user in room.members}
    if story.reporter not in members:
        verdict.lost.append(f"{name}: {story.reporter} was not let in")
    twice = [person for person, count in memory.answered[story.crisis].items() if count > 1]
    verdict.doubled += [f"{name}: {person} answered twice" for person in twice]


def _judge_shapes(here: Town, memory: Memory, crisis: int, expected: Shapes, verdict: Verdict) -> None:
    found = shapes(here, memory, crisis)
    for shape in expected | found:
        missing = expected[shape] - found[shape]
        if missing:
            where = verdict.lost if missing > 0 else verdict.doubled
            where.append(f"crisis {crisis}: {shape} is there {found[shape]} times, not {expected[shape]}")


def _shape(key: str) -> str:
    return re.sub(r"/\d+$", "/#", key.partition("/")[2])


def _messages(here: Town) -> Iterable[Message]:
    return (message for messages in here.world.messages.values() for message in messages)


def _rooms_of(here: Town, memory: Memory, crisis: int) -> list[Channel]:
    """The room it has, and any that was made for it by mistake."""
    own = memory.rooms.get(crisis)
    return [room for room in here.rooms() if room.id == own or room.name.startswith(f"crisis-{crisis}-")]
