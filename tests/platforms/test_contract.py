"""What the rest of the bot may expect of any platform: one suite, run by the in-memory Chat, Slack, Feishu, both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import get_args

import pytest

from bot.chat import COSMETIC, Card, Chat, ChatError, Deed, Plain, Platform
from bot.chats import Chats
from bot.crisis.people import Person
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.slack.client import SlackChat, web_client
from sandbox import feishu
from sandbox.server import SandboxServer
from sandbox.slack import make_app
from sandbox.world import make_world
from tests.makers import a_roster
from tests.memory_chat import MemoryChat

RED = Card((Plain("Red"),), (), "red")
ORANGE = Card((Plain("Orange"),), (), "orange")
Story = Callable[[Chat], Awaitable[None]]
Place = Callable[[], AbstractAsyncContextManager[Chat]]


@asynccontextmanager
async def in_memory() -> AsyncIterator[Chat]:
    """The Chat that tests of the bot use."""
    yield MemoryChat()


@asynccontextmanager
async def on_slack() -> AsyncIterator[SlackChat]:
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


@asynccontextmanager
async def on_feishu() -> AsyncIterator[FeishuChat]:
    """Feishu, as the strict local one has it."""
    world = feishu.make_world(lambda: datetime.now(UTC))
    app = feishu.make_app(world, app_secret="s", verification_token="v", bot_url="http://127.0.0.1:9")
    async with SandboxServer(app) as server:
        calls = Calls(world.app_id, "s", server.url)
        try:
            yield FeishuChat(calls, a_roster().person, ("app", "sms", "phone"))
        finally:
            await calls.close()


@asynccontextmanager
async def on_both(platform: Platform) -> AsyncIterator[Chat]:
    """Both as one, seen from one of them; everybody is on both, as the bot finds out when it starts."""
    async with on_slack() as slack, on_feishu() as lark:
        open_ids, _ = await lark.members(tuple(a_roster().people))
        people = {
            person: replace(a_roster().people[person], feishu=open_id) for open_id, person in open_ids.items()
        }

        def address(person: str) -> Person:
            return people.get(person) or Person(person, person, "zh", known=False)

        yield Chats([slack, lark], address).near(platform)


ALONE = {"memory": in_memory, "slack": on_slack, "feishu": on_feishu}
TOGETHER = {"both, in Slack": partial(on_both, "slack"), "both, in Feishu": partial(on_both, "feishu")}
LEAVING = {"memory": in_memory, "slack": on_slack, "both, in Slack": partial(on_both, "slack")}


@pytest.fixture(params=[*ALONE, *TOGETHER])
def on(request: pytest.FixtureRequest) -> Callable[[Story], None]:
    """Run a story on each platform, and on both together."""
    return _teller((ALONE | TOGETHER)[request.param])


@pytest.fixture(params=ALONE)
def alone(request: pytest.FixtureRequest) -> Callable[[Story], None]:
    """Run a story on each platform by itself."""
    return _teller(ALONE[request.param])


@pytest.fixture(params=LEAVING)
def where_messages_are_left(request: pytest.FixtureRequest) -> Callable[[Story], None]:
    """Run a story wherever messages are taken for later."""
    return _teller(LEAVING[request.param])


def _teller(place: Place) -> Callable[[Story], None]:
    async def told(story: Story) -> None:
        async with place() as chat:
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


def test_a_message_can_be_updated_again_and_again_and_is_found_all_the_same(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        message = await chat.post(room, RED, "1/state/0")
        for card in (ORANGE, RED, RED):
            assert await chat.update(message, card, "1/state/0") == message
        assert await chat.find("1/state/0", since(), room=room) == message

    on(story)


def test_ids_tell_whose_they_are(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        assert chat.owns(room)
        assert chat.owns(await chat.post(room, RED, "1/state/0"))
        assert chat.owns(await chat.direct("wang", RED, "1/page/wang/1"))

    on(story)


def test_alone_it_is_near_to_everybody(alone):
    async def story(chat: Chat) -> None:
        assert chat.near("slack") is chat.near("feishu") is chat

    alone(story)


def test_somebody_is_urged_in_each_way_that_there_is(on):
    async def story(chat: Chat) -> None:
        message = await chat.direct("wang", RED, "1/page/wang/1")
        for level in chat.urges:
            await chat.urge(message, "wang", level)

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
            await chat.tab(room, "Brief", "https://crisis.example.com/brief/1/x")

    on(story)


def test_an_archived_room_can_be_archived_again(on):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        for _ in range(2):
            await chat.archive(room)

    on(story)


def test_what_is_left_with_the_platform_is_told_apart_and_taken_back(where_messages_are_left):
    async def story(chat: Chat) -> None:
        room, other, later = await a_room(chat), await another_room(chat), in_a_day()
        first = await chat.leave(room, RED, later, "GH-1-15min")
        second = await chat.leave(room, Card((Plain("没有名字"),)), later, "GH-1-30min.202612010918")
        elsewhere = await chat.leave(other, RED, later, "GH-1-15min")
        assert await chat.left(room) == {"GH-1-15min": first, "GH-1-30min.202612010918": second}
        await chat.take_back(room, first)
        assert await chat.left(room) == {"GH-1-30min.202612010918": second}
        assert await chat.left(other) == {"GH-1-15min": elsewhere}

    where_messages_are_left(story)


def test_what_is_gone_can_be_taken_back_again(where_messages_are_left):
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        left = await chat.leave(room, ORANGE, in_a_day(), "GH-1-60min")
        for _ in range(2):
            await chat.take_back(room, left)
        assert await chat.left(room) == {}

    where_messages_are_left(story)


def test_where_messages_are_left_it_says_so(where_messages_are_left):
    async def story(chat: Chat) -> None:
        assert chat.leaves

    where_messages_are_left(story)


def test_where_nothing_is_left_there_is_nothing_to_take_back():
    async def story(chat: Chat) -> None:
        room = await a_room(chat)
        assert not chat.leaves
        assert await chat.left(room) == {}
        await chat.take_back(room, "x")
        with pytest.raises(ChatError) as refused:
            await chat.leave(room, RED, in_a_day(), "GH-1-15min")
        assert refused.value.permanent

    _teller(on_feishu)(story)


@pytest.mark.parametrize("deed", get_args(Deed))
def test_the_first_deed_never_waits(on, deed):
    async def story(chat: Chat) -> None:
        assert chat.pace(deed, "wang" if deed == "direct" else await a_room(chat), COSMETIC) == 0

    on(story)


def test_it_says_who_we_are(on):
    async def story(chat: Chat) -> None:
        assert await chat.check()

    on(story)
