"""How the memory is doing: what is late, and how much waits. Every question is answered from an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal_column, or_, select

from bot.store.tables import incidents, sends

_PENDING, _CLAIMED, _DEAD = (literal_column(f"'{state}'") for state in ("pending", "claimed", "dead"))
"""Written out, as the partial indexes are: a bound value would not be recognised."""

_NOW = bindparam("now", type_=sends.c.due_at.type)
_WAITS = sends.c.state.in_([_PENDING, _CLAIMED])
_EARLIER, _BEFORE = sends.alias("earlier"), sends.alias("before")
_FIRST_IN_LANE = ~exists().where(
    _EARLIER.c.lane == sends.c.lane, _EARLIER.c.id < sends.c.id, _EARLIER.c.state.in_([_PENDING, _CLAIMED])
)
# Asked for as a value and not by EXISTS: PostgreSQL might gather every send that was ever sent for that.
_AFTER_IS_SENT = or_(
    sends.c.after == "",
    select(_BEFORE.c.state).where(_BEFORE.c.key == sends.c.after).scalar_subquery() == "sent",
)
_MAY_GO = (
    select(sends.c.due_at)
    .where(_WAITS, sends.c.state == _PENDING, sends.c.due_at <= _NOW, _FIRST_IN_LANE, _AFTER_IS_SENT)
    .order_by(sends.c.due_at)
    .limit(1)
)
_ABANDONED = select(func.min(sends.c.lease_until)).where(
    _WAITS, sends.c.state == _CLAIMED, sends.c.lease_until < _NOW
)
_OVERDUE = select(func.min(incidents.c.next_due_at))
_STATE = case((and_(sends.c.state == _PENDING, sends.c.in_doubt), "in_doubt"), else_=sends.c.state)
_WAITING_BY_STATE = select(_STATE, func.count()).where(_WAITS).group_by(_STATE)
_GIVEN_UP = select(func.count()).where(sends.c.state == _DEAD)


@dataclass(frozen=True)
class Health:
    """Seconds by which the oldest send that may go, and the oldest reminder, are late; 0 when none is.

    states: how many sends are pending, claimed, in_doubt (waiting to be looked for) and dead; a state without
    any is left out.
    """

    send_late: float
    reminder_late: float
    states: Mapping[str, int]

    @property
    def late(self) -> float:
        """The worse of the two."""
        return max(self.send_late, self.reminder_late)

    @property
    def dead(self) -> int:
        """Sends that were given up and which nobody has retried or dropped."""
        return self.states.get("dead", 0)


def health(connection: Connection, now: datetime, real_now: datetime) -> Health:
    """The memory's health. now: the clock that incidents live by. real_now: the clock of sends and leases."""
    may_go = connection.execute(_MAY_GO, {"now": real_now}).scalar()
    abandoned = connection.execute(_ABANDONED, {"now": real_now}).scalar()
    overdue = connection.execute(_OVERDUE).scalar()
    states = {row[0]: int(row[1]) for row in connection.execute(_WAITING_BY_STATE)}
    dead = int(connection.execute(_GIVEN_UP).scalar_one())
    return Health(
        send_late=max(_since(may_go, real_now), _since(abandoned, real_now)),
        reminder_late=_since(overdue, now),
        states={**states, **({"dead": dead} if dead else {})},
    )


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
