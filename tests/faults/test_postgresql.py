"""The same on a real PostgreSQL: one process that is killed, and several that freeze and die beside each other."""

from __future__ import annotations

import pytest

from tests.databases import emptied_postgres
from tests.faults.counts import LONG, Counts
from tests.faults.line import Weather
from tests.faults.oracle import account_of, difference, out_of_order, overtaken, said_twice, stuck
from tests.faults.plug import Disk
from tests.faults.replicas import Replicated
from tests.faults.story import STORY
from tests.faults.test_at_random import kills
from tests.faults.theatre import Snapshot, on_stage, play_all


@pytest.mark.parametrize("seed", range(150 if LONG else 2))
def test_killed_in_bad_weather(seed: int, snapshots: list[Snapshot], postgres: str, counts: Counts) -> None:
    weather, disk = Weather(seed, 0.18), Disk(seed, 0.02)
    with on_stage(emptied_postgres(postgres), kills=kills(seed, 80), weather=weather, disk=disk) as stage:
        play_all(stage)
        assert (seed, stage.trouble(snapshots[-1].account, in_weather=True)) == (seed, [])
        counts.stories, counts.kills = 1, stage.plug.pulled
        counts.troubles = sum(weather.troubles.values()) + disk.failed
        counts.delivered = len(stage.scene.chat.said)


@pytest.mark.parametrize("replicas", [2, 3])
@pytest.mark.parametrize("seed", range(150 if LONG else 2))
def test_several_processes_that_freeze_and_die(
    seed: int, replicas: int, snapshots: list[Snapshot], postgres: str, counts: Counts
) -> None:
    with Replicated(emptied_postgres(postgres), replicas, seed) as scene:
        scene.play(STORY)
        trouble = [
            *difference(snapshots[-1].account, account_of(scene), overtaken=overtaken(scene.engine)),
            *said_twice(scene.chat),
            *out_of_order(scene.chat, scene.engine),
            *stuck(scene.engine),
        ]
        assert (seed, trouble) == (seed, [])
        counts.stories, counts.delivered = 1, len(scene.chat.said)
        counts.kills = sum(replica.plug.pulled for replica in scene.replicas)
        counts.troubles = sum(replica.freezes for replica in scene.replicas)
