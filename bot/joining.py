"""Meets the platforms at the start: who of the roster is there, and where people come in.

A platform that is away, or refuses us, keeps the others waiting for a few seconds and no longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.chat import ChatError, Dispatch
from bot.crisis.people import Person
from bot.side import Endpoint, Side
from bot.voice import Voice

log = structlog.get_logger(__name__)

GRACE_SECONDS = 5.0
"""So long the others have to answer when one has: a page must not go by somebody only because they answer second."""
LONGEST_PAUSE = 30.0


class NotReady(Exception):
    """The bot cannot start; the message says what to do about it."""


class Joining:
    """All platforms of the bot, each being met from now on. To be made inside a running loop; `stop` it."""

    def __init__(
        self, sides: Sequence[Side], people: dict[str, Person], grace: float = GRACE_SECONDS
    ) -> None:
        """people: the roster's, by their ids; who is found on a platform by e-mail gets their id of there in it."""
        self._people, self._grace = people, grace
        self._meeting = {side.name: asyncio.ensure_future(self._meet(side)) for side in sides}
        self._sides = sides

    async def first(self) -> None:
        """Wait until one has answered, and a little for the others. Raises NotReady when all of them refuse us."""
        waiting = set(self._meeting.values())
        while waiting and not any(map(_is_met, self._meeting.values())):
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if waiting:
            await asyncio.wait(waiting, timeout=self._grace)
        if not any(map(_is_met, self._meeting.values())):
            raise next(filter(None, (meeting.exception() for meeting in self._meeting.values())))

    @asynccontextmanager
    async def doors(
        self, dispatch: Dispatch, voice: Voice, left: Callable[[], float]
    ) -> AsyncIterator[Mapping[str, Endpoint]]:
        """Where people come in, by path, until the block ends; later on a platform that is met later."""
        entrances = {side.path: _Entrance() for side in self._sides}
        late: list[asyncio.Task[None]] = []
        async with AsyncExitStack() as stack:
            for side in self._sides:
                door, entrance = side.door(dispatch, voice, left), entrances[side.path]
                if _is_met(self._meeting[side.name]):
                    entrance.open(await stack.enter_async_context(door))
                else:
                    late.append(asyncio.create_task(self._open_late(side, door, entrance)))
            try:
                yield {path: entrance.answer for path, entrance in entrances.items()}
            finally:
                await _cancelled(late)

    async def stop(self) -> None:
        """Meet nobody any more."""
        await _cancelled(list(self._meeting.values()))

    async def _meet(self, side: Side) -> None:
        """Wait out an outage; give up where we are refused, which is for people to mend. Raises NotReady."""
        unknown = [person.id for person in self._people.values() if not person.on(side.name)]
        wait = 1.0
        while True:
            try:
                found, lost = await side.members(unknown)
                break
            except ChatError as error:
                if error.permanent or error.code in side.remedies:
                    log.error("platform_refuses", platform=side.name, code=error.code)
                    raise _not_ready(side, error.code) from error
                pause = error.retry_after or wait
                log.warning("platform_unreachable", platform=side.name, code=error.code, again_in=pause)
            await asyncio.sleep(pause)
            wait = min(LONGEST_PAUSE, wait * 2)
        self._enter(side, found, lost)

    def _enter(self, side: Side, found: Mapping[str, str], lost: Mapping[str, str]) -> None:
        """Whom nobody finds clicks as a stranger."""
        for person, code in lost.items():
            log.info("person_not_there", platform=side.name, person=person, code=code)
        for user, person in found.items():
            ids = {side.name: user}
            self._people[person] = replace(self._people[person], **ids)
        if all(meeting.done() for name, meeting in self._meeting.items() if name != side.name):
            self._tell_who_is_nowhere()

    def _tell_who_is_nowhere(self) -> None:
        for person in self._people.values():
            if not any(person.on(side.name) for side in self._sides):
                log.warning("person_nowhere", person=person.id)

    async def _open_late(
        self, side: Side, door: AbstractAsyncContextManager[Endpoint | None], entrance: _Entrance
    ) -> None:
        """Open a door when its platform is met, and stand in it until the end."""
        await asyncio.wait([self._meeting[side.name]])
        if _is_met(self._meeting[side.name]):
            async with door as opened:
                entrance.open(opened)
                log.info("platform_met", platform=side.name)
                await asyncio.Event().wait()


class _Entrance:
    """What stands at a platform's path: its door; before that is open, a request to try again."""

    def __init__(self) -> None:
        self._door: Endpoint | None = None
        self._status = 503

    def open(self, door: Endpoint | None) -> None:
        """Let people in, unless they come another way than by HTTP."""
        self._door, self._status = door, 404

    async def answer(self, request: Request) -> Response:
        """What the door says."""
        return await self._door(request) if self._door else Response(status_code=self._status)


def _not_ready(side: Side, code: str) -> NotReady:
    remedy = side.remedies.get(code, "`goldenhour doctor` tells more.")
    return NotReady(f"{side.name.capitalize()} refuses the bot ({code}). {remedy}")


def _is_met(meeting: asyncio.Future[None]) -> bool:
    return meeting.done() and not meeting.cancelled() and meeting.exception() is None


async def _cancelled(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
