"""The scenarios by name: what is done, with which processes, on which databases."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from chaos import blows
from chaos.campaign import Blows, Report, Tell, battlefield, fight, nothing
from chaos.databases import Databases
from chaos.holes import all_mended
from chaos.oracle import Shapes
from chaos.silence import a_day_without
from chaos.steps import all_steps, pull_plugs

USUAL = 5.0
"""Seconds for a call, and as many to settle; a lease is both together: the product's own values."""

BOTH = ("sqlite", "postgresql")
CALLS, COMMITS = 80, 60
"""About as many as the story has, with some to spare: where the story ends before a step, nothing is killed."""

ONE = ("serve",)
THREE = ("web", "web", "clock")


@dataclass(frozen=True)
class Scenario:
    """One line of the table. about: for people. crises: in a short run. patience: in seconds, half of a lease.

    on: the databases it can be played on. short: those where it is, when nobody asks for one. again: people press
    once more where they were answered with an apology.
    """

    about: str
    blows: Blows
    crises: int
    short: tuple[str, ...]
    on: tuple[str, ...] = BOTH
    replicas: bool = False
    patience: float = USUAL
    again: bool = False


SCENARIOS: Mapping[str, Scenario] = {
    "steps": Scenario(
        "kill -9 at every call and every commit, the whole story once for each", nothing, 3, ("sqlite",)
    ),
    "kills": Scenario(
        "kill -9 at random, of one process or of three replicas", blows.kills, 3, BOTH, replicas=True
    ),
    "slack": Scenario("18 of 100 calls to Slack go wrong", blows.bad_day, 4, ("postgresql",)),
    "storm": Scenario("both at once", blows.bad_day_and_kills, 4, (), replicas=True),
    "database": Scenario(
        "the database restarts under three replicas, or is locked",
        blows.database_fails,
        3,
        ("postgresql",),
        replicas=True,
        again=True,
    ),
    "pauses": Scenario(
        "one of three replicas stands still for five leases",
        blows.pauses,
        4,
        ("postgresql",),
        on=("postgresql",),
        replicas=True,
        patience=1.0,
    ),
    "silence": Scenario("the bot is gone for a day", nothing, 2, ("sqlite",)),
    "holes": Scenario("rows, messages and backups vanish under the auditor's eyes", nothing, 4, ()),
}


async def run(
    name: str,
    databases: Databases,
    expected: Shapes,
    *,
    crises: int,
    seed: int,
    patience: float,
    tell: Tell,
) -> Report:
    """One scenario on one database. crises: how many, or of how many steps; 0 for every step there is."""
    scenario = SCENARIOS[name]
    if name == "steps":
        steps = all_steps(CALLS, COMMITS)
        chosen = random.Random(seed).sample(steps, crises) if crises else steps
        return await pull_plugs(databases, expected, chosen, patience, tell)
    if name == "silence":
        return await a_day_without(databases, crises, seed, patience, tell)
    if name == "holes":
        return await all_mended(databases, crises, seed, patience, tell)
    commands = THREE if scenario.replicas and databases.name == "postgresql" else ONE
    async with battlefield(databases, commands, crises, seed, patience=patience) as on:
        return await fight(on, name, expected, scenario.blows, tell, again=scenario.again)
