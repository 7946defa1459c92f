"""The named stretches of a crisis."""

from datetime import UTC, datetime, timedelta

import pytest

from timelines.phases import phase

ZERO = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "name"),
    [
        (-1, "golden_1h"),
        (0, "golden_1h"),
        (0.99, "golden_1h"),
        (1, "golden_4h"),
        (4, "golden_24h"),
        (24, "week_1"),
        (7 * 24, "weeks_2_4"),
        (30 * 24, "months_2_3"),
        (90 * 24, "month_4"),
        (120 * 24 - 0.01, "month_4"),
        (120 * 24, "after"),
    ],
)
def test_a_moment_belongs_to_one_phase(hours, name):
    assert phase(ZERO, ZERO + timedelta(hours=hours)) == name
