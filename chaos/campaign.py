"""A campaign: many crises lived through beside a bot that is under attack, then rest, then judgement."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from chaos.databases import Databases
from chaos.keeper import Keeper, kept
from chaos.oracle import Shapes, Verdict, judge, remembered, shapes, under_way
from chaos.people import People, Story
from chaos.town import Town, town

AT_A_TIME = 6
"""So many crises at once."""

REST = 90.0
"""Seconds in which everything must have come to rest; lease and look-up take about fifteen after a kill."""

LONGEST_STORY = 240.0
"""Seconds until a crisis that does not go on is given up as stuck."""

LOOK = 0.25
PATIENCE = 5.0
"""Seconds for a call, and for a look-up to settle: the product's own (`bot.lease.Patience`)."""

LATENCY = 0.03
"""Seconds each call of the local Slack takes, so that a kill finds some on their way."""


@dataclass
class Field:
    """Where it happens."""

    databases: Databases
    database: str
    town: Town
    keeper: Keeper
    chance: random.Random
    crises: int
    patience: float
    over: bool = False


@dataclass
class Report:
    """One line of the table."""

    scenario: str
    database: str
    patience: float
    crises: int = 0
    blows: int = 0
    kills: int = 0
    troubles: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    def add(self, other: Report) -> None:
        """Count another run of the same scenario in."""
        self.crises += other.crises
        self.blows += other.blows
        self.kills += other.kills
        self.troubles += other.troubles
        self.verdict.add(other.verdict)


Blows = Callable[[Field], Awaitable[int]]
"""What is done to the bot until the field is over; returns how often."""

Tell = Callable[[int, int], None]
"""Told how much is over, and of how much."""


def nobody(_over: int, _of: int) -> None:
    """Tell nobody."""


async def nothing(_field: Field) -> int:
    """Leave it alone."""
    return 0


@asynccontextmanager
async def battlefield(
    databases: Databases,
    commands: tuple[str, ...],
    crises: int,
    seed: int,
    *,
    patience: float = PATIENCE,
    trap: dict[str, str] | None = None,
    now: Callable[[], datetime] | None = None,
) -> AsyncIterator[Field]:
    """A town with the bot at work in it, on an empty database.

    patience: half of the bot's lease, in seconds. trap: more of the environment of the first process. now: the clock
    of the local Slack, if not the wall clock. The bot does not keep the real Slack's pace, at which ten thousand
    deliveries take hours; the local one has no limits.
    """
    database = databases.fresh()
    async with town(database, now) as here:
        here.faults.latency = LATENCY
        here.faults.chance = random.Random(seed)
        here.settings |= {"CHAOS_PACE": "off", "CHAOS_PATIENCE": str(patience)}
        async with kept(here, commands, trap) as keeper:
            yield Field(databases, database, here, keeper, random.Random(seed), crises, patience)


async def undisturbed(databases: Databases, *, closes: bool = True) -> Shapes:
    """What one crisis looks like when nothing goes wrong."""
    async with battlefield(databases, ("serve",), 1, 0) as calm:
        story = Story(0, "U15", closes)
        await asyncio.wait_for(People(calm.town, _doors(calm)).live(story), LONGEST_STORY)
        await at_rest(calm.database)
        memory = await asyncio.to_thread(remembered, calm.database)
        return shapes(calm.town, memory, story.crisis)


async def fight(
    on: Field,
    name: str,
    expected: Shapes,
    blows: Blows,
    tell: Tell,
    *,
    again: bool = False,
    closes: bool = True,
) -> Report:
    """Let people live through so many crises while blows fall, then wait for rest and judge."""
    people = People(on.town, _doors(on), again=again)
    reporters = itertools.cycle(on.town.world.people)
    stories = [Story(number, next(reporters), closes) for number in range(1, on.crises + 1)]
    falling = asyncio.create_task(blows(on))
    await _live_all(people, stories, tell)
    on.over = True
    fallen = await falling
    calm(on.town)
    await at_rest(on.database)
    verdict = await asyncio.to_thread(judge, on.town, on.database, stories, expected)
    dealt = (on.crises, fallen, on.keeper.deaths, people.troubles)
    return Report(name, on.databases.name, on.patience, *dealt, verdict)


def calm(here: Town) -> None:
    """No more faults, so that what is under way can end."""
    here.faults.rates = {}
    here.faults.planned.clear()


async def _live_all(people: People, stories: list[Story], tell: Tell) -> None:
    turns, over = asyncio.Semaphore(AT_A_TIME), itertools.count(1)

    async def live(story: Story) -> None:
        async with turns:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(people.live(story), LONGEST_STORY)
        tell(next(over), len(stories))

    await asyncio.gather(*(live(story) for story in stories))


async def at_rest(database: str) -> None:
    """Return when nothing is under way any more, twice in a row; or when that takes too long, which will be judged."""
    quiet = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REST):
            while quiet < 2:
                await asyncio.sleep(LOOK)
                try:
                    waiting = await asyncio.to_thread(under_way, database)
                except SQLAlchemyError:
                    waiting = 1
                quiet = 0 if waiting else quiet + 1


def _doors(on: Field) -> list[str]:
    return [post.door for post in on.keeper.posts if post.door]
