"""Nothing is said twice and nothing is lost: lost answers, late calls, restarts and crowds on the local Feishu."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat import COSMETIC, Card, ChatError, Part, Plain
from bot.feishu.calls import Calls
from bot.feishu.client import FeishuChat
from bot.feishu.limits import Limiter
from sandbox import feishu
from sandbox.feishu.installation import GROUP_HISTORY, Installation
from sandbox.feishu.world import World
from sandbox.server import SandboxServer
from tests.makers import a_roster

CARD = Card(
    (Plain("Grade red"),),
    (
        Part(
            ((Plain("why"),),),
        ),
    ),
    "red",
)
LATER = Card((Plain("Grade orange"),))
WITHOUT_HISTORY = frozenset({"im:message", "im:chat", "contact:user.id:readonly"})


@dataclass
class Time:
    """What everybody's clocks say. ahead: seconds by which that is more than the real time."""

    ahead: float = 0.0

    def now(self) -> datetime:
        """By the wall."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def clock(self) -> float:
        """Seconds that never go back."""
        return time.monotonic() + self.ahead


@dataclass
class Here:
    """The local Feishu and our clients."""

    world: World
    app: Installation
    url: str
    time: Time
    open: list[Calls] = field(default_factory=list)

    def a_chat(self, times: float = 100, call_seconds: float = 2.0) -> FeishuChat:
        """Our client, as after a start; it remembers nothing. times: of Feishu's own rates."""
        calls = Calls(
            self.world.app_id,
            "s",
            self.url,
            timeout=call_seconds,
            limiter=Limiter(self.time.clock, times),
            clock=self.time.clock,
        )
        self.open.append(calls)
        return FeishuChat(calls, a_roster().person, ("app",))

    def said(self, chat: str) -> list[str]:
        """The ids of what stands in a chat."""
        return [message.id for message in self.world.messages[chat]]

    def to_wang(self) -> list[str]:
        """The ids of what wang has in private."""
        return self.said(self.world.p2p_of("ou_u04").id)


@contextlib.asynccontextmanager
async def a_local_feishu(scopes: frozenset[str] | None = None) -> AsyncIterator[Here]:
    """The strict one, whose clocks go by ours."""
    clocks = Time()
    world = feishu.make_world(clocks.now, clock=clocks.clock)
    app = feishu.make_app(
        world, app_secret="s", verification_token="v", bot_url="http://127.0.0.1:9", scopes=scopes
    )
    async with SandboxServer(app) as server:
        here = Here(world, app.state.installation, server.url, clocks)
        here.app.limits.clock = clocks.clock
        try:
            yield here
        finally:
            for calls in here.open:
                await calls.close()


def run(story: Callable[[Here], Coroutine[Any, Any, None]], **options: Any) -> None:
    """One story on a fresh one."""

    async def whole() -> None:
        async with a_local_feishu(**options) as here:
            await story(here)

    asyncio.run(whole())


async def failure(call):
    with pytest.raises(ChatError) as caught:
        await call
    return caught.value


async def opened(chat):
    return (await chat.open_room("刹车失灵", "crisis-1", "1/room/0")).id


def rooms(here):
    return [chat.id for chat in here.world.chats.values() if chat.name == "刹车失灵"]


@pytest.mark.parametrize("fault", ["reset_after", "500_after", "bad_json"])
def test_a_room_whose_answer_was_lost_is_the_same_room(fault):
    async def story(here):
        here.app.faults.plan("chats.create", 1, fault)
        chat = here.a_chat()
        assert (await failure(opened(chat))).in_doubt
        here.time.ahead = 9 * 3600
        assert [await opened(here.a_chat())] == rooms(here)

    run(story)


