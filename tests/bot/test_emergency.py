"""The database is away: people are answered, an emergency room is made, and all of it is entered when it is back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine

from bot.chat import ChatError, Command, Reply
from bot.clock import Clock
from bot.crisis.events import Decided, Declared, PageAnswered, PageUnanswered, RoomLent, RoomOpened, TaskDone
from bot.emergency import Emergency
from bot.journal import Journal
from bot.store import Away
from tests.makers import at, happened, person
from tests.outage import Outage
from tests.scene import Scene, text

T = TypeVar("T")


class Town(Scene):
    """A scene whose database can go away, with the journal on a disk that does not."""

    def __init__(self, engine: Engine, folder: Path, patience: float = 2.0) -> None:
        self.outage, self.folder, self.patience = Outage(engine), folder, patience
        super().__init__(engine)
        self.chat.titled = True

    def _boot(self) -> None:
        super()._boot()
        self.journal = Journal(self.folder / "journal.jsonl")
        self.emergency = Emergency(
            self.store,
            self.chat,
            self.voice,
            self.journal,
            lambda: self.now,
            patience=self.patience,
            again=0,
            settle=0,
        )
        self.dispatch = self.emergency.dispatch
        self.clock = Clock(self.store, self.voice.playbook, self.voice.roster, first=self.emergency.take_in)

    def deliver(self) -> int:
        """Nothing goes out of a database that is away; the real loop tries again."""
        try:
            return super().deliver()
        except Away:
            return 0

    def round(self) -> None:
        """What the emergency's loop does now and then."""
        self._runner.run(self.emergency.round())
        self.deliver()

    def restart(self) -> None:
        self.journal.let_go()
        super().restart()

    def lives(self, story: Coroutine[Any, Any, T]) -> T:
        """Something that takes its time."""
        return self._runner.run(story)

    def goes_away(self) -> None:
        self.outage.away = True

    def is_back(self) -> None:
        self.outage.away = False

    def rooms(self) -> list[str]:
        return [room.name for room in self.chat.rooms.values()]


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Iterator[Town]:
    with Town(engine, tmp_path) as made:
        yield made


def said(reply: Reply) -> str:
    card = reply.card or reply.done
    assert card is not None
    return text(card)


def sent(town: Town) -> Reply:
    """The opening form, sent while the database is away."""
    form = town.says("U15", "/crisis open 维修次日刹车失灵，客户受伤").form
    assert form is not None
    return town.sends("U15", form, key="view:1", time_zero=at("-7 min"))


def test_the_opening_form_is_shown_without_a_database(town: Town) -> None:
    town.goes_away()
    form = town.says("U15", "/crisis open 维修次日刹车失灵").form

    assert form is not None
    assert [item.value for item in form.items if getattr(item, "name", "") == "what"] == ["维修次日刹车失灵"]


def test_whoever_opens_a_crisis_is_answered_and_gets_a_room_with_all_that_is_needed(town: Town) -> None:
    town.goes_away()
    assert said(sent(town)).splitlines()[0] == "已记下，计时已开始"
    town.round()

    (room,) = town.chat.rooms.values()
    assert room.name.endswith("-维修次日刹车失灵，客户受伤")
    assert {person("U15"), person("U04"), person("U05")} <= set(town.chat.members[room.id])
    (message,) = town.chat.said.values()
    assert message.place == room.id
    shown = text(message.card)
    assert "应急群｜维修次日刹车失灵，客户受伤" in shown
    assert "计时起点：3月2日 08:53" in shown
    assert f"CEO：{person('U01')}，找不到就找 {person('U02')}" in shown
    assert "1. 目前浏览量" in shown
    assert "15. 有无组织迹象（同话术、水军）？" in shown


def test_when_it_is_back_the_crisis_takes_that_room_over_and_no_other_is_made(town: Town) -> None:
    town.goes_away()
    sent(town)
    town.round()
    town.now = at("+3 min")
    town.is_back()
    town.round()

    assert len(town.chat.rooms) == 1
    incident = town.incident()
    (room,) = town.chat.rooms.values()
    assert (incident.room, incident.room_name) == (room.id, room.name)
    assert incident.declared_at == at("+0 min")
    assert incident.time_zero == at("-7 min")
    assert happened(incident, RoomLent) == [RoomLent(room.id, room.name)]
    assert happened(incident, RoomOpened) == [RoomOpened(room.id, room.name)]
    assert [len(town.posted(card)) for card in ("state/0", "tasks/0")] == [1, 1]
    assert town.chat.topics[room.id]
    assert len(town.chat.pinned) == 1
    assert town.journal.waiting() == []


def test_slash_now_does_without_a_form(town: Town) -> None:
    town.goes_away()
    assert said(town.says("U10", "/crisis now Car burns", key="command:1")).startswith(
        "Taken down: the clock is running"
    )
    town.round()
    assert "Emergency room · Car burns" in text(next(iter(town.chat.said.values())).card)

    town.is_back()
    town.round()
    assert town.incident().title == "Car burns"


