"""No text a person wrote can mention, link or format; ours can."""

import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import At, Plain, Strong, When
from bot.crisis.people import Person
from bot.slack.text import clean, cut, escape, fitted, mrkdwn, packed, plain

PEOPLE = {
    "wang": Person("wang", "王敏", "zh", slack="U04"),
    "emma": Person("emma", "Emma <!here>", "en"),
    "fake": Person("fake", "Fake", "en", slack="!channel"),
}
NASTY = st.lists(
    st.sampled_from(
        [*"*_~`<>&|!@#^\n\t ", "a", "重", "。", "\u200b", "\u202e", "&lt;", "<!channel>", "```", "> "]
    ),
    max_size=40,
).map("".join)
WRITTEN = NASTY | st.text(max_size=60)


def reader(text):
    """A small, suspicious mrkdwn reader: what it would make live or format.

    It takes every letter outside ASCII for a boundary, and a zero width space both for one and for a space.
    """
    live = re.findall(r"<[^>]*>", text)
    rest = re.sub(r"<[^>]*>", " ", text)
    found = re.findall("`", rest) + re.findall(r"^(?:&gt;|>)", rest, re.MULTILINE)
    for mark in "*_~":
        shape = rf"(?<![A-Za-z0-9])\{mark}(?![\s\u200b])[^\n]*?(?<![\s\u200b])\{mark}(?![A-Za-z0-9])"
        found += re.findall(shape, rest)
    return live, found


def shown(text):
    """What a person sees: entities resolved, invisible characters gone."""
    return html.unescape(text).replace("\u200b", "")


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<@U04>",
        "<https://evil.example|bank>",
        "*bold*",
        "_it_",
        "~no~",
        "`code`",
        "> quote",
        "重*要*点",
    ],
)
def test_the_reader_of_these_tests_is_not_blind(text):
    assert reader(text) != ([], [])


@settings(deadline=None)
@given(WRITTEN)
def test_written_text_is_never_live(text):
    assert reader(escape(text)) == ([], [])


@settings(deadline=None)
@given(WRITTEN)
def test_written_text_is_shown_as_it_was_written(text):
    assert shown(escape(text)) == clean(text).replace("\u200b", "")


@settings(deadline=None)
@given(st.lists(WRITTEN, min_size=1, max_size=5), WRITTEN)
def test_written_text_stays_harmless_between_our_own_marks(texts, strong):
    line = (*(Plain(text) for text in texts), At("wang"), Strong("ours"), Plain(strong))
    live, found = reader(mrkdwn(line, PEOPLE.get))
    assert (live, found) == (["<@U04>"], ["*ours*"])


@settings(deadline=None)
@given(WRITTEN, WRITTEN)
def test_a_moment_carries_nobodys_marks_either(fallback, text):
    line = (When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "time", fallback), Plain(text))
    live, found = reader(mrkdwn(line, PEOPLE.get))
    assert (len(live), found) == (1, [])
    assert live[0].startswith("<!date^1795241100^{time}|")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a & b < c", "a &amp; b &lt; c"),
        ("*急*", "\u200b*\u200b急\u200b*\u200b"),
        ("file_name_2.xlsx", "file_name_2.xlsx"),
        ("_it_", "\u200b_\u200bit\u200b_\u200b"),
        ("`rm`", "\u02cbrm\u02cb"),
        ("> quote\n>quote 2 > 1", "\u200b&gt; quote\n\u200b&gt;quote 2 &gt; 1"),
        ("a\r\nb\u2028c\x00\x1bd\te\u202ef\ud800", "a\nb\ncd ef"),
        ("👨‍👩‍👧 家", "👨‍👩‍👧 家"),
    ],
)
def test_each_danger_has_its_remedy(text, escaped):
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ((Strong("红色"), Plain("：刹车")), "\u200b*红色*\u200b：刹车"),
        ((Strong(" one\n\ntwo "),), " \u200b*one*\u200b\n\n\u200b*two*\u200b "),
        ((Strong(""), Plain("x")), "x"),
        ((Strong("  "), Plain("x")), "  x"),
        ((At("wang"),), "<@U04>"),
        ((At("emma"),), "Emma &lt;!here&gt;"),
        ((At("fake"),), "Fake"),
        (
            (When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "time", "14:05"),),
            "<!date^1795241100^{time}|14:05>",
        ),
        (
            (When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "day", "11-21 14:05"),),
            "<!date^1795241100^{date_short_pretty} {time}|11-21 14:05>",
        ),
        ((When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC)),), "<!date^1795241100^{time}|06:05 UTC>"),
    ],
)
def test_spans_become_mrkdwn(line, text):
    assert mrkdwn(line, PEOPLE.get) == text


@settings(deadline=None)
@given(st.lists(st.lists(WRITTEN.map(Plain) | WRITTEN.map(Strong), max_size=3).map(tuple), max_size=30))
def test_packing_loses_no_words_and_keeps_every_text_within_its_limit(lines):
    texts = packed(lines, PEOPLE.get, most=3000)
    assert all(0 < len(text) <= 3000 and reader(text)[0] == [] for text in texts)


def test_long_lines_are_divided_between_texts_and_no_entity_is_torn():
    texts = packed([(Plain("&" * 2000),), (Strong("重" * 4000),)], PEOPLE.get, most=3000)
    assert all(len(text) <= 3000 for text in texts)
    words = "".join(shown(text).replace("*", "").replace("\n", "") for text in texts)
    assert words == "&" * 2000 + "重" * 4000


@settings(deadline=None)
@given(WRITTEN, st.integers(1, 60))
def test_cut_and_fitted_keep_within_their_limits(text, most):
    assert len(cut(text, most)) <= most
    assert len(fitted(text, most)) <= most
    assert reader(fitted(text, most)) == ([], [])


def test_a_line_can_be_had_as_bare_words():
    line = (
        Strong("红色"),
        Plain(" <b> "),
        At("wang"),
        When(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), "time", "14:05"),
    )
    assert plain(line, PEOPLE.get) == "红色 <b> 王敏14:05"