@pytest.mark.parametrize("restarted", [False, True])
def test_what_may_have_been_said_is_found_or_said_again_under_its_uuid(restarted):
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        await chat.direct("wang", CARD, "first")
        here.app.faults.plan_next("messages.create", "reset_after", times=2)
        assert (await failure(chat.post(room, CARD, "1/grade/1"))).in_doubt
        assert (await failure(chat.direct("wang", CARD, "1/page/wang/1"))).in_doubt
        if restarted:
            chat = here.a_chat()
        since = here.time.now()
        assert await chat.find("1/grade/1", since, room=room) == here.said(room)[0]
        assert await chat.post(room, LATER, "1/grade/1") == here.said(room)[0]
        found = await chat.find("1/page/wang/1", since, person="wang")
        assert found == (None if restarted else here.to_wang()[1])
        assert await chat.direct("wang", LATER, "1/page/wang/1") == here.to_wang()[1]
        assert (len(here.said(room)), len(here.to_wang())) == (1, 2)

    run(story)


def test_after_the_hour_of_the_uuid_the_history_still_knows():
    async def story(here):
        chat = here.a_chat()
        room, since = await opened(chat), here.time.now()
        here.app.faults.plan_next("messages.create", "reset_after")
        await failure(chat.post(room, CARD, "1/grade/1"))
        here.time.ahead = 3 * 3600
        assert await chat.find("1/grade/1", since, room=room) == here.said(room)[0]

    run(story)


def test_without_the_scope_for_histories_the_uuid_keeps_its_hour():
    async def story(here):
        chat = here.a_chat()
        room, since = await opened(chat), here.time.now()
        here.app.faults.plan_next("messages.create", "reset_after")
        await failure(chat.post(room, CARD, "1/grade/1"))
        here.time.ahead = 3500
        assert await chat.find("1/grade/1", since, room=room) is None
        assert [await chat.post(room, LATER, "1/grade/1")] == here.said(room)

    assert GROUP_HISTORY not in WITHOUT_HISTORY
    run(story, scopes=WITHOUT_HISTORY)


def test_a_call_that_comes_late_is_not_said_beside_its_repetition():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        here.app.faults.plan_next("messages.create", "late", 0.2)
        late = asyncio.Event()
        here.app.faults.watch = _ring(late)
        assert (await failure(chat.post(room, CARD, "1/grade/1"))).code == "connection_lost"
        error = await failure(chat.post(room, CARD, "1/grade/1"))
        assert (error.code, error.in_doubt, error.retry_after) == ("still_sending", True, 2.0)
        await asyncio.wait_for(late.wait(), 5)
        assert [await chat.post(room, CARD, "1/grade/1")] == here.said(room)

    run(story)


def _ring(event):
    async def watch(_number, method, moment):
        if (method, moment) == ("messages.create", "after"):
            event.set()

    return watch


async def until_it_is_done(here, call):
    """As the outbox has it: again and again, as each failure says, in no time."""
    while True:
        try:
            return await call()
        except ChatError as error:
            assert not error.permanent, error.code
            here.time.ahead += error.retry_after or 1.0


@pytest.mark.parametrize("seed", range(5))
def test_on_a_bad_day_each_is_said_once(seed):
    async def story(here):
        chat = here.a_chat()
        here.app.faults.chance = random.Random(seed)
        kinds = ("reset_after", "500_after", "503", "reset_before", "429", "bad_json", "error200:230020")
        here.app.faults.rates = dict.fromkeys(kinds, 0.05)
        room = await until_it_is_done(here, lambda: opened(chat))
        members = ["wang", "zhao", "emma", "nobody"]
        assert list(await until_it_is_done(here, lambda: chat.invite(room, members))) == ["nobody"]
        ids = []
        for number in range(25):
            key = f"1/grade/{number}"
            ids.append(await until_it_is_done(here, lambda: chat.post(room, CARD, key)))  # noqa: B023
            ids.append(await until_it_is_done(here, lambda: chat.direct("wang", CARD, key)))  # noqa: B023
            await until_it_is_done(here, lambda: chat.update(ids[0], LATER, "1/grade/0"))
            await until_it_is_done(here, lambda: chat.topic(room, key))  # noqa: B023
        await until_it_is_done(here, lambda: chat.pin(ids[0]))
        assert sorted(ids) == sorted(here.said(room) + here.to_wang())
        assert len(set(ids)) == 50
        group = here.world.chats[room]
        assert (rooms(here), group.description) == ([room], "1/grade/24")
        assert (group.pins, group.top_notice["message_id"]) == ([ids[0]], ids[0])

    run(story)


