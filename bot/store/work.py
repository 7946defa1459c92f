"""One transaction: what was asked, what it changed, and what is to be sent, committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat import Reply, Send
from bot.crisis.incident import Incident
from bot.crisis.tasks import settle
from bot.store.codec import reply_from_json, reply_to_json
from bot.store.incidents import Incidents
from bot.store.outbox import Outbox
from bot.store.tables import inbox


@dataclass(frozen=True)
class Moments:
    """The two clocks. crisis: the clock people live by, which a demo may run fast. real: for leases and retries."""

    crisis: datetime
    real: datetime


@dataclass(frozen=True)
class Consequences:
    """What the store asks of the layers above and beside it: what follows from news, and when to ask again."""

    react: Callable[[Incident], list[Send]]
    next_due: Callable[[Incident], datetime | None]


class Work:
    """A unit of work. Only the frame (`dispatch`, `tick`, `deliver`) makes one, through `Store.run`."""

    def __init__(self, connection: Connection, moments: Moments, consequences: Consequences) -> None:
        self._connection = connection
        self._consequences = consequences
        self.now = moments.crisis
        self.real_now = moments.real
        self.incidents = Incidents(connection, consequences.next_due)
        self.outbox = Outbox(connection, moments.real)

    def first_time(self, key: str) -> bool:
        """Note that this was asked. False when it was before; another process asking the same waits here for us."""
        new = _insert_for(self._connection)(inbox).values(key=key, at=self.real_now, reply={})
        # Not the row count: for an INSERT only SQLite's driver knows one.
        noted = self._connection.execute(new.on_conflict_do_nothing().returning(inbox.c.key))
        return noted.first() is not None

    def first_answer(self, key: str) -> Reply:
        """What was answered when this was asked the first time."""
        stored = self._connection.execute(select(inbox.c.reply).where(inbox.c.key == key)).scalar_one()
        return reply_from_json(stored)

    def remember(self, key: str, reply: Reply) -> None:
        """Keep the answer under what was asked."""
        self._connection.execute(update(inbox).where(inbox.c.key == key).values(reply=reply_to_json(reply)))

    def forget(self, key: str) -> None:
        """It was not taken: a form that stays open may be sent again under the same key."""
        self._connection.execute(delete(inbox).where(inbox.c.key == key))

    def tidy(self, older_than: datetime) -> None:
        """Drop answers to what nobody can ask again; platforms refuse or stop repeating long before."""
        self._connection.execute(delete(inbox).where(inbox.c.at < older_than))

    def undo(self) -> None:
        """Let nothing have happened to any incident."""
        self.incidents = Incidents(self._connection, self._consequences.next_due)

    def finish(self) -> bool:
        """Bring history, outbox and next due times in step, just before the commit. True when anything changed."""
        changed = self.incidents.touched
        for incident in changed:
            if incident.open:
                settle(incident, self.now)
            self.outbox.put(self._consequences.react(incident))
            self.incidents.save(incident)
        return bool(changed) or self.outbox.added > 0


def _insert_for(connection: Connection) -> Callable[..., postgresql.Insert | sqlite.Insert]:
    """Both databases know ON CONFLICT, each under its own name."""
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
