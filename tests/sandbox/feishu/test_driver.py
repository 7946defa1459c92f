"""People at their Feishu clients, a small bot at the other end of the wire."""

import json

import pytest
from starlette.responses import PlainTextResponse

from sandbox.errors import PersonCannot
from tests.sandbox.feishu.conftest import (
    EMMA,
    GREEN,
    TOKEN,
    WANG,
    WHAT,
    ZHAO,
    Here,
    a_card,
    button,
    card,
    form,
    run,
)


def test_words_in_private_reach_the_bot():
    async def story(here: Here) -> None:
        said = await here.driver.say(WANG, "／危机 刹车异响")
        assert said.status == 200
        [told] = here.heard
        assert told["schema"] == "2.0"
        assert told["header"] | {"event_id": ""} == {
            "event_id": "",
            "event_type": "im.message.receive_v1",
            "create_time": "1795240800000",
            "token": TOKEN,
            "app_id": "cli_sandbox",
            "tenant_key": "tenant_sandbox",
        }
        assert told["event"]["sender"] == {
            "sender_id": {"open_id": WANG, "union_id": "on_u04", "user_id": None},
            "sender_type": "user",
            "tenant_key": "tenant_sandbox",
        }
        message = told["event"]["message"]
        assert (message["chat_type"], message["message_type"]) == ("p2p", "text")
        assert json.loads(message["content"]) == {"text": "／危机 刹车异响"}
        assert message["message_id"] == said.message.id
        assert "mentions" not in message

    run(story)


def test_names_become_keys_and_stand_beside_the_words():
    async def story(here: Here) -> None:
        chat = await here.group(WANG, ZHAO)
        await here.driver.say(WANG, "@goldenhour 指派 @赵清和 @所有人 @goldenhour", chat)
        message = here.heard[0]["event"]["message"]
        assert json.loads(message["content"]) == {"text": "@_user_1 指派 @_user_2 @_all @_user_1"}
        assert message["mentions"] == [
            {
                "key": "@_user_1",
                "id": {"open_id": "ou_bot", "union_id": "on_bot", "user_id": None},
                "name": "goldenhour",
                "tenant_key": "tenant_sandbox",
            },
            {
                "key": "@_user_2",
                "id": {"open_id": ZHAO, "union_id": "on_u05", "user_id": None},
                "name": "赵清和",
                "tenant_key": "tenant_sandbox",
            },
        ]

    run(story)


@pytest.mark.parametrize(
    ("scopes", "heard"),
    [
        ({"im:message.group_msg"}, ["hi", "@_user_1 hi"]),
        ({"im:message.group_at_msg:readonly"}, ["@_user_1 hi"]),
        (set(), []),
    ],
    ids=["all words of groups", "only when named", "nothing"],
)
def test_what_is_said_in_groups_is_told_as_far_as_the_scopes_go(scopes, heard):
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        await here.driver.say(WANG, "hi", chat)
        await here.driver.say(WANG, "@goldenhour hi", chat)
        here.world.chats[chat].has_bot = False
        await here.driver.say(WANG, "@goldenhour gone", chat)
        told = [json.loads(one["event"]["message"]["content"])["text"] for one in here.heard]
        assert told == heard

    run(story, scopes=frozenset({"im:chat", "im:message", *scopes}))


def test_without_scope_or_event_the_private_chat_takes_no_words():
    async def story(here: Here) -> None:
        with pytest.raises(PersonCannot):
            await here.driver.say(WANG, "hi")

    run(story, scopes=frozenset({"im:message"}))

    async def unsubscribed(here: Here) -> None:
        here.world.events = {"card.action.trigger", "application.bot.menu_v6"}
        assert (await here.driver.menu(WANG, "open")).status == 200
        with pytest.raises(PersonCannot):
            await here.driver.say(WANG, "hi")

    run(unsubscribed)


def test_who_is_not_there_or_may_not_speak_cannot():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        with pytest.raises(PersonCannot):
            await here.driver.say(ZHAO, "hi", chat)
        here.world.chats[chat].may_speak = "only_owner"
        with pytest.raises(PersonCannot):
            await here.driver.say(WANG, "hi", chat)
        here.world.available = {ZHAO}
        with pytest.raises(PersonCannot):
            await here.driver.say(WANG, "hi")

    run(story)


def test_other_things_than_words_are_sent_as_they_are():
    async def story(here: Here) -> None:
        await here.driver.sends(WANG, "image", {"image_key": "img_1"})
        message = here.heard[0]["event"]["message"]
        assert (message["message_type"], message["content"]) == ("image", '{"image_key": "img_1"}')

    run(story)


