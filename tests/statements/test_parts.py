"""A long text goes through the fields of a form without a letter lost."""

from hypothesis import given
from hypothesis import strategies as st

from statements.parts import MOST, join, split

PIECES = st.lists(
    st.sampled_from(["我们道歉。", "\n", "\n\n", "word ", "，", "a" * 40, "—", "\n\n\n"]), max_size=60
)


@given(pieces=PIECES, most=st.integers(8, 60))
def test_split_and_joined_it_is_the_same(pieces: list[str], most: int) -> None:
    text = "".join(pieces).strip()
    parts, breaks = split(text, most)
    assert all(len(part) <= most for part in parts)
    assert join(parts, breaks) == text


def test_the_longest_text_fits_the_fields_of_one_form() -> None:
    parts, breaks = split("一段话，不分行。" * 3750)
    assert len(parts) <= 12
    assert max(map(len, parts)) <= MOST
    assert join(parts, breaks) == "一段话，不分行。" * 3750


def test_it_breaks_between_paragraphs_where_it_can() -> None:
    assert split("第一段。\n\n第二段。\n第二行。", 12) == (["第一段。", "第二段。\n第二行。"], "p")


def test_a_part_that_was_emptied_leaves_no_gap_and_a_new_one_is_a_paragraph() -> None:
    assert join(["甲", "", "丙"], "pp") == "甲\n\n丙"
    assert join(["甲", "乙", "又及"], "l") == "甲\n乙\n\n又及"
