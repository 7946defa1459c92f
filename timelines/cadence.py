"""Progress after the last checkpoint: hourly, daily, weekly, monthly, and the final report (S0)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.crisis.playbook import Playbook, Stretch

FINAL_REPORT = "final_report"


def updates(playbook: Playbook, time_zero: datetime) -> Iterator[tuple[str, datetime]]:
    """Every progress update and then the final report, each with its time in UTC, earliest first (domain 5).

    Names are update/28h, update/day/5, final_report. Lengths count from time zero (aware), so summer time
    never moves them. Each stretch counts from the end of the one before; an update at the final report's time
    is that report.
    """
    zero = time_zero.astimezone(UTC)
    for hours, name in _offsets(playbook):
        if hours < playbook.final_report_hours:
            yield name, zero + timedelta(hours=hours)
    yield FINAL_REPORT, zero + timedelta(hours=playbook.final_report_hours)


def _offsets(playbook: Playbook) -> Iterator[tuple[int, str]]:
    first = playbook.checkpoints[-1].minutes // 60
    ends = [first, *(stretch.until_hours for stretch in playbook.cadence)]
    for stretch, (start, end) in zip(playbook.cadence, pairwise(ends), strict=True):
        for hours in range(start + stretch.every_hours, end + 1, stretch.every_hours):
            yield hours, _name(stretch, hours)


def _name(stretch: Stretch, hours: int) -> str:
    whole_days = stretch.every_hours % 24 == 0 and hours % 24 == 0
    return f"update/day/{hours // 24}" if whole_days else f"update/{hours}h"
