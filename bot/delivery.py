"""Doing what the outbox asks: claim, ask the incident once more, speak, and record what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.chat import Card, Chat, ChatError, Room, Send
from bot.crisis.ending import room_archived
from bot.crisis.events import BOT, InviteRefused, RoomFailed, RoomOpened
from bot.crisis.incident import Incident
from bot.crisis.paging import page_undelivered
from bot.store import Store, Work
from bot.store.outbox import Claimed
from bot.voice import Voice
from bot.wanted import still_wanted

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""At most so many calls under way at a time."""

CLAIMED_TOGETHER = 4
"""So many are put into words together: the first page does not wait for the words of everything behind it."""

ATTEMPTS = 12
"""After so many tries, about an hour with the pauses between them, a send is given up and shown to an operator."""

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds before the next try."""

SETTLE = 5.0
"""After a lost answer, seconds before we look whether the message is there: a platform may accept it late."""


@dataclass(frozen=True)
class Ready:
    """A claimed send with everything it needs: its words, its room, the message it is about.

    mark: names the send beyond this database, so that a new one never takes an old crisis's room for its own.
    """

    claimed: Claimed
    room: str
    card: Card | None
    text: str
    message: str
    mark: str


@dataclass(frozen=True)
class Done:
    """What came of a call: the platform's id, the room that was made, who was not let in."""

    provider_id: str = ""
    room: Room | None = None
    refused: Mapping[str, str] | None = None