def test_a_press_carries_what_the_button_does_and_the_answer_is_shown():
    async def story(here: Here) -> None:
        chat = await here.group(WANG, ZHAO)
        message = await a_card(here, card(button("接手", name="take")), chat)
        here.replies = [{"toast": {"type": "success", "content": "OK", "i18n": {"zh_cn": "已接手"}}}]
        seen = await here.driver.press(WANG, message, "on_it")
        assert (seen.status, seen.toast.kind, seen.toast.text, seen.card) == (200, "success", "已接手", None)
        assert here.world.toasts == [seen.toast]
        [told] = here.heard
        assert told["header"]["event_type"] == "card.action.trigger"
        assert told["header"]["create_time"] == "1795240800000000"
        event = told["event"]
        assert event.pop("token").startswith("c-")
        assert event == {
            "operator": {"tenant_key": "tenant_sandbox", "open_id": WANG, "union_id": "on_u04"},
            "action": {
                "tag": "button",
                "value": {"name": "on_it", "value": "7"},
                "name": "take",
                "timezone": "Asia/Shanghai",
            },
            "host": "im_message",
            "context": {"open_message_id": message, "open_chat_id": chat},
        }

    run(story)


def test_toasts_speak_the_readers_language():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()), EMMA)
        here.replies = [{"toast": {"content": "好", "i18n": {"en_us": "Done"}}}, {"toast": {"content": "好"}}]
        assert (await here.driver.press(EMMA, message, "on_it")).toast.text == "Done"
        assert (await here.driver.press(EMMA, message, "on_it")).toast.text == "好"

    run(story)


def test_a_card_in_the_answer_takes_the_place_of_the_pressed_one():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))
        here.replies = [{"card": {"type": "raw", "data": GREEN}}]
        seen = await here.driver.press(WANG, message, "on_it")
        assert (seen.card, here.world.find(message).card) == (GREEN, GREEN)
        with pytest.raises(PersonCannot):
            await here.driver.press(WANG, message, "on_it")

    run(story)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (PlainTextResponse("{}", 500), 200671),
        (PlainTextResponse("", 302, {"Location": "/"}), 200671),
        (PlainTextResponse("ok"), 200672),
        (PlainTextResponse(""), 200672),
        (["list"], 200672),
        ({"text": "Slack's"}, 200672),
        ({"toast": {"type": "loud", "content": "x"}}, 200672),
        ({"toast": {"type": "info"}}, 200672),
        ({"toast": {"type": "info", "content": "x", "i18n": {"de": "x"}}}, 200672),
        ({"card": GREEN}, 200672),
        ({"card": {"type": "raw", "data": json.dumps(GREEN)}}, 200672),
        ({"card": {"type": "raw", "data": {"elements": []}}}, 200830),
        ({"card": {"type": "raw", "data": card({"tag": "note"})}}, 200673),
        ({"card": {"type": "raw", "data": card({"tag": "markdown", "content": "危" * 10_300})}}, 200673),
        (
            {"card": {"type": "raw", "data": card({"tag": "markdown", "content": "<at id=ou_x></at>"})}},
            200673,
        ),
    ],
)
def test_an_answer_that_is_no_use_shows_feishus_own_error(answer, code):
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))
        here.replies = [answer]
        seen = await here.driver.press(WANG, message, "on_it")
        assert (seen.code, seen.toast.code, seen.toast.kind) == (code, code, "error")
        assert here.world.find(message).card == card(button())
        here.time.on(days=1)
        await here.driver.wire.redeliver()
        assert len(here.heard) == 1

    run(story)


def test_a_press_without_a_bot_to_answer():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))
        here.driver.wire.bot_url = "http://127.0.0.1:9"
        assert (await here.driver.press(WANG, message, "on_it")).code == 200342
        here.world.events = {"im.message.receive_v1"}
        assert (await here.driver.press(WANG, message, "on_it")).code == 200340

    run(story)


def test_a_bot_slower_than_its_time_has_timed_out():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))
        here.driver.wire.patience = 0.05
        here.installation.faults.plan("bot.info", 1, "slow", seconds=0.2)

        async def slowly(_told):
            await here.session.get(f"{here.url}/open-apis/bot/v3/info")
            return {}

        here.replies = [slowly]
        assert (await here.driver.press(WANG, message, "on_it")).code == 200341

    run(story)


