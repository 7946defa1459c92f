"""im/v1/chats: groups made once, people added one call at a time, heads of groups."""

import asyncio

import pytest

from sandbox.faults import Faults
from tests.sandbox.feishu.conftest import EMMA, LIU, WANG, ZHAO, Here, card, run


def test_a_group_is_private_has_the_bot_and_is_its_own():
    async def story(here: Here) -> None:
        body = {"name": "危机 7 · 刹车异响", "description": "红色", "user_id_list": [WANG, ZHAO]}
        made = (await here.call("POST", "/im/v1/chats", body, user_id_type="open_id")).data
        assert (made["name"], made["chat_type"], made["user_count"]) == ("危机 7 · 刹车异响", "private", "2")
        assert "owner_id" not in made
        chat = here.world.chats[made["chat_id"]]
        assert (chat.has_bot, list(chat.members), chat.owner) == (True, [WANG, ZHAO], "cli_sandbox")

    run(story)


def test_a_group_of_a_person_has_the_bot_as_administrator_only_when_asked():
    async def story(here: Here) -> None:
        path, body = "/im/v1/chats", {"name": "x", "owner_id": WANG}
        plain = (await here.call("POST", path, body)).data
        managed = (await here.call("POST", path, body, set_bot_manager="true")).data
        assert plain["owner_id"] == WANG
        rename = {"name": "y", "edit_permission": "only_owner"}
        for made, code in ((plain, 232017), (managed, 0)):
            chat = f"{path}/{made['chat_id']}"
            assert (await here.call("PUT", chat, rename)).code == 0
            assert (await here.call("PUT", chat, rename)).code == code
            assert (await here.call("DELETE", chat)).code == 232017

    run(story)


def test_one_uuid_in_the_address_is_one_group_for_ten_hours_and_in_the_body_none():
    async def story(here: Here) -> None:
        first = await here.group(WANG, uuid="k")
        assert await here.group(WANG, uuid="k") == first
        assert await here.group(WANG, uuid="k", owner_id=ZHAO) != first
        body = {"name": "x", "uuid": "b"}
        twice = [(await here.call("POST", "/im/v1/chats", body)).data["chat_id"] for _ in range(2)]
        assert twice[0] != twice[1]
        here.time.on(hours=10)
        await here.sign_in()
        assert await here.group(WANG, uuid="k") != first

    run(story)


def test_a_group_on_its_way_is_told_so():
    faults = Faults()
    faults.plan("chats.create", 1, "slow", seconds=0.1)

    async def story(here: Here) -> None:
        both = (here.call("POST", "/im/v1/chats", {"name": "x"}, uuid="k") for _ in range(2))
        assert sorted(answer.code for answer in await asyncio.gather(*both)) == [0, 232068]

    run(story, faults=faults)


def test_one_bad_id_fails_the_whole_group():
    async def story(here: Here) -> None:
        here.world.people[LIU].resigned = True
        here.world.available = {WANG, LIU}
        for who, code in (("ou_other_app", 232043), (LIU, 232022), (ZHAO, 232043)):
            answer = await here.call("POST", "/im/v1/chats", {"name": "x", "user_id_list": [WANG, who]})
            assert answer.code == code
        too_many = {"name": "x", "user_id_list": [f"ou_{number}" for number in range(51)]}
        assert (await here.call("POST", "/im/v1/chats", too_many)).code == 99992402
        assert [chat for chat in here.world.chats.values() if chat.has_bot] == []

    run(story)


@pytest.mark.parametrize(
    ("how", "code", "added"),
    [("0", 232043, [WANG]), ("1", 0, [WANG, ZHAO]), ("2", 232022, [WANG])],
    ids=["0 fails on unknown ids", "1 takes the good ones", "2 takes all or none"],
)
def test_how_people_are_added(how, code, added):
    async def story(here: Here) -> None:
        here.world.people[LIU].resigned = True
        here.world.available = set(here.world.people) - {EMMA}
        chat = await here.group(WANG)
        answer = await here.call(
            "POST",
            f"/im/v1/chats/{chat}/members",
            {"id_list": [WANG, LIU, ZHAO, "ou_other_app", EMMA]},
            member_id_type="open_id",
            succeed_type=how,
        )
        assert answer.code == code
        assert list(here.world.chats[chat].members) == added
        if not code:
            assert answer.data == {
                "invalid_id_list": [LIU, EMMA],
                "not_existed_id_list": ["ou_other_app"],
                "pending_approval_id_list": [],
            }

    run(story)