class Delivery:
    """Sends what waits, as soon as it may. Any number of these can run; a send is done by one of them."""

    def __init__(
        self, store: Store, chat: Chat, voice: Voice, room_name: Callable[[int, str], tuple[str, str]]
    ) -> None:
        self._store = store
        self._chat = chat
        self._voice = voice
        self._room_name = room_name
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{random.randrange(16**6):06x}"  # noqa: S311 - a name
        self._bell = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._loop_task: asyncio.Task[None] | None = None
        self._stopping = False

    def wake(self) -> None:
        """Look now; something may be waiting."""
        self._bell.set()

    def start(self) -> None:
        """Begin, on the running loop."""
        self._loop_task = asyncio.create_task(self._loop(), name="delivery")

    async def stop(self, seconds: float) -> None:
        """Take nothing new and finish what is under way; what is left comes back when its lease ends."""
        self._stopping = True
        self.wake()
        if self._loop_task is not None:
            self._loop_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop_task
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def _loop(self) -> None:
        """The other of the two loops: whatever goes wrong in a round, there is a next one."""
        while not self._stopping:
            self._bell.clear()
            wait = 1.0
            try:
                wait = await self._round()
            except Exception:
                log.exception("delivery_round_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), wait)

    async def _round(self) -> float:
        """Start whatever may be sent. Returns how many seconds to sleep if nothing rings."""
        free = min(AT_ONCE - len(self._under_way), CLAIMED_TOGETHER)
        if free <= 0:
            return 1.0
        claims, wait = await self._store.run(lambda work: self._claim(work, free))
        if len(claims) == free:
            self.wake()
        for claimed in claims:
            task = asyncio.create_task(self._deliver(claimed), name=claimed.send.key)
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return wait

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("send_not_recorded", key=task.get_name(), exc_info=task.exception())
        self.wake()

    async def deliver_all(self) -> int:
        """Send all that may be sent now, one after another; for tests and the command line. Returns how many."""
        sent = 0
        while claims := (await self._store.run(lambda work: self._claim(work, AT_ONCE)))[0]:
            for claimed in claims:
                await self._deliver(claimed)
                sent += 1
        return sent

    def _claim(self, work: Work, limit: int) -> tuple[list[Claimed], float]:
        claims = work.outbox.claim(self._owner, limit)
        later = work.outbox.next_at()
        wait = 1.0 if later is None else (later - work.real_now).total_seconds()
        return claims, min(1.0, max(0.02, wait))

    async def _deliver(self, claimed: Claimed) -> None:
        """One send, from its words to its record. One that we cannot even put into words holds up no other."""
        try:
            ready = await self._store.run(lambda work: self._prepare(work, claimed))
            if ready is not None:
                done = await self._call(ready)
                await self._store.run(lambda work: self._succeeded(work, claimed, done))
                log.info("sent", key=claimed.send.key, attempt=claimed.attempt)
        except ChatError as error:
            log.warning("send_refused", key=claimed.send.key, code=error.code, attempt=claimed.attempt)
            await self._fail(claimed, error)
        except Exception as error:
            log.exception("send_broken", key=claimed.send.key)
            await self._fail(claimed, ChatError(f"broken:{type(error).__name__}"))

    async def _fail(self, claimed: Claimed, error: ChatError) -> None:
        await self._store.run(lambda work: self._failed(work, claimed, error))

    def _prepare(self, work: Work, claimed: Claimed) -> Ready | None:
        """State is asked again here, just before the call: what is no longer true, or no longer ours, is not sent."""
        send = claimed.send
        if not work.outbox.holds(claimed):
            return None
        incident = work.incidents.get(send.incident, to_change=False)
        if incident is None or not still_wanted(send, incident):
            work.outbox.cancelled(claimed, "no_longer_true")
            return None
        return Ready(
            claimed,
            room=incident.room,
            card=self._words(work, send, incident),
            text=self._text(work, send, incident),
            message=work.outbox.message(send.target) if send.target else "",
            mark=f"{send.key} {incident.declared_at:%Y%m%d%H%M%S}",
        )

    def _text(self, work: Work, send: Send, incident: Incident) -> str:
        """The bare words for places where a platform takes nothing else."""
        match send.deed:
            case "open_room":
                return incident.title
            case "topic":
                return _plain(self._voice.card("state", incident, work.now, None))
            case "bookmark":
                return self._voice.words.label(incident.language, "room", "bookmark")
        return ""

    def _words(self, work: Work, send: Send, incident: Incident) -> Card | None:
        """The card, in the words of its reader. An update says anew what its message said."""
        original = work.outbox.send_of(send.target) if send.deed == "update" else None
        source = send if send.card or original is None else original
        to = original.to if original is not None else send.to
        reader = None if to == "room" else self._voice.person(to)
        if not source.card:
            return None
        return self._voice.card(source.card, incident, work.now, reader, **source.args)

    async def _call(self, ready: Ready) -> Done:
        send, chat, room = ready.claimed.send, self._chat, ready.room
        match send.deed:
            case "open_room":
                name, fallback = self._room_name(send.incident, ready.text)
                return Done(room=await chat.open_room(name, fallback, ready.mark))
            case "invite":
                return Done(refused=await chat.invite(room, send.people))
            case "topic":
                await chat.topic(room, ready.text)
            case "bookmark":
                await chat.bookmark(room, ready.text, ready.message)
            case "pin":
                await chat.pin(ready.message)
            case "archive":
                await chat.archive(room)
            case "post" | "direct":
                return Done(await self._earlier(ready) or await self._say(ready))
            case "update":
                await chat.update(ready.message, _card(ready))
        return Done()

    async def _earlier(self, ready: Ready) -> str | None:
        """The message of an earlier try, where its answer was lost on the way and it arrived all the same."""
        claimed = ready.claimed
        if claimed.attempt == 1:
            return None
        place = {"room": ready.room} if claimed.send.deed == "post" else {"person": claimed.send.to}
        return await self._chat.find(claimed.send.key, claimed.first_at, **place)

    async def _say(self, ready: Ready) -> str:
        send = ready.claimed.send
        if send.deed == "post":
            return await self._chat.post(ready.room, _card(ready), send.key)
        return await self._chat.direct(send.to, _card(ready), send.key)

    def _succeeded(self, work: Work, claimed: Claimed, done: Done) -> None:
        if not work.outbox.sent(claimed, done.provider_id):
            return
        if done.room is None and not done.refused and claimed.send.deed != "archive":
            return
        incident = work.incidents.get(claimed.send.incident)
        assert incident is not None
        if done.room is not None:
            incident.record(RoomOpened(done.room.id, done.room.name), BOT, work.now)
        if claimed.send.deed == "archive":
            room_archived(incident, work.now)
        for person, code in (done.refused or {}).items():
            incident.record(InviteRefused(person, code), BOT, work.now)

    def _failed(self, work: Work, claimed: Claimed, error: ChatError) -> None:
        asked_to_wait = error.retry_after is not None
        if asked_to_wait or (not error.permanent and claimed.attempt < ATTEMPTS):
            work.outbox.later(claimed, _pause(claimed.attempt, error), error.code)
            return
        if work.outbox.dead(claimed, error.code):
            self._give_up(work, claimed.send, error.code)

    def _give_up(self, work: Work, send: Send, code: str) -> None:
        """What cannot be delivered is somebody else's turn, or somebody's to know."""
        incident = work.incidents.get(send.incident)
        assert incident is not None
        if send.deed == "open_room":
            incident.record(RoomFailed(code), BOT, work.now)
        elif send.card == "page" and send.deed == "direct":
            page_undelivered(incident, send.to, code, self._voice.playbook, self._voice.roster, work.now)


def _pause(attempt: int, error: ChatError) -> float:
    """Seconds before the next try: what the platform asked for, or ever longer, never all at the same moment."""
    if error.retry_after is not None:
        return max(error.retry_after, PAUSES[0])
    pause = PAUSES[min(attempt, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
    return max(pause, SETTLE) if error.in_doubt else pause


def _card(ready: Ready) -> Card:
    assert ready.card is not None
    return ready.card


def _plain(card: Card) -> str:
    """A card's headline as bare text."""
    return "".join(getattr(span, "text", "") for span in card.headline)