def test_a_card_of_more_than_14_days_can_no_longer_be_pressed():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button(), form(WHAT)))
        here.time.on(days=14, seconds=1)
        assert (await here.driver.press(WANG, message, "on_it")).code == 230031
        assert (await here.driver.submit(WANG, message, {"what": "x"})).code == 230031
        assert here.heard == []

    run(story)


def test_the_menu_names_a_key_and_no_chat():
    async def story(here: Here) -> None:
        here.world.menu = {"open": "发起危机"}
        await here.driver.menu(WANG, "open")
        told = here.heard[0]
        assert told["header"]["event_type"] == "application.bot.menu_v6"
        assert told["event"] == {
            "operator": {
                "operator_name": "王敏",
                "operator_id": {"open_id": WANG, "union_id": "on_u04", "user_id": None},
            },
            "event_key": "open",
            "timestamp": 1795240800,
        }
        here.world.menu |= {"k" * 31: "too long"}
        for key in ("status", "", "k" * 31):
            with pytest.raises(PersonCannot):
                await here.driver.menu(WANG, key)

    run(story)


def test_the_bot_hears_of_coming_going_and_the_end_of_groups():
    async def story(here: Here) -> None:
        chat = next(iter(here.world.chats))
        await here.driver.adds_bot(WANG, chat)
        await here.driver.removes_bot(WANG, chat)
        await here.driver.adds_bot(WANG, chat)
        await here.driver.dissolves(WANG, chat)
        await here.driver.opens(WANG)
        assert [told["header"]["event_type"] for told in here.heard] == [
            "im.chat.member.bot.added_v1",
            "im.chat.member.bot.deleted_v1",
            "im.chat.member.bot.added_v1",
            "im.chat.disbanded_v1",
            "im.chat.access_event.bot_p2p_chat_entered_v1",
        ]
        assert here.heard[0]["event"] == {
            "chat_id": chat,
            "operator_id": {"open_id": WANG, "union_id": "on_u04", "user_id": None},
            "external": False,
            "operator_tenant_key": "tenant_sandbox",
            "name": "公司大厅",
            "i18n_names": {"zh_cn": "公司大厅", "en_us": "", "ja_jp": ""},
        }
        with pytest.raises(PersonCannot):
            await here.driver.say(WANG, "hi", chat)

    run(story)


def test_an_event_nobody_subscribed_to_is_not_sent():
    async def story(here: Here) -> None:
        here.world.events = {"im.message.receive_v1"}
        assert (await here.driver.menu(WANG, "open")).status == 0
        assert here.heard == []

    run(story)


def test_people_leave_recall_and_read():
    async def story(here: Here) -> None:
        chat = await here.group(WANG, ZHAO)
        said = await here.driver.say(WANG, "oops", chat)
        assert (here.world.unread(ZHAO)[chat], here.world.unread(WANG)[chat]) == (1, 0)
        here.world.mark_read(ZHAO, chat)
        assert here.world.unread(ZHAO)[chat] == 0
        with pytest.raises(PersonCannot):
            here.driver.recalls(ZHAO, said.message.id)
        here.driver.recalls(WANG, said.message.id)
        with pytest.raises(PersonCannot):
            here.driver.recalls(WANG, said.message.id)
        here.driver.leaves(WANG, chat)
        assert here.world.visible_messages(chat, WANG) == []

    run(story)


def test_a_pressed_card_is_changed_later_twice_within_half_an_hour():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))
        for wait in (1801, 0):
            await here.driver.press(WANG, message, "on_it")
            here.time.on(seconds=wait)
        old, first = [told["event"]["token"] for told in here.heard]
        path = "/interactive/v1/card/update"
        codes = [(await here.call("POST", path, {"token": first, "card": GREEN})).code for _ in range(3)]
        assert codes == [0, 0, 300260]
        assert here.world.find(message).card == GREEN
        assert (await here.call("POST", path, {"token": old, "card": GREEN})).code == 300260
        assert (await here.call("POST", path, {"token": "c-x", "card": GREEN})).code == 300260
        assert (await here.call("POST", path, {"token": first, "card": json.dumps(GREEN)})).code == 9499

    run(story)


def test_a_change_before_the_answer_is_lost():
    async def story(here: Here) -> None:
        message = await a_card(here, card(button()))

        async def hastily(told):
            body = {"token": told["event"]["token"], "card": GREEN}
            assert (await here.call("POST", "/interactive/v1/card/update", body)).code == 0
            return {}

        here.replies = [hastily]
        await here.driver.press(WANG, message, "on_it")
        assert here.world.find(message).card == card(button())

    run(story)
