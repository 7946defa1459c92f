"""The named stretches of a crisis (S0, domain 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

PHASES: tuple[tuple[str, timedelta], ...] = (
    ("golden_1h", timedelta(hours=1)),
    ("golden_4h", timedelta(hours=4)),
    ("golden_24h", timedelta(hours=24)),
    ("week_1", timedelta(days=7)),
    ("weeks_2_4", timedelta(days=30)),
    ("months_2_3", timedelta(days=90)),
    ("month_4", timedelta(days=120)),
)
"""Each phase and its end, from time zero. The days are those at which S0's progress changes its rhythm."""


def phase(time_zero: datetime, now: datetime) -> str:
    """The phase we are in, "after" when all are over. Both aware; a border belongs to the later phase."""
    passed = now - time_zero
    return next((name for name, end in PHASES if passed < end), "after")
