"""The word-level difference of two versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.crisis.drafting import LONGEST
from statements.differences import differences

WORDS = some.lists(
    some.sampled_from(["车", "刹车", "The ", "brake", " ", "\n", "。", "3.5", "11月", "é", "👨‍👩‍👧"])
).map("".join)
TEXTS = WORDS | some.text(max_size=60)


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_again(before: str, after: str):
    pieces = list(differences(before, after))
    assert "".join(text for change, text in pieces if change != "added") == before
    assert "".join(text for change, text in pieces if change != "removed") == after
    assert all(text for _, text in pieces)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str):
    assert list(differences(text, text)) == ([("same", text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "We checked 84 cars.",
            "We checked 126 cars.",
            [("same", "We checked "), ("removed", "84"), ("added", "126"), ("same", " cars.")],
        ),
        (
            "已检查84台车",
            "已检查126台车",
            [("same", "已检查"), ("removed", "84"), ("added", "126"), ("same", "台车")],
        ),
        (
            "原因已查明",
            "原因未查明",
            [("same", "原因"), ("removed", "已"), ("added", "未"), ("same", "查明")],
        ),
        ("", "新", [("added", "新")]),
        ("旧", "", [("removed", "旧")]),
        (
            "一。二。三。",
            "一。四。三。",
            [("same", "一。"), ("removed", "二"), ("added", "四"), ("same", "。三。")],
        ),
        ("a don't b", "a do b", [("same", "a "), ("removed", "don't"), ("added", "do"), ("same", " b")]),
    ],
)
def test_whole_words_change_and_in_chinese_letters(before: str, after: str, pieces: list[tuple[str, str]]):
    assert list(differences(before, after)) == pieces


def test_one_word_in_a_long_text_is_found():
    text = "".join(f"第{number}条，我们已检查 {number * 7} 台车。\n" for number in range(1, 1500))
    assert len(text) > LONGEST - 2000
    pieces = list(differences(text, text.replace("检查 7000 台", "核查 7000 台")))
    assert [piece for piece in pieces if piece[0] != "same"] == [("removed", "检"), ("added", "核")]


@pytest.mark.parametrize(
    ("before", "after"), [("因", "果"), ("a b ", "b a "), ("，", "。"), ("a。", "b。a。")]
)
def test_two_long_texts_without_a_line_in_common_are_compared_all_the_same(before: str, after: str):
    old, new = (before * LONGEST)[:LONGEST], (after * LONGEST)[:LONGEST]
    pieces = list(differences(old, new))
    assert "".join(text for change, text in pieces if change != "added") == old
    assert "".join(text for change, text in pieces if change != "removed") == new
