"""What the auditor asks of the tables, and how it mends them: each question small, none over all that was ever sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)

from bot.store.tables import UNREAD, history, incidents, sends

LONGEST_LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)
"""Beyond these, a claim or a pause was reckoned by a clock that has been set back since, or it is damaged."""

READ_BACK_AFTER, READ_BACK_UNTIL = timedelta(seconds=60), timedelta(hours=1)
"""How long after it was sent a page is read back, and how long we try to while the platform does not answer."""

SETTLE = timedelta(seconds=15)
"""What somebody may be sending just now is there by then, and will be found."""

_MOMENT = sends.c.due_at.type
_THIS = bindparam("this")
_WAITS = sends.c.state.in_([literal_column("'pending'"), literal_column("'claimed'")])
_BODY = cast(sends.c.body, Text).label("raw")
"""Not read as JSON by the database's driver: one that is damaged must not keep us from the others."""

_TO_AUDIT = or_(
    incidents.c.closed_at.is_(None),
    incidents.c.next_due_at.is_not(None),
    incidents.c.closed_at >= bindparam("since", type_=_MOMENT),
)
_HEADERS = select(incidents).where(_TO_AUDIT)
_ASKED_FOR = (
    select(sends.c.incident_id, func.count(), func.max(sends.c.id))
    .where(sends.c.incident_id.in_(select(incidents.c.id).where(_TO_AUDIT)))
    .group_by(sends.c.incident_id)
)
_HEADER = select(incidents).where(incidents.c.id == _THIS)
_REWRITE = update(incidents).where(incidents.c.id == _THIS)
_LINES = select(func.count(), func.max(history.c.seq)).where(history.c.incident_id == _THIS)
_KEYS = select(sends.c.key).where(sends.c.incident_id == _THIS)
_PUT_BACK = update(sends).where(sends.c.key == _THIS)
_MEND = update(sends).where(sends.c.id == _THIS, sends.c.fence == bindparam("seen"))

_CAUSE = sends.alias("cause")
_HELD = and_(
    sends.c.state == "claimed",
    or_(sends.c.lease_until.is_(None), sends.c.lease_until > bindparam("lease", type_=_MOMENT)),
)
_PUT_OFF = and_(sends.c.state == "pending", sends.c.due_at > bindparam("pause", type_=_MOMENT))
_NO_CAUSE = and_(
    sends.c.state == "pending", sends.c.after != "", or_(_CAUSE.c.id.is_(None), _CAUSE.c.state == "cancelled")
)
_WHY = case((_HELD, "held"), (_PUT_OFF, "put_off"), else_="no_cause").label("why")
_STUCK = (
    select(sends.c.id, sends.c.incident_id, sends.c.key, sends.c.deed, sends.c.fence, _WHY)
    .outerjoin(_CAUSE, _CAUSE.c.key == sends.c.after)
    .where(_WAITS, or_(_HELD, _PUT_OFF, _NO_CAUSE))
)
_ROWS = select(
    sends.c.id,
    sends.c.incident_id,
    sends.c.key,
    sends.c.deed,
    sends.c.state,
    sends.c.fence,
    sends.c.target,
    sends.c.provider_id,
    sends.c.created_at,
    _BODY,
)
_WAITING = _ROWS.where(_WAITS)
_TO_READ_BACK = _ROWS.where(
    text(UNREAD),
    sends.c.deed == "direct",
    sends.c.ended_at >= bindparam("since", type_=_MOMENT),
    sends.c.ended_at <= bindparam("until", type_=_MOMENT),
)
_NET = _ROWS.where(sends.c.incident_id == _THIS, sends.c.deed.in_(["leave", "take_back"]))


@dataclass(frozen=True)
class Kept:
    """A send as it is kept. body: what it says; None where that cannot be read."""

    id: int
    incident: int
    key: str
    deed: str
    state: str
    fence: int
    target: str
    provider_id: str
    created_at: datetime
    body: Mapping[str, Any] | None


@dataclass(frozen=True)
class Stuck:
    """A send which can never move. why: held (too long by somebody), put_off (too long), no_cause (to wait for)."""

    id: int
    incident: int
    key: str
    deed: str
    fence: int
    why: str


