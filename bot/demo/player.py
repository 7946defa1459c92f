"""Plays one of the ten published scenarios by itself, as the people of the stage would, through the real forms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.demo.hands import Hands, Place
from bot.demo.on_feishu import OnFeishu
from bot.demo.on_slack import OnSlack
from handlers.checklist import FLAGS, UNSURE
from sandbox.errors import PersonCannot
from sandbox.feishu.world import World as FeishuWorld

_SCENARIOS = Path(__file__).with_name("scenarios.yaml")
REPORTER = "U15"
"""Who finds it: 许诺, customer service."""

SILENT = ("U06", "U08")
"""Who does not answer, so that one sees the page move on: 刘洋, customer-service director; 何俊, service manager."""

DOER = "U04"
"""Who ticks off the tasks of a play: 王敏, PR director."""

PACE = 0.7
"""Real seconds between two deeds of a play, so that one can watch."""

PATIENCE = 30.0
"""Real seconds until a play is given up: something is wrong then."""


@dataclass(frozen=True)
class Scenario:
    """A published case: what somebody would type, and what they would put into the form."""

    id: int
    what: str
    answers: Mapping[str, Any]


def scenarios() -> dict[int, Scenario]:
    """The ten, by number."""
    with _SCENARIOS.open(encoding="utf-8") as file:
        return {item["id"]: Scenario(**item) for item in yaml.safe_load(file)}


def form_values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a person puts them into the checklist form: figures typed, flags and doubts ticked."""
    values: dict[str, Any] = {
        "flags": [name for name in FLAGS if answers.get(name)],
        "unsure": [name for name in UNSURE if answers.get(f"{name}_unsure")],
    }
    for name, value in answers.items():
        if name not in FLAGS and not name.endswith("_unsure"):
            values[name] = str(value) if isinstance(value, int | float) else value
    return {name: value for name, value in values.items() if value not in ([], None)}


def hands_in(place: Place) -> Hands:
    """Everybody's hands, as the platform of this place has them."""
    platform = OnFeishu if isinstance(place.world, FeishuWorld) else OnSlack
    return platform(place.world, place.driver)


class Player:
    """Plays everybody: the crisis is in one place; people who are only elsewhere answer there.

    tell: is called with what was just done.
    """

    def __init__(
        self, place: Place, tell: Callable[[str], None] = lambda _: None, elsewhere: Sequence[Place] = ()
    ) -> None:
        self.hands = hands_in(place)
        self._everywhere = [self.hands, *map(hands_in, elsewhere)]
        self._tell = tell

    async def play(self, scenario: Scenario) -> Any:
        """From the first word to the answered pages; returns the crisis room, as the platform has it."""
        room = await self.open(scenario.what)
        await self.fill_in(room, scenario.answers)
        await self.answer_pages(room)
        return room

    async def open(self, what: str) -> Any:
        """Type the command, send the form, wait for the room; returns it, as the platform has it."""
        before = [room.id for room in self.hands.rooms(REPORTER)]
        self._tell(f"{self.hands.opening} …")
        form = await self.asked(REPORTER, self.hands.say(REPORTER, f"{self.hands.opening} {what}"))
        await self._send(form, {"type": "A", "drill": "drill"})
        room = await self.until(lambda: self._new_room(before))
        await self.until(lambda: self.button(room, "checklist", REPORTER))
        self._tell(room.name)
        return room

    def _new_room(self, before: Collection[str]) -> Any:
        return next((room for room in self.hands.rooms(REPORTER) if room.id not in before), None)

    async def asked(self, person: str, asking: Awaitable[Any]) -> Any:
        """The form that somebody gets for asking so."""
        before = self.hands.form(person)
        await asking

        def another() -> Any:
            form = self.hands.form(person)
            return form if form is not before else None

        return await self.until(another)

    async def _send(self, form: Any, values: Mapping[str, Any]) -> None:
        wrong = await self.hands.send(REPORTER, form, values)
        assert not wrong, wrong

    async def fill_in(self, room: Any, answers: Mapping[str, Any]) -> None:
        """Open the checklist from the room's own button, put the answers in, send it."""
        await self._send(await self._checklist(room), form_values(answers))
        self._tell("checklist sent")

    async def _checklist(self, room: Any) -> Any:
        where = self.button(room, "checklist", REPORTER)
        assert where is not None
        return await self.asked(REPORTER, self.hands.press(REPORTER, where, "checklist"))

    async def answer_pages(self, room: Any) -> None:
        """Everybody whom the grade calls answers, but some: those pages move on by themselves in their time.

        Pages go out before the room is told the grade.
        """
        await self.until(lambda: self.hands.graded(room))
        for hands in self._everywhere:
            await self._answer_all(hands)

    async def carry_on(self, room: Any) -> None:
        """Go on as a team would: say what nobody knows, answer later pages, decide, tick off task after task."""
        await asyncio.sleep(PACE)
        form = await self._checklist(room)
        await self._send(form, {"unknown": self.hands.options(form, "unknown")})
        await asyncio.gather(self._work_off(room), *map(self._keep_answering, self._everywhere))

    async def _work_off(self, room: Any) -> None:
        async for _ in self.hands.changes():
            await asyncio.sleep(PACE)
            for name in ("decide_yes", "done", "take"):
                await _press(self.hands, DOER, self.button(room, name, DOER), name)

    async def _keep_answering(self, hands: Hands) -> None:
        async for _ in hands.changes():
            await asyncio.sleep(PACE)
            await self._answer_all(hands)

    async def _answer_all(self, hands: Hands) -> None:
        for person in hands.people:
            page = hands.button(hands.private(person), "on_it", person) if person not in SILENT else None
            if await _press(hands, person, page, "on_it"):
                self._tell(f"{hands.name(person)}: on it")

    def button(self, room: Any, name: str, reader: str, value: str = "") -> Any:
        """The latest message in a room that carries a button of this name (and value)."""
        return self.hands.button(room, name, reader, value)

    async def until(self, found: Callable[[], Any]) -> Any:
        """What `found` finds, as soon as it does. Raises TimeoutError after PATIENCE."""
        async with asyncio.timeout(PATIENCE):
            changes = self.hands.changes()
            while not (result := found()):
                await anext(changes)
            return result


async def _press(hands: Hands, person: str, where: Any, name: str) -> bool:
    """Press a button; one that went away under the finger is no harm."""
    if where is None:
        return False
    with contextlib.suppress(PersonCannot):
        await hands.press(person, where, name)
    return True
