"""What the platform refuses for good holds up nothing else: it is kept, the room is told, and the rest comes."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.chat import ChatError
from bot.store.tables import sends
from tests.databases import empty_sqlite
from tests.faults.oracle import account_of, difference, out_of_order, said_twice
from tests.faults.story import STORY
from tests.faults.theatre import Snapshot, on_stage, play_all


def test_one_message_that_is_refused(snapshots: list[Snapshot], migrated_file: Path, tmp_path: Path) -> None:
    with on_stage(empty_sqlite(migrated_file, tmp_path)) as stage:
        play_all(stage, STORY[:7])
        stage.scene.chat.failures["post"] = [ChatError("msg_blocks_too_long", permanent=True)]
        play_all(stage, STORY[7:])
        with stage.engine.connect() as connection:
            dead = connection.execute(select(sends.c.key).where(sends.c.state == "dead")).scalars().all()
        assert dead == ["1/checkpoint/30min"]
        assert len(stage.scene.posted("given_up/")) == 1
        missing = difference(snapshots[-1].account, account_of(stage.scene))
        assert [one for one in missing if "said missing" in one and "checkpoint" not in one] == []
        assert said_twice(stage.scene.chat) == []
        assert out_of_order(stage.scene.chat, stage.engine) == []
