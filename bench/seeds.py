"""Databases as a crowd of crises would leave them, for the benches of the clock and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, update

from bot.chat import Send
from bot.clock import ring
from bot.crisis.events import BOT, Declared, RoomOpened
from bot.crisis.incident import Incident, declare, fill_in
from bot.crisis.judging import judge_answers
from bot.crisis.paging import answer_page
from bot.crisis.people import Roster
from bot.crisis.playbook import Playbook
from bot.crisis.tasks import plan_tasks
from bot.demo.stage import ROSTER
from bot.playbooks import load
from bot.rosters import load_roster
from bot.store import Consequences, Moments, Store, Work, make_engine
from bot.store.tables import sends
from timelines.reminders import next_due

ZERO = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUE = ZERO + timedelta(minutes=60)
"""When the checkpoint of all crises comes, and when every send may go."""

ORANGE = {"views": 2000, "severity": "S3", "control": "C2"}
TOGETHER = 250


def crises(url: str, number: int) -> None:
    """So many crises whose 60-minute checkpoint is the next thing that is due in each, all at `DUE`."""
    with _Seeding(url) as seeding:
        seeding.declare(number, until=DUE, answered=True)


def outbox(url: str, number: int, pages: int) -> None:
    """So many sends of a hundred crises, all of which may go at `DUE`: pages, and a word before a checkpoint."""
    with _Seeding(url) as seeding:
        seeding.declare(100, until=DUE - timedelta(minutes=30), answered=False)
        seeding.ask(number, pages)


def policy() -> tuple[Playbook, Roster]:
    """The playbook and the people of the demo."""
    playbook = load("service_network")
    return playbook, load_roster(ROSTER, playbook.roles)


class _Seeding:
    def __init__(self, url: str) -> None:
        self._playbook, self._roster = policy()
        self._engine = make_engine(url)
        silent = Consequences(react=lambda incident: [], next_due=partial(next_due, playbook=self._playbook))
        self._store = Store(self._engine, silent, lambda: Moments(ZERO, ZERO))

    def __enter__(self) -> _Seeding:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def declare(self, number: int, until: datetime, *, answered: bool) -> None:
        """Crises to which everything has happened that was due before that moment."""
        for start in range(0, number, TOGETHER):
            count = min(TOGETHER, number - start)
            self._store.run_now(partial(self._declare, count=count, until=until, answered=answered))
        with self._engine.begin() as connection:
            connection.execute(insert(sends), [_room(each) for each in range(1, number + 1)])

    def _declare(self, work: Work, count: int, until: datetime, answered: bool) -> None:
        for _ in range(count):
            incident = self._crisis(work.incidents.new_id(ZERO))
            if answered:
                self._answered(incident)
            while (due := next_due(incident, self._playbook)) is not None and due < until:
                ring(incident, self._playbook, self._roster, due)
            work.incidents.add(incident)

    def _crisis(self, number: int) -> Incident:
        details = Declared("刹车失灵", "维修次日刹车失灵", "A", False, ZERO, "zh")
        members = [one.id for one in self._roster.holding(self._playbook.standing)]
        incident = declare(number, members[0], ZERO, details=details, members=members)
        plan_tasks(incident, self._playbook, ZERO)
        incident.record(RoomOpened(f"C{number}", "crisis"), BOT, ZERO)
        fill_in(incident, members[0], ZERO, ORANGE)
        judge_answers(incident, members[0], self._playbook, self._roster, ZERO)
        return incident

    def _answered(self, incident: Incident) -> None:
        """Everybody called is on it, so that nobody else is called at the moment that counts."""
        for call in list(incident.calls.values()):
            if call.open:
                answer_page(incident, call.person, ZERO)

    def ask(self, number: int, pages: int) -> None:
        """Sends, each in a lane of its own, pages strewn evenly among the others."""
        every = number // pages if pages else number + 1
        people = cycle(self._roster.people)

        def unit(work: Work, these: list[int]) -> None:
            work.outbox.put(
                _page(work, n, n // every) if n % every == 0 and pages else _word(n, next(people))
                for n in these
            )

        for these in _parts(number):
            self._store.run_now(partial(unit, these=these))
        with self._engine.begin() as connection:
            connection.execute(update(sends).where(sends.c.state == "pending").values(due_at=DUE))


def _room(incident: int) -> dict[str, Any]:
    """The send that made its room: without it nothing would be said there."""
    key = f"{incident}/room/0"
    made = {"state": "sent", "due_at": ZERO, "created_at": ZERO, "ended_at": ZERO, "body": {}}
    return {"key": key, "incident_id": incident, "deed": "open_room", "lane": key, **made}


def _word(number: int, person: str) -> Send:
    key = f"{1 + number % 100}/before/24h/{number}"
    return Send(
        key=key,
        incident=1 + number % 100,
        deed="direct",
        lane=key,
        to=person,
        card="before",
        args={"name": "24h"},
    )


def _page(work: Work, number: int, turn: int) -> Send:
    """To somebody who is being called in that crisis, for the time they were called last."""
    incident = work.incidents.get(1 + turn % 100, to_change=False)
    assert incident is not None
    called = [call.person for call in incident.calls.values() if call.open]
    person = called[turn // 100 % len(called)]
    key = f"{incident.id}/page/{person}/bench/{number}"
    args = {"n": incident.times_called(person)}
    return Send(key=key, incident=incident.id, deed="direct", lane=key, to=person, card="page", args=args)


def _parts(number: int) -> Iterator[list[int]]:
    numbers = iter(range(number))
    while part := list(islice(numbers, TOGETHER)):
        yield part
