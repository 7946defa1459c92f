"""The whole bot on the strict local Feishu: what people see, what Feishu was told, and what must never happen."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Parts
from bot.crisis.incident import Incident
from bot.demo.player import Player
from bot.demo.stage import Stage, stage
from bot.feishu.manifest import SCOPES
from bot.store import Moments
from sandbox.feishu.cards import nodes
from sandbox.feishu.company import open_id
from sandbox.feishu.world import Chat, Message
from tests.makers import NINE

HOSTILE = [
    '<at id=all></at> <at user_id="all">所有人</at> @all @所有人',
    "<at id=ou_u01></at> <at ids=ou_u01,ou_u04></at> <at email=chen.zhiyuan@example.com></at> @王敏",
    "**粗** _斜_ ~~删~~ `码` # 题 [点我](https://evil.example) ![图](img_x) {{ 7*7 }}",
    "\u202e<at id=ou_u01></at>\u202c <\u200bat id=all></at> &#60;at id=all&#62; 🚗🔥",
    "> <at id=all></at>\n- <person id=ou_u01></person> <font color='red'>红</font>",
]
XU, WANG, LIU = open_id("U15"), open_id("U04"), open_id("U06")
STATE = "危机 1 · 维修次日刹车失灵"


def on_stage(tmp_path: Path, visit: Callable[[Stage, Player], Awaitable[None]], **more: Any) -> None:
    """One visit to a fresh local Feishu with the bot in it."""

    async def whole() -> None:
        async with stage(tmp_path, platforms=("feishu",), **more) as on:
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


async def outbox(on: Stage) -> set[str]:
    """In which states sends are, once nothing waits; what was sent is recorded a little after it is seen."""
    async with asyncio.timeout(20):
        while (left := set(await on.bot.store.run(lambda work: work.outbox.counts()))) & {
            "pending",
            "claimed",
        }:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    changes = on.world.changes()
                    await anext(changes)
                    await anext(changes)
    return left


async def asked(on: Stage, player: Player, who: str, room: Chat, button: str) -> Message:
    """The form that somebody gets for this button of the room."""
    where = await player.until(lambda: player.button(room, button, who))
    return await player.asked(who, player.hands.press(who, where, button))


async def sent(on: Stage, player: Player, who: str, form: Message, **values: Any) -> Sequence[str]:
    """What there is to mend in the form."""
    return await player.hands.send(who, form, values)


def words_of(message: Message) -> str:
    """All that a card says."""
    said = [message.card["header"]["title"]["content"]] if message.card and "header" in message.card else []
    shown = nodes(message.card) if message.card else ()
    return "\n".join([*said, *(str(node["content"]) for node in shown if "content" in node)])


def told(on: Stage, who: str) -> str:
    """The newest words of the bot to somebody in private."""
    return words_of(on.world.messages[on.world.p2p_of(open_id(who)).id][-1])


def test_a_room_is_made_named_described_pinned_and_filled(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        assert await outbox(on) <= {"sent", "cancelled"}
        assert (room.name, room.public, room.owner) == (STATE, False, on.world.app_id)
        assert set(room.members) == {open_id(one) for one in ("U15", "U04", "U05", "U06", "U09", "U10")}
        assert "维修次日刹车失灵" in room.description
        (pinned,) = room.pins
        assert room.top_notice == {"action_type": "1", "message_id": pinned}
        assert player.button(room, "checklist", "U15").id == pinned
        (tab,) = [tab for tab in room.tabs if tab["tab_type"] == "url"]
        assert tab["tab_name"] == "一分钟简报"
        assert tab["tab_content"]["url"].startswith(on.driver.wire.bot_url)

    on_stage(tmp_path, visit)


def test_every_request_delivered_again_byte_for_byte_changes_nothing(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2"})
        await player.until(lambda: player.hands.graded(room))
        for request in list(on.driver.wire.sent):
            assert (await on.driver.wire.again(request)).status == 200
        await outbox(on)
        kinds = [type(entry.event).__name__ for entry in (await incident(on)).history]
        assert (kinds.count("Declared"), kinds.count("Answered"), kinds.count("Graded")) == (1, 2, 1)
        assert await count(on) == 1
        assert player.hands.rooms("U15") == [room]

    on_stage(tmp_path, visit)


def test_a_message_that_comes_again_as_another_event_opens_no_second_crisis(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        seen = await on.driver.say(XU, "危机 立即 展车起火")
        for _ in range(3):
            assert (await on.driver.repeat(seen.message.id)).status == 200
        await outbox(on)
        assert await count(on) == 1
        assert len(player.hands.rooms("U15")) == 1

    on_stage(tmp_path, visit)


def test_three_taps_on_send_open_one_crisis(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        form = await player.asked("U15", on.driver.menu(XU, "open"))
        what = {"what": "展车起火"}
        seen = await asyncio.gather(*(on.driver.submit(XU, form.id, what) for _ in range(3)))
        assert {one.toast.text for one in seen} == {"已发起，计时开始"}
        await outbox(on)
        assert await count(on) == 1

    on_stage(tmp_path, visit)


def test_what_people_type_never_calls_anybody(tmp_path: Path) -> None:
    """Hostile words in every field of every form, in groups that let nobody call all: an `<at>` would fail the send."""

    async def visit(on: Stage, player: Player) -> None:
        before = len(on.world.pings)
        for number, words in enumerate(HOSTILE, 1):
            room = await player.open(words)
            room.may_call_all = "only_owner"
            checklist = await asked(on, player, "U15", room, "checklist")
            facts = {"complaint": words, "history": words, "severity": "S1", "control": "C1", "views": "9"}
            assert await sent(on, player, "U15", checklist, **facts) == []
            await player.until(lambda room=room: player.hands.graded(room))
            for who, to in (("U10", "orange"), ("U09", "green")):
                regrade = await asked(on, player, who, room, "regrade")
                assert await sent(on, player, who, regrade, grade=to, reason=words) == []
            details = await asked(on, player, "U04", room, "details")
            assert await sent(on, player, "U04", details, what=f"{words} {number}") == []
            needless = await asked(on, player, "U04", room, "not_needed")
            assert await sent(on, player, "U04", needless, task="basics_known", reason=words) == []
            await on.driver.say(XU, f"危机 {words}")
            await on.driver.say(XU, f"简报 {number}")
            closing = await asked(on, player, "U04", room, "close")
            assert await sent(on, player, "U04", closing, reason=words) == []
            assert await outbox(on) <= {"sent", "cancelled"}
        at_work = {open_id(one) for one in ("U04", "U05", "U06", "U07", "U08", "U09", "U10", "U15")}
        called = {person for _, person in on.world.pings[before:]}
        assert called <= at_work, "not everybody, and not the CEO, whom hostile words alone have named"

    on_stage(tmp_path, visit)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("1.2万", 12_000), ("50w", 500_000), ("３０００", 3_000), ("1,200", 1_200)],
)
def test_figures_are_understood_as_people_write_them(tmp_path: Path, typed: str, understood: int) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await player.open("展车起火")
        await on.driver.say(XU, f"阅读量 {typed}")
        await outbox(on)
        assert (await incident(on)).checklist.get("views") == understood

    on_stage(tmp_path, visit)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("很多", "无法识别这个数字，请写成 8000、1.2万 或 50w；查不到填“未知”。"),
        ("-5", "不能是负数。"),
        ("99999999999999999999", "数字过大，请核对单位。"),
        ("1e400", "无法识别这个数字，请写成 8000、1.2万 或 50w；查不到填“未知”。"),
    ],
)
def test_an_absurd_figure_is_told_beside_its_field_and_all_that_was_typed_stays(
    tmp_path: Path, typed: str, told: str
) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("展车起火")
        form = await asked(on, player, "U15", room, "checklist")
        (complaint,) = (await sent(on, player, "U15", form, views=typed, complaint="刹车踩到底"))[1:]
        assert html.unescape(complaint) == f"<font color='red'>{told}</font>"
        assert (await incident(on)).checklist.answered_count == 0
        again = player.hands.form("U15")
        prefilled = {node.get("name"): node.get("default_value") for node in nodes(again.card)}
        assert (prefilled["views"], prefilled["complaint"]) == (typed, "刹车踩到底")
        assert await sent(on, player, "U15", again, views="未知") == []

    on_stage(tmp_path, visit)


def test_views_over_time_are_a_curve_in_the_card_of_the_grade(tmp_path: Path) -> None:
    now = NINE

    async def visit(on: Stage, player: Player) -> None:
        nonlocal now
        room = await player.open("展车起火")
        await player.fill_in(room, {"severity": "S3", "control": "C2", "views": 20_000})
        await player.until(lambda: player.hands.graded(room))
        now += timedelta(minutes=20)
        await on.driver.say(XU, "阅读量 5万")
        await outbox(on)
        said = on.world.messages[room.id]
        charts = [node["chart_spec"] for one in said for node in nodes(one.card) if node["tag"] == "chart"]
        assert [chart["data"]["values"] for chart in charts] == [
            [{"at": "09:00", "figure": 20_000}, {"at": "09:20", "figure": 50_000}]
        ]
        assert "</local_datetime> 2万 → " in html.unescape("\n".join(map(words_of, said)))

    moments = {"moments": lambda: Moments(now, datetime.now(UTC)), "parts": Parts(clock=False)}
    on_stage(tmp_path, visit, **moments)


def test_of_two_crises_each_form_says_whose_it_is_and_a_press_chooses(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        first = await player.open("展车起火")
        await on.driver.say(XU, "立即 门店漏水")
        await outbox(on)
        form = await asked(on, player, "U15", first, "checklist")
        assert form.card["header"]["subtitle"]["content"] == "展车起火"
        await on.driver.menu(XU, "tasks")
        await player.until(lambda: "请写明是哪一起" in told(on, "U15"))
        which = on.world.messages[on.world.p2p_of(XU).id][-1]
        await on.driver.press(XU, which.id, {"name": "status", "value": "2"})
        await player.until(lambda: "门店漏水" in words_of(which))

    on_stage(tmp_path, visit)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        form = await player.asked("U15", on.driver.menu(XU, "open"))
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
        wrong = await sent(on, player, "U15", form, what="   ", time_zero=tomorrow)
        assert len(wrong) == 3
        assert await count(on) == 0
        assert await sent(on, player, "U15", player.hands.form("U15"), what="长" * 1000, time_zero="") == []
        await on.driver.say(WANG, f"立即 {'刹车失灵🚗' * 1000}")
        assert await outbox(on) <= {"sent", "cancelled"}
        assert await count(on) == 2

    on_stage(tmp_path, visit)


def test_buttons_are_refused_to_those_who_may_not_and_on_what_is_over(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("展车起火")
        await outbox(on)
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2"})
        await outbox(on)
        state = on.world.find(room.pins[0])
        kept = json.loads(json.dumps(state.card))
        seen = await on.driver.press(XU, state.id, {"name": "close"})
        assert (seen.toast.kind, seen.toast.text.partition(" · ")[0]) == (
            "warning",
            "【演练】您没有这项决定权",
        )
        closing = await asked(on, player, "U04", room, "close")
        assert await sent(on, player, "U04", closing, reason="已解决") == []
        await outbox(on)
        on.world.show(state, json.dumps(kept), kept)
        seen = await on.driver.press(LIU, state.id, {"name": "checklist"})
        assert seen.toast.kind == "warning"
        assert "已结束" in seen.toast.text
        assert await count(on) == 1

    on_stage(tmp_path, visit)


def test_what_nobody_knows_suggests_what_was_meant(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await on.driver.say(XU, "危机 简抱")
        await player.until(lambda: "没有“简抱”这个指令" in told(on, "U15"))
        assert "危机 简报" in told(on, "U15")

    on_stage(tmp_path, visit)


def test_somebody_known_to_another_app_or_of_no_concern_sees_nothing_of_it(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        await player.open("展车自燃")
        for line in ("简报 1", "列表", "任务", "清单", "定级"):
            await on.driver.say(open_id("U12"), f"危机 {line}")
        seen = on.world.messages[on.world.p2p_of(open_id("U12")).id]
        await player.until(lambda: len([message for message in seen if message.card]) == 5)
        assert all("自燃" not in words_of(message) for message in seen)

    on_stage(tmp_path, visit)


def test_whoever_the_app_may_not_reach_is_named_and_the_next_is_called(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        on.world.available = set(on.world.people) - {WANG}
        room = await player.open("维修次日刹车失灵")
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2", "views": 500_000})
        await player.until(lambda: player.hands.graded(room))
        assert await outbox(on) <= {"sent", "cancelled", "dead", "failed"}
        assert WANG not in room.members
        said = "\n".join(map(words_of, on.world.messages[room.id]))
        assert "不在机器人的可用范围内" in said
        assert (await incident(on)).calls["pr_director"].tried[0] == "wang"
        assert (await incident(on)).calls["pr_director"].person != "wang"

    on_stage(tmp_path, visit)


def test_a_dissolved_group_is_followed_by_another_and_nothing_is_lost(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await player.fill_in(room, {"severity": "S4", "control": "C2", "views": 500_000})
        await player.until(lambda: player.hands.graded(room))
        members = set(room.members)
        await outbox(on)
        await on.driver.dissolves(WANG, room.id)
        (another,) = await player.until(lambda: player.hands.rooms("U15"))
        await player.until(lambda: player.hands.graded(another))
        await outbox(on)
        assert another.id != room.id
        assert set(another.members) == members
        assert (await incident(on)).room == another.id
        await player.fill_in(another, {"injury": "injury"})
        assert (await incident(on)).checklist.get("injury") == "injury"

    on_stage(tmp_path, visit)


def test_a_state_card_that_was_revoked_stops_nothing(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await outbox(on)
        on.world.recall(on.world.find(room.pins[0]))
        await on.driver.say(XU, "阅读量 50w")
        await on.driver.say(XU, "升级 红色")
        await outbox(on)
        assert (await incident(on)).checklist.get("views") == 500_000
        await on.driver.say(XU, "简报")
        await player.until(lambda: "50万" in told(on, "U15"))

    on_stage(tmp_path, visit)


def test_after_fourteen_days_the_state_is_said_afresh_and_kept_on_top(tmp_path: Path) -> None:
    now = NINE

    async def visit(on: Stage, player: Player) -> None:
        nonlocal now
        room = await player.open("维修次日刹车失灵")
        await outbox(on)
        (first,) = room.pins
        now += timedelta(days=15)
        await on.driver.say(XU, "阅读量 50w")
        await outbox(on)
        assert room.top_notice["message_id"] != first
        state = on.world.find(room.top_notice["message_id"])
        seen = await on.driver.press(XU, state.id, {"name": "checklist"})
        assert (seen.code, seen.toast.kind) == (0, "info")

    moments = {"moments": lambda: Moments(now, datetime.now(UTC)), "parts": Parts(clock=False)}
    on_stage(tmp_path, visit, **moments)


def test_nothing_more_is_asked_of_feishu_than_the_manifest_says(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        room = await player.open("维修次日刹车失灵")
        await player.fill_in(room, {"injury": "injury", "severity": "S4", "control": "C2", "views": 500_000})
        await player.until(lambda: "im:message.urgent" in on.world.scopes_used)
        await player.answer_pages(room)
        await outbox(on)
        assert on.world.scopes_used <= {scope.name for scope in SCOPES}
        assert {
            "im:chat:create",
            "im:message:send_as_bot",
            "im:chat.top_notice:write_only",
        } <= on.world.scopes_used

    on_stage(tmp_path, visit)


def test_a_feishu_that_is_down_for_a_while_loses_nothing(tmp_path: Path) -> None:
    async def visit(on: Stage, player: Player) -> None:
        for method in ("POST /im/v1/chats", "POST /im/v1/messages"):
            on.faults.plan(method, 2, "429", 0.1)
        room = await player.open("维修次日刹车失灵")
        assert await outbox(on) <= {"sent", "cancelled"}
        assert len(room.pins) == 1
        headlines = [words_of(message).partition("\n")[0] for message in on.world.messages[room.id]]
        assert len(headlines) == len(set(headlines))

    on_stage(tmp_path, visit)
