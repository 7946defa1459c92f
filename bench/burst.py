"""Many reminders due in one second, done by ours: `python -m bench.burst PLAN`, a plan and its figures as JSON.

The platform is one that takes everything at once, so that what is measured is ours. The clock is set so that the moment
for which everything was stored comes a second after all is ready.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench import loop
from bench.figures import percentile
from bot import pauses
from bot.app import make_voice
from bot.chat import PAGE, Card, Room, Send
from bot.clock import Clock
from bot.delivery import Delivery
from bot.logs import set_up
from bot.playbooks import load
from bot.reactions import react
from bot.rosters import load_roster
from bot.settings import Settings
from bot.speaking import Done, Ready, Speaker
from bot.store import Consequences, Moments, Store, make_engine
from timelines.reminders import next_due

REPO = Path(__file__).resolve().parents[1]
LEAD, OVERDUE = timedelta(seconds=1), timedelta(minutes=10)


@dataclass(frozen=True)
class Plan:
    """What is measured. due_at: ISO, the moment of all. expected: how many are to be told.

    how: `machine` (rows to calls, without words), `words` (cards and all), `crises` (from the clock's ring on).
    at_once: all is long overdue when the process starts; lateness is counted from `started_at` (seconds since 1970).
    """

    database: str
    due_at: str
    expected: int
    how: str
    at_once: bool = False
    started_at: float = 0.0


@dataclass(frozen=True)
class Figures:
    """Milliseconds; lateness of the first, of 99 in 100, of the last, of 99 in 100 pages; cpu: for each reminder."""

    first: float
    p99: float
    last: float
    pages: float
    block: float
    cpu: float


class EverReady:
    """A platform that takes everything at once; notes what was said when."""

    leaves = False

    def __init__(self, expected: int) -> None:
        self.said: list[tuple[float, str]] = []
        self.done = asyncio.Event()
        self._expected = expected

    def note(self, key: str) -> str:
        """Something was said."""
        self.said.append((time.time(), key))
        if len(self.said) >= self._expected:
            self.done.set()
        return f"C1:{len(self.said)}"

    def pace(self, deed: str, place: str, rank: int) -> float:
        return 0.0

    def called(self, number: int, title: str, plain: str) -> tuple[str, str]:
        return plain, plain

    async def open_room(self, name: str, fallback: str, key: str) -> Room:
        return Room("C1", name)

    async def invite(self, room: str, people: Sequence[str]) -> Mapping[str, str]:
        return {}

    async def post(self, room: str, card: Card, key: str) -> str:
        return self.note(key)

    async def direct(self, person: str, card: Card, key: str) -> str:
        return self.note(key)

    def near(self, platform: str) -> EverReady:
        return self

    async def update(self, message: str, card: Card, key: str) -> str:
        return message

    async def nothing(self, *about: Any) -> None:
        """Topics, pins, updates: done."""

    topic = bookmark = tab = pin = archive = find = nothing


class Wordless(Speaker):
    """The machine alone: hands over without a word."""

    def __init__(self, chat: EverReady, *rest: Any) -> None:
        super().__init__(chat, *rest)  # type: ignore[arg-type]
        self._note = chat.note

    async def speak(self, ready: Ready) -> Done:
        """Only say that it was its turn."""
        return Done(self._note(ready.send.key))


def main() -> None:
    """Do it, and print the figures."""
    set_up("WARNING")
    plan = Plan(**json.loads(sys.argv[1]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(asdict(runner.run(_burst(plan)))))


async def _burst(plan: Plan) -> Figures:
    due_at = datetime.fromisoformat(plan.due_at)
    shift = due_at + (OVERDUE if plan.at_once else -LEAD) - datetime.now(UTC)
    due = plan.started_at if plan.at_once else (due_at - shift).timestamp()
    chat = EverReady(plan.expected)
    store, delivery, clock = _parts(plan, chat, lambda: datetime.now(UTC) + shift)
    blocks: list[float] = []
    pauses.from_now_on()
    watching = asyncio.create_task(loop.watch(blocks))
    began = time.process_time()
    delivery.start()
    if plan.how == "crises":
        clock.start()
    await asyncio.wait_for(chat.done.wait(), 120)
    cpu = time.process_time() - began
    watching.cancel()
    if plan.how == "crises":
        await clock.stop(20)
    await delivery.stop(20)
    await asyncio.to_thread(store.close)
    late = [(at - due) * 1000 for at, _ in chat.said]
    pages = [(at - due) * 1000 for at, key in chat.said if "/page/" in key] or [0.0]
    return Figures(
        first=min(late),
        p99=percentile(late, 0.99),
        last=max(late),
        pages=percentile(pages, 0.99),
        block=max(blocks, default=0.0) * 1000,
        cpu=cpu * 1000 / len(late),
    )


def _parts(plan: Plan, chat: EverReady, now: Callable[[], datetime]) -> tuple[Store, Delivery, Clock]:
    playbook = load("service_network")
    roster = load_roster(REPO / "roster.example.yaml", playbook.roles)
    consequences = Consequences(
        react=partial(_posts_only, playbook=playbook), next_due=partial(next_due, playbook=playbook)
    )
    store = Store(make_engine(plan.database), consequences, lambda: Moments(now(), now()))
    voice = make_voice(Settings(), playbook, roster)
    speaker = (Wordless if plan.how == "machine" else Speaker)(
        chat,
        voice,
        lambda number, title: (f"crisis-{number}", "x"),  # type: ignore[arg-type]
    )
    delivery = Delivery(store, speaker, voice)
    running = asyncio.get_running_loop()
    store.on_change = lambda: running.call_soon_threadsafe(delivery.wake)
    return store, delivery, Clock(store, playbook, roster)


def _posts_only(incident: Any, playbook: Any) -> list[Send]:
    """The reminder itself: the rival tells nobody else of it, brings no card up to date and leaves no backup."""
    return [send for send in react(incident, playbook) if send.deed == "post" or send.rank == PAGE]


if __name__ == "__main__":
    main()
