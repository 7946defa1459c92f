"""The auditor goes round each minute: tables against history, and what the platform has against what was sent.

What it finds is mended where that is safe, logged, and told to whoever looks after the bot. It holds no truth: a round
that was missed costs nothing but time. An incident that has not changed since it was found sound is not read again;
docs/delivery.md says what a round costs.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.audit import LOOKS_BACK, Finding, audit_incident, audit_waiting
from bot.audit_net import Nets, lost, nets, orphans
from bot.chat import Chat, ChatError
from bot.crisis.playbook import Playbook
from bot.meter import Meter
from bot.speaking import mark_of
from bot.store import Away, Store, Work
from bot.store.audits import Kept

log = structlog.get_logger(__name__)

ROUND_SECONDS = 60.0
NET_EVERY = timedelta(minutes=2)


class Auditor:
    """One for each process with a clock; several do each other no harm. `findings`: of the last round."""

    def __init__(self, store: Store, chat: Chat, playbook: Playbook, meter: Meter = Meter()) -> None:
        self._store = store
        self._chat = chat
        self._playbook = playbook
        self._meter = meter
        self._sound: dict[int, tuple[Any, ...]] = {}
        self._net_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self.findings: tuple[Finding, ...] = ()

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.create_task(self._loop(), name="audit")

    async def stop(self) -> None:
        """Go round no more; what is being mended is one transaction, done or not."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        """Whatever goes wrong in a round, there is a next one."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.go_round()
            except Away as error:
                log.warning("audit_put_off", error=str(error))
            except Exception:
                log.exception("audit_failed")

    async def go_round(self) -> tuple[Finding, ...]:
        """Look at everything once, and mend what can be mended. Returns what was found."""
        found = [*await self._tables(), *await self._read_back(), *await self._net_in_turn()]
        for finding in found:
            log.error(
                "audit_found",
                kind=finding.kind,
                incident=finding.incident,
                key=finding.key,
                what=finding.what,
            )
            self._meter.found(finding.kind)
        self.findings = tuple(found)
        return self.findings

    async def _tables(self) -> list[Finding]:
        """Incident by incident, each in a transaction of its own, so that nobody waits long behind us."""
        marks = await self._store.run(lambda work: work.audits.marks(work.now - LOOKS_BACK))
        self._sound = {number: mark for number, mark in self._sound.items() if marks.get(number) == mark}
        found = []
        for number in marks.keys() - self._sound.keys():
            wrong = await self._incident(number)
            found += wrong
            if not wrong:
                self._sound[number] = marks[number]
        return found + await self._store.run(partial(audit_waiting, mend=True))

    async def _incident(self, number: int) -> list[Finding]:
        """One that cannot even be checked keeps us from no other."""
        check = partial(audit_incident, number=number, playbook=self._playbook, mend=True)
        (outcome,) = await asyncio.gather(self._store.run(check), return_exceptions=True)
        if isinstance(outcome, Away):
            raise outcome
        if isinstance(outcome, BaseException):
            log.error("audit_broken", incident=number, exc_info=outcome)
            return [Finding("broken", number, "", type(outcome).__name__)]
        return outcome

    async def _read_back(self) -> list[Finding]:
        """That a platform said yes is no proof: a page is looked for once, and sent again where it is not there."""
        found = []
        for page in await self._store.run(lambda work: work.audits.to_read_back()):
            if page.body is None:
                continue
            try:
                mark = await self._store.run(partial(_mark, page=page))
                message = await self._chat.find(mark, page.created_at, person=page.body["to"])
            except ChatError as error:
                log.warning("page_not_read_back", key=page.key, code=error.code)
                continue
            found += await self._store.run(partial(_read, page=page, message=message))
        return found

    async def _net_in_turn(self) -> list[Finding]:
        """Now and then, what is left with the platform against what we know of."""
        now = await self._store.run(lambda work: work.real_now)
        if not self._chat.leaves or (self._net_at is not None and now - self._net_at < NET_EVERY):
            return []
        self._net_at = now
        found = []
        for number in await self._store.run(lambda work: work.audits.marks(work.now - LOOKS_BACK)):
            try:
                found += await self._net_of(number)
            except ChatError as error:
                log.warning("net_not_compared", incident=number, code=error.code)
        return found

    async def _net_of(self, number: int) -> list[Finding]:
        before = await self._store.run(lambda work: nets(work, number))
        return [
            finding for room in sorted(before.rooms) for finding in await self._net_in(number, room, before)
        ]

    async def _net_in(self, number: int, room: str, before: Nets) -> list[Finding]:
        there = await self._chat.left(room)
        after, now = await self._store.run(lambda work: (nets(work, number), work.now))
        found = []
        for ref, left in orphans(number, there, before, after).items():
            await self._chat.take_back(room, left)
            found.append(Finding("orphan", number, "", ref))
        for kept in lost(room, there, before, after, now):
            if await self._store.run(lambda work, kept=kept: work.audits.send_again(kept)):
                found.append(Finding("not_left", number, kept.key, "left again"))
        return found


def _mark(work: Work, page: Kept) -> str:
    incident = work.incidents.get(page.incident, to_change=False)
    assert incident is not None
    return mark_of(page.key, incident)


def _read(work: Work, page: Kept, message: str | None) -> list[Finding]:
    """What is found is not asked for again; nor is what had to be sent again, or a blind search would call for ever."""
    if message is None:
        again = work.audits.send_again(page)
        return [Finding("vanished", page.incident, page.key, "sent again")] if again else []
    first = work.audits.has_been_read(page)
    if first and message != page.provider_id:
        return [Finding("doubled", page.incident, page.key, "is there twice")]
    return []
