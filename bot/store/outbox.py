"""The outbox: sends that were committed with their cause, and are done afterwards, once, in order.

A claim is a lease with a fencing number: a worker that died or froze loses its send to another, and can no longer
record anything about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from bot.chat import Send
from bot.store.tables import sends

LEASE = timedelta(seconds=15)
"""Longer than the client's timeout, so that a slow answer is not taken for a dead worker."""

WAITING = ("pending", "claimed")


@dataclass(frozen=True)
class Claimed:
    """A send in our hands until the lease ends. attempt: 1 for the first. first_at: no try was made before this."""

    id: int
    fence: int
    attempt: int
    first_at: datetime
    send: Send


@dataclass(frozen=True)
class Listed:
    """A send as an operator sees it."""

    id: int
    key: str
    state: str
    attempt: int
    due_at: datetime
    error: str


class Outbox:
    """The sends, within one transaction. `now` is real time: retries do not run faster in a demo."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.added = 0

    def put(self, new: Iterable[Send]) -> None:
        """Keep these to be sent; one whose key is known already is left out, it was or will be sent.

        An update is kept only where its message was ever asked for, and where none waits for it already: it is
        rendered just before it goes, so the one that waits will say the latest.
        """
        for send in new:
            if self._known(send.key) or (send.deed == "update" and not self._worth_updating(send.target)):
                continue
            self._connection.execute(insert(sends).values(**self._values(send)))
            self.added += 1

    def _known(self, key: str) -> bool:
        return self._connection.execute(select(sends.c.id).where(sends.c.key == key)).first() is not None

    def _worth_updating(self, target: str) -> bool:
        asked = select(sends.c.id).where(sends.c.key == target, sends.c.state.in_((*WAITING, "sent")))
        waits = select(sends.c.id).where(
            sends.c.target == target, sends.c.deed == "update", sends.c.state == "pending"
        )
        return (
            self._connection.execute(asked).first() is not None
            and self._connection.execute(waits).first() is None
        )

    def _values(self, send: Send) -> dict[str, Any]:
        return {
            "key": send.key,
            "incident_id": send.incident,
            "deed": send.deed,
            "lane": send.lane,
            "urgent": send.deed == "direct",
            "after": send.target or send.after,
            "target": send.target,
            "body": {
                "to": send.to,
                "card": send.card,
                "args": dict(send.args),
                "people": list(send.people),
            },
            "due_at": self._now,
            "created_at": self._now,
        }

    def claim(self, owner: str, limit: int) -> list[Claimed]:
        """Take sends whose turn it is, pages first. Those of a dead or frozen worker come back when its lease ends."""
        candidates = (
            select(sends)
            .where(self._ready(), _first_in_lane(), _after_is_sent())
            .order_by(sends.c.urgent.desc(), sends.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [
            claimed
            for row in self._connection.execute(candidates).all()
            if (claimed := self._take(row, owner))
        ]

    def _ready(self) -> Any:
        free = and_(sends.c.state == "pending", sends.c.due_at <= self._now)
        abandoned = and_(sends.c.state == "claimed", sends.c.lease_until < self._now)
        return or_(free, abandoned)

    def _take(self, row: Row[Any], owner: str) -> Claimed | None:
        won = self._connection.execute(
            update(sends)
            .where(sends.c.id == row.id, sends.c.fence == row.fence, sends.c.state.in_(WAITING))
            .values(
                state="claimed",
                owner=owner,
                fence=row.fence + 1,
                attempt=row.attempt + 1,
                lease_until=self._now + LEASE,
            )
        )
        if won.rowcount != 1:
            return None
        return Claimed(row.id, row.fence + 1, row.attempt + 1, row.created_at, _send(row))

    def sent(self, claimed: Claimed, provider_id: str) -> bool:
        """It is done. False when the claim was lost meanwhile."""
        return self._end(claimed, state="sent", provider_id=provider_id, error="", ended_at=self._now)

    def cancelled(self, claimed: Claimed, why: str) -> bool:
        """It is no longer true, so it is not sent."""
        return self._end(claimed, state="cancelled", error=why, ended_at=self._now)

    def later(self, claimed: Claimed, seconds: float, error: str) -> bool:
        """It could not be done now; again after `seconds`."""
        due_at = self._now + timedelta(seconds=seconds)
        return self._end(claimed, state="pending", due_at=due_at, error=error)

    def dead(self, claimed: Claimed, error: str) -> bool:
        """It cannot be done; kept for an operator."""
        return self._end(claimed, state="dead", error=error, ended_at=self._now)

    def _end(self, claimed: Claimed, **values: Any) -> bool:
        ours = (sends.c.id == claimed.id, sends.c.fence == claimed.fence, sends.c.state == "claimed")
        done = self._connection.execute(
            update(sends).where(*ours).values(owner="", lease_until=None, **values)
        )
        return done.rowcount == 1

    def message(self, key: str) -> str:
        """The platform's id of what was sent under this key, or ""."""
        row = self._connection.execute(
            select(sends.c.provider_id).where(sends.c.key == key, sends.c.state == "sent")
        ).first()
        return row.provider_id if row else ""

    def send_of(self, key: str) -> Send | None:
        """The send of that key, whatever became of it."""
        row = self._connection.execute(select(sends).where(sends.c.key == key)).first()
        return _send(row) if row else None

    def next_at(self) -> datetime | None:
        """When to look again: the earliest send put off or lease that may end, or None.

        A send that is due but waits for another is woken by the end of that one.
        """
        when = func.coalesce(sends.c.lease_until, sends.c.due_at)
        query = select(func.min(when)).where(sends.c.state.in_(WAITING), when > self._now)
        return self._connection.execute(query).scalar()

    def listed(self, *states: str) -> list[Listed]:
        """What is in these states, the oldest first."""
        query = select(sends).where(sends.c.state.in_(states)).order_by(sends.c.id).limit(500)
        return [
            Listed(row.id, row.key, row.state, row.attempt, row.due_at, row.error)
            for row in self._connection.execute(query)
        ]

    def counts(self) -> dict[str, int]:
        """How many sends are in each state."""
        query = select(sends.c.state, func.count()).group_by(sends.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def retry(self, send_id: int) -> bool:
        """Try a dead one again now. False when it is not dead."""
        return self._revive(send_id, state="pending", due_at=self._now, attempt=0, ended_at=None)

    def drop(self, send_id: int) -> bool:
        """Give a dead one up. False when it is not dead."""
        return self._revive(send_id, state="cancelled", error="dropped")

    def _revive(self, send_id: int, **values: Any) -> bool:
        dead = (sends.c.id == send_id, sends.c.state == "dead")
        return self._connection.execute(update(sends).where(*dead).values(**values)).rowcount == 1


def _first_in_lane() -> Any:
    earlier = sends.alias("earlier")
    return ~exists().where(
        earlier.c.lane == sends.c.lane, earlier.c.id < sends.c.id, earlier.c.state.in_(WAITING)
    )


def _after_is_sent() -> Any:
    before = sends.alias("before")
    return or_(sends.c.after == "", exists().where(before.c.key == sends.c.after, before.c.state == "sent"))


def _send(row: Row[Any]) -> Send:
    body = row.body
    return Send(
        key=row.key,
        incident=row.incident_id,
        deed=row.deed,
        lane=row.lane,
        to=body["to"],
        card=body["card"],
        args=body["args"],
        people=tuple(body["people"]),
        after=row.after,
        target=row.target,
    )
