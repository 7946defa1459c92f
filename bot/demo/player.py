"""Plays one of the ten published scenarios by itself, as the people of the stage would, through the real forms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.demo.stage import Stage
from handlers.checklist import FLAGS, UNSURE
from sandbox.errors import PersonCannot
from sandbox.world import Channel, Message, OpenView

_SCENARIOS = Path(__file__).with_name("scenarios.yaml")
REPORTER = "U15"
"""Who finds it: 许诺, customer service."""

SILENT = ("U06", "U08")
"""Who does not answer, so that one sees the page move on: 刘洋, customer-service director; 何俊, service manager."""

HANDS = "U04"
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


class Player:
    """The hands of everybody on the stage. `tell` is called with what was just done."""

    def __init__(self, stage: Stage, tell: Callable[[str], None] = lambda _: None) -> None:
        self._world = stage.world
        self._driver = stage.driver
        self._tell = tell

    async def play(self, scenario: Scenario) -> Channel:
        """From the first word to the answered pages; returns the crisis room."""
        room = await self.open(scenario.what)
        await self.fill_in(room, scenario.answers)
        await self.answer_pages(room)
        return room

    async def open(self, what: str) -> Channel:
        """Type the command, send the form, wait for the room."""
        before = set(self._world.channels)
        place = self._world.channel_named("service-network")
        assert place is not None
        self._tell("/crisis open …")
        await self._driver.say(REPORTER, place.id, f"/crisis open {what}")
        view = await self.until(lambda: self._world.views_of(REPORTER))
        await self._driver.submit(REPORTER, view[-1].id, {"type": "A", "drill": "drill"})
        await self._driver.dismiss(REPORTER, view[-1].id, everything=True)
        room = await self.until(lambda: self._new_room(before))
        await self.until(lambda: self.button(room, "checklist", REPORTER))
        self._tell(f"#{room.name}")
        return room

    def _new_room(self, before: set[str]) -> Channel | None:
        new = [room for key, room in self._world.channels.items() if key not in before]
        return next(
            (room for room in new if room.is_private and not room.is_im and REPORTER in room.members), None
        )

    async def fill_in(self, room: Channel, answers: Mapping[str, Any]) -> None:
        """Open the checklist from the room's own button, put the answers in, send it."""
        await self._send_checklist(room, lambda _: form_values(answers))
        self._tell("checklist sent")

    async def _send_checklist(self, room: Channel, values: Callable[[OpenView], dict[str, Any]]) -> None:
        where = self.button(room, "checklist", REPORTER)
        assert where is not None
        await self._driver.press(REPORTER, room.id, where.ts, "checklist")
        view = (await self.until(lambda: self._world.views_of(REPORTER)))[-1]
        errors = await self._driver.submit(REPORTER, view.id, values(view))
        assert not errors, errors
        await self._driver.dismiss(REPORTER, view.id, everything=True)

    async def answer_pages(self, room: Channel) -> None:
        """Everybody whom the grade calls answers, but one: that page moves on by itself when its time is over."""
        await self.until(lambda: self.said(room, "/grade/"))
        for user in self._world.people:
            await self._answer(user)

    def said(self, room: Channel, about: str) -> Message | None:
        """The first message in a room whose key says what it is about. Pages go out before the grade is posted."""
        keys = [
            (m, (m.metadata or {}).get("event_payload", {}).get("key", ""))
            for m in self._world.messages[room.id]
        ]
        return next((message for message, key in keys if about in key), None)

    async def carry_on(self, room: Channel) -> None:
        """Go on as a team would: say what nobody knows, answer later pages, decide, tick off task after task."""
        await asyncio.sleep(PACE)
        await self._send_checklist(room, lambda view: {"unknown": _offered(view, "unknown")})
        async for _ in self._world.changes():
            await asyncio.sleep(PACE)
            for user in self._world.people:
                await self._answer(user)
            for name in ("decide_yes", "done", "take"):
                await self._press(HANDS, self.button(room, name, HANDS), name)

    async def _answer(self, user: str) -> None:
        where = self._page_of(user) if user not in SILENT else None
        if await self._press(user, where, "on_it"):
            self._tell(f"{self._world.people[user].name}: on it")

    async def _press(self, user: str, where: Message | None, name: str) -> bool:
        """Press a button; one that went away under the finger is no harm."""
        if where is None:
            return False
        with contextlib.suppress(PersonCannot):
            await self._driver.press(user, where.channel, where.ts, name)
        return True

    def _page_of(self, user: str) -> Message | None:
        return self.button(self._world.im_of(user), "on_it", user)

    def button(self, room: Channel, name: str, reader: str) -> Message | None:
        """The latest message in a room that carries a button of this name."""
        messages = self._world.visible_messages(room.id, reader)
        return next((message for message in reversed(messages) if name in _actions(message)), None)

    async def until(self, found: Callable[[], Any]) -> Any:
        """What `found` finds, as soon as it does. Raises TimeoutError after PATIENCE."""
        async with asyncio.timeout(PATIENCE):
            changes = self._world.changes()
            while not (result := found()):
                await anext(changes)
            return result


def _offered(view: OpenView, field: str) -> list[str]:
    """Every option of a field of the form."""
    blocks = [block for block in view.view["blocks"] if block.get("block_id") == field]
    return [option["value"] for block in blocks for option in block["element"]["options"]]


def _actions(message: Message) -> set[str]:
    blocks = [*message.blocks, *(block for part in message.attachments for block in part.get("blocks", []))]
    elements = [
        element
        for block in blocks
        for element in [*block.get("elements", []), block.get("accessory") or {}]
        if isinstance(element, dict)
    ]
    return {element.get("action_id", "").partition(":")[0] for element in elements}
