"""im/v1/messages: sending once, answering, changing, recalling, reading back."""

import asyncio
import json

import pytest

from sandbox.faults import Faults
from tests.sandbox.feishu.conftest import EMMA, LIU, WANG, ZHAO, Here, button, card, run


def texts(here: Here, chat: str) -> list[str]:
    return [json.loads(message.content)["text"] for message in here.world.messages[chat]]


def test_a_text_reaches_a_person_in_private():
    async def story(here: Here) -> None:
        sent = (await here.send(WANG, "你好")).data
        assert sent["message_id"].startswith("om_")
        assert sent["chat_id"] == here.world.p2p_of(WANG).id
        assert (sent["msg_type"], sent["sender"]["id_type"]) == ("text", "app_id")
        assert texts(here, sent["chat_id"]) == ["你好"]
        assert here.world.unread(WANG)[sent["chat_id"]] == 1

    run(story)


def test_people_are_found_by_union_id_and_email_too():
    async def story(here: Here) -> None:
        body = {"msg_type": "text", "content": '{"text":"x"}'}
        for kind, who in (("union_id", "on_u04"), ("email", "wang.min@example.com")):
            path = "/im/v1/messages"
            answer = await here.call("POST", path, body | {"receive_id": who}, receive_id_type=kind)
            assert answer.data["chat_id"] == here.world.p2p_of(WANG).id

    run(story)


def test_one_uuid_is_one_message_within_the_hour_whatever_it_says():
    async def story(here: Here) -> None:
        first = (await here.send(WANG, "one", uuid="u1")).data
        assert (await here.send(WANG, "two", uuid="u1")).data["message_id"] == first["message_id"]
        here.time.on(minutes=59)
        await here.send(WANG, "three", uuid="u1")
        here.time.on(minutes=1)
        await here.send(WANG, "four", uuid="u1")
        assert texts(here, first["chat_id"]) == ["one", "four"]

    run(story)


def test_the_same_uuid_while_the_first_is_on_its_way_is_told_so():
    faults = Faults()
    faults.plan("messages.create", 1, "slow", seconds=0.2)

    async def story(here: Here) -> None:
        codes = await asyncio.gather(here.send(WANG, "one", uuid="u1"), here.send(WANG, "one", uuid="u1"))
        assert sorted(answer.code for answer in codes) == [0, 230049]
        assert (await here.send(WANG, "one", uuid="u1")).code == 0
        assert texts(here, here.world.p2p_of(WANG).id) == ["one"]

    run(story, faults=faults)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda here: here.world.people[WANG].__setattr__("resigned", True), 230029),
        (lambda here: here.world.people[WANG].__setattr__("stopped_bot", True), 230053),
        (lambda here: here.world.__setattr__("available", {ZHAO}), 230013),
        (lambda here: here.world.people.pop(WANG), 230034),
        (lambda here: here.world.strangers.add(WANG), 99992361),
    ],
    ids=["resigned", "stopped the bot", "outside the availability range", "nobody", "of another app"],
)
def test_some_people_cannot_be_written_to(spoil, code):
    async def story(here: Here) -> None:
        spoil(here)
        answer = await here.send(WANG, "x")
        assert (answer.status, answer.code) == (400, code)

    run(story)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dissolved": True}, 232009),
        ({"has_bot": False}, 230002),
        ({"may_speak": "only_owner", "owner": LIU}, 230035),
    ],
    ids=["dissolved", "bot not in it", "only the owner may speak"],
)
def test_some_groups_cannot_be_spoken_in(changes, code):
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        for name, value in changes.items():
            setattr(here.world.chats[chat], name, value)
        assert (await here.send(chat, "x")).code == code
        assert (await here.send("oc_nowhere", "x")).code == 230034

    run(story)


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        ({}, {}, 99992402),
        ({}, {"receive_id_type": "phone"}, 99992402),
        ({"receive_id": None}, {"receive_id_type": "open_id"}, 99992402),
        ({"content": {"text": "an object"}}, {"receive_id_type": "open_id"}, 9499),
        ({"content": "no json"}, {"receive_id_type": "open_id"}, 230001),
        ({"content": '{"text": " "}'}, {"receive_id_type": "open_id"}, 230001),
        ({"msg_type": "image"}, {"receive_id_type": "open_id"}, 230001),
        ({"uuid": "u" * 51}, {"receive_id_type": "open_id"}, 99992402),
        ({"content": json.dumps({"text": "x" * 150 * 1024})}, {"receive_id_type": "open_id"}, 230025),
    ],
)
def test_a_bad_request_is_refused(body, query, code):
    async def story(here: Here) -> None:
        good = {"receive_id": WANG, "msg_type": "text", "content": '{"text":"x"}'}
        assert (await here.call("POST", "/im/v1/messages", good | body, **query)).code == code

    run(story)