def test_who_left_the_company_is_left_out_by_default_and_who_is_out_of_range_fails_all():
    async def story(here: Here) -> None:
        here.world.people[LIU].resigned = True
        here.world.available = set(here.world.people) - {EMMA}
        chat = await here.group(WANG)
        path = f"/im/v1/chats/{chat}/members"
        assert (await here.call("POST", path, {"id_list": [LIU, ZHAO]})).data["invalid_id_list"] == [LIU]
        assert (await here.call("POST", path, {"id_list": [EMMA]})).code == 232024

    run(story)


def test_two_calls_for_members_of_one_group_at_once_are_one_too_many():
    async def story(here: Here) -> None:
        one, other = await here.group(), await here.group()
        adding = [
            here.call("POST", f"/im/v1/chats/{chat}/members", {"id_list": [who]})
            for chat, who in ((one, WANG), (one, ZHAO), (other, WANG))
        ]
        faults = here.installation.faults
        faults.plan_next("members.create", "slow", seconds=0.1, times=3)
        answers = await asyncio.gather(*adding)
        assert sorted(answer.code for answer in answers) == [0, 0, 232019]

    run(story)


def test_members_are_listed_without_the_bot_and_taken_out_by_administrators():
    async def story(here: Here) -> None:
        chat = await here.group(WANG, ZHAO, LIU)
        path = f"/im/v1/chats/{chat}/members"
        page = (await here.call("GET", path, page_size="2")).data
        assert [one["member_id"] for one in page["items"]] == [WANG, ZHAO]
        assert (page["has_more"], page["member_total"]) == (True, 3)
        assert (await here.call("DELETE", path, {"id_list": [ZHAO, "ou_x"]})).data == {
            "invalid_id_list": ["ou_x"]
        }
        assert list(here.world.chats[chat].members) == [WANG, LIU]

    run(story)


def test_the_bot_leaves_and_then_may_nothing():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        path = f"/im/v1/chats/{chat}"
        assert (await here.call("GET", f"{path}/members/is_in_chat")).data == {"is_in_chat": True}
        await here.call("DELETE", f"{path}/members", {"id_list": ["cli_sandbox"]}, member_id_type="app_id")
        assert (await here.call("GET", f"{path}/members/is_in_chat")).data == {"is_in_chat": False}
        assert (await here.call("PUT", path, {"name": "y"})).code == 232011
        assert (await here.send(chat, "x")).code == 230002

    run(story)


def test_a_dissolved_group_takes_nothing_and_nobody_sees_it():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        sent = (await here.send(chat, card())).data["message_id"]
        assert (await here.call("DELETE", f"/im/v1/chats/{chat}")).code == 0
        assert chat not in [one.id for one in here.world.visible_chats(WANG)]
        for verb, path, body in (
            ("PUT", f"/im/v1/chats/{chat}", {"name": "y"}),
            ("POST", f"/im/v1/chats/{chat}/members", {"id_list": [ZHAO]}),
            ("DELETE", f"/im/v1/messages/{sent}", None),
            ("PATCH", f"/im/v1/messages/{sent}/urgent_app", {"user_id_list": [WANG]}),
        ):
            assert (await here.call(verb, path, body)).code == 232009

    run(story)


