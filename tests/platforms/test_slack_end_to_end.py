"""The whole bot on the strict local Slack: what people see, what Slack was told, and what must never happen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.crisis.incident import Incident
from bot.demo.player import Player
from bot.demo.stage import SECRET, Stage, stage
from bot.slack.manifest import scopes
from sandbox.wire import signed
from sandbox.world import Channel, Message

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<@U01> <@U04> @channel @here @王敏 @chen.zhiyuan",
    "<!subteam^S01|all> &lt;!channel&gt; <https://evil.example|客服>",
    "*bold* _it_ `x` {{ 7*7 }} </script>",
    "\u202e<@U01>\u202c <\u200b!channel>",
    "> <!channel>\n• <@U01>",
]


def on_stage(tmp_path: Path, visit: Callable[[Stage, Player], Awaitable[None]], **more: Any) -> None:
    """One visit to a fresh stage."""

    async def whole() -> None:
        async with stage(tmp_path, **more) as on:
            await visit(on, Player(on))

    asyncio.run(whole())


async def incident(on: Stage, number: int = 1) -> Incident:
    """As it is stored."""
    found = await on.bot.store.run(lambda work: work.incidents.get(number, to_change=False))
    assert found is not None
    return found


async def count(on: Stage) -> int:
    """How many there are, closed ones too."""
    return await on.bot.store.run(lambda work: len(work.incidents.headers(closed=True)))


async def idle(on: Stage) -> None:
    """Until everything that waits has been sent; what was sent is recorded a little after it is seen."""
    async with asyncio.timeout(20):
        while set(await on.bot.store.run(lambda work: work.outbox.counts())) & {"pending", "claimed"}:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    changes = on.world.changes()
                    await anext(changes)
                    await anext(changes)


async def form_of(on: Stage, player: Player, user: str) -> Any:
    """The form in front of this person."""
    return (await player.until(lambda: on.world.views_of(user)))[-1]


async def gone(on: Stage, user: str, view: Any) -> None:
    """Put away what is left of a form."""
    if view in on.world.views_of(user):
        await on.driver.dismiss(user, view.id, everything=True)


def everything(message: Message) -> str:
    """All that Slack was given for a message."""
    return f"{message.text} {message.blocks} {message.attachments}"


def test_a_room_is_made_named_pinned_and_filled(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await idle(on)
        assert room.name == "crisis-1-维修次日刹车失灵"
        assert room.is_private
        assert room.members == {"U0BOT", "U15", "U04", "U05", "U06", "U09", "U10"}
        assert room.topic == "[演练] ⚪ 未定级｜维修次日刹车失灵" or "维修次日刹车失灵" in room.topic
        (pinned,) = room.pins
        state = on.world.find(room.id, pinned)
        assert state is not None
        assert "维修次日刹车失灵" in everything(state)
        assert [mark["title"] for mark in room.bookmarks] != []
        assert player.button(room, "checklist", "U15") is not None

    on_stage(tmp_path, visit)


def test_where_the_workspace_refuses_chinese_names_the_room_gets_a_plain_one(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        on.world.ascii_names_only = True
        room = await player.open("维修次日刹车失灵")
        assert room.name == "crisis-1"
        assert (await incident(on)).room_name == "crisis-1"

    on_stage(tmp_path, visit)


def test_it_works_from_a_channel_where_the_bot_is_no_member(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        place = on.world.channel_named("service-network")
        assert place is not None
        assert "U0BOT" not in place.members
        shown = await on.driver.say("U15", place.id, "/crisis")
        assert shown.ephemeral is not None
        await on.driver.say("U15", place.id, "/crisis now 展车起火")
        room = await player.until(lambda: on.world.channel_named("crisis-1-展车起火"))
        await player.until(lambda: player.button(room, "checklist", "U15"))
        assert [message for message in on.world.messages[place.id] if message.user == "U0BOT"] == [
            shown.ephemeral,
            *[m for m in on.world.messages[place.id] if m.user == "U0BOT" and m is not shown.ephemeral],
        ]
        assert all(m.ephemeral_to for m in on.world.messages[place.id] if m.user == "U0BOT")

    on_stage(tmp_path, visit)


def test_every_request_delivered_again_byte_for_byte_changes_nothing(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await on.driver.redeliver_last()
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2"})
        await player.until(lambda: player.hands.graded(room))
        for sent in list(on.driver.wire.sent):
            answer = await on.driver.wire.again(sent)
            assert answer.status == 200
        await idle(on)
        assert await count(on) == 1
        kinds = [type(entry.event).__name__ for entry in (await incident(on)).history]
        assert (kinds.count("Declared"), kinds.count("Answered"), kinds.count("Graded")) == (1, 2, 1)
        assert [c for c in on.world.channels.values() if c.is_private and not c.is_im] == [room]

    on_stage(tmp_path, visit)


def test_two_clicks_on_send_open_one_crisis(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        place = on.world.channel_named("service-network")
        assert place is not None
        await on.driver.say("U15", place.id, "/crisis open 展车起火")
        view = await form_of(on, player, "U15")
        await asyncio.gather(*(on.driver.submit("U15", view.id) for _ in range(3)))
        await player.until(lambda: on.world.channel_named("crisis-1-展车起火"))
        await idle(on)
        assert await count(on) == 1

    on_stage(tmp_path, visit)


@pytest.mark.parametrize(
    ("secret", "age", "status"),
    [
        (SECRET, 0, 200),
        ("another secret", 0, 401),
        (SECRET, 301, 401),
        (SECRET, 86400, 401),
        (SECRET, -400, 401),
        ("", 0, 401),
    ],
    ids=["genuine", "wrong secret", "just too old", "a day old", "from the future", "no secret"],
)
def test_only_what_slack_signed_just_now_is_heard(tmp_path: Path, secret: str, age: int, status: int) -> None:
    async def visit(on: Stage, player: Player) -> None:
        body = (
            b"command=%2Fcrisis&text=now+Fire&team_id=T0SANDBOX&user_id=U15&trigger_id=1.2.x&channel_id=C001"
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= signed(secret, body, int(time.time()) - age)
        url = on.driver.wire.bot_url + "/slack/events"
        async with aiohttp.ClientSession(trust_env=False) as session:
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == status
            async with session.post(url, data=body) as answer:
                assert answer.status == 401
        assert await count(on) == (1 if status == 200 else 0)

    on_stage(tmp_path, visit)


def test_what_people_type_never_calls_anybody(tmp_path: Path) -> None:
    """Hostile words in every field of every form; afterwards only the bot's own calls to the people it means."""

    async def press(on: Stage, player: Player, user: str, room: Channel, name: str) -> Any:
        where = await player.until(lambda: player.button(room, name, user))
        await on.driver.press(user, room.id, where.ts, name)
        return await form_of(on, player, user)

    async def visit(on: Stage, player: Player) -> None:
        before = len(on.world.pings)
        for number, words in enumerate(HOSTILE, 1):
            room = await player.open(words)
            checklist = await press(on, player, "U15", room, "checklist")
            answers = {"complaint": words, "history": words, "severity": "S1", "control": "C1", "views": "9"}
            assert await on.driver.submit("U15", checklist.id, answers) == {}
            await gone(on, "U15", checklist)
            await player.until(lambda room=room: player.hands.graded(room))
            for user, to in (("U10", "orange"), ("U10", "green")):
                regrade = await press(on, player, user, room, "regrade")
                assert await on.driver.submit(user, regrade.id, {"grade": to, "reason": words}) == {}
                await gone(on, user, regrade)
            details = await press(on, player, "U04", room, "details")
            assert await on.driver.submit("U04", details.id, {"what": f"{words} {number}"}) == {}
            await gone(on, "U04", details)
            needless = await press(on, player, "U04", room, "not_needed")
            chosen = {"task": "basics_known", "reason": words}
            assert await on.driver.submit("U04", needless.id, chosen) == {}
            await gone(on, "U04", needless)
            await on.driver.say("U15", room.id, f"/crisis {words}")
            await on.driver.say("U15", room.id, "/crisis status")
            closing = await press(on, player, "U04", room, "close")
            assert await on.driver.submit("U04", closing.id, {"reason": words}) == {}
            await gone(on, "U04", closing)
            await idle(on)
        at_work = {f"<@{user}>" for user in ("U04", "U05", "U06", "U07", "U08", "U09", "U10", "U15")}
        called = {what for _, what in on.world.pings[before:]}
        assert called <= at_work, "not everybody, and not the CEO, whom hostile words alone have named"
        assert set(await on.bot.store.run(lambda work: work.outbox.counts())) <= {"sent", "cancelled"}

    on_stage(tmp_path, visit)


