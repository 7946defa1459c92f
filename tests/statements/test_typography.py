"""Chinese as it is set: what is changed, and what must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.typography import typeset


@pytest.mark.parametrize(
    ("typed", "is_set"),
    [
        ("我们道歉,并负责.", "我们道歉，并负责。"),
        ("真的吗?是的!", "真的吗？是的！"),
        ("时间:14:05", "时间：14:05"),
        ("车主(张先生)平安", "车主（张先生）平安"),
        ("说明(附件(二)见后)", "说明（附件（二）见后）"),
        ("版本 (v2.1) 已停用", "版本 (v2.1) 已停用"),
        ("我们 正在　核查", "我们正在核查"),
        ("拨打 400-800-1234 联系", "拨打 400-800-1234 联系"),
        ("他说：“好”，她说：「行」", "他说：“好”，她说：「行」"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("见[官网](https://example.com/a,b)", "见[官网](https://example.com/a,b)"),
        ("增长 3.5%, 约1,200辆", "增长 3.5%，约1,200辆"),
    ],
)
def test_chinese(typed: str, is_set: str):
    assert typeset(typed, "zh") == is_set


def test_english_stays_as_it_was_typed():
    assert typeset("Well, 中文 (ok).", "en") == "Well, 中文 (ok)."


@given(st.text("我们ab1,.:（）“” \n", max_size=40))
def test_setting_twice_changes_nothing_more_and_no_letter_is_lost(typed: str):
    once = typeset(typed, "zh")
    assert typeset(once, "zh") == once
    assert [c for c in once if c in "我们ab1\n"] == [c for c in typed if c in "我们ab1\n"]
