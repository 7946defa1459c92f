"""conversations.*, bookmarks, pins and people, through the real SDK."""

import asyncio
from datetime import UTC, datetime

import pytest

from sandbox.world import make_world
from tests.sandbox.conftest import Here, a_sandbox, run
from tests.sandbox.test_chat import KEY, refusal


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("War-Room", "invalid_name_specials"),
        ("war room", "invalid_name_specials"),
        ("危机：刹车", "invalid_name_specials"),
        ("ａｂｃ", "invalid_name_specials"),
        ("--__", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
def test_bad_channel_names_are_refused(name, error):
    async def story(here: Here) -> None:
        assert await refusal(here.client.conversations_create(name=name)) == error

    run(story)


def test_chinese_names_are_taken_unless_the_workspace_is_strict():
    async def story(here: Here) -> None:
        made = await here.client.conversations_create(name="危机-刹车-7", is_private=True)
        assert made["channel"]["name"] == "危机-刹车-7"
        here.world.ascii_names_only = True
        assert await refusal(here.client.conversations_create(name="危机-刹车-8")) == "invalid_name_specials"

    run(story)


def test_the_name_of_an_archived_channel_stays_taken():
    async def story(here: Here) -> None:
        room = (await here.client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
        await here.client.conversations_archive(channel=room)
        assert await refusal(here.client.conversations_archive(channel=room)) == "already_archived"
        assert await refusal(here.client.conversations_create(name="inc-1")) == "name_taken"
        assert await refusal(here.client.conversations_setTopic(channel=room, topic="a")) == "is_archived"
        await here.client.conversations_unarchive(channel=room)
        await here.client.conversations_rename(channel=room, name="inc-2")
        assert here.world.channels[room].name == "inc-2"

    run(story)


def test_one_bad_guest_keeps_everybody_out_unless_forced():
    async def story(here: Here) -> None:
        invite = here.client.conversations_invite
        room = (await here.client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
        assert await refusal(invite(channel=room, users="U04,U99")) == "user_not_found"
        assert here.world.channels[room].members == {"U0BOT"}
        answer = await invite(channel=room, users="U04,U99,U05", force=True)
        assert answer["errors"] == [{"user": "U99", "ok": False, "error": "user_not_found"}]
        assert here.world.channels[room].members == {"U0BOT", "U04", "U05"}
        assert await refusal(invite(channel=room, users="U04")) == "already_in_channel"
        assert await refusal(invite(channel=room, users="U0BOT")) == "cant_invite_self"
        assert await refusal(invite(channel="C001", users="U04")) == "not_in_channel"
        direct = here.world.im_of("U04").id
        assert await refusal(invite(channel=direct, users="U05")) == "method_not_supported_for_channel_type"
        many = ",".join(f"U{number}" for number in range(101))
        assert await refusal(invite(channel=room, users=many)) == "invalid_arguments"

    run(story)


def test_topic_and_purpose_are_short_and_leave_a_line():
    async def story(here: Here) -> None:
        room = (await here.client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
        await here.client.conversations_setTopic(channel=room, topic="orange")
        await here.client.conversations_setPurpose(channel=room, purpose="brakes")
        assert await refusal(here.client.conversations_setTopic(channel=room, topic="x" * 251)) == "too_long"
        info = await here.client.conversations_info(channel=room, include_num_members=True)
        assert (info["channel"]["topic"]["value"], info["channel"]["num_members"]) == ("orange", 1)
        subtypes = [message.subtype for message in here.world.messages[room]]
        assert subtypes == ["channel_join", "channel_topic", "channel_purpose"]

    run(story)


def test_private_channels_of_others_are_invisible():
    async def story(here: Here) -> None:
        secret = here.world.create_channel("secret", "U04", is_private=True)
        mine = (await here.client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
        listed = await here.client.conversations_list(types="public_channel,private_channel", limit=2)
        assert [channel["id"] for channel in listed["channels"]] == ["C001", "C002"]
        cursor = listed["response_metadata"]["next_cursor"]
        rest = await here.client.conversations_list(types="public_channel,private_channel", cursor=cursor)
        assert [channel["id"] for channel in rest["channels"]] == [mine]
        assert await refusal(here.client.conversations_info(channel=secret.id)) == "channel_not_found"
        own = await here.client.users_conversations(types="private_channel")
        assert [channel["id"] for channel in own["channels"]] == [mine]

    run(story)


def test_history_finds_a_message_by_its_metadata():
    async def story(here: Here) -> None:
        sent = await here.client.chat_postMessage(channel="U04", text="a", metadata=KEY)
        room, ts = sent["channel"], sent["ts"]
        await here.client.chat_postMessage(channel=room, text="reply", thread_ts=ts)
        history = here.client.conversations_history
        whole = await history(channel=room, oldest=ts, inclusive=True, include_all_metadata=True)
        assert [message["metadata"] for message in whole["messages"]] == [KEY]
        short = await history(channel=room)
        assert short["messages"][0]["metadata"] == {"event_type": "incident_step"}
        assert (await history(channel=room, oldest=ts))["messages"] == []
        thread = await here.client.conversations_replies(channel=room, ts=ts)
        assert [message["text"] for message in thread["messages"]] == ["a", "reply"]
        assert await refusal(history(channel="C001")) == "not_in_channel"
        assert await refusal(history(channel=room, limit=1000)) == "invalid_limit"

    run(story)


def test_history_comes_in_pages_newest_first():
    async def story(here: Here) -> None:
        for number in range(5):
            sent = await here.client.chat_postMessage(channel="U04", text=str(number))
        first = await here.client.conversations_history(channel=sent["channel"], limit=3)
        assert [message["text"] for message in first["messages"]] == ["4", "3", "2"]
        cursor = first["response_metadata"]["next_cursor"]
        rest = await here.client.conversations_history(channel=sent["channel"], limit=3, cursor=cursor)
        assert ([message["text"] for message in rest["messages"]], rest["has_more"]) == (["1", "0"], False)

    run(story)


def test_pins_and_bookmarks():
    async def story(here: Here) -> None:
        sent = await here.client.chat_postMessage(channel="U04", text="a")
        room = sent["channel"]
        await here.client.pins_add(channel=room, timestamp=sent["ts"])
        assert await refusal(here.client.pins_add(channel=room, timestamp=sent["ts"])) == "already_pinned"
        assert [item["message"]["text"] for item in (await here.client.pins_list(channel=room))["items"]] == [
            "a"
        ]
        link = {"channel_id": room, "title": "Guide", "type": "link"}
        await here.client.bookmarks_add(**link, link="https://example.com")
        assert await refusal(here.client.bookmarks_add(**link, link="nonsense")) == "invalid_link"
        assert len((await here.client.bookmarks_list(channel_id=room))["bookmarks"]) == 1

    run(story)


def test_people_are_found_by_id_and_email():
    async def story(here: Here) -> None:
        found = await here.client.users_lookupByEmail(email="wang.min@example.com")
        assert (found["user"]["id"], found["user"]["tz_offset"]) == ("U04", 28_800)
        lost = here.client.users_lookupByEmail(email="nobody@example.com")
        assert await refusal(lost) == "users_not_found"
        info = await here.client.users_info(user="U10", include_locale=True)
        assert (info["user"]["locale"], info["user"]["tz"]) == ("en-GB", "Europe/London")
        assert (await here.client.users_info(user="U0BOT"))["user"]["is_bot"]
        assert len((await here.client.users_list())["members"]) == 16
        assert (await here.client.usergroups_list())["usergroups"] == []
        assert len((await here.client.conversations_members(channel="C001"))["members"]) == 15

    run(story)


def test_missing_scopes_are_named_and_used_ones_recorded():
    async def story(here: Here) -> None:
        create = here.client.conversations_create
        room = (await create(name="inc-1", is_private=True))["channel"]["id"]
        assert await refusal(create(name="inc-2")) == "missing_scope"
        await here.client.conversations_invite(channel=room, users="U04")
        user = (await here.client.users_info(user="U04"))["user"]
        assert "email" not in user["profile"]
        assert here.world.scopes_used == {"groups:write", "channels:manage", "users:read"}

    run(story, scopes=frozenset({"groups:write", "users:read"}))


def test_changes_tell_a_page_that_something_happened():
    async def story() -> None:
        world = make_world(lambda: datetime.now(UTC))
        changes = world.changes()
        assert await anext(changes) == world.version
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        world.post("C001", "U04", "news")
        assert await waiting == world.version
        assert world.unread("U05")["C001"] == 1
        world.mark_read("U05", "C001")
        assert world.unread("U05")["C001"] == 0
        await changes.aclose()

    asyncio.run(story())


def test_time_stamps_rise_even_when_the_clock_stands():
    world = make_world(lambda: datetime(2026, 12, 1, 6, 0, tzinfo=UTC))
    stamps = [world.post("C001", "U04", "a").ts for _ in range(50)]
    assert stamps == sorted(set(stamps))


def test_a_sandbox_stops_promptly():
    async def story() -> float:
        started = asyncio.get_running_loop().time()
        async with a_sandbox() as here:
            await here.client.auth_test()
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(story()) < 2
