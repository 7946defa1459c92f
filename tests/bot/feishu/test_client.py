"""FeishuChat: what it asks of Feishu for each deed, and what it makes of the answers."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from starlette.responses import HTMLResponse
from structlog.testing import capture_logs

from bot.chat import COSMETIC, PAGE, At, Button, Card, ChatError, Part, Plain
from bot.feishu.methods import ABOUT_US, CREATE_CHAT, FIND_PEOPLE, HISTORY, LIST_PINS, PIN, SEND, TOKEN
from tests.bot.feishu.open_api import ALONE, EMMA, LIU, ROOM, WANG, fine, no, run

CARD = Card(
    (Plain("Grade red"),), (Part(((Plain("why"),),), buttons=(Button("accept", "Accept", "12"),)),), "red"
)
LATER = Card((Plain("Grade orange"),))
BEFORE = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MEMBERS = "POST /im/v1/chats/oc_room/members"
TABS = "POST /im/v1/chats/oc_room/chat_tabs"
LIST_TABS = "GET /im/v1/chats/oc_room/chat_tabs/list_tabs"
NOTICE = "POST /im/v1/chats/oc_room/top_notice/put_top_notice"
MODERATION = "PUT /im/v1/chats/oc_room/moderation"
UPDATE = "PATCH /im/v1/messages/om_1"
REPLY = "POST /im/v1/messages/om_1/reply"
URGENT_APP = "PATCH /im/v1/messages/om_1/urgent_app"


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


def card_of(body):
    return json.loads(body["content"])


def users(*found):
    """What batch_get_id says: who is not found stands there without an id."""
    return fine(user_list=[{"email": email, "user_id": user} for email, user in found if user])


def test_a_room_is_a_private_group_of_our_bot_with_its_chinese_name():
    async def story(here):
        room = await here.chat.open_room("刹车失灵 危机群", "crisis-12", "12/room/0 20261121")
        assert (room.id, room.name) == ("oc_room", "刹车失灵 危机群")
        asked = here.api.calls(CREATE_CHAT)[0]
        assert asked.body == {"name": "刹车失灵 危机群", "chat_mode": "group", "chat_type": "private"}
        assert asked.query == {
            "user_id_type": "open_id",
            "set_bot_manager": "true",
            "uuid": "61d7fcbd69c65fd3143cd6cae9cb35f5d3664f6c",
        }

    run(story)


def test_its_name_begins_with_its_number_and_goes_on_with_what_happened():
    async def story(here):
        assert here.chat.called(12, "刹车失灵", "危机 12") == ("危机 12 · 刹车失灵", "危机 12")
        assert here.chat.called(12, "", "危机 12") == ("危机 12", "危机 12")

    run(story)


def test_the_same_key_is_the_same_uuid_and_another_key_another():
    async def story(here):
        for key in ("12/room/0", "12/room/0", "12/room/1"):
            await here.chat.open_room("a", "b", key)
        first, again, other = (asked.query["uuid"] for asked in here.api.calls(CREATE_CHAT))
        assert first == again != other
        assert len(first) <= 50

    run(story)


@pytest.mark.parametrize("code", [232023, 230001])
def test_a_name_that_feishu_refuses_becomes_the_plain_one(code):
    async def story(here):
        here.api.plan(CREATE_CHAT, no(code))
        assert (await here.chat.open_room("刹车失灵", "crisis-12", "k")).name == "crisis-12"
        here.api.plan(CREATE_CHAT, no(code), no(code))
        assert (await failure(here.chat.open_room("刹车失灵", "crisis-12", "k"))).permanent

    run(story)


def test_a_long_name_is_cut_to_sixty():
    async def story(here):
        assert len((await here.chat.open_room("危" * 80, "crisis-12", "k")).name) == 60

    run(story)


def test_people_come_in_by_open_id_or_by_e_mail_and_the_others_are_named():
    async def story(here):
        here.api.plan(FIND_PEOPLE, users(("Liu.Yang@example.com", LIU), ("gone@example.com", "")))
        refused = await here.chat.invite(ROOM, ["wang", "liu", "gone", "nameless", "wang"])
        assert refused == {"gone": "users_not_found", "nameless": "users_not_found"}
        assert here.api.bodies(FIND_PEOPLE) == [{"emails": ["liu.yang@example.com", "gone@example.com"]}]
        asked = here.api.calls(MEMBERS)[0]
        assert asked.query == {"member_id_type": "open_id", "succeed_type": "1"}
        assert asked.body == {"id_list": [WANG, LIU]}

    run(story)


def test_whom_feishu_lets_in_only_in_part_is_told_for_each():
    async def story(here):
        here.api.plan(FIND_PEOPLE, users(("liu.yang@example.com", LIU)))
        here.api.plan(
            MEMBERS,
            fine(invalid_id_list=[WANG], not_existed_id_list=[EMMA], pending_approval_id_list=[LIU]),
        )
        assert await here.chat.invite(ROOM, ["wang", "emma", "liu"]) == {
            "wang": "cant_invite",
            "emma": "user_not_found",
            "liu": "waits_for_approval",
        }

    run(story)


def test_one_who_keeps_everybody_out_is_found_by_asking_for_each_alone():
    async def story(here):
        here.api.plan(MEMBERS, no(232024), fine(), no(232024))
        assert await here.chat.invite(ROOM, ["wang", "emma"]) == {"emma": "outside_availability"}
        assert here.api.bodies(MEMBERS) == [
            {"id_list": [WANG, EMMA]},
            {"id_list": [WANG]},
            {"id_list": [EMMA]},
        ]

    run(story)


@pytest.mark.parametrize(("code", "word"), [(232009, "channel_not_found"), (232011, "not_in_channel")])
def test_a_room_that_is_gone_is_no_fault_of_the_people(code, word):
    async def story(here):
        here.api.plan(MEMBERS, no(code))
        error = await failure(here.chat.invite(ROOM, ["wang", "emma"]))
        assert (error.code, error.permanent) == (word, True)

    run(story)


def test_members_of_one_chat_come_in_one_call_after_another():
    async def story(here):
        await asyncio.gather(*(here.chat.invite(ROOM, [person]) for person in ("wang", "emma", "wang")))
        assert here.api.bodies(MEMBERS) == [{"id_list": [WANG]}, {"id_list": [EMMA]}, {"id_list": [WANG]}]
        assert here.api.most_at_once[MEMBERS] == 1

    run(story)


def test_updates_of_one_message_come_one_after_another_and_of_two_together():
    async def story(here):
        await here.chat.check()
        await asyncio.gather(*(here.chat.update("om_1", card, "1/state/0") for card in (CARD, LATER)))
        assert here.api.most_at_once[UPDATE] == 1
        first, last = (card_of(body)["config"]["summary"]["content"] for body in here.api.bodies(UPDATE))
        assert (first, last) == ("Grade red", "Grade orange")

    run(story)


def test_nobody_is_invited_by_nobody():
    async def story(here):
        assert await here.chat.invite(ROOM, []) == {}
        assert here.api.asked == []

    run(story)


def test_an_e_mail_is_looked_up_once_and_one_not_found_again_after_a_minute():
    async def story(here):
        here.api.plan(FIND_PEOPLE, users(("liu.yang@example.com", LIU)), users(), users())
        await here.chat.direct("liu", CARD, "a")
        await here.chat.direct("liu", CARD, "b")
        assert len(here.api.calls(FIND_PEOPLE)) == 1
        for _ in range(2):
            error = await failure(here.chat.direct("gone", CARD, "c"))
            assert (error.code, error.permanent) == ("users_not_found", True)
        assert len(here.api.calls(FIND_PEOPLE)) == 2
        here.ahead = 61
        await failure(here.chat.direct("gone", CARD, "c"))
        assert len(here.api.calls(FIND_PEOPLE)) == 3

    run(story)


def test_a_topic_is_the_groups_description_cut_to_a_hundred():
    async def story(here):
        await here.chat.topic(ROOM, "刹" * 120)
        (asked,) = here.api.calls("PUT /im/v1/chats/oc_room")
        assert asked.body == {"description": "刹" * 99 + "…"}

    run(story)


def test_a_tab_leads_to_the_brief_where_there_is_an_address_and_only_once():
    async def story(here):
        await here.chat.bookmark(ROOM, "简报", "om_1")
        assert here.api.asked == []
        there = {"tab_name": "简报", "tab_type": "url"}
        here.api.plan(LIST_TABS, fine(chat_tabs=[{"tab_type": "message"}]), fine(chat_tabs=[there]))
        for _ in range(2):
            await here.chat.tab(ROOM, "简报", "https://gh.example.com/1")
        assert here.api.bodies(TABS) == [
            {
                "chat_tabs": [
                    {
                        "tab_name": "简报",
                        "tab_type": "url",
                        "tab_content": {"url": "https://gh.example.com/1"},
                    }
                ]
            }
        ]

    run(story)


def test_a_post_is_a_card_in_a_string_with_a_uuid_and_the_key_unseen():
    async def story(here):
        assert await here.chat.post(ROOM, CARD, "1/state/0") == "om_1"
        (asked,) = here.api.calls(SEND)
        assert asked.query == {"receive_id_type": "chat_id"}
        assert (asked.body["receive_id"], asked.body["msg_type"]) == ("oc_room", "interactive")
        assert asked.body["uuid"] == "2adc4416acac2632f072be878ca85ec98bececb4"
        shape = card_of(asked.body)
        assert (shape["schema"], shape["config"]["update_multi"]) == ("2.0", True)
        assert shape["body"]["elements"][0]["element_id"] == "kde652309cfb4cf6d1c5"

    run(story)


def test_a_uuid_is_of_its_place_too():
    """A database begun anew counts from one again: its first page must not be taken for the old one's."""

    async def story(here):
        for room in ("oc_1", "oc_2", "oc_1"):
            await here.chat.post(room, CARD, "1/state/0")
        first, other, again = (body["uuid"] for body in here.api.bodies(SEND))
        assert first == again != other

    run(story)


