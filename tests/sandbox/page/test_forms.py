"""The page refuses what a Slack client would refuse, in the language of the person."""

from typing import Any

import pytest

from sandbox.page.forms import element_of, problems, wire
from sandbox.page.regions import pen_for
from tests.sandbox.page.makers import ELEMENTS, a_world, an_input
from tests.sandbox.page.test_render import a_stage

PEN = pen_for(a_stage(a_world()), "U10")
NUMBER = {"type": "number_input", "action_id": "v", "is_decimal_allowed": False}
TEXT = {"type": "plain_text_input", "action_id": "v"}


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        (TEXT, "", "Please fill in this field."),
        (TEXT, "  ", "Please fill in this field."),
        (TEXT, "x", ""),
        (TEXT | {"max_length": 3}, "1234", "Please shorten this to 3 characters."),
        (TEXT | {"min_length": 3}, "12", "Please write at least 3 characters."),
        (TEXT, "x" * 3001, "Please shorten this to 3000 characters."),
        (ELEMENTS[3], "", "Please choose an option."),
        (ELEMENTS[4], [], "Please choose an option."),
        (ELEMENTS[4], ["p1"], ""),
        (NUMBER, "many", "Please enter a number."),
        (NUMBER, "1e5", "Please enter a number."),
        (NUMBER, "1.5", "Please enter a whole number."),
        (NUMBER | {"is_decimal_allowed": True}, "1.5", ""),
        (NUMBER, " 12 ", ""),
        (NUMBER | {"min_value": "3"}, "2", "Please enter 3 or more."),
        (NUMBER | {"max_value": "3"}, "4", "Please enter 3 or less."),
        ({"type": "email_text_input"}, "x", "Please enter an e-mail address."),
        ({"type": "email_text_input"}, "a@b.cn", ""),
        ({"type": "url_text_input"}, "a.cn", "Please enter a web address, beginning with https://."),
        ({"type": "url_text_input"}, "https://a.cn", ""),
        ({"type": "datetimepicker"}, "soon", "Please enter a date."),
        ({"type": "datetimepicker"}, "2026-12-01T12:00", ""),
    ],
)
def test_each_kind_of_field_is_checked(element: dict[str, Any], value: Any, words: str) -> None:
    found = problems({"blocks": [an_input(element, "x", "b")]}, {"b": value}, PEN)
    assert found == ({"b": words} if words else {})


def test_an_optional_field_may_stay_empty() -> None:
    assert problems({"blocks": [an_input(TEXT, "x", "b", optional=True)]}, {}, PEN) == {}


def test_a_local_moment_goes_out_as_a_unix_second() -> None:
    world_pen = pen_for(a_stage(a_world()), "U04")
    assert wire({"type": "datetimepicker"}, "2026-12-01T12:00", world_pen) == "1796097600"
    assert wire({"type": "number_input"}, " 12 ", PEN) == "12"
    assert wire(TEXT, " as typed ", PEN) == " as typed "


def test_an_element_is_found_wherever_it_stands() -> None:
    blocks = [
        {"type": "section", "block_id": "s", "accessory": {"action_id": "a", "type": "button"}},
        {"type": "actions", "block_id": "t", "elements": [{"action_id": "a", "type": "overflow"}]},
    ]
    assert element_of(blocks, "t", "a")["type"] == "overflow"
    assert element_of(blocks, None, "a")["type"] == "button"
    assert element_of(blocks, "t", "nothing") == {}
