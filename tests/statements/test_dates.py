"""By when a sentence commits us: a date, a day, a length of time, in both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.dates import read_due
from tests.makers import NINE

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(sentence, language, said=NINE):
    due = read_due(sentence, said, SHANGHAI, language)
    return due and due.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("我们将于3月9日18时前公布调查结果。", "2026-03-09 18:00"),
        ("最迟3月9日公布检测报告。", "2026-03-09 18:00"),
        ("下一次通报：3月2日13:00。", "2026-03-02 13:00"),
        ("3月9日上午10点半前答复。", "2026-03-09 10:30"),
        ("3月9日下午3点前答复每一位车主。", "2026-03-09 15:00"),
        ("3月9日24时前完成退款。", "2026-03-10 00:00"),
        ("3月9日中午前公布。", "2026-03-09 12:00"),
        ("2027年1月5日前完成召回。", "2027-01-05 18:00"),
        ("48小时内公布初步结论。", "2026-03-04 09:00"),
        ("半小时内回电。", "2026-03-02 09:30"),
        ("30分钟之内到场。", "2026-03-02 09:30"),
        ("7日内公布调查结果。", "2026-03-09 18:00"),
        ("三天内逐一联系车主。", "2026-03-05 18:00"),
        ("十五天内完成检测。", "2026-03-17 18:00"),
        ("5个工作日内退款。", "2026-03-09 18:00"),
        ("两周内完成升级。", "2026-03-16 18:00"),
        ("一个月内完成排查。", "2026-04-02 18:00"),
        ("今天20:00前再次通报。", "2026-03-02 20:00"),
        ("今晚公布进展。", "2026-03-03 00:00"),
        ("明日12时前公布。", "2026-03-03 12:00"),
        ("后天答复。", "2026-03-04 18:00"),
        ("本周五前上线新版本。", "2026-03-06 18:00"),
        ("下周一前答复。", "2026-03-09 18:00"),
        ("本月底前完成检修。", "2026-03-31 18:00"),
        ("年底前完成。", "2026-12-31 18:00"),
        ("3月1日事故发生后，我们将于3月9日前公布结论。", "2026-03-09 18:00"),
        ("3月9日前公布初步结论，3月20日前公布报告。", "2026-03-09 18:00"),
        ("我们每周五更新进展。", None),
        ("我们将尽快公布结果。", None),
        ("2月30日前完成。", None),
        ("3月1日事故发生。", None),
    ],
)
def test_in_chinese(sentence, due):
    assert read(sentence, "zh") == due


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("We will publish the findings by 9 March 18:00.", "2026-03-09 18:00"),
        ("We will publish the findings by 18:00 on 9 March.", "2026-03-09 18:00"),
        ("The next update is at 13:00 on 2 March.", "2026-03-02 13:00"),
        ("By 9 March we will have checked each car.", "2026-03-09 18:00"),
        ("We will report by March 9, 2026 at 3 pm.", "2026-03-09 15:00"),
        ("No later than the 9th April.", "2026-04-09 18:00"),
        ("Within 7 days we publish the findings.", "2026-03-09 18:00"),
        ("Within 48 hours we will call every owner.", "2026-03-04 09:00"),
        ("within forty-eight hours", "2026-03-04 09:00"),
        ("We refund within 5 working days.", "2026-03-09 18:00"),
        ("within the next two weeks", "2026-03-16 18:00"),
        ("within a month", "2026-04-02 18:00"),
        ("We will answer by Friday noon.", "2026-03-06 12:00"),
        ("We will answer by noon on Friday.", "2026-03-06 12:00"),
        ("We will answer next Monday.", "2026-03-09 18:00"),
        ("We will speak again by 8:30 pm today.", "2026-03-02 20:30"),
        ("We will speak again tonight.", "2026-03-03 00:00"),
        ("Tomorrow by 12:00 there is more.", "2026-03-03 12:00"),
        ("by the end of the week", "2026-03-08 18:00"),
        ("by the end of this month", "2026-03-31 18:00"),
        ("We report every Friday.", None),
        ("We will report soon.", None),
        ("by 31 June", None),
    ],
)
def test_in_english(sentence, due):
    assert read(sentence, "en") == due


@pytest.mark.parametrize(
    ("said", "sentence", "due"),
    [
        ((2026, 12, 28, 2), "1月5日前公布", "2027-01-05 18:00"),
        ((2026, 3, 6, 11), "周五前公布", None),
        ((2026, 1, 31, 2), "一个月内完成", "2026-02-28 18:00"),
        ((2026, 3, 2, 17), "今天18时前公布，最迟明天12时", "2026-03-03 18:00"),
    ],
    ids=["next year", "already Friday evening", "a shorter month", "said after midnight in Shanghai"],
)
def test_it_counts_from_when_it_was_said(said, sentence, due):
    assert read(sentence, "zh", datetime(*said, tzinfo=UTC)) == due


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_whatever_is_written_it_is_a_moment_ahead_or_none(sentence, language):
    due = read_due(sentence, NINE, SHANGHAI, language)
    assert due is None or due > NINE