def test_a_direct_message_goes_to_the_open_id():
    async def story(here):
        assert await here.chat.direct("wang", CARD, "1/page/wang/1") == "om_1"
        (asked,) = here.api.calls(SEND)
        assert asked.query == {"receive_id_type": "open_id"}
        assert asked.body["receive_id"] == WANG

    run(story)


def test_somebody_is_mentioned_by_the_open_id_that_was_found():
    async def story(here):
        here.api.plan(FIND_PEOPLE, users(("liu.yang@example.com", LIU)))
        await here.chat.direct("liu", Card((At("liu"),)), "a")
        assert f"<at id={LIU}></at>" in here.api.bodies(SEND)[0]["content"]

    run(story)


def test_an_update_replaces_the_whole_card_and_keeps_the_id():
    async def story(here):
        assert await here.chat.update("om_1", LATER, "1/state/0") == "om_1"
        (body,) = here.api.bodies(UPDATE)
        assert list(body) == ["content"]
        assert card_of(body)["config"]["summary"] == {"content": "Grade orange"}

    run(story)


def test_what_is_older_than_fourteen_days_is_said_afresh_and_pinned_in_its_place():
    async def story(here):
        here.api.plan(UPDATE, no(230031))
        here.api.plan(REPLY, fine(message_id="om_2", chat_id="oc_room"))
        here.api.plan(LIST_PINS, fine(items=[{"message_id": "om_1"}], has_more=False))
        assert await here.chat.update("om_1", LATER, "1/state/0") == "om_2"
        (body,) = here.api.bodies(REPLY)
        assert (body["msg_type"], card_of(body)["schema"], len(body["uuid"])) == ("interactive", "2.0", 40)
        assert here.api.calls(LIST_PINS)[0].query == {"chat_id": "oc_room", "page_size": "50"}
        assert here.api.bodies(PIN) == [{"message_id": "om_2"}]
        assert here.api.bodies(NOTICE) == [{"chat_top_notice": [{"action_type": "1", "message_id": "om_2"}]}]

    run(story)