def test_a_group_is_renamed_described_and_its_rights_are_set():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        body = {"name": "【已结束】危机 1", "description": "d" * 100, "urgent_setting": "only_owner"}
        assert (await here.call("PUT", f"/im/v1/chats/{chat}", body)).code == 0
        told = (await here.call("GET", f"/im/v1/chats/{chat}")).data
        assert (told["name"], told["urgent_setting"]) == ("【已结束】危机 1", "only_owner")
        assert (await here.call("PUT", f"/im/v1/chats/{chat}", {"description": "d" * 101})).code == 99992402
        assert (await here.call("GET", "/im/v1/chats/oc_none")).code == 232006
        moderation = {"moderation_setting": "only_owner"}
        assert (await here.call("PUT", f"/im/v1/chats/{chat}/moderation", moderation)).code == 0
        assert [one["chat_id"] for one in (await here.call("GET", "/im/v1/chats")).data["items"]] == [chat]

    run(story)


def test_a_name_that_is_not_let_through():
    async def story(here: Here) -> None:
        here.world.sensitive.add("刹车")
        bad = {"name": "危机 刹车"}
        assert (await here.call("POST", "/im/v1/chats", bad)).code == 232023
        chat = await here.group(WANG)
        assert (await here.call("PUT", f"/im/v1/chats/{chat}", bad)).code == 232023

    run(story)


def test_a_public_group_needs_a_name_and_a_tenant_that_allows_it():
    async def story(here: Here) -> None:
        public = {"name": "x", "chat_type": "public"}
        assert (await here.call("POST", "/im/v1/chats", public)).code == 99992402
        here.world.public_allowed = False
        assert (await here.call("POST", "/im/v1/chats", public | {"name": "xx"})).code == 232091

    run(story)


def test_a_message_is_pinned_once_and_kept_in_sight():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        sent = (await here.send(chat, card())).data["message_id"]
        for _ in range(2):
            assert (await here.call("POST", "/im/v1/pins", {"message_id": sent})).data["pin"][
                "chat_id"
            ] == chat
        assert here.world.chats[chat].pins == [sent]
        later = (await here.send(chat, card())).data["message_id"]
        await here.call("POST", "/im/v1/pins", {"message_id": later})
        page = (await here.call("GET", "/im/v1/pins", chat_id=chat, page_size="1")).data
        assert [one["message_id"] for one in page["items"]] == [later]
        rest = await here.call("GET", "/im/v1/pins", chat_id=chat, page_token=page["page_token"])
        assert [one["message_id"] for one in rest.data["items"]] == [sent]
        assert (await here.call("GET", "/im/v1/pins")).code == 99992402
        await here.call("DELETE", f"/im/v1/pins/{later}")
        path = f"/im/v1/chats/{chat}/top_notice"
        notice = {"chat_top_notice": [{"action_type": "1", "message_id": sent}]}
        assert (await here.call("POST", f"{path}/put_top_notice", notice)).code == 0
        assert here.world.chats[chat].top_notice == {"action_type": "1", "message_id": sent}
        other = await here.group(WANG)
        wrong = await here.call("POST", f"/im/v1/chats/{other}/top_notice/put_top_notice", notice)
        assert wrong.code == 230001
        await here.call("POST", f"{path}/delete_top_notice")
        await here.call("DELETE", f"/im/v1/pins/{sent}")
        assert (here.world.chats[chat].top_notice, here.world.chats[chat].pins) == (None, [])

    run(story)


def test_tabs_lead_to_a_web_address_and_are_twenty_at_most():
    async def story(here: Here) -> None:
        chat = await here.group(WANG)
        path = f"/im/v1/chats/{chat}/chat_tabs"
        tab = {"tab_name": "简报", "tab_type": "url", "tab_content": {"url": "https://crisis.example.com/1"}}
        made = (await here.call("POST", path, {"chat_tabs": [tab]})).data["chat_tabs"]
        assert (await here.call("GET", f"{path}/list_tabs")).data["chat_tabs"] == made
        for wrong in ({"tab_name": "n" * 31}, {"tab_type": "doc"}, {"tab_content": {"url": "crisis"}}):
            assert (await here.call("POST", path, {"chat_tabs": [tab | wrong]})).code == 99992402
        assert (await here.call("POST", path, {"chat_tabs": [tab] * 20})).code == 99992402
        gone = {"tab_ids": [made[0]["tab_id"]]}
        assert (await here.call("DELETE", f"{path}/delete_tabs", gone)).data == {"chat_tabs": []}

    run(story)
