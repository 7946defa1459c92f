"""The outbox: sends that were committed with their cause, and are done afterwards, once, in order.

A claim is a lease with a fencing number: a worker that died or froze loses its send to another, and can no longer
record anything about it. What it may have done is in doubt, and is looked for before it is done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from bot.chat import COSMETIC, Send
from bot.store.tables import sends

LONGEST_ERROR = 200


def _waits(table: FromClause) -> ColumnElement[bool]:
    """Still to be sent. Written out, as the partial indexes are: a bound value would not be recognised."""
    return table.c.state.in_([literal_column("'pending'"), literal_column("'claimed'")])


# Statements are built once: to build one costs as much as to run it, and a change may ask dozens of times.
_NEW = insert(sends)
_THIS = sends.c.key == bindparam("this")
_SEND = select(sends).where(_THIS)
_KNOWN = select(sends.c.id).where(_THIS)
_ASKED_FOR = _KNOWN.where(or_(_waits(sends), sends.c.state == "sent"))
_MESSAGE = select(sends.c.provider_id).where(_THIS, sends.c.state == "sent")
_STATE = select(sends.c.id, sends.c.state).where(_THIS)
_UPDATE_WAITS = update(sends).where(
    sends.c.target == bindparam("this"), sends.c.deed == "update", sends.c.state == "pending"
)
_END = update(sends).where(
    sends.c.id == bindparam("this"), sends.c.fence == bindparam("seen"), sends.c.state == "claimed"
)
_FOLLOWERS = select(sends.c.key).where(sends.c.after == bindparam("this"), _waits(sends))
_FREE_TO_TAKE_BACK = (
    update(sends)
    .where(sends.c.after == bindparam("this"), sends.c.deed == "take_back", _waits(sends))
    .values(after="")
)
_END_FOLLOWERS = update(sends).where(
    sends.c.after == bindparam("this"), sends.c.deed != "take_back", sends.c.state == "pending"
)
_END_TAKE_BACKS = update(sends).where(
    sends.c.after == bindparam("this"), sends.c.deed == "take_back", sends.c.state == "pending"
)
_FOLLOW_ANOTHER = (
    update(sends)
    .where(sends.c.after == bindparam("this"), _waits(sends))
    .values(
        after=bindparam("other"),
        target=case((sends.c.target == bindparam("this"), bindparam("other")), else_=sends.c.target),
    )
)
_BEHIND = (
    select(sends)
    .where(sends.c.lane == bindparam("this"), sends.c.id > bindparam("seen"), sends.c.state == "pending")
    .order_by(sends.c.id)
)
_REWRITE = update(sends).where(sends.c.id == bindparam("this"))

_NOW = bindparam("now", type_=sends.c.due_at.type)
_WHEN = func.coalesce(sends.c.lease_until, sends.c.due_at)
_NEXT_AT = select(func.min(_WHEN)).where(_waits(sends), _WHEN > _NOW)

_EARLIER, _BEFORE = sends.alias("earlier"), sends.alias("before")
_FREE = and_(sends.c.state == "pending", sends.c.due_at <= _NOW)
_ABANDONED = and_(sends.c.state == "claimed", sends.c.lease_until < _NOW)
_FIRST_IN_LANE = ~exists().where(
    _EARLIER.c.lane == sends.c.lane, _EARLIER.c.id < sends.c.id, _waits(_EARLIER)
)
_AFTER_IS_SENT = or_(
    sends.c.after == "", exists().where(_BEFORE.c.key == sends.c.after, _BEFORE.c.state == "sent")
)
_TURN = (
    select(sends.c.id)
    .where(
        _waits(sends),
        sends.c.rank <= bindparam("lowest"),
        or_(_FREE, _ABANDONED),
        _FIRST_IN_LANE,
        _AFTER_IS_SENT,
    )
    .order_by(sends.c.rank, sends.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(sends)
    .where(sends.c.id.in_(_TURN))
    .values(
        state="claimed",
        owner=bindparam("by"),
        fence=sends.c.fence + 1,
        attempt=sends.c.attempt + 1,
        # Whoever held it until now may have sent it.
        in_doubt=case((sends.c.state == "claimed", true()), else_=sends.c.in_doubt),
        lease_until=bindparam("until", type_=sends.c.lease_until.type),
    )
    .returning(sends)
)
_RELEASE = (
    update(sends)
    .where(sends.c.state == "claimed")
    .values(
        state="pending",
        owner="",
        fence=sends.c.fence + 1,
        in_doubt=True,
        lease_until=None,
        due_at=bindparam("until", type_=sends.c.due_at.type),
    )
)
_DOUBT = update(sends).where(_waits(sends)).values(in_doubt=True)

_TAKING = sends.alias("taking")
_LEFT = select(sends.c.key).where(
    sends.c.incident_id == bindparam("this"),
    sends.c.deed == "leave",
    or_(_waits(sends), sends.c.state == "sent"),
    ~exists().where(
        _TAKING.c.incident_id == bindparam("this"),
        _TAKING.c.deed == "take_back",
        _TAKING.c.target == sends.c.key,
        or_(_waits(_TAKING), _TAKING.c.state == "sent"),
    ),
)


@dataclass(frozen=True)
class Claimed:
    """A send in our hands until the lease ends. attempt: 1 for the first. first_at: no try was made before this.

    in_doubt: an earlier try may have succeeded without our knowing.
    """

    id: int
    fence: int
    attempt: int
    first_at: datetime
    in_doubt: bool
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
    in_doubt: bool


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
            # What was left with the platform is taken back also when it never got there: nothing to wait for.
            "after": send.after if send.deed == "take_back" else send.target or send.after,
            "target": send.target,
            "body": _body(send),
            "due_at": self._now,
            "created_at": self._now,
        }

    def claim(self, owner: str, limit: int, lease: timedelta, *, lowest: int = COSMETIC) -> list[Claimed]:
        """Take sends whose turn it is, pages first. Those of a dead or frozen worker come back when its lease ends.

        lowest: nothing of a lower rank than this.
        """
        ours = {"now": self._now, "most": limit, "by": owner, "until": self._now + lease, "lowest": lowest}
        rows = self._connection.execute(_CLAIM, ours).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.rank, row.id))]

    def sent(self, claimed: Claimed, provider_id: str) -> bool:
        """It is done. False when the claim was lost meanwhile."""
        return self._end(claimed, state="sent", provider_id=provider_id, error="", ended_at=self._now)

    def cancelled(self, claimed: Claimed, why: str) -> bool:
        """It is no longer true, so it is not sent, nor is what was to follow it."""
        if not self._end(claimed, state="cancelled", error=why, ended_at=self._now):
            return False
        self._end_followers(claimed.send.key)
        return True

    def later(self, claimed: Claimed, seconds: float, error: str, *, in_doubt: bool = False) -> bool:
        """It could not be done now; again after `seconds`. in_doubt: it may have been done all the same."""
        due_at = self._now + timedelta(seconds=seconds)
        doubt = {"in_doubt": True} if in_doubt else {}
        return self._end(claimed, state="pending", due_at=due_at, error=error[:LONGEST_ERROR], **doubt)

    def not_yet(self, claimed: Claimed, seconds: float) -> bool:
        """It was not tried, as the platform would have found it too much at once; again after `seconds`."""
        due_at = self._now + timedelta(seconds=seconds)
        return self._end(claimed, state="pending", due_at=due_at, attempt=claimed.attempt - 1)

    def dead(self, claimed: Claimed, error: str) -> bool:
        """It cannot be done; kept for an operator, and so is what waits for it. What was left to be said in its place,
        is said."""
        if not self._end(claimed, state="dead", error=error[:LONGEST_ERROR], ended_at=self._now):
            return False
        ended = {"state": "cancelled", "error": "cause_not_sent", "ended_at": self._now}
        self._connection.execute(_END_TAKE_BACKS, {"this": claimed.send.key, **ended})
        return True

    def _end(self, claimed: Claimed, **values: Any) -> bool:
        ours = {"this": claimed.id, "seen": claimed.fence}
        done = self._connection.execute(_END, {**ours, "owner": "", "lease_until": None, **values})
        return done.rowcount == 1

    def _end_followers(self, key: str) -> None:
        """What waits for something that will never be sent waits for nothing."""
        this = {"this": key}
        self._connection.execute(_FREE_TO_TAKE_BACK, this)
        followers = self._connection.execute(_FOLLOWERS, this).scalars().all()
        ended = {"state": "cancelled", "error": "cause_not_sent", "ended_at": self._now}
        self._connection.execute(_END_FOLLOWERS, {**this, **ended})
        for follower in followers:
            self._end_followers(follower)

    def behind(self, claimed: Claimed) -> list[Send]:
        """What waits behind this send in its lane, in order."""
        rows = self._connection.execute(_BEHIND, {"this": claimed.send.lane, "seen": claimed.id})
        return [_send(row) for row in rows]

    def superseded(self, claimed: Claimed, by: Send) -> bool:
        """`by`, which waits behind it and may have been given more to say, is sent in its place."""
        if not self._end(claimed, state="cancelled", error="superseded", ended_at=self._now):
            return False
        self._connection.execute(_FOLLOW_ANOTHER, {"this": claimed.send.key, "other": by.key})
        self.rewrite(by)
        return True

    def rewrite(self, send: Send) -> None:
        """What waits under this key has something else to say."""
        row = self._connection.execute(_STATE, {"this": send.key}).one()
        self._connection.execute(_REWRITE, {"this": row.id, "body": _body(send)})

    def state(self, key: str) -> str:
        """What has become of the send of that key; "" when there is none."""
        row = self._connection.execute(_STATE, {"this": key}).first()
        return row.state if row else ""

    def message(self, key: str) -> str:
        """The platform's id of what was sent under this key, or ""."""
        row = self._connection.execute(_MESSAGE, {"this": key}).first()
        return row.provider_id if row else ""

    def send_of(self, key: str) -> Send | None:
        """The send of that key, whatever became of it."""
        row = self._connection.execute(_SEND, {"this": key}).first()
        return _send(row) if row else None

    def left(self, incident: int) -> set[str]:
        """Keys of what was left with the platform for an incident and is not being taken back."""
        return set(self._connection.execute(_LEFT, {"this": incident}).scalars())

    def next_at(self) -> datetime | None:
        """When to look again: the earliest send put off or lease that may end, or None.

        A send that is due but waits for another is woken by the end of that one.
        """
        return self._connection.execute(_NEXT_AT, {"now": self._now}).scalar()

    def release_all(self, settle: timedelta) -> int:
        """Whoever held a claim is gone: all come back, in doubt, once late acceptances have settled. Returns how many.

        Only for a process that knows itself to be the only one.
        """
        return self._connection.execute(_RELEASE, {"until": self._now + settle}).rowcount

    def doubt_all(self) -> int:
        """What waits may have been sent since this database was copied: it is looked for first. Returns how many."""
        return self._connection.execute(_DOUBT).rowcount

    def listed(self, *states: str) -> list[Listed]:
        """What is in these states, the oldest first."""
        query = select(sends).where(sends.c.state.in_(states)).order_by(sends.c.id).limit(500)
        return [
            Listed(row.id, row.key, row.state, row.attempt, row.due_at, row.error, row.in_doubt)
            for row in self._connection.execute(query)
        ]

    def counts(self) -> dict[str, int]:
        """How many sends are in each state."""
        query = select(sends.c.state, func.count()).group_by(sends.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def retry(self, send_id: int) -> bool:
        """Try a dead one again now. False when it is not dead.

        It is in doubt: it may have arrived, so it is looked for before it is sent again.
        """
        return self._revive(
            send_id, state="pending", due_at=self._now, attempt=0, in_doubt=True, ended_at=None
        )

    def drop(self, send_id: int) -> bool:
        """Give a dead one up, and what was to follow it. False when it is not dead."""
        key = self._connection.execute(select(sends.c.key).where(sends.c.id == send_id)).scalar()
        dropped = self._revive(send_id, state="cancelled", error="dropped")
        if dropped:
            self._end_followers(str(key))
        return dropped

    def _revive(self, send_id: int, **values: Any) -> bool:
        dead = (sends.c.id == send_id, sends.c.state == "dead")
        return self._connection.execute(update(sends).where(*dead).values(**values)).rowcount == 1


def _body(send: Send) -> dict[str, Any]:
    return {"to": send.to, "card": send.card, "args": dict(send.args), "people": list(send.people)}


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(row.id, row.fence, row.attempt, row.created_at, row.in_doubt, _send(row))


def _send(row: Row[Any]) -> Send:
    body: Mapping[str, Any] = row.body
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