def test_nothing_more_is_asked_of_slack_than_the_manifest_says(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2"})
        await player.answer_pages(room)
        await idle(on)
        assert on.world.scopes_used <= set(scopes())
        assert {"groups:write", "chat:write", "pins:write", "bookmarks:write"} <= on.world.scopes_used

    on_stage(tmp_path, visit)


def test_a_person_of_no_concern_sees_nothing_of_it(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await player.open("展车自燃")
        place = on.world.channel_named("service-network")
        assert place is not None
        for typed in ("/crisis status 1", "/crisis list", "/crisis", "/crisis export 1"):
            shown = (await on.driver.say("U12", place.id, typed)).ephemeral
            assert shown is not None
            assert "自燃" not in everything(shown)
        await idle(on)
        seen = on.world.visible_messages(place.id, "U12")
        assert all("自燃" not in everything(message) for message in seen)

    on_stage(tmp_path, visit)


def test_a_slack_that_is_down_for_a_while_loses_nothing(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        for method in ("conversations.create", "chat.postMessage"):
            on.faults.plan(method, 2, "429", 0.1)
        room = await player.open("维修次日刹车失灵")
        await idle(on)
        assert len(room.pins) == 1
        keys = [
            (m.metadata or {}).get("event_payload", {}).get("key", "").partition(" ")[0]
            for m in on.world.messages[room.id]
        ]
        assert [key for key in keys if "/state/" in key] == ["1/state/0"]

    on_stage(tmp_path, visit)
