"""Urgent messages: who was called, at which level, and when Feishu refuses to call."""

import pytest

from tests.sandbox.feishu.conftest import LIU, WANG, ZHAO, Answered, Here, card, run


async def urge(here: Here, message: str, *people: str, level: str = "app") -> Answered:
    path = f"/im/v1/messages/{message}/urgent_{level}"
    return await here.call("PATCH", path, {"user_id_list": list(people)}, user_id_type="open_id")


async def a_message(here: Here, *people: str) -> str:
    chat = await here.group(*people)
    return (await here.send(chat, card())).data["message_id"]


@pytest.mark.parametrize("level", ["app", "sms", "phone"])
def test_people_are_called_until_they_look(level):
    async def story(here: Here) -> None:
        message = await a_message(here, WANG, ZHAO)
        assert (await urge(here, message, WANG, level=level)).data == {"invalid_user_id_list": []}
        [(where, urgent)] = here.world.urgents_of(WANG)
        assert (where.id, urgent.level, urgent.seen) == (message, level, 0)
        assert here.world.urgents_of(ZHAO) == []
        here.driver.sees_urgent(WANG, message)
        assert here.world.urgents_of(WANG) == []

    run(story)


def test_the_same_call_twice_calls_twice():
    async def story(here: Here) -> None:
        message = await a_message(here, WANG)
        for _ in range(2):
            await urge(here, message, WANG)
        assert len(here.world.urgents_of(WANG)) == 2

    run(story)


def test_who_is_not_in_the_chat_is_told_apart_and_nobody_at_all_is_an_error():
    async def story(here: Here) -> None:
        message = await a_message(here, WANG)
        assert (await urge(here, message, WANG, LIU)).data == {"invalid_user_id_list": [LIU]}
        assert (await urge(here, message, LIU)).code == 230001
        assert (await urge(here, message)).code == 99992402
        assert (await urge(here, message, *(f"ou_{n}" for n in range(201)))).code == 99992402

    run(story)


def test_in_private_the_one_person_can_be_called():
    async def story(here: Here) -> None:
        message = (await here.send(WANG, card())).data["message_id"]
        assert (await urge(here, message, WANG, level="phone")).code == 0

    run(story)


def test_only_the_bots_own_messages_that_are_still_there():
    async def story(here: Here) -> None:
        theirs = (await here.driver.say(WANG, "hi")).message.id
        gone = await a_message(here, WANG)
        await here.call("DELETE", f"/im/v1/messages/{gone}")
        assert (await urge(here, theirs, WANG)).code == 230012
        assert (await urge(here, gone, WANG)).code == 230011

    run(story)


@pytest.mark.parametrize(
    ("changes", "code"), [({"external": True}, 230027), ({"may_urge": "only_owner", "owner": LIU}, 230052)]
)
def test_a_group_may_not_allow_it(changes, code):
    async def story(here: Here) -> None:
        message = await a_message(here, WANG)
        chat = here.world.chats[here.world.find(message).chat]
        for name, value in changes.items():
            setattr(chat, name, value)
        assert (await urge(here, message, WANG)).code == code

    run(story)


def test_sms_and_phone_use_up_what_the_tenant_has_paid_for():
    async def story(here: Here) -> None:
        here.world.urgents_left = {"sms": 2}
        message = await a_message(here, WANG, ZHAO)
        assert (await urge(here, message, WANG, level="sms")).code == 0
        assert (await urge(here, message, WANG, ZHAO, level="sms")).code == 230024
        assert (await urge(here, message, ZHAO, level="sms")).code == 0
        assert (await urge(here, message, ZHAO, level="sms")).code == 230024
        assert (await urge(here, message, ZHAO, level="phone")).code == 0

    run(story)


def test_nobody_bears_more_than_200_calls_unseen():
    async def story(here: Here) -> None:
        message = await a_message(here, WANG)
        for _ in range(200):
            assert (await urge(here, message, WANG)).code == 0
        assert (await urge(here, message, WANG)).code == 230023
        here.driver.sees_urgent(WANG, message)
        assert (await urge(here, message, WANG)).code == 0

    run(story)


def test_each_level_has_its_scope():
    scopes = frozenset({"im:message", "im:chat", "im:message.urgent"})

    async def story(here: Here) -> None:
        message = await a_message(here, WANG)
        assert (await urge(here, message, WANG)).code == 0
        refused = await urge(here, message, WANG, level="phone")
        assert (refused.status, refused.code) == (400, 99991672)
        assert "[im:message.urgent:phone]" in refused.body["msg"]
        assert refused.body["error"]["permission_violations"] == [
            {"type": "action_scope_required", "subject": "im:message.urgent:phone"}
        ]

    run(story, scopes=scopes)
