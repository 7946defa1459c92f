"""What a person sees of a Reply."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.chat import Button, Card, Command, Field, Form, Part, Plain, Reply
from bot.crisis.people import Person
from bot.feishu.answers import Answer, Answers
from bot.feishu.reading import Heard, Place
from bot.feishu.text import Whereabouts
from tests.bot.feishu.standing_in import played, told

FORM = Form("details", "Details", "Send", (Field("title", "Title", "text", value="old"),), {"incident": "12"})
SHORT = Card((Plain("Noted"),))
LONG = Card(
    (Plain("Brief"),), (Part(((Plain("known"),),), buttons=(Button("tasks", "Tasks", "12"),)),), "blue"
)

PRESSED = Heard(
    Command("pressed", "status", "press:e1", "ou_wang", "oc_room"), Place("ou_wang", "oc_room", "om_card")
)
PASSING = Heard(
    Command("pressed", "status", "press:e1", "ou_wang", passing=True), Place("ou_wang", "oc_p2p", "om_card")
)
SENT = Heard(
    Command("sent", "details", "form:om_card:details:ou_wang", "ou_wang"),
    Place("ou_wang", "oc_p2p", "om_card"),
    asked="press:e0",
    typed={"title": "new"},
)
PRIVATE = Heard(Command("typed", "status", "message:om_1", "ou_wang"), Place("ou_wang"))
GROUP = Heard(Command("typed", "status", "message:om_1", "ou_wang"), Place("ou_wang", "oc_room"))
ALOUD = Heard(Command("typed", "hello", "added:e1", "ou_wang"), Place("ou_wang", "oc_room", aloud=True))
OUTSIDE = Heard(Command("typed", "outside", "press:e1", "ou_x"), Place("ou_x", "oc_room", "om_card"))


@pytest.fixture
def answers():
    """Nothing is sent in these tests, so there is nobody to send it."""
    where = Whereabouts(lambda person: Person(person, person, "en", known=False))
    return Answers(None, where, told, ZoneInfo("Asia/Shanghai"))


def headline(shape):
    """The first words of a card."""
    if shape is None:
        return None
    header = shape.get("header")
    return header["title"]["content"] if header else shape["body"]["elements"][0]["content"]


def callbacks(shape):
    """What the buttons of a card bring back."""
    if isinstance(shape, list):
        return [value for one in shape for value in callbacks(one)]
    if not isinstance(shape, dict):
        return []
    own = [shape["value"]] if shape.get("type") == "callback" else []
    return own + [value for one in shape.values() for value in callbacks(one)]


@pytest.mark.parametrize(
    ("heard", "reply", "toast", "instead", "private"),
    [
        (PRESSED, Reply(), None, None, None),
        (PRESSED, Reply(card=SHORT), ("info", "Noted"), None, None),
        (PRESSED, Reply(card=SHORT, refused=True), ("warning", "Noted"), None, None),
        (PRESSED, Reply(card=LONG), ("info", "Brief · in private wang"), None, "Brief"),
        (PRESSED, Reply(card=LONG, replace=True), None, "Brief", None),
        (PRESSED, Reply(form=FORM), ("info", "form in private wang"), None, "Details"),
        (PASSING, Reply(card=LONG), ("info", "Brief"), None, "Brief"),
        (PASSING, Reply(card=LONG, replace=True), None, "Brief", None),
        (PASSING, Reply(card=SHORT, replace=True, refused=True), ("warning", "Noted"), "Noted", None),
        (PASSING, Reply(form=FORM), None, None, "Details"),
        (SENT, Reply(done=LONG), ("success", "Brief"), "Brief", None),
        (SENT, Reply(done=SHORT, refused=True), ("warning", "Noted"), "Noted", None),
        (SENT, Reply(form=FORM), None, "Details", None),
        (SENT, Reply(errors={"title": "too short", "x": "also"}), ("error", "too short also"), None, None),
        (SENT, Reply(card=LONG, refused=True), ("warning", "Brief · in private wang"), None, "Brief"),
        (OUTSIDE, Reply(card=LONG, refused=True), ("warning", "Brief"), None, None),
    ],
)
def test_a_press_is_answered_over_the_screen_in_its_card_and_in_private(
    answers, heard, reply, toast, instead, private
):
    answer = answers.at_once(heard, reply)
    assert (answer.toast and tuple(answer.toast.values())) == toast
    assert (headline(answer.instead), headline(answer.private)) == (instead, private)


@pytest.mark.parametrize(
    ("heard", "reply", "instead", "private"),
    [
        (PRIVATE, Reply(card=SHORT), None, "Noted"),
        (PRIVATE, Reply(card=LONG), None, "Brief"),
        (PRIVATE, Reply(form=FORM), None, "Details"),
        (GROUP, Reply(card=LONG), None, "Brief"),
        (ALOUD, Reply(card=LONG), None, "Brief"),
        (PRESSED, Reply(card=SHORT), None, "Noted"),
        (PRESSED, Reply(card=LONG, replace=True), "Brief", None),
        (PRESSED, Reply(), None, None),
        (SENT, Reply(done=SHORT), "Noted", None),
        (SENT, Reply(errors={"title": "too short"}), None, "too short"),
        (SENT, Reply(card=LONG, refused=True), None, "Brief"),
    ],
)
def test_where_no_line_can_be_shown_over_the_screen_all_of_it_is_a_card(
    answers, heard, reply, instead, private
):
    answer = answers.later(heard, reply)
    assert (answer.toast, headline(answer.instead), headline(answer.private)) == (None, instead, private)


def test_the_answer_to_a_press_is_in_feishus_form(answers):
    assert Answer().body() == {}
    body = answers.at_once(SENT, Reply(done=SHORT)).body()
    assert body["toast"] == {"type": "success", "content": "Noted"}
    assert (body["card"]["type"], body["card"]["data"]["schema"]) == ("raw", "2.0")


def test_a_refused_form_comes_again_with_what_was_typed_and_what_is_wrong(answers):
    answer = answers.at_once(SENT, Reply(errors={"title": "too short"}), FORM)
    assert answer.toast == {"type": "error", "content": "to mend 1 ['Title'] wang"}
    elements = answer.instead["body"]["elements"][0]["elements"]
    assert [one["default_value"] for one in elements if one["tag"] == "input"] == ["new"]
    assert any("too short" in one.get("content", "") for one in elements)
    assert any("to mend 1" in one.get("content", "") for one in elements)


def test_a_form_knows_under_which_key_it_was_asked_for_also_when_it_comes_again(answers):
    first = answers.later(PRIVATE, Reply(form=FORM)).private
    again = answers.later(SENT, Reply(errors={"title": "too short"}), FORM).instead
    assert callbacks(first)[0]["about"] == {"incident": "12", "asked": "message:om_1"}
    assert callbacks(again)[0]["about"] == {"incident": "12", "asked": "press:e0"}


def test_the_buttons_of_a_private_answer_say_so_and_those_of_a_card_for_all_do_not(answers):
    private, aloud = (answers.later(heard, Reply(card=LONG)).private for heard in (PRIVATE, ALOUD))
    assert callbacks(private) == [{"name": "tasks", "value": "12", "passing": True}]
    assert callbacks(aloud) == [{"name": "tasks", "value": "12"}]


def test_a_line_over_the_screen_is_cut(answers):
    toast = answers.at_once(PRESSED, Reply(card=Card((Plain("长" * 5000),)))).toast
    assert len(toast["content"]) == 200


def given(heard, reply, *, refuses=(), again=False):
    """What Feishu has taken after this was delivered, and what was logged."""
    found = {}

    async def story(here):
        here.feishu.refuses.update(refuses)
        answer = here.answers.later(heard, reply)
        with capture_logs() as logs:
            await here.answers.give(heard, answer)
            if again:
                await here.answers.give(heard, answer)
        found["said"] = [(to, headline(card)) for to, card in here.feishu.said]
        found["changed"] = [(to, headline(card)) for to, card in here.feishu.changed]
        found["logs"] = [log["event"] for log in logs if log["event"].startswith("feishu.") and "key" in log]

    played(story)
    return found


@pytest.mark.parametrize("again", [False, True])
def test_an_answer_is_said_once_however_often_it_is_given(again):
    assert given(PRIVATE, Reply(card=LONG), again=again)["said"] == [("ou_wang", "Brief")]


def test_what_comes_after_an_apology_is_said_though_it_was_asked_under_the_same_key():
    async def story(here):
        for reply in (here.answers.sorry(PRESSED), Reply(card=LONG)):
            await here.answers.give(PRESSED, here.answers.later(PRESSED, reply))
        assert [headline(card) for _, card in here.feishu.said] == ["sorry wang", "Brief"]

    played(story)


def test_whoever_asked_in_a_group_is_answered_in_private():
    assert given(GROUP, Reply(card=LONG))["said"] == [("ou_wang", "Brief")]


def test_an_introduction_is_said_to_the_group():
    assert given(ALOUD, Reply(card=LONG))["said"] == [("oc_room", "Brief")]


def test_a_card_changes_after_the_press_was_answered():
    found = given(SENT, Reply(done=SHORT))
    assert (found["said"], found["changed"]) == ([], [("om_card", "Noted")])


def test_what_may_not_have_arrived_is_said_again():
    assert given(PRIVATE, Reply(card=LONG), refuses={"ou_wang": [2200, 1500]})["said"] == [
        ("ou_wang", "Brief")
    ]


def test_what_does_not_arrive_at_the_third_try_is_apologised_for():
    found = given(PRIVATE, Reply(card=LONG), refuses={"ou_wang": [2200, 2200, 2200]})
    assert found["said"] == [("ou_wang", "sorry wang")]


def test_nobody_waits_until_an_administrator_has_mended_something():
    found = given(PRIVATE, Reply(card=LONG), refuses={"ou_wang": [99991672]})
    assert found["said"] == [("ou_wang", "sorry wang")]


def test_what_feishu_will_not_take_is_apologised_for():
    found = given(PRIVATE, Reply(card=LONG), refuses={"ou_wang": [230025]})
    assert (found["said"], found["logs"]) == ([("ou_wang", "sorry wang")], ["feishu.answer_failed"])


def test_whoever_cannot_be_reached_in_private_is_told_so_in_the_group_and_nothing_else():
    found = given(GROUP, Reply(card=LONG), refuses={"ou_wang": [230013, 230013]})
    assert found["said"] == [("oc_room", "unreachable wang")]
    assert found["logs"] == ["feishu.answer_failed", "feishu.apology_failed"]


def test_whoever_cannot_be_reached_at_all_is_in_the_log_by_ids():
    refuses = {"ou_wang": [230013, 230013], "oc_room": [230002]}
    found = given(GROUP, Reply(card=LONG), refuses=refuses)
    assert found["said"] == []
    assert found["logs"] == ["feishu.answer_failed", "feishu.apology_failed", "feishu.unanswered"]


def test_a_second_answer_to_the_same_request_is_dropped_while_the_first_is_under_way():
    async def story(here):
        answers = (Reply(card=LONG), Reply(card=SHORT))
        await asyncio.gather(
            *(here.answers.give(PRIVATE, here.answers.later(PRIVATE, reply)) for reply in answers)
        )
        assert [headline(card) for _, card in here.feishu.said] == ["Brief"]

    played(story)


def test_a_moment_in_a_form_is_shown_in_the_companys_zone(answers):
    moment = Field("at", "When", "moment", value=datetime(2026, 11, 21, 6, 0, tzinfo=UTC))
    shape = answers.later(PRIVATE, Reply(form=Form("x", "X", "Go", (moment,)))).private
    pickers = [one for one in shape["body"]["elements"][0]["elements"] if one["tag"] == "picker_datetime"]
    assert [picker["initial_datetime"] for picker in pickers] == ["2026-11-21 14:00"]
