"""What the outbox asks of the database, statement by statement, under names.

They are built once: to build one costs as much as to run it, and a change may ask dozens of times.
"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    FromClause,
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

from bot.store.tables import sends


def _waits(table: FromClause) -> ColumnElement[bool]:
    """Still to be sent. Written out, as the partial indexes are: a bound value would not be recognised."""
    return table.c.state.in_([literal_column("'pending'"), literal_column("'claimed'")])


NEW = insert(sends)
_THIS = sends.c.key == bindparam("this")
SEND = select(sends).where(_THIS)
STATES = select(sends.c.key, sends.c.state).where(sends.c.key.in_(bindparam("these", expanding=True)))
MESSAGE = select(sends.c.provider_id).where(_THIS, sends.c.state == "sent")
MOVED = update(sends).where(_THIS)
STATE = select(sends.c.id, sends.c.state).where(_THIS)
UPDATES = select(sends.c.target).where(
    sends.c.after.in_(bindparam("these", expanding=True)), sends.c.deed == "update", _waits(sends)
)
UPDATE_WAITS = update(sends).where(
    sends.c.after == bindparam("this"), sends.c.deed == "update", sends.c.state == "pending"
)
END = update(sends).where(
    sends.c.id == bindparam("this"), sends.c.fence == bindparam("seen"), sends.c.state == "claimed"
)
# Locked in one order in every process, so that two of them never wait for each other.
HELD = (
    select(sends.c.id, sends.c.fence)
    .where(sends.c.id.in_(bindparam("these", expanding=True)), sends.c.state == "claimed")
    .order_by(sends.c.id)
    .with_for_update()
)
SENT = (
    update(sends)
    .where(sends.c.id == bindparam("this"))
    .values(
        state="sent",
        provider_id=bindparam("became"),
        error="",
        owner="",
        lease_until=None,
        ended_at=bindparam("at", type_=sends.c.ended_at.type),
    )
)
FOLLOWERS = select(sends.c.key).where(sends.c.after == bindparam("this"), _waits(sends))
FREE_TO_TAKE_BACK = (
    update(sends)
    .where(sends.c.after == bindparam("this"), sends.c.deed == "take_back", _waits(sends))
    .values(after="")
)
END_FOLLOWERS = update(sends).where(
    sends.c.after == bindparam("this"), sends.c.deed != "take_back", sends.c.state == "pending"
)
END_TAKE_BACKS = update(sends).where(
    sends.c.after == bindparam("this"), sends.c.deed == "take_back", sends.c.state == "pending"
)
FOLLOW_ANOTHER = (
    update(sends)
    .where(sends.c.after == bindparam("this"), _waits(sends))
    .values(
        after=bindparam("other"),
        target=case((sends.c.target == bindparam("this"), bindparam("other")), else_=sends.c.target),
    )
)
BEHIND = (
    select(sends)
    .where(sends.c.lane == bindparam("this"), sends.c.id > bindparam("seen"), sends.c.state == "pending")
    .order_by(sends.c.id)
)
REWRITE = update(sends).where(sends.c.id == bindparam("this"))

_NOW = bindparam("now", type_=sends.c.due_at.type)
_WHEN = func.coalesce(sends.c.lease_until, sends.c.due_at)
NEXT_AT = select(func.min(_WHEN)).where(_waits(sends), _WHEN > _NOW)

_EARLIER, _BEFORE = sends.alias("earlier"), sends.alias("before")
# What lies too far ahead was written by a clock that has been set back since: it is not waited for.
_SET_BACK = or_(
    sends.c.created_at > bindparam("soon", type_=sends.c.due_at.type),
    sends.c.due_at > bindparam("longest", type_=sends.c.due_at.type),
)
_FREE = and_(sends.c.state == "pending", or_(sends.c.due_at <= _NOW, _SET_BACK))
_ABANDONED = and_(
    sends.c.state == "claimed",
    or_(sends.c.lease_until < _NOW, sends.c.lease_until > bindparam("longest", type_=sends.c.due_at.type)),
)
_FIRST_IN_LANE = ~exists().where(
    _EARLIER.c.lane == sends.c.lane, _EARLIER.c.id < sends.c.id, _waits(_EARLIER)
)
# A scalar, not an EXISTS: that one PostgreSQL would answer by reading all that was ever sent.
_STATE_BEFORE = select(_BEFORE.c.state).where(_BEFORE.c.key == sends.c.after).scalar_subquery()
_AFTER_IS_SENT = or_(sends.c.after == "", _STATE_BEFORE == "sent")
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
CLAIM = (
    update(sends)
    .where(sends.c.id.in_(_TURN))
    .values(
        state="claimed",
        owner=bindparam("by"),
        fence=sends.c.fence + 1,
        # Whoever held it until now may have sent it.
        in_doubt=case((sends.c.state == "claimed", true()), else_=sends.c.in_doubt),
        lease_until=bindparam("until", type_=sends.c.lease_until.type),
    )
    .returning(sends)
)
_UNTIL = bindparam("until", type_=sends.c.due_at.type)
RELEASE = (
    update(sends)
    .where(sends.c.state == "claimed")
    .values(
        state="pending",
        owner="",
        fence=sends.c.fence + 1,
        in_doubt=True,
        lease_until=None,
        due_at=case((sends.c.lease_until < _UNTIL, sends.c.lease_until), else_=_UNTIL),
    )
)
DOUBT = update(sends).where(_waits(sends)).values(in_doubt=True)

_TAKING = sends.alias("taking")
LEFT = select(sends.c.key).where(
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
