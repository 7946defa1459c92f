"""What is done to the bot at random moments while people live through their crises."""

from __future__ import annotations

import asyncio

from chaos.campaign import Field
from chaos.keeper import go_on, pause
from sandbox.faults import BAD_DAY

AT_WORK = 0.8
"""Part of the kills that wait until the bot is up and has called Slack so often."""

CALLS = 50
"""Calls from one kill to the next, on average."""

LEASES = 5
"""A replica stands still for so many leases: others have long taken over when it goes on."""


async def kills(on: Field) -> int:
    """Kill -9 of one process after another: most in the middle of their work, some while they start.

    Counted in calls and not in seconds, so that a busy machine makes it longer and not harder.
    """
    fallen, calls = 0, on.town.world.calls
    while not on.over:
        post, enough = on.chance.choice(on.keeper.posts), len(calls) + on.chance.randint(1, 2 * CALLS)
        if on.chance.random() < AT_WORK:
            await on.keeper.up(post)
            while len(calls) < enough and not on.over:  # noqa: ASYNC110 - many calls come between two looks
                await asyncio.sleep(0.01)
        else:
            await asyncio.sleep(on.chance.uniform(0.2, 2))
        if post.alive and not on.over:
            await on.keeper.kill(post)
            fallen += 1
    return fallen


async def bad_day(on: Field) -> int:
    """18 of 100 calls go wrong."""
    on.town.faults.rates = BAD_DAY
    await _over(on)
    return len(on.town.faults.happened)


async def bad_day_and_kills(on: Field) -> int:
    """Both at once."""
    on.town.faults.rates = BAD_DAY
    fallen = await kills(on)
    return fallen + len(on.town.faults.happened)


async def database_fails(on: Field) -> int:
    """The database goes away under everybody's hands and comes back, again and again."""
    fallen = 0
    while not on.over:
        await asyncio.sleep(on.chance.uniform(0.1, 2))
        if not on.over:
            await on.databases.fail(on.database, on.chance.uniform(0.1, on.databases.longest))
            fallen += 1
    return fallen


async def pauses(on: Field) -> int:
    """One replica stands still for five leases, in the middle of whatever it does, and then goes on."""
    fallen = 0
    while not on.over:
        await asyncio.sleep(on.chance.uniform(1, 4))
        post = on.chance.choice([post for post in on.keeper.posts if post.alive])
        pause(post)
        await asyncio.sleep(LEASES * 2 * on.patience)
        go_on(post)
        fallen += 1
    return fallen


async def _over(on: Field) -> None:
    while not on.over:  # noqa: ASYNC110 - set by whoever lives through the crises
        await asyncio.sleep(0.1)