def test_what_was_not_pinned_is_not_pinned_afresh_and_a_repetition_is_the_same_message():
    async def story(here):
        for _ in range(2):
            here.api.plan(UPDATE, no(230031))
            here.api.plan(REPLY, fine(message_id="om_2", chat_id=ALONE))
            assert await here.chat.update("om_1", LATER, "1/state/0") == "om_2"
        first, again = here.api.bodies(REPLY)
        assert first["uuid"] == again["uuid"]
        assert here.api.calls(PIN) == []

    run(story)


@pytest.mark.parametrize("code", [230011, 230110])
def test_a_revoked_message_is_not_brought_back(code):
    async def story(here):
        here.api.plan(UPDATE, no(code))
        error = await failure(here.chat.update("om_1", LATER, "1/state/0"))
        assert (error.code, error.permanent) == ("message_not_found", True)
        assert here.api.calls(REPLY) == []

    run(story)


def test_a_pin_also_stands_over_the_conversation():
    async def story(here):
        await here.chat.pin("om_1")
        assert here.api.bodies(PIN) == [{"message_id": "om_1"}]
        assert here.api.bodies(NOTICE) == [{"chat_top_notice": [{"action_type": "1", "message_id": "om_1"}]}]

    run(story)


def test_an_archived_room_is_one_in_which_only_the_bot_may_write():
    async def story(here):
        await here.chat.archive(ROOM)
        assert here.api.bodies(MODERATION) == [{"moderation_setting": "only_owner"}]
        here.api.plan(MODERATION, no(232009))
        await here.chat.archive(ROOM)

    run(story)


