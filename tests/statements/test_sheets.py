"""Reading an answer sheet, and finding in it what comes nearest to a question, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.sheets import Line, lines, match

SHEET = """先问安全，再答问题。

## 可以这样答

### 我的车还能开吗？还能充电吗？
请先停用，我们上门检查。

- 拨打热线预约

### 会不会召回？
要看调查的结论。

### 没有答复的问题

## 不能说的
- 不猜原因

#### 小标题
### 我要退车、退款、赔偿
您的要求我记下了。
"""
SERVICE = (
    Line("我的车还能开吗？还能充电吗？", "请先停用，我们上门检查。\n\n- 拨打热线预约"),
    Line("会不会召回？", "要看调查的结论。"),
    Line("我要退车、退款、赔偿", "您的要求我记下了。"),
)
ENGLISH = (
    Line("Can I still drive my car, or charge it?", "Please do not drive it; we come and check it."),
    Line("Will there be a recall?", "That depends on the findings."),
    Line("I want to return the car, get my money back", "I have written down your request."),
    Line("Has anybody been hurt?", "How people are is private."),
)


def test_each_question_with_its_answer_up_to_the_next_heading():
    assert lines(SHEET) == SERVICE


@pytest.mark.parametrize(
    "text", ["", "没有标题的一段话", "# 大标题\n正文", "###\n正文", "###没有空格\n正文", "### 只有问题"]
)
def test_what_has_no_question_with_an_answer_has_no_lines(text):
    assert lines(text) == ()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("还能开吗", [0]),
        ("充电安全吗", [0]),
        ("会召回吗", [1]),
        ("要不要召回？？", [1]),
        ("我想退车", [2]),
        ("能赔我多少钱", [2]),
        ("CEO 叫什么名字", []),
        ("今天天气怎么样", []),
        ("是不是", []),
        ("？！", []),
        ("", []),
    ],
)
def test_the_nearest_line_is_found_or_none(question, found):
    assert match(question, SERVICE) == [SERVICE[place] for place in found]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("can i still drive", [0]),
        ("Are you recalling them?", [1]),
        ("money back?", [2]),
        ("was anyone hurt", [3]),
        ("how is the weather", []),
        ("what is your name", []),
    ],
)
def test_english_is_compared_by_words(question, found):
    assert match(question, ENGLISH) == [ENGLISH[place] for place in found]


def test_an_answer_alone_is_no_reason_to_show_a_line():
    assert match("上门检查", SERVICE) == []


def test_a_word_that_every_question_has_says_little():
    known = tuple(Line(f"车的{what}怎么样？", "好") for what in ("刹车", "电池", "座椅", "天窗"))
    assert [line.question for line in match("车的电池", known)] == ["车的电池怎么样？"]


QUESTIONS = st.text(alphabet="车还能开充电召回退款吗？ recall drive money", max_size=30)
LINES = st.lists(st.builds(Line, QUESTIONS, QUESTIONS), max_size=8)


@given(QUESTIONS, LINES, st.integers(1, 4))
def test_nothing_is_ever_said_that_does_not_stand_in_a_sheet(question, known, most):
    found = match(question, known, most)
    assert len(found) <= most
    assert all(any(line is one for one in known) for line in found)


@given(LINES.filter(bool), st.data())
def test_a_question_that_stands_there_word_for_word_is_found(known, data):
    line = data.draw(st.sampled_from(known))
    found = match(line.question, known, len(known))
    assert line in found or match(line.question, [line]) == []


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for line in lines(text):
        assert line.question in text
        assert line.answer
