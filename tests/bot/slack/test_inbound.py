"""Our door, knocked at by the people of the local Slack, over real HTTP."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.chat import Button, Card, Command, Field, Form, Part, Plain, Reply
from bot.crisis.people import Roster
from bot.slack.answers import Answers
from bot.slack.reading import Place

SECRET = "shh"
FORM = Form(
    "declare",
    "Declare",
    "Send",
    (Field("title", "Title", "text"), Field("facts", "Facts", "long")),
    {"n": "1"},
)
CARD = Card(
    (Plain("Here you are"),), (Part(buttons=(Button("more", "More", "12"), Button("ask", "Ask"))),), "blue"
)


async def open_form(here, form=FORM, user="U04"):
    here.answer = lambda command: Reply(form=form)
    await here.says("/crisis open", user)
    await here.until(lambda: here.world.views_of(user))
    return here.world.views_of(user)[-1]


def test_a_command_is_answered_with_a_card_only_this_person_sees(run):
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        result = await here.says("/crisis Status 12")
        assert (result.status, result.ephemeral.text) == (200, "Here you are")
        command = here.asked[0]
        assert (command.kind, command.name, command.text, command.user) == ("typed", "status", "12", "U04")

    run(story)


def test_a_command_opens_a_form_though_slack_is_slow(run):
    async def story(here):
        here.faults.latency = 1.0
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open")
        assert here.world.views_of("U04") == [], "the command is acknowledged before the form is open"
        await here.until(lambda: here.world.views_of("U04"))
        assert here.world.views_of("U04")[0].view["callback_id"] == "declare"

    run(story)


def test_a_form_that_cannot_be_opened_is_apologised_for(run):
    async def story(here):
        here.faults.plan("views.open", 1, "error:view_too_large")
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open")
        await here.tasks.drain(2)
        said = here.last()
        assert (said.text, said.ephemeral_to) == ("Sorry U04, please try again.", "U04")

    run(story)


def test_a_form_for_which_we_were_too_slow_comes_behind_a_button(run):
    async def story(here):
        here.faults.plan("views.open", 1, "error:expired_trigger_id")
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open 刹车失灵")
        await here.tasks.drain(2)
        said = here.last()
        assert (said.text, said.ephemeral_to) == ("Declare", "U04")
        await here.driver.press("U04", said.channel, said.ts, "typed")
        await here.until(lambda: here.world.views_of("U04"))
        assert (here.asked[1].name, here.asked[1].text) == ("open", "刹车失灵")

    run(story)


def test_a_command_delivered_again_opens_no_second_form_and_says_no_sorry(run):
    async def story(here):
        here.answer = lambda command: Reply(form=FORM)
        await here.says("/crisis open")
        await here.tasks.drain(2)
        said = here.last()
        await here.driver.redeliver_last()
        await here.tasks.drain(2)
        assert len(here.world.views_of("U04")) == 1
        assert here.last() is said

    run(story)


def test_a_line_that_slack_delivers_again_is_answered_once(run):
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        dm = here.world.im_of("U04").id
        await here.driver.say("U04", dm, "status")
        sent = here.driver.wire.sent[-1]
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        await here.tasks.drain(2)
        await here.driver.wire.again(replace(sent, headers={**sent.headers, **retry}))
        await here.tasks.drain(2)
        assert [m.text for m in here.world.messages[dm] if m.user == "U0BOT"] == ["Here you are"]

    run(story)


def test_a_line_whose_answer_was_lost_with_the_process_is_answered_when_slack_delivers_it_again(run):
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        dm = here.world.im_of("U04").id
        here.faults.plan("chat.postMessage", 1, "reset_before")
        here.faults.plan("chat.postMessage", 2, "reset_before")
        await here.driver.say("U04", dm, "status")
        await here.tasks.drain(2)
        sent = here.driver.wire.sent[-1]
        await here.driver.wire.again(replace(sent, headers={**sent.headers, "X-Slack-Retry-Num": "1"}))
        await here.tasks.drain(2)
        assert [m.text for m in here.world.messages[dm] if m.user == "U0BOT"] == ["Here you are"]

    run(story)


def test_a_command_without_an_answer_is_quietly_accepted(run):
    async def story(here):
        result = await here.says("/crisis")
        assert (result.status, result.ephemeral) == (200, None)

    run(story)


def test_a_redelivered_command_has_the_same_key(run):
    async def story(here):
        await here.says("/crisis status")
        await here.driver.redeliver_last()
        assert here.asked[0] == here.asked[1]
        assert here.asked[0].key.startswith("command:")

    run(story)


def broken(command):
    raise RuntimeError("secret words of a person")


def test_a_failing_command_gets_a_sentence_and_the_log_gets_ids_only(run):
    async def story(here):
        here.answer = broken
        with capture_logs() as logs:
            result = await here.says("/crisis status confidential")
        assert (result.status, result.ephemeral.text) == (200, "Sorry U04, please try again.")
        assert "secret" not in str(logs) and "confidential" not in str(logs)
        assert logs[0]["user"] == "U04" and logs[0]["error"] == "RuntimeError" and logs[0]["where"]

    run(story)


def test_a_failing_button_gets_a_sentence(run):
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        said = (await here.says("/crisis status")).ephemeral
        here.answer = broken
        await here.driver.press("U04", said.channel, said.ts, "more")
        await here.tasks.drain(2)
        assert here.last(said.channel).text == "Sorry U04, please try again."

    run(story)


def test_a_failing_form_stays_open_with_what_was_typed(run):
    async def story(here):
        view = await open_form(here)
        here.answer = broken
        errors = await here.driver.submit("U04", view.id, {"title": "刹车"})
        assert errors == {"title": "Sorry U04, please try again."}
        here.answer = lambda command: Reply()
        assert await here.driver.submit("U04", view.id) == {}
        assert here.asked[-1].key == here.asked[-2].key, "sent again, it is still the same intent"

    run(story)


def test_a_slow_answer_comes_after_the_acknowledgement(run):
    async def story(here):
        here.seconds, here.answer = 0.2, lambda command: Reply(card=CARD)
        result = await here.says("/crisis status")
        assert (result.status, result.ephemeral) == (200, None)
        await here.tasks.drain(2)
        assert here.last().text == "Here you are"

    run(story, patience=0.05)


def test_a_slow_form_stays_open_and_says_so(run):
    async def story(here):
        view = await open_form(here)
        here.seconds, here.answer = 0.5, lambda command: Reply(done=CARD)
        assert await here.driver.submit("U04", view.id, {"title": "x"}) == {
            "title": "Sorry U04, please try again."
        }

    run(story, patience=0.2)


async def pressed(here, action_id, answer, replying=CARD):
    here.answer = lambda command: Reply(card=replying)
    said = (await here.says("/crisis status")).ephemeral
    here.answer = lambda command: answer
    result = await here.driver.press("U04", said.channel, said.ts, action_id)
    await here.tasks.drain(2)
    return said, result


def test_a_button_is_answered_below_and_only_to_the_one_who_pressed(run):
    async def story(here):
        said, result = await pressed(here, "more", Reply(card=Card((Plain("More of it"),))))
        last = here.last(said.channel)
        assert (result.status, last.text, last.ephemeral_to) == (200, "More of it", "U04")
        command = here.asked[-1]
        assert (command.kind, command.name, command.value, command.passing) == ("pressed", "more", "12", True)

    run(story)


def test_a_button_can_replace_what_it_stands_in(run):
    async def story(here):
        said, _ = await pressed(here, "more", Reply(card=Card((Plain("Done"),)), replace=True))
        assert (said.text, said.attachments) == ("Done", [])

    run(story)


def test_a_button_opens_a_form(run):
    async def story(here):
        await pressed(here, "ask", Reply(form=FORM))
        assert here.world.views_of("U04")[-1].view["callback_id"] == "declare"

    run(story)


def test_a_button_in_a_room_is_not_passing_and_its_message_stays(run):
    async def story(here):
        room = await here.chat.open_room("crisis-1", "crisis-1", "1.room")
        await here.chat.invite(room.id, ["wang"])
        message = await here.chat.post(room.id, CARD, "1.state")
        here.answer = lambda command: Reply(card=Card((Plain("Noted"),)))
        await here.driver.press("U04", room.id, message.split(":")[1], "more")
        await here.tasks.drain(2)
        assert (here.asked[-1].passing, here.asked[-1].room) == (False, room.id)
        assert here.world.find(*message.split(":")).text == "Here you are"
        assert here.last(room.id).text == "Noted"

    run(story)


def test_complaints_stand_beside_their_fields_and_strays_at_the_first(run):
    async def story(here):
        view = await open_form(here)
        here.answer = lambda command: Reply(errors={"facts": "too short", "elsewhere": "also this"})
        errors = await here.driver.submit("U04", view.id, {"title": "刹车"})
        assert errors == {"facts": "too short", "title": "also this"}
        command = here.asked[-1]
        assert (command.kind, command.name, command.about) == ("sent", "declare", {"n": "1"})
        assert command.fields == {"title": "刹车", "facts": None}

    run(story)


def test_a_form_may_be_followed_by_another_or_by_a_last_page(run):
    async def story(here):
        view = await open_form(here)
        here.answer = lambda command: Reply(form=Form("second", "Second", "Go", (Field("y", "Y", "text"),)))
        assert await here.driver.submit("U04", view.id, {"title": "x"}) == {}
        assert here.world.views_of("U04")[-1].view["callback_id"] == "second"
        here.answer = lambda command: Reply(done=CARD)
        assert await here.driver.submit("U04", view.id, {"y": "x"}) == {}
        last = here.world.views_of("U04")[-1].view
        assert (last["title"]["text"], last["blocks"][0]["text"]["text"]) == ("Second", "Here you are")

    run(story)


def test_a_form_with_nothing_to_say_closes(run):
    async def story(here):
        view = await open_form(here)
        here.answer = lambda command: Reply()
        await here.driver.submit("U04", view.id, {"title": "x"})
        assert here.world.views_of("U04") == []

    run(story)


def test_buttons_on_a_last_page_change_it_or_lay_a_form_on_top(run):
    async def story(here):
        view = await open_form(here)
        here.answer = lambda command: Reply(done=CARD)
        await here.driver.submit("U04", view.id, {"title": "x"})
        here.answer = lambda command: Reply(form=FORM)
        await here.driver.press_view("U04", view.id, "ask")
        await here.until(lambda: len(here.world.views_of("U04")) == 2)
        await here.driver.dismiss("U04", here.world.views_of("U04")[-1].id)
        here.answer = lambda command: Reply(card=Card((Plain("Changed"),)))
        await here.driver.press_view("U04", view.id, "more")
        await here.tasks.drain(2)
        assert here.world.views_of("U04")[-1].view["blocks"][0]["text"]["text"] == "Changed"

    run(story)


def test_a_line_to_the_bot_is_answered_in_the_direct_message(run):
    async def story(here):
        here.answer = lambda command: Reply(card=CARD)
        dm = here.world.im_of("U04").id
        await here.driver.say("U04", dm, "status <all> & more")
        await here.tasks.drain(2)
        assert (here.asked[0].name, here.asked[0].text, here.asked[0].room) == ("status", "<all> & more", dm)
        assert here.last(dm).text == "Here you are"
        await here.driver.redeliver_last()
        assert here.asked[1].key == here.asked[0].key

    run(story)


def test_a_form_asked_for_in_a_direct_message_comes_behind_a_button(run):
    """A line gives no right to open a form; the button asks the same again, with a right."""

    async def story(here):
        here.answer = lambda command: Reply(form=FORM)
        dm = here.world.im_of("U04").id
        await here.driver.say("U04", dm, "open 刹车失灵")
        await here.tasks.drain(2)
        said = here.last(dm)
        await here.driver.press("U04", dm, said.ts, "typed")
        await here.tasks.drain(2)
        assert here.world.views_of("U04")
        first, second = here.asked
        assert (second.kind, second.name, second.text) == (first.kind, first.name, first.text)

    run(story)


def test_what_the_bot_says_itself_is_no_command(run):
    async def story(here):
        await here.chat.direct("wang", CARD, "k")
        dm = here.world.im_of("U04").id
        await here.driver.say("U04", dm, "hello")
        assert [command.name for command in here.asked] == ["hello"]

    run(story)


def test_a_last_page_cannot_show_complaints_beside_fields_so_it_shows_them_instead(run):
    async def story(here):
        view = await open_form(here, Form("confirm", "Confirm", "Yes", ()))
        here.answer = lambda command: Reply(errors={"": "No longer possible"})
        await here.driver.submit("U04", view.id)
        assert here.world.views_of("U04")[-1].view["blocks"][0]["text"]["text"] == "No longer possible"

    run(story)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/gone", ""])
def test_an_answer_that_finds_no_way_back_is_logged_by_ids(run, address):
    async def story(here):
        command = Command("pressed", "more", "action:1", "U04")
        with capture_logs() as logs:
            await Answers(here.web, Roster().person).give(
                Place(response_url=address), command, Reply(card=CARD), sorry=CARD
            )
        assert [log["event"] for log in logs] == ["slack.answer_failed", "slack.apology_failed"]
        assert all((log["key"], log["user"]) == ("action:1", "U04") for log in logs)
        assert "Here you are" not in str(logs)

    run(story)


def test_a_task_that_fails_is_logged_by_its_kind(run):
    async def fails():
        raise KeyError("words of a person")

    async def story(here):
        with capture_logs() as logs:
            here.tasks.start(fails())
            await here.tasks.drain(1)
            await asyncio.sleep(0)
        assert [(log["event"], log["error"]) for log in logs] == [("task_failed", "KeyError")]

    run(story)
