"""What an edit changed: the right words, nothing lost, and soon enough for a long text."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from statements.differences import differences


def test_chinese_letter_by_letter():
    assert list(differences("我们很抱歉。车在查。", "我们非常抱歉。车在查。")) == [
        ("same", "我们"),
        ("removed", "很"),
        ("added", "非常"),
        ("same", "抱歉。车在查。"),
    ]


def test_english_word_by_word():
    assert list(differences("We will answer in 7 days.", "We will answer in 14 days.")) == [
        ("same", "We will answer in "),
        ("removed", "7"),
        ("added", "14"),
        ("same", " days."),
    ]


@given(st.text("我们ab。. \n", max_size=40), st.text("我们ab。. \n", max_size=40))
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str):
    pieces = list(differences(before, after))
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after


def test_thirty_thousand_letters_with_a_hundred_edits_take_a_moment():
    before = "".join(f"第{number}句说的是刹车系统的核查情况和结果。" for number in range(1500))
    begun = time.perf_counter()
    pieces = list(differences(before, before.replace("5句", "5条")))
    assert time.perf_counter() - begun < 2
    assert [text for kind, text in pieces if kind == "removed"] == ["句"] * 150
