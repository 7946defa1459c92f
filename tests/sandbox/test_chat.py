"""chat.*: what Slack posts and what it refuses."""

import asyncio
import functools
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.world import make_world
from tests.sandbox.conftest import Here, a_sandbox, run

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}
KEY = {"event_type": "incident_step", "event_payload": {"key": "k1"}}


async def refusal(call) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


def test_a_message_is_posted_changed_and_deleted():
    async def story(here: Here) -> None:
        room = (await here.client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
        sent = await here.client.chat_postMessage(channel=room, text="hello", blocks=[SECTION], metadata=KEY)
        assert sent["message"]["blocks"][0]["block_id"]
        await here.client.chat_update(channel=room, ts=sent["ts"], text="hello again")
        message = here.world.find(room, sent["ts"])
        assert (message.text, message.edited, message.metadata) == ("hello again", True, KEY)
        await here.client.chat_update(channel=room, ts=sent["ts"], text="bare", metadata={}, blocks=[])
        assert (message.metadata, message.blocks) == (None, [])
        await here.client.chat_delete(channel=room, ts=sent["ts"])
        assert here.world.find(room, sent["ts"]) is None
        assert await refusal(here.client.chat_delete(channel=room, ts=sent["ts"])) == "message_not_found"

    run(story)


def test_where_the_bot_may_not_post():
    async def story(here: Here) -> None:
        post = here.client.chat_postMessage
        bare = functools.partial(here.client.api_call, "chat.postMessage")
        secret = here.world.create_channel("secret", "U04", is_private=True)
        assert await refusal(post(channel="C001", text="a")) == "not_in_channel"
        assert await refusal(post(channel=secret.id, text="a")) == "channel_not_found"
        assert await refusal(post(channel="C999", text="a")) == "channel_not_found"
        assert await refusal(bare(json={"channel": "U04", "blocks": [SECTION]})) == "no_text"
        await here.client.conversations_join(channel="C002")
        await here.client.conversations_archive(channel="C002")
        assert await refusal(post(channel="C002", text="a")) == "is_archived"

    run(story)


def test_chat_write_public_must_be_granted_by_name():
    async def story(here: Here) -> None:
        assert (await here.client.chat_postMessage(channel="C001", text="a"))["ok"]

    run(story, scopes=frozenset({"chat:write", "chat:write.public"}))


def test_a_user_id_opens_the_direct_message():
    async def story(here: Here) -> None:
        sent = await here.client.chat_postMessage(channel="U04", text="to you")
        assert sent["channel"] == here.world.im_of("U04").id
        assert here.world.unread("U04")[sent["channel"]] == 1
        assert here.world.visible_messages(sent["channel"], "U05") == []
        assert await refusal(here.client.chat_postMessage(channel="U0BOT", text="a")) == "cannot_dm_bot"

    run(story)


def test_other_peoples_messages_cannot_be_changed():
    async def story(here: Here) -> None:
        im = here.world.im_of("U04")
        theirs = here.world.post(im.id, "U04", "mine")
        assert (
            await refusal(here.client.chat_update(channel=im.id, ts=theirs.ts, text="x"))
            == "cant_update_message"
        )
        own = await here.client.chat_postMessage(channel=im.id, text="own")
        long = here.client.chat_update(channel=im.id, ts=own["ts"], text="x" * 4001)
        assert await refusal(long) == "msg_too_long"

    run(story)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"metadata": "nonsense"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x", "event_payload": {"a": "b" * 20_000}}}, "metadata_too_large"),
        ({"blocks": "nonsense"}, "invalid_blocks_format"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"markdown_text": "**a**"}, "markdown_text_conflict"),
        ({"thread_ts": "1.000001"}, "thread_not_found"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_messages_are_refused(sent, error):
    async def story(here: Here) -> None:
        assert await refusal(here.client.chat_postMessage(channel="U04", text="a", **sent)) == error

    run(story)


def test_whom_a_message_would_ping_is_recorded():
    async def story(here: Here) -> None:
        post = here.client.chat_postMessage
        await post(channel="U04", text="&lt;!channel&gt; is harmless")
        await post(
            channel="U04",
            text="a",
            blocks=[{"type": "header", "text": {"type": "plain_text", "text": "<!here>"}}],
        )
        assert here.world.pings == []
        live = SECTION | {"text": {"type": "mrkdwn", "text": "<!channel> <@U04|wang>"}}
        user = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U05"}]}
        await post(channel="U04", text="a", blocks=[live, {"type": "rich_text", "elements": [user]}])
        assert [what for _, what in here.world.pings] == ["<!channel>", "<@U04>", "<@U05>"]

    run(story)


def test_only_its_reader_sees_an_ephemeral_line():
    async def story(here: Here) -> None:
        await here.client.conversations_join(channel="C001")
        sent = await here.client.chat_postEphemeral(channel="C001", user="U04", text="only you")
        assert here.world.visible_messages("C001", "U04")[-1].text == "only you"
        assert here.world.visible_messages("C001", "U05")[-1].text != "only you"
        history = await here.client.conversations_history(channel="C001")
        assert "only you" not in [message["text"] for message in history["messages"]]
        gone = here.client.chat_update(channel="C001", ts=sent["message_ts"], text="x")
        assert await refusal(gone) == "message_not_found"
        here.world.channels["C001"].members.discard("U05")
        other = here.client.chat_postEphemeral(channel="C001", user="U05", text="only you")
        assert await refusal(other) == "user_not_in_channel"

    run(story)


def test_scheduled_messages_follow_the_worlds_clock():
    times = [datetime(2026, 12, 1, 6, 0, tzinfo=UTC)]
    world = make_world(lambda: times[0])

    async def story() -> None:
        async with a_sandbox(world=world) as here:
            due = int(times[0].timestamp()) + 900
            sent = await here.client.chat_scheduleMessage(channel="U04", text="later", post_at=due)
            other = await here.client.chat_scheduleMessage(channel="U04", text="never", post_at=due)
            channel, item = sent["channel"], other["scheduled_message_id"]
            await here.client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=item)
            listed = await here.client.chat_scheduledMessages_list()
            assert [row["text"] for row in listed["scheduled_messages"]] == ["later"]
            past = here.client.chat_scheduleMessage(channel="U04", text="a", post_at=due - 900)
            assert await refusal(past) == "time_in_past"
            times[0] += timedelta(minutes=15)
            assert [m.text for m in world.visible_messages(channel, "U04")] == ["later"]

    asyncio.run(story())