def said(key_mark, message="om_7", sender="cli_1", **more):
    card = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "element_id": key_mark}]}}
    body = {"content": json.dumps(card)}
    return {
        "message_id": message,
        "msg_type": "interactive",
        "sender": {"id": sender, "id_type": "app_id", "sender_type": "app"},
        "body": body,
        **more,
    }


MARK = "k" + "0" * 19


def test_a_message_is_found_by_its_mark_in_cards_as_they_were_sent():
    async def story(here):
        await here.chat.post(ROOM, CARD, "1/state/0")
        mark = card_of(here.api.bodies(SEND)[0])["body"]["elements"][0]["element_id"]
        here.api.plan(
            HISTORY,
            fine(
                items=[
                    said(mark, "om_stranger", sender="cli_2"),
                    said(mark, "om_recalled", deleted=True),
                    said(MARK, "om_other"),
                    said(MARK, "om_text", body={"content": '{"text":"hi"}'}),
                    said(MARK, "om_old_app", body={"content": '{"title":null,"elements":[[]]}'}),
                    said(MARK, "om_broken", body={"content": "{"}),
                    said(MARK, "om_empty", body=None),
                ],
                has_more=True,
                page_token="p2",
            ),
            fine(items=[said(mark, "om_7")], has_more=False),
        )
        assert await here.chat.find("1/state/0", BEFORE, room=ROOM) == "om_7"
        first, second = (asked.query for asked in here.api.calls(HISTORY))
        assert first == {
            "container_id_type": "chat",
            "container_id": "oc_room",
            "start_time": "1795233600",
            "sort_type": "ByCreateTimeDesc",
            "page_size": "50",
            "card_msg_content_type": "user_card_content",
        }
        assert second["page_token"] == "p2"
        assert await here.chat.find("1/state/1", BEFORE, room=ROOM) is None

    run(story)


def test_a_direct_message_is_looked_for_in_the_chat_that_feishu_named():
    async def story(here):
        assert await here.chat.find("1/page/wang/1", BEFORE, person="wang") is None
        assert here.api.calls(HISTORY) == [], "sent again under its uuid, Feishu answers with the first"
        await here.chat.direct("wang", CARD, "1/page/wang/1")
        await here.chat.find("1/page/wang/1", BEFORE, person="wang")
        assert here.api.calls(HISTORY)[0].query["container_id"] == ALONE

    run(story)


@pytest.mark.parametrize("code", [99991672, 230027, 230002])
def test_a_history_that_we_may_not_read_leaves_it_to_the_uuid(code):
    """To read a group's messages takes a scope which many an administrator does not give."""

    async def story(here):
        here.api.plan(HISTORY, no(code))
        with capture_logs() as logs:
            assert await here.chat.find("1/state/0", BEFORE, room=ROOM) is None
        assert logs[-1]["event"] == "feishu.history_closed"

    run(story)


def test_a_history_that_does_not_answer_is_asked_again():
    async def story(here):
        here.api.plan(HISTORY, HTMLResponse("", 502))
        assert (await failure(here.chat.find("1/state/0", BEFORE, room=ROOM))).in_doubt

    run(story)


