"""One transaction: what was asked, what it changed, and what is to be sent, committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat import Reply, Send
from bot.crisis.incident import Incident
from bot.crisis.tasks import settle
from bot.store.audits import Audits
from bot.store.codec import reply_from_json, reply_to_json
from bot.store.health import Health, health
from bot.store.incidents import Incidents
from bot.store.outbox import Outbox
from bot.store.recent import Recent
from bot.store.tables import inbox, sends

# Statements are built once: to build one costs as much as to run it, and these run for every request.
_THIS = inbox.c.key == bindparam("this")
_ANSWER = select(inbox.c.reply).where(_THIS)
_REMEMBER = update(inbox).where(_THIS)
_FORGET = delete(inbox).where(_THIS)
_LATEST = select(sends.c.created_at).order_by(sends.c.id.desc()).limit(1)
# Both databases know ON CONFLICT, each under its own name. Not the row count, but the key is asked back:
# for an INSERT only SQLite's driver knows a count.
_NOTE = {
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing().returning(inbox.c.key),
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing().returning(inbox.c.key),
}


@dataclass(frozen=True)
class Moments:
    """The two clocks. crisis: the clock people live by, which a demo may run fast. real: for leases and retries."""

    crisis: datetime
    real: datetime


@dataclass(frozen=True)
class Consequences:
    """What the store asks of the layers above and beside it: what follows from news, and when to ask again.

    net: what to leave with the platform and what to take back, from the moment and the keys of what is left there;
    None without a safety net.
    """

    react: Callable[[Incident], list[Send]]
    next_due: Callable[[Incident], datetime | None]
    net: Callable[[Incident, datetime, Collection[str]], list[Send]] | None = None


class Work:
    """A unit of work. Only the frame (`dispatch`, `tick`, `deliver`) makes one, through `Store.run`."""

    def __init__(
        self, connection: Connection, moments: Moments, consequences: Consequences, recent: Recent
    ) -> None:
        self._connection = connection
        self._recent = recent
        self._consequences = consequences
        self.now = moments.crisis
        self.real_now = moments.real
        self.incidents = Incidents(connection, consequences.next_due, recent)
        self.outbox = Outbox(connection, moments.real)
        self.audits = Audits(connection, moments.real)
        self.changed = False

    def first_time(self, key: str) -> bool:
        """Note that this was asked. False when it was before; another process asking the same waits here for us."""
        note = _NOTE[self._connection.dialect.name]
        noted = self._connection.execute(note, {"key": key, "at": self.real_now, "reply": {}})
        return noted.first() is not None

    def first_answer(self, key: str) -> Reply:
        """What was answered when this was asked the first time."""
        return reply_from_json(self._connection.execute(_ANSWER, {"this": key}).scalar_one())

    def remember(self, key: str, reply: Reply) -> None:
        """Keep the answer under what was asked."""
        self._connection.execute(_REMEMBER, {"this": key, "reply": reply_to_json(reply)})

    def forget(self, key: str) -> None:
        """It was not taken: a form that stays open may be sent again under the same key."""
        self._connection.execute(_FORGET, {"this": key})

    def tidy(self, older_than: datetime) -> None:
        """Drop answers to what nobody can ask again; platforms refuse or stop repeating long before."""
        self._connection.execute(delete(inbox).where(inbox.c.at < older_than))

    def last_known(self) -> datetime | None:
        """When this database was last told to send anything, in real time; None when it never was."""
        return self._connection.execute(_LATEST).scalar()

    def look_before_sending(self, since: datetime) -> int:
        """What waits may have been sent, by a bot whose memory is lost, at any time since. Returns how many wait."""
        later = (sends.c.state == "pending", sends.c.created_at > since)
        self._connection.execute(update(sends).where(*later).values(created_at=since))
        return self.outbox.doubt_all()

    def health(self) -> Health:
        """What is late and how much waits, for whoever watches."""
        return health(self._connection, self.now, self.real_now)

    def undo(self) -> None:
        """Let nothing have happened to any incident."""
        self.incidents = Incidents(self._connection, self._consequences.next_due, self._recent)

    def finish(self) -> None:
        """Bring history, outbox and next due times in step, just before the commit."""
        for incident in self.incidents.touched:
            if incident.open:
                settle(incident, self.now)
            self.outbox.put(self._consequences.react(incident))
            if self._consequences.net is not None:
                left = self.outbox.left(incident.id)
                self.outbox.put(self._consequences.net(incident, self.now, left))
            self.incidents.save(incident)
            self.changed = True

    def committed(self) -> bool:
        """Just after the commit. Returns whether anything changed that leaves something to do."""
        self.incidents.committed()
        return self.changed or self.outbox.added > 0