def test_a_card_over_30_kb_is_refused_by_its_bytes():
    async def story(here: Here) -> None:
        assert (await here.send(WANG, card({"tag": "markdown", "content": "危" * 10_000}))).code == 0
        assert (await here.send(WANG, card({"tag": "markdown", "content": "危" * 10_300}))).code == 230025

    run(story)


def test_sensitive_words_are_stopped():
    async def story(here: Here) -> None:
        here.world.sensitive.add("13800138000")
        assert (await here.send(WANG, "call 13800138000")).code == 230022
        sent = (await here.send(WANG, card())).data["message_id"]
        here.world.sensitive.add("刹车")
        escaped = {"content": json.dumps(card({"tag": "markdown", "content": "刹车"}))}
        assert (await here.call("PATCH", f"/im/v1/messages/{sent}", escaped)).code == 230022
        assert (await here.send(WANG, {"zh_cn": {"content": [[]]}}, kind="post")).code == 0
        assert (await here.send(WANG, {"zh_cn": {"content": "刹车"}}, kind="post")).code == 230001

    run(story)


def test_a_reply_stands_below_what_it_answers():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        said = await here.driver.say(WANG, "@goldenhour 状态", chat)
        body = {"msg_type": "text", "content": '{"text":"ok"}', "uuid": "r1"}
        path = f"/im/v1/messages/{said.message.id}/reply"
        first = (await here.call("POST", path, body)).data
        assert (first["root_id"], first["parent_id"]) == (said.message.id, said.message.id)
        assert (await here.call("POST", path, body)).data["message_id"] == first["message_id"]
        assert (await here.call("POST", "/im/v1/messages/om_none/reply", body)).code == 230001

    run(story)


def test_a_card_is_replaced_for_everybody_for_14_days():
    async def story(here: Here) -> None:
        sent = (await here.send(WANG, card())).data["message_id"]
        green = json.dumps(card({"tag": "markdown", "content": "green"}))
        assert (await here.call("PATCH", f"/im/v1/messages/{sent}", {"content": green})).code == 0
        assert here.world.find(sent).card["body"]["elements"][0]["content"] == "green"
        here.time.on(days=14)
        await here.sign_in()
        assert (await here.call("PATCH", f"/im/v1/messages/{sent}", {"content": green})).code == 0
        here.time.on(seconds=1)
        assert (await here.call("PATCH", f"/im/v1/messages/{sent}", {"content": green})).code == 230031

    run(story)


def test_only_own_cards_that_are_still_there_are_replaced():
    async def story(here: Here) -> None:
        new = {"content": json.dumps(card())}
        theirs = (await here.driver.say(WANG, "hi")).message.id
        text = (await here.send(WANG, "hi")).data["message_id"]
        gone = (await here.send(WANG, card())).data["message_id"]
        await here.call("DELETE", f"/im/v1/messages/{gone}")
        bad = (await here.send(WANG, card())).data["message_id"]
        one_sided = {"content": json.dumps(card(config={"update_multi": False}))}
        assert (await here.call("PATCH", f"/im/v1/messages/{theirs}", new)).code == 230012
        assert (await here.call("PATCH", f"/im/v1/messages/{text}", new)).code == 230001
        assert (await here.call("PATCH", f"/im/v1/messages/{gone}", new)).code == 230011
        assert (await here.call("PATCH", f"/im/v1/messages/{bad}", one_sided)).code == 230099
        assert (await here.call("PATCH", f"/im/v1/messages/{bad}", {"content": card()})).code == 9499

    run(story)


def test_words_are_edited_twenty_times():
    async def story(here: Here) -> None:
        sent = (await here.send(WANG, "0")).data["message_id"]
        for number in range(20):
            body = {"msg_type": "text", "content": json.dumps({"text": str(number)})}
            assert (await here.call("PUT", f"/im/v1/messages/{sent}", body)).code == 0
        assert (await here.call("PUT", f"/im/v1/messages/{sent}", body)).code == 230072

    run(story)


def test_a_recalled_message_stays_as_a_line_that_says_so():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        sent = (await here.send(chat, "oops")).data["message_id"]
        await here.call("POST", "/im/v1/pins", {"message_id": sent})
        await here.call("DELETE", f"/im/v1/messages/{sent}")
        [told] = (await here.call("GET", f"/im/v1/messages/{sent}")).data["items"]
        assert (told["deleted"], told["body"]["content"]) == (True, "This message was recalled")
        assert here.world.chats[chat].pins == []
        assert (await here.call("DELETE", f"/im/v1/messages/{sent}")).code == 230011

    run(story)


