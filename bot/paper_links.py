"""Where a statement's page is, for one person and half a day: an address that nobody can guess."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from bot.crisis.incident import Incident

LASTS = timedelta(hours=12)
"""A link is good for at least so long, and at most an hour longer."""

_HOUR = 3600


@dataclass(frozen=True)
class Link:
    """What an address says: which statement, whose it is, until when (seconds since 1970)."""

    number: int
    statement: int
    until: int
    person: str
    seal: str = ""

    @property
    def ends(self) -> datetime:
        """Aware, UTC."""
        return datetime.fromtimestamp(self.until, UTC)


@dataclass(frozen=True)
class PaperLinks:
    """Makes the addresses, and tells ours from others.

    url: where this bot is reached from outside, without a slash at its end; "" for nowhere. secret: known to no one
    else.
    """

    url: str = ""
    secret: bytes = b""

    def address(self, incident: Incident, statement: int, person: str, now: datetime) -> str:
        """Of this statement's page, for this person alone; the same for an hour. "" where there is no page."""
        if not self.url:
            return ""
        until = (int((now + LASTS).timestamp()) // _HOUR + 1) * _HOUR
        return self.of(incident, Link(incident.id, statement, until, person))

    def of(self, incident: Incident, link: Link) -> str:
        """The address that says this."""
        person, seal = quote(link.person, safe=""), self._seal(incident, link)
        return f"{self.url}/text/{link.number}/{link.statement}/{link.until}/{person}/{seal}"

    def made(self, incident: Incident, link: Link) -> bool:
        """Whether it is one of ours, about this very crisis: a new database counts from one again."""
        return hmac.compare_digest(link.seal.encode(), self._seal(incident, link).encode())

    def _seal(self, incident: Incident, link: Link) -> str:
        declared = incident.declared_at.isoformat() if incident.declared_at else ""
        about = f"text {incident.id} {declared} {link.statement} {link.until} {link.person}"
        return hmac.new(self.secret, about.encode(), hashlib.sha256).hexdigest()[:40]