def test_a_token_that_is_revoked_in_between_costs_no_message():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        for number in range(5):
            here.app.tokens.revoke_all()
            await asyncio.gather(*(chat.post(room, CARD, f"{number}/{other}") for other in range(3)))
        assert len(here.said(room)) == 15
        assert Counter(call.method for call in here.world.calls)["auth.token"] <= 6

    run(story)


def test_a_token_is_renewed_through_a_day_without_a_refusal():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        for hour in range(24):
            here.time.ahead = 3600.0 * hour
            await chat.topic(room, str(hour))
        refused = [call for call in here.world.calls if call.method == "chats.update"]
        assert len(refused) == 24

    run(story)


def test_whoever_waits_for_turns_is_never_refused():
    """A busy hour in three rooms, as fast as turns are to be had, on a Feishu that counts."""

    async def story(here):
        here.app.limits.enabled = True
        chat = here.a_chat(times=1)
        names = ("a-1", "a-2", "a-3")
        places = [(await turn(here, chat, "open_room", "", name, name, name)).id for name in names]
        for number in range(60):
            room = places[number % 3]
            message = await turn(here, chat, "post", room, room, LATER, f"{number}")
            for _ in range(3):
                await turn(here, chat, "update", message, message, LATER, f"{number}")
            await turn(here, chat, "direct", "wang", "wang", LATER, f"page {number}")
            await turn(here, chat, "topic", room, room, "state")
        done = Counter(call.method for call in here.world.calls)
        assert (done["messages.create"], done["messages.patch"], done["chats.update"]) == (120, 180, 60)
        assert here.time.ahead < 60

    run(story)


async def turn(here, chat, deed, place, *what):
    """Wait for a turn, in no time, and use it."""
    while wait := chat.pace(deed, place, COSMETIC):
        here.time.ahead += wait
    return await getattr(chat, deed)(*what)


def test_a_crowd_is_let_in_though_feishu_bears_no_two_calls_at_once():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        here.app.faults.latency = 0.01
        people = [person for person in a_roster().people if person != "chen"]
        refused = await asyncio.gather(*(chat.invite(room, [person]) for person in people))
        assert refused == [{}] * len(people)
        assert len(here.world.chats[room].members) == len(people)

    run(story)


def test_whoever_is_outside_the_range_of_our_app_is_named_and_the_others_are_in():
    async def story(here):
        here.world.available = {"ou_u04"}
        chat = here.a_chat()
        room = await opened(chat)
        assert await chat.invite(room, ["wang", "zhao"]) == {"zhao": "users_not_found"}
        assert list(here.world.chats[room].members) == ["ou_u04"]

    run(story)


def test_nobody_but_the_bot_speaks_in_an_archived_room():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        await chat.invite(room, ["wang"])
        message = await chat.post(room, CARD, "1/state/0")
        await chat.archive(room)
        assert here.world.chats[room].may_speak == "only_owner"
        await chat.update(message, LATER, "1/state/0")
        await chat.post(room, LATER, "1/state/1")

    run(story)


def test_a_dissolved_room_is_gone_for_good_and_nobody_minds_closing_it():
    async def story(here):
        chat = here.a_chat()
        room = await opened(chat)
        here.world.chats[room].dissolved = True
        for call in (
            chat.post(room, CARD, "1/grade/1"),
            chat.invite(room, ["wang"]),
            chat.topic(room, "state"),
        ):
            error = await failure(call)
            assert (error.code, error.permanent) == ("channel_not_found", True)
        await chat.archive(room)

    run(story)


def test_an_urge_rings_once_and_says_when_nobody_can_be_rung():
    async def story(here):
        chat = here.a_chat()
        message = await chat.direct("wang", CARD, "1/page/wang/1")
        await chat.urge(message, "wang", "app")
        assert [(urgent.person, urgent.level) for urgent in here.world.find(message).urgents] == [
            ("ou_u04", "app")
        ]
        error = await failure(chat.urge(message, "zhao", "app"))
        assert (error.code, error.permanent) == ("urgent_not_received", True)
        here.world.urgents_left["app"] = 0
        assert (await failure(chat.urge(message, "wang", "app"))).code == "urgent_used_up"

    run(story)