def test_a_mistake_in_the_form_is_told_at_once(town: Town) -> None:
    town.goes_away()
    form = town.says("U15", "/crisis open").form
    assert form is not None
    assert town.sends("U15", form).errors == {"what": "请写一句发生了什么。"}
    assert "请写一句发生了什么" in said(town.says("U15", "/crisis now"))
    assert town.journal.waiting() == []


@pytest.mark.parametrize(
    "typed", ["status", "list", "checklist", "tasks", "grade", "raise", "close", "reading"]
)
def test_what_only_shows_or_asks_says_when_to_try_again(town: Town, typed: str) -> None:
    town.opens()
    town.goes_away()
    reply = town.says("U04", f"/crisis {typed}")

    assert said(reply).splitlines()[0] == "数据库暂时不可用，现在无法查看"
    assert reply.refused
    assert town.journal.waiting() == []


@pytest.mark.parametrize("typed", ["", "help", "没有这个词"])
def test_what_needs_no_memory_works_as_ever(town: Town, typed: str) -> None:
    there = town.says("U04", f"/crisis {typed}")
    town.goes_away()

    assert town.says("U04", f"/crisis {typed}") == there


def test_what_was_pressed_and_sent_meanwhile_counts_as_of_when_it_was_done(town: Town) -> None:
    town.opens()
    form = town.presses("U15", "checklist").form
    assert form is not None
    town.answers(severity="S4", control="C2")
    town.goes_away()
    town.now = at("+2 min")
    for reply in (
        town.presses("U04", "on_it"),
        town.presses("U04", "done", "1/basics_known"),
        town.says("U15", "/crisis reading 50w"),
        town.sends("U15", form, views="60w", injury="injury"),
    ):
        assert said(reply).splitlines()[0] == "已记下，恢复后自动补录"
    town.now = at("+4 min")
    town.is_back()
    town.tick()

    incident = town.incident()
    at_two = {type(entry.event).__name__ for entry in incident.history if entry.at == at("+2 min")}
    assert {"PageAnswered", "TaskDone", "Answered"} <= at_two
    assert incident.answers["views"] == 600_000
    assert incident.answers["injury"] == "injury"
    assert town.journal.waiting() == []


def test_nobody_is_called_in_place_of_somebody_whose_answer_is_still_on_disk(town: Town) -> None:
    town.opens()
    town.answers(severity="S4", control="C2")
    town.goes_away()
    town.now = at("+1 min")
    for user in ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09", "U10", "U11", "U12"):
        town.presses(user, "on_it")
    town.now = at("+40 min")
    town.is_back()
    town.tick()

    assert happened(town.incident(), PageUnanswered) == []
    assert {person("U04")} <= {answer.person for answer in happened(town.incident(), PageAnswered)}


def test_a_button_pressed_three_times_is_one_intent(town: Town) -> None:
    town.opens()
    town.goes_away()
    for _ in range(3):
        town.presses("U04", "done", "1/basics_known")
    assert len(town.journal.waiting()) == 1

    town.is_back()
    town.round()
    assert happened(town.incident(), TaskDone) == [TaskDone("basics_known")]
    assert town.posted("not/") == []


def test_a_button_pressed_a_quarter_of_an_hour_later_is_meant_anew(town: Town) -> None:
    """The first line may have come to nothing; a line too many is entered and finds nothing left to do."""
    town.opens()
    town.goes_away()
    town.presses("U04", "done", "1/basics_known")
    town.now = at("+15 min")
    town.presses("U04", "done", "1/basics_known")
    assert len(town.journal.waiting()) == 2

    town.is_back()
    town.round()
    assert happened(town.incident(), TaskDone) == [TaskDone("basics_known")]
    assert town.journal.waiting() == []


def test_what_is_refused_afterwards_is_told_with_the_reason_and_what_was_written(town: Town) -> None:
    town.opens()
    form = town.presses("U15", "checklist").form
    assert form is not None
    town.goes_away()
    town.sends("U15", form, complaint="刹车踩不动", key="view:9")
    town.is_back()
    closing = town.says("U01", "/crisis close").form
    assert closing is not None
    town.sends("U01", closing, reason="误报")
    town.round()

    (told,) = [message for message in town.chat.said.values() if message.key.startswith("not/view:9")]
    assert told.place == person("U15")
    shown = text(told.card)
    assert shown.splitlines()[0] == "有一步操作未能补录"
    assert "投诉内容：刹车踩不动" in shown
    assert "处置已结束" in shown
    assert town.journal.waiting() == []


