"""The plug is pulled at every step of a story, once at each: every call to Slack, and every commit."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Iterator
from typing import Literal

from chaos.campaign import Field, Report, Tell, battlefield, fight, nobody, nothing
from chaos.databases import Databases
from chaos.oracle import Shapes
from sandbox.faults import Moment

Step = tuple[Literal["call", "commit"], str, int]
"""What is counted, when the plug is pulled, and at which."""

CALLS = ("lost", "late", "after")
"""The call never arrives; it takes effect when the bot is long dead; it took effect and nobody heard the answer."""

COMMITS = ("before", "after")
LATE = 0.4
"""Part of our patience after which a late call takes effect; later than we are patient, it would be there twice."""

TOGETHER = 4
"""Towns at a time: each mostly waits for a lease to end."""


def all_steps(calls: int, commits: int) -> list[Step]:
    """Every step of a story of so many calls and commits."""
    return [
        *(("call", moment, number) for number in range(1, calls + 1) for moment in CALLS),
        *(("commit", moment, number) for number in range(1, commits + 1) for moment in COMMITS),
    ]


async def pull_plugs(
    databases: Databases, expected: Shapes, steps: Iterable[Step], patience: float, tell: Tell
) -> Report:
    """The whole story once for each of these steps."""
    steps, turns, over = list(steps), asyncio.Semaphore(TOGETHER), itertools.count(1)

    async def pull(step: Step) -> Report:
        async with turns:
            report = await _pull_plug(databases, expected, step, patience)
        tell(next(over), len(steps))
        return report

    whole = Report("steps", databases.name, patience=patience)
    for report in await asyncio.gather(*(pull(step) for step in steps)):
        whole.add(report)
    return whole


async def _pull_plug(databases: Databases, expected: Shapes, step: Step, patience: float) -> Report:
    what, moment, number = step
    trap = {"CHAOS_COMMIT": f"{moment}:{number}"} if what == "commit" else None
    async with battlefield(databases, ("serve",), 1, number, patience=patience, trap=trap) as on:
        if what == "call":
            _watch(on, moment, number)
        report = await fight(on, "steps", expected, nothing, nobody)
    for name, found in _found(report):
        found[:] = [f"{what} {number} {moment}: {name}: {each}" for each in found]
    return report


def _found(report: Report) -> Iterator[tuple[str, list[str]]]:
    for name in ("lost", "doubled", "disordered", "stuck"):
        yield name, getattr(report.verdict, name)


def _watch(on: Field, moment: str, number: int) -> None:
    """Kill the bot at that call, counted from now."""
    faults, the_one = on.town.faults, on.town.faults.calls + number
    when: Moment = "after" if moment == "after" else "before"

    async def watch(this: int, _method: str, now: Moment) -> None:
        if this == the_one and now == when:
            await on.keeper.kill(on.keeper.posts[0])

    faults.watch = watch
    if moment == "lost":
        faults.plan("*", the_one, "reset_before")
    elif moment == "late":
        faults.plan("*", the_one, "late", LATE * on.patience)
