"""The people of a crisis, as they are when the bot fails them: they try again, and never twice what was answered."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.demo.player import form_values, scenarios
from chaos.town import Town, key_of
from sandbox.blockkit import elements_of
from sandbox.driver import Result
from sandbox.errors import PersonCannot
from sandbox.world import Channel, Message, OpenView

LOOK = 0.1
"""Seconds between two looks at the screen."""

FORM = 4.0
"""Seconds after which a person who sees no form asks for it again."""

ENOUGH = 15.0
"""Seconds after which a person presses once more, where an answer may be an apology and nothing else."""

CHIEF = "U01"
"""Who ends a crisis: 陈志远, CEO, called in every red one."""

SCENARIO = 7
"""Brakes failed after a repair, somebody is in hospital: red, seven roles paged."""


@dataclass
class Story:
    """One crisis from the first word to the last answered page.

    number: ours, in its title. reporter: as Slack knows them. answered: whose press was answered 200.
    """

    number: int
    reporter: str
    closes: bool = True
    doing: str = "not begun"
    crisis: int = 0
    answered: set[str] = field(default_factory=set)

    @property
    def title(self) -> str:
        """What is typed; its end is the end of the room's name."""
        return f"车主称刹车失灵 s{self.number}"

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self.doing == "done"


class People:
    """The hands of everybody in town, in any number of crises at a time.

    doors: where the bot may answer. again: press once more after ENOUGH although the press was answered with 200;
    only where the bot may have had to apologise, as while its database is away.
    """

    def __init__(self, here: Town, doors: list[str], *, again: bool = False) -> None:
        self._town, self._world, self._driver = here, here.world, here.driver
        self._doors: Iterator[str] = itertools.cycle(doors)
        self._again = again
        self._busy: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.troubles = 0

    async def live(self, story: Story) -> None:
        """The whole story."""
        story.doing = "opening"
        opening = self._typing(story.reporter, "C001", f"/crisis open {story.title}")
        await self._through_form(story.reporter, opening, {"type": "A"})
        story.doing = "waiting for the room"
        room, checklist = await self._until(lambda: self._room(story))
        story.crisis = int(key_of(checklist).partition("/")[0])
        story.doing = "filling in the checklist"
        pressing = self._pressing(story.reporter, checklist, "checklist")
        await self._through_form(story.reporter, pressing, form_values(scenarios()[SCENARIO].answers))
        story.doing = "answering pages"
        await self._answer_all(story, room)
        if story.closes:
            story.doing = "closing"
            await self._close(room)
        story.doing = "done"

    async def _close(self, room: Channel) -> None:
        await self._until(lambda: CHIEF in room.members)
        await self._through_form(CHIEF, self._typing(CHIEF, room.id, "/crisis close"), {"reason": "演习结束"})
        await self._until(lambda: self._heard(room, "/closed/"))

    def _typing(self, user: str, channel: str, text: str) -> Callable[[], Awaitable[Result]]:
        return lambda: self._driver.say(user, channel, text)

    def _pressing(self, user: str, message: Message, name: str) -> Callable[[], Awaitable[Result]]:
        return lambda: self._driver.press(user, message.channel, message.ts, name)

    async def _through_form(
        self, user: str, ask: Callable[[], Awaitable[Result]], values: dict[str, Any]
    ) -> None:
        """Ask until there is a form, and send it until it is taken. A form that is only shown has no effect."""
        async with self._busy[user]:
            view = await self._form(user, ask)
            while not await self._is_taken(user, view, values):
                await self._trouble()
            self._clear(user)

    async def _is_taken(self, user: str, view: OpenView, values: dict[str, Any]) -> bool:
        try:
            return not await self._driver.submit(user, view.id, values)
        except PersonCannot:
            # Another form, asked for in doubt, came up late and lies on top.
            self._world.views_of(user).pop()
            return False

    async def _form(self, user: str, ask: Callable[[], Awaitable[Result]]) -> OpenView:
        while True:
            self._clear(user)
            if (await ask()).status != 200:
                await self._trouble()
                continue
            try:
                views: list[OpenView] = await self._until(lambda: self._world.views_of(user), FORM)
            except TimeoutError:
                continue
            return views[-1]

    def _clear(self, user: str) -> None:
        self._world.views_of(user).clear()

    async def _trouble(self) -> None:
        """Nobody answered: a moment later, at the next door."""
        self.troubles += 1
        self._driver.wire.bot_url = next(self._doors)
        await asyncio.sleep(LOOK)

    def _room(self, story: Story) -> tuple[Channel, Message] | None:
        for room in reversed(self._town.rooms()):
            if room.name.endswith(f"s{story.number}") and story.reporter in room.members:
                found = [m for m in self._world.messages[room.id] if "checklist" in _buttons(m)]
                return (room, found[-1]) if found else None
        return None

    async def _answer_all(self, story: Story, room: Channel) -> None:
        """Everybody who is called says so, until the room hears that all have."""
        answering = [asyncio.create_task(self._answer(story, user)) for user in self._world.people]
        try:
            await self._until(lambda: self._heard(room, "/all_answered/"))
        finally:
            for task in answering:
                task.cancel()
            outcomes = await asyncio.gather(*answering, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def _heard(self, room: Channel, about: str) -> bool:
        return any(about in key_of(message) for message in self._world.messages[room.id])

    async def _answer(self, story: Story, user: str) -> None:
        page = await self._until(lambda: self._page_of(story, user))
        person = key_of(page).split("/")[2]
        while person not in story.answered:
            try:
                pressed = await self._driver.press(user, page.channel, page.ts, "on_it")
            except PersonCannot:
                # The button is gone: the answer had arrived, though nobody told us.
                return
            if pressed.status != 200:
                await self._trouble()
            elif self._again:
                await asyncio.sleep(ENOUGH)
            else:
                story.answered.add(person)

    def _page_of(self, story: Story, user: str) -> Message | None:
        messages = self._world.messages[self._world.im_of(user).id]
        mine = (m for m in reversed(messages) if key_of(m).startswith(f"{story.crisis}/page/"))
        return next(mine, None)

    async def _until(self, found: Callable[[], Any], seconds: float | None = None) -> Any:
        """What `found` finds; many look at once here, so each looks now and then instead of at every change."""
        async with asyncio.timeout(seconds):
            while not (result := found()):  # noqa: ASYNC110 - see above
                await asyncio.sleep(LOOK)
            return result


def _buttons(message: Message) -> set[str]:
    blocks = [*message.blocks, *(block for part in message.attachments for block in part.get("blocks", []))]
    return {
        element.get("action_id", "").partition(":")[0] for block in blocks for element in elements_of(block)
    }
