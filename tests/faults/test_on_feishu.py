"""The whole story under fire on the local Feishu: killed between any two of its calls, on a bad line, on a bad disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import empty_sqlite
from tests.faults.counts import LONG, Counts
from tests.faults.on_feishu import StageOnFeishu
from tests.faults.oracle import Account, account_of, stuck
from tests.faults.theatre import Fire, on_stage, play_all, under

SEEDS = range(1, 200 if LONG else 3)
FIRES = {"killed": Fire(within=40), "on a bad line": Fire(within=120, calls=0.18, commits=0.05)}


@pytest.fixture(scope="module")
def undisturbed(quiet: None, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """What comes of the story when nothing goes wrong."""
    with on_stage(empty_sqlite(migrated_file, tmp_path_factory.mktemp("feishu")), StageOnFeishu) as stage:
        play_all(stage)
        assert stuck(stage.engine) == []
        return account_of(stage.scene)


@pytest.mark.parametrize("fire", FIRES.values(), ids=FIRES)
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_again_and_again(
    seed: int, fire: Fire, undisturbed: Account, migrated_file: Path, tmp_path: Path, counts: Counts
) -> None:
    url = empty_sqlite(migrated_file, tmp_path)
    trouble = under(fire, url, seed, undisturbed, counts, StageOnFeishu)
    assert (seed, trouble) == (seed, [])
