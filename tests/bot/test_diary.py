"""An administrator hears of a trouble once, of its end once, each hour while it lasts, and never a flood."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.diary import Diary, News
from tests.makers import NINE

TEN_SECONDS = timedelta(seconds=10)
AWAY = {"database": "57P01"}


def heard(diary: Diary, *checks: dict[str, str], start: datetime = NINE) -> list[tuple[int, str, str]]:
    """What is told in a row of checks ten seconds apart: the number of the check, the kind, the part."""
    return [
        (number, news.kind, news.part)
        for number, found in enumerate(checks)
        for news in diary.check(found, start + number * TEN_SECONDS)
    ]


def test_what_passes_within_a_check_is_not_told():
    assert heard(Diary(), AWAY, {}, AWAY, {}) == []


def test_a_trouble_is_told_once_and_its_end_once():
    assert heard(Diary(), AWAY, AWAY, AWAY, AWAY, {}, {}) == [
        (1, "begun", "database"),
        (4, "over", "database"),
    ]


def test_it_is_told_since_when_and_what_it_says_now():
    diary = Diary()
    diary.check({"late": "late_61s"}, NINE)
    news = diary.check({"late": "late_71s"}, NINE + TEN_SECONDS)
    assert news == [News("begun", "late", "late_71s", NINE)]


def test_a_trouble_that_lasts_is_told_each_hour():
    told = heard(Diary(), *[AWAY] * 1000)
    assert told == [(1, "begun", "database"), (361, "lasts", "database"), (721, "lasts", "database")]


def test_each_part_is_told_for_itself():
    both = {**AWAY, "chat": "timeout"}
    assert heard(Diary(), AWAY, both, both, AWAY) == [
        (1, "begun", "database"),
        (2, "begun", "chat"),
        (3, "over", "chat"),
    ]


def test_a_part_that_comes_and_goes_all_day_is_told_seldom():
    comes_and_goes = [AWAY, AWAY, {}] * 120
    told = heard(Diary(), *comes_and_goes)
    assert len(told) == 12, "an hour: begun and over, six times"


def test_a_second_trouble_soon_after_the_first_is_told_when_it_lasts():
    told = heard(Diary(), AWAY, AWAY, {}, *[AWAY] * 70)
    assert told == [(1, "begun", "database"), (2, "over", "database"), (61, "begun", "database")]


def test_it_says_how_long_each_part_has_been_in_trouble():
    diary = Diary()
    heard(diary, AWAY, AWAY)
    assert diary.lasted(NINE + timedelta(seconds=30)) == {"database": 30.0}
    heard(diary, {})
    assert diary.lasted(NINE) == {}
