"""People at their Slack clients, a Bolt bot at the other end of the wire."""

import asyncio

import pytest
from slack_bolt import BoltResponse

from sandbox.errors import PersonCannot
from tests.sandbox.conftest import Here, run, until

MODAL = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "C001",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What happened?"},
            "element": {"type": "plain_text_input", "action_id": "what_in", "initial_value": "brakes"},
        },
        {
            "type": "input",
            "block_id": "level",
            "label": {"type": "plain_text", "text": "Level"},
            "element": {
                "type": "static_select",
                "action_id": "level_in",
                "options": [
                    {"text": {"type": "plain_text", "text": name}, "value": name.lower()}
                    for name in ("Red", "Green")
                ],
            },
        },
    ],
}


def button(action_id: str, value: str = "1") -> dict:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": action_id,
                "value": value,
                "text": {"type": "plain_text", "text": "Answer"},
            }
        ],
    }


def opens_the_form(here: Here) -> None:
    """The bot answers /crisis with a form."""

    @here.bolt.command("/crisis")
    async def crisis(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack()


def test_a_slash_command_reaches_the_bot_and_its_words_come_back_to_one_person():
    def bot(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack, body):
            here.notes.append(body)
            await ack("hello")

    async def story(here: Here) -> None:
        result = await here.driver.say("U04", "C001", "/crisis assign @林若溪 #service-network")
        assert result.status == 200
        assert result.ephemeral.text == "hello"
        assert here.notes[0]["text"] == "assign <@U02|lin.ruoxi> <#C002|service-network>"
        assert here.notes[0]["channel_name"] == "general"
        assert here.world.visible_messages("C001", "U04")[-1].text == "hello"
        assert here.world.visible_messages("C001", "U05")[-1].text != "hello"

    run(story, bot=bot)


def test_a_command_the_bot_fails_shows_slacks_own_error():
    def bot(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack):
            raise RuntimeError("broken")

    async def story(here: Here) -> None:
        result = await here.driver.say("U04", "C001", "/crisis")
        assert result.status == 500
        assert result.ephemeral.text == "/crisis failed with the error dispatch_failed"

    run(story, bot=bot)


def test_a_bot_slower_than_three_seconds_has_timed_out():
    def bot(here: Here) -> None:
        here.driver.wire.patience = 0.2

        @here.bolt.command("/crisis")
        async def crisis(ack):
            await asyncio.sleep(0.5)
            await ack("late")

    async def story(here: Here) -> None:
        result = await here.driver.say("U04", "C001", "/crisis")
        assert result.ephemeral.text == "/crisis failed with the error operation_timeout"

    run(story, bot=bot)


def test_a_form_is_opened_filled_refused_and_sent():
    def bot(here: Here) -> None:
        opens_the_form(here)

        @here.bolt.view("declare")
        async def declared(ack, view):
            here.notes.append(view)
            if view["state"]["values"]["level"]["level_in"]["selected_option"]["value"] == "green":
                await ack(response_action="errors", errors={"level": "not green"})
            else:
                await ack()

    async def story(here: Here) -> None:
        await here.driver.say("U04", "C001", "/crisis open")
        [form] = here.world.views_of("U04")
        assert await here.driver.submit("U04", form.id) == {"level": "Please complete this required field."}
        assert await here.driver.submit("U04", form.id, {"level": "green"}) == {"level": "not green"}
        assert await here.driver.submit("U04", form.id, {"level_in": "Red", "what": "smoke"}) == {}
        assert here.world.views_of("U04") == []
        assert here.notes[0]["state"]["values"]["what"]["what_in"] == {
            "type": "plain_text_input",
            "value": "brakes",
        }
        assert here.notes[1]["state"]["values"]["what"]["what_in"]["value"] == "smoke"
        with pytest.raises(PersonCannot):
            await here.driver.submit("U04", form.id, {"what": "again"})

    run(story, bot=bot)


def test_errors_that_name_no_input_leave_the_person_in_trouble():
    def bot(here: Here) -> None:
        @here.bolt.shortcut("declare_shortcut")
        async def opened(ack, body, client):
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @here.bolt.view("declare")
        async def declared(ack):
            await ack(response_action="errors", errors={"nowhere": "?"})

    async def story(here: Here) -> None:
        await here.driver.shortcut("U04", "declare_shortcut")
        await until(lambda: here.world.views_of("U04"))
        [form] = here.world.views_of("U04")
        errors = await here.driver.submit("U04", form.id, {"level": "red"})
        assert list(errors) == [""]

    run(story, bot=bot)


@pytest.mark.parametrize("action", ["update", "push", "clear"])
def test_a_sent_form_may_change_stack_or_clear(action):
    def bot(here: Here) -> None:
        opens_the_form(here)

        @here.bolt.view("declare")
        async def declared(ack):
            next_view = MODAL | {"callback_id": "second"}
            await ack(response_action=action, **({} if action == "clear" else {"view": next_view}))

    async def story(here: Here) -> None:
        await here.driver.say("U04", "C001", "/crisis open")
        [form] = here.world.views_of("U04")
        assert await here.driver.submit("U04", form.id, {"level": "red"}) == {}
        after = [opened.view["callback_id"] for opened in here.world.views_of("U04")]
        assert after == {"update": ["second"], "push": ["declare", "second"], "clear": []}[action]

    run(story, bot=bot)


def test_closing_a_form_is_reported_when_asked_for():
    def bot(here: Here) -> None:
        opens_the_form(here)

        @here.bolt.view_closed("declare")
        async def closed(ack, body):
            here.notes.append(body["is_cleared"])
            await ack()

    async def story(here: Here) -> None:
        await here.driver.say("U04", "C001", "/crisis open")
        await here.driver.dismiss("U04", here.world.views_of("U04")[0].id)
        assert here.notes == [False]
        assert here.world.views_of("U04") == []

    run(story, bot=bot)


def test_buttons_work_in_messages_attachments_and_ephemeral_lines():
    def bot(here: Here) -> None:
        @here.bolt.action("answer")
        async def answered(ack, body, respond):
            await ack()
            here.notes.append(body)
            if "message" not in body:
                await respond("seen", replace_original=True)

    async def story(here: Here) -> None:
        channel = (await here.client.conversations_open(users="U04"))["channel"]["id"]
        plain = await here.client.chat_postMessage(
            channel=channel, text="a", blocks=[button("answer", "inc-1")]
        )
        attached = await here.client.chat_postMessage(
            channel="U04", text="b", attachments=[{"color": "#f00", "blocks": [button("answer", "inc-2")]}]
        )
        hidden = await here.client.chat_postEphemeral(
            channel=channel, user="U04", text="c", blocks=[button("answer", "inc-3")]
        )
        for ts in (plain["ts"], attached["ts"], hidden["message_ts"]):
            assert (await here.driver.press("U04", channel, ts, "answer")).status == 200
        await until(lambda: here.world.find(channel, hidden["message_ts"]).text == "seen")
        assert [body["actions"][0]["value"] for body in here.notes] == ["inc-1", "inc-2", "inc-3"]
        assert [body["container"]["type"] for body in here.notes] == [
            "message",
            "message_attachment",
            "message",
        ]
        assert here.notes[0]["message"]["ts"] == plain["ts"]
        assert here.notes[2]["container"]["is_ephemeral"] is True
        with pytest.raises(PersonCannot):
            await here.driver.press("U05", channel, plain["ts"], "answer")

    run(story, bot=bot)


def test_a_menu_in_a_message_sends_the_chosen_option_and_its_state():
    def bot(here: Here) -> None:
        @here.bolt.action("pick")
        async def picked(ack, body):
            here.notes.append(body)
            await ack()

    options = [{"text": {"type": "plain_text", "text": str(n)}, "value": str(n)} for n in range(3)]
    menu = {"type": "section", "block_id": "m", "text": {"type": "mrkdwn", "text": "Who?"}}
    blocks = [menu | {"accessory": {"type": "static_select", "action_id": "pick", "options": options}}]

    async def story(here: Here) -> None:
        sent = await here.client.chat_postMessage(channel="U04", text="a", blocks=blocks)
        await here.driver.press("U04", sent["channel"], sent["ts"], "pick", value="2")
        assert here.notes[0]["actions"][0]["selected_option"] == options[2]
        assert here.notes[0]["state"]["values"]["m"]["pick"]["selected_option"] == options[2]
        with pytest.raises(PersonCannot):
            await here.driver.press("U04", sent["channel"], sent["ts"], "pick", value="7")

    run(story, bot=bot)


def test_words_to_the_bot_and_mentions_are_events():
    def bot(here: Here) -> None:
        @here.bolt.event("message")
        async def heard(event):
            here.notes.append((event["channel_type"], event["text"]))

        @here.bolt.event("app_mention")
        async def mentioned(event):
            here.notes.append(("mention", event["text"]))

    async def story(here: Here) -> None:
        await here.driver.say("U04", here.world.im_of("U04").id, "A & B")
        await here.client.conversations_join(channel="C001")
        await here.driver.say("U04", "C001", "@goldenhour help")
        await until(lambda: len(here.notes) == 2)
        assert here.notes == [("im", "A &amp; B"), ("mention", "<@U0BOT> help")]

    run(story, bot=bot)


def test_an_unanswered_event_is_sent_again_with_retry_headers():
    async def story(here: Here) -> None:
        here.driver.retry_seconds = (0.0, 0.01, 0.02)
        result = await here.driver.say("U04", here.world.im_of("U04").id, "hello?")
        assert result.status == 404
        await until(lambda: len(here.driver.wire.sent) == 4)
        numbers = [sent.headers.get("X-Slack-Retry-Num") for sent in here.driver.wire.sent]
        assert numbers == [None, "1", "2", "3"]
        assert len({sent.body for sent in here.driver.wire.sent}) == 1

    run(story)


def test_the_last_request_can_be_delivered_again_byte_for_byte():
    def bot(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack, body):
            here.notes.append(body["trigger_id"])
            await ack("hello")

    async def story(here: Here) -> None:
        await here.driver.say("U04", "C001", "/crisis")
        answer = await here.driver.redeliver_last()
        assert answer.text == "hello"
        assert len(here.notes) == 2
        assert here.notes[0] == here.notes[1]

    run(story, bot=bot)


def test_the_home_tab_is_published_and_its_buttons_work():
    def bot(here: Here) -> None:
        @here.bolt.event("app_home_opened")
        async def opened(event, client):
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [button("go")]})

        @here.bolt.action("go")
        async def went(ack, body, client):
            await ack()
            here.notes.append(body["view"]["type"])
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def story(here: Here) -> None:
        await here.driver.open_home("U04")
        await until(lambda: "U04" in here.world.homes)
        await here.driver.press_view("U04", here.world.homes["U04"].id, "go")
        await until(lambda: here.world.views_of("U04"))
        assert here.notes == ["home"]

    run(story, bot=bot)


