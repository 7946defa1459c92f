"""All parts of a stop share one deadline."""

from __future__ import annotations

from bot.stop import Stop


def test_the_time_runs_from_the_moment_we_are_told():
    now = [100.0]
    stop = Stop(18.0, lambda: now[0])
    now[0] = 200.0
    stop.begin()
    now[0] = 205.0
    stop.begin()
    assert stop.left() == 13.0
    now[0] = 230.0
    assert stop.left() == 0.0


def test_who_was_not_told_begins_when_first_asked():
    now = [100.0]
    stop = Stop(18.0, lambda: now[0])
    now[0] = 300.0
    assert stop.left() == 18.0
