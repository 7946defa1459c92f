"""What a Feishu client lets a person do with a card: what may be pressed, what is asked, what a form sends."""

from datetime import UTC, datetime

import pytest

from sandbox.errors import PersonCannot
from tests.sandbox.feishu.conftest import (
    EMMA,
    GREEN,
    LIU,
    WANG,
    WHAT,
    ZHAO,
    Here,
    a_card,
    button,
    card,
    form,
    plain,
    run,
)

GRADE = {"tag": "select_static", "name": "grade"}
GRADE |= {"options": [{"text": plain("红"), "value": "red"}, {"text": plain("橙"), "value": "orange"}]}
FLAGS = GRADE | {"tag": "multi_select_static", "name": "flags"}
WHEN = {"tag": "picker_datetime", "name": "when"}


def test_what_may_be_pressed():
    async def story(here: Here) -> None:
        link = button("看", behaviors=[{"type": "open_url", "default_url": "https://x.example.com"}])
        other = button("二", behaviors=[{"type": "callback", "value": {"name": "on_it", "value": "8"}}])
        message = await a_card(
            here, card(button("一"), other, link, button("灰", name="grey", disabled=True))
        )
        assert (await here.driver.press(WANG, message, "看")).status == 0
        for what in ("on_it", "二", "8", {"value": "8"}):
            await here.driver.press(WANG, message, what)
        assert [told["event"]["action"]["value"]["value"] for told in here.heard] == ["7", "8", "8", "8"]
        for nothing in ("grey", "three", {}, {"value": "9"}):
            with pytest.raises(PersonCannot):
                await here.driver.press(WANG, message, nothing)
        chat = await here.group(WANG)
        gone = await a_card(here, card(button()), chat)
        await here.driver.dissolves(WANG, chat)
        with pytest.raises(PersonCannot):
            await here.driver.press(WANG, gone, "on_it")
        with pytest.raises(PersonCannot):
            await here.driver.press(ZHAO, message, "on_it")

    run(story)


def test_lists_and_ticks_outside_a_form_fire_by_themselves():
    async def story(here: Here) -> None:
        fires = [{"type": "callback", "value": {"do": "x"}}]
        tick = {"tag": "checker", "name": "sure", "text": plain(), "behaviors": fires}
        who = {"tag": "select_person", "name": "who", "behaviors": fires}
        shown = card(*(part | {"behaviors": fires} for part in (GRADE, FLAGS)), tick, who)
        chat = await here.group(WANG, ZHAO)
        message = await a_card(here, shown, chat)
        await here.driver.press(WANG, message, "grade", "橙")
        await here.driver.press(WANG, message, "flags", ["red", "orange"])
        await here.driver.press(WANG, message, "sure", True)
        await here.driver.press(WANG, message, "who", ZHAO)
        actions = [told["event"]["action"] for told in here.heard]
        assert [action.get("option") for action in actions] == ["orange", None, None, ZHAO]
        assert (actions[1]["options"], actions[2]["checked"]) == (["red", "orange"], True)
        for name, option in (("grade", "blue"), ("who", LIU)):
            with pytest.raises(PersonCannot):
                await here.driver.press(WANG, message, name, option)

    run(story)


def test_a_form_is_sent_with_all_it_asks():
    async def story(here: Here) -> None:
        sure = {"tag": "checker", "name": "sure", "text": plain()}
        empty = {"tag": "input", "name": "empty"}
        more = GRADE | {"name": "more"}
        shown = card(form(WHAT, GRADE, FLAGS, WHEN, sure, empty, more, {"tag": "date_picker", "name": "day"}))
        message = await a_card(here, shown)
        values = {
            "what": "刹车",
            "grade": "红",
            "flags": ["orange"],
            "when": "2026-11-21 14:00",
            "sure": True,
        }
        here.replies = [
            {"toast": {"type": "error", "content": "再看看"}},
            {"card": {"type": "raw", "data": GREEN}},
        ]
        seen = await here.driver.submit(WANG, message, values)
        assert (seen.toast.kind, seen.card) == ("error", None)
        action = here.heard[0]["event"]["action"]
        assert (action["tag"], action["name"]) == ("button", "send")
        assert action["value"] == {"form": "declare", "about": {"case": "7"}}
        assert action["form_value"] == {
            "what": "刹车",
            "grade": "red",
            "flags": ["orange"],
            "when": "2026-11-21 14:00 +0800",
            "sure": True,
            "empty": "",
        }
        assert (await here.driver.submit(WANG, message, values)).card == GREEN

    run(story)


def test_what_is_prefilled_is_sent_and_times_follow_the_reader():
    async def story(here: Here) -> None:
        fields = (
            WHAT | {"default_value": "刹车"},
            GRADE | {"initial_index": 2},
            FLAGS | {"selected_values": ["red"]},
            WHEN | {"initial_datetime": "2026-11-21 14:00"},
            {"tag": "picker_time", "name": "time"},
        )
        message = await a_card(here, card(form(*fields)), EMMA)
        at = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
        await here.driver.submit(EMMA, message, {"time": at})
        assert here.heard[0]["event"]["action"]["form_value"] == {
            "what": "刹车",
            "grade": "orange",
            "flags": ["red"],
            "when": "2026-11-21 14:00 +0000",
            "time": "06:00 +0000",
        }

    run(story)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"what": ""},
        {"what": "x" * 11},
        {"what": "two\nlines"},
        {"what": "x", "grade": "blue"},
        {"what": "x", "flags": ["red", "blue"]},
        {"what": "x", "when": "tomorrow"},
        {"what": "x", "unasked": "x"},
        {"what": "x", "fixed": "x"},
    ],
)
def test_a_client_sends_no_form_that_is_wrong(values):
    async def story(here: Here) -> None:
        fixed = {"tag": "input", "name": "fixed", "disabled": True}
        message = await a_card(here, card(form(WHAT, GRADE, FLAGS, WHEN, fixed)))
        with pytest.raises(PersonCannot):
            await here.driver.submit(WANG, message, values)
        assert here.heard == []

    run(story)


def test_of_several_forms_and_buttons_one_must_be_meant():
    async def story(here: Here) -> None:
        other = {"tag": "button", "name": "draft", "text": plain("存"), "form_action_type": "submit"}
        alone = {"tag": "button", "name": "ask", "text": plain("问")}
        alone |= {"behaviors": [{"type": "callback", "value": {"name": "help"}}]}
        message = await a_card(here, card(form(GRADE, other, alone)))
        with pytest.raises(PersonCannot):
            await here.driver.submit(WANG, message)
        with pytest.raises(PersonCannot):
            await here.driver.press(WANG, message, "draft")
        await here.driver.submit(WANG, message, button="draft")
        await here.driver.submit(WANG, message, button="提交")
        await here.driver.press(WANG, message, "help")
        assert [told["event"]["action"]["name"] for told in here.heard] == ["draft", "send", "ask"]
        assert "value" not in here.heard[0]["event"]["action"]
        with pytest.raises(PersonCannot):
            await here.driver.submit(WANG, await a_card(here, card()))

    run(story)
