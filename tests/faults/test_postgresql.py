"""The same on a real PostgreSQL: one process that is killed, and several that freeze and die beside each other."""

from __future__ import annotations

import pytest

from tests.databases import emptied_postgres
from tests.faults.counts import LONG, Counts
from tests.faults.oracle import account_of, difference, out_of_order, overtaken, said_twice, stuck
from tests.faults.replicas import Replicated
from tests.faults.story import STORY
from tests.faults.theatre import Fire, Snapshot, under


@pytest.mark.parametrize("seed", range(150 if LONG else 1))
def test_killed_in_bad_weather(seed: int, snapshots: list[Snapshot], postgres: str, counts: Counts) -> None:
    fire = Fire(within=80, calls=0.18, commits=0.02)
    trouble = under(fire, emptied_postgres(postgres), seed, snapshots[-1].account, counts)
    assert (seed, trouble) == (seed, [])


@pytest.mark.parametrize("replicas", [2, 3])
@pytest.mark.parametrize("seed", range(150 if LONG else 1))
def test_several_processes_that_freeze_and_die(
    seed: int, replicas: int, snapshots: list[Snapshot], postgres: str, counts: Counts
) -> None:
    with Replicated(emptied_postgres(postgres), replicas, seed) as scene:
        scene.play(STORY)
        trouble = [
            *difference(snapshots[-1].account, account_of(scene), overtaken=overtaken(scene.engine)),
            *(f"said twice: {key}" for key in said_twice(scene.chat)),
            *(f"out of order: {key}" for key in out_of_order(scene.chat, scene.engine)),
            *(f"stuck: {row}" for row in stuck(scene.engine)),
        ]
        counts.add(
            trouble,
            stories=1,
            kills=sum(replica.plug.pulled for replica in scene.replicas),
            troubles=sum(replica.freezes for replica in scene.replicas),
            delivered=len(scene.chat.said),
        )
        assert (seed, trouble) == (seed, [])
