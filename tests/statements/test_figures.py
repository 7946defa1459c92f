"""Numbers and lengths of time as people read them."""

from __future__ import annotations

import pytest

from statements.figures import count, days_and_hours, percent


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (9999, "9999", "9,999"),
        (12_000, "1.2万", "12,000"),
        (99_999, "9.99万", "99,999"),
        (100_000, "10万", "100,000"),
        (999_999, "99.99万", "999,999"),
        (123_456_789, "1.23亿", "123,456,789"),
    ],
)
def test_counts_never_round_up_over_a_border(number: int, zh: str, en: str) -> None:
    assert count(number, "zh") == zh
    assert count(number, "en") == en


@pytest.mark.parametrize(
    ("number", "shown"), [(50.0, "50%"), (50.19, "50.1%"), (1200, "1200%"), (0.04, "0%")]
)
def test_percentages_have_one_decimal_at_most(number: float, shown: str) -> None:
    assert percent(number, "zh") == percent(number, "en") == shown


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0分钟", "0 min"),
        (80, "1小时20分钟", "1 h 20 min"),
        (1440, "1天", "1 d"),
        (1501, "1天1小时", "1 d 1 h"),
    ],
)
def test_lengths_show_two_units(minutes: int, zh: str, en: str) -> None:
    assert days_and_hours(minutes, "zh") == zh
    assert days_and_hours(minutes, "en") == en