def at_six(story) -> None:
    """Runs a story in a world whose clock the story sets, from six in the morning."""
    times = [datetime(2026, 12, 1, 6, 0, tzinfo=UTC)]
    world = make_world(lambda: times[0])

    async def whole() -> None:
        async with a_sandbox(world=world) as here:
            await story(here, times)

    asyncio.run(whole())


def test_a_scheduled_message_with_metadata_is_taken_and_never_posted():
    async def story(here: Here, times: list[datetime]) -> None:
        due = int(times[0].timestamp()) + 900
        sent = await here.client.chat_scheduleMessage(channel="U04", text="later", post_at=due, metadata=KEY)
        assert sent["scheduled_message_id"]
        times[0] += timedelta(days=1)
        assert here.world.visible_messages(sent["channel"], "U04") == []

    at_six(story)


def test_a_scheduled_message_cannot_be_taken_back_in_its_last_minute():
    async def story(here: Here, times: list[datetime]) -> None:
        due = int(times[0].timestamp()) + 900
        sent = await here.client.chat_scheduleMessage(channel="U04", text="later", post_at=due)
        times[0] += timedelta(minutes=14)
        late = here.client.chat_deleteScheduledMessage(
            channel=sent["channel"], scheduled_message_id=sent["scheduled_message_id"]
        )
        assert await refusal(late) == "invalid_scheduled_message_id"
        times[0] += timedelta(minutes=1)
        assert [m.text for m in here.world.visible_messages(sent["channel"], "U04")] == ["later"]

    at_six(story)


def test_thirty_messages_may_be_scheduled_for_five_minutes_of_one_channel():
    async def story(here: Here, times: list[datetime]) -> None:
        schedule = functools.partial(here.client.chat_scheduleMessage, text="a")
        due = int(times[0].timestamp()) + 900
        for number in range(30):
            await schedule(channel="U04", post_at=due + number)
        assert await refusal(schedule(channel="U04", post_at=due + 299)) == "restricted_too_many"
        assert await refusal(schedule(channel="U04", post_at=due - 100)) == "restricted_too_many"
        await schedule(channel="U04", post_at=due + 300)
        await schedule(channel="U05", post_at=due)

    at_six(story)


def test_scheduled_messages_are_listed_by_page_as_bare_texts():
    async def story(here: Here, times: list[datetime]) -> None:
        due = int(times[0].timestamp()) + 900
        for number in range(3):
            await here.client.chat_scheduleMessage(
                channel="U04", text=f"{number}", post_at=due + number, blocks=[SECTION]
            )
        first = await here.client.chat_scheduledMessages_list(limit=2)
        cursor = first["response_metadata"]["next_cursor"]
        second = await here.client.chat_scheduledMessages_list(limit=2, cursor=cursor)
        rows = first["scheduled_messages"] + second["scheduled_messages"]
        assert [set(row) for row in rows] == [{"id", "channel_id", "post_at", "text"}] * 3
        assert [row["text"] for row in rows] == ["0", "1", "2"]
        assert second["response_metadata"]["next_cursor"] == ""

    at_six(story)


def test_a_scheduled_message_has_a_time_within_120_days():
    async def story(here: Here, times: list[datetime]) -> None:
        schedule = functools.partial(here.client.chat_scheduleMessage, channel="U04", text="a")
        moment = int(times[0].timestamp())
        assert await refusal(schedule(post_at=moment)) == "time_in_past"
        assert await refusal(schedule(post_at=moment + 120 * 86_400 + 1)) == "time_too_far"
        assert (await schedule(post_at=moment + 120 * 86_400))["ok"]

    at_six(story)


def test_a_permalink_names_channel_and_message():
    async def story(here: Here) -> None:
        sent = await here.client.chat_postMessage(channel="U04", text="a")
        link = await here.client.chat_getPermalink(channel=sent["channel"], message_ts=sent["ts"])
        assert link["permalink"] == f"{here.url}/archives/{sent['channel']}/p{sent['ts'].replace('.', '')}"

    run(story)


def test_tokens_are_checked():
    async def story(here: Here) -> None:
        assert await refusal(here.client.auth_test(token="wrong")) == "invalid_auth"
        assert await refusal(here.client.api_call("nonsense.method")) == "unknown_method"
        assert (await here.client.auth_test())["user_id"] == "U0BOT"

    run(story)
