"""The outbox: sends that were committed with their cause, and are done afterwards, once, in order.

A claim is a lease with a fencing number: a worker that died or froze loses its send to another, and can no longer
record anything about it. What it may have done is in doubt, and is looked for before it is done again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.chat import COSMETIC, Send
from bot.store import queries
from bot.store.tables import sends

LONGEST_ERROR = 200
LONGEST_WAIT = timedelta(minutes=15)
"""A platform that asks us to wait for longer is asked again by then."""

CLOCKS_DIFFER = timedelta(seconds=10)
"""Two processes may not agree by so much on what time it is."""

WANTED = ("pending", "claimed", "sent")
"""States of a message that was or will be there."""


@dataclass(frozen=True)
class Claimed:
    """A send in our hands until the lease ends. first_at: no try was made before this.

    attempt: 1 while no try has come to a bad end. in_doubt: an earlier one may have succeeded without our knowing.
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
        asked = list(new)
        states = self._states({name for send in asked for name in (send.key, send.target) if name})
        waiting = self._with_update_waiting({send.target for send in asked if send.deed == "update"})
        fresh: dict[str, Send] = {}
        for send in asked:
            if send.key in states or send.key in fresh:
                continue
            if send.deed != "update":
                fresh[send.key] = send
            elif send.target in fresh or states.get(send.target) in WANTED:
                self._put_update(send, fresh, waiting)
        if fresh:
            self._connection.execute(queries.NEW, [self._values(send) for send in fresh.values()])
            self.added += len(fresh)

    def _states(self, keys: Collection[str]) -> dict[str, str]:
        """What has become of the sends of these keys."""
        rows = self._connection.execute(queries.STATES, {"these": list(keys)}) if keys else ()
        return {row.key: row.state for row in rows}

    def _with_update_waiting(self, targets: Collection[str]) -> set[str]:
        rows = self._connection.execute(queries.UPDATES, {"these": list(targets)}) if targets else ()
        return {row.target for row in rows}

    def _put_update(self, send: Send, fresh: dict[str, Send], waiting: set[str]) -> None:
        """The one that waits is made to say the latest. One being claimed just now no longer waits: we wait to know."""
        ahead = next(
            (key for key, one in fresh.items() if (one.deed, one.target) == ("update", send.target)), ""
        )
        if ahead:
            fresh[ahead] = replace(send, key=ahead)
        elif send.target not in waiting or not self._say_instead(send):
            fresh[send.key] = send

    def _say_instead(self, send: Send) -> bool:
        rewritten = self._connection.execute(queries.UPDATE_WAITS, {"this": send.target, "body": _body(send)})
        return rewritten.rowcount > 0

    def _values(self, send: Send) -> dict[str, Any]:
        return {
            "key": send.key,
            "incident_id": send.incident,
            "deed": send.deed,
            "lane": send.lane,
            # For the release before this one, which may still be claiming beside us; it goes with the next.
            "urgent": send.deed == "direct",
            "rank": send.rank,
            # These look themselves what became of their target, and have nothing to wait for where it never came.
            "after": send.after if send.deed in ("take_back", "urge") else send.target or send.after,
            "target": send.target,
            "body": _body(send),
            "due_at": self._now,
            "created_at": self._now,
        }

    def claim(self, owner: str, limit: int, lease: timedelta, *, lowest: int = COSMETIC) -> list[Claimed]:
        """Take sends whose turn it is, pages first. Those of a dead or frozen worker come back when its lease ends.

        lowest: nothing of a lower rank than this.
        """
        ours = {"most": limit, "by": owner, "until": self._now + lease, "lowest": lowest}
        times = {"now": self._now, "soon": self._now + CLOCKS_DIFFER, "longest": self._now + LONGEST_WAIT}
        rows = self._connection.execute(queries.CLAIM, ours | times).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.rank, row.id))]

    def sent(self, claimed: Claimed, provider_id: str) -> bool:
        """It is done. False when the claim was lost meanwhile."""
        return claimed.id in self.all_sent([(claimed, provider_id)])

    def all_sent(self, arrived: Sequence[tuple[Claimed, str]]) -> set[int]:
        """These are done, each with the platform's id. Returns the ids of those whose claim was not lost meanwhile."""
        these = {claimed.id: (claimed.fence, provider_id) for claimed, provider_id in arrived}
        held = self._connection.execute(queries.HELD, {"these": list(these)}).all()
        ours = [row.id for row in held if row.fence == these[row.id][0]]
        if ours:
            done = [{"this": each, "became": these[each][1], "at": self._now} for each in ours]
            self._connection.execute(queries.SENT, done)
        return set(ours)

    def cancelled(self, claimed: Claimed, why: str) -> bool:
        """It is no longer true, so it is not sent, nor is what was to follow it."""
        if not self._end(claimed, state="cancelled", error=why, ended_at=self._now):
            return False
        self._end_followers(claimed.send.key)
        return True

    def later(
        self, claimed: Claimed, seconds: float, error: str, *, in_doubt: bool = False, counted: bool = True
    ) -> bool:
        """It could not be done now; again after `seconds`. in_doubt: it may have been done all the same.

        counted: this try says something about this send; one in vain because nothing could be sent does not.
        """
        more: dict[str, Any] = {"in_doubt": True} if in_doubt else {}
        more |= {"attempt": claimed.attempt} if counted else {}
        return self._end(
            claimed, state="pending", due_at=self._after(seconds), error=error[:LONGEST_ERROR], **more
        )

    def not_yet(self, claimed: Claimed, seconds: float) -> bool:
        """It was not tried, as the platform would have found it too much at once; again after `seconds`."""
        return self._end(claimed, state="pending", due_at=self._after(seconds))

    def _after(self, seconds: float) -> datetime:
        return self._now + min(timedelta(seconds=seconds), LONGEST_WAIT)

    def dead(self, claimed: Claimed, error: str) -> bool:
        """It cannot be done; kept for an operator, and so is what waits for it.

        What was left with the platform to be said in its place is said.
        """
        told = {"error": error[:LONGEST_ERROR], "attempt": claimed.attempt, "ended_at": self._now}
        if not self._end(claimed, state="dead", **told):
            return False
        ended = {"state": "cancelled", "error": "cause_not_sent", "ended_at": self._now}
        self._connection.execute(queries.END_TAKE_BACKS, {"this": claimed.send.key, **ended})
        return True

    def _end(self, claimed: Claimed, **values: Any) -> bool:
        ours = {"this": claimed.id, "seen": claimed.fence}
        done = self._connection.execute(queries.END, {**ours, "owner": "", "lease_until": None, **values})
        return done.rowcount == 1

    def _end_followers(self, key: str) -> None:
        """What waits for something that will never be sent waits for nothing."""
        this = {"this": key}
        self._connection.execute(queries.FREE_TO_TAKE_BACK, this)
        followers = self._connection.execute(queries.FOLLOWERS, this).scalars().all()
        ended = {"state": "cancelled", "error": "cause_not_sent", "ended_at": self._now}
        self._connection.execute(queries.END_FOLLOWERS, {**this, **ended})
        for follower in followers:
            self._end_followers(follower)

    def behind(self, claimed: Claimed) -> list[Send]:
        """What waits behind this send in its lane, in order."""
        rows = self._connection.execute(queries.BEHIND, {"this": claimed.send.lane, "seen": claimed.id})
        return [_send(row) for row in rows]

    def superseded(self, claimed: Claimed, by: Send) -> bool:
        """`by`, which waits behind it and may have been given more to say, is sent in its place."""
        if not self._end(claimed, state="cancelled", error="superseded", ended_at=self._now):
            return False
        self._connection.execute(queries.FOLLOW_ANOTHER, {"this": claimed.send.key, "other": by.key})
        self.rewrite(by)
        return True

    def rewrite(self, send: Send) -> None:
        """What waits under this key has something else to say."""
        row = self._connection.execute(queries.STATE, {"this": send.key}).one()
        self._connection.execute(queries.REWRITE, {"this": row.id, "body": _body(send)})

    def state(self, key: str) -> str:
        """What has become of the send of that key; "" when there is none."""
        row = self._connection.execute(queries.STATE, {"this": key}).first()
        return row.state if row else ""

    def message(self, key: str) -> str:
        """The platform's id of what was sent under this key, or ""."""
        row = self._connection.execute(queries.MESSAGE, {"this": key}).first()
        return row.provider_id if row else ""

    def moved(self, key: str, provider_id: str) -> None:
        """What was sent under this key is said by another message from now on."""
        self._connection.execute(queries.MOVED, {"this": key, "provider_id": provider_id})

    def send_of(self, key: str) -> Send | None:
        """The send of that key, whatever became of it."""
        row = self._connection.execute(queries.SEND, {"this": key}).first()
        return _send(row) if row else None

    def left(self, incident: int) -> set[str]:
        """Keys of what was left with the platform for an incident and is not being taken back."""
        return set(self._connection.execute(queries.LEFT, {"this": incident}).scalars())

    def next_at(self) -> datetime | None:
        """When to look again: the earliest send put off or lease that may end, or None.

        A send that is due but waits for another is woken by the end of that one.
        """
        return self._connection.execute(queries.NEXT_AT, {"now": self._now}).scalar()

    def release_all(self, settle: timedelta) -> int:
        """Whoever held a claim is gone: all come back, in doubt, once late acceptances have settled. Returns how many.

        Only for a process that knows itself to be the only one.
        """
        return self._connection.execute(queries.RELEASE, {"until": self._now + settle}).rowcount

    def doubt_all(self) -> int:
        """What waits may have been sent since this database was copied: it is looked for first. Returns how many."""
        return self._connection.execute(queries.DOUBT).rowcount

    def listed(self, *states: str, most: int = 500) -> list[Listed]:
        """What is in these states, the oldest first."""
        query = select(sends).where(sends.c.state.in_(states)).order_by(sends.c.id).limit(most)
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
    return Claimed(row.id, row.fence, row.attempt + 1, row.created_at, row.in_doubt, _send(row))


def _send(row: Row[Any]) -> Send:
    # Also one that we cannot read any more must come out, to be given up by itself and not to hold up the others.
    body: Mapping[str, Any] = row.body if isinstance(row.body, dict) else {}
    return Send(
        key=row.key,
        incident=row.incident_id,
        deed=row.deed,
        lane=row.lane,
        to=body.get("to", "room"),
        card=body.get("card", ""),
        args=body.get("args") or {},
        people=tuple(body.get("people") or ()),
        after=row.after,
        target=row.target,
    )
