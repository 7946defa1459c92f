"""The whole story under fire: killed again and again, in bad weather, on a failing disk; repeatable by its seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import empty_sqlite
from tests.faults.counts import LONG, Counts
from tests.faults.theatre import Fire, Snapshot, under

SEEDS = range(600 if LONG else 3)
FIRES = {"killed": Fire(within=40), "in bad weather": Fire(within=120, calls=0.18, commits=0.05)}


@pytest.mark.parametrize("fire", FIRES.values(), ids=FIRES)
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_again_and_again(
    seed: int, fire: Fire, snapshots: list[Snapshot], migrated_file: Path, tmp_path: Path, counts: Counts
) -> None:
    trouble = under(fire, empty_sqlite(migrated_file, tmp_path), seed, snapshots[-1].account, counts)
    assert (seed, trouble) == (seed, [])
