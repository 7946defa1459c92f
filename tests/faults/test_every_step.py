"""The plug is pulled after every single step of the first hour, and nobody in the room can tell.

By default after every fifth, each chapter beginning at another, so that a change is known to be safe within a minute.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.counts import LONG, Counts
from tests.faults.story import STORY, Chapter
from tests.faults.theatre import Snapshot, from_snapshot

STRIDE = 1 if LONG else 5


@pytest.mark.parametrize("number", range(len(STORY)), ids=[chapter.name for chapter in STORY])
def test_pulled_after_each_step(
    number: int, snapshots: list[Snapshot], tmp_path: Path, counts: Counts
) -> None:
    chapter: Chapter = STORY[number]
    before, after = snapshots[number], snapshots[number + 1]
    for step in range(number % STRIDE, after.steps + 1, STRIDE):
        with from_snapshot(before, tmp_path) as stage:
            stage.plug.pull_after(step)
            stage.play(chapter)
            trouble = stage.trouble(after.account)
            delivered = len(stage.scene.chat.said) - len(before.chat.said)
            counts.add(trouble, kills=stage.plug.pulled, delivered=delivered)
            assert (step, trouble) == (step, [])
