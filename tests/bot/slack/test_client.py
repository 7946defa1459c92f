"""SlackChat against the strict local Slack, on good days and bad."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.chat import At, Button, Card, ChatError, Part, Plain

CARD = Card(
    (Plain("Grade red"),), (Part(((Plain("why"),),), buttons=(Button("accept", "Accept", "12"),)),), "red"
)
LATER = Card((Plain("Grade orange"),), (), "plain")


def soon():
    return datetime.now(UTC) - timedelta(hours=3)


async def opened(here, key="12.room"):
    return await here.chat.open_room("crisis-12-刹车失灵", "crisis-12", key)


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


def test_a_room_is_private_and_keeps_its_chinese_name(run):
    async def story(here):
        room = await opened(here)
        made = here.world.channels[room.id]
        assert (room.name, made.is_private, made.members) == ("crisis-12-刹车失灵", True, {"U0BOT"})

    run(story)


def test_a_workspace_that_refuses_chinese_names_gets_the_plain_one(run):
    async def story(here):
        here.world.ascii_names_only = True
        assert (await opened(here)).name == "crisis-12"

    run(story)


def test_the_room_is_handed_over_before_its_purpose_is_set(run):
    """People wait for the room; the purpose only serves to recognise it."""

    async def story(here):
        here.faults.plan("conversations.setPurpose", 1, "slow", 0.3)
        room = await opened(here)
        await here.chat.topic(room.id, "state")
        assert here.calls("conversations.setTopic")
        await here.chat.drain(2)
        assert here.world.channels[room.id].purpose == "goldenhour 12.room"

    run(story)


def test_opening_again_with_the_same_key_finds_the_same_room(run):
    async def story(here):
        first = await opened(here)
        await here.chat.drain(2)
        assert await opened(here) == first

    run(story)


def test_a_room_whose_answer_was_lost_is_found_though_it_has_no_purpose_yet(run):
    async def story(here):
        here.faults.plan("conversations.create", 1, "reset_after")
        assert (await failure(opened(here))).in_doubt
        room = await opened(here)
        assert [c.id for c in here.world.channels.values() if c.name == room.name] == [room.id]

    run(story)


@pytest.mark.parametrize("taken", ["by another key", "by a stranger", "by an archived room"])
def test_a_taken_name_gets_a_number(run, taken):
    async def story(here):
        if taken == "by a stranger":
            here.world.create_channel("crisis-12-刹车失灵", "U08", is_private=True)
        else:
            other = await opened(here, key="12.room" if "archived" in taken else "another")
            await here.chat.drain(2)
            here.world.channels[other.id].archived = "archived" in taken
        assert (await opened(here)).name == "crisis-12-刹车失灵-2"

    run(story)


def test_when_every_name_is_taken_nobody_waits_for_ever(run):
    async def story(here):
        for number in range(1, 11):
            ending = f"-{number}" if number > 1 else ""
            here.world.create_channel(f"crisis-12{ending}", "U08", is_private=True)
        error = await failure(here.chat.open_room("crisis-12", "crisis-12", "k"))
        assert (error.code, error.permanent) == ("name_taken", True)

    run(story)


def test_a_room_that_cannot_be_marked_is_a_room_all_the_same(run):
    async def story(here):
        here.faults.plan("conversations.setPurpose", 1, "503")
        with capture_logs() as logs:
            room = await opened(here)
            await here.chat.drain(2)
        assert [(log["event"], log["room"], log["code"]) for log in logs] == [
            ("slack.room_not_marked", room.id, "http_503")
        ]

    run(story)


def test_people_come_in_by_id_or_by_e_mail_and_the_others_are_named(run):
    async def story(here):
        room = await opened(here)
        refused = await here.chat.invite(room.id, ["wang", "liu", "gone", "ghost", "nameless", "wang"])
        assert refused == {
            "gone": "users_not_found",
            "nameless": "users_not_found",
            "ghost": "user_not_found",
        }
        assert here.world.channels[room.id].members == {"U0BOT", "U04", "U06"}

    run(story)


def test_inviting_again_is_fine_and_one_bad_id_alone_is_named(run):
    async def story(here):
        room = await opened(here)
        assert await here.chat.invite(room.id, ["wang"]) == {}
        assert await here.chat.invite(room.id, ["wang"]) == {}
        assert await here.chat.invite(room.id, ["wang", "ghost"]) == {"ghost": "user_not_found"}
        assert await here.chat.invite(room.id, ["ghost"]) == {"ghost": "user_not_found"}
        assert await here.chat.invite(room.id, []) == {}

    run(story)


def test_a_refusal_of_the_call_is_no_refusal_of_a_person(run):
    async def story(here):
        error = await failure(here.chat.invite("C999", ["wang"]))
        assert (error.code, error.permanent) == ("channel_not_found", True)

    run(story)


@pytest.mark.parametrize("code", ["user_not_found", "already_in_channel"])
def test_where_slack_does_not_say_who_is_meant_people_are_invited_one_by_one(run, code):
    async def story(here):
        room = await opened(here)
        here.faults.plan("conversations.invite", 1, f"error:{code}")
        assert await here.chat.invite(room.id, ["wang", "ghost", "emma"]) == {"ghost": "user_not_found"}
        assert here.world.channels[room.id].members == {"U0BOT", "U04", "U10"}

    run(story)


@pytest.mark.parametrize(
    ("code", "refused"), [("cant_invite", {"wang": "cant_invite"}), ("already_in_channel", {})]
)
def test_one_person_needs_no_list_of_who_is_meant(run, code, refused):
    async def story(here):
        room = await opened(here)
        here.faults.plan("conversations.invite", 1, f"error:{code}")
        assert await here.chat.invite(room.id, ["wang"]) == refused

    run(story)


def test_an_outage_while_looking_people_up_is_nobodys_fault(run):
    async def story(here):
        room = await opened(here)
        here.faults.plan("users.lookupByEmail", 1, "429", 2.0)
        assert (await failure(here.chat.invite(room.id, ["wang", "liu"]))).retry_after == 2.0
        here.ahead = 2.0
        assert await here.chat.invite(room.id, ["wang", "liu"]) == {}

    run(story)


def test_more_than_a_hundred_people_are_invited_in_batches(run):
    async def story(here):
        room = await opened(here)
        refused = await here.chat.invite(room.id, [f"U{number:04}X" for number in range(250)])
        assert len(refused) == 250
        assert [len(call["users"].split(",")) for call in here.calls("conversations.invite")][:1] == [100]

    run(story)


def test_a_message_is_posted_changed_pinned_and_bookmarked_once(run):
    async def story(here):
        room = await opened(here)
        message = await here.chat.post(room.id, CARD, "12.state")
        await here.chat.update(message, LATER, "12.state")
        for _ in range(2):
            await here.chat.pin(message)
            await here.chat.bookmark(room.id, "State", message)
        said = here.world.find(*message.split(":"))
        assert (said.text, len(said.blocks), said.attachments) == ("Grade orange", 1, [])
        assert said.metadata == {"event_type": "goldenhour_send", "event_payload": {"key": "12.state"}}
        kept = here.world.channels[room.id]
        await here.chat.tab(room.id, "Brief", "https://crisis.example.com/1")
        link = f"{here.world.url}/archives/{room.id}/p{said.ts.replace('.', '')}"
        assert (kept.pins, [mark["link"] for mark in kept.bookmarks]) == (
            [said.ts],
            [link, "https://crisis.example.com/1"],
        )

    run(story)


def test_a_coloured_message_becomes_plain_and_coloured_again(run):
    async def story(here):
        message = await here.chat.post((await opened(here)).id, LATER, "12.state")
        await here.chat.update(message, CARD, "12.state")
        said = here.world.find(*message.split(":"))
        assert (said.text, said.blocks, said.attachments[0]["color"]) == ("Grade red", [], "#c0392b")

    run(story)


def test_a_direct_message_takes_one_call(run):
    async def story(here):
        message = await here.chat.direct("wang", Card((At("wang"), Plain(" please come"))), "12.page")
        assert here.world.find(*message.split(":")).text == "<@U04> please come"
        assert [call.method for call in here.world.calls] == ["chat.postMessage"]

    run(story)


def test_somebody_known_by_e_mail_is_looked_up_once_and_mentioned_from_then_on(run):
    async def story(here):
        for key in ("a", "b"):
            message = await here.chat.direct("liu", Card((At("liu"),)), key)
        assert here.world.find(*message.split(":")).text == "<@U06>"
        assert len(here.calls("users.lookupByEmail")) == 1

    run(story)


@pytest.mark.parametrize("person", ["gone", "nameless"])
def test_nobody_is_behind_an_unknown_address(run, person):
    async def story(here):
        error = await failure(here.chat.direct(person, LATER, "k"))
        assert (error.code, error.permanent) == ("users_not_found", True)

    run(story)


def test_a_room_is_archived_once_and_again(run):
    async def story(here):
        room = await opened(here)
        await here.chat.archive(room.id)
        await here.chat.archive(room.id)
        assert here.world.channels[room.id].archived

    run(story)


def test_a_topic_is_harmless_and_fits(run):
    async def story(here):
        room = await opened(here)
        await here.chat.topic(room.id, "<!channel> " + "&" * 300)
        topic = here.world.channels[room.id].topic
        assert topic.startswith("&lt;!channel&gt; &amp;") and topic.endswith("&amp;") and len(topic) <= 250

    run(story)


def test_it_says_who_it_is_and_refuses_a_wrong_token(run):
    async def story(here):
        assert await here.chat.check() == "goldenhour (U0BOT) @ sandbox (T0SANDBOX)"
        here.web.token = "xoxb-wrong"
        error = await failure(here.chat.check())
        assert (error.code, error.permanent) == ("invalid_auth", True)

    run(story)


@pytest.mark.parametrize("to", ["room", "liu"])
def test_a_send_whose_answer_was_lost_is_found_by_its_key(run, to):
    async def story(here):
        room = (await opened(here)).id
        here.faults.plan("chat.postMessage", 2, "reset_after")
        say = here.chat.post if to == "room" else here.chat.direct
        to_whom, place = (room, {"room": room}) if to == "room" else (to, {"person": to})
        await say(to_whom, LATER, "first")
        assert (await failure(say(to_whom, LATER, "second"))).in_doubt
        await say(to_whom, LATER, "third")
        found = await here.chat.find("second", soon(), **place)
        said = here.world.find(*found.split(":"))
        assert said.metadata["event_payload"] == {"key": "second"}
        assert await here.chat.find("fourth", soon(), **place) is None
        assert await here.chat.find("first", datetime.now(UTC) + timedelta(hours=3), **place) is None

    run(story)


def test_an_updated_message_keeps_its_key(run):
    async def story(here):
        room = (await opened(here)).id
        message = await here.chat.post(room, CARD, "12.state")
        await here.chat.update(message, LATER, "12.state")
        assert await here.chat.find("12.state", soon(), room=room) == message

    run(story)


def test_a_key_in_somebody_elses_message_is_not_ours(run):
    """Any app of the workspace can write metadata."""

    async def story(here):
        room = (await opened(here)).id
        forged = {"event_type": "goldenhour_send", "event_payload": {"key": "12.page"}}
        here.world.post(room, "U08", "Grade orange", metadata=forged)
        assert await here.chat.find("12.page", soon(), room=room) is None

    run(story)


def test_the_past_is_read_page_by_page_and_no_further_than_needed(run):
    async def story(here):
        room = (await opened(here)).id
        message = await here.chat.post(room, LATER, "wanted")
        for number in range(450):
            here.world.post(room, "U04", f"{number}")
        assert await here.chat.find("wanted", soon(), room=room) == message
        assert len(here.calls("conversations.history")) == 3

    run(story)


def test_room_invitations_card_topic_and_pin_take_the_time_of_four_calls(run):
    """The crisis room must stand within seconds, however far away Slack is."""

    async def story(here):
        here.faults.latency = 0.4
        clock = asyncio.get_running_loop().time
        began = clock()
        room = await opened(here)
        _, message, _ = await asyncio.gather(
            here.chat.invite(room.id, ["wang", "emma"]),
            here.chat.post(room.id, CARD, "12.state"),
            here.chat.topic(room.id, "state"),
        )
        await here.chat.pin(message)
        assert clock() - began < 4 * 0.4

    run(story)