def test_history_is_read_page_by_page_and_from_a_moment_on():
    async def story(here: Here) -> None:
        chat = await here.group()
        for number in range(5):
            await here.send(chat, str(number))
            here.time.on(seconds=10)
        query = {"container_id_type": "chat", "container_id": chat}
        first = (await here.call("GET", "/im/v1/messages", page_size="3", **query)).data
        assert [json.loads(item["body"]["content"])["text"] for item in first["items"]] == ["0", "1", "2"]
        assert first["has_more"]
        rest = await here.call("GET", "/im/v1/messages", page_token=first["page_token"], **query)
        assert len(rest.data["items"]) == 2
        since = str(int(here.time.now().timestamp()) - 20)
        late = await here.call(
            "GET", "/im/v1/messages", start_time=since, sort_type="ByCreateTimeDesc", **query
        )
        assert [json.loads(item["body"]["content"])["text"] for item in late.data["items"]] == ["4", "3"]
        assert (await here.call("GET", "/im/v1/messages", page_size="51", **query)).code == 99992402

    run(story)


def test_history_holds_what_feishu_itself_says():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        await here.call("POST", f"/im/v1/chats/{chat}/members", {"id_list": [WANG, ZHAO]})
        await here.call("PUT", f"/im/v1/chats/{chat}", {"name": "已结束"})
        here.driver.adds(WANG, chat, LIU)
        here.driver.leaves(LIU, chat)
        query = {"container_id_type": "chat", "container_id": chat}
        told = (await here.call("GET", "/im/v1/messages", **query)).data["items"]
        assert {(one["msg_type"], one["sender"]["id"]) for one in told} == {("system", "")}
        came = "{from_user} invited {to_chatters} to this chat."
        assert [json.loads(one["body"]["content"]) for one in told] == [
            {"template": came, "from_user": ["goldenhour"], "to_chatters": ["王敏"]},
            {"template": came, "from_user": ["goldenhour"], "to_chatters": ["赵清和"]},
            {
                "template": "{from_user} changed the chat name to {new_name}.",
                "from_user": ["goldenhour"],
                "new_name": ["已结束"],
            },
            {"template": came, "from_user": ["王敏"], "to_chatters": ["刘洋"]},
            {"template": "{from_user} left this chat.", "from_user": ["刘洋"]},
        ]
        assert here.world.unread(ZHAO)[chat] == 0

    run(story)


def test_history_tells_a_card_only_to_those_who_ask_for_it():
    async def story(here: Here) -> None:
        shown = card(button())
        chat = (await here.send(WANG, shown)).data["chat_id"]
        query = {"container_id_type": "chat", "container_id": chat}
        [plainly] = (await here.call("GET", "/im/v1/messages", **query)).data["items"]
        assert json.loads(plainly["body"]["content"]) == {
            "title": "Red",
            "elements": [[{"tag": "text", "text": "请升级至最新版本客户端，以查看内容"}]],
        }
        whole = await here.call("GET", "/im/v1/messages", card_msg_content_type="user_card_content", **query)
        assert json.loads(whole.data["items"][0]["body"]["content"]) == shown

    run(story)


def test_a_groups_history_needs_the_scope_for_all_its_messages():
    scopes = frozenset({"im:message", "im:chat"})

    async def story(here: Here) -> None:
        group = await here.group(WANG)
        private = (await here.send(WANG, "x")).data["chat_id"]
        for chat, code in ((group, 230027), (private, 0)):
            query = {"container_id_type": "chat", "container_id": chat}
            assert (await here.call("GET", "/im/v1/messages", **query)).code == code

    run(story, scopes=scopes)


def test_names_in_a_text_notify_members_and_are_kept_beside_it():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        words = f'<at user_id="{WANG}">王敏</at> <at user_id="{EMMA}">Emma</at> <at id={ZHAO}></at>'
        sent = (await here.send(chat, words)).data
        assert json.loads(sent["body"]["content"])["text"] == f"@_user_1 @_user_2 <at id={ZHAO}></at>"
        assert [(one["key"], one["id"]) for one in sent["mentions"]] == [
            ("@_user_1", WANG),
            ("@_user_2", EMMA),
        ]
        assert here.world.pings == [(sent["message_id"], WANG)]

    run(story)


def test_a_group_may_forbid_to_call_everybody():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        everybody = card({"tag": "markdown", "content": "<at id=all></at>"})
        assert (await here.send(chat, everybody)).code == 0
        assert here.world.pings[-1][1] == "all"
        here.world.chats[chat].may_call_all = "only_owner"
        assert (await here.send(chat, everybody)).code == 230018
        assert (await here.send(chat, '<at user_id="all"></at>')).code == 230018

    run(story)
