"""The alarm clock: rings when something is due, asks the incidents what, and holds no truth of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.crisis.approval import remind_signer, signer_timed_out
from bot.crisis.events import BOT, CheckpointsReached, DecisionsAsked, ReadingAsked, Reminded
from bot.crisis.incident import Incident, at_work_as
from bot.crisis.judging import judge_by_itself
from bot.crisis.lines import remind_readers
from bot.crisis.paging import page_timed_out, urge
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.public import Seat
from bot.crisis.tasks import open_tasks, settle
from bot.meter import Meter
from bot.store import Away, Store, Work
from timelines.reminders import Due, due, is_early, is_late
from timelines.whom import whom
from timelines.words import is_every_few_hours

log = structlog.get_logger(__name__)

HEARTBEAT = timedelta(seconds=1)
"""The longest sleep, in real time: it bounds what a jump of the wall clock or a lost ring can cost."""

TIDY_EVERY = timedelta(hours=1)
ANSWERS_KEPT = timedelta(days=7)
"""First answers are kept far longer than any platform repeats a request."""

RUNG_TOGETHER = 32
"""So many at a time, so that whoever was to be called is called before the last of a thousand has rung."""

SHORTEST = timedelta(milliseconds=20)
"""The shortest, so that a time already come and not yet told never spins."""

ALWAYS = {"misfire_grace_time": None, "max_instances": 2}
"""No round is left out: a late one comes, and so does one whose time comes before the scheduler has noticed that the
last is over, as when the loop is held up just then. Left out, it would be the last, for each round arms the next."""


def ring_number(number: int, playbook: Playbook, roster: Roster, work: Work) -> float | None:
    """Let everything that is due for the incident of that number happen; each has a transaction of its own.

    Returns by how many seconds the earliest of it was late, None where nothing was due.
    """
    incident = work.incidents.get(number)
    since = ring(incident, playbook, roster, work.now) if incident is not None else None
    return None if since is None else (work.now - since).total_seconds()


def ring(incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> datetime | None:
    """Let everything that is due for one incident happen. Returns when the earliest of it was due.

    Nobody is reminded of a checkpoint that has come as well: the room hears of it in the same moment.
    """
    items = due(incident, playbook, now)
    come = {item.name for item in items if item.kind == "checkpoint"}
    for item in items:
        if item.kind == "page":
            page_timed_out(incident, item.name, playbook, roster, now)
        elif item.kind in ("sign", "sign_again"):
            _ask_signer(item, incident, playbook, roster, now)
        elif item.kind == "unread":
            remind_readers(incident, int(item.name), now)
        elif item.kind == "autograde":
            judge_by_itself(incident, playbook, roster, now)
        elif item.kind == "nudge":
            incident.record(Reminded("nudge", late=is_late(item, incident, now)), BOT, now)
        elif item.kind == "before":
            name = item.name.removeprefix("before/")
            people = () if name in come else _to_remind(incident, name, playbook, roster)
            incident.record(Reminded(item.name, is_late(item, incident, now), people), BOT, now)
        elif item.kind == "reading":
            incident.record(ReadingAsked(), BOT, now)
        elif item.kind == "chase":
            people = whom(item.name, incident, playbook, roster)
            incident.record(Reminded(item.name, is_late(item, incident, now), people), BOT, now)
    # After the pages: whoever's time is over is not called harder in the same moment.
    for item in items:
        if item.kind == "urge":
            urge(incident, *item.name.rsplit("/", 1), now)
    _reach([item for item in items if item.kind == "checkpoint"], incident, playbook, now)
    _update([item for item in items if item.kind == "update"], incident, playbook, roster, now)
    return items[0].at if items else None


def _ask_signer(item: Due, incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    statement, _, role = item.name.partition("/")
    if item.kind == "sign":
        signer_timed_out(incident, int(statement), role, playbook, roster, now)
    elif not _is_over(incident.statements[int(statement)].seats[role], now):
        remind_signer(incident, int(statement), role, now)


def _is_over(seat: Seat, now: datetime) -> bool:
    """Their whole time has passed meanwhile: the deputy is asked in the same moment, which says enough."""
    return seat.reminded or seat.answer_by is None or seat.answer_by <= now


def _reach(items: list[Due], incident: Incident, playbook: Playbook, now: datetime) -> None:
    """Usually one checkpoint; after an outage all that were missed, in one message."""
    if not items:
        return
    settle(incident, now)
    incident.record(
        CheckpointsReached(
            names=tuple(item.name for item in items),
            met=tuple(item.name for item in items if not open_tasks(incident, item.name)),
            late=tuple(item.name for item in items if is_late(item, incident, now)),
            early=tuple(item.name for item in items if is_early(item, incident)),
        ),
        BOT,
        now,
    )
    questions = [question for item in items for question in playbook.checkpoint(item.name).decisions]
    new = tuple(question for question in questions if question not in incident.questions)
    if new:
        incident.record(DecisionsAsked(new), BOT, now)


def _update(items: list[Due], incident: Incident, playbook: Playbook, roster: Roster, now: datetime) -> None:
    """Only the latest of several missed updates is worth a message."""
    for item in items:
        tell, hours = item is items[-1], is_every_few_hours(item.at, incident, playbook)
        people = at_work_as(playbook.speaks, incident, roster) if tell and not hours else ()
        incident.record(Reminded(item.name, is_late(item, incident, now), people, tell), BOT, now)


def _to_remind(incident: Incident, name: str, playbook: Playbook, roster: Roster) -> tuple[str, ...]:
    """Owners of what is open, and whoever speaks or leads where a word is due."""
    grade, _, deadline = name.partition("/")
    if deadline:
        speaks = at_work_as(playbook.speaks, incident, roster) if deadline == "first_word" else ()
        return tuple(dict.fromkeys([*speaks, incident.commander(playbook.grade(grade).in_command)]))
    owners = [task.owner for task in open_tasks(incident, name) if task.owner]
    speaks = at_work_as(playbook.speaks, incident, roster) if playbook.checkpoint(name).statement else ()
    return tuple(dict.fromkeys([*owners, *speaks]))


class Clock:
    """Rings in time. `scale`: how many seconds of crisis pass in one real second; 1 but in a demo."""

    def __init__(
        self,
        store: Store,
        playbook: Playbook,
        roster: Roster,
        scale: float = 1.0,
        meter: Meter = Meter(),
        first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """first: enters what people have done before now; nothing may ring without it."""
        self._store = store
        self._first = first
        self._meter = meter
        self._ring_number = partial(ring_number, playbook=playbook, roster=roster)
        self._scale = scale
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=ALWAYS)
        self._tidied_at: datetime | None = None
        self._wait = HEARTBEAT
        self._stopping = False
        self._guard: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Begin, on the running loop."""
        self._scheduler.start()
        self._arm(timedelta(0))

    async def stop(self, seconds: float) -> None:
        """Ring no more; a round under way is finished, within so many seconds."""
        self._stopping = True
        self._unguard()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        self._scheduler.shutdown(wait=False)

    def _arm(self, wait: timedelta) -> None:
        trigger = DateTrigger(datetime.now(UTC) + wait)
        self._scheduler.add_job(self._round, trigger, id="round", replace_existing=True)
        # The scheduler sleeps by the wall clock: where that is set back an hour meanwhile, it would sleep for an hour.
        self._unguard()
        overslept = (wait + HEARTBEAT).total_seconds()
        self._guard = asyncio.get_running_loop().call_later(overslept, self._arm, timedelta(0))

    def _unguard(self) -> None:
        if self._guard is not None:
            self._guard.cancel()

    async def _round(self) -> None:
        """One of the two loops: whatever goes wrong in a round, there is a next one."""
        wait = HEARTBEAT
        self._unguard()
        self._idle.clear()
        self._meter.went_round("clock")
        try:
            if await self.tick():
                wait = self._wait
        except Away as error:
            log.warning("clock_waits_for_the_database", why=str(error))
        except Exception:
            log.exception("clock_round_failed")
        finally:
            self._idle.set()
            if not self._stopping:
                self._arm(wait)

    async def tick(self) -> bool:
        """Let everything that is due happen. A failure in one incident never holds up another.

        False when one failed: it stays due, and is not tried again before a heartbeat has passed.
        """
        if self._first is not None:
            await self._first()
        numbers = await self._store.run(self._look)
        parts = [numbers[start : start + RUNG_TOGETHER] for start in range(0, len(numbers), RUNG_TOGETHER)]
        return all([await self._ring_all(part) for part in parts])

    async def _ring_all(self, numbers: list[int]) -> bool:
        rings = [
            self._store.run(lambda work, n=number: self._ring_number(n, work=work)) for number in numbers
        ]
        outcomes = await asyncio.gather(*rings, return_exceptions=True)
        for number, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                log.error("ring_failed", incident=number, error=type(outcome).__name__, exc_info=outcome)
            elif outcome is not None:
                self._meter.rang(outcome / self._scale)
        return not any(isinstance(outcome, BaseException) for outcome in outcomes)

    def _look(self, work: Work) -> list[int]:
        """Which incidents something is due for; and, where for none, how long to wait, in the same transaction."""
        numbers = work.incidents.due(work.now)
        self._wait = SHORTEST if numbers else self._until_next(work)
        self._tidy(work)
        return numbers

    def _tidy(self, work: Work) -> None:
        """Now and then, forget what nobody can ask again."""
        if self._tidied_at is None or work.real_now - self._tidied_at >= TIDY_EVERY:
            work.tidy(work.real_now - ANSWERS_KEPT)
            self._tidied_at = work.real_now

    def _until_next(self, work: Work) -> timedelta:
        earliest = work.incidents.earliest_due()
        if earliest is None:
            return HEARTBEAT
        return min(HEARTBEAT, max(SHORTEST, (earliest - work.now) / self._scale))
