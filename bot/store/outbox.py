"""The outbox: sends that were committed with their cause, and are done afterwards, once, in order.

A claim is a lease with a fencing number: a worker that died or froze loses its send to another, and can no longer
record anything about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, insert, or_, select, update

from bot.chat import Send
from bot.store.tables import sends

LEASE = timedelta(seconds=15)
"""Longer than the client's timeout, so that a slow answer is not taken for a dead worker."""

WAITING = ("pending", "claimed")
LONGEST_ERROR = 200

# Statements are built once: to build one costs as much as to run it, and a change may ask dozens of times.
_NEW = insert(sends)
_THIS = sends.c.key == bindparam("this")
_SEND = select(sends).where(_THIS)
_KNOWN = select(sends.c.id).where(_THIS)
_ASKED_FOR = _KNOWN.where(sends.c.state.in_((*WAITING, "sent")))
_MESSAGE = select(sends.c.provider_id).where(_THIS, sends.c.state == "sent")
_UPDATE_WAITS = update(sends).where(
    sends.c.target == bindparam("this"), sends.c.deed == "update", sends.c.state == "pending"
)
_OURS = and_(sends.c.id == bindparam("this"), sends.c.fence == bindparam("seen"))
_TAKE = update(sends).where(_OURS, sends.c.state.in_(WAITING))
_END = update(sends).where(_OURS, sends.c.state == "claimed")
_HOLDS = select(sends.c.id).where(
    _OURS, sends.c.state == "claimed", sends.c.lease_until >= bindparam("until")
)

_NOW = bindparam("now", type_=sends.c.due_at.type)
_WHEN = func.coalesce(sends.c.lease_until, sends.c.due_at)
_NEXT_AT = select(func.min(_WHEN)).where(sends.c.state.in_(WAITING), _WHEN > _NOW)

_EARLIER, _BEFORE = sends.alias("earlier"), sends.alias("before")
_FREE = and_(sends.c.state == "pending", sends.c.due_at <= _NOW)
_ABANDONED = and_(sends.c.state == "claimed", sends.c.lease_until < _NOW)
_FIRST_IN_LANE = ~exists().where(
    _EARLIER.c.lane == sends.c.lane, _EARLIER.c.id < sends.c.id, _EARLIER.c.state.in_(WAITING)
)
_AFTER_IS_SENT = or_(
    sends.c.after == "", exists().where(_BEFORE.c.key == sends.c.after, _BEFORE.c.state == "sent")
)
_READY = (
    select(sends)
    .where(or_(_FREE, _ABANDONED), _FIRST_IN_LANE, _AFTER_IS_SENT)
    .order_by(sends.c.urgent.desc(), sends.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


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

        An update is kept only where its message was ever asked for, and where none waits for it already.
        """
        for send in new:
            if self._known(send.key) or (send.deed == "update" and not self._worth_updating(send)):
                continue
            self._connection.execute(_NEW, self._values(send))
            self.added += 1

    def _known(self, key: str) -> bool:
        return self._connection.execute(_KNOWN, {"this": key}).first() is not None

    def _worth_updating(self, send: Send) -> bool:
        """The one that waits is made to say the latest. One being claimed just now no longer waits: we wait to know."""
        this = {"this": send.target}
        if self._connection.execute(_ASKED_FOR, this).first() is None:
            return False
        return self._connection.execute(_UPDATE_WAITS, {**this, "body": _body(send)}).rowcount == 0

    def _values(self, send: Send) -> dict[str, Any]:
        return {
            "key": send.key,
            "incident_id": send.incident,
            "deed": send.deed,
            "lane": send.lane,
            "urgent": send.deed == "direct",
            "rank": send.rank,
            "after": send.target or send.after,
            "target": send.target,
            "body": _body(send),
            "due_at": self._now,
            "created_at": self._now,
        }

    def claim(self, owner: str, limit: int) -> list[Claimed]:
        """Take sends whose turn it is, pages first. Those of a dead or frozen worker come back when its lease ends."""
        found = self._connection.execute(_READY, {"now": self._now, "most": limit}).all()
        return [claimed for row in found if (claimed := self._take(row, owner))]

    def _take(self, row: Row[Any], owner: str) -> Claimed | None:
        taken = {
            "state": "claimed",
            "owner": owner,
            "fence": row.fence + 1,
            "attempt": row.attempt + 1,
            "lease_until": self._now + LEASE,
        }
        won = self._connection.execute(_TAKE, {"this": row.id, "seen": row.fence, **taken})
        if won.rowcount != 1:
            return None
        return Claimed(row.id, row.fence + 1, row.attempt + 1, row.created_at, _send(row))

    def holds(self, claimed: Claimed) -> bool:
        """Whether there is time for a call before another worker takes over: half of the lease is left."""
        ours = {"this": claimed.id, "seen": claimed.fence, "until": self._now + LEASE / 2}
        return self._connection.execute(_HOLDS, ours).first() is not None

    def sent(self, claimed: Claimed, provider_id: str) -> bool:
        """It is done. False when the claim was lost meanwhile."""
        return self._end(claimed, state="sent", provider_id=provider_id, error="", ended_at=self._now)

    def cancelled(self, claimed: Claimed, why: str) -> bool:
        """It is no longer true, so it is not sent."""
        return self._end(claimed, state="cancelled", error=why, ended_at=self._now)

    def later(self, claimed: Claimed, seconds: float, error: str) -> bool:
        """It could not be done now; again after `seconds`."""
        due_at = self._now + timedelta(seconds=seconds)
        return self._end(claimed, state="pending", due_at=due_at, error=error[:LONGEST_ERROR])

    def dead(self, claimed: Claimed, error: str) -> bool:
        """It cannot be done; kept for an operator."""
        return self._end(claimed, state="dead", error=error[:LONGEST_ERROR], ended_at=self._now)

    def _end(self, claimed: Claimed, **values: Any) -> bool:
        ours = {"this": claimed.id, "seen": claimed.fence}
        done = self._connection.execute(_END, {**ours, "owner": "", "lease_until": None, **values})
        return done.rowcount == 1

    def message(self, key: str) -> str:
        """The platform's id of what was sent under this key, or ""."""
        row = self._connection.execute(_MESSAGE, {"this": key}).first()
        return row.provider_id if row else ""

    def send_of(self, key: str) -> Send | None:
        """The send of that key, whatever became of it."""
        row = self._connection.execute(_SEND, {"this": key}).first()
        return _send(row) if row else None

    def next_at(self) -> datetime | None:
        """When to look again: the earliest send put off or lease that may end, or None.

        A send that is due but waits for another is woken by the end of that one.
        """
        return self._connection.execute(_NEXT_AT, {"now": self._now}).scalar()

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
        """Try a dead one again now. False when it is not dead.

        It counts as tried: it may have arrived, so it is looked for before it is sent again.
        """
        return self._revive(send_id, state="pending", due_at=self._now, attempt=1, ended_at=None)

    def drop(self, send_id: int) -> bool:
        """Give a dead one up. False when it is not dead."""
        return self._revive(send_id, state="cancelled", error="dropped")

    def _revive(self, send_id: int, **values: Any) -> bool:
        dead = (sends.c.id == send_id, sends.c.state == "dead")
        return self._connection.execute(update(sends).where(*dead).values(**values)).rowcount == 1


def _body(send: Send) -> dict[str, Any]:
    return {"to": send.to, "card": send.card, "args": dict(send.args), "people": list(send.people)}


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