def test_a_response_url_is_good_for_five_posts():
    def bot(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack, respond):
            await ack()
            for number in range(6):
                here.notes.append((await respond(f"line {number}", response_type="in_channel")).status_code)

    async def story(here: Here) -> None:
        await here.driver.say("U04", "C001", "/crisis")
        await until(lambda: len(here.notes) == 6)
        assert here.notes == [200] * 5 + [404]
        assert here.world.visible_messages("C001", "U05")[-1].text == "line 4"

    run(story, bot=bot)


def test_a_public_answer_shows_the_command_too():
    def bot(here: Here) -> None:
        @here.bolt.command("/crisis")
        async def crisis(ack):
            await ack(text="for all", response_type="in_channel")

    async def story(here: Here) -> None:
        result = await here.driver.say("U04", "C001", "/crisis status")
        assert result.ephemeral is None
        assert [m.text for m in here.world.visible_messages("C001", "U05")][-2:] == [
            "/crisis status",
            "for all",
        ]

    run(story, bot=bot)


def test_a_bot_may_ask_not_to_be_tried_again():
    async def story(here: Here) -> None:
        @here.bolt.middleware
        async def refuse(resp):
            return BoltResponse(status=500, headers={"X-Slack-No-Retry": "1"})

        here.driver.retry_seconds = (0.0,)
        await here.driver.say("U04", here.world.im_of("U04").id, "hello?")
        await asyncio.sleep(0.05)
        assert len(here.driver.wire.sent) == 1

    run(story)


def test_what_a_client_does_not_offer_cannot_be_done():
    async def story(here: Here) -> None:
        secret = here.world.create_channel("secret", "U05", is_private=True)
        with pytest.raises(PersonCannot):
            await here.driver.say("U04", secret.id, "let me in")
        with pytest.raises(PersonCannot):
            await here.driver.say("U04", "C001", "/crisis", thread_ts="1.2")
        here.world.commands = {"/crisis"}
        result = await here.driver.say("U04", "C001", "/other")
        assert result.ephemeral.text == "/other is not a valid command."

    run(story)