class Audits:
    """The auditor's questions, within one transaction. `now` is real time, as for the outbox."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def marks(self, closed_since: datetime) -> dict[int, tuple[Any, ...]]:
        """By incident: its header, how many sends it has and the newest of them. While these are the same, so is all
        that is asked of it. closed_since: in crisis time; of the closed ones only those, and any with something due.
        """
        since = {"since": closed_since}
        sent = {row[0]: tuple(row[1:]) for row in self._connection.execute(_ASKED_FOR, since)}
        return {row.id: (*row, *sent.get(row.id, ())) for row in self._connection.execute(_HEADERS, since)}

    def header(self, incident: int) -> Mapping[str, Any]:
        """What the header of an incident says, by column."""
        return self._connection.execute(_HEADER, {"this": incident}).one()._mapping

    def rewrite_header(self, incident: int, values: Mapping[str, Any]) -> None:
        """Let the header say this."""
        self._connection.execute(_REWRITE, {"this": incident, **values})

    def has_gaps(self, incident: int) -> bool:
        """Whether lines of its history are missing between others, or all of them."""
        count, last = self._connection.execute(_LINES, {"this": incident}).one()
        return last is None or count != last + 1

    def keys(self, incident: int) -> set[str]:
        """Of all sends it ever had, whatever became of them."""
        return set(self._connection.execute(_KEYS, {"this": incident}).scalars())

    def asked_for_long_ago(self, key: str, since: datetime, *, done: bool) -> None:
        """A send that was put back may have been sent since then: it is looked for first. done: we know it was."""
        state = {"state": "sent", "ended_at": self._now} if done else {}
        self._connection.execute(_PUT_BACK, {"this": key, "in_doubt": True, "created_at": since, **state})

    def stuck(self) -> list[Stuck]:
        """What can never move by itself."""
        limits = {"lease": self._now + LONGEST_LEASE, "pause": self._now + LONGEST_PAUSE}
        return [Stuck(*row) for row in sorted(self._connection.execute(_STUCK, limits))]

    def free(self, stuck: Stuck) -> bool:
        """Let it move again, or end it where it has nothing to wait for. False when somebody was first."""
        if stuck.why == "held":
            due_at = self._now + SETTLE
            return self._mend(
                stuck, state="pending", owner="", lease_until=None, in_doubt=True, due_at=due_at
            )
        if stuck.why == "put_off":
            return self._mend(stuck, due_at=self._now)
        if stuck.deed == "take_back":
            return self._mend(stuck, after="")
        return self._mend(stuck, state="cancelled", error="cause_not_sent", ended_at=self._now)

    def waiting(self) -> list[Kept]:
        """All that waits or is under way."""
        return _all(self._connection.execute(_WAITING))

    def give_up(self, kept: Kept, code: str) -> bool:
        """It cannot be done; kept for an operator. False when somebody was first."""
        return self._mend(kept, state="dead", owner="", lease_until=None, error=code, ended_at=self._now)

    def to_read_back(self) -> list[Kept]:
        """Pages that were sent a minute ago or longer, and not looked for since."""
        span = {"since": self._now - READ_BACK_UNTIL, "until": self._now - READ_BACK_AFTER}
        return _all(self._connection.execute(_TO_READ_BACK, span))

    def has_been_read(self, page: Kept) -> bool:
        """It is there; it is not asked for again. False when somebody was first."""
        return self._mend(page, verified_at=self._now)

    def send_again(self, kept: Kept) -> bool:
        """It is not where it was sent to. It is looked for once more just before. False when somebody was first."""
        again = {"state": "pending", "due_at": self._now, "attempt": 0, "in_doubt": True, "ended_at": None}
        return self._mend(kept, verified_at=self._now, **again)

    def net(self, incident: int) -> list[Kept]:
        """What was to be left with the platform for an incident, and what was to be taken back."""
        return _all(self._connection.execute(_NET, {"this": incident}))

    def _mend(self, row: Kept | Stuck, **values: Any) -> bool:
        ours = {"this": row.id, "seen": row.fence, "fence": row.fence + 1}
        return self._connection.execute(_MEND, {**ours, **values}).rowcount == 1


def _all(rows: Iterable[Row[Any]]) -> list[Kept]:
    """In order; sorted here, for asked to sort, SQLite walks through all that was ever sent."""
    return [Kept(*columns, _read(raw)) for *columns, raw in sorted(rows, key=lambda row: row.id)]


def _read(raw: str) -> Mapping[str, Any] | None:
    """The body of a send, if it is one."""
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    kinds = {"to": str, "card": str, "args": dict, "people": list}
    if not isinstance(body, dict) or any(
        not isinstance(body.get(name), kind) for name, kind in kinds.items()
    ):
        return None
    return body
