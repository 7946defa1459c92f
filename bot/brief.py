"""The one-minute brief as a web page, for a tab at the head of a crisis room.

Whoever has the address can read it: it cannot be guessed, stands in private rooms only, and ends with the crisis.
There is none unless the company says at which address this bot is reached.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.chat import Card, Line, Strong
from bot.crisis.incident import Incident
from bot.store import Store, Work
from bot.voice import Voice
from statements.marks import as_text

PATH = "/brief/{number:int}/{seal}"
KEPT = timedelta(days=1)
"""After the end of a crisis its page goes on for so long; then `goldenhour export` has it."""

LARGEST = 10**9
"""No crisis has a number beyond this, and no database would look for one."""

_PAGE = (
    ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    .from_string(Path(__file__).with_name("brief.html.j2").read_text(encoding="utf-8"))
)  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """Makes the addresses, and answers at them.

    url: where this bot is reached from outside, without a slash at its end. secret: known to no one else.
    """

    store: Store
    voice: Voice
    url: str
    secret: bytes

    def address(self, incident: Incident) -> str:
        """Of this crisis's page, the same each time."""
        return f"{self.url}/brief/{incident.id}/{self._seal(incident)}"

    async def answer(self, request: Request) -> Response:
        """The page as it is now; nothing where the address is not one of ours, or its time is over."""
        number, seal = request.path_params["number"], request.path_params["seal"]
        nonce = secrets.token_urlsafe(16)

        def draw(work: Work) -> str:
            incident = work.incidents.get(number, to_change=False) if number <= LARGEST else None
            if incident is None or not hmac.compare_digest(seal.encode(), self._seal(incident).encode()):
                return ""
            if incident.closed_at is not None and work.now - incident.closed_at > KEPT:
                return ""
            card = self.voice.card("status", incident, work.now, None)
            return _PAGE.render(nonce=nonce, **self._shown(card, incident, work))

        page = await self.store.run(draw)
        return HTMLResponse(page, 200 if page else 404, _headers(nonce))

    def _seal(self, incident: Incident) -> str:
        """Bound to this very crisis: a new database counts from one again."""
        about = f"brief {incident.id} {incident.declared_at.isoformat()}"
        return hmac.new(self.secret, about.encode(), hashlib.sha256).hexdigest()[:40]

    def _shown(self, card: Card, incident: Incident, work: Work) -> Mapping[str, Any]:
        words, language = self.voice.words, incident.language
        names = {person.id: person.name for person in self.voice.roster.people.values()}
        parts = [
            {"quiet": part.quiet, "lines": [list(_pieces(line, names)) for line in part.lines]}
            for part in card.parts
            if part.lines
        ]
        now = work.now.astimezone(self.voice.zone)
        return {
            "language": language,
            "brief": {"headline": as_text(card.headline, names), "tone": card.tone, "parts": parts},
            "confidential": words.label(language, "export", "confidential"),
            "as_of": f"{now:%Y-%m-%d %H:%M}",
        }


def _pieces(line: Line, names: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for span in line:
        yield {"text": as_text((span,), names), "strong": isinstance(span, Strong)}


def key(*app_secrets: str) -> bytes:
    """A key of its own out of the first of the platforms' secrets that there is."""
    return hashlib.sha256(f"brief {next(filter(None, app_secrets))}".encode()).digest()


def _headers(nonce: str) -> Mapping[str, str]:
    """Kept nowhere, told to nobody, and nothing on it can run."""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
