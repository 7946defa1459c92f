"""The database is put back to an earlier time: the room hears nothing twice, and the bot goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, select

from bot.cli.restored import doubt_what_waits
from bot.store import make_engine
from bot.store.copies import copy, put_in_place
from bot.store.tables import sends
from tests.databases import empty_sqlite
from tests.makers import at
from tests.scene import Scene


@pytest.fixture
def engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """On SQLite: a PostgreSQL is copied by its own tools."""
    made = make_engine(empty_sqlite(migrated_file, tmp_path))
    yield made
    made.dispose()


def test_what_was_said_since_the_copy_is_found_and_not_said_again(
    scene: Scene, engine: Engine, tmp_path: Path
) -> None:
    database = Path(make_url(engine.url).database or "")

    # 09:10  A copy is made of a crisis at work; until 09:29 the room and its people hear more.
    scene.opens()
    scene.answers("U15", views="2000", severity="S3", control="C2")
    for user in ("U07", "U09", "U05", "U08"):
        scene.presses(user, "on_it")
    scene.at("+10 min")
    copy(database, tmp_path / "copy.db", lambda done, of: None)
    scene.at("+29 min")
    heard = Counter(said.key for said in scene.chat.said.values())
    assert "1/checkpoint/15min" in heard
    assert any(key.startswith("1/before/") for key in heard)

    # The disk is lost; at 09:29 the bot stands on the copy.
    scene.store.close()
    put_in_place(tmp_path / "copy.db", database, scene.now)
    scene.restart()
    waiting = asyncio.run(doubt_what_waits(scene.store, scene.clock))
    with engine.connect() as connection:
        waits = select(sends.c.in_doubt, sends.c.created_at).where(sends.c.state == "pending")
        found = connection.execute(waits).all()
    assert len(found) == waiting > 0
    assert all(row.in_doubt and row.created_at <= at("+10 min") for row in found)
    scene.at("+29 min")
    assert Counter(said.key for said in scene.chat.said.values()) == heard

    # 09:30  It goes on as if nothing had been.
    scene.at("+31 min")
    assert len(scene.posted("checkpoint/30min")) == 1
