"""The fifteen questions, and what people answer."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.crisis.checklist import (
    EXTRAS,
    ITEMS,
    QUESTIONS,
    UNKNOWN,
    BadAnswer,
    BadAnswers,
    Checklist,
    growth_between,
    read_answer,
    read_answers,
)

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def test_there_are_fifteen_items_in_four_groups():
    groups = {}
    for item in ITEMS:
        groups.setdefault(item.group, []).append(item.name)
    assert groups == {
        "spread": ["views", "published_at", "growth_per_hour", "platform", "followers"],
        "event": ["customer_known", "complaint", "injury", "evidence"],
        "customer": ["contact", "history", "attitude"],
        "opinion": ["mood", "media", "organised"],
    }


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("views", "1.2万", 12000),
        ("followers", 4999, 4999),
        ("comments", ["30"], 30),
        ("growth_per_hour", "翻倍", 100.0),
        ("platform", "car forum", ["car_forum"]),
        ("platform", ["zhihu", "Weibo", "weibo"], ["weibo", "zhihu"]),
        ("platform", "weibo、douyin", ["weibo", "douyin"]),
        ("platform", ["weibo", "unknown"], ["weibo"]),
        ("platform", ["unknown"], UNKNOWN),
        ("platform", [], None),
        ("evidence", ["none"], ["none"]),
        ("evidence", ["none", "video"], ["video"]),
        ("injury", "heavy property loss", "heavy_loss"),
        ("media", "self-media", "self_media"),
        ("media", "journalist has contacted us", "journalist_contacted"),
        ("media", "mainstream reports", "mainstream"),
        ("attitude", "refuses contact", "refuses_contact"),
        ("organised", True, "yes"),
        ("organised", "unknown", UNKNOWN),
        ("contact", "否", "no"),
        ("customer_known", "yes", "yes"),
        ("severity", "s3", "S3"),
        ("severity", "Ｓ３", "S3"),
        ("control", "C4", "C4"),
        ("type", "a", "A"),
        ("severity_unsure", True, True),
        ("hot_list", "yes", True),
        ("hot_list", "false", False),
        ("vulnerable", "是", True),
        ("complaint", "  brakes failed ", "brakes failed"),
        ("complaint", "a\x00b\ud800", "ab"),
        ("complaint", "   ", None),
        ("views", "", None),
        ("views", None, None),
    ],
)
def test_it_reads_what_was_meant(name, typed, value):
    assert read_answer(name, typed, NOW) == value


@pytest.mark.parametrize("word", ["unknown", "不知道", "未知", "不清楚", "N/A", "？", "?", " Unknown "])
@pytest.mark.parametrize("item", [*ITEMS, *EXTRAS], ids=lambda item: item.name)
def test_everything_can_be_answered_with_unknown(item, word):
    assert read_answer(item.name, word, NOW) == UNKNOWN


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (NOW, "2026-11-21T06:05:00+00:00"),
        ("2026-11-21T14:05:00+08:00", "2026-11-21T06:05:00+00:00"),
        ("2026-11-21T06:05:00Z", "2026-11-21T06:05:00+00:00"),
        (datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=8))), "2026-11-21T01:00:00+00:00"),
    ],
)
def test_moments_are_stored_in_utc(typed, stored):
    assert read_answer("published_at", typed, NOW) == stored


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("views", "many", "not_a_number"),
        ("views", "-1", "negative"),
        ("views", "9999亿", "absurd"),
        ("growth_per_hour", "-20%", "negative"),
        ("published_at", at(1), "in_the_future"),
        ("published_at", "yesterday", "not_a_date"),
        ("published_at", "2026-11-21T06:05:00", "not_a_date"),
        ("published_at", "0001-01-01T00:00:00+10:00", "not_a_date"),
        ("published_at", 5, "not_a_date"),
        ("platform", "tiktok", "not_an_option"),
        ("platform", ["weibo", "tiktok"], "not_an_option"),
        ("injury", "broken leg", "not_an_option"),
        ("injury", ["none", "death"], "not_an_option"),
        ("severity", "S6", "not_an_option"),
        ("hot_list", "maybe", "not_an_option"),
        ("complaint", "x" * 3001, "too_long"),
        ("colour", "red", "unknown_key"),
    ],
)
def test_it_refuses_with_a_code(name, typed, code):
    with pytest.raises(BadAnswer) as refused:
        read_answer(name, typed, NOW)
    assert (refused.value.field, refused.value.code) == (name, code)
    json.dumps(refused.value.params)


def test_a_form_tells_everything_that_is_wrong_at_once():
    with pytest.raises(BadAnswers) as refused:
        read_answers({"views": "-1", "mood": "hostile", "injury": "bruise", "wrong": 1}, NOW)
    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("views", "negative"),
        ("injury", "not_an_option"),
        ("wrong", "unknown_key"),
    ]


def test_fields_left_blank_are_left_out():
    raw = {"views": "800", "complaint": " ", "platform": [], "mood": None, "history": "", "wrong": None}
    assert read_answers(raw, NOW) == {"views": 800}


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(QUESTIONS)),
        st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text()),
    )
)
def test_whatever_is_typed_is_read_or_refused_and_can_be_stored(raw):
    try:
        answers = read_answers(raw, NOW)
    except BadAnswers as refused:
        for error in refused.errors:
            json.dumps(error.params)
    else:
        assert json.loads(json.dumps(answers, allow_nan=False)) == answers
        assert read_answers(answers, NOW) == answers


def test_a_checklist_is_complete_when_everything_is_answered_or_marked_unknown():
    checklist = Checklist({item.name: UNKNOWN for item in ITEMS})
    assert checklist.complete
    assert checklist.answered_count == 0
    assert checklist.unknown() == ITEMS


def test_a_checklist_tells_what_is_still_open():
    checklist = Checklist({"views": 800, "media": UNKNOWN, "complaint": " ", "severity": "S2"})
    assert [item.name for item in checklist.unknown()] == ["media"]
    assert len(checklist.unanswered()) == 13
    assert "complaint" in [item.name for item in checklist.unanswered()]
    assert checklist.answered_count == 1
    assert not checklist.complete
    assert checklist.has("views")
    assert not checklist.has("media")
    assert (checklist.get("media"), checklist.get("complaint"), checklist.get("mood", "-")) == (
        UNKNOWN,
        None,
        "-",
    )


def test_a_figure_of_zero_and_a_flag_that_is_off_are_answers():
    checklist = Checklist({"views": 0, "hot_list": False})
    assert checklist.has("views")
    assert checklist.get("hot_list") is False


def test_a_blank_from_a_second_form_takes_no_answer_away():
    before = Checklist({"injury": "injury", "views": 800})
    after = before.merged({"injury": "", "views": 900, "mood": None})
    assert after.answers == {"injury": "injury", "views": 900}
    assert before.answers["views"] == 800


@pytest.mark.parametrize(
    ("minutes", "before", "after", "growth"),
    [
        (60, 10000, 16000, 60.0),
        (30, 10000, 16000, 120.0),
        (60, 1000, 2000, 100.0),
        (15, 1000, 1250, 100.0),
        (120, 1000, 3000, 100.0),
        (60, 3, 9, 200.0),
        (5, 1200, 1300, 100.0),
        (60, 1000, 900, 0.0),
        (4.9, 1000, 2000, None),
        (-60, 1000, 2000, None),
        (60, 0, 2000, None),
    ],
)
def test_growth_follows_from_two_readings(minutes, before, after, growth):
    assert growth_between((NOW, before), (at(minutes), after)) == growth
