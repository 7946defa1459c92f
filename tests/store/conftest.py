"""Stores whose clock stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.store import make_engine
from tests.makers import NINE
from tests.memory import SPEAKING, Memory


@pytest.fixture
def memory(engine: Engine) -> Iterator[Memory]:
    """A store in which nothing follows from anything; incident 1 exists, without a history."""
    made = Memory(engine)
    made.run(lambda work: work.incidents.new_id(NINE))
    yield made
    made.store.close()


@pytest.fixture
def another(memory: Memory, database: str) -> Iterator[Memory]:
    """A second process on the same database."""
    made = Memory(make_engine(database))
    yield made
    made.store.close()


@pytest.fixture
def speaking(engine: Engine) -> Iterator[Memory]:
    """A store in which everything follows that follows in the bot."""
    made = Memory(engine, SPEAKING)
    yield made
    made.store.close()
