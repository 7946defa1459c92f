"""Doing what the outbox asks: claim, ask the incident once more, speak, and record what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.arrivals import Arrivals
from bot.chat import COSMETIC, PAGE, ChatError, Send
from bot.crisis.ending import room_archived
from bot.crisis.events import BOT, InviteRefused, RoomFailed, RoomOpened
from bot.crisis.incident import Incident
from bot.crisis.paging import page_undelivered
from bot.crisis.playbook import Playbook
from bot.crisis.publishing import site_took, site_took_down
from bot.crisis.undelivered import given_up
from bot.hook import Taken
from bot.lease import CLOCKS, Clock, Moment, Patience, held, moment
from bot.meter import Meter
from bot.speaking import FINDABLE, Done, Ready, Speaker, ask_again
from bot.store import Away, Store, Work
from bot.store.outbox import Claimed
from bot.voice import Voice

log = structlog.get_logger(__name__)

AT_ONCE = 64
"""At most so many calls under way at a time."""

KEPT_FOR_PAGES = 8
"""So many of these are for pages alone, so that nobody waits for a slow call about something else."""

HEARTBEAT = 1.0
"""Seconds: the longest sleep, in case a bell was not heard."""

SHORTEST = 0.02
"""Seconds: the shortest, so that what is due by one clock and not yet by another never spins."""

OUTAGE = 120.0
"""Seconds without any success after which a failure is the platform's and no longer the send's."""


@dataclass(frozen=True)
class Turn:
    """What may go now; whether there may be more behind it; else how many seconds to wait.

    instead: of what had its turn and does not go, the deed, and what became of it.
    """

    readies: list[Ready]
    instead: list[tuple[str, str]]
    more: bool
    wait: float


class Delivery:
    """Sends what waits, as soon as it may. Any number of these can run; a send is done by one of them."""

    def __init__(
        self,
        store: Store,
        speaker: Speaker,
        voice: Voice,
        patience: Patience = Patience(),
        meter: Meter = Meter(),
        clocks: Sequence[Clock] = CLOCKS,
    ) -> None:
        """clocks: by which a lease is measured on our side; in tests, virtual time."""
        self._store = store
        self._arrivals = Arrivals(store)
        self._speaker = speaker
        self._voice = voice
        self._patience = patience
        self._meter = meter
        self._clocks = clocks
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{random.randrange(16**6):06x}"  # noqa: S311 - a name
        self._bell = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._loop_task: asyncio.Task[None] | None = None
        self._stopping = False
        self._got_through_at = float("-inf")

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
        until = asyncio.get_running_loop().time() + seconds
        if self._loop_task is not None:
            await asyncio.wait({self._loop_task}, timeout=seconds)
            self._loop_task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=max(0.0, until - asyncio.get_running_loop().time()))

    async def _loop(self) -> None:
        """The other of the two loops: whatever goes wrong in a round, there is a next one."""
        while not self._stopping:
            self._bell.clear()
            wait = HEARTBEAT
            try:
                wait = await self._round()
            except Away as error:
                log.warning("delivery_waits_for_the_database", why=str(error))
            except Exception:
                log.exception("delivery_round_failed")
            self._meter.went_round("delivery")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), wait)

    async def _round(self) -> float:
        """Start whatever may be sent. Returns how many seconds to sleep if nothing rings."""
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return HEARTBEAT
        lowest = COSMETIC if free > KEPT_FOR_PAGES else PAGE
        claimed_at = moment(self._clocks)
        turn = await self._store.run(lambda work: self._take_turn(work, free, lowest))
        for ready in turn.readies:
            task = asyncio.create_task(self._deliver(ready, claimed_at), name=ready.send.key)
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        for deed, became in turn.instead:
            if became in ("cancelled", "superseded"):
                self._meter.ended(deed, became)
        if turn.more:
            self.wake()
        return turn.wait

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Away):
            log.warning("send_not_recorded", key=task.get_name(), why=str(error))
        elif error is not None:
            log.error("send_not_recorded", key=task.get_name(), exc_info=error)
        self.wake()

    async def deliver_all(self) -> int:
        """Send all that may be sent now, one after another; for tests and the command line. Returns how many."""
        sent = 0
        while True:
            claimed_at = moment(self._clocks)
            turn = await self._store.run(lambda work: self._take_turn(work, AT_ONCE, COSMETIC))
            for ready in turn.readies:
                await self._deliver(ready, claimed_at)
                sent += 1
            if not (turn.readies or turn.more):
                return sent

    def _take_turn(self, work: Work, limit: int, lowest: int) -> Turn:
        """Claim what may go, and ask about each once more whether it is still true."""
        most = limit if lowest == PAGE else limit - KEPT_FOR_PAGES
        claims = work.outbox.claim(self._owner, most, self._patience.lease, lowest=lowest)
        work.incidents.look_at({claimed.send.incident for claimed in claims})
        asked = [(claimed, self._ask(work, claimed)) for claimed in claims]
        readies = [ready for _, ready in asked if isinstance(ready, Ready)]
        instead = [(claimed.send.deed, became) for claimed, became in asked if isinstance(became, str)]
        more = len(claims) == most or bool(instead)
        return Turn(readies, instead, more, HEARTBEAT if more else _until_next(work))

    def _ask(self, work: Work, claimed: Claimed) -> Ready | str:
        """One about which we cannot even ask holds up no other."""
        try:
            return ask_again(work, claimed, self._voice)
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("send_broken", key=claimed.send.key)
            return self._failed(work, claimed, _Broken(error))

    async def _deliver(self, ready: Ready, claimed_at: Moment) -> None:
        """One send, from its words to its record. If it cannot be recorded, it is in doubt when its lease ends."""
        outcome = await self._outcome(ready, claimed_at)
        became = await self._recorded(ready, outcome)
        if became == "sent":
            log.info("sent", key=ready.send.key, attempt=ready.claimed.attempt)
        self._count(ready, outcome, became)

    async def _recorded(self, ready: Ready, outcome: Done | ChatError | float) -> str:
        """What became of it. Most have simply arrived, and are written down together."""
        if isinstance(outcome, Done) and not outcome.tells(ready.send):
            return "sent" if await self._arrivals.sent(ready.claimed, outcome.provider_id) else ""
        return await self._store.run(lambda work: self._record(work, ready, outcome))

    async def _outcome(self, ready: Ready, claimed_at: Moment) -> Done | ChatError | float:
        """What came of it; a number: not tried, so many seconds too early for the platform."""
        pause = self._speaker.pace(ready)
        if pause > 0:
            return float(pause)
        try:
            with held(self._patience.settle, claimed_at):
                return await self._speaker.speak(ready)
        except ChatError as error:
            return error
        except Exception as error:
            log.exception("send_broken", key=ready.send.key)
            return _Broken(error)

    def _count(self, ready: Ready, outcome: Done | ChatError | float, became: str) -> None:
        """Tell whoever counts, on the loop."""
        send, claimed, meter = ready.send, ready.claimed, self._meter
        if isinstance(outcome, Done) and claimed.in_doubt and send.deed in FINDABLE:
            meter.looked_up(outcome.found)
        if became == "sent":
            if send.deed != "hook":
                # That the company's own site is there says nothing about a platform.
                self._got_through_at = self._clocks[0]()
            meter.sent(send.deed, send.rank, (datetime.now(UTC) - claimed.first_at).total_seconds())
        elif became == "cancelled":
            meter.ended(send.deed, became)
        elif isinstance(outcome, ChatError):
            (meter.dead if became == "dead" else meter.retried)(send.deed, outcome.code)

    def _record(self, work: Work, ready: Ready, outcome: Done | ChatError | float) -> str:
        """Write down what came of it. Returns what became of the send; "" where it was not ours any more."""
        claimed = ready.claimed
        if isinstance(outcome, ChatError):
            return self._failed(work, claimed, outcome)
        if isinstance(outcome, float):
            return "pending" if work.outbox.not_yet(claimed, outcome) else ""
        if outcome.cancelled:
            return "cancelled" if work.outbox.cancelled(claimed, "no_longer_true") else ""
        if not work.outbox.sent(claimed, outcome.provider_id):
            return ""
        self._succeeded(work, claimed, outcome)
        return "sent"

    def _succeeded(self, work: Work, claimed: Claimed, done: Done) -> None:
        send = claimed.send
        if done.moved:
            work.outbox.moved(send.target, done.moved)
            return
        incident = work.incidents.get(send.incident)
        assert incident is not None
        if done.room is not None:
            incident.record(RoomOpened(done.room.id, done.room.name), BOT, work.now)
        if send.deed == "archive":
            room_archived(incident, work.now)
        for person, code in (done.refused or {}).items():
            incident.record(InviteRefused(person, code), BOT, work.now)
        if done.taken is not None:
            _tell_of_site(incident, send, done.taken, self._voice.playbook, work.now)

    def _failed(self, work: Work, claimed: Claimed, error: ChatError) -> str:
        send, tries = claimed.send, claimed.attempt
        says_something = self._says_something(send, error)
        log.warning("send_refused", key=send.key, code=error.code, attempt=claimed.attempt)
        if not error.permanent and not (says_something and tries >= self._patience.attempts):
            longest = tries if says_something else min(tries, _longest(send))
            counted, seconds = tries == longest, self._pause(longest, error)
            put_off = work.outbox.later(
                claimed, seconds, error.code, in_doubt=error.in_doubt, counted=counted
            )
            return "pending" if put_off else ""
        if not work.outbox.dead(claimed, error.code):
            return ""
        log.error("send_given_up", key=send.key, code=error.code, attempt=claimed.attempt)
        self._give_up(work, send, error.code)
        return "dead"

    def _give_up(self, work: Work, send: Send, code: str) -> None:
        """What cannot be delivered is somebody else's turn, or somebody's to know."""
        incident = work.incidents.get(send.incident)
        assert incident is not None
        if send.deed == "open_room":
            incident.record(RoomFailed(code), BOT, work.now)
        elif send.rank == PAGE:
            page_undelivered(incident, send.to, code, self._voice.playbook, self._voice.roster, work.now)
        else:
            about = _wording(send) if send.deed == "hook" else (0, 0)
            given_up(incident, send.deed, send.card, send.to, send.people, code, work.now, about)

    def _says_something(self, send: Send, error: ChatError) -> bool:
        """Whether a try in vain says anything about its send; while nothing gets through, none does.

        The company's own site is no platform: whoever waits for a text to be there must hear that it is not.
        """
        if isinstance(error, _Broken) or send.deed == "hook":
            return True
        return error.retry_after is None and self._clocks[0]() - self._got_through_at <= OUTAGE

    def _pause(self, attempt: int, error: ChatError) -> float:
        """Seconds before the next try: what the platform asked for, or ever longer, never all at the same moment."""
        pauses, settle = self._patience.pauses, self._patience.settle
        if error.retry_after is not None:
            return max(error.retry_after, pauses[0])
        pause = pauses[min(attempt, len(pauses)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        return max(pause, settle) if error.in_doubt else pause


def _tell_of_site(incident: Incident, send: Send, taken: Taken, playbook: Playbook, now: datetime) -> None:
    if send.args["withdrawn"]:
        site_took_down(incident, *_wording(send), taken.status, now)
    else:
        site_took(incident, *_wording(send), taken.status, taken.link, playbook, now)


def _wording(send: Send) -> tuple[int, int]:
    """Which statement, in which version, a send to the company's own site is about."""
    return send.args["statement"], send.args["version"]


def _until_next(work: Work) -> float:
    """Seconds until something that was put off, or somebody's lease, comes to its time."""
    later = work.outbox.next_at()
    wait = HEARTBEAT if later is None else (later - work.real_now).total_seconds()
    return min(HEARTBEAT, max(SHORTEST, wait))


def _longest(send: Send) -> int:
    """While nothing gets through, no more tries than these count: a page waits 10 s at most, anything else a minute."""
    return 4 if send.rank == PAGE else 6


class _Broken(ChatError):
    """Something of ours; whether the call was made by then, nobody knows."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"broken:{type(error).__name__}", in_doubt=True)
