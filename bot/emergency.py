"""Degraded mode: what people ask while the database is away is taken down, answered, and entered when it is back.

Whoever opens a crisis meanwhile gets an emergency room, from what is in memory. The incident that is entered
afterwards takes that room over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.chat import Card, Chat, ChatError, Command, Plain, Reply, Room
from bot.crisis.events import BOT, RoomLent
from bot.crisis.incident import Incident
from bot.journal import Asked, Journal
from bot.store import Away, Store, Work
from bot.voice import Voice
from handlers.away import Meanwhile, foreseen, meanwhile
from handlers.dispatch import handle, intended

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds after which a silent database counts as away for the person who waits: Slack gives three in all."""

AGAIN = 0.5
"""Seconds before a command is tried a second time."""

EVERY = 2.0
"""Seconds between two looks whether the database is back."""

AGAIN_WITHIN = timedelta(minutes=10)
"""Whoever presses the same button later than this means it anew, whatever became of the first."""

SETTLE = 5.0
"""Seconds before a room or message whose answer was lost is looked for: a platform may accept it late."""


class Emergency:
    """Stands before the dispatcher. Entering is idempotent by each command's key, wherever a crash comes between."""

    def __init__(
        self,
        store: Store,
        chat: Chat,
        voice: Voice,
        journal: Journal,
        now: Callable[[], datetime],
        *,
        patience: float = PATIENCE,
        again: float = AGAIN,
        settle: float = SETTLE,
    ) -> None:
        """now: the clock people live by, aware."""
        self._store, self._chat, self._voice, self._journal = store, chat, voice, journal
        self._now, self._patience = now, patience
        self._again, self._settle = again, settle
        self._turn = asyncio.Lock()
        self._bell = asyncio.Event()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._loop_task: asyncio.Task[None] | None = None
        self._set_aside: set[str] = set()

    def start(self) -> None:
        """Begin to look after the journal, on the running loop; a journal that cannot be written says so now."""
        self._journal.keep()
        self._loop_task = asyncio.create_task(self._loop(), name="emergency")

    async def stop(self) -> None:
        """End; what waits is on disk."""
        tasks = [*self._under_way, *([self._loop_task] if self._loop_task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._journal.let_go()

    async def dispatch(self, command: Command) -> Reply:
        """The reply as ever; where the database is away or silent, what can be said without it.

        What changes anything is on disk before its answer is given. Raises OSError where it cannot be.
        """
        command, now = intended(command), self._now()
        work = self._begin(self._handled(command))
        await asyncio.wait({work}, timeout=self._patience)
        if work.done() and not _was_away(work):
            return work.result()
        found = meanwhile(self._voice, command, now)
        if found.enters:
            await self._take_down(Asked(command, now), found, work)
        elif found.reply.refused and not work.done():
            # It may come yet; the platform's door has a patience of its own, and brings late answers.
            await asyncio.wait({work})
            return found.reply if _was_away(work) else work.result()
        return found.reply

    async def _handled(self, command: Command) -> Reply:
        """Tried twice: a restart is over sooner than a room is made."""
        unit = partial(handle, self._voice, command)
        try:
            return await self._store.run(unit)
        except Away:
            await asyncio.sleep(self._again)
            return await self._store.run(unit)

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let it run to its end, whoever stops waiting for it."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()

    async def _take_down(self, asked: Asked, found: Meanwhile, work: asyncio.Task[Reply]) -> None:
        """A silent database may have it yet, so people get a room of their own only once it is really away."""
        is_silent = not work.done()
        log.warning("taken_down", key=asked.key, command=asked.command.name, silent=is_silent)
        await asyncio.to_thread(self._note, replace(asked, needs_room=found.opens and not is_silent))
        if found.opens and is_silent:
            self._begin(self._room_if_away(asked.key, work))
        self._bell.set()

    def _note(self, asked: Asked) -> None:
        """A button pressed again, as nothing seemed to happen, is one intent; not one whose line came to nothing."""
        lately = [
            earlier.command
            for earlier in self._journal.waiting()
            if asked.at - earlier.at <= AGAIN_WITHIN and earlier.key not in self._set_aside
        ]
        if not any(_same_press(asked.command, earlier) for earlier in lately):
            self._journal.take_down(asked)

    async def _room_if_away(self, key: str, work: asyncio.Task[Reply]) -> None:
        await asyncio.wait({work})
        if _was_away(work):
            await asyncio.to_thread(self._journal.needs_room, key, True)
            self._bell.set()

    async def _loop(self) -> None:
        """Whatever goes wrong in a round, there is a next one."""
        while True:
            self._bell.clear()
            try:
                await self.round()
            except Exception:
                log.exception("emergency_round_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), EVERY)

    async def round(self) -> None:
        """Make the rooms that people wait for, and enter what the database takes by now."""
        if not self._journal.is_empty and self._journal.keep():
            async with self._turn:  # what is being entered just now needs no room any more
                waiting = await asyncio.to_thread(self._journal.waiting)
            roomless = [asked for asked in waiting if asked.needs_room and asked.room is None]
            await asyncio.gather(*(self._make_room(asked) for asked in roomless))
            await self.take_in()

    async def take_in(self) -> None:
        """Enter what waits, in its order; to be done before the clock rings, or it would call the deputy of
        somebody whose answer is still on disk."""
        if self._journal.is_empty or not self._journal.keep():
            return
        async with self._turn:
            for asked in await asyncio.to_thread(self._journal.waiting):
                if asked.key not in self._set_aside and not await self._is_entered(asked):
                    return

    async def _make_room(self, asked: Asked) -> None:
        try:
            room = await self._furnished_room(asked)
        except ChatError as error:
            log.warning("emergency_room_failed", key=asked.key, code=error.code)
            if error.permanent:
                await asyncio.to_thread(self._journal.needs_room, asked.key, False)
            elif error.in_doubt:
                await asyncio.sleep(self._settle)
            return
        await asyncio.to_thread(self._journal.room_made, asked.key, room)

    async def _furnished_room(self, asked: Asked) -> Room:
        """The room with its people and its card; each step finds what an earlier try has done."""
        incident = foreseen(self._voice, asked.command, asked.at)
        chat, number = self._chat.near(asked.command.platform), _number(asked.key)
        plain = self._voice.room(number, incident.language)
        room = await chat.open_room(*chat.called(number, incident.title, plain), f"emergency {asked.key}")
        for person, code in (await chat.invite(room.id, incident.members)).items():
            log.warning("emergency_invite_refused", person=person, code=code)
        card = self._voice.card("emergency", incident, asked.at, None)
        await self._post_once(room, card, f"emergency/{asked.key}", asked.at)
        return room

    async def _is_entered(self, asked: Asked) -> bool:
        """Whether it is done with, so that the next may follow."""
        (outcome,) = await asyncio.gather(self._enter(asked), return_exceptions=True)
        match outcome:
            case bool(done):
                return done
            case Away() | ChatError():
                log.warning("not_entered_yet", key=asked.key, why=type(outcome).__name__)
                return False
            case Exception():
                log.error("not_entered", key=asked.key, error=type(outcome).__name__)
                return await self._is_set_aside(asked)
        raise outcome

    async def _is_set_aside(self, asked: Asked) -> bool:
        """A mistake of ours must not hold up the others. The line stays, for a version that can take it."""
        person = self._voice.behind(asked.command.platform, asked.command.user)
        try:
            await self._tell(asked, self._voice.refused("sorry", self._now(), person))
        except ChatError as error:
            log.warning("not_told_yet", key=asked.key, code=error.code)
            return False
        self._set_aside.add(asked.key)
        return True

    async def _enter(self, asked: Asked) -> bool:
        if asked.needs_room and asked.room is None:
            return False
        reply, incident = await self._store.run(partial(_enter, self._voice, asked))
        if incident is not None and asked.room is not None and not _has_taken_over(incident, asked.room):
            if not incident.room:
                return False
            moved = self._voice.card("moved", incident, self._now(), None)
            await self._post_once(asked.room, moved, f"moved/{asked.key}", asked.at)
        if reply.refused or reply.errors:
            await self._tell(asked, _why(reply))
        await asyncio.to_thread(self._journal.entered, asked.key)
        log.info("entered", key=asked.key, incident=reply.opened)
        return True

    async def _post_once(self, room: Room, card: Card, key: str, since: datetime) -> None:
        if await self._chat.find(key, since, room=room.id) is None:
            await self._chat.post(room.id, card, key)

    async def _tell(self, asked: Asked, why: Card) -> None:
        """To whoever asked: nothing came of it. Who cannot be reached is only logged."""
        person = self._voice.behind(asked.command.platform, asked.command.user)
        given = {"at": asked.at, "why": why, "fields": asked.command.fields}
        card, key = self._voice.card("not_entered", None, self._now(), person, **given), f"not/{asked.key}"
        chat = self._chat.near(asked.command.platform)
        try:
            if await chat.find(key, asked.at, person=person.id) is None:
                await chat.direct(person.id, card, key)
        except ChatError as error:
            if not error.permanent:
                raise
            log.error("not_told", key=asked.key, person=person.id, code=error.code)


def _enter(voice: Voice, asked: Asked, work: Work) -> tuple[Reply, Incident | None]:
    """In one transaction, as of when it was asked: what was asked, and the room of a crisis that this opens."""
    # When it was asked was told by the machine's own clock, which may be ahead of the database's.
    entered_at, work.now = work.now, min(asked.at, work.now)
    reply = handle(voice, asked.command, work)
    incident = work.incidents.get(reply.opened) if reply.opened else None
    if incident is not None and asked.room is not None and not incident.stored:
        incident.record(RoomLent(asked.room.id, asked.room.name), BOT, entered_at)
    return reply, incident


def _has_taken_over(incident: Incident, room: Room) -> bool:
    """False where the opening had gone through after all, and the crisis got a room of its own."""
    return any(isinstance(one.event, RoomLent) and one.event.room == room.id for one in incident.history)


def _was_away(work: asyncio.Task[Reply]) -> bool:
    return work.done() and not work.cancelled() and isinstance(work.exception(), Away)


def _same_press(one: Command, other: Command) -> bool:
    return one.kind == other.kind == "pressed" and (one.user, one.name, one.value) == (
        other.user,
        other.name,
        other.value,
    )


def _number(key: str) -> int:
    """In the place of the incident's, for the room's name: the same for the same opening, whoever makes it."""
    return int(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest(), 16) % 1_000_000


def _why(reply: Reply) -> Card:
    return reply.card or reply.done or Card((Plain(" ".join(reply.errors.values())),))
