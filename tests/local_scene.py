"""A whole bot at strict local platforms, in virtual time: the words of `tests.scene`, said over the real wire."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.app import Parts
from bot.chat import Platform
from bot.crisis.incident import Incident
from bot.demo.player import Player
from bot.demo.stage import stage
from bot.store import Moments, Work
from tests.makers import NINE, at
from tests.memory_chat import Said
from tests.screens import SCREENS

T = TypeVar("T")
PATIENCE = 30.0
"""Real seconds until a story is given up that waits for something."""

LOOK = 0.02
"""Real seconds until one looks again whether there is nothing more to send, of which no screen tells."""

LISTED_MOST = 5000
"""So many sends an operator is shown at a time."""


class LocalScene:
    """The bot and its people on these platforms; the crisis is opened on the first. Time passes when it is told to.

    Whoever presses a button must be able to see it; whoever fills in a form gets it first.
    """

    def __init__(self, folder: Path, *platforms: Platform) -> None:
        self.now, self.platform = NINE, platforms[0]
        self._runner, self._stack = asyncio.Runner(), AsyncExitStack()
        on = stage(folder, platforms=platforms, parts=Parts(clock=False), moments=self._moments)
        self.stage = self._run(self._stack.enter_async_context(on))
        places = {name: getattr(self.stage, name) for name in platforms}
        self._screens = {name: SCREENS[name](place.world) for name, place in places.items()}
        self._players = [Player(place) for place in places.values()]

    def _moments(self) -> Moments:
        return Moments(self.now, datetime.now(UTC))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._stack.aclose())
        self._runner.close()

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(asyncio.wait_for(what, PATIENCE))

    def run(self, unit: Callable[[Work], T]) -> T:
        """One transaction."""
        return self._run(self.stage.bot.store.run(unit))

    def at(self, when: str) -> Self:
        """Let time pass until then, ringing at each moment at which something is due."""
        target = at(when)
        while (due := self.run(lambda work: work.incidents.earliest_due())) is not None and due <= target:
            self._ring(max(self.now, due))
        self._ring(target)
        return self

    def _ring(self, now: datetime) -> None:
        self.now = now
        self._run(self.stage.bot.clock.tick())
        self._run(self._idle())

    async def _idle(self) -> None:
        """Until everything that waits has been sent; what was sent is recorded a little after it is seen."""
        while set(await self.stage.bot.store.run(lambda work: work.outbox.counts())) & {"pending", "claimed"}:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    changes = self._players[0].hands.changes()
                    await anext(changes)
                    await anext(changes)

    def opens(self, user: str = "U15", what: str = "维修次日刹车失灵，客户受伤", **fields: Any) -> Incident:
        """A crisis opened by its form; the room is there."""
        self._fills_in(user, f"{self._players[0].hands.opening} {what}", fields)
        return self.incident()

    def answers(self, user: str = "U15", **fields: Any) -> None:
        """The checklist, filled in so far."""
        self._fills_in(user, "/crisis checklist", fields)

    def closes(self, user: str, *, reason: str) -> None:
        """The end of it, by its form."""
        self._fills_in(user, "/crisis close", {"reason": reason})

    def fills_in(self, user: str, name: str, value: str, **fields: Any) -> None:
        """The form behind a button that this person sees, with what it prefills where nothing else is given."""
        player, message = self._sees(user, name, value)[0]
        form = self._run(player.asked(user, player.hands.press(user, message, name, value)))
        assert self._run(player.hands.send(user, form, fields)) == []
        self._run(self._idle())

    def asks(self, user: str, typed: str, **fields: Any) -> None:
        """The form that comes of what somebody types."""
        self._fills_in(user, typed, fields)

    def _fills_in(self, user: str, typed: str, fields: dict[str, Any]) -> None:
        player = next(player for player in self._players if user in player.hands.people)
        form = self._run(player.asked(user, player.hands.say(user, typed)))
        assert self._run(player.hands.send(user, form, fields)) == []
        self._run(self._idle())

    def presses(self, user: str, name: str, value: str = "1") -> None:
        """A button, in a room or in private, wherever this person is; else in the full list of tasks."""
        if not self._sees(user, name, value):
            player = self._press(user, "tasks", "1")
            self._run(player.until(lambda: self._sees(user, name, value)))
        self._press(user, name, value)

    def _press(self, user: str, name: str, value: str) -> Player:
        player, message = self._sees(user, name, value)[0]
        self._run(player.hands.press(user, message, name, value))
        self._run(self._idle())
        return player

    def _sees(self, user: str, name: str, value: str) -> list[tuple[Player, Any]]:
        """Messages with that button, each with the player where it stands."""
        found = [
            (player, player.button(room, name, user, value))
            for player in self._players
            if user in player.hands.people
            for room in [*reversed(player.hands.rooms(user)), player.hands.private(user)]
        ]
        return [(player, message) for player, message in found if message]

    def fills(self, user: str, button: str, value: str = "1", **fields: Any) -> None:
        """The form behind a button, sent with what it prefilled where nothing else is given."""
        player, message = self._sees(user, button, value)[0]
        form = self._run(player.asked(user, player.hands.press(user, message, button, value)))
        assert self._run(player.hands.send(user, form, fields)) == []
        self._run(self._idle())

    def incident(self, number: int = 1) -> Incident:
        """The incident as it is stored."""
        found = self.run(lambda work: work.incidents.get(number, to_change=False))
        assert found is not None
        return found

    def members(self) -> Sequence[str]:
        """Who is in the room, in alphabetical order."""
        return self._screens[self.platform].members(self.incident().room)

    def topic(self) -> str:
        """What stands at the head of the room."""
        return self._screens[self.platform].topic(self.incident().room)

    def posted(self, card: str, *, on: Collection[Platform] = ()) -> list[Said]:
        """Messages whose key contains this, in the order in which they were meant, as they stand on the screens.

        on: only those on these platforms.
        """
        found = self.run(lambda work: _messages(work, card))
        return [
            Said(screens.place(message), key, screens.card(message))
            for key, message in found
            for name, screens in self._screens.items()
            if screens.has(message) and name in (on or self._screens)
        ]

    def marks(self) -> list[str]:
        """One for each message that the bot has sent, the same for the same."""
        return [mark for screens in self._screens.values() for mark in screens.marks()]

    def urged(self) -> Counter[str]:
        """How often somebody was called harder than by a message, by the way it was done."""
        return sum((screens.urged() for screens in self._screens.values()), Counter())

    def outbox(self) -> dict[str, int]:
        """How many sends are in each state."""
        return self.run(lambda work: work.outbox.counts())


def _messages(work: Work, card: str) -> list[tuple[str, str]]:
    """Key and platform's id of what was said."""
    listed = work.outbox.listed("sent", most=LISTED_MOST)
    assert len(listed) < LISTED_MOST, "a longer story must look in another way"
    keys = [one.key for one in listed if f"/{card}" in one.key]
    sends = [(key, work.outbox.send_of(key)) for key in keys]
    said = [key for key, send in sends if send and send.deed in ("post", "direct")]
    return [(key, work.outbox.message(key)) for key in said]
