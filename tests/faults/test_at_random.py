"""The whole story under fire: killed again and again, in bad weather, on a failing disk; repeatable by its seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.databases import empty_sqlite
from tests.faults.counts import LONG, Counts
from tests.faults.line import Weather
from tests.faults.plug import Disk
from tests.faults.theatre import Snapshot, on_stage, play_all

SEEDS = range(600 if LONG else 8)


def kills(seed: int, most: int) -> Iterator[int]:
    """Steps from one kill to the next."""
    random = Random(seed)
    while True:
        yield random.randrange(1, most)


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_again_and_again(
    seed: int, snapshots: list[Snapshot], migrated_file: Path, tmp_path: Path, counts: Counts
) -> None:
    with on_stage(empty_sqlite(migrated_file, tmp_path), kills=kills(seed, 40)) as stage:
        play_all(stage)
        trouble = stage.trouble(snapshots[-1].account, in_weather=True)
        counts.add(trouble, stories=1, kills=stage.plug.pulled, delivered=len(stage.scene.chat.said))
        assert (seed, trouble) == (seed, [])


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_in_bad_weather_on_a_failing_disk(
    seed: int, snapshots: list[Snapshot], migrated_file: Path, tmp_path: Path, counts: Counts
) -> None:
    weather, disk = Weather(seed, 0.18), Disk(seed, 0.05)
    url = empty_sqlite(migrated_file, tmp_path)
    with on_stage(url, kills=kills(seed, 120), weather=weather, disk=disk) as stage:
        play_all(stage)
        trouble = stage.trouble(snapshots[-1].account, in_weather=True)
        counts.add(
            trouble,
            stories=1,
            kills=stage.plug.pulled,
            troubles=sum(weather.troubles.values()) + disk.failed,
            delivered=len(stage.scene.chat.said),
        )
        assert (seed, trouble) == (seed, [])
