"""One time for all replicas: the database's, for what is due and for how long a claim is good.

To ask it costs a round trip, so it is asked seldom, and our own clock goes on from there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.store.work import Moments

GOOD_FOR = 10.0
"""Seconds until we ask again: two clocks drift apart by less than a millisecond meanwhile."""

STEP = 0.05
"""Seconds by which our clock may have moved otherwise than it should before we ask again: it was set, or we slept."""

_ASK = text("SELECT clock_timestamp()")


@dataclass(frozen=True)
class _Asked:
    """ahead: of our clock, the database's. at, start: our monotonic and our wall clock then, in seconds."""

    ahead: timedelta
    at: float
    start: float


class SharedClock:
    """Our moments as the database's clock has them."""

    def __init__(self) -> None:
        self._asked: _Asked | None = None

    def read(self, connection: Connection, ours: Moments) -> Moments:
        """Both clocks are put right by the same difference: a demo's runs faster, but from the same start."""
        asked = self._asked
        if asked is None or not _good(asked, ours.real):
            asked = self._asked = _ask(connection, ours.real)
        return replace(ours, crisis=ours.crisis + asked.ahead, real=ours.real + asked.ahead)


def _good(asked: _Asked, wall: datetime) -> bool:
    passed = time.monotonic() - asked.at
    return passed < GOOD_FOR and abs(wall.timestamp() - asked.start - passed) < STEP


def _ask(connection: Connection, wall: datetime) -> _Asked:
    """The answer was true half way between question and answer."""
    before = time.monotonic()
    theirs: datetime = connection.execute(_ASK).scalar_one()
    underway = time.monotonic() - before
    return _Asked(theirs - wall - timedelta(seconds=underway / 2), before, wall.timestamp())
