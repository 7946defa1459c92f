"""Cards as the JSON Feishu gets, checked letter by letter and against Feishu's own limits."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import At, Button, Card, Part, Plain, Strong
from bot.crisis.people import Person
from bot.feishu.cards import content, fits, mark, message, nodes
from bot.feishu.chart import chart
from bot.feishu.text import Whereabouts

REST = "内容太长，其余请看“一分钟简报”。"
FEISHU = Whereabouts(lambda person: Person(person, "王敏", "zh", feishu="ou_84aad35d"), rest=REST)


def words(text):
    return {"tag": "markdown", "content": text}


def small(text):
    return {"tag": "markdown", "content": f"<font color='grey'>{text}</font>", "text_size": "notation"}


def label(text):
    return {"tag": "plain_text", "content": text}


def button(text, name, value="", kind="default"):
    return {
        "tag": "button",
        "type": kind,
        "text": label(text),
        "behaviors": [{"type": "callback", "value": {"name": name, "value": value}}],
    }


def elements(card):
    return message(card, FEISHU)["body"]["elements"]


def buttons(shape):
    """The names of all buttons, in order."""
    if isinstance(shape, list):
        return [name for part in shape for name in buttons(part)]
    if not isinstance(shape, dict):
        return []
    own = [shape["behaviors"][0]["value"]["name"]] if shape.get("tag") == "button" else []
    return own + [name for part in shape.values() for name in buttons(part)]


def test_a_coloured_card_whole():
    card = Card(
        headline=(Strong("红色"), Plain(" 刹车 <失灵>")),
        tone="red",
        parts=(
            Part(lines=((Plain("原因"),), (At("wang"), Plain(" & 团队")))),
            Part(lines=((Plain("小字"),),), quiet=True),
        ),
    )
    assert message(card, FEISHU) == {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "enable_forward": False,
            "summary": {"content": "红色 刹车 <失灵>"},
        },
        "header": {"title": label("红色 刹车 <失灵>"), "template": "red"},
        "body": {"elements": [words("原因\n<at id=ou_84aad35d></at> &#38; 团队"), small("小字")]},
    }


@pytest.mark.parametrize("tone", ["red", "orange", "yellow", "green", "blue", "grey"])
def test_every_tone_is_a_colour_of_the_header(tone):
    card = Card((Plain("x"),), (Part(((Plain("y"),),)),), tone)
    assert message(card, FEISHU)["header"] == {"title": label("x"), "template": tone}


def test_a_plain_card_has_a_header_without_colour():
    card = Card((Plain("使用说明"),), (Part(((Plain("一"),),)),))
    assert message(card, FEISHU)["header"] == {"title": label("使用说明")}


def test_a_headline_alone_stands_in_the_body_where_it_is_not_cut_after_four_lines():
    sentence = "这一步需要由有决策权的岗位确认。" * 8
    shape = message(Card((Plain(sentence),), tone="green"), FEISHU)
    assert "header" not in shape
    assert shape["body"]["elements"] == [words(sentence)]
    assert shape["config"]["summary"] == {"content": sentence}


def test_parts_without_words_do_not_leave_an_empty_card():
    assert elements(Card((Plain("x"),), (Part(), Part(((Plain(" "),),))))) == [words("x")]
    assert elements(Card(())) == [words("…")]
    assert message(Card(()), FEISHU)["config"]["summary"] == {"content": "…"}


def test_a_card_without_a_headline_has_no_header():
    shape = message(Card((), (Part(((Plain("一"),),)),), "red"), FEISHU)
    assert "header" not in shape
    assert shape["config"]["summary"] == {"content": "…"}


def test_a_row_of_buttons_wraps():
    part = Part(buttons=(Button("open", "开启", "7", "primary"), Button("close", "结束", "7", "danger")))
    assert elements(Card((Plain("x"),), (part,))) == [
        {
            "tag": "column_set",
            "flex_mode": "flow",
            "horizontal_spacing": "small",
            "columns": [
                {"tag": "column", "width": "auto", "elements": [button("开启", "open", "7", "primary")]},
                {"tag": "column", "width": "auto", "elements": [button("结束", "close", "7", "danger")]},
            ],
        }
    ]


def test_a_question_is_asked_before_a_button_counts():
    asking = Button("confirm_lower", "同意下调", "7", confirm="确认下调？", back="再想想")
    row = elements(Card((Plain("x"),), (Part(buttons=(asking,)),)))[0]
    assert row["columns"][0]["elements"][0]["confirm"] == {
        "title": label("同意下调"),
        "text": label("确认下调？"),
    }


def test_a_button_beside_words_shares_their_line():
    part = Part(((Plain("核实事实"),),), beside=Button("done", "办结", "7/basics"))
    assert elements(Card((Plain("x"),), (part,))) == [
        {
            "tag": "column_set",
            "flex_mode": "none",
            "columns": [
                {
                    "tag": "column",
                    "width": "weighted",
                    "weight": 1,
                    "vertical_align": "center",
                    "elements": [words("核实事实")],
                },
                {
                    "tag": "column",
                    "width": "auto",
                    "vertical_align": "center",
                    "elements": [button("办结", "done", "7/basics")],
                },
            ],
        }
    ]


def test_a_button_beside_small_print_leaves_it_small():
    part = Part(((Plain("已办结"),),), quiet=True, beside=Button("undo", "撤回"))
    assert elements(Card((Plain("x"),), (part,)))[0]["columns"][0]["elements"] == [small("已办结")]


def test_a_button_beside_nothing_stands_below_with_the_others():
    part = Part(beside=Button("done", "办结"), buttons=(Button("undo", "撤回"),))
    assert buttons(elements(Card((Plain("x"),), (part,)))) == ["done", "undo"]


def test_the_send_is_known_again_by_its_key_in_every_kind_of_card():
    row = Card((Plain("x"),), (Part(buttons=(Button("done", "办结"),)),))
    for card in (row, Card((Plain("x"),)), Card((Plain("x"),), (Part(((Plain("y"),),)),))):
        shape = message(card, FEISHU, key="7/state")
        assert shape["body"]["elements"][0]["element_id"] == mark("7/state")
        assert mark("7/state") in json.dumps({"content": content(shape)})
        assert "element_id" not in message(card, FEISHU)["body"]["elements"][0]


def test_the_mark_is_an_id_as_feishu_takes_it():
    assert mark("7/state") == "ke662f9b8123c9098b64"
    assert mark("7/state") != mark("7/state2")


def test_chinese_takes_three_bytes_a_letter_and_no_escapes():
    assert content({"a": "重"}) == '{"a":"重"}'


def test_everything_with_a_tag_counts():
    part = Part(((Plain("x"),),), beside=Button("done", "办结", confirm="确定？"))
    shape = message(Card((Plain("x"),), (part,)), FEISHU)
    assert (
        nodes(shape) == 9
    )  # title; column_set, 2 columns, markdown, button, its label, and the question's two texts


def test_a_card_too_long_loses_its_last_lines_says_so_and_keeps_its_rows_of_buttons():
    story = tuple((Plain(f"{number}：" + "刹车失灵" * 50),) for number in range(100))
    row = Part(buttons=(Button("checklist", "填清单"), Button("close", "结束")))
    shape = message(Card((Plain("x"),), (Part(story), row), "red"), FEISHU)
    said, pressed, note = shape["body"]["elements"]
    assert fits(shape)
    assert said["content"].count("\n") == 47
    assert said["content"].startswith("0：刹车失灵")
    assert buttons(pressed) == ["checklist", "close"]
    assert note == small(REST)


def test_a_card_that_fits_is_said_whole():
    story = tuple((Plain("刹车失灵" * 50),) for _ in range(48))
    assert elements(Card((Plain("x"),), (Part(story),))) == [words("\n".join(["刹车失灵" * 50] * 48))]


def test_a_board_too_long_loses_whole_tasks_with_their_buttons():
    board = tuple(Part(((Plain(f"任务 {n}"),),), beside=Button(f"done{n}", "办结")) for n in range(60))
    shape = message(Card((Plain("x"),), (*board, Part(buttons=(Button("all", "全部"),)))), FEISHU)
    assert nodes(shape) <= 200
    assert buttons(shape) == [*(f"done{number}" for number in range(32)), "all"]
    assert shape["body"]["elements"][-1] == small(REST)


def test_a_headline_too_long_for_any_card_leaves_its_beginning():
    shape = message(Card((Plain("重" * 20_000),)), FEISHU)
    assert shape["header"]["title"]["content"] == "重" * 199 + "…"
    assert shape["body"]["elements"] == [small(REST)]


PARTS = st.builds(
    Part,
    lines=st.lists(st.text(max_size=2000).map(lambda text: (Plain(text),)), max_size=8).map(tuple),
    quiet=st.booleans(),
    beside=st.none() | st.just(Button("done", "办结")),
    buttons=st.lists(st.just(Button("more", "更多")), max_size=2).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), st.lists(PARTS, max_size=30))
def test_every_card_fits_and_keeps_its_rows_of_buttons(headline, parts):
    shape = message(Card((Plain(headline),), tuple(parts), "red"), FEISHU, key="7/state")
    assert fits(shape)
    assert shape["body"]["elements"]
    assert buttons(shape).count("more") == sum(len(part.buttons) for part in parts)


def test_figures_over_time_are_a_line():
    assert chart((("14:05", 1200), ("14:35", 5600))) == {
        "tag": "chart",
        "aspect_ratio": "2:1",
        "chart_spec": {
            "type": "line",
            "data": {"values": [{"at": "14:05", "figure": 1200}, {"at": "14:35", "figure": 5600}]},
            "xField": "at",
            "yField": "figure",
            "label": {"visible": True},
        },
    }


def test_a_long_story_shows_its_latest_figures_without_labels():
    spec = chart([(str(number), number) for number in range(150)])["chart_spec"]
    assert [value["figure"] for value in spec["data"]["values"]] == list(range(50, 150))
    assert spec["label"] == {"visible": False}


def test_of_several_figures_at_one_time_the_last_counts():
    spec = chart((("14:05", 1200), ("14:05", 1300), ("14:35", 5600)))["chart_spec"]
    assert [value["figure"] for value in spec["data"]["values"]] == [1300, 5600]
