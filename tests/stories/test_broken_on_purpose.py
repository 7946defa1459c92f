"""A sample of `make chaos`: the real bot loses its life, its database or its time, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio

import pytest

from chaos.blows import database_fails, pauses
from chaos.campaign import battlefield, fight, nobody, undisturbed
from chaos.databases import databases
from chaos.oracle import Verdict
from chaos.scenarios import ONE, THREE
from chaos.steps import Step, pull_plugs

pytestmark = pytest.mark.process
PATIENCE = 1.0
"""Seconds: a lease lasts two."""

STEPS: dict[str, list[Step]] = {
    "sqlite": [
        ("call", "lost", 3),
        ("call", "after", 5),
        ("call", "late", 8),
        ("commit", "before", 2),
        ("commit", "after", 3),
    ],
    "postgresql": [
        ("call", "after", 4),
        ("commit", "after", 6),
    ],
}


def assert_sound(verdict: Verdict) -> None:
    """Nothing lost, nothing twice, nothing out of order, nothing left."""
    assert (verdict.lost, verdict.doubled, verdict.disordered, verdict.stuck) == ([], [], [], [])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_plug_is_pulled_at_one_step_after_another(kind: str):
    async def story() -> None:
        with databases(kind) as places:
            expected = await undisturbed(places)
            report = await pull_plugs(places, expected, STEPS[kind], PATIENCE, nobody)
        assert report.kills == len(STEPS[kind])
        assert_sound(report.verdict)

    asyncio.run(story())


def test_a_replica_that_stood_still_repeats_nothing():
    async def story() -> None:
        with databases("postgresql") as places:
            expected = await undisturbed(places)
            async with battlefield(places, THREE, 3, 1, patience=PATIENCE) as on:
                report = await fight(on, "pauses", expected, pauses, nobody)
        assert report.blows >= 1
        assert_sound(report.verdict)

    asyncio.run(story())


@pytest.mark.parametrize("commands", [ONE, THREE], ids=["one process", "three replicas"])
def test_a_database_that_restarts_costs_nothing(commands: tuple[str, ...]):
    async def story() -> None:
        with databases("postgresql") as places:
            expected = await undisturbed(places)
            async with battlefield(places, commands, 3, 1, patience=PATIENCE) as on:
                report = await fight(on, "database", expected, database_fails, nobody, again=True)
        assert report.blows >= 1
        assert_sound(report.verdict)

    asyncio.run(story())
