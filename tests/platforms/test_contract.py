"""What the rest of the bot may expect of any platform: one suite, run by the in-memory Chat and by Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.chat import COSMETIC, Card, Chat, ChatError, Deed, Plain
from bot.slack.client import SlackChat, web_client
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import make_world
from tests.makers import a_roster
from tests.memory_chat import MemoryChat

RED = Card((Plain("Red"),), (), "red")
ORANGE = Card((Plain("Orange"),), (), "orange")
Story = Callable[[Chat], Awaitable[None]]


@asynccontextmanager
async def in_memory() -> AsyncIterator[Chat]:
    """The Chat that tests of the bot use."""
    yield MemoryChat()


@asynccontextmanager
async def on_slack() -> AsyncIterator[Chat]:
    """Slack, as the strict local one has it."""
    app = make_app(
        make_world(lambda: datetime.now(UTC)),
        signing_secret="s",
        token="xoxb-t",
        bot_url="http://127.0.0.1:9",
    )
    async with SandboxServer(app) as server:
        client = web_client("xoxb-t", f"{server.url}/api/")
        chat = SlackChat(client, a_roster().person)
        try:
            yield chat
        finally:
            await chat.drain(2)
            await client.session.close()


@pytest.fixture(params=[in_memory, on_slack], ids=["memory", "slack"])
def on(request: pytest.FixtureRequest) -> Callable[[Story], None]:
    """Run a story on each platform."""

    async def told(story: Story) -> None:
        async with request.param() as chat:
            await story(chat)

    return lambda story: asyncio.run(told(story))


def since() -> datetime:
    """A moment before any test began."""
    return datetime.now(UTC) - timedelta(minutes=5)


def in_a_day() -> datetime:
    """A time for which something can be left."""
    return datetime.now(UTC) + timedelta(days=1)


async def a_room(chat: Chat) -> str:
    """A room to do things in."""
    return (await chat.open_room("crisis-1-刹车", "crisis-1", "1/room/0")).id


async def another_room(chat: Chat) -> str:
    """A second one."""
    return (await chat.open_room("crisis-2", "crisis-2", "2/room/0")).id


def test_a_room_opened_again_under_the_same_key_is_the_same_room(on):
    async def story(chat: Chat) -> None:
        first = await chat.open_room("crisis-1-刹车", "crisis-1", "1/room/0")
        assert first.name == "crisis-1-刹车"
        assert await chat.open_room("crisis-1-刹车", "crisis-1", "1/room/0") == first

    on(story)


def test_two_keys_are_two_rooms_even_under_one_name(on):
    async def story(chat: Chat) -> None:
        first = await chat.open_room("crisis-1", "crisis-1", "1/room/0")
        await chat.post(first.id, RED, "1/state/0")
        second = await chat.open_room("crisis-1", "crisis-1", "1/room/1")
        assert first.id != second.id

    on(story)


def test_inviting_twice_is_fine(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        assert await chat.invite(room, ["wang", "zhao"]) == {}
        assert await chat.invite(room, ["wang", "emma"]) == {}

    on(story)


def test_somebody_unknown_is_named_and_the_others_are_let_in(on):
    async def story(chat: Chat) -> None:
        assert await chat.invite(await a_room(chat), ["wang", "nobody"]) == {"nobody": "users_not_found"}

    on(story)


def test_a_message_to_somebody_unknown_is_refused_for_good(on):
    async def story(chat: Chat) -> None:
        with pytest.raises(ChatError) as refused:
            await chat.direct("nobody", RED, "1/page/nobody/1")
        assert (refused.value.code, refused.value.permanent) == ("users_not_found", True)

    on(story)


def test_a_message_is_found_again_by_its_key_and_no_other(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        message = await chat.post(room, RED, "1/grade/0")
        assert await chat.find("1/grade/0", since(), room=room) == message
        assert await chat.find("1/grade/1", since(), room=room) is None

    on(story)


def test_a_direct_message_is_found_with_its_reader(on):
    async def story(chat: Chat) -> None:
        message = await chat.direct("wang", RED, "1/page/wang/1")
        assert await chat.find("1/page/wang/1", since(), person="wang") == message
        assert await chat.find("1/page/wang/1", since(), person="zhao") is None

    on(story)


def test_an_updated_message_keeps_its_key(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        message = await chat.post(room, RED, "1/state/0")
        await chat.update(message, ORANGE)
        assert await chat.find("1/state/0", since(), room=room) == message

    on(story)


def test_head_of_the_room_can_be_set_again(on):
    """A retry after a lost answer does all of these twice."""

    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        message = await chat.post(room, RED, "1/state/0")
        for _ in range(2):
            await chat.topic(room, "刹车")
            await chat.pin(message)
            await chat.bookmark(room, "State", message)

    on(story)


def test_an_archived_room_can_be_archived_again(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        for _ in range(2):
            await chat.archive(room)

    on(story)


def test_what_is_left_with_the_platform_is_told_apart_and_taken_back(on):
    async def story(chat: Chat) -> None:
        room, other, later = await a_room(chat), await another_room(chat), in_a_day()
        first = await chat.leave(room, RED, later, "GH-1-15min")
        second = await chat.leave(room, Card((Plain("没有名字"),)), later, "GH-1-30min.202612010918")
        elsewhere = await chat.leave(other, RED, later, "GH-1-15min")
        assert await chat.left(room) == {"GH-1-15min": first, "GH-1-30min.202612010918": second}
        await chat.take_back(room, first)
        assert await chat.left(room) == {"GH-1-30min.202612010918": second}
        assert await chat.left(other) == {"GH-1-15min": elsewhere}

    on(story)


def test_what_is_gone_can_be_taken_back_again(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        left = await chat.leave(room, ORANGE, in_a_day(), "GH-1-60min")
        for _ in range(2):
            await chat.take_back(room, left)
        assert await chat.left(room) == {}

    on(story)


def test_this_platform_takes_messages_for_later(on):
    async def story(chat: Chat) -> None:
        assert chat.leaves

    on(story)


@pytest.mark.parametrize("deed", get_args(Deed))
def test_the_first_deed_never_waits(on, deed):
    async def story(chat: Chat) -> None:
        assert chat.pace(deed, "wang" if deed == "direct" else await a_room(chat), COSMETIC) == 0

    on(story)


def test_it_says_who_we_are(on):
    async def story(chat: Chat) -> None:
        assert await chat.check()

    on(story)