def test_a_decision_asked_for_twice_is_entered_once(town: Town) -> None:
    town.opens()
    town.answers(severity="S4", control="C2")
    town.at("+31 min")
    question = town.incident().questions[0]
    town.goes_away()
    town.presses("U01", "decide_yes", f"1/{question}", key="action:1")
    town.presses("U01", "decide_yes", f"1/{question}", key="action:1")
    town.is_back()
    town.round()

    assert happened(town.incident(), Decided) == [Decided(question, True)]


def test_a_crash_in_the_middle_of_entering_enters_nothing_twice(town: Town) -> None:
    """The commit went through, the mark in the journal was never made."""
    town.goes_away()
    sent(town)
    town.presses("U04", "done", "1/basics_known")
    town.round()
    kept = (town.folder / "journal.jsonl").read_bytes()
    town.is_back()
    town.round()
    before = town.incident().history
    messages = len(town.chat.said)

    (town.folder / "journal.jsonl").write_bytes(kept)
    town.restart()
    town.round()
    assert town.incident().history == before
    assert (len(town.chat.rooms), len(town.chat.said)) == (1, messages)
    assert town.run(lambda work: len(work.incidents.headers(closed=True))) == 1


def test_a_crash_after_the_room_was_made_and_before_it_was_noted_finds_it_again(town: Town) -> None:
    town.goes_away()
    sent(town)
    kept = (town.folder / "journal.jsonl").read_bytes()
    town.round()
    (town.folder / "journal.jsonl").write_bytes(kept)
    town.is_back()
    town.restart()
    town.round()

    assert len(town.chat.rooms) == 1
    assert len(town.posted("view:1")) == 1
    assert town.incident().room == "C1"


@pytest.mark.parametrize("method", ["open_room", "invite", "post"])
def test_a_room_that_slack_does_not_make_at_once_is_tried_again(town: Town, method: str) -> None:
    town.goes_away()
    town.chat.failures[method] = [
        ChatError("http_503", in_doubt=True),
        ChatError("ratelimited", retry_after=1),
    ]
    sent(town)
    for _ in range(3):
        town.round()

    assert len(town.chat.rooms) == 1
    assert len(town.chat.said) == 1


def test_a_lost_answer_does_not_post_the_card_twice(town: Town) -> None:
    town.goes_away()
    town.chat.lost["post"] = [ChatError("connection_lost", in_doubt=True)]
    sent(town)
    town.round()
    town.round()

    assert len(town.chat.said) == 1


def test_where_no_room_can_be_made_the_crisis_is_entered_all_the_same(town: Town) -> None:
    town.goes_away()
    town.chat.failures["open_room"] = [ChatError("restricted_action", permanent=True)]
    sent(town)
    town.round()
    town.is_back()
    town.round()

    incident = town.incident()
    assert happened(incident, RoomLent) == []
    assert happened(incident, RoomOpened) == [RoomOpened("C1", "crisis-1-维修次日刹车失灵，客户受伤")]


def test_an_opening_that_had_gone_through_after_all_keeps_its_own_room(town: Town) -> None:
    """The answer to the commit was lost: the crisis was there, and people were given an emergency room as well."""
    form = town.says("U15", "/crisis open 刹车失灵").form
    assert form is not None
    town.outage.lost = True
    assert said(town.sends("U15", form, key="view:1")).startswith("已记下，计时已开始")
    assert town.rooms() == []
    town.round()
    assert [name.split("-")[-1] for name in town.rooms()] == ["刹车失灵"]
    town.is_back()
    town.round()
    town.round()

    incident = town.incident()
    assert len(happened(incident, Declared)) == 1
    assert happened(incident, RoomLent) == []
    assert incident.room_name == "crisis-1-刹车失灵"
    assert town.run(lambda work: len(work.incidents.headers(closed=True))) == 1
    (pointing,) = town.posted("view:1")[1:]
    assert pointing.key == "moved/view:1"
    assert pointing.place == "C1"
    assert "这起事件已有危机群：#crisis-1-刹车失灵" in text(pointing.card)
    assert town.journal.waiting() == []


def test_one_line_that_cannot_be_entered_holds_up_no_other(town: Town) -> None:
    """This one has a mistake of ours in it. It stays on disk, and whoever did it is told not to count on it."""
    town.opens()
    town.goes_away()
    town.presses("U04", "done", "1/basics_known", key="action:1")
    town.presses("U04", "take", "1/committee_met", key="action:2")
    town.is_back()
    town.run(lambda work: work.first_time("action:1"))
    town.round()
    town.round()

    assert town.incident().tasks["committee_met"].owner == person("U04")
    assert [asked.key for asked in town.journal.waiting()] == ["action:1"]
    (told,) = [one for one in town.chat.said.values() if one.key == "not/action:1"]
    assert told.place == person("U04")
    assert "抱歉，系统出了故障" in text(told.card)