@pytest.mark.parametrize("level", ["app", "sms", "phone"])
def test_somebody_is_urged_on_a_message_in_each_way(level):
    async def story(here):
        await here.chat.urge("om_1", "wang", level)
        (asked,) = here.api.calls(f"PATCH /im/v1/messages/om_1/urgent_{level}")
        assert (asked.query, asked.body) == ({"user_id_type": "open_id"}, {"user_id_list": [WANG]})

    run(story)


def test_a_way_that_is_not_set_is_not_tried():
    async def story(here):
        error = await failure(here.chat.urge("om_1", "wang", "phone"))
        assert (error.code, error.permanent) == ("urgent_phone_not_set", True)
        assert here.api.asked == []
        assert here.chat.urges == ("app",)

    run(story, urges=("app",))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: fine(invalid_user_id_list=[WANG]), "urgent_not_received"),
        (lambda: no(230024), "urgent_used_up"),
        (lambda: no(230023), "urgent_too_many"),
        (lambda: no(230052), "urgent_not_allowed"),
        (lambda: no(99991672), "missing_scope"),
        (lambda: no(230001), "urgent_not_received"),
    ],
)
def test_an_urge_that_reaches_nobody_says_so_at_once(answer, code):
    async def story(here):
        here.api.plan(URGENT_APP, answer())
        error = await failure(here.chat.urge("om_1", "wang", "app"))
        assert (error.code, error.permanent) == (code, True)

    run(story)


def test_an_urge_whose_answer_was_lost_is_in_doubt():
    async def story(here):
        here.api.plan(URGENT_APP, HTMLResponse("", 502))
        error = await failure(here.chat.urge("om_1", "wang", "app"))
        assert (error.code, error.in_doubt, error.permanent) == ("http_502", True, False)

    run(story)


def test_a_page_is_held_up_where_it_was_refused_by_the_persons_own_id():
    """The turn is asked for a person of the roster, Feishu's refusal names an open_id."""

    async def story(here):
        here.api.plan(SEND, no(230020))
        await failure(here.chat.direct("wang", CARD, "a"))
        assert 0.5 < here.chat.pace("direct", "wang", PAGE) <= 1.0
        assert here.chat.pace("direct", "emma", PAGE) == 0

    run(story)


def test_ids_tell_whose_they_are():
    async def story(here):
        assert [here.chat.owns(id) for id in ("oc_1", "om_1", "C01", "C01:17.1", "ou_1", "")] == [
            True,
            True,
            False,
            False,
            False,
            False,
        ]
        assert (here.chat.name, here.chat.leaves) == ("feishu", False)
        assert here.chat.near("slack") is here.chat

    run(story)


def test_nothing_is_left_with_feishu():
    async def story(here):
        assert await here.chat.left(ROOM) == {}
        await here.chat.take_back(ROOM, "x")
        assert (await failure(here.chat.leave(ROOM, CARD, BEFORE, "GH-1"))).permanent
        assert here.chat.pace("leave", ROOM, COSMETIC) == 0
        assert here.api.asked == []

    run(story)


def test_each_check_asks_for_a_token_which_is_free_and_only_the_first_who_we_are():
    async def story(here):
        assert await here.chat.check() == "黄金一小时 (ou_bot)"
        assert (await here.chat.identity()).open_id == "ou_bot"
        asked = len(here.api.calls(TOKEN))
        assert await here.chat.check() == "黄金一小时 (ou_bot)"
        assert (len(here.api.calls(ABOUT_US)), len(here.api.calls(TOKEN))) == (1, asked + 1)

    run(story)


def test_a_secret_that_was_changed_is_told_by_the_next_check():
    async def story(here):
        await here.chat.check()
        here.api.plan(TOKEN, no(10014))
        error = await failure(here.chat.check())
        assert (error.code, error.permanent) == ("invalid_auth", True)

    run(story)


def test_who_asks_who_we_are_learns_that_the_app_is_refused():
    async def story(here):
        here.api.plan(ABOUT_US, no(99991672))
        error = await failure(here.chat.check())
        assert (error.code, error.permanent) == ("missing_scope", True)

    run(story)
