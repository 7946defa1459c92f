"""One text for many places: each gets what it takes, whole sentences only, and is told what was left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.kinds import CHANNELS
from statements.channels import Copy, cut, load_channels

TAKEN = load_channels()
REST = "全文：x.cn/s"
TITLE = "关于刹车失灵的说明"
TEXT = """我们 正在核查,请放心.详见[官网](https://example.com/a)。

## 已核实
11月21日 14:05,一段视频发布:
- **首台**车已停用
- 车主(张先生)平安

示例汽车有限公司
2026年11月21日"""


def on(channel: str, text: str = TEXT, language: str = "zh", **limits: int) -> Copy:
    """The copy for a channel, with other limits than it has."""
    return cut(TITLE, text, replace(TAKEN[channel], **limits), language, REST)


def test_there_is_one_entry_for_each_channel():
    assert tuple(TAKEN) == CHANNELS


def test_plain_text_is_readable_and_set_as_chinese():
    assert on("community").text == (
        "我们正在核查，请放心。详见官网（https://example.com/a）。\n\n"
        "已核实\n11月21日 14:05，一段视频发布：\n• 首台车已停用\n• 车主（张先生）平安\n\n"
        "示例汽车有限公司\n2026年11月21日"
    )


def test_where_there_is_no_field_for_a_title_it_is_the_first_line():
    copy = on("weibo")
    assert copy.title == ""
    assert copy.text.startswith("【关于刹车失灵的说明】\n\n我们正在核查")
    english = cut("On the brakes", "We are checking.", TAKEN["weibo"], "en", "Full text: x")
    assert english.text == "On the brakes\n\nWe are checking."


def test_a_place_with_formatting_keeps_it():
    copy = on("site")
    assert (copy.title, copy.fits) == (TITLE, True)
    assert "- **首台**车已停用" in copy.text
    assert "## 已核实" in copy.text


def test_a_push_has_only_the_title_and_the_link():
    copy = on("app_push")
    assert (copy.title, copy.text, copy.length, copy.over, copy.fits) == (TITLE, REST, 9, 0, True)


def test_a_push_with_too_long_a_title_says_so():
    copy = cut("一" * 23, "好。", TAKEN["app_push"], "zh", REST)
    assert (copy.title_over, copy.fits) == (3, False)


LONG = "第一段第一句。第一段第二句！\n\n第二段第一句。第二段第二句。\n\n以下各项：\n- 甲\n- 乙"


@pytest.mark.parametrize(
    ("longest", "text"),
    [
        (
            57,
            "【关于刹车失灵的说明】\n\n第一段第一句。第一段第二句！\n\n第二段第一句。第二段第二句。\n\n"
            + REST,
        ),
        (50, "【关于刹车失灵的说明】\n\n第一段第一句。第一段第二句！\n\n第二段第一句。\n\n" + REST),
        (37, "【关于刹车失灵的说明】\n\n第一段第一句。\n\n" + REST),
        (30, "【关于刹车失灵的说明】\n\n" + REST),
    ],
    ids=["paragraphs", "a sentence more", "one sentence", "the title alone"],
)
def test_what_is_too_long_ends_with_a_whole_sentence_and_the_link(longest: int, text: str):
    copy = on("weibo", LONG, longest=longest)
    assert copy.text == text
    assert (copy.cut, copy.fits, copy.over) == (True, True, 58 - longest)


def test_nothing_is_cut_that_fits():
    copy = on("weibo", LONG, longest=58)
    assert (copy.cut, copy.over, copy.length) == (False, 0, 58)


def test_a_heading_is_not_left_without_what_it_heads():
    text = "第一句。\n\n## 结论\n很长很长很长很长很长很长很长很长很长很长的一句。"
    assert on("douyin", text, longest=30).text == f"第一句。\n\n{REST}"


def test_where_formatted_text_is_limited_its_tags_count():
    copy = on("wechat", "**好**", longest=10)
    assert (copy.over, copy.cut) == (len("<p><strong>好</strong></p>") - 10, True)


def test_english_is_cut_between_sentences():
    text = "One is here. Two is 3.5 long. Three is here too."
    copy = cut("T", text, replace(TAKEN["douyin"], longest=40), "en", "More: x")
    assert copy.text == "One is here. Two is 3.5 long.\n\nMore: x"


@pytest.mark.parametrize(("kind", "channels"), [("internal_note", ["internal"]), ("apology", list(CHANNELS))])
def test_what_is_for_us_alone_is_offered_to_no_channel_outside(kind: str, channels: list[str]):
    assert [name for name, channel in TAKEN.items() if channel.takes(kind)] == channels


@given(st.text("中文。！ab. \n-#*", max_size=120), st.integers(40, 120))
def test_whatever_was_written_the_copy_has_room_or_says_that_it_has_not(text: str, longest: int):
    copy = on("weibo", text, longest=longest)
    assert copy.length == len(copy.text) <= longest
    assert copy.cut == (copy.over > 0)
    assert copy.cut == copy.text.endswith(REST)