def asked_in_silence(town: Town, command: Command, then: Callable[[], None]) -> Reply:
    """The answer to what is asked while the database says nothing; then something happens, and it is heard again."""

    async def story() -> Reply:
        town.outage.heard.clear()
        reply = await town.emergency.dispatch(command)
        then()
        town.outage.heard.set()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        return reply

    return town.lives(story())


NOW = Command("typed", "now", "command:1", "U15", text="刹车失灵", room="C0")


@pytest.fixture
def impatient(engine: Engine, tmp_path: Path) -> Iterator[Town]:
    with Town(engine, tmp_path, patience=0.05) as made:
        yield made


def test_a_silent_database_keeps_nobody_waiting_and_the_crisis_is_opened_once(impatient: Town) -> None:
    """It took long, but it took it: no emergency room, and nothing twice."""
    reply = asked_in_silence(impatient, NOW, lambda: None)
    assert said(reply).startswith("已记下，计时已开始")
    impatient.round()

    assert impatient.run(lambda work: len(work.incidents.headers(closed=True))) == 1
    assert impatient.rooms() == ["crisis-1-刹车失灵"]
    assert impatient.journal.waiting() == []


def test_when_silence_turns_out_to_be_absence_the_room_is_made_then(impatient: Town) -> None:
    asked_in_silence(impatient, NOW, impatient.goes_away)
    impatient.round()
    assert len(impatient.chat.rooms) == 1
    assert impatient.posted("command:1")[0].key == "emergency/command:1"

    impatient.is_back()
    impatient.round()
    assert impatient.incident().room == "C1"


def test_a_form_needs_no_patience_with_a_silent_database(impatient: Town) -> None:
    reply = asked_in_silence(impatient, Command("typed", "open", "command:1", "U15"), lambda: None)

    assert reply.form is not None


def test_what_only_a_database_knows_is_waited_for(impatient: Town) -> None:
    """The door of the platform has its own patience, and brings what comes late."""
    impatient.opens()

    async def story() -> Reply:
        impatient.outage.heard.clear()
        asked = asyncio.create_task(impatient.emergency.dispatch(Command("typed", "status", "c:2", "U15")))
        asyncio.get_running_loop().call_later(0.2, impatient.outage.heard.set)
        return await asked

    assert "维修次日刹车失灵" in said(impatient.lives(story()))


def test_after_a_long_absence_people_get_their_five_minutes_before_the_bot_grades(town: Town) -> None:
    """They worked by phone; to be graded on nothing known, and everybody paged, would be no help."""
    town.goes_away()
    sent(town)
    town.round()
    town.now = at("+40 min")
    town.is_back()
    town.tick()
    assert town.incident().grade == ""

    town.at("+44 min")
    assert town.incident().grade == ""
    town.at("+46 min")
    assert town.incident().grade != ""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_in_whatever_order_each_opening_is_one_crisis_in_one_room(
    town: Town, seed: int
) -> None:
    """Openings, outages, answers lost on both sides, restarts and rounds at random; in the end all is well."""
    dice, opened = random.Random(seed), 0
    for _ in range(40):
        match dice.choice(("open", "open", "away", "back", "lost", "slack", "round", "tick", "restart")):
            case "open":
                opened += 1
                town.says("U15", f"/crisis now 事件{opened}", key=f"command:{opened}")
                if dice.random() < 0.3:
                    town.says("U15", f"/crisis now 事件{opened}", key=f"command:{opened}")
            case "away":
                town.goes_away()
            case "back":
                town.is_back()
            case "lost":
                town.outage.lost = True
            case "slack":
                method = dice.choice(("open_room", "invite", "post"))
                town.chat.failures.setdefault(method, []).append(ChatError("http_503", in_doubt=True))
            case "round":
                town.round()
            case "tick" if not town.outage.away:
                town.outage.lost = False
                town.tick()
            case "restart" if not town.outage.away:
                town.outage.lost = False
                town.restart()
        town.now += timedelta(seconds=dice.choice((0, 1, 7)))
    town.outage.lost, town.chat.failures = False, {}
    town.is_back()
    for _ in range(4):
        town.round()
        town.at(f"+{(town.now - town.start).total_seconds() / 60 + 1} min")

    numbers = [header.id for header in town.run(lambda work: work.incidents.headers(closed=True))]
    crises = [town.incident(number) for number in numbers]
    assert sorted(crisis.title for crisis in crises) == sorted(f"事件{n + 1}" for n in range(opened))
    assert len({crisis.room for crisis in crises}) == opened
    keys = [message.key for message in town.chat.said.values()]
    assert len(keys) == len(set(keys))
    led_on = {message.place for message in town.chat.said.values() if message.key.startswith("moved/")}
    assert {room.id for room in town.chat.rooms.values()} - led_on == {crisis.room for crisis in crises}
    assert town.journal.waiting() == []
