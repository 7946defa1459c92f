"""Progress after the first day, to day 120."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from bot.playbooks import load
from timelines.cadence import updates

PLAYBOOK = load("service_network")
ZERO = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
PLAN = list(updates(PLAYBOOK, ZERO))


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("update/28h", timedelta(hours=28)),
        ("update/48h", timedelta(hours=48)),
        ("update/72h", timedelta(hours=72)),
        ("update/day/4", timedelta(days=4)),
        ("update/day/30", timedelta(days=30)),
        ("update/day/37", timedelta(days=37)),
        ("update/day/86", timedelta(days=86)),
        ("final_report", timedelta(days=120)),
    ],
)
def test_progress_is_due_every_few_hours_then_daily_then_weekly(name, after):
    assert dict(PLAN)[name] == ZERO + after


def test_there_are_twelve_in_the_first_days_then_27_then_8_and_the_final_report():
    names = [name for name, _ in PLAN]
    assert len([name for name in names if name.endswith("h")]) == 12
    assert len([name for name in names if name.startswith("update/day/")]) == 27 + 8
    assert names[-1] == "final_report"
    assert len(names) == len(set(names)) == 48


def test_they_come_in_order_and_after_the_last_checkpoint():
    times = [at for _, at in PLAN]
    assert times[0] > ZERO + PLAYBOOK.checkpoints[-1].after
    assert all(before < after for before, after in pairwise(times))


def test_times_are_utc_wherever_time_zero_was_said():
    shanghai = ZERO.astimezone(timezone(timedelta(hours=8)))
    assert list(updates(PLAYBOOK, shanghai)) == PLAN
    assert all(at.tzinfo is UTC for _, at in updates(PLAYBOOK, shanghai))
